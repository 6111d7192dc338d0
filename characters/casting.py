"""Choosing the cast of a story: who is in it, in which order, and who could be added."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import User
from characters import queries
from characters.folding import fold
from characters.models import CAST_LIMIT, Character
from characters.presenters import PortraitView, present_portrait
from core.refusals import Text

# As many as fit under the search without a second page; more letters find the rest.
RESULT_COUNT = 8
_WORD_COUNT = 8
_PUBLIC_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A character that can be in the cast, or who was and is not available any more."""

    public_id: str
    name: str
    initial: str
    short_bio: str
    portrait: PortraitView | None
    is_own: bool
    # Others cannot see a story before all of its cast are approved.
    is_live: bool = True
    number: int = 0
    can_move_up: bool = False
    can_move_down: bool = False
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class CastPanel:
    """Everything that changes in the panel without the rest of the page."""

    members: tuple[Candidate, ...]
    words: str
    results: tuple[Candidate, ...]
    # More match than the page shows.
    has_more: bool
    limit: int
    # What a button just did, for those who do not see it move.
    said: Text = ""
    problem: Text = ""

    @property
    def is_full(self) -> bool:
        return len(self.members) >= self.limit


@dataclass(frozen=True, slots=True)
class Step:
    """A cast after one button, and what to say about it."""

    cast: tuple[str, ...]
    said: Text = ""
    problem: Text = ""


def take_step(cast: Sequence[str], *, action: str, public_id: str) -> Step:
    """Do what a button asks: "add", "remove", "move_up" or "move_down". What it cannot do changes nothing."""
    order = list(dict.fromkeys(cast))
    if action == "add":
        return _add(order, public_id)
    if public_id not in order:
        return Step(tuple(order))
    place = order.index(public_id)
    if action == "remove":
        order.remove(public_id)
        return Step(tuple(order), said=_("Taken out of the cast."))
    other = place - 1 if action == "move_up" else place + 1
    if not 0 <= other < len(order):
        return Step(tuple(order))
    order[place], order[other] = order[other], order[place]
    return Step(
        tuple(order),
        said=_("Now number %(number)d of %(count)d.") % {"number": other + 1, "count": len(order)},
    )


def _add(order: list[str], public_id: str) -> Step:
    if public_id in order:
        return Step(tuple(order))
    if len(order) >= CAST_LIMIT:
        problem = _("A cast has %(count)d characters at most. Take somebody out first.") % {
            "count": CAST_LIMIT
        }
        return Step(tuple(order), problem=problem)
    return Step((*order, public_id), said=_("Added to the cast."))


def clean_ids(cast: Sequence[str]) -> list[str]:
    """Return what can be ids of a cast, each once; a form can send anything."""
    found = dict.fromkeys(public_id for public_id in cast if _PUBLIC_ID.fullmatch(public_id))
    return list(found)[: 2 * CAST_LIMIT]


def build_panel(
    author: User,
    *,
    cast: Sequence[str],
    words: str,
    known: Mapping[str, str],
    said: Text = "",
    problem: Text = "",
) -> CastPanel:
    """Return the panel. Four queries, and those of visibility.

    known: the names of those who are in the story already, some of whom may not be available any more.
    """
    cast = clean_ids(cast)
    there = {
        character.public_id: character
        for character in queries.list_castable(author).filter(public_id__in=cast)
    }
    members = [
        _present(there[public_id], author) if public_id in there else _missing(public_id, known)
        for public_id in cast
        if public_id in there or public_id in known
    ]
    results = find_castable(author, words=words, without=cast, count=RESULT_COUNT + 1)
    return CastPanel(
        members=tuple(
            _numbered(member, number, len(members)) for number, member in enumerate(members, start=1)
        ),
        words=words,
        results=tuple(_present(character, author) for character in results[:RESULT_COUNT]),
        has_more=len(results) > RESULT_COUNT,
        limit=CAST_LIMIT,
        said=said,
        problem=problem,
    )


def find_castable(author: User, *, words: str, without: Sequence[str], count: int) -> list[Character]:
    """Return whom the author may add, their own first, then the most chatted. Three queries.

    Every word occurs in name, bios or tags.
    """
    terms = fold(words).split()[:_WORD_COUNT]
    keys = queries.find_castable(author, words=terms, without=without, count=count)
    found = {character.pk: character for character in queries.list_castable(author).filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def list_notes(author: User, cast: Sequence[str]) -> list[tuple[str, str]]:
    """Return name and short bio of those in a cast whom the author may add. One query."""
    found = {
        character.public_id: character.revision_for(author)
        for character in queries.list_castable(author).filter(public_id__in=clean_ids(cast))
    }
    revisions = [revision for public_id in cast if (revision := found.get(public_id)) is not None]
    return [(revision.name, revision.short_bio) for revision in revisions]


def _present(character: Character, author: User) -> Candidate:
    revision = character.revision_for(author) or character.working_revision
    return Candidate(
        public_id=character.public_id,
        name=revision.name,
        initial=revision.name[:1].upper(),
        short_bio=revision.short_bio,
        portrait=present_portrait(revision.portrait, name=revision.name),
        is_own=character.owner_id == author.pk,
        is_live=character.live_revision_id is not None,
    )


def _missing(public_id: str, known: Mapping[str, str]) -> Candidate:
    name = known[public_id]
    return Candidate(public_id, name, name[:1].upper() or "?", "", None, is_own=False, is_missing=True)


def _numbered(member: Candidate, number: int, count: int) -> Candidate:
    return replace(member, number=number, can_move_up=number > 1, can_move_down=number < count)
