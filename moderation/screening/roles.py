"""Whether somebody below 18 takes part in what a text tells."""

import re
from bisect import bisect_right
from enum import StrEnum

from moderation.screening.terms import roles

_BEFORE = 90
_AFTER = 60
_ENDS = re.compile(r"[.!?;]+(?=\s|$|\*)|[\n。！？；]")


class Role(StrEnum):
    """What somebody below 18 is to the text."""

    TAKES_PART = "takes-part"
    BACKGROUND = "background"
    FAMILY = "family"
    PARENT = "parent"
    WORK = "work"
    PAST = "past"


class Sentences:
    """Where the sentences of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _ENDS.finditer(text))]
        self._length = len(text)

    def index(self, at: int) -> int:
        """Return the number of the sentence that a position is in."""
        return bisect_right(self._starts, at) - 1

    def span(self, at: int) -> tuple[int, int]:
        """Return where the sentence around a position begins and ends."""
        index = self.index(at)
        end = self._starts[index + 1] if index + 1 < len(self._starts) else self._length
        return self._starts[index], end


def role_of(text: str, sentences: Sentences, start: int, end: int, *, is_group: bool = False) -> Role:
    """Return what the one who is described from `start` to `end` is to the text. In doubt they take part."""
    first, last = sentences.span(start)
    before = text[max(first, start - _BEFORE) : start].lstrip()
    after = text[end : max(end, min(last, end + _AFTER))]
    family = _family_role(before, after)
    if family is None and roles.KIN_LATER.search(text[max(0, start - _BEFORE) : start]):
        family = Role.FAMILY
    if family is not None:
        around = text[max(first, start - _BEFORE) : max(end, min(last, end + _AFTER))]
        if roles.ROMANCE.search(around):
            return Role.TAKES_PART
        return Role.BACKGROUND if roles.MEETS.search(around) else family
    if _is_in_family(before, after, text[max(first, start - _BEFORE * 2) : end + _BEFORE]):
        return Role.FAMILY
    if roles.CARES_FOR.search(before):
        is_many = (
            is_group
            or bool(roles.GROUP_AFTER.match(after))
            or text[start:end].endswith(("olds", "ers", "grade", "klasse", "classe", "clase"))
        )
        return Role.WORK if is_many else Role.BACKGROUND
    if _is_past(before, after, text[start:end]) and not roles.AGELESS.search(
        text[max(first, start - 150) : max(end, min(last, end + 200))]
    ):
        return Role.PAST
    if roles.OBJECT_BEFORE.search(before):
        return Role.BACKGROUND
    return Role.TAKES_PART


def role_of_child(text: str, sentences: Sentences, start: int, end: int) -> Role:
    """Return the role of somebody who is only called a child: most of them are scenery."""
    role = role_of(text, sentences, start, end)
    if role is not Role.TAKES_PART:
        return role
    before = text[max(0, start - _BEFORE) : start]
    first, _last = sentences.span(start)
    inside = text[max(first, start - _BEFORE) : start].lstrip()
    if roles.OWNER_BEFORE.search(inside) and not roles.IS_THEM.search(inside):
        return Role.FAMILY
    if before.rstrip().endswith(","):
        # That is how people call each other.
        return Role.BACKGROUND
    if roles.IS_A.search(before) or (roles.STARTS.search(before) and roles.STARTS_AFTER.match(text, end)):
        return Role.TAKES_PART
    return Role.BACKGROUND


def find_parenthood(text: str) -> list[tuple[int, int]]:
    """Return where somebody is called a parent and no more is said of the children."""
    return [match.span() for match in roles.PARENTHOOD.finditer(text)]


def _family_role(before: str, after: str) -> Role | None:
    if match := roles.KIN_UNSPACED_AFTER.match(after):
        return Role.FAMILY if match["has"] or roles.KIN_UNSPACED_BEFORE.search(before) else None
    if roles.KIN_UNSPACED_SUBJECT.search(before) or roles.KIN_OWNED.search(before):
        return Role.FAMILY
    is_them = bool(roles.IS_THEM.search(before))
    if match := roles.KIN_BEFORE.search(before):
        if is_them or roles.OWN_STEP.search(match[0]):
            return Role.TAKES_PART
        return _yours(match[0], before) if roles.ANY_YOURS.search(before) else Role.FAMILY
    kin = roles.KIN_AFTER.match(after)
    if kin is None and not roles.PARENT_OF_AFTER.search(before):
        return (
            _yours(before, before) if roles.YOURS.search(before) and roles.OWN_CHILD.search(before) else None
        )
    if is_them:
        return Role.TAKES_PART
    if roles.YOURS.search(before):
        return _yours(kin[0] if kin else "", before)
    return Role.FAMILY if roles.OWNER_BEFORE.search(before) else None


def _is_in_family(before: str, after: str, around: str) -> bool:
    """Whether it is one of the children of a family that the text tells of, and the reader is not in it."""
    if roles.IS_THEM.search(before) or roles.READER.search(around) or not roles.FAMILY.search(around):
        return False
    is_kin = roles.KIN_AFTER.match(after) and roles.ARTICLE_BEFORE.search(before) and before.count(" ") > 1
    return bool(is_kin or roles.KIN_ALONE_BEFORE.search(before))


def _yours(kin: str, before: str) -> Role:
    """Return what a child of the reader is: scenery to look at; a stepchild or a neighbour's is not."""
    if roles.SOMEBODY_ELSES.search(before):
        return Role.TAKES_PART
    return Role.BACKGROUND if roles.OWN_CHILD.search(kin) else Role.TAKES_PART


def _is_past(before: str, after: str, said: str) -> bool:
    if roles.PAST_BEFORE.search(before) or roles.PAST_AFTER.match(after):
        return True
    # "A 16 anni", "a 16 ans": the same letter is an English article.
    is_latin = said.endswith(("anni", "ans")) and bool(roles.LATIN_AT.search(before))
    is_at = bool(roles.AT.search(before)) and not roles.ADJECTIVE.search(said)
    if not (is_latin or is_at or roles.AS_A.search(before)):
        return False
    if roles.GROWN_SINCE.match(after) and roles.PAST_VERB.search(before):
        return True
    past, present = roles.PAST_VERB.search(after), roles.PRESENT_VERB.search(after)
    if past or present:
        return past is not None and (present is None or past.start() <= present.start())
    pasts = [match.end() for match in roles.PAST_VERB.finditer(before)]
    presents = [match.end() for match in roles.PRESENT_VERB.finditer(before)]
    return bool(pasts) and max(pasts) >= max(presents, default=0)
