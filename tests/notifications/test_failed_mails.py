"""Mails that were given up: staff see why, and send them again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.models import AuditEvent
from notifications import delivery, services
from notifications.models import Mail
from storychat.staff_groups import SUPPORT, update_groups
from tests.accounts.people import make_person
from tests.clients import client_of
from tests.notifications import post
from tests.threads import at_once

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LIST = "/admin/notifications/mail/"
SECRET = "what was decided about them"

pytestmark = pytest.mark.django_db


def make_mail(**values: Any) -> Mail:
    notice = services.notify(user=make_person(), kind="standing", title=SECRET, body=SECRET, now=NOW)
    Mail.objects.filter(notice=notice).update(**values)
    return Mail.objects.get(notice=notice)


def make_failed(code: str = "server-away", **values: Any) -> Mail:
    return make_mail(state=Mail.State.FAILED, failure_code=code, attempts=8, finished_at=NOW, **values)


def make_staff(*permissions: str) -> User:
    user = make_person(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def helper() -> User:
    """Somebody of the support group, as it is made after every migration."""
    update_groups()
    user = make_person(is_staff=True)
    user.groups.add(Group.objects.get(name=SUPPORT))
    return User.objects.get(pk=user.pk)


def choose(user: User, *mails: Mail) -> Any:
    values = {"action": "send_again", "_selected_action": [one.pk for one in mails]}
    return client_of(user).post(LIST, values, follow=True)


def read(user: User, url: str = LIST) -> str:
    return client_of(user).get(url).content.decode()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("address-refused", "The mail server refused the address for good."),
        ("server-away", "The mail server did not take it, for about a day."),
        ("worker-lost", "Sending was cut off twice; it may have arrived."),
    ],
)
def test_the_list_shows_what_failed_and_why(helper: User, code: str, words: str) -> None:
    failed, sent = make_failed(code), make_mail(state=Mail.State.SENT, finished_at=NOW)
    page = read(helper)
    assert failed.address in page
    assert words in page
    assert "Standing and rules" in page
    assert sent.address not in page
    assert sent.address in read(helper, f"{LIST}?state=SENT")


def test_what_stands_in_a_mail_is_shown_to_nobody_else(helper: User) -> None:
    failed = make_failed()
    detail = read(helper, reverse("admin:notifications_mail_change", args=[failed.pk]))
    assert failed.address in detail
    assert SECRET not in read(helper) + detail


def test_what_was_given_up_goes_out_again_once(helper: User) -> None:
    failed = make_failed()
    assert "1 mail goes out again." in choose(helper, failed).content.decode()
    waiting = Mail.objects.get()
    assert (waiting.state, waiting.attempts, waiting.failure_code) == (Mail.State.WAITING, 0, "")
    assert "None of these was given up" in choose(helper, failed).content.decode()
    assert AuditEvent.objects.get(kind="mail.sent-again").actor == helper.subject

    post.send_waiting()
    assert [message.to for message in mail.outbox] == [[failed.address]]
    choose(helper, failed)
    assert Mail.objects.get().state == Mail.State.SENT


def test_a_mail_that_is_given_up_again_may_go_out_again(helper: User) -> None:
    failed = make_failed()
    for _round in range(2):
        choose(helper, failed)
        Mail.objects.update(state=Mail.State.FAILED, failure_code="server-away", finished_at=NOW)
    assert AuditEvent.objects.filter(kind="mail.sent-again").count() == 2


def test_who_may_look_may_not_send() -> None:
    failed, looker = make_failed(), make_staff("view_mail")
    assert failed.address in read(looker)
    choose(looker, failed)
    assert Mail.objects.get().state == Mail.State.FAILED


@pytest.mark.parametrize("permissions", [(), ("add_decision", "view_user")])
def test_other_staff_see_none_of_it(permissions: tuple[str, ...]) -> None:
    make_failed()
    assert client_of(make_staff(*permissions)).get(LIST).status_code == 403


def test_the_list_costs_the_same_for_two_and_for_many_and_has_pages(helper: User) -> None:
    client = client_of(helper)

    def count(rows: int) -> int:
        while Mail.objects.count() < rows:
            make_failed(created_at=NOW + timedelta(seconds=Mail.objects.count()))
        with CaptureQueriesContext(connection) as context:
            assert client.get(LIST).status_code == 200
        return len(context)

    count(2)  # what is read once and kept
    assert count(2) == count(12)
    count(52)
    first, second = client.get(LIST), client.get(LIST, {"p": "2"})
    assert len(first.context["cl"].result_list) == 50
    assert len(second.context["cl"].result_list) == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_it_again_at_once_one_does() -> None:
    failed, staff = make_failed(), make_person(is_staff=True)
    results = at_once(
        *[lambda: delivery.send_again(actor=staff, mail_ids=[failed.pk], now=NOW)] * 4,
    )
    assert sorted(results) == [0, 0, 0, 1]
    assert AuditEvent.objects.filter(kind="mail.sent-again").count() == 1
