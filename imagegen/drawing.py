"""The steps of one picture in a worker: check, hand in, watch, judge, mark, store, deliver."""

import io
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from PIL import Image

from billing.models import Hold
from core.refusals import Refusal
from imagegen import (
    blocking,
    claims,
    failpoints,
    files,
    metrics,
    policies,
    provenance,
    safety,
    settling,
    sources,
)
from imagegen.engine import prompts
from imagegen.engine.contract import BadSpecError, NoMemoryError, NotFiniteError, Outcome, Spec
from imagegen.engine.retakes import RetakingHandle
from imagegen.models import Picture
from imagegen.studio import Studio
from moderation import child_safety, screening
from moderation.screening import Purpose

logger = logging.getLogger(__name__)

ATTEMPTS = 3
_BACKOFF_SECONDS = (2, 10)
_State = Picture.State


@dataclass(slots=True)
class Job:
    """A picture that this process claimed, with its request to the engine."""

    picture: Picture
    holder: str
    handle: RetakingHandle
    written_step: int = 0
    # The lease went to somebody else: whatever comes out is dropped.
    is_lost: bool = False
    # The owner was restricted meanwhile.
    is_forbidden: bool = False


def start(picture: Picture, *, studio: Studio, now: datetime) -> Job | None:
    """Check a claimed picture once more and hand it to the engine; None when that ended it."""
    holder = picture.lease_holder
    if policies.restriction_refusal(picture.owner, now=now) is not None:
        _end(picture, _State.REFUSED, "restricted", holder=holder, now=now)
        return None
    if picture.hold is None or picture.hold.state != Hold.State.HELD:
        _end(picture, _State.FAILED, "no-hold", holder=holder, now=now)
        return None
    if refusal := _words_refusal(picture, now=now):
        if refusal.code == screening.NOT_CHECKED:
            fail(picture, holder=holder, code=refusal.code, now=now)
        else:
            _end(picture, _State.REFUSED, refusal.code, holder=holder, now=now)
        return None
    try:
        spec = build_spec(picture, studio)
    except FileNotFoundError:
        logger.exception("imagegen.picture.no_reference picture=%s", picture.public_id)
        _end(picture, _State.FAILED, "no-reference", holder=holder, now=now)
        return None
    except Exception:  # storage drivers have their own errors; the picture gets its other tries
        logger.exception("imagegen.picture.reference_unread picture=%s", picture.public_id)
        fail(picture, holder=holder, code="reference-unread", now=now)
        return None
    if spec.reference is not None and (code := _source_problem(picture, spec.reference, studio)):
        _refuse(picture, code, spec.reference, holder=holder, now=now)
        return None
    try:
        handle = RetakingHandle(studio.engine, spec, floor=studio.engine.description.likeness_floor)
    except Exception:  # an engine may refuse in any way; the picture gets its other tries
        logger.exception("imagegen.picture.not_taken picture=%s", picture.public_id)
        if studio.engine.is_dead:
            # That is no picture's fault.
            claims.give_back(holders=[holder])
            return None
        fail(picture, holder=holder, code="engine-failed", now=now)
        return None
    return Job(picture, holder, handle)


def build_spec(picture: Picture, studio: Studio) -> Spec:
    """Return the request to the engine. Raises FileNotFoundError when the reference is gone.

    The canonical appearance comes first, in every prompt: it is what keeps the face.
    """
    model = studio.engine.description
    reference = None
    if picture.mode == Picture.Mode.IMAGE_TO_IMAGE and picture.reference is None:
        raise FileNotFoundError("the reference was erased")
    if picture.reference is not None:
        with Image.open(io.BytesIO(files.read(picture.reference.file))) as stored:
            reference = stored.convert("RGB")
    return Spec(
        prompt=prompts.compose(
            appearance=picture.appearance,
            wish=picture.prompt,
            vocabulary=model.vocabulary,
            room=model.prompt_room,
        ),
        seed=picture.seed or 0,
        width=picture.width,
        height=picture.height,
        steps=model.steps_for(fast=settings.IMAGE_FAST),
        guidance=model.guidance,
        reference=reference,
        strength=1.0 if picture.strength is None else picture.strength,
        identity_scale=model.identity_scale,
    )


def finish(job: Job, *, studio: Studio, now: datetime) -> None:
    """Bring a picture whose request is done to its end, or back to the queue for another try."""
    try:
        outcome = job.handle.result()
    except BadSpecError:
        logger.exception("imagegen.picture.bad_request picture=%s", job.picture.public_id)
        _end(job.picture, _State.FAILED, "bad-request", holder=job.holder, now=now)
        return
    except Exception as error:  # an engine may fail in any way; the picture gets its other tries
        logger.exception("imagegen.picture.engine_failed picture=%s", job.picture.public_id)
        fail(job.picture, holder=job.holder, code=_failure_code(error), now=now)
        return
    if job.is_lost:
        _note_lost(job.picture)
    elif job.is_forbidden:
        _end(job.picture, _State.REFUSED, "restricted", holder=job.holder, now=now)
    elif outcome.image is None:
        _end(job.picture, _State.CANCELED, "canceled", holder=job.holder, now=now)
    else:
        _judge_and_deliver(job, outcome.image, outcome, studio=studio, now=now)


@transaction.atomic(durable=True)
def fail(picture: Picture, *, holder: str, code: str, now: datetime) -> None:
    """Give a picture another try after a pause, or end it as FAILED; as CANCELED if its owner asked for that.

    Locks the row, so that no cancel is lost. Changes nothing when `holder` has the picture no more.
    """
    held = Picture.objects.filter(pk=picture.pk, state=_State.RUNNING, lease_holder=holder)
    locked = held.select_for_update(of=("self",)).first()
    if locked is None:
        _note_lost(picture)
        return
    if locked.cancel_requested_at is not None:
        settling.end_without_result(locked, state=_State.CANCELED, code="canceled", holder=holder, now=now)
        return
    if locked.attempts + 1 >= ATTEMPTS:
        settling.end_without_result(locked, state=_State.FAILED, code=code, holder=holder, now=now)
        return
    held.update(
        state=_State.QUEUED,
        lease_holder="",
        lease_expires_at=None,
        attempts=locked.attempts + 1,
        failure_code=code,
        not_before=now + timedelta(seconds=_BACKOFF_SECONDS[locked.attempts]),
    )
    transaction.on_commit(partial(metrics.note_retried, cause=code), robust=True)


def _failure_code(error: Exception) -> str:
    """Return what the engine failed of, as operators count it."""
    if isinstance(error, NoMemoryError):
        return "out-of-memory"
    return "not-finite" if isinstance(error, NotFiniteError) else "engine-failed"


def _note_lost(picture: Picture) -> None:
    """Note that somebody else has the picture, so that what was drawn here is thrown away."""
    logger.warning("imagegen.picture.lease_lost picture=%s", picture.public_id)
    metrics.note_trouble(cause="lease-lost")


def _words_refusal(picture: Picture, *, now: datetime) -> Refusal | None:
    """Let the classifiers of text look at what is asked for; the rules did when it was asked."""
    if not screening.has_worker_checks():
        return None
    verdict = screening.screen_text(
        subject=picture.owner.subject,
        purpose=Purpose.PICTURE_PROMPT,
        text=f"{picture.appearance}\n{picture.prompt}".strip(),
        is_mature_allowed=picture.is_mature_allowed,
        now=now,
        in_worker=True,
    )
    return screening.unreviewed_refusal_of(verdict)


def _source_problem(picture: Picture, image: Image.Image, studio: Studio) -> str:
    """Return why nothing is drawn from this reference; what people send is judged before it is drawn from."""
    if picture.reference is None or not sources.is_foreign(sources.find_origin(picture.reference)):
        return ""
    if safety.is_classifier(studio.safety):
        verdict = safety.check(studio.safety, image)
        return "" if verdict.is_safe else verdict.code
    return "upload-not-reviewed" if sources.needs_classifier(picture.reference) else ""


def _find_problem(image: Image.Image, studio: Studio) -> str:
    """Return why nobody gets to see a drawing, or an empty string."""
    verdict = safety.check(studio.safety, image)
    if not verdict.is_safe:
        return verdict.code or blocking.FAILED
    return blocking.find_code(image)


def _judge_and_deliver(
    job: Job, image: Image.Image, outcome: Outcome, *, studio: Studio, now: datetime
) -> None:
    picture, drawn = job.picture, job.handle.spec
    if code := _find_problem(image, studio):
        _refuse(picture, code, image, drawn=drawn, holder=job.holder, now=now)
        return
    try:
        data = provenance.encode(image)
        stored = files.store(data, extension=provenance.EXTENSION)
    except Exception:  # storage drivers have their own errors; the picture gets its other tries
        logger.exception("imagegen.picture.not_stored picture=%s", picture.public_id)
        fail(picture, holder=job.holder, code="not-stored", now=now)
        return
    failpoints.reach(failpoints.AFTER_FILE)
    result = {
        "file": stored.name,
        "byte_size": stored.byte_size,
        "sha256": stored.sha256,
        "content_type": provenance.CONTENT_TYPE,
        "model_name": studio.engine.description.label[:120],
        "likeness": outcome.likeness,
        "likeness_floor": None if outcome.likeness is None else studio.engine.description.likeness_floor,
        "is_retaken": job.handle.is_retaken,
        "drawn_seed": drawn.seed,
        "drawn_strength": None if drawn.reference is None else drawn.strength,
        "width": image.width,
        "height": image.height,
        "step": job.handle.progress.step_count,
        "step_count": job.handle.progress.step_count,
    }
    try:
        is_delivered = _deliver(job, result, now=now)
    except settling.HoldSettledError:
        logger.exception("imagegen.picture.not_paid picture=%s", picture.public_id)
        _remove(stored.name)
        _end(picture, _State.FAILED, "no-hold", holder=job.holder, now=now)
        return
    if is_delivered:
        failpoints.reach(failpoints.AFTER_READY)
        return
    _remove(stored.name)
    # Not ours any more, or canceled in the last moment: the second is ours to say.
    if not _end(picture, _State.CANCELED, "canceled", holder=job.holder, now=now):
        _note_lost(picture)


@transaction.atomic(durable=True)
def _deliver(job: Job, result: dict[str, object], *, now: datetime) -> bool:
    is_delivered = settling.deliver(job.picture, holder=job.holder, result=result, now=now)
    failpoints.reach(failpoints.BEFORE_READY)
    return is_delivered


def _refuse(
    picture: Picture,
    code: str,
    image: Image.Image,
    *,
    holder: str,
    now: datetime,
    drawn: Spec | None = None,
) -> None:
    """Drop what did not pass. Of what concerns minors, hash, seed and prompt are kept: no pixels (R11).

    drawn: what it was drawn with, if it was drawn.
    """
    if code == child_safety.REASON:
        # First, and for good: whatever happens to the row meanwhile.
        _keep_evidence(picture, image, drawn, now=now)
    _end(picture, _State.REFUSED, code, holder=holder, now=now)


def _keep_evidence(picture: Picture, image: Image.Image, drawn: Spec | None, *, now: datetime) -> None:
    content = {
        "picture": picture.public_id,
        "prompt": picture.prompt,
        "appearance": picture.appearance,
        "seed": picture.seed if drawn is None else drawn.seed,
        "strength": picture.strength if drawn is None or drawn.reference is None else drawn.strength,
    }
    child_safety.record_hit(
        subject=picture.owner.subject,
        purpose="picture-output",
        content_hash=files.digest(image.convert("RGB").tobytes()),
        content=json.dumps(content, ensure_ascii=False),
        now=now,
    )


@transaction.atomic(durable=True)
def _end(picture: Picture, state: Picture.State, code: str, *, holder: str, now: datetime) -> bool:
    return settling.end_without_result(picture, state=state, code=code, holder=holder, now=now)


def _remove(name: str) -> None:
    try:
        files.remove(name)
    except Exception:  # storage drivers have their own errors; sweep_files deletes it later
        logger.exception("imagegen.file.not_removed")
