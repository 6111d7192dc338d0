"""Every look at something private is written down first; where that fails nothing is shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.models import State
from core import viewing
from core.models import AuditEvent
from tests.factories import make_character, make_picture, make_staff, make_user

PORTRAIT = "media"


@pytest.fixture
def staff_client(db: None) -> Client:
    client = Client()
    client.force_login(make_staff(username="rita"))
    return client


def pages_of(character: Any) -> dict[str, str]:
    revision = character.open_revision
    return {
        "queue": reverse("admin:characters_pendingrevision_changelist"),
        "list": reverse("admin:characters_character_changelist"),
        "item": reverse("admin:characters_character_change", args=[character.pk]),
        "review": reverse("admin:characters_pendingrevision_change", args=[revision.pk]),
        "together": f"{reverse('admin:characters_pendingrevision_bulk')}?item={revision.pk}",
        "portrait": reverse(PORTRAIT, kwargs={"kind": "picture", "public_id": revision.portrait.public_id}),
    }


def open_page(client: Client, path: str) -> int:
    """Read a page or a file to its end; returns its status."""
    response = client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def pending_character() -> Any:
    owner = make_user()
    portrait = make_picture(owner=owner, with_file=True)
    return make_character(owner=owner, portrait_id=portrait.pk, state=State.PENDING, name="Hidden Name")


@pytest.mark.parametrize("page", ["queue", "list", "item", "review", "together", "portrait"])
def test_a_look_at_a_private_page_is_written_down(staff_client: Client, page: str) -> None:
    character = pending_character()
    assert open_page(staff_client, pages_of(character)[page]) == 200
    event = AuditEvent.objects.get(kind=viewing.VIEWED)
    assert event.actor == User.objects.get(username="rita").subject
    expected = {
        "queue": ("queue", "characters"),
        "list": ("list", "characters"),
        "portrait": ("picture", character.open_revision.portrait.public_id),
    }
    assert (event.target_kind, event.target_id) == expected.get(page, ("character", character.public_id))
    assert "Hidden Name" not in str(event.data)


def test_what_everybody_sees_is_not_written_down(staff_client: Client) -> None:
    owner = make_user()
    portrait = make_picture(owner=owner, with_file=True)
    make_character(owner=owner, portrait_id=portrait.pk, state=State.APPROVED, visibility="PUBLIC")
    path = reverse(PORTRAIT, kwargs={"kind": "picture", "public_id": portrait.public_id})
    assert open_page(staff_client, path) == 200
    assert not AuditEvent.objects.filter(kind=viewing.VIEWED).exists()


def test_other_people_never_get_as_far_as_the_log(client: Client, db: None) -> None:
    character = pending_character()
    client.force_login(make_user())
    assert client.get(pages_of(character)["portrait"]).status_code == 404
    assert not AuditEvent.objects.filter(kind=viewing.VIEWED).exists()


@pytest.fixture
def _no_log() -> Iterator[None]:
    """The table of the log is gone for a while, as when its disk is."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent RENAME TO core_auditevent_gone")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent_gone RENAME TO core_auditevent")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["queue", "list", "item", "review", "together", "portrait"])
def test_without_a_log_nothing_is_shown(page: str, request: pytest.FixtureRequest) -> None:
    client = Client()
    client.force_login(make_staff())
    path = pages_of(pending_character())[page]
    request.getfixturevalue("_no_log")
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Hidden Name" not in response.content.decode()
    if page != "portrait":
        assert "the log cannot be written" in response.content.decode()
    else:
        assert response.content == b""


def test_a_rejected_form_is_not_shown_again_without_a_log(
    staff_client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """A page that answers a POST shows the same things."""
    character = pending_character()

    def fail(**_kwargs: Any) -> None:
        raise viewing.NotLoggedError

    monkeypatch.setattr(viewing, "record", fail)
    path = reverse("admin:characters_pendingrevision_reject", args=[character.open_revision.pk])
    response = staff_client.post(path, {"reason_code": ""})
    assert response.status_code == 503
    assert "Hidden Name" not in response.content.decode()
