"""R13: who may not publish is not published by a reviewer either."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Restriction
from characters import services
from characters.models import ITEM_MODELS, State, Visibility
from notifications.models import Notice
from tests.factories import NOW, advance, edit, get_fresh, make_item, make_staff

pytestmark = pytest.mark.django_db


def restrict(person) -> None:
    Restriction.objects.create(
        user=person,
        scope=Restriction.Scope.PUBLISHING,
        reason_code="spam",
        explanation="Too many.",
        starts_at=NOW,
        ends_at=NOW + timedelta(days=1),
        created_at=NOW,
    )


@pytest.mark.parametrize("kind", ITEM_MODELS)
def test_what_nobody_saw_yet_stays_private_until_they_show_it(kind):
    item = make_item(kind, state=State.PENDING, visibility=Visibility.PUBLIC)
    restrict(item.owner)
    advance(item, State.APPROVED)
    item = get_fresh(item)
    assert (item.visibility, item.live_revision.state) == (Visibility.PRIVATE, State.APPROVED)
    assert "Private" in Notice.objects.filter(user=item.owner).latest("pk").body
    later = NOW + timedelta(days=2)
    services.set_visibility(actor=item.owner, item=item, visibility=Visibility.PUBLIC, now=later)
    assert get_fresh(item).is_open_to_all


def test_what_others_read_already_stays_public_with_its_edit():
    item = make_item("character", state=State.APPROVED)
    edit(item, bio="Another life.")
    newer = advance(get_fresh(item), State.PENDING)
    restrict(item.owner)
    services.approve(actor=make_staff(), revision=newer, expected_hash=newer.content_hash, now=NOW)
    item = get_fresh(item)
    assert (item.visibility, item.live_revision) == (Visibility.PUBLIC, newer)


def test_the_review_page_says_so(client):
    item = make_item("character", state=State.PENDING)
    restrict(item.owner)
    # The page asks the clock, not the test.
    Restriction.objects.update(ends_at=None)
    client.force_login(make_staff())
    page = client.get(reverse("admin:characters_pendingrevision_change", args=[item.open_revision_id]))
    assert "may not publish now" in page.content.decode()
