"""Pictures that moderators take away, and give back; registered in `apps.ready()`."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial

from celery import current_app
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import zones
from accounts.models import User
from accounts.queries import Viewer
from core import audit
from core.models import Subject
from core.refusals import Refusal, Text
from imagegen import access, files, handlers
from imagegen.models import Picture
from moderation import services
from moderation.models import BlockedPicture, Decision
from moderation.policies import is_reviewer
from moderation.screening import hashes
from moderation.services import ModerationRefusedError
from moderation.snapshots import Snapshot
from moderation.targets import Target, Words
from policies.rules import RULES

KIND = "picture"
_SWEEP_COUNT = 50
_HASH_LENGTH = 12


def find_target(viewer: Viewer, public_id: str) -> Target | None:
    """Resolve a picture for reports and decisions: for those who see it, and for reviewers."""
    picture = Picture.objects.select_related("owner__subject").filter(public_id=public_id).first()
    if picture is None or picture.state != Picture.State.READY:
        return None
    if not access.can_view(viewer, picture) and not is_reviewer(viewer):
        return None
    purpose = Picture.Purpose(picture.purpose).label
    url = reverse("picture", args=[public_id]) if access.can_view(viewer, picture) else ""
    return Target(
        title=str(purpose),
        url=url,
        owner=picture.owner,
        content_hash=picture.sha256,
        is_made_for_owner=picture.is_generated,
    )


def find_snapshot(public_id: str, content_hash: str) -> Snapshot | None:
    """Return a finished picture for moderators, a removed one too. See moderation.snapshots.Finder."""
    picture = Picture.objects.filter(public_id=public_id, state=Picture.State.READY).first()
    if picture is None:
        return None
    title = str(Picture.Purpose(picture.purpose).label)
    return Snapshot(
        title=title,
        template="admin/imagegen/_snapshot.html",
        parts={
            "title": title,
            "url": reverse("media", kwargs={"kind": KIND, "public_id": public_id}),
            "public_id": public_id,
            "is_upload": not picture.is_generated,
            "is_removed": picture.is_removed,
            "short_hash": picture.sha256[:_HASH_LENGTH],
        },
        # A file is never another one: the hash that was kept can only be this picture's, or none.
        is_exact=content_hash in {"", picture.sha256},
    )


def list_titles(public_ids: Collection[str]) -> dict[str, str]:
    """Return what tells pictures apart for their owner, who does not see them any more: who is on it, when.

    Two queries.
    """
    pictures = list(Picture.objects.filter(public_id__in=public_ids).select_related("reference"))
    references = {picture.reference.public_id for picture in pictures if picture.reference is not None}
    names = handlers.list_names([picture.public_id for picture in pictures], references)
    return {picture.public_id: _title_of(picture, names) for picture in pictures}


def find_removals(pictures: Iterable[Picture]) -> dict[str, Decision]:
    """Return by its public id each decision that removed one of these. One query, none without any."""
    ids = {picture.removal_id for picture in pictures if picture.is_removed}
    found = Decision.objects.filter(public_id__in=ids) if ids else ()
    return {decision.public_id: decision for decision in found}


def outlook(public_id: str) -> Text:
    """Return who can see a picture now. See moderation.targets.Outlook."""
    picture = Picture.objects.filter(public_id=public_id).first()
    if picture is None or picture.is_removed:
        return ""
    return _("It is shown again where it was.")


def _title_of(picture: Picture, names: Mapping[str, str]) -> str:
    reference = picture.reference
    name = names.get(picture.public_id) or (names.get(reference.public_id) if reference is not None else "")
    what = str(Picture.Purpose(picture.purpose).label)
    words = {"what": what, "name": name, "day": zones.spell_time(picture.created_at)}
    return (_("%(what)s of %(name)s, %(day)s") if name else _("%(what)s, %(day)s")) % words


def take_down(
    *, actor: User, public_id: str, words: Words, second_actor: Subject | None = None, now: datetime
) -> tuple[Decision, bool]:
    """Remove a picture everywhere, and keep others from bringing it back. See moderation.targets.TakeDown.

    Raises ModerationRefusedError (not-removable).
    """
    picture = _lock(public_id)
    if picture is None or picture.state != Picture.State.READY:
        raise ModerationRefusedError(Refusal("not-removable", _("There is no such picture any more.")))
    if picture.is_removed:
        return Decision.objects.get(public_id=picture.removal_id), False
    rule = RULES[words.reason_code]
    decision = services.record_decision(
        kind=Decision.Kind.REMOVE,
        actor=actor.subject,
        affected=picture.owner.subject,
        target_kind=KIND,
        target_id=picture.public_id,
        revision_hash=picture.sha256,
        reason_code=words.reason_code,
        explanation=words.explanation.strip() or str(rule.explanation),
        fix=words.fix.strip(),
        private_notes=words.private_notes,
        second_actor=second_actor,
        now=now,
    )
    picture.removal_id = decision.public_id
    picture.save(update_fields=["removal_id"])
    services.note_removal(decision, actor=actor, owner=picture.owner, now=now)
    services.tell_affected(decision, picture.owner, title=_("A picture of yours was removed"), now=now)
    transaction.on_commit(partial(_wake_blocking, picture.public_id), robust=True)
    return decision, True


def put_back(*, actor: User, decision: Decision, answer: Decision, now: datetime) -> bool:
    """Show a picture again. See moderation.targets.PutBack."""
    del answer
    picture = _lock(decision.target_id)
    if picture is None or picture.removal_id != decision.public_id:
        return False
    picture.removal_id = ""
    picture.save(update_fields=["removal_id"])
    hashes.unblock(decision.public_id)
    audit.record(
        actor=actor.subject, kind="picture.restored", at=now, target_kind=KIND, target_id=picture.public_id
    )
    return True


def block_removed(*, public_id: str, now: datetime) -> bool:
    """Put a removed picture's hash on the list of those that must not come again; safe to repeat.

    Call it in a worker: it reads the file. Returns whether this call did it.
    """
    picture = Picture.objects.filter(public_id=public_id).first()
    if picture is None or not picture.is_removed:
        return False
    data = files.read(picture.file)
    with transaction.atomic():
        # Whoever puts it back takes the same lock, so a hash never outlives its removal.
        locked = _lock(public_id)
        if locked is None or not locked.is_removed:
            return False
        decision = Decision.objects.get(public_id=locked.removal_id)
        return hashes.block(data, reason_code=decision.reason_code, decision_id=decision.public_id, now=now)[
            1
        ]


def list_unblocked() -> list[str]:
    """Return removed pictures whose hash is not on the list: a wake-up may be lost."""
    removed = Picture.objects.exclude(removal_id="")
    known = BlockedPicture.objects.filter(source=BlockedPicture.Source.REMOVED).values("decision_id")
    waiting = removed.exclude(removal_id__in=known).order_by("-pk")
    return list(waiting.values_list("public_id", flat=True)[:_SWEEP_COUNT])


def _wake_blocking(public_id: str) -> None:
    current_app.send_task("imagegen.block_removed", kwargs={"public_id": public_id}, queue="cpu", retry=False)


def _lock(public_id: str) -> Picture | None:
    return (
        Picture.objects.select_for_update(of=("self",), no_key=True)
        .select_related("owner__subject")
        .filter(public_id=public_id)
        .first()
    )
