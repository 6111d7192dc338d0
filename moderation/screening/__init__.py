"""Automatic screening of text. It errs on the side of a person looking; concerning minors, of a no.

One door for every kind of text: `screen_text` with its purpose. Which checks look stands in `chain`.
"""

import hashlib
import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.models import Subject
from core.refusals import Refusal
from moderation import child_safety
from moderation.models import Verdict
from moderation.screening import chain, classifiers
from moderation.screening.chain import Judgement, title_of
from moderation.screening.distress import needs_help
from moderation.screening.findings import Content, Purpose
from moderation.screening.normalise import normalise
from policies.rules import RULES

__all__ = [
    "NOT_CHECKED",
    "Purpose",
    "find_name_refusal",
    "has_worker_checks",
    "is_blocked",
    "is_incomplete",
    "needs_help",
    "normalise",
    "prepare_worker",
    "refusal_of",
    "screen_text",
    "strictest",
    "title_of",
    "unchecked_refusal_of",
    "unreviewed_refusal_of",
]

# The code of a no because a check failed: the same may pass in a moment.
NOT_CHECKED = "not-checked"
# What parts the words of a username.
_NAME_MARKS = re.compile(r"[._-]+")


def screen_text(
    *,
    subject: Subject,
    purpose: Purpose,
    text: str,
    is_mature_allowed: bool,
    now: datetime,
    in_worker: bool = False,
) -> Verdict:
    """Return the stored or a fresh verdict on `text`.

    in_worker: let the classifiers of this installation look too; web processes judge by the rules alone.
    Call it outside transactions: a hit concerning minors is kept, and locks its author's account, whatever
    becomes of the caller. Raises RuntimeError for such a hit inside one.
    """
    content = Content(purpose, text, is_mature_allowed)
    checks = chain.list_checks(in_worker=in_worker)
    version = chain.get_version(checks)
    content_hash = hashlib.sha256(f"{purpose}\n{is_mature_allowed}\n{text}".encode()).hexdigest()
    verdict = Verdict.objects.filter(content_hash=content_hash, policy_version=version).first()
    if verdict is None or is_incomplete(verdict):
        verdict = _store(chain.judge(content, checks), content_hash, version, now=now)
    if verdict.outcome == Verdict.Outcome.CHILD_SAFETY:
        # Who tried again matters as much as what: one record for each attempt.
        child_safety.record_hit(
            subject=subject,
            purpose=purpose.value,
            content_hash=content_hash,
            content=text,
            # What a model of ours wrote locks nobody out.
            locks=purpose is not Purpose.REPLY,
            now=now,
        )
    return verdict


def refusal_of(verdict: Verdict) -> Refusal | None:
    """Return the no of a verdict. A HOLD is for a person to decide, so it is not a no."""
    return _refusal(verdict.outcome, verdict.reason_code)


def unchecked_refusal_of(verdict: Verdict) -> Refusal | None:
    """Return the no to a text that is held only because a check failed: it may pass in a moment."""
    return _not_checked() if verdict.outcome == Verdict.Outcome.HOLD and is_incomplete(verdict) else None


def unreviewed_refusal_of(verdict: Verdict) -> Refusal | None:
    """Return the no of a verdict where nobody would ever review a HOLD, so that it is one, too."""
    if verdict.outcome != Verdict.Outcome.HOLD:
        return refusal_of(verdict)
    return unchecked_refusal_of(verdict) or Refusal(
        "needs-a-person", _("We cannot be sure that this is allowed."), _("Try it in other words.")
    )


def is_incomplete(verdict: Verdict) -> bool:
    """Whether a check failed: the text is judged anew when it comes again."""
    return any(finding["reason"] == chain.FAILED for finding in verdict.findings)


def is_blocked(*, purpose: Purpose, text: str, is_mature_allowed: bool) -> bool:
    """Whether a text like this is refused, or could not be checked. Stores nothing: for text that is still
    growing.
    """
    judgement = _judge_by_rules(Content(purpose, text, is_mature_allowed))
    return judgement.is_no or judgement.is_incomplete


def find_name_refusal(name: str) -> Refusal | None:
    """Say no to a name that nobody may carry. Stores nothing: there may be no account yet."""
    spaced = _NAME_MARKS.sub(" ", name)
    judgement = _judge_by_rules(Content(Purpose.PROFILE, f"{name}\n{spaced}"))
    if judgement.is_incomplete and not judgement.is_no:
        return _not_checked()
    return _refusal(judgement.outcome, judgement.reason_code)


def strictest(*verdicts: Verdict) -> Verdict:
    """Return the strictest verdict, the first of several."""
    return max(verdicts, key=lambda verdict: chain.strictness(verdict.outcome))


def has_worker_checks() -> bool:
    """Whether workers look more closely than web processes."""
    return any(chain.needs_worker(check) for check in chain.list_checks(in_worker=True))


def prepare_worker() -> None:
    """Load what the checks of a worker need, before its first text. Raises what a broken model raises."""
    classifiers.prepare()


def _judge_by_rules(content: Content) -> Judgement:
    return chain.judge(content, chain.list_checks(in_worker=False))


def _refusal(outcome: str, reason_code: str) -> Refusal | None:
    if outcome not in {Verdict.Outcome.REJECT, Verdict.Outcome.CHILD_SAFETY}:
        return None
    rule = RULES[reason_code]
    return Refusal(rule.code, rule.explanation, rule.fix)


def _not_checked() -> Refusal:
    return Refusal(NOT_CHECKED, _("We could not check this just now."), _("Please try again in a moment."))


@transaction.atomic
def _store(judgement: Judgement, content_hash: str, version: str, *, now: datetime) -> Verdict:
    """Keep a judgement. One that was incomplete is replaced, any other stays."""
    fields = {
        "outcome": judgement.outcome,
        "reason_code": judgement.reason_code,
        "findings": [
            {"check": found.check, "outcome": found.outcome, "reason": found.reason_code}
            for found in judgement.findings
        ],
        "created_at": now,
    }
    verdict, created = Verdict.objects.get_or_create(
        content_hash=content_hash, policy_version=version, defaults=fields
    )
    if not created and is_incomplete(verdict):
        for name, value in fields.items():
            setattr(verdict, name, value)
        verdict.save(update_fields=list(fields))
    return verdict
