"""R8, R9, R10, R12, R14: who sees which story, in random worlds. SQL and Python are proven equal."""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Block, User
from accounts.queries import Viewer
from characters import policies, services
from characters.models import CastMember, Character, Item, State, Story, Visibility
from tests.factories import NOW, get_fresh, make_character, make_staff, make_story, make_user

pytestmark = pytest.mark.django_db

STATES = (State.DRAFT, State.APPROVED, State.DELISTED)
OWNERS = ("author", "guest", "viewer")


@dataclass(frozen=True)
class Member:
    """One of a cast: whose, in which state, and how it is set; gone with its creator where nobody's."""

    owner: str
    state: State
    safe_mode: bool
    is_public: bool


@dataclass(frozen=True)
class Case:
    """A story, its cast, and who looks."""

    state: State
    safe_mode: bool
    is_public: bool
    cast: tuple[Member, ...]
    suspended: frozenset[str]
    # Whom the viewer blocked, or who blocked them.
    blocked: frozenset[str]
    is_blocked_by_them: bool
    viewer: str
    is_bold: bool


flags = st.booleans()
members = st.builds(
    Member,
    owner=st.sampled_from((*OWNERS, "guest", "nobody")),
    # Weighted, so that stories that somebody sees are no rarity.
    state=st.sampled_from((*STATES, State.APPROVED, State.APPROVED, State.APPROVED)),
    safe_mode=st.sampled_from((True, True, False)),
    is_public=st.sampled_from((True, True, True, False)),
)
cases = st.builds(
    Case,
    state=st.sampled_from((*STATES, State.APPROVED, State.APPROVED)),
    safe_mode=st.sampled_from((True, True, False)),
    is_public=st.sampled_from((True, True, True, False)),
    cast=st.lists(members, max_size=3).map(tuple),
    suspended=st.sets(st.sampled_from(("author", "guest")), max_size=1).map(frozenset),
    blocked=st.sets(st.sampled_from(("author", "guest")), max_size=1).map(frozenset),
    is_blocked_by_them=flags,
    viewer=st.sampled_from(("visitor", "minor", "adult", "adult", "author")),
    is_bold=flags,
)


@dataclass
class World:
    """The people, their stories and characters in every state; the cases set the rest."""

    people: dict[str, User]
    stories: dict[tuple[State, bool], Story]
    characters: dict[tuple[str, State, bool, int], Character]


@pytest.fixture
def world(db: None) -> World:
    people = {name: make_user(safe_mode=False) for name in OWNERS}
    spare = make_character(owner=people["author"], state=State.APPROVED)
    stories = {
        (state, safe_mode): make_story(
            owner=people["author"], cast=[spare], state=before(state), safe_mode=safe_mode
        )
        for state, safe_mode in product(STATES, (True, False))
    }
    characters = {
        (owner, state, safe_mode, copy): make_character(
            owner=people[owner], state=before(state), safe_mode=safe_mode, name=f"{owner} {copy}"
        )
        for owner, state, safe_mode, copy in product(OWNERS, STATES, (True, False), range(3))
    }
    down = [story for (state, _safe), story in stories.items() if state == State.DELISTED]
    down += [found for (_owner, state, *_rest), found in characters.items() if state == State.DELISTED]
    for item in down:
        services.delist(actor=make_staff(), item=item, reason_code="spam", explanation="", fix="", now=NOW)
    return World(people, stories, characters)


def before(state: State) -> State:
    """Return what comes first: who was taken down often may not publish any more."""
    return State.APPROVED if state == State.DELISTED else state


def set_up(world: World, case: Case) -> tuple[Story, Viewer]:
    Block.objects.all().delete()
    people = world.people
    born = date(2010, 1, 1) if case.viewer == "minor" else date(1990, 1, 1)
    # Only adults turn their Safe Mode off, and nobody grows younger.
    safe_mode = case.viewer == "minor" or not case.is_bold
    User.objects.filter(pk=people["viewer"].pk).update(date_of_birth=born, safe_mode=safe_mode)
    for name in ("author", "guest"):
        User.objects.filter(pk=people[name].pk).update(is_active=name not in case.suspended)
    for name in case.blocked:
        sides = (people[name], people["viewer"])
        blocker, blocked = sides if case.is_blocked_by_them else sides[::-1]
        Block.objects.create(blocker=blocker, blocked=blocked, created_at=NOW)
    story = world.stories[case.state, case.safe_mode]
    _show(story, case.is_public)
    revision = get_fresh(story).working_revision
    revision.cast_members.all().delete()
    for position, member in enumerate(case.cast):
        character = None
        if member.owner != "nobody":
            character = world.characters[member.owner, member.state, member.safe_mode, position]
            _show(character, member.is_public)
        CastMember.objects.create(revision=revision, position=position, character=character)
    viewer: Viewer = AnonymousUser()
    if case.viewer != "visitor":
        name = "author" if case.viewer == "author" else "viewer"
        viewer = User.objects.get(pk=people[name].pk)
    return get_fresh(story), viewer


def _show(item: Item, is_public: bool) -> None:
    visibility = Visibility.PUBLIC if is_public else Visibility.PRIVATE
    type(item).objects.filter(pk=item.pk).update(visibility=visibility)


def is_found(case: Case, owner: str, state: State, *, safe_mode: bool, is_public: bool) -> bool:
    """R9, R10, R14 in their own words, of one item, for a viewer who did not make the story."""
    if not is_public or state != State.APPROVED or owner in case.suspended:
        return False
    is_member = case.viewer in {"adult", "author"}
    if not safe_mode and not (is_member and (case.is_bold or case.viewer == "author")):
        return False
    return case.viewer in {"visitor", "author"} or owner not in case.blocked


def expected(case: Case) -> bool:
    """R8: the story, and everybody in it."""
    if case.viewer == "author" and "author" not in case.suspended:
        return True
    if case.viewer == "author":
        # Suspended people are nobody, and so is what they made.
        return False
    return is_found(case, "author", case.state, safe_mode=case.safe_mode, is_public=case.is_public) and all(
        member.owner != "nobody"
        and is_found(case, member.owner, member.state, safe_mode=member.safe_mode, is_public=member.is_public)
        for member in case.cast
    )


def load(viewer: Viewer, story: Story) -> Any:
    """Load it as lists do: with what the database says about this viewer."""
    rows = Story.objects.visible_to(viewer)
    links = ("live_revision", "open_revision", "delisted_revision")
    return rows.with_revisions(*links, viewer=viewer).filter(pk=story.pk).first()


PROPERTY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@PROPERTY
@given(case=cases)
def test_the_list_and_the_object_agree(world: World, case: Case) -> None:
    """`visible_to` (SQL) ≡ `can_view` (Python) ≡ the rules in their own words, for every story and viewer."""
    story, viewer = set_up(world, case)
    listed = load(viewer, story)

    assert (listed is not None) == story.can_view(viewer) == expected(case)
    assert listed is None or listed.can_view(viewer)
    is_playable = story.is_playable_by(viewer)
    assert not is_playable or story.can_view(viewer)
    assert is_playable == (listed is not None and listed.is_playable_by(viewer))
    if is_playable:
        assert case.cast
        for member in story.revision_for(viewer).list_cast():
            assert Character.objects.visible_to(viewer).filter(pk=member.character_id).exists()
    if story.live_revision is not None:
        members_are_mature = any(
            member.owner != "nobody" and member.state == State.APPROVED and not member.safe_mode
            for member in case.cast
        )
        assert story.live_revision.is_mature == (not case.safe_mode or members_are_mature)


@PROPERTY
@given(case=cases)
def test_the_reasons_are_the_rule(world: World, case: Case) -> None:
    """R12: nothing is named ⇔ everybody sees it; only the viewer is named ⇔ some do."""
    story, _viewer = set_up(world, case)
    codes = [reason.code for reason in policies.hidden_reasons(story)]

    assert (codes == []) == story.can_view(AnonymousUser())
    bold = User(safe_mode=False, is_active=True, date_of_birth=date(1990, 1, 1))
    bold.pk = 0
    assert (set(codes) <= {policies.DEPENDS_ON_VIEWER}) == story.can_view(bold)
    assert codes == sorted(codes, key=lambda code: code == policies.DEPENDS_ON_VIEWER)
