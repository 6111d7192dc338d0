"""Every list and every page of the records of moderation is written down; a new one fails until it is."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from core import viewing
from core.models import AuditEvent
from moderation import services
from moderation.models import Decision
from moderation.services import Step, StepKind
from moderation.targets import Words
from tests.factories import NOW, make_staff, make_user

pytestmark = pytest.mark.django_db

MODELS = sorted(
    model._meta.model_name for model in admin.site._registry if model._meta.app_label == "moderation"
)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


def looks() -> set[tuple[str, str]]:
    rows = AuditEvent.objects.filter(kind=viewing.VIEWED)
    return set(rows.values_list("target_kind", "target_id"))


def fail(**_kwargs: Any) -> None:
    raise viewing.NotLoggedError


@pytest.mark.parametrize("name", MODELS)
def test_each_list_is_written_down_or_not_shown(client: Client, name: str, monkeypatch: Any) -> None:
    path = reverse(f"admin:moderation_{name}_changelist")
    # The list of appeals leads to the open ones.
    assert client.get(path, follow=True).status_code == 200
    assert len(looks()) == 1
    monkeypatch.setattr(viewing, "record", fail)
    assert client.get(path, follow=True).status_code == 503


@pytest.mark.parametrize("page", ["decision", "user", "proposal"])
def test_each_record_is_written_down_or_not_shown(client: Client, page: str, monkeypatch: Any) -> None:
    person, colleague = make_user(), make_staff()
    services.warn(actor=colleague, user=person, words=Words("spam"), now=NOW)
    decision = Decision.objects.get(kind=Decision.Kind.WARN)
    proposal = services.act_on_person(
        actor=colleague, user=person, step=Step(StepKind.SUSPEND, Words("fraud")), now=NOW
    ).proposal
    assert proposal is not None
    path, expected = {
        "decision": (reverse("admin:moderation_decision_change", args=[decision.pk]), decision.public_id),
        "user": (reverse("admin:moderation_person", args=[person.public_id]), person.public_id),
        "proposal": (reverse("admin:moderation_proposal_change", args=[proposal.pk]), proposal.public_id),
    }[page]
    assert client.get(path).status_code == 200
    assert looks() == {(page, expected)}
    monkeypatch.setattr(viewing, "record", fail)
    response = client.get(path)
    assert response.status_code == 503
    assert person.username not in response.content.decode()
