"""Blocks and mutes: who sees whom, and the pages that change it: R14."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import services
from accounts.models import Block, Mute, User
from accounts.services import blocking
from characters.models import Character, State
from chat import policies as chat_policies
from chat import services as chat_services
from chat.models import Conversation
from core import ids
from core.models import AuditEvent
from core.refusals import LimitedError
from notifications.models import Notice
from tests import factories
from tests.characters_web.html import parse
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LIST = "/settings/blocked/"


@pytest.fixture(autouse=True)
def _stored_files(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def viewer() -> User:
    return factories.make_user(username="mira", display_name="Mira Holm")


@pytest.fixture
def creator() -> User:
    return factories.make_user(username="otto", display_name="Otto")


@pytest.fixture
def character(creator: User) -> Character:
    portrait = factories.make_picture(owner=creator, with_file=True)
    return factories.make_character(owner=creator, state=State.APPROVED, portrait_id=portrait.pk)


@pytest.fixture
def browser(viewer: User) -> Client:
    client = Client()
    client.force_login(viewer)
    return client


def block(actor: User, person: User) -> None:
    services.block_user(actor=actor, public_id=person.public_id, now=NOW)


def mute(actor: User, person: User) -> None:
    services.mute_user(actor=actor, public_id=person.public_id, now=NOW)


def media_url(character: Character) -> str:
    portrait = factories.get_fresh(character).live_revision.portrait
    return reverse("media", kwargs={"kind": "picture", "public_id": portrait.public_id})


def status_of(client: Client, url: str) -> int:
    """Open and read to the end: a picture is a file."""
    response = client.get(url)
    b"".join(response)
    return response.status_code


LISTS: dict[str, Callable[[Character], str]] = {
    "discovery": lambda _character: "/",
    "most chatted": lambda _character: "/?sort=most-chatted",
    "search": lambda _character: "/?q=mira",
    "category": lambda _character: "/categories/drama/",
}
LINKS: dict[str, Callable[[Character], str]] = {
    "page": lambda character: character.get_absolute_url(),
    "portrait": media_url,
    "report": lambda character: reverse(
        "report", kwargs={"kind": "character", "target_id": character.public_id}
    ),
}


@pytest.mark.parametrize("direction", ["viewer blocks", "creator blocks"])
@pytest.mark.parametrize("surface", [*LISTS, *LINKS])
def test_a_block_works_both_ways_on_every_surface(
    browser: Client, viewer: User, creator: User, character: Character, direction: str, surface: str
) -> None:
    def sees() -> bool:
        if surface in LINKS:
            status = status_of(browser, LINKS[surface](character))
            assert status in {200, 404}
            return status == 200
        return "Mira Vale" in browser.get(LISTS[surface](character)).content.decode()

    assert sees()
    first, second = (viewer, creator) if direction == "viewer blocks" else (creator, viewer)
    block(first, second)
    # Whoever blocks can still report what they saw (R14).
    assert sees() == (surface == "report" and first == viewer)
    services.unblock_user(actor=first, public_id=second.public_id, now=NOW)
    assert sees()


def test_others_and_share_previews_are_not_concerned(
    client: Client, viewer: User, creator: User, character: Character
) -> None:
    block(viewer, creator)
    page = client.get(character.get_absolute_url()).content.decode()
    assert 'property="og:title"' in page
    assert status_of(client, media_url(character)) == 200


def test_a_block_of_ones_own_does_not_take_the_others_away(
    browser: Client, viewer: User, creator: User, character: Character
) -> None:
    block(viewer, creator)
    block(creator, viewer)
    services.unblock_user(actor=viewer, public_id=creator.public_id, now=NOW)
    assert browser.get(character.get_absolute_url()).status_code == 404


def begin(viewer: User, character: Character) -> Conversation:
    return chat_services.start_conversation(
        actor=viewer, character=character, creation_key=ids.new_public_id(), now=NOW
    )[0]


def test_a_chat_becomes_read_only_and_only_who_blocked_reads_why(
    browser: Client, viewer: User, creator: User, character: Character
) -> None:
    """R9, R14."""
    talk = begin(viewer, character)
    url = reverse("chat", args=[talk.public_id])
    block(creator, viewer)
    page = browser.get(url).content.decode()
    assert "not available to you at the moment" in page
    assert "block" not in parse(browser.get(url)).find("main").text.lower()
    sent = browser.post(
        reverse("chat-send", args=[talk.public_id]), {"text": "Hello", "creation_key": "a" * 32}
    )
    assert sent.status_code == 422
    services.unblock_user(actor=creator, public_id=viewer.public_id, now=NOW)
    assert "read-only" not in browser.get(url).content.decode()
    block(viewer, creator)
    assert "You blocked the creator of this character" in browser.get(url).content.decode()
    assert chat_policies.write_refusal(User.objects.get(pk=viewer.pk), talk, now=NOW) is not None


def test_a_mute_keeps_lists_free_and_links_open_for_one_side_alone(
    browser: Client, viewer: User, creator: User, character: Character
) -> None:
    factories.make_character(owner=viewer, state=State.APPROVED, name="Mira Vale of mine")
    mute(viewer, creator)
    for path in LISTS.values():
        page = parse(browser.get(path(character)))
        assert [article.find("h3").text for article in page.find_all("article")] == ["Mira Vale of mine"]
    for path in LINKS.values():
        assert status_of(browser, path(character)) == 200
    other = Client()
    other.force_login(creator)
    assert "Mira Vale of mine" in other.get("/").content.decode()
    services.unmute_user(actor=viewer, public_id=creator.public_id, now=NOW)
    assert len(parse(browser.get("/")).find_all("article")) == 2


def test_doing_it_twice_does_it_once_and_is_audited(viewer: User, creator: User) -> None:
    pairs = [
        (services.block_user, services.unblock_user, "block"),
        (services.mute_user, services.unmute_user, "mute"),
    ]
    for do, undo, name in pairs:
        for operation, kind in ((do, f"user.{name}"), (undo, f"user.un{name}")):
            done = [operation(actor=viewer, public_id=creator.public_id, now=NOW)[1] for _ in range(2)]
            assert done == [True, False]
            event = AuditEvent.objects.get(kind__startswith=kind)
            assert (event.actor, event.target_id) == (viewer.subject, creator.public_id)
    assert not Block.objects.exists()
    assert not Mute.objects.exists()
    assert not Notice.objects.filter(user=creator).exists()


def test_nobody_blocks_or_mutes_themselves(viewer: User) -> None:
    for operation in (services.block_user, services.mute_user):
        with pytest.raises(services.BlockRefusedError) as caught:
            operation(actor=viewer, public_id=viewer.public_id, now=NOW)
        assert caught.value.refusal.code == "self"
    rows = (
        Block(blocker=viewer, blocked=viewer, created_at=NOW),
        Mute(muter=viewer, muted=viewer, created_at=NOW),
    )
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_staff_can_be_muted_and_not_blocked(browser: Client, viewer: User) -> None:
    staff = factories.make_staff(display_name="Dana")
    with pytest.raises(services.BlockRefusedError) as caught:
        block(viewer, staff)
    assert caught.value.refusal.code == "staff"
    page = browser.get(f"/people/{staff.public_id}/block/")
    assert page.status_code == 403
    assert "You can mute them" in page.content.decode()
    assert browser.post(f"/people/{staff.public_id}/block/").status_code == 403
    mute(viewer, staff)
    assert Mute.objects.filter(muted=staff).exists()


def test_blocking_without_end_is_slowed_down(browser: Client, viewer: User, creator: User) -> None:
    cache.clear()
    for _ in range(blocking.CHANGES_PER_PERSON.count):
        mute(viewer, creator)
    with pytest.raises(LimitedError):
        mute(viewer, creator)
    cache.clear()
    for _ in range(blocking.CHANGES_PER_PERSON.count):
        browser.post(f"/people/{creator.public_id}/unmute/")
    response = browser.post(f"/people/{creator.public_id}/unmute/")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    cache.clear()


# --- Pages ----------------------------------------------------------------------------------------------


def test_the_menu_blocks_in_two_steps_and_the_list_undoes_it(
    browser: Client, creator: User, character: Character
) -> None:
    page = parse(browser.get(character.get_absolute_url()))
    link = next(link for link in page.find_all("a") if link.text == "Block Otto")
    asked = browser.get(link.attrs["href"])
    form = parse(asked).find("form", action=f"/people/{creator.public_id}/block/")
    assert "Block Otto" in form.buttons()
    assert not Block.objects.exists()
    listed = browser.post(form.attrs["action"], follow=True)
    assert listed.redirect_chain[-1][0] == LIST
    assert "You blocked Otto." in listed.content.decode()
    again = parse(browser.get(LIST))
    assert "You blocked Otto." not in again.text
    assert "Unblock Otto" in again.buttons()
    undo = parse(listed).find("form", action=f"/people/{creator.public_id}/unblock/")
    undone = browser.post(undo.attrs["action"], follow=True)
    assert "You no longer block Otto." in undone.content.decode()
    assert browser.get(character.get_absolute_url()).status_code == 200
    browser.post(parse(undone).find("form", action=f"/people/{creator.public_id}/block/").attrs["action"])
    assert Block.objects.count() == 1


def test_the_menu_mutes_and_unmutes_and_stays_on_the_page(
    browser: Client, creator: User, character: Character
) -> None:
    url = character.get_absolute_url()
    for action, label in (("mute", "Mute Otto"), ("unmute", "Unmute Otto")):
        page = parse(browser.get(url))
        assert label in page.buttons()
        form = page.find("form", action=f"/people/{creator.public_id}/{action}/")
        back = form.find("input", name="next").attrs["value"]
        response = browser.post(form.attrs["action"], {"next": back}, follow=True)
        assert response.redirect_chain[-1][0] == url
        assert "mute" in parse(response).find("div", class_="site-messages").text.lower()


@pytest.mark.parametrize("action", ["mute", "unmute"])
@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_a_strange_way_back_leads_to_the_list(
    browser: Client, creator: User, action: str, where: str
) -> None:
    response = browser.post(f"/people/{creator.public_id}/{action}/", {"next": where}, follow=True)
    assert response.redirect_chain[-1][0] == LIST
    assert "Undo" in parse(response).buttons()


def test_ones_own_page_and_visitors_have_no_menu(client: Client, creator: User, character: Character) -> None:
    assert "Block" not in client.get(character.get_absolute_url()).content.decode()
    client.force_login(creator)
    assert "Mute" not in client.get(character.get_absolute_url()).content.decode()


def test_there_is_nobody_behind_a_made_up_id(browser: Client, client: Client) -> None:
    for action in ("block", "unblock", "mute", "unmute"):
        assert browser.post(f"/people/{'0' * 32}/{action}/").status_code == 404
        assert client.post(f"/people/{'0' * 32}/{action}/").url.startswith("/accounts/login/")
    assert browser.get(f"/people/{'0' * 32}/block/").status_code == 404


def test_the_empty_list_says_how(browser: Client) -> None:
    page = browser.get(LIST).content.decode()
    assert "You blocked nobody." in page
    assert "You muted nobody." in page
    assert browser.get(LIST, {"blocked": "nonsense"}).status_code == 404


def fill(viewer: User, count: int) -> None:
    for number in range(Block.objects.count(), count):
        person, at = factories.make_user(), NOW + timedelta(minutes=number)
        Block.objects.create(blocker=viewer, blocked=person, created_at=at)
        Mute.objects.create(muter=viewer, muted=person, created_at=at)


def test_the_list_costs_the_same_for_two_and_for_twelve(browser: Client, viewer: User) -> None:
    counts = []
    for total in (2, 12):
        fill(viewer, total)
        browser.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            browser.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 7


def test_each_list_is_paged_by_itself(browser: Client, viewer: User) -> None:
    fill(viewer, 21)
    first = browser.get(LIST)
    assert (len(first.context["blocked"]), len(first.context["muted"])) == (20, 20)
    more_blocked = browser.get(LIST + first.context["blocked_next_url"].partition("#")[0])
    assert (len(more_blocked.context["blocked"]), len(more_blocked.context["muted"])) == (1, 20)
    both = browser.get(LIST + more_blocked.context["muted_next_url"].partition("#")[0])
    assert (len(both.context["blocked"]), len(both.context["muted"])) == (1, 1)


def test_a_page_of_discovery_costs_no_query_more(
    viewer: User, creator: User, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    from characters import queries

    factories.make_character(owner=creator, state=State.APPROVED)
    factories.make_character(state=State.APPROVED)
    mute(viewer, factories.make_user())
    block(factories.make_user(), viewer)
    with django_assert_num_queries(1):
        assert all(found.can_view(viewer) for found in queries.list_newest(viewer))
