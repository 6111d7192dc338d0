"""Automatic screening of text. It errs on the side of a person looking; concerning minors, of a no."""

import hashlib
import re
import unicodedata
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from core import audit
from core.models import Subject
from core.refusals import Refusal
from moderation import terms
from moderation.models import Evidence, Verdict
from policies.rules import RULES

# Changes with every change of terms or logic: verdicts of older versions are not reused.
POLICY_VERSION = "2026-11-2"

# Characters that show nothing and are in none of the categories below: fillers, selectors, unassigned ones.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf"})
_MARK_CATEGORIES = frozenset({"Me", "Mn"})
# The one accent that tells a word of `terms` from a first name.
_KEPT_TILDE = re.compile("\\bnin\u0303(?=[ao]s?\\b)")
_SPACES = re.compile(r"\s+")
_LEET = str.maketrans("0134578@$", "oieastbas")


class Purpose(StrEnum):
    """What the text is for; it decides which rules apply."""

    PICTURE_PROMPT = "picture-prompt"
    CHARACTER = "character"
    CHAT_MESSAGE = "chat-message"
    REPLY = "reply"
    PROFILE = "profile"


def screen_text(
    *, subject: Subject, purpose: Purpose, text: str, is_mature_allowed: bool, now: datetime
) -> Verdict:
    """Return the stored or a fresh verdict on `text`. Call it outside a transaction that may roll back."""
    folded = normalise(text)
    content_hash = hashlib.sha256(f"{purpose}\n{is_mature_allowed}\n{folded}".encode()).hexdigest()
    outcome, reason_code, is_evidence = _judge(folded, purpose, is_mature_allowed=is_mature_allowed)
    with transaction.atomic():
        verdict, _created = Verdict.objects.get_or_create(
            content_hash=content_hash,
            policy_version=POLICY_VERSION,
            defaults={"outcome": outcome, "reason_code": reason_code, "created_at": now},
        )
        if is_evidence:
            # Who tried again matters as much as what: one record for each attempt.
            Evidence.objects.create(
                at=now, subject=subject, purpose=purpose.value, content_hash=content_hash, content=text
            )
            audit.record(
                actor=subject,
                kind="screening.evidence",
                at=now,
                target_kind="verdict",
                target_id=content_hash,
                data={"purpose": purpose.value},
            )
    return verdict


def refusal_of(verdict: Verdict) -> Refusal | None:
    """Return the no of a BLOCK verdict. A HOLD is for a person to decide, so it is not a no."""
    if verdict.outcome != Verdict.Outcome.BLOCK:
        return None
    rule = RULES[verdict.reason_code]
    return Refusal(rule.code, rule.explanation, rule.fix)


def is_blocked(*, purpose: Purpose, text: str, is_mature_allowed: bool) -> bool:
    """Whether a text like this is refused. Stores nothing: for text that is still growing."""
    outcome, _reason_code, _is_evidence = _judge(
        normalise(text), purpose, is_mature_allowed=is_mature_allowed
    )
    return outcome == Verdict.Outcome.BLOCK


def normalise(text: str) -> str:
    """Fold what hides words from a reader of bytes.

    That is width, case, white space, invisible characters, and accents on Latin letters and digits. In other
    scripts marks are letters: they stay.
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    visible = "".join(char for char in _INVISIBLE.sub("", decomposed) if not _is_control(char))
    folded = unicodedata.normalize("NFC", _drop_accents(_KEPT_TILDE.sub("ni\u00f1", visible)))
    return _SPACES.sub(" ", folded.replace("’", "'")).strip()


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE_CATEGORIES and not char.isspace()


def _drop_accents(decomposed: str) -> str:
    kept = []
    is_plain = False
    for char in decomposed:
        if unicodedata.category(char) not in _MARK_CATEGORIES:
            is_plain = char.isalnum() if char.isascii() else unicodedata.name(char, "").startswith("LATIN ")
        elif is_plain:
            continue
        kept.append(char)
    return "".join(kept)


def _judge(text: str, purpose: Purpose, *, is_mature_allowed: bool) -> tuple[str, str, bool]:
    """Return outcome, reason code, and whether to keep the text as evidence."""
    # Digits written for letters are undone for words only: ages are read from the text as it stands.
    spelled = text.translate(_LEET)
    is_picture = purpose is Purpose.PICTURE_PROMPT
    has_minor = terms.mentions_minor(text, is_any_span_an_age=is_picture) or _finds(terms.MINOR, spelled)
    if has_minor and _finds(terms.SEXUAL, text, spelled):
        return Verdict.Outcome.BLOCK, "minors", True
    if is_picture:
        return *_judge_picture(text, spelled, has_minor=has_minor), False
    if purpose is Purpose.CHAT_MESSAGE:
        # Someone who is not well must be heard, and villains may be talked to: only the rule above blocks.
        return Verdict.Outcome.ALLOW, "", False
    if code := _forbidden_code(text, spelled, is_mature_allowed=is_mature_allowed):
        return Verdict.Outcome.BLOCK, code, False
    if purpose is not Purpose.REPLY:
        if has_minor:
            return Verdict.Outcome.HOLD, "minors", False
        if terms.REAL_PERSON.search(text):
            return Verdict.Outcome.HOLD, "real-person", False
    return Verdict.Outcome.ALLOW, "", False


def _judge_picture(text: str, spelled: str, *, has_minor: bool) -> tuple[str, str]:
    if has_minor or terms.AMBIGUOUS_YOUTH.search(text):
        return Verdict.Outcome.BLOCK, "adults-only"
    if _finds(terms.EXPLICIT_PICTURE, text, spelled):
        return Verdict.Outcome.BLOCK, "explicit-imagery"
    if terms.REAL_PERSON.search(text):
        return Verdict.Outcome.BLOCK, "real-person"
    return Verdict.Outcome.ALLOW, ""


def _forbidden_code(text: str, spelled: str, *, is_mature_allowed: bool) -> str:
    for code, pattern in terms.FORBIDDEN:
        if _finds(pattern, text, spelled):
            return code
    if any(pattern.search(text) for pattern in terms.CONTACT):
        return "contact-harvesting"
    if not is_mature_allowed and _finds(terms.MATURE, text, spelled):
        return "mature-themes"
    return ""


def _finds(pattern: re.Pattern[str], *texts: str) -> bool:
    return any(pattern.search(text) for text in texts)
