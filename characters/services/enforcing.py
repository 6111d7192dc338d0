"""What moderation asks of characters: to take one down, and to give back what a decision took.

All of it runs inside the caller's transaction; registered in `apps.ready()`.
"""

from datetime import datetime

from accounts.models import User
from characters import policies, queries
from characters.models import Character, Revision, State
from characters.services import notices
from characters.services.reviewing import delist_now, make_live, reinstate_now
from characters.services.shared import lock_character, next_number, record
from moderation.models import Decision
from moderation.targets import Words


def take_down(*, actor: User, public_id: str, words: Words, now: datetime) -> tuple[Decision, bool]:
    """De-list a character. See moderation.targets.TakeDown.

    Raises CharacterRefusedError (not-reviewer, reason-unknown, not-live, changed-meanwhile).
    """
    character = Character.objects.get(public_id=public_id)
    taken_down, decision = delist_now(
        actor=actor,
        character=character,
        reason_code=words.reason_code,
        explanation=words.explanation,
        fix=words.fix,
        private_notes=words.private_notes,
        now=now,
    )
    if decision is not None:
        return decision, True
    return queries.list_decisions(taken_down).filter(kind=Decision.Kind.DELIST).latest("pk"), False


def put_back(*, actor: User, decision: Decision, answer: Decision, now: datetime) -> bool:
    """Make live again what was taken down, or live what was turned down. See moderation.targets.PutBack.

    Where its creator published something newer meanwhile, that stays.
    """
    del answer
    found = Character.objects.filter(public_id=decision.target_id).first()
    if found is None:
        return False
    character = lock_character(found.pk)
    if decision.kind == Decision.Kind.DELIST:
        return _reinstate(actor, character, decision, now=now)
    return _publish(actor, character, decision, now=now)


def _reinstate(actor: User, character: Character, decision: Decision, *, now: datetime) -> bool:
    delisted = character.delisted_revision
    if delisted is None or delisted.content_hash != decision.revision_hash:
        return False
    reinstate_now(actor=actor, character=character, now=now)
    return True


def _publish(actor: User, character: Character, decision: Decision, *, now: datetime) -> bool:
    """Approve what was rejected, as a version of its own: a rejection is an end (R5)."""
    rejected = (
        Revision.objects.filter(
            character=character, content_hash=decision.revision_hash, state=State.REJECTED
        )
        .select_related("portrait")
        .order_by("-number")
        .first()
    )
    if rejected is None or policies.portrait_state_refusal(rejected.portrait) is not None:
        return False
    if character.live_revision is not None and character.live_revision.content_hash == rejected.content_hash:
        return False
    # It is never open: its creator may have begun another draft, and there is only one open one.
    version = Revision(
        character=character, number=next_number(character), created_at=now, updated_at=now, screened_at=now
    )
    version.set_content(rejected.content())
    version.submit(now=now)
    version.queue(now=now)
    if character.open_revision_id == rejected.pk:
        character.open_revision = None
    make_live(character, version, now=now)
    record(
        actor=actor,
        kind="revision.approve",
        character=character,
        at=now,
        revision=version.number,
        content_hash=version.content_hash,
    )
    notices.tell_approved(character, version, now=now)
    return True
