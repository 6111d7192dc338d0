"""How people want their notices: what is kept, and the settings page."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.models import AuditEvent
from notifications import kinds, queries, services
from notifications.kinds import Group
from notifications.models import Mail, Notice, Preference, Timing
from notifications.queries import Wish
from notifications.services import WishRefusedError
from tests.accounts.people import make_person
from tests.notifications import post

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
URL = "/settings/notifications/"
pytestmark = pytest.mark.django_db


def fields(**changes: str) -> dict[str, str]:
    """Return the form as the page shows it at first; a value of "" leaves a switch off."""
    values = {
        "reviews-is_shown": "on",
        "reviews-by_mail": "AT_ONCE",
        "reports-by_mail": "AT_ONCE",
        "general-is_shown": "on",
        "general-by_mail": "AT_ONCE",
    }
    values |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in values.items() if value}


def test_without_a_choice_everything_is_shown_and_mailed_at_once() -> None:
    assert set(queries.list_wishes(make_person()).values()) == {Wish()}


@pytest.mark.parametrize(
    ("timing", "is_worth_a_mail", "planned"),
    [
        (Timing.AT_ONCE, True, Timing.AT_ONCE),
        (Timing.AT_ONCE, False, Timing.OFF),
        (Timing.DAILY, True, Timing.DAILY),
        (Timing.DAILY, False, Timing.DAILY),
        (Timing.OFF, True, Timing.OFF),
        (Timing.OFF, False, Timing.OFF),
    ],
)
def test_a_notice_goes_out_as_its_person_wants(
    timing: Timing, is_worth_a_mail: bool, planned: Timing
) -> None:
    user = make_person()
    services.set_wishes(actor=user, wishes={"reviews": Wish(by_mail=timing)}, now=NOW)
    notice = services.notify(
        user=user, kind="character-approved", title="a", now=NOW, by_mail=is_worth_a_mail
    )
    assert notice.by_mail == planned
    assert Mail.objects.exists() == (planned == Timing.AT_ONCE)


@pytest.mark.parametrize("kind", ["standing", "character-delisted", "new-device"])
def test_what_everybody_gets_is_shown_and_mailed_whatever_is_stored(kind: str) -> None:
    """R13: the user is told."""
    user = make_person()
    for group in ("standing", "security"):
        Preference.objects.create(
            user=user, group=group, is_shown=False, by_mail="OFF", by_mail_before_off="AT_ONCE"
        )
    notice = services.notify(user=user, kind=kind, title="a", now=NOW)
    assert (notice.is_shown, notice.by_mail) == (True, Timing.AT_ONCE)
    assert len(post.send_waiting()) == 1


def test_the_caller_may_name_the_group() -> None:
    notice = services.notify(user=make_person(), kind="brand-new", title="a", now=NOW, group="standing")
    assert (notice.group, notice.by_mail) == ("standing", Timing.AT_ONCE)
    with pytest.raises(KeyError):
        services.notify(user=make_person(), kind="brand-new", title="a", now=NOW, group="nowhere")


def test_a_person_without_an_address_gets_no_mail() -> None:
    services.notify(user=make_person(email=""), kind="standing", title="a", now=NOW)
    assert Notice.objects.count() == 1
    assert not Mail.objects.exists()


def test_a_group_of_an_app_above_can_be_turned_off_too() -> None:
    user = make_person()
    forget = kinds.register(Group("clubs", "Clubs", "Your clubs."), kinds=["club-joined"])
    try:
        wish = Wish(is_shown=False, by_mail=Timing.OFF)
        assert services.set_wishes(actor=user, wishes={"clubs": wish}, now=NOW) == ["clubs"]
        notice = services.notify(user=user, kind="club-joined", title="a", now=NOW, by_mail=True)
    finally:
        forget()
    assert (notice.is_shown, notice.by_mail) == (False, Timing.OFF)


@pytest.mark.parametrize(
    ("group", "wish", "code"),
    [
        ("nowhere", Wish(), "unknown-group"),
        ("standing", Wish(by_mail=Timing.OFF), "always-mailed"),
        ("security", Wish(by_mail=Timing.DAILY), "always-mailed"),
        ("reports", Wish(is_shown=False), "always-shown"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_nothing_changes(group: str, wish: Wish, code: str) -> None:
    user = make_person()
    wishes = {"reviews": Wish(by_mail=Timing.OFF), group: wish}
    with pytest.raises(WishRefusedError) as caught:
        services.set_wishes(actor=user, wishes=wishes, now=NOW)
    assert caught.value.refusal.code == code
    assert not Preference.objects.exists()


def test_choosing_the_same_again_changes_nothing() -> None:
    user = make_person()
    wishes = {"reviews": Wish(by_mail=Timing.DAILY), "reports": Wish()}
    assert services.set_wishes(actor=user, wishes=wishes, now=NOW) == ["reviews"]
    assert services.set_wishes(actor=user, wishes=wishes, now=NOW) == []
    event = AuditEvent.objects.get(kind="notices.wishes-changed")
    assert event.data == {"reviews": [True, "DAILY"]}


def test_turning_the_daily_mail_off_and_on_brings_nothing_old() -> None:
    user = make_person()
    for timing in (Timing.DAILY, Timing.OFF, Timing.DAILY):
        services.set_wishes(actor=user, wishes={"reviews": Wish(by_mail=timing)}, now=NOW)
        if timing == Timing.DAILY:
            services.notify(user=user, kind="character-approved", title="a", now=NOW)
    assert list(Notice.objects.order_by("id").values_list("by_mail", flat=True)) == ["OFF", "DAILY"]


def test_hiding_a_group_whose_mails_are_off_keeps_how_they_came_before() -> None:
    user = make_person()
    services.set_wishes(actor=user, wishes={"reviews": Wish(by_mail=Timing.DAILY)}, now=NOW)
    services.stop_mail(user=user, group="reviews", now=NOW)
    wish = Wish(is_shown=False, by_mail=Timing.OFF)
    services.set_wishes(actor=user, wishes={"reviews": wish}, now=NOW)
    services.resume_mail(user=user, group="reviews", now=NOW)
    assert queries.list_wishes(user)["reviews"] == Wish(is_shown=False, by_mail=Timing.DAILY)


@pytest.mark.parametrize(
    "row",
    [
        {"by_mail": "SOME"},
        {"by_mail": "OFF", "by_mail_before_off": ""},
        {"by_mail": "DAILY", "by_mail_before_off": "AT_ONCE"},
    ],
)
def test_the_database_refuses_nonsense(row: dict[str, str]) -> None:
    user = make_person()
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(user=user, group="reviews", **row)


def test_the_database_keeps_one_choice_for_each_group() -> None:
    user = make_person()
    Preference.objects.create(user=user, group="reviews")
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(user=user, group="reviews")


def test_the_page_saves_what_was_chosen(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    changes = {"reviews__is_shown": "", "reviews__by_mail": "DAILY", "reports__by_mail": "OFF"}
    page = client.post(URL, fields(**changes), follow=True)
    assert "Your choices are saved." in page.content.decode()
    wishes = queries.list_wishes(user)
    assert wishes["reviews"] == Wish(is_shown=False, by_mail=Timing.DAILY)
    assert wishes["reports"] == Wish(by_mail=Timing.OFF)
    assert wishes["general"] == wishes["standing"] == Wish()
    shown = next(form for form in page.context["forms"] if form.group.code == "reviews")
    assert (shown["is_shown"].value(), shown["by_mail"].value()) == (False, "DAILY")


@pytest.mark.parametrize("value", ["SOMETIMES", "", "\x00"])
def test_a_choice_that_there_is_not_loses_nothing(client: Client, value: str) -> None:
    user = make_person()
    client.force_login(user)
    page = client.post(URL, fields(reviews__by_mail=value, general__by_mail="DAILY"))
    assert "Nothing was changed." in page.content.decode()
    assert '<option value="DAILY" selected>' in page.content.decode()
    assert not Preference.objects.exists()


def test_a_forged_field_cannot_turn_off_what_everybody_gets(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    client.post(URL, fields(standing__by_mail="OFF", security__by_mail="OFF", reports__is_shown=""))
    assert set(queries.list_wishes(user).values()) == {Wish()}


def test_the_page_says_what_is_always_sent_and_when_the_daily_mail_comes(client: Client) -> None:
    user = make_person(time_zone="Europe/Berlin")
    client.force_login(user)
    page = client.get(URL).content.decode()
    for text in (
        "Always sent",
        "Account security",
        "Standing and rules",
        "8 a.m.",
        "Europe/Berlin",
        user.email,
    ):
        assert text in page
    assert page.count("<fieldset") == 3


def test_a_group_that_is_always_mailed_can_still_be_hidden(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    forget = kinds.register(Group("money", "Money", "Receipts.", can_stop_mail=False))
    try:
        page = client.get(URL).content.decode()
        client.post(URL, fields(money__by_mail="OFF"))
        wish = queries.list_wishes(user)["money"]
    finally:
        forget()
    assert "Always sent by mail" in page
    assert wish == Wish(is_shown=False)


def test_the_page_costs_the_same_for_one_choice_and_for_all(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_person()
    client.force_login(user)
    for chosen in ([], ["reviews", "reports", "general"]):
        for group in chosen:
            Preference.objects.create(user=user, group=group)
        with django_assert_num_queries(5):
            client.get(URL)


def test_the_page_needs_a_person(client: Client) -> None:
    assert client.get(URL).url == f"/accounts/login/?next={URL}"
    assert client.post(URL).url == f"/accounts/login/?next={URL}"
    assert not mail.outbox
