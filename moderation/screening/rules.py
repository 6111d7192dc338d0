"""The rules that need no model: small named checks on the words of a text.

Each check stands alone and says nothing about the others; the strictest finding counts. Concerning minors
they fail closed: what could be about somebody below 18 who takes part is taken for it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import groupby

from moderation.models import Verdict
from moderation.screening import ages, births
from moderation.screening.ages import Kind, Mention
from moderation.screening.findings import Check, Content, Finding, Purpose
from moderation.screening.readings import Readings, read
from moderation.screening.roles import Role, Sentences
from moderation.screening.terms import contact, forbidden, minors, people, sexual, themes, unclear

Outcome = Verdict.Outcome

# Near enough to speak of the same thing, in characters.
_NEAR = 200
_HELPERS_NEAR = 120
# The same again so often is no text.
_REPEATED_WORDS = 12
_REPEATED_LINES = 5
# What others read and a person can look at before they do.
_REVIEWED = frozenset({Purpose.CHARACTER, Purpose.STORY, Purpose.CLUB, Purpose.POST, Purpose.PROFILE})
# Of these, what nobody reads before it was reviewed.
_PUBLISHED = frozenset({Purpose.CHARACTER, Purpose.STORY})
# What follows the rules for everybody, whoever writes it. Someone who chats with a character must be heard
# when they are not well, and villains may be talked to: only child safety blocks there.
_RULED = _REVIEWED | {Purpose.REPLY, Purpose.DIRECT_MESSAGE}
_SAFE_MODE = _REVIEWED | {Purpose.REPLY}
_HELPED = frozenset({"non-consensual", "trafficking", "hate"})


class MinorsCheck:
    """Nobody below 18 near anything sexual, in a mature item, or in a picture."""

    name = "rules.minors"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        readings = read(content.text)
        mentions = ages.find_mentions(readings)
        if content.purpose is Purpose.PICTURE_PROMPT:
            return self._look_at_prompt(readings, mentions, is_mature=content.is_mature_allowed)
        outcome = _judge_company(readings, mentions)
        if content.purpose in _REVIEWED:
            outcome = _stricter(
                outcome,
                _judge_presence(readings, mentions, content.purpose, is_mature=content.is_mature_allowed),
            )
        elif outcome is Outcome.HOLD:
            return []
        return self._found(outcome, "minors")

    def _look_at_prompt(
        self, readings: Readings, mentions: tuple[Mention, ...], *, is_mature: bool
    ) -> list[Finding]:
        texts = [reading.text for reading in readings.all]
        # Phrases that keep children out are no use to a model that draws what it reads.
        is_young = bool(mentions) or _finds(
            (
                minors.PERSONA,
                minors.PERSONA_UNSPACED,
                minors.CHILD,
                minors.CHILD_UNSPACED,
                minors.MINOR_STATUS,
                minors.DRAWN_YOUNG,
            ),
            texts,
        )
        is_young = is_young or any(ages.looks_young(text) for text in texts)
        if is_young and _finds(
            (sexual.EXPLICIT, sexual.EXPLICIT_UNSPACED, sexual.PICTURE, sexual.SUGGESTIVE), texts
        ):
            return self._found(Outcome.CHILD_SAFETY, "minors")
        # An age, or what is as clear, has no place in an item for adults; a word for a child may be careless.
        if is_mature and any(
            mention.kind is not Kind.CHILD and mention.role is Role.TAKES_PART for mention in mentions
        ):
            return self._found(Outcome.CHILD_SAFETY, "minors")
        if is_young or _finds((minors.AMBIGUOUS_YOUTH, unclear.BARELY), texts):
            return self._found(Outcome.REJECT, "adults-only")
        return []

    def _found(self, outcome: Verdict.Outcome, reason_code: str) -> list[Finding]:
        return [] if outcome is Outcome.PASS else [Finding(self.name, outcome, reason_code)]


class ExplicitPictureCheck:
    """No picture shows anybody without clothes."""

    name = "rules.explicit-imagery"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        if content.purpose is not Purpose.PICTURE_PROMPT:
            return []
        texts = [_without_innocent(reading.text) for reading in read(content.text).all]
        if not _finds((sexual.PICTURE, sexual.EXPLICIT, sexual.EXPLICIT_UNSPACED), texts):
            return []
        return [Finding(self.name, Outcome.REJECT, "explicit-imagery")]


class MatureThemesCheck:
    """Themes for adults need Safe Mode off."""

    name = "rules.mature-themes"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        if content.is_mature_allowed or content.purpose not in _SAFE_MODE:
            return []
        texts = [_without_innocent(reading.text) for reading in read(content.text).all]
        if not _finds((sexual.EXPLICIT, sexual.EXPLICIT_UNSPACED, themes.MATURE), texts):
            return []
        return [Finding(self.name, Outcome.REJECT, "mature-themes")]


class ForbiddenCheck:
    """One of the rules that hold in everything that others may read."""

    def __init__(self, code: str, pattern: re.Pattern[str]) -> None:
        self.name = f"rules.{code}"
        self._code = code
        self._pattern = pattern

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        if content.purpose not in _RULED:
            return []
        outcome = Outcome.PASS
        for reading in read(content.text).all:
            for match in self._pattern.finditer(reading.text):
                is_helped = self._code in _HELPED and _has_helpers(reading.text, match)
                outcome = _stricter(outcome, Outcome.HOLD if is_helped else Outcome.REJECT)
        return [] if outcome is Outcome.PASS else [Finding(self.name, outcome, self._code)]


class DistressCheck:
    """Somebody who is not well says so in public: a person should see it, and it is never refused."""

    name = "rules.distress"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        if content.purpose not in {Purpose.POST, Purpose.PROFILE, Purpose.CLUB}:
            return []
        if not forbidden.DISTRESS.search(read(content.text).plain):
            return []
        return [Finding(self.name, Outcome.HOLD, "self-harm")]


class RealPersonCheck:
    """Somebody alive who may not have agreed."""

    name = "rules.real-person"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        texts = [reading.text for reading in read(content.text).all]
        if content.purpose not in _REVIEWED | {Purpose.PICTURE_PROMPT} or not _finds(
            (people.REAL_PERSON,), texts
        ):
            return []
        is_refused = content.purpose is Purpose.PICTURE_PROMPT or _finds((sexual.EXPLICIT,), texts)
        return [Finding(self.name, Outcome.REJECT if is_refused else Outcome.HOLD, "real-person")]


class ContactCheck:
    """Ways to be reached elsewhere, and questions for them."""

    name = "rules.contacts"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        if content.purpose not in _SAFE_MODE:
            return []
        for reading in read(content.text).all:
            text = reading.text
            is_phone = any(not contact.AMOUNT.fullmatch(match[0]) for match in contact.PHONE.finditer(text))
            if is_phone or _finds(
                (*contact.CONTACT, contact.CONTACT_UNSPACED, contact.SPELLED_PHONE), [text]
            ):
                return [Finding(self.name, Outcome.REJECT, "contact-harvesting")]
        if content.purpose in _REVIEWED and contact.CONTACT_HINT.search(read(content.text).plain):
            return [Finding(self.name, Outcome.HOLD, "contact-harvesting")]
        return []


class SpamCheck:
    """Advertising, links, and the same again and again."""

    name = "rules.spam"

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
        if content.purpose not in _REVIEWED | {Purpose.DIRECT_MESSAGE}:
            return []
        readings = read(content.text)
        texts = [reading.text for reading in readings.all]
        is_linked = contact.LINK.search(readings.plain) is not None
        if _finds((contact.SPAM,), texts) or _repeats(readings.plain):
            return [Finding(self.name, Outcome.REJECT, "spam")]
        if not is_linked or content.purpose is Purpose.DIRECT_MESSAGE:
            return []
        # People may say where else they are on their profile; a character has no other place.
        is_own = content.purpose in {Purpose.PROFILE, Purpose.POST} and not contact.SALES.search(
            readings.plain
        )
        return [Finding(self.name, Outcome.HOLD if is_own else Outcome.REJECT, "spam")]


CHECKS: tuple[Check, ...] = (
    MinorsCheck(),
    ExplicitPictureCheck(),
    *(ForbiddenCheck(code, pattern) for code, pattern in forbidden.FORBIDDEN),
    DistressCheck(),
    RealPersonCheck(),
    ContactCheck(),
    SpamCheck(),
    MatureThemesCheck(),
)


def _judge_company(readings: Readings, mentions: tuple[Mention, ...]) -> Verdict.Outcome:
    """Judge those below 18 by what sexual words stand near them."""
    if not mentions:
        return Outcome.PASS
    plain, suggestive = _find_sexual(readings)
    outcome = Outcome.PASS
    for mention in mentions:
        if plain.are_near(mention) or suggestive.are_near(mention):
            outcome = _stricter(outcome, _judge_near(mention, plain, suggestive))
        elif plain or suggestive:
            outcome = _stricter(outcome, Outcome.HOLD)
    return outcome


def _judge_near(mention: Mention, plain: "_Places", suggestive: "_Places") -> Verdict.Outcome:
    if mention.role in {Role.TAKES_PART, Role.BACKGROUND}:
        return Outcome.CHILD_SAFETY
    if mention.role is Role.PARENT:
        # A parent of three may have a love life; nothing ties the children to it.
        return Outcome.HOLD
    is_same_sentence = mention.sentence in plain.sentences or mention.sentence in suggestive.sentences
    if mention.kind is Kind.CHILD and mention.role is Role.FAMILY:
        return Outcome.CHILD_SAFETY if is_same_sentence else Outcome.HOLD
    return Outcome.CHILD_SAFETY if plain.are_near(mention) or is_same_sentence else Outcome.HOLD


def _judge_presence(
    readings: Readings, mentions: tuple[Mention, ...], purpose: Purpose, *, is_mature: bool
) -> Verdict.Outcome:
    """Judge those below 18 by their part in the item."""
    taking_part = [mention for mention in mentions if mention.role is Role.TAKES_PART]
    if is_mature:
        texts = [reading.text for reading in readings.all]
        is_unclear = _finds((unclear.BARELY, unclear.UNCLEAR_UNSPACED), texts) or any(
            births.may_be_below(text) for text in texts
        )
        is_near = any(
            mention.role is Role.BACKGROUND and mention.kind is not Kind.CHILD for mention in mentions
        )
        if taking_part:
            return Outcome.CHILD_SAFETY
        return Outcome.HOLD if is_unclear or is_near else Outcome.PASS
    if not taking_part:
        return Outcome.PASS
    sentences = Sentences(readings.plain)
    courted = _Places(_starts(unclear.COURTED, readings.plain), sentences)
    if courted.stand_with(taking_part):
        return Outcome.CHILD_SAFETY
    # Children have adventures in stories for everybody, and a person reads each of those before others do.
    # Whom one will talk to as somebody below 18, or what a real person says of themselves, is pointed out.
    told = _Places(
        [*_starts(unclear.TALKS, readings.plain), *_starts(unclear.TENDER, readings.plain)], sentences
    )
    is_pointed_out = courted.are_near_any(taking_part) or told.stand_with(taking_part)
    return Outcome.HOLD if is_pointed_out or purpose not in _PUBLISHED else Outcome.PASS


def _starts(pattern: re.Pattern[str], text: str) -> list[int]:
    return [match.start() for match in pattern.finditer(text)]


class _Places:
    """Where words stand in the plain reading."""

    def __init__(self, found: Iterable[int], sentences: Sentences) -> None:
        self._at = sorted(found)
        self.sentences = frozenset(map(sentences.index, self._at))

    def __bool__(self) -> bool:
        return bool(self._at)

    def are_near(self, mention: Mention) -> bool:
        """Whether one stands in the same sentence or not far away."""
        index = bisect_left(self._at, mention.at - _NEAR)
        is_close = index < len(self._at) and self._at[index] <= mention.at + _NEAR
        return is_close or mention.sentence in self.sentences

    def are_near_any(self, mentions: Iterable[Mention]) -> bool:
        """Whether one stands near any of those."""
        return any(self.are_near(mention) for mention in mentions)

    def stand_with(self, mentions: Iterable[Mention]) -> bool:
        """Whether one stands in the same sentence as any of those."""
        return any(mention.sentence in self.sentences for mention in mentions)


def _find_sexual(readings: Readings) -> tuple[_Places, _Places]:
    sentences = Sentences(readings.plain)
    plain, suggestive = set(), set()
    for reading in readings.all:
        text = _without_innocent(reading.text)
        for pattern in (sexual.EXPLICIT, sexual.EXPLICIT_UNSPACED):
            plain |= {reading.place(match.start()) for match in pattern.finditer(text)}
        suggestive |= {reading.place(match.start()) for match in sexual.SUGGESTIVE.finditer(text)}
    return _Places(plain, sentences), _Places(suggestive, sentences)


def _without_innocent(text: str) -> str:
    return sexual.INNOCENT.sub(lambda match: " " * len(match[0]), text)


def _has_helpers(text: str, match: re.Match[str]) -> bool:
    return bool(
        forbidden.HELPERS.search(text[max(0, match.start() - _HELPERS_NEAR) : match.start()])
        or forbidden.HELPERS.search(text[match.end() : match.end() + _HELPERS_NEAR])
    )


def _repeats(text: str) -> bool:
    runs = max((len(list(same)) for _word, same in groupby(text.split())), default=0)
    lines = [line for line in text.splitlines() if len(line) > 3]
    return runs >= _REPEATED_WORDS or len(lines) - len(set(lines)) >= _REPEATED_LINES


def _finds(patterns: Iterable[re.Pattern[str]], texts: list[str]) -> bool:
    return any(pattern.search(text) for pattern in patterns for text in texts)


def _stricter(left: Verdict.Outcome, right: Verdict.Outcome) -> Verdict.Outcome:
    return max(left, right, key=_STRICTNESS.index)


_STRICTNESS = (Outcome.PASS, Outcome.HOLD, Outcome.REJECT, Outcome.CHILD_SAFETY)
