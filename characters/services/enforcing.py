"""What moderation asks of items: to take one down, and to give back what a decision took.

All of it runs inside the caller's transaction; registered in `apps.ready()`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from characters import queries, rejections
from characters.models import (
    Character,
    Item,
    ItemRevision,
    State,
    Story,
    Visibility,
)
from characters.services.reviewing import delist_now, make_live, reinstate_now
from characters.services.shared import (
    CharacterRefusedError,
    check,
    hide,
    lock_item,
    next_number,
    open_draft,
    record,
)
from core.models import Subject
from core.refusals import Refusal, Text
from moderation import queries as moderation_queries
from moderation.models import Appeal, Decision
from moderation.targets import Words

_SHOWN = ("live_revision", "open_revision")
_KEPT_PRIVATE = frozenset({Appeal.Wish.PRIVATE, Appeal.Wish.CORRECT})


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What moderation can do with one kind of item."""

    model: type[Item]

    def take_down(
        self,
        *,
        actor: User,
        public_id: str,
        words: Words,
        second_actor: Subject | None = None,
        now: datetime,
    ) -> tuple[Decision, bool]:
        """De-list an item. See moderation.targets.TakeDown.

        Raises CharacterRefusedError (gone, not-reviewer, reason-unknown, not-live, changed-meanwhile).
        """
        item: Item | None = self.model.objects.filter(public_id=public_id).first()
        if item is None:
            raise CharacterRefusedError(Refusal("gone", _("It is gone; there is nothing to take down.")))
        taken_down, decision = delist_now(
            actor=actor,
            item=item,
            reason_code=words.reason_code,
            explanation=words.explanation,
            fix=words.fix,
            private_notes=words.private_notes,
            second_actor=second_actor,
            now=now,
        )
        if decision is not None:
            return decision, True
        return queries.list_decisions(taken_down).filter(kind=Decision.Kind.DELIST).latest("pk"), False

    def put_back(self, *, actor: User, decision: Decision, answer: Decision, now: datetime) -> bool:
        """Make live again what was taken down, or live what was turned down. See moderation.targets.PutBack.

        Where its creator published something newer meanwhile, that stays. Who asked in an appeal to keep it
        private, or to correct it first, finds it so. Where a rejection is taken back without being answered
        in an appeal, raises CharacterRefusedError (not-rejected, already-live, newer-approved,
        portrait-not-ready, portrait-lost).
        """
        found = self.model.objects.filter(public_id=decision.target_id).first()
        if found is None:
            return False
        item: Item = lock_item(found)
        wish = moderation_queries.find_granted_wish(answer)
        restored = (
            _find_delisted(item, decision)
            if decision.kind == Decision.Kind.DELIST
            else _find_rejected(item, decision, answer)
        )
        if restored is None:
            return False
        if wish in _KEPT_PRIVATE:
            hide(item, actor=actor, now=now)
        if decision.kind == Decision.Kind.DELIST:
            item, _revision = reinstate_now(actor=actor, item=item, now=now)
        else:
            _publish(item, restored, actor=actor, now=now)
        if wish == Appeal.Wish.CORRECT:
            _open_correction(item, now=now)
        return True

    def outlook(self, public_id: str) -> Text:
        """Return who can see an item now. See moderation.targets.Outlook."""
        item: Item | None = self.model.objects.filter(public_id=public_id).select_related(*_SHOWN).first()
        if item is None:
            return ""
        if item.live_revision is None:
            return _("It is not published; you find it in your library.")
        if item.visibility == Visibility.PUBLIC:
            return _("It is published: others can find it.")
        if item.open_revision is not None and item.open_revision.state == State.DRAFT:
            return _(
                "It is yours again, and only you can see it. A draft is open in which you can correct it; "
                "submit it when you are ready."
            )
        return _("It is yours again, and only you can see it. You can make it public whenever you like.")


CHARACTERS = Enforcement(Character)
STORIES = Enforcement(Story)


def _find_delisted(item: Item, decision: Decision) -> ItemRevision | None:
    """Return what a decision took down, if it is what is down now."""
    delisted: ItemRevision | None = item.delisted_revision
    return delisted if delisted is not None and delisted.content_hash == decision.revision_hash else None


def _find_rejected(item: Item, decision: Decision, answer: Decision) -> ItemRevision | None:
    """Return what a decision turned down, if it can still be shown and nothing newer was approved since.

    An appeal is answered whether that can be or not; whoever approves it after all wants just that.
    """
    rejected: ItemRevision | None = rejections.find_rejected(item, decision)
    refusal = rejections.publish_refusal(item, rejected)
    if answer.kind != Decision.Kind.OVERTURN:
        check(refusal)
    return rejected if refusal is None else None


def _open_correction(item: Item, *, now: datetime) -> None:
    """Put a copy of what was given back before its creator, unless they work on another already."""
    if item.open_revision_id is None and item.live_revision is not None:
        open_draft(item, item.live_revision.content(), now=now)
        item.save()


def _publish(item: Item, rejected: ItemRevision, *, actor: User, now: datetime) -> None:
    """Approve what was rejected, as a version of its own: a rejection is an end (R5)."""
    # It is never open: its creator may have begun another draft, and there is only one open one.
    version = item.revision_model()(
        item=item, number=next_number(item), created_at=now, updated_at=now, screened_at=now
    )
    version.set_content(rejected.content())
    version.submit(now=now)
    version.queue(now=now)
    if item.open_revision_id == rejected.pk:
        item.open_revision = None
    make_live(item, version, actor=actor, now=now)
    record(
        actor=actor,
        kind="revision.approve",
        item=item,
        at=now,
        revision=version.number,
        content_hash=version.content_hash,
    )
