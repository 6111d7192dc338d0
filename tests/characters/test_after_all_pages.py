"""R6, R7: the staff page on which a wrong rejection is mended and our own mistakes are taken down."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import NEVER_VERIFIED_CODE, User
from characters import services
from characters.models import ITEM_MODELS, Item, State
from moderation.models import Decision
from tests.characters.test_after_all import reject_by_program
from tests.clients import client_of
from tests.factories import NOW, advance, edit, get_fresh, make_item, make_staff, make_user

pytestmark = pytest.mark.django_db

APPROVE = "Approve it after all"
TYPED = "I took the wrong one."


@pytest.fixture(params=ITEM_MODELS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reviewer() -> User:
    return make_staff(username="rita")


@pytest.fixture
def staff_client(reviewer: User) -> Client:
    return client_of(reviewer)


def url(item: Item, step: str = "change") -> str:
    return reverse(f"admin:characters_{item.KIND}_{step}", args=[item.pk])


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def values_of(response: Any, **changes: str) -> dict[str, str]:
    """Return what the form on the page sends."""
    form = response.context["after_all_form"]
    values = {name: form[name].value() for name in ("decision_id", "creation_key")}
    return {**values, "explanation": TYPED, **changes}


def offers(response: Any) -> bool:
    return f'<h2 id="after-all-heading">{APPROVE}</h2>' in text_of(response)


def test_it_is_offered_and_done(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    page = staff_client.get(url(item))
    rejected = item.open_revision
    review_page = reverse(
        f"admin:characters_pending{type(rejected).__name__.lower()}_change", args=[rejected.pk]
    )
    assert offers(page)
    assert f'<a href="{review_page}">Version 1</a> was rejected on' in text_of(page)
    values = values_of(page)

    first = staff_client.post(url(item, "approve_after_all"), values, follow=True)
    second = staff_client.post(url(item, "approve_after_all"), values, follow=True)

    assert "is approved after all; its creator is told." in text_of(first)
    assert not offers(first)
    assert second.redirect_chain
    assert "was taken back already." in text_of(second)
    assert get_fresh(item).live_revision.content_hash == rejected.content_hash
    assert Decision.objects.filter(kind="RESTORE").count() == 1


def test_it_takes_words_for_the_creator(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    values = values_of(staff_client.get(url(item)), explanation=" ")
    response = staff_client.post(url(item, "approve_after_all"), values)
    assert response.status_code == 422
    assert response.context["after_all_form"].errors["explanation"]
    assert get_fresh(item).live_revision is None


def test_what_was_typed_is_kept_when_somebody_else_was_faster(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    values = values_of(staff_client.get(url(item)))
    other = client_of(make_staff())
    assert other.post(url(item, "approve_after_all"), values).status_code == 302
    response = staff_client.post(url(item, "approve_after_all"), values)
    assert response.status_code == 409
    assert "was taken back already." in text_of(response)
    assert TYPED in text_of(response)


def test_what_was_typed_is_kept_when_something_newer_was_approved(
    staff_client: Client, reviewer: User, kind: str
) -> None:
    """Also where the last thing that happened was this reviewer's own approval."""
    item = make_item(kind, state=State.REJECTED)
    values = values_of(staff_client.get(url(item)))
    edit(item, tags=("newer",))
    newer = advance(get_fresh(item), State.PENDING)
    services.approve(actor=reviewer, revision=newer, expected_hash=newer.content_hash, now=NOW)
    response = staff_client.post(url(item, "approve_after_all"), values)
    assert response.status_code == 409
    assert "A newer version was approved since; that one stays." in text_of(response)
    assert TYPED in text_of(response)


def overtaken(item: Item) -> User:
    edit(item, tags=("newer",))
    advance(get_fresh(item), State.APPROVED)
    return make_staff()


def made_by_staff(item: Item) -> User:
    User.objects.filter(pk=item.owner_id).update(is_staff=True)
    return make_staff()


@pytest.mark.parametrize("who", [overtaken, made_by_staff, lambda item: item.owner])
def test_it_is_not_offered_where_it_is_refused(kind: str, who: Callable[[Item], User]) -> None:
    item = make_item(kind, state=State.REJECTED)
    actor = who(item)
    User.objects.filter(pk=item.owner_id, pk__in=[actor.pk]).update(is_staff=True, is_superuser=True)
    assert not offers(client_of(User.objects.get(pk=actor.pk)).get(url(item)))


def test_child_safety_is_not_offered_to_others(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.SUBMITTED)
    reject_by_program(item, reason_code=NEVER_VERIFIED_CODE)
    assert not offers(staff_client.get(url(item)))
    assert offers(client_of(make_staff(is_superuser=True)).get(url(item)))


@pytest.mark.parametrize("make", [make_user, lambda: make_staff(is_reviewer=False)], ids=["person", "staff"])
def test_only_reviewers_come_in(kind: str, make: Callable[[], User]) -> None:
    item = make_item(kind, state=State.REJECTED)
    decision = Decision.objects.get(target_id=item.public_id)
    response = client_of(make()).post(
        url(item, "approve_after_all"), {"decision_id": decision.public_id, "explanation": TYPED}
    )
    assert response.status_code in {302, 403}
    assert get_fresh(item).live_revision is None


def test_it_is_a_post(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    assert staff_client.get(url(item, "approve_after_all")).status_code == 405


def test_right_after_rejecting_a_link_leads_there(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.PENDING, name="A & <b>")
    revision = item.open_revision
    model = f"pending{type(revision).__name__.lower()}"
    response = staff_client.post(
        reverse(f"admin:characters_{model}_reject", args=[revision.pk]), {"reason_code": "spam"}, follow=True
    )
    page = text_of(response)
    assert "“A &amp; &lt;b&gt;” is rejected; its creator is told why." in page
    assert f'<a href="{url(item)}#after-all">Was that wrong?</a>' in page
    rejected = staff_client.get(reverse(f"admin:characters_{model}_change", args=[revision.pk]))
    assert f'<a href="{url(item)}#after-all">Was that wrong?</a>' in text_of(rejected)


def test_a_version_that_was_not_rejected_leads_nowhere(staff_client: Client) -> None:
    item = make_item("character", state=State.APPROVED)
    page = reverse("admin:characters_pendingrevision_change", args=[item.live_revision.pk])
    assert "Was that wrong?" not in text_of(staff_client.get(page))


def test_the_page_has_a_query_budget(staff_client: Client, kind: str) -> None:
    """The same for one version as for many, and for what was rejected little more than for what is live."""
    counts = []
    for more in (1, 6):
        item = make_item(kind, state=State.REJECTED)
        for number in range(more):
            edit(get_fresh(item), tags=(f"tag{number}",))
            advance(get_fresh(item), State.REJECTED)
        with CaptureQueriesContext(connection) as used:
            assert offers(staff_client.get(url(item)))
        counts.append(len(used))
    assert counts[0] == counts[1] <= 24


# --- Our own mistakes ---------------------------------------------------------------------------------------


def test_our_mistake_is_ticked_on_the_form(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.APPROVED)
    assert "Our mistake: it should not have been approved" in text_of(staff_client.get(url(item)))
    values = {"reason_code": "spam", "explanation": "", "fix": "", "is_our_mistake": "on"}
    page = staff_client.post(url(item, "delist"), values, follow=True)
    assert Decision.objects.get(kind="DELIST").is_our_mistake
    assert '<span class="review-changed">Our mistake</span>' in text_of(page)


def test_a_form_that_was_not_whole_stays_ticked(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.APPROVED)
    response = staff_client.post(url(item, "delist"), {"reason_code": "", "is_our_mistake": "on"})
    assert response.status_code == 422
    assert re.search(r'name="is_our_mistake"[^>]* checked', text_of(response))


def test_unticked_it_is_theirs(staff_client: Client, kind: str) -> None:
    item = make_item(kind, state=State.APPROVED)
    values = {"reason_code": "spam", "explanation": "", "fix": ""}
    page = staff_client.post(url(item, "delist"), values, follow=True)
    assert not Decision.objects.get(kind="DELIST").is_our_mistake
    assert '<span class="review-changed">Our mistake</span>' not in text_of(page)
