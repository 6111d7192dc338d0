"""Each staff page with personal data writes down who looks, or shows nothing; so does a new one."""

from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Restriction, User
from core import viewing
from core.models import AuditEvent
from notifications.models import Mail, Notice
from tests.clients import client_of
from tests.factories import NOW, make_picture, make_staff, make_user

pytestmark = pytest.mark.django_db

# What holds nobody's words, address or age.
NOTHING_PRIVATE = {
    "core.auditevent": "codes and pseudonyms; who reads it reads what is written down",
    "core.featureswitch": "settings of the site",
    "imagegen.worker": "machines",
}
LABELS = sorted(model._meta.label_lower for model in admin.site._registry)
# Pages of single rows that Django's admin makes; moderation and characters have views of their own.
ROWS = [
    *("accounts.user", "accounts.restriction", "notifications.mail", "account.emailaddress"),
    "imagegen.picture",
]


@pytest.fixture
def boss() -> User:
    return make_staff(is_superuser=True, username="boss")


@pytest.fixture
def client(boss: User) -> Client:
    return client_of(boss)


def make_row(label: str) -> Any:
    person = make_user(username="quinn", date_of_birth=date(1991, 2, 3))
    if label == "accounts.user":
        return person
    if label == "accounts.restriction":
        return services.restrict_user(
            actor=None,
            user=person,
            scope=Restriction.Scope.CHAT,
            reason_code="spam",
            explanation="quinn wrote too much",
            ends_at=None,
            now=NOW,
        )[0]
    if label == "imagegen.picture":
        return make_picture(owner=person)
    if label == "account.emailaddress":
        return EmailAddress.objects.create(user=person, email=person.email)
    notice = Notice.objects.create(user=person, kind="standing", title="x", created_at=NOW)
    return Mail.objects.create(user=person, notice=notice, address=person.email, created_at=NOW, due_at=NOW)


def looks() -> list[tuple[str, str, Any]]:
    rows = AuditEvent.objects.filter(kind=viewing.VIEWED).order_by("pk")
    return list(rows.values_list("target_kind", "target_id", "data"))


def name_of(label: str) -> str:
    return label.replace(".", "_")


def fail(**_values: Any) -> None:
    raise viewing.NotLoggedError


def test_what_holds_nothing_private_is_still_there() -> None:
    assert set(NOTHING_PRIVATE) <= set(LABELS)


@pytest.mark.parametrize("label", [label for label in LABELS if label not in NOTHING_PRIVATE])
def test_each_list_is_written_down_or_not_shown(client: Client, label: str, monkeypatch: Any) -> None:
    path = reverse(f"admin:{name_of(label)}_changelist")
    assert client.get(path, follow=True).status_code == 200
    assert len(looks()) == 1
    monkeypatch.setattr(viewing, "record", fail)
    assert client.get(path, follow=True).status_code == 503


@pytest.mark.parametrize("page", ["change", "history"])
@pytest.mark.parametrize("label", ROWS)
def test_each_record_and_its_history_is_written_down_or_not_shown(
    client: Client, label: str, page: str, monkeypatch: Any
) -> None:
    row = make_row(label)
    path = reverse(f"admin:{name_of(label)}_{page}", args=[row.pk])
    response = client.get(path)
    assert response.status_code == 200
    part = {"change": "record", "history": "history"}[page]
    key = getattr(row, "public_id", str(row.pk))
    assert looks() == [(label.partition(".")[2], key, {"part": part})]
    monkeypatch.setattr(viewing, "record", fail)
    refused = client.get(path)
    assert refused.status_code == 503
    assert "quinn" not in refused.content.decode()


def test_a_form_that_is_sent_shows_the_same_and_is_written_down(client: Client, monkeypatch: Any) -> None:
    person = make_row("accounts.user")
    path = reverse("admin:accounts_user_change", args=[person.pk])
    client.post(path, {"groups": "999999"})
    assert [kind for kind, _id, _data in looks()] == ["user"]
    monkeypatch.setattr(viewing, "record", fail)
    assert client.post(path, {"is_staff": "on"}).status_code == 503
    person.refresh_from_db()
    assert not person.is_staff


def test_what_asks_whether_to_delete_an_address_is_a_look_at_it(client: Client, monkeypatch: Any) -> None:
    row = make_row("account.emailaddress")
    path = reverse("admin:account_emailaddress_delete", args=[row.pk])
    assert "quinn@example.test" in client.get(path).content.decode()
    assert looks() == [("emailaddress", str(row.pk), {"part": "deletion"})]
    monkeypatch.setattr(viewing, "record", fail)
    refused = client.get(path)
    assert (refused.status_code, "quinn" in refused.content.decode()) == (503, False)


def test_completing_a_name_is_a_look_at_the_list_and_finds_nobody_by_their_address(
    client: Client, monkeypatch: Any
) -> None:
    make_row("account.emailaddress")
    path = reverse("admin:autocomplete")
    question = {"app_label": "account", "model_name": "emailaddress", "field_name": "user"}
    found = client.get(path, {**question, "term": "quin"}).json()["results"]
    assert [row["text"] for row in found] == ["quinn"]
    assert looks() == [("list", "user", {"part": "completion"})]
    assert client.get(path, {**question, "term": "example.test"}).json()["results"] == []
    monkeypatch.setattr(viewing, "record", fail)
    assert client.get(path, {**question, "term": "quin"}).status_code == 503


def test_a_search_is_a_look_at_the_list(client: Client) -> None:
    make_row("accounts.user")
    page = client.get(reverse("admin:accounts_user_changelist"), {"q": "quinn"})
    assert "quinn@example.test" in page.content.decode()
    assert looks() == [("list", "user", {})]


def test_who_may_not_look_and_what_is_not_there_is_written_down_by_nobody(client: Client) -> None:
    person = make_row("accounts.user")
    colleague = client_of(make_staff(is_reviewer=False))
    pages = {"changelist": [], "change": [person.pk], "history": [person.pk], "delete": [person.pk]}
    for name, arguments in pages.items():
        path = reverse(f"admin:accounts_user_{name}", args=arguments)
        assert colleague.get(path).status_code == 403
    assert client.get(reverse("admin:accounts_user_change", args=[10**9])).status_code == 302
    assert looks() == []


@pytest.mark.parametrize("label", LABELS)
def test_a_list_takes_any_question(client: Client, label: str) -> None:
    for question in ({"q": "a\0b"}, {"x\0": "1"}):
        answer = client.get(reverse(f"admin:{name_of(label)}_changelist"), question)
        assert answer.status_code in {200, 302, 404}
