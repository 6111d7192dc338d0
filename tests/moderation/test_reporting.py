"""R14: what can be reported from where: people, pictures, and what one blocked meanwhile."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services as account_services
from accounts.models import User
from characters.models import Character, State
from core import ids
from imagegen.models import Picture
from moderation import services
from moderation.models import Case, Decision
from moderation.services import Step, StepKind, repeats
from moderation.targets import Words
from tests import factories
from tests.clients import client_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_files(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def viewer() -> User:
    return factories.make_user(username="mira")


@pytest.fixture
def creator() -> User:
    return factories.make_user(username="otto", display_name="Otto Lark")


@pytest.fixture
def portrait(creator: User) -> Picture:
    return factories.make_picture(owner=creator, with_file=True)


@pytest.fixture
def character(creator: User, portrait: Picture) -> Character:
    return factories.make_character(owner=creator, state=State.APPROVED, portrait_id=portrait.pk)


def report_url(kind: str, target_id: str) -> str:
    return reverse("report", kwargs={"kind": kind, "target_id": target_id})


def send(person: User, kind: str, target_id: str) -> str:
    """Report and return where that leads, empty where there is nothing to report."""
    form = {"reason": "HARASSMENT", "text": "", "creation_key": ids.new_public_id()}
    response = client_of(person).post(report_url(kind, target_id), form)
    return str(response.headers.get("Location", ""))


def block(person: User, other: User) -> None:
    account_services.block_user(actor=person, public_id=other.public_id, now=NOW)


def page_of(person: User, url: str) -> str:
    return client_of(person).get(url).content.decode()


@pytest.mark.parametrize("kind", ["user", "character", "picture"])
def test_r14_whoever_blocked_somebody_can_still_report_them_and_theirs(
    viewer: User, creator: User, character: Character, portrait: Picture, kind: str
) -> None:
    target_id = {"user": creator, "character": character, "picture": portrait}[kind].public_id
    block(viewer, creator)
    assert send(viewer, kind, target_id) == reverse("settings-blocked")
    case = Case.objects.get()
    assert (case.target_kind, case.target_id, case.subject) == (kind, target_id, creator.subject)


@pytest.mark.parametrize("kind", ["character", "picture"])
def test_what_the_other_one_s_block_hides_stays_hidden(
    viewer: User, creator: User, character: Character, portrait: Picture, kind: str
) -> None:
    block(creator, viewer)
    target_id = {"character": character, "picture": portrait}[kind].public_id
    assert client_of(viewer).get(report_url(kind, target_id)).status_code == 404
    assert send(viewer, kind, target_id) == ""
    assert send(viewer, "user", creator.public_id) == reverse("discover")


def test_a_report_does_not_open_what_was_blocked(viewer: User, creator: User, character: Character) -> None:
    block(viewer, creator)
    send(viewer, "character", character.public_id)
    assert client_of(viewer).get(character.get_absolute_url()).status_code == 404


def test_people_are_reported_with_their_names_and_staff_are_led_to_them(viewer: User, creator: User) -> None:
    send(viewer, "user", creator.public_id)
    case = Case.objects.get()
    assert case.title == "Otto Lark"
    assert case.reports.get().target_excerpt == "Otto Lark\n@otto"
    page = page_of(factories.make_staff(), reverse("admin:moderation_case_change", args=[case.pk]))
    assert reverse("admin:moderation_person", args=[creator.public_id]) in page


def test_nobody_reports_themselves_or_who_is_suspended(viewer: User, creator: User) -> None:
    assert send(viewer, "user", viewer.public_id) == ""
    account_services.suspend_user(actor=None, user=creator, reason_code="spam", explanation="x", now=NOW)
    assert client_of(viewer).get(report_url("user", creator.public_id)).status_code == 404
    assert not Case.objects.exists()


# --- Links --------------------------------------------------------------------------------------------------


def test_the_pages_that_show_a_person_link_to_reporting_them(
    viewer: User, creator: User, character: Character
) -> None:
    link = f'href="{report_url("user", creator.public_id)}"'
    assert link in page_of(viewer, character.get_absolute_url())
    assert link in page_of(viewer, reverse("person-block", args=[creator.public_id]))
    block(viewer, creator)
    assert link in page_of(viewer, reverse("settings-blocked"))


def test_the_page_of_a_picture_links_to_reporting_it(
    viewer: User, creator: User, character: Character, portrait: Picture
) -> None:
    del character
    url, link = reverse("picture", args=[portrait.public_id]), report_url("picture", portrait.public_id)
    assert link in page_of(viewer, url)
    assert link in page_of(creator, url), "it was drawn for them"
    assert link not in Client().get(url).content.decode()


def test_nobody_reports_a_picture_of_their_own_making(creator: User) -> None:
    upload = factories.make_picture(owner=creator, with_file=True, mode=Picture.Mode.UPLOAD)
    link = report_url("picture", upload.public_id)
    assert link not in page_of(creator, reverse("picture", args=[upload.public_id]))
    assert send(creator, "picture", upload.public_id) == ""


# --- What was made for whoever reports it -------------------------------------------------------------------


def test_a_picture_that_was_drawn_for_the_reporter_is_nobody_s_strike(viewer: User) -> None:
    photo = factories.make_picture(owner=viewer, with_file=True, purpose=Picture.Purpose.CHAT_PHOTO)
    assert send(viewer, "picture", photo.public_id) == reverse("picture", args=[photo.public_id])
    case = Case.objects.get()
    assert case.subject is None
    services.handle_case(
        actor=factories.make_staff(),
        case=case,
        expected_version=case.version,
        step=Step(StepKind.REMOVE, Words("rights")),
        now=NOW,
    )
    assert Decision.objects.filter(kind="REMOVE", affected=viewer.subject).exists()
    assert repeats.count_strikes(viewer, now=NOW) == 0


def test_somebody_else_s_report_of_it_leaves_the_strike(viewer: User, creator: User) -> None:
    """Otherwise a report of one's own would buy anybody off."""
    photo = factories.make_picture(owner=creator, with_file=True)
    factories.make_character(owner=creator, state=State.APPROVED, portrait_id=photo.pk)
    send(viewer, "picture", photo.public_id)
    services.remove_content(
        actor=factories.make_staff(),
        target_kind="picture",
        target_id=photo.public_id,
        words=Words("rights"),
        now=NOW,
    )
    assert repeats.count_strikes(creator, now=NOW) == 1
