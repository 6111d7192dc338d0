"""Automatic screening: the first look at a submission, and at what is saved at all."""

import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction

from characters import queries, review_queue
from characters.models import ITEM_MODELS, Character, Content, ItemRevision, State, Story
from characters.services import notices
from characters.services.shared import lock_both, record, save_revision
from core import ids
from core.models import Subject
from core.refusals import Refusal
from moderation import screening
from moderation import services as moderation_services
from moderation.models import Verdict
from moderation.screening import Purpose
from policies.rules import RULES

_LOST_AFTER = timedelta(seconds=30)
_SWEEP_COUNT = 100
_PURPOSES = {Character.KIND: Purpose.CHARACTER, Story.KIND: Purpose.STORY}
_NOS = frozenset({Verdict.Outcome.REJECT, Verdict.Outcome.CHILD_SAFETY})

logger = logging.getLogger(__name__)


def wake_screening(kind: str, revision_id: int) -> None:
    """Tell a worker that a submission waits. A lost message only costs time: see characters.sweep."""
    try:
        current_app.send_task(
            "characters.screen",
            kwargs={"kind": kind, "revision_id": revision_id},
            queue="cpu",
            retry=False,
        )
    except Exception:  # each broker's driver has its own errors, and the sweeper sends it again
        logger.exception("characters.screening.wake_up_lost")


def send_lost_wake_ups(*, now: datetime) -> int:
    """Wake the screening of submissions that nobody looked at; returns how many."""
    count = 0
    for kind, model in ITEM_MODELS.items():
        for revision_id in queries.list_unscreened(model, before=now - _LOST_AFTER, count=_SWEEP_COUNT):
            wake_screening(kind, revision_id)
            count += 1
    return count


def find_absolute_refusal(content: Content, *, kind: str, subject: Subject, now: datetime) -> Refusal | None:
    """Return the no to content that must not even be stored, not even privately (R11).

    Everything else is looked at when it is submitted. Call it outside transactions.
    """
    verdict = screening.screen_text(
        subject=subject,
        purpose=_PURPOSES[kind],
        text=_text_of(content),
        is_mature_allowed=not content.safe_mode,
        now=now,
    )
    is_absolute = verdict.outcome == Verdict.Outcome.CHILD_SAFETY
    return screening.refusal_of(verdict) if is_absolute else None


def screen_revision(*, revision_id: int, now: datetime, kind: str = Character.KIND) -> tuple[Any, bool]:
    """Screen a submission: nothing found → PENDING, a hold → stays SUBMITTED, a no → REJECTED.

    Safe to run any number of times, by anybody; returns whether this call decided. It belongs into a worker,
    where the classifiers look too. Call it outside transactions. Raises DoesNotExist of the kind's revision.
    """
    rows = ITEM_MODELS[kind].revision_model().objects
    revision = rows.select_related("item__owner__subject").get(pk=revision_id)
    if not _waits(revision):
        return revision, False
    outcome, reason_code = _screen(revision, now=now)
    return _apply(revision, outcome, reason_code, now=now)


def _screen(revision: ItemRevision, *, now: datetime) -> tuple[str, str]:
    """Return the strictest outcome and its rule: on the text, on looks as something to draw, and on the text
    together with the address.
    """
    content = revision.content()

    def look_at(text: str, purpose: Purpose = _PURPOSES[revision.item.KIND]) -> Verdict:
        return screening.screen_text(
            subject=revision.item.owner.subject,
            purpose=purpose,
            text=text,
            # Of its own words: a cast for adults alone makes no mature themes of a story that has none.
            is_mature_allowed=not revision.safe_mode,
            now=now,
            in_worker=True,
        )

    text = _text_of(content)
    looks = [look_at(look, Purpose.PICTURE_PROMPT) for look in content.looks()]
    worst = screening.strictest(look_at(text), *looks)
    if worst.outcome != Verdict.Outcome.PASS:
        return worst.outcome, worst.reason_code
    whole = look_at(f"{text}\n{ids.slug_words(revision.item.slug)}")
    if whole.outcome == Verdict.Outcome.PASS:
        return whole.outcome, ""
    # The address stays what the first name made it, so its creator could not mend it: a person decides.
    return Verdict.Outcome.HOLD, whole.reason_code


@transaction.atomic(durable=True)
def _apply(
    revision: ItemRevision, outcome: str, reason_code: str, *, now: datetime
) -> tuple[ItemRevision, bool]:
    item, revision = lock_both(revision)
    if not _waits(revision):
        return revision, False
    revision.screened_at = now
    if outcome in _NOS:
        rule = RULES[reason_code]
        explanation, fix = str(rule.explanation), str(rule.fix)
        revision.reject(reason_code=rule.code, explanation=explanation, fix=fix, now=now)
        decision = moderation_services.record_decision(
            kind="REJECT",
            actor=None,
            affected=item.owner.subject,
            target_kind=item.KIND,
            target_id=item.public_id,
            revision_hash=revision.content_hash,
            reason_code=rule.code,
            explanation=explanation,
            fix=fix,
            now=now,
        )
        notices.tell_rejected(item, revision, decision, now=now)
    elif outcome == Verdict.Outcome.HOLD:
        revision.hold_code = reason_code
    else:
        revision.queue(now=now)
    revision.risk = review_queue.rate(item, revision)
    save_revision(revision)
    record(
        actor=None,
        kind="revision.screened",
        item=item,
        at=now,
        revision=revision.number,
        outcome=outcome,
        reason_code=reason_code,
    )
    return revision, True


def _waits(revision: ItemRevision) -> bool:
    return revision.state == State.SUBMITTED and revision.screened_at is None


def _text_of(content: Content) -> str:
    return "\n".join(part for part in content.words() if part)
