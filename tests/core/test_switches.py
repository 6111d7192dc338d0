"""R20: every feature has a switch; the reason is shown; changes are audited."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEvent, FeatureSwitch, Subject
from core.switches import Feature, list_switches, refusal, set_switch
from tests.factories import make_staff

pytestmark = pytest.mark.django_db

REASON = "We are moving to larger machines until noon."


@pytest.mark.parametrize("feature", list(Feature))
def test_a_feature_is_on_until_it_is_switched_off(feature, now):
    """R20"""
    assert refusal(feature) is None
    set_switch(actor=None, feature=feature, is_on=False, reason=REASON, now=now)
    assert refusal(feature).message == REASON
    assert [row.feature for row in list_switches() if not row.is_on] == [feature]
    set_switch(actor=None, feature=feature, is_on=True, reason="", now=now)
    assert refusal(feature) is None


def test_a_change_is_audited_once(now):
    """R20"""
    actor = Subject.objects.create()
    results = [
        set_switch(actor=actor, feature=Feature.CHAT, is_on=False, reason=REASON, now=now)[1]
        for _call in range(2)
    ]
    assert results == [True, False]
    event = AuditEvent.objects.get(kind="switch.changed")
    assert (event.actor, event.target_id, event.at) == (actor, "chat", now)
    assert event.data == {"is_on": False, "reason": REASON}


def test_the_database_refuses_off_without_a_reason(now):
    """R20"""
    with pytest.raises(IntegrityError), transaction.atomic():
        FeatureSwitch.objects.create(key="chat", is_on=False, reason="", changed_at=now)


def test_staff_switch_a_feature_off_and_the_page_wants_a_reason(client):
    """R20"""
    client.force_login(make_staff(is_superuser=True))
    url = reverse("admin:core_featureswitch_changelist")
    asked = client.post(url, {"feature": "uploads", "is_on": "off", "reason": ""})
    assert "Say why" in asked.content.decode()
    assert refusal(Feature.UPLOADS) is None
    assert client.post(url, {"feature": "uploads", "is_on": "off", "reason": REASON}).status_code == 302
    assert refusal(Feature.UPLOADS).message == REASON


def test_staff_without_the_right_only_look(client):
    """R20"""
    client.force_login(make_staff())
    url = reverse("admin:core_featureswitch_changelist")
    assert client.get(url).status_code == 403
    assert client.post(url, {"feature": "chat", "is_on": "off", "reason": REASON}).status_code == 403
    assert refusal(Feature.CHAT) is None
