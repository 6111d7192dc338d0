"""Restrictions and suspensions, and the page that says why: R13, R17."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks as Capture

from accounts import policies, queries, services, standing
from accounts.models import Restriction, User
from accounts.standing import HistoryPage, HistoryRow
from core.models import AuditEvent
from core.pagination import CursorError
from notifications.models import Notice
from tests.accounts.people import is_signed_in, make_person, sign_in
from tests.notifications import post

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
    assert len(post.send_waiting()) == 1


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


def test_locks_of_ours_are_lifted_in_the_admin_and_decisions_elsewhere(client: Client) -> None:
    moderator, user = make_person(is_staff=True), make_person(username="mira")
    client.force_login(moderator)
    for name in ("add_restriction", "add_decision", "view_user", "view_restriction"):
        moderator.user_permissions.add(Permission.objects.get(codename=name))
    page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert f"/admin/moderation/decision/person/{user.public_id}/" in page
    values: dict[str, Any] = {
        "actor": None,
        "user": user,
        "scope": Restriction.Scope.CHAT,
        "reason_code": "spam",
        "explanation": "Adverts in every line.",
        "ends_at": None,
        "now": NOW,
    }
    services.restrict_user(**values)
    decided, _ = services.restrict_user(**values, decision_id="a" * 32)
    lift = {"action": "lift", "_selected_action": list(Restriction.objects.values_list("pk", flat=True))}
    page = client.post("/admin/accounts/restriction/", lift, follow=True).content.decode()
    assert "rest on a decision" in page
    assert queries.list_active_restrictions(user, now=datetime.now(tz=UTC)).get() == decided


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


@pytest.fixture
def decided() -> Iterator[list[HistoryRow]]:
    """What somebody above accounts knows; two rows a page, whatever is asked for."""
    rows: list[HistoryRow] = []

    def read(user: User, limit: int, cursor: str, now: datetime, with_row: str = "") -> HistoryPage:
        assert limit >= 2
        if cursor == "nonsense":
            raise CursorError(cursor)
        start = int(cursor or 0)
        more = str(start + 2) if len(rows) > start + 2 else ""
        return HistoryPage(rows[start : start + 2], more)

    def export(user: User, now: datetime) -> dict[str, Any]:
        return {"decisions": [{"at": row.at, "title": str(row.title)} for row in rows]}

    before = list(standing._history), list(standing._exports)
    standing.register_history(read)
    standing._exports.clear()
    standing.register_export(export)
    standing.register_export(export)
    yield rows
    standing._history[:], standing._exports[:] = before


def decision(title: str, **changes: Any) -> HistoryRow:
    values: dict[str, Any] = {
        "at": NOW,
        "title": title,
        "explanation": "You attacked a group of people.",
        "rule": "Hate",
        "rule_code": "hate",
        "until": NOW + timedelta(days=7),
        "appeal_url": "/help/appeals/new/",
        "state": "In force",
    }
    return HistoryRow(**(values | changes))


def test_the_standing_page_shows_the_history_in_pages(client: Client, decided: list[HistoryRow]) -> None:
    client.force_login(make_person())
    decided += [
        decision("Warning"),
        decision("Restricted", appeal_url="", until=None, rule=""),
        decision("Last"),
    ]
    page = client.get("/settings/standing/")
    text = page.content.decode()
    for words in ("What was decided", "Warning", "Restricted", "/help/guidelines/#rule-hate", "In force"):
        assert words in text
    assert text.count('href="/help/appeals/new/"') == 1
    assert "Last" not in text
    assert "Last" in client.get("/settings/standing/" + page.context["history_next_url"]).content.decode()
    assert client.get("/settings/standing/?before=nonsense").status_code == 404


def test_a_suspended_person_takes_their_standing_along(client: Client, decided: list[HistoryRow]) -> None:
    user = make_person(username="mira")
    sign_in(client, "mira")
    decided.append(decision("Suspended"))
    suspend(user)
    response = client.get("/settings/standing/export/")
    assert response["Content-Disposition"].startswith('attachment; filename="storychat-standing-')
    data = response.json()
    assert data["username"] == "mira"
    assert data["decisions"][0]["title"] == "Suspended"
    assert data["restrictions"][0]["explanation"] == "You asked for card numbers."
    assert data["restrictions"][0]["is_in_force"] is True
    assert Client().get("/settings/standing/export/").url.startswith("/accounts/login/")
