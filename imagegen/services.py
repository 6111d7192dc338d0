"""Asking for pictures. The only code besides the worker that writes them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import services as billing
from core import audit, ids, limits
from core.limits import Limit
from core.models import Subject
from core.refusals import Refusal, RefusedError
from imagegen import access, blocking, files, handlers, policies, queries, settling, sources, uploads, wakeup
from imagegen.engine import description, prompts
from imagegen.models import Picture
from imagegen.uploads import UploadRefusedError
from moderation import screening
from moderation.screening import Purpose

__all__ = [
    "PICTURES_PER_USER",
    "UPLOADS_PER_USER",
    "PictureRefusedError",
    "PictureRequest",
    "UploadRefusedError",
    "cancel_picture",
    "look_of",
    "request_picture",
    "reroll_picture",
    "retry_picture",
    "store_upload",
]

PICTURES_PER_USER = Limit("picture", count=60, window_seconds=3600)
UPLOADS_PER_USER = Limit("picture-upload", count=30, window_seconds=3600)
PROMPT_LENGTH = 2000
# Leaves room for a wish; a look that has grown longer through many changes is told without them.
_LOOK_LENGTH = 1200
# Until prices exist.
_COST_COINS = 0
_SEEDS = 2**32


class PictureRefusedError(RefusedError):
    """A picture that is not made, with the reason and what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRequest:
    """A finished request for a picture.

    appearance: the canonical look of the person in it, sent again with every change.
    reference: the portrait that image-to-image starts from. Sizes, seed and strength default to the model's.
    is_mature_allowed: mature themes are no reason to refuse it. All of it stands in the picture's row, from
    where "Try again" and a free reroll take it.
    """

    owner: User
    purpose: Picture.Purpose
    mode: Picture.Mode
    prompt: str
    appearance: str = ""
    reference: Picture | None = None
    seed: int | None = None
    strength: float | None = None
    width: int | None = None
    height: int | None = None
    is_mature_allowed: bool = False

    @property
    def text(self) -> str:
        """Everything that describes the picture, as it is screened."""
        return f"{self.appearance}\n{self.prompt}".strip()


def request_picture(*, request: PictureRequest, creation_key: str, now: datetime) -> tuple[Picture, bool]:
    """Put a picture in the queue; the same owner and key twice make one, and say so.

    Screening comes before the short transaction that places the hold and the row; a worker is woken after it.
    What is screened counts against PICTURES_PER_USER, refused or not.
    Raises PictureRefusedError (nothing-to-draw, too-long, no-reference, upload-not-reviewed, needs-a-person,
    the rule that was broken, not-checked, feature-off, suspended, restricted, too-many-unfinished) and
    LimitedError.
    """
    return _request(request, creation_key=creation_key, now=now)


def look_of(picture: Picture) -> str:
    """Return how the person in a picture looks: the canonical appearance as that picture changed it."""
    model = description.read(settings.IMAGE_MODEL)
    look = prompts.compose(
        appearance=picture.appearance,
        wish=picture.prompt,
        vocabulary=model.vocabulary,
        room=model.prompt_room,
    )
    return look if len(look) <= _LOOK_LENGTH else picture.appearance


def retry_picture(*, actor: User, picture: Picture, creation_key: str, now: datetime) -> tuple[Picture, bool]:
    """Ask again for a picture that failed, was canceled or refused, with another seed.

    What was free stays free. Raises PictureRefusedError (not-owner, not-finished, already-rerolled, and what
    request_picture raises) and LimitedError.
    """
    existing = Picture.objects.filter(owner=actor, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if refusal := policies.retry_refusal(actor, picture):
        raise PictureRefusedError(refusal)
    return _request(
        _same_request(actor, picture, now=now),
        creation_key=creation_key,
        replaced=picture,
        reroll_of=picture.reroll_of,
        now=now,
    )


def reroll_picture(
    *, actor: User, picture: Picture, creation_key: str, now: datetime
) -> tuple[Picture, bool]:
    """Have a finished picture drawn again that is not enough like its person: free, with another seed, once.

    Raises PictureRefusedError (not-owner, not-finished, likeness-fine, already-rerolled, and what
    request_picture raises) and LimitedError.
    """
    existing = Picture.objects.filter(owner=actor, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if refusal := policies.reroll_refusal(actor, picture):
        raise PictureRefusedError(refusal)
    return _request(
        _same_request(actor, picture, now=now),
        creation_key=creation_key,
        replaced=picture,
        reroll_of=picture,
        now=now,
    )


@transaction.atomic(durable=True)
def cancel_picture(*, actor: User, picture: Picture, now: datetime) -> Picture:
    """Stop a picture: at once while it waits, at the worker's next step while it is drawn.

    A finished picture stays as it is. Raises PictureRefusedError (not-owner).
    """
    locked = Picture.objects.select_for_update(of=("self",), no_key=True).get(pk=picture.pk)
    if refusal := policies.cancel_refusal(actor, locked):
        raise PictureRefusedError(refusal)
    if locked.state == Picture.State.QUEUED:
        settling.end_without_result(locked, state=Picture.State.CANCELED, code="canceled", now=now)
        locked.refresh_from_db()
    elif locked.state == Picture.State.RUNNING and locked.cancel_requested_at is None:
        locked.cancel_requested_at = now
        locked.save(update_fields=["cancel_requested_at"])
        _record(actor.subject, "picture.cancel-requested", locked, now)
    return locked


def store_upload(
    *, actor: User, upload: UploadedFile, creation_key: str, now: datetime
) -> tuple[Picture, bool]:
    """Keep a picture from the person's own device: re-encoded, without metadata, seen by its owner only.

    Raises UploadRefusedError (feature-off, suspended, restricted, not-checked, the rule for which a picture
    like it is blocked, and what uploads.clean raises) and LimitedError.
    """
    existing = Picture.objects.filter(owner=actor, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if refusal := policies.upload_refusal(actor, now=now):
        raise UploadRefusedError(refusal)
    limits.spend(UPLOADS_PER_USER, key=actor.public_id, now=now)
    cleaned = uploads.clean(upload)
    if refusal := blocking.find_upload_refusal(actor.subject, cleaned.data, now=now):
        raise UploadRefusedError(refusal)
    stored = files.store(cleaned.data, extension=cleaned.extension)
    picture, created = _insert_upload(actor, cleaned, stored, creation_key=creation_key, now=now)
    if not created:
        files.remove(stored.name)
    return picture, created


def _same_request(owner: User, picture: Picture, *, now: datetime) -> PictureRequest:
    """Return what asked for a picture; the next one gets a seed of its own.

    What it was allowed it still is, but nothing mature is drawn for somebody who turned out to be no adult.
    """
    return PictureRequest(
        owner=owner,
        purpose=Picture.Purpose(picture.purpose),
        mode=Picture.Mode(picture.mode),
        prompt=picture.prompt,
        appearance=picture.appearance,
        reference=picture.reference,
        strength=picture.strength,
        width=picture.width,
        height=picture.height,
        is_mature_allowed=picture.is_mature_allowed and owner.is_adult(now.date()),
    )


def _request(
    request: PictureRequest,
    *,
    creation_key: str,
    now: datetime,
    replaced: Picture | None = None,
    reroll_of: Picture | None = None,
) -> tuple[Picture, bool]:
    existing = Picture.objects.filter(owner=request.owner, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if refusal := _length_refusal(request):
        raise PictureRefusedError(refusal)
    # Screening writes rows, some of them for good, so the request is counted first.
    limits.spend(PICTURES_PER_USER, key=request.owner.public_id, now=now)
    if refusal := _content_refusal(request, now=now):
        raise PictureRefusedError(refusal)
    return _insert(request, creation_key=creation_key, replaced=replaced, reroll_of=reroll_of, now=now)


def _length_refusal(request: PictureRequest) -> Refusal | None:
    if not request.text:
        return Refusal(
            "nothing-to-draw", _("There is nothing to draw yet."), _("Describe how the person looks.")
        )
    if len(request.text) > PROMPT_LENGTH:
        return Refusal(
            "too-long", _("The description is too long for a picture."), _("Keep it under 2,000 characters.")
        )
    return None


def _content_refusal(request: PictureRequest, *, now: datetime) -> Refusal | None:
    verdict = screening.screen_text(
        subject=request.owner.subject,
        purpose=Purpose.PICTURE_PROMPT,
        text=request.text,
        is_mature_allowed=request.is_mature_allowed,
        now=now,
    )
    # Nobody reviews single prompts, so what a person would have to look at is not drawn.
    if refusal := screening.unreviewed_refusal_of(verdict):
        return refusal
    return _reference_refusal(request) if request.mode == Picture.Mode.IMAGE_TO_IMAGE else None


def _reference_refusal(request: PictureRequest) -> Refusal | None:
    reference = request.reference
    if reference is None or not reference.is_ready or not access.can_view(request.owner, reference):
        return Refusal(
            "no-reference", _("The portrait to start from is not there."), _("Choose a finished portrait.")
        )
    if not settings.IMAGE_SAFETY_MODEL and sources.needs_classifier(reference):
        return Refusal(
            "upload-not-reviewed",
            _("The portrait was uploaded, and nobody has reviewed it yet."),
            _("Publish the character and wait for its approval, or use a portrait that was drawn here."),
        )
    return None


@transaction.atomic(durable=True)
def _insert(
    request: PictureRequest,
    *,
    creation_key: str,
    replaced: Picture | None,
    reroll_of: Picture | None,
    now: datetime,
) -> tuple[Picture, bool]:
    # The owner's row is the lock: two clicks come one after the other, and what is counted below is exact.
    owner = User.objects.select_for_update(of=("self",), no_key=True).get(pk=request.owner.pk)
    existing = Picture.objects.filter(owner=owner, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    if reroll_of is not None and queries.has_reroll(reroll_of):
        raise PictureRefusedError(policies.reroll_used_refusal())
    if refusal := policies.request_refusal(owner, now=now):
        raise PictureRefusedError(refusal)
    model = description.read(settings.IMAGE_MODEL)
    is_derived = request.mode == Picture.Mode.IMAGE_TO_IMAGE
    strength = request.strength if request.strength is not None else model.strength
    public_id = ids.new_public_id()
    hold = billing.place_hold(
        subject=owner.subject,
        reference=f"picture:{public_id}",
        amount_coins=_COST_COINS if reroll_of is None else 0,
        now=now,
    )
    picture = Picture.objects.create(
        public_id=public_id,
        created_at=now,
        owner=owner,
        creation_key=creation_key,
        purpose=request.purpose,
        mode=request.mode,
        prompt=request.prompt,
        appearance=request.appearance,
        reference=request.reference if is_derived else None,
        width=request.width or model.width,
        height=request.height or model.height,
        seed=request.seed if request.seed is not None else secrets.randbelow(_SEEDS),
        strength=strength if is_derived else None,
        is_mature_allowed=request.is_mature_allowed,
        reroll_of=reroll_of,
        request_id=audit.current_request_id(),
        hold=hold,
    )
    _record(owner.subject, "picture.requested", picture, now)
    if reroll_of is not None:
        Picture.objects.filter(pk=reroll_of.pk).update(is_rerolled=True)
    if replaced is not None:
        handlers.announce_replaced(replaced, picture)
    transaction.on_commit(wakeup.send, robust=True)
    return picture, True


@transaction.atomic(durable=True)
def _insert_upload(
    actor: User, cleaned: uploads.CleanPicture, stored: files.StoredFile, *, creation_key: str, now: datetime
) -> tuple[Picture, bool]:
    owner = User.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.pk)
    existing = Picture.objects.filter(owner=owner, creation_key=creation_key).first()
    if existing is not None:
        return existing, False
    picture = Picture.objects.create(
        created_at=now,
        owner=owner,
        creation_key=creation_key,
        purpose=Picture.Purpose.PORTRAIT,
        mode=Picture.Mode.UPLOAD,
        state=Picture.State.READY,
        width=cleaned.width,
        height=cleaned.height,
        finished_at=now,
        file=stored.name,
        content_type=cleaned.content_type,
        byte_size=stored.byte_size,
        sha256=stored.sha256,
        request_id=audit.current_request_id(),
    )
    _record(owner.subject, "picture.uploaded", picture, now)
    return picture, True


def _record(actor: Subject, kind: str, picture: Picture, now: datetime) -> None:
    audit.record(
        actor=actor,
        kind=kind,
        at=now,
        target_kind="picture",
        target_id=picture.public_id,
        data={"mode": picture.mode, "purpose": picture.purpose},
    )
