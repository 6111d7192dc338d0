"""R9, R10, R12: who sees what. One rule, in SQL and in Python, proven equal."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Block, Mute, User
from characters import policies, queries, services
from characters.models import Character, State, Visibility
from imagegen import access as picture_access
from imagegen.models import Picture
from moderation import targets
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    make_character,
    make_minor,
    make_picture,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

STATES = (State.DRAFT, State.PENDING, State.APPROVED, State.REJECTED, State.DELISTED, State.SUPERSEDED)


@dataclass(frozen=True)
class Person:
    """A viewer to be made."""

    is_signed_in: bool
    is_owner: bool
    is_active: bool
    is_adult: bool
    safe_mode: bool
    is_staff: bool
    # Between them and the owner: nothing, or who blocked whom.
    block: str
    has_muted: bool


people = st.builds(
    Person,
    is_signed_in=st.booleans(),
    is_owner=st.booleans(),
    is_active=st.booleans(),
    is_adult=st.booleans(),
    safe_mode=st.booleans(),
    is_staff=st.booleans(),
    block=st.sampled_from(["", "by viewer", "by owner"]),
    has_muted=st.booleans(),
)


@pytest.fixture
def world(db):
    """One item for each state and each Safe Mode; the examples change who looks, and the visibility."""
    return [
        make_character(state=state, safe_mode=safe_mode) for state in STATES for safe_mode in (True, False)
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(min_value=0, max_value=len(STATES) * 2 - 1),
    visibility=st.sampled_from(Visibility.values),
    is_owner_active=st.booleans(),
    person=people,
)
def test_the_list_and_the_object_agree(world, which, visibility, is_owner_active, person):
    """R9, R10, R14: `visible_to` (SQL) ≡ `can_view` (Python), for every character and every viewer."""
    character = get_fresh(world[which])
    character.owner.is_active = is_owner_active
    character.owner.save()
    character.visibility = visibility
    character.save()
    viewer = make_viewer(person, character)

    listed = Character.objects.visible_to(viewer).filter(pk=character.pk).exists()

    assert listed == character.can_view(viewer)
    assert listed == expected(character, viewer, person)
    assert not listed or character.revision_for(viewer) is not None
    discovered = Character.objects.discoverable_by(viewer).filter(pk=character.pk).exists()
    assert not discovered or listed
    assert not (discovered and person.has_muted and viewer.pk not in {None, character.owner_id})
    read = character.revision_for(viewer)
    if read is not None and viewer.pk != character.owner_id:
        assert read.state == State.APPROVED


def make_viewer(person: Person, character: Character) -> User | AnonymousUser:
    if not person.is_signed_in:
        return AnonymousUser()
    if person.is_owner:
        return character.owner
    born = date(1990, 1, 1) if person.is_adult else date(2010, 1, 1)
    viewer = make_user(
        date_of_birth=born,
        safe_mode=person.safe_mode or not person.is_adult,
        is_active=person.is_active,
        is_staff=person.is_staff,
    )
    if person.block:
        sides = (viewer, character.owner) if person.block == "by viewer" else (character.owner, viewer)
        Block.objects.create(blocker=sides[0], blocked=sides[1], created_at=NOW)
    if person.has_muted:
        Mute.objects.create(muter=viewer, muted=character.owner, created_at=NOW)
    return viewer


def expected(character: Character, viewer: User | AnonymousUser, person: Person) -> bool:
    """R9, R10 and R14 in their own words."""
    is_user = isinstance(viewer, User) and viewer.is_active
    if is_user and viewer.pk == character.owner_id:
        return True
    is_public = character.visibility == "PUBLIC" and character.owner.is_active
    if not is_public or character.live_revision is None:
        return False
    if person.is_signed_in and person.block:
        return False
    both_off = is_user and not viewer.safe_mode
    return character.live_revision.safe_mode or both_off


def test_a_mature_item_needs_both_settings_off():
    """R10: the character's Safe Mode and the viewer's."""
    mature = make_character(state=State.APPROVED, safe_mode=False)

    assert mature.can_view(make_user(safe_mode=False))
    assert not mature.can_view(make_user(safe_mode=True))
    assert not mature.can_view(make_minor())
    assert not mature.can_view(AnonymousUser())
    assert mature.can_view(mature.owner)
    assert not mature.is_open_to_all


def test_an_unreviewed_switch_to_mature_or_back_is_not_seen():
    """R5, R10: the live revision's own setting counts, not the draft's."""
    character = make_character(state=State.APPROVED)
    edit(character, safe_mode=False)

    assert get_fresh(character).can_view(make_user())


def test_others_never_read_an_unapproved_edit():
    """R5: people who are not the owner read only approved revisions."""
    character = make_character(state=State.APPROVED)
    edit(character, name="Unseen")
    advance(character, State.PENDING)

    character = get_fresh(character)
    for viewer in (make_user(), make_staff(), AnonymousUser()):
        assert character.revision_for(viewer).name == "Mira Vale"
    assert not queries.search(make_user(), "unseen").exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.PENDING, State.REJECTED, State.DELISTED])
def test_the_owner_reads_what_there_is(state):
    character = make_character(state=state)

    assert character.revision_for(character.owner) == character.working_revision
    assert character.revision_for(make_user()) is None
    assert policies.chat_refusal(character.owner, character) is None
    assert policies.chat_refusal(make_user(), character).code == "not-available"
    assert policies.photo_refusal(character.owner, character) is None
    assert policies.photo_refusal(make_user(), character).code == "not-available"


def test_a_suspended_creators_items_vanish():
    character = make_character(state=State.APPROVED)
    character.owner.is_active = False
    character.owner.save()

    assert not get_fresh(character).can_view(make_user())
    assert not get_fresh(character).can_view(character.owner)
    assert not queries.list_newest(make_user()).exists()


# --- R12 ----------------------------------------------------------------------------------------------------


def reason_codes(character):
    return [reason.code for reason in policies.hidden_reasons(get_fresh(character))]


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        (State.DRAFT, ["private", "not-submitted"]),
        (State.SUBMITTED, ["in-review"]),
        (State.PENDING, ["in-review"]),
        (State.APPROVED, []),
        (State.REJECTED, ["rejected"]),
        (State.WITHDRAWN, ["not-submitted"]),
        (State.DELISTED, ["delisted"]),
        (State.SUPERSEDED, []),
    ],
)
def test_each_failing_condition_is_named_with_its_fix(state, codes):
    """R12: the real conditions, each with what would help."""
    character = make_character(state=state)

    assert reason_codes(character) == codes
    for reason in policies.hidden_reasons(character):
        assert str(reason.message)
        assert str(reason.fix)


def test_every_failing_condition_is_named_at_once():
    """R12: private, not live, mature and suspended together."""
    character = make_character(safe_mode=False)
    character.owner.is_active = False
    character.owner.save()

    assert reason_codes(character) == ["owner-suspended", "private", "not-submitted", "depends-on-viewer"]


def test_what_depends_on_the_viewer_says_so():
    """R12: the viewer's own setting is no failure of the item."""
    character = make_character(state=State.APPROVED, safe_mode=False)

    assert reason_codes(character) == [policies.DEPENDS_ON_VIEWER]


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("safe_mode", [True, False])
@pytest.mark.parametrize("state", State)
def test_the_reasons_are_the_rule(state, safe_mode, visibility):
    """R12: nothing is named ⇔ others see it; only the viewer is named ⇔ some of them do."""
    character = make_character(state=state, safe_mode=safe_mode, visibility=visibility)
    codes = reason_codes(character)

    assert (codes == []) == character.can_view(make_user(safe_mode=True))
    assert (set(codes) <= {policies.DEPENDS_ON_VIEWER}) == character.can_view(make_user(safe_mode=False))


# --- Pictures and reports -----------------------------------------------------------------------------------


def test_an_approved_portrait_is_seen_with_its_character():
    """R9, R10: the media rule is the visibility rule."""
    character = make_character(state=State.APPROVED)
    portrait = character.live_revision.portrait
    assert picture_access.can_view(AnonymousUser(), portrait)

    services.set_visibility(actor=character.owner, item=character, visibility="PRIVATE", now=NOW)
    assert not picture_access.can_view(make_user(), portrait)
    assert picture_access.can_view(character.owner, portrait)

    mature = make_character(state=State.APPROVED, safe_mode=False).live_revision.portrait
    assert not picture_access.can_view(make_user(), mature)
    assert picture_access.can_view(make_user(safe_mode=False), mature)


@pytest.mark.parametrize(
    ("state", "reviewers_see"),
    [
        (State.DRAFT, False),
        (State.SUBMITTED, True),
        (State.PENDING, True),
        (State.REJECTED, True),
        (State.WITHDRAWN, False),
        (State.DELISTED, True),
    ],
)
def test_an_uploaded_portrait_is_the_owners_until_a_person_approved_it(state, reviewers_see):
    """Reviewers see what was put before them; nobody else does."""
    owner = make_user()
    upload = make_picture(owner=owner, mode=Picture.Mode.UPLOAD, appearance="")
    character = make_character(owner=owner, portrait_id=upload.pk)
    if state == State.WITHDRAWN:
        services.submit(actor=owner, item=character, now=NOW)
        services.withdraw(actor=owner, item=character, now=NOW)
    else:
        advance(character, state)

    assert picture_access.can_view(owner, upload)
    assert not picture_access.can_view(make_user(safe_mode=False), upload)
    assert not picture_access.can_view(make_staff(is_reviewer=False), upload)
    assert picture_access.can_view(make_staff(), upload) == reviewers_see


def test_photos_on_the_page_are_the_askers_own():
    """R2: a photo is seen only by the person who asked."""
    character = make_character(state=State.APPROVED)
    asker = make_user()
    photo = make_picture(
        owner=asker,
        purpose=Picture.Purpose.PHOTO,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        reference=character.live_revision.portrait,
        strength=0.5,
    )

    assert picture_access.can_view(asker, photo)
    for viewer in (character.owner, make_user(), make_staff(), AnonymousUser()):
        assert not picture_access.can_view(viewer, photo)


def test_who_sees_a_character_can_report_it():
    """R14."""
    character = make_character(state=State.APPROVED)

    target = targets.find("character", viewer=make_user(), public_id=character.public_id)

    assert (target.title, target.owner) == ("Mira Vale", character.owner)
    assert target.url == f"/characters/{character.slug}/"


def test_a_hidden_character_looks_like_a_missing_one_to_everybody_but_reviewers():
    character = make_character(state=State.PENDING)

    assert targets.find("character", viewer=make_user(), public_id=character.public_id) is None
    assert targets.find("character", viewer=make_user(), public_id="0" * 32) is None
    assert targets.find("character", viewer=make_staff(), public_id=character.public_id).url.startswith(
        "/admin/"
    )
