"""Restrictions and suspensions, and the page that says why: R13, R17."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from accounts import policies, queries, services
from accounts.models import Restriction, User
from core.models import AuditEvent
from notifications.models import Notice
from tests.accounts.people import is_signed_in, make_person, sign_in

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Scope = Restriction.Scope
pytestmark = pytest.mark.django_db


def restrict(user: User, *, scope: Scope = Scope.CHAT, days: int = 7, now: datetime = NOW) -> Restriction:
    return services.restrict_user(
        actor=None,
        user=user,
        scope=scope,
        reason_code="hate",
        explanation="You attacked a group of people.",
        ends_at=now + timedelta(days=days),
        now=now,
    )[0]


def suspend(user: User, *, now: datetime = NOW) -> Restriction:
    return services.suspend_user(
        actor=None, user=user, reason_code="fraud", explanation="You asked for card numbers.", now=now
    )[0]


def test_a_restriction_is_audited_told_and_made_once(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    """R13: the user is told what, why, under which rule, until when."""
    moderator, user = make_person(is_staff=True), make_person()
    call = {
        "actor": moderator,
        "user": user,
        "scope": Scope.CHAT,
        "reason_code": "hate",
        "explanation": "You attacked a group of people.",
        "ends_at": NOW + timedelta(days=7),
        "now": NOW,
    }
    with django_capture_on_commit_callbacks(execute=True):
        first, is_first = services.restrict_user(**call)
        second, is_second = services.restrict_user(**call)
    assert (is_first, is_second, first.pk) == (True, False, second.pk)
    event = AuditEvent.objects.get(kind="restriction.made")
    assert (event.actor, event.target_id) == (moderator.subject, user.public_id)
    notice = Notice.objects.get(user=user)
    assert "attacked" in notice.body
    assert notice.url == "/settings/standing/"
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("scope", "asked", "is_refused"),
    [
        (Scope.CHAT, Scope.CHAT, True),
        (Scope.CHAT, Scope.PICTURES, False),
        (Scope.ACCOUNT, Scope.PICTURES, True),
    ],
)
def test_a_restriction_reaches_its_feature(scope: Scope, asked: Scope, is_refused: bool) -> None:
    user = make_person()
    restrict(user, scope=scope)
    assert (policies.restriction_refusal(user, asked, now=NOW) is not None) == is_refused
    later = NOW + timedelta(days=8)
    assert policies.restriction_refusal(user, asked, now=later) is None


def test_nobody_restricts_themselves_and_only_administrators_restrict_staff() -> None:
    moderator, other = make_person(is_staff=True), make_person(is_staff=True)
    boss = make_person(is_staff=True, is_superuser=True)
    values = {"reason_code": "spam", "explanation": "x", "now": NOW}
    for target, code in ((moderator, "self"), (other, "staff")):
        with pytest.raises(services.RestrictionRefusedError) as caught:
            services.suspend_user(actor=moderator, user=target, **values)
        assert caught.value.refusal.code == code
    assert services.suspend_user(actor=boss, user=other, **values)[1]


def test_the_standing_page_says_why_under_which_rule_and_until_when(client: Client) -> None:
    user = make_person()
    client.force_login(user)
    assert "Nothing on your account is restricted." in client.get("/settings/standing/").content.decode()
    restrict(user, now=datetime.now(tz=UTC))
    page = client.get("/settings/standing/").content.decode()
    assert "You attacked a group of people." in page
    assert "/help/guidelines/#rule-hate" in page
    assert "Until" in page
    assert client.get("/settings/safety/").status_code == 200


def test_a_restricted_account_sees_only_its_standing(client: Client) -> None:
    """R17: a restricted-account page that says why."""
    user = make_person(username="mira")
    sign_in(client, "mira")
    restriction = restrict(user, scope=Scope.ACCOUNT, now=datetime.now(tz=UTC))
    for path in ("/settings/safety/", "/settings/security/", "/accounts/email/"):
        assert client.get(path).url == "/settings/standing/"
    assert client.post("/settings/sign-out-elsewhere/").url == "/settings/standing/"
    page = client.get("/settings/standing/").content.decode()
    assert "Your account is restricted" in page
    assert "Sign out" in page
    assert client.get("/notifications/").status_code == 200
    assert client.get("/help/guidelines/").status_code == 200
    fragment = client.get("/settings/safety/", HTTP_HX_REQUEST="true")
    assert (fragment.status_code, fragment["HX-Redirect"]) == (403, "/settings/standing/")
    assert client.get("/settings/safety/", HTTP_ACCEPT="text/event-stream").status_code == 403
    with time_machine.travel(datetime.now(tz=UTC) + timedelta(days=8)):
        assert client.get("/settings/safety/").status_code == 200
    services.lift_restriction(actor=None, restriction=restriction, now=datetime.now(tz=UTC))
    assert client.get("/settings/safety/").status_code == 200


def test_a_suspension_reaches_open_sessions_at_the_next_request(client: Client) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    restriction = suspend(user)
    assert client.get("/settings/security/").url == "/settings/standing/"
    assert client.get("/").url == "/settings/standing/"
    page = client.get("/settings/standing/").content.decode()
    assert "Your account is suspended" in page
    assert "You asked for card numbers." in page
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/settings/standing/").url.startswith("/accounts/login/")
    assert services.lift_restriction(actor=None, restriction=restriction, now=NOW)[1]
    assert not services.lift_restriction(actor=None, restriction=restriction, now=NOW)[1]
    sign_in(client, "mira")
    assert is_signed_in(client)


def test_a_suspended_person_who_signs_in_reads_why(client: Client) -> None:
    user = make_person(username="mira")
    suspend(user)
    assert sign_in(client, "mira").url == "/settings/standing/"
    assert "You asked for card numbers." in client.get("/settings/standing/").content.decode()
    stranger = Client()
    assert sign_in(stranger, "mira", "wrong").status_code == 200
    assert stranger.get("/settings/standing/").url.startswith("/accounts/login/")


def test_a_session_from_before_a_new_password_reads_nothing(client: Client) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    suspend(user)
    user.refresh_from_db()
    user.set_password("another long phrase")
    user.save()
    assert client.get("/settings/standing/").url.startswith("/accounts/login/")


def test_staff_restrict_and_suspend_from_the_admin(client: Client) -> None:
    moderator, user = make_person(is_staff=True), make_person(username="mira")
    client.force_login(moderator)
    url = f"/admin/accounts/user/{user.pk}/"
    assert client.get(url + "restrict/").status_code == 403
    for name in ("add_restriction", "view_user", "view_restriction"):
        moderator.user_permissions.add(Permission.objects.get(codename=name))
    assert "Restrict" in client.get(url + "change/").content.decode()
    bad = client.post(url + "restrict/", {"scope": "MOON", "days": "0"})
    assert set(bad.context["form"].errors) == {"scope", "reason_code", "explanation", "days"}
    fields = {"scope": "CHAT", "reason_code": "spam", "explanation": "Adverts in every line.", "days": "3"}
    assert client.post(url + "restrict/", fields).status_code == 302
    restriction = queries.list_active_restrictions(user, now=datetime.now(tz=UTC)).get()
    assert restriction.ends_at is not None
    assert client.post(url + "suspend/", {"reason_code": "fraud", "explanation": "x"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    lift = {"action": "lift", "_selected_action": list(Restriction.objects.values_list("pk", flat=True))}
    client.post("/admin/accounts/restriction/", lift)
    user.refresh_from_db()
    assert user.is_active
    assert not queries.list_active_restrictions(user, now=datetime.now(tz=UTC)).exists()


def test_personal_data_is_read_only_in_the_admin(client: Client) -> None:
    client.force_login(make_person(is_staff=True, is_superuser=True))
    user = make_person(username="mira")
    url = f"/admin/accounts/user/{user.pk}/change/"
    assert client.get(url).status_code == 200
    client.post(url, {"email": "x@example.test", "date_of_birth": "1980-01-01", "is_staff": "on"})
    user.refresh_from_db()
    assert (user.email, user.is_staff) == ("mira@example.test", True)
    assert str(user.date_of_birth) == "1995-05-05"
    assert AuditEvent.objects.filter(kind="user.staff-changed").exists()
    assert client.get("/admin/accounts/user/").status_code == 200
