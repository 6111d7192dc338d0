"""Decisions and evidence are written once and read under control."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from core import ids
from core.models import AppendOnlyError, AuditEvent, Subject
from moderation import services
from moderation.models import Decision, Evidence
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_decision_is_appended_with_its_audit_event(now: datetime) -> None:
    affected = Subject.objects.create()
    decision = services.record_decision(
        kind="REJECT",
        actor=None,
        affected=affected,
        target_kind="character",
        target_id=ids.new_public_id(),
        reason_code="spam",
        explanation="It advertises.",
        fix="Take the advertisement out.",
        now=now,
    )
    assert AuditEvent.objects.get(kind="decision.reject").data["decision"] == decision.public_id
    with pytest.raises(AppendOnlyError):
        decision.save()
    with pytest.raises(AppendOnlyError):
        Decision.objects.all().delete()
    with pytest.raises(AppendOnlyError):
        Decision.objects.update(reason_code="")


def make_evidence(now: datetime) -> Evidence:
    return Evidence.objects.create(
        at=now,
        subject=Subject.objects.create(),
        purpose="character",
        content_hash="0" * 64,
        content="withheld",
    )


def test_r11_opening_evidence_is_audited_and_the_list_never_shows_it(client: Client, now: datetime) -> None:
    """R11: restricted access."""
    evidence = make_evidence(now)
    client.force_login(factories.make_staff(is_superuser=True))
    listing = client.get(reverse("admin:moderation_evidence_changelist"))
    assert "withheld" not in listing.content.decode()
    assert not AuditEvent.objects.filter(kind="evidence.opened").exists()
    page = client.get(reverse("admin:moderation_evidence_change", args=[evidence.pk]))
    assert "withheld" in page.content.decode()
    assert AuditEvent.objects.filter(kind="evidence.opened").count() == 1


def test_r11_reviewers_do_not_see_evidence(client: Client, now: datetime) -> None:
    """R11: reviewing characters does not open evidence."""
    evidence = make_evidence(now)
    client.force_login(factories.make_staff())
    response = client.get(reverse("admin:moderation_evidence_change", args=[evidence.pk]))
    assert response.status_code == 403
