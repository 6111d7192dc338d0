"""MATURE_ITEMS_ALLOWED=0: a site without anything mature. R10, R12."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts import policies as account_policies
from accounts import services as account_services
from accounts.services import SafeModeRefusedError
from characters import policies, services
from characters.models import Character, State
from characters.services import CharacterRefusedError
from tests.factories import NOW, edit, get_fresh, make_character, make_minor, make_staff, make_user

pytestmark = pytest.mark.django_db


def switch_off(settings: Any) -> None:
    settings.MATURE_ITEMS_ALLOWED = False


def test_r10_what_is_mature_is_seen_by_its_owner_alone(settings: Any) -> None:
    """Existing ones are stored, and come back when the operator changes their mind."""
    mature = make_character(state=State.APPROVED, safe_mode=False)
    safe = make_character(state=State.APPROVED)
    viewer = make_user(safe_mode=False)
    assert mature.can_view(viewer)

    switch_off(settings)

    for somebody in (viewer, make_user(), make_minor(), make_staff(), AnonymousUser()):
        assert not get_fresh(mature).can_view(somebody)
        assert list(Character.objects.visible_to(somebody)) == [safe]
    assert get_fresh(mature).can_view(mature.owner)
    assert mature in Character.objects.visible_to(mature.owner)
    assert get_fresh(mature).live_revision is not None

    settings.MATURE_ITEMS_ALLOWED = True
    assert get_fresh(mature).can_view(viewer)


def test_r10_nobody_turns_their_own_safe_mode_off(settings: Any, client: Client) -> None:
    switch_off(settings)
    person = make_user()

    with pytest.raises(SafeModeRefusedError) as caught:
        account_services.set_safe_mode(actor=person, is_on=False, now=NOW)
    assert caught.value.refusal.code == "mature-not-allowed"

    client.force_login(person)
    page = client.get(reverse("settings-safety")).content.decode()
    assert "this site shows nothing mature" in page
    response = client.post(reverse("settings-safety-off"), {"confirm": "on"})
    assert response.status_code == 403
    assert "this site shows nothing mature" in response.content.decode()
    person.refresh_from_db()
    assert person.safe_mode


def test_whoever_had_it_off_reads_why_nothing_mature_shows_and_can_turn_it_on(
    settings: Any, client: Client
) -> None:
    person = make_user(safe_mode=False)
    switch_off(settings)
    client.force_login(person)
    assert not account_policies.sees_mature(person)

    page = client.get(reverse("settings-safety")).content.decode()
    assert "this site shows nothing mature" in page
    client.post(reverse("settings-safety"), {"safe_mode": "on"})

    person.refresh_from_db()
    assert person.safe_mode


def test_r10_no_character_becomes_mature(settings: Any, client: Client) -> None:
    owner = make_user()
    character = make_character(owner=owner)
    switch_off(settings)

    with pytest.raises(CharacterRefusedError) as caught:
        edit(character, safe_mode=False)
    assert caught.value.refusal.code == "mature-not-allowed"

    client.force_login(owner)
    page = client.get(reverse("character-new")).content.decode()
    assert "this site shows nothing mature" in page
    assert 'type="hidden" name="safe_mode" value="on"' in page


def test_what_was_saved_as_mature_before_cannot_be_submitted(settings: Any) -> None:
    draft = make_character(safe_mode=False)
    switch_off(settings)

    with pytest.raises(CharacterRefusedError) as caught:
        services.submit(actor=draft.owner, item=draft, now=NOW)

    assert caught.value.refusal.code == "mature-not-allowed"
    assert get_fresh(draft).working_revision.state == State.DRAFT


def test_r12_the_owner_reads_why_others_do_not_see_it(settings: Any, client: Client) -> None:
    mature = make_character(state=State.APPROVED, safe_mode=False)
    switch_off(settings)
    assert [reason.code for reason in policies.hidden_reasons(mature)] == ["mature-not-allowed"]

    client.force_login(mature.owner)
    page = client.get(reverse("character-why", args=[mature.slug])).content.decode()

    assert "this site shows nothing mature" in page
    assert "depends on the viewer" not in page.lower()


def test_the_guidelines_say_so(settings: Any, client: Client) -> None:
    text = "this site shows nothing with themes for adults"
    assert text not in read_guidelines(client)
    switch_off(settings)
    assert text in read_guidelines(client)


def read_guidelines(client: Client) -> str:
    return " ".join(client.get(reverse("guidelines")).content.decode().split())
