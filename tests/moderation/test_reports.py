"""Reports of contents and people (R14)."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from core import ids, switches
from core.models import AuditEvent
from core.switches import Feature
from moderation import services
from moderation.models import Report
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db


def report_url() -> str:
    character = factories.make_character(state="APPROVED")
    return reverse("report", kwargs={"kind": "character", "target_id": character.public_id})


def test_r14_anyone_signed_in_can_report_and_sending_twice_reports_once(client: Client) -> None:
    """R14: a double click makes one report."""
    client.force_login(factories.make_user())
    url, key = report_url(), ids.new_public_id()
    for _attempt in range(2):
        response = client.post(url, {"reason": "SCAM", "text": "It asks for money.", "creation_key": key})
        assert response.status_code == 302
    report = Report.objects.get()
    assert (report.reason, report.state) == ("SCAM", Report.State.OPEN)


def test_a_report_without_a_reason_keeps_what_was_typed(client: Client) -> None:
    client.force_login(factories.make_user())
    response = client.post(report_url(), {"text": "typed words"})
    assert response.status_code == 200
    assert "reason" in response.context["form"].errors
    assert "typed words" in response.content.decode()
    assert not Report.objects.exists()


def test_what_the_reporter_cannot_see_cannot_be_reported(client: Client) -> None:
    client.force_login(factories.make_user())
    private = factories.make_character(state="DRAFT")
    for kind, target in (("character", private.public_id), ("unheard-of", private.public_id)):
        url = reverse("report", kwargs={"kind": kind, "target_id": target})
        assert client.get(url).status_code == 404


def test_an_id_that_cannot_be_is_not_found(client: Client) -> None:
    client.force_login(factories.make_user())
    for target in ("%00", "x", "a" * 31):
        assert client.get(f"/report/character/{target}/").status_code == 404


def test_visitors_are_asked_to_sign_in(client: Client) -> None:
    response = client.get(report_url())
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_reports_have_a_switch_and_a_limit(client: Client, now: datetime) -> None:
    """R20: the operator's reason is shown."""
    client.force_login(factories.make_user())
    url = report_url()
    switches.set_switch(actor=None, feature=Feature.REPORTS, is_on=False, reason="Moving house.", now=now)
    response = client.post(url, {"reason": "OTHER"})
    assert "Moving house." in response.content.decode()
    switches.set_switch(actor=None, feature=Feature.REPORTS, is_on=True, reason="", now=now)
    for _count in range(services.REPORTS_PER_USER.count):
        client.post(url, {"reason": "OTHER"})
    response = client.post(url, {"reason": "OTHER", "text": "one more"})
    assert response.status_code == 429
    assert "one more" in response.content.decode()


def test_r14_the_reporter_learns_the_outcome_once(now: datetime) -> None:
    """R14: closing twice tells once."""
    reporter, moderator = factories.make_user(), factories.make_staff()
    report, _created = services.report_content(
        actor=reporter,
        target_kind="character",
        target_id=ids.new_public_id(),
        reason="ABUSE",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    results = [
        services.close_report(actor=moderator, report_id=report.pk, state=Report.State.ACTED, now=now)[1]
        for _attempt in range(2)
    ]
    assert results == [True, False]
    assert Notice.objects.filter(user=reporter).count() == 1
    assert AuditEvent.objects.filter(kind="report.closed").count() == 1


def test_staff_close_reports_in_the_admin(client: Client, now: datetime) -> None:
    moderator = factories.make_staff()
    client.force_login(moderator)
    report, _created = services.report_content(
        actor=factories.make_user(),
        target_kind="character",
        target_id=ids.new_public_id(),
        reason="ABUSE",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    response = client.post(
        reverse("admin:moderation_report_changelist"),
        {"action": "mark_dismissed", "_selected_action": [report.pk]},
    )
    assert response.status_code == 302
    report.refresh_from_db()
    assert report.state == Report.State.DISMISSED
