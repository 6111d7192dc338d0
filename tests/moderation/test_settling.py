"""Cases in which nothing is left to do: what was reported is gone, or somebody else took it down."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import ids
from core.models import AuditEvent
from core.refusals import RefusedError
from moderation import services
from moderation.models import Case, Decision
from moderation.services import Step, StepKind, weighing
from moderation.targets import Words
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db

REMOVE = Step(StepKind.REMOVE, Words("spam", "my words", private_notes="my note"))


@pytest.fixture
def reporter() -> User:
    return factories.make_user()


def make_case(reporter: User, now: datetime, *, kind: str, target_id: str) -> Case:
    made, _is_new = services.report_content(
        actor=reporter,
        target_kind=kind,
        target_id=target_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    return made.case


def take(case: Case, step: Step, now: datetime) -> services.Done:
    return services.handle_case(
        actor=factories.make_staff(), case=case, expected_version=case.version, step=step, now=now
    )


def refused(code: str, case: Case, step: Step, now: datetime) -> None:
    with pytest.raises(RefusedError) as caught:
        take(case, step, now)
    assert caught.value.refusal.code == code
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


@pytest.mark.parametrize("kind", ["character", "story"])
def test_what_was_erased_is_not_removed_but_said_to_be_gone(
    client: Client, reporter: User, now: datetime, kind: str
) -> None:
    item = factories.make_item(kind, state="APPROVED", visibility="PUBLIC")
    case = make_case(reporter, now, kind=kind, target_id=item.public_id)
    refused("still-there", case, Step(StepKind.SETTLE, Words("")), now)
    item.owner.delete()
    before = weighing.weight_of(reporter)
    refused("gone", case, REMOVE, now)

    moderator = factories.make_staff()
    client.force_login(moderator)
    values = {"expected_version": case.version, "step": "SETTLE", "creation_key": ids.new_public_id()}
    for _attempt in range(2):
        response = client.post(reverse("admin:moderation_case_step", args=[case.pk]), values)
        assert response.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.decision) == (Case.State.GONE, None)
    assert AuditEvent.objects.get(kind="case.closed").actor == moderator.subject
    notice = Notice.objects.get(user=reporter)
    assert "It is gone" in notice.body
    assert "appeal" not in notice.url
    assert weighing.weight_of(reporter) == before
    assert weighing.agreement(reporter) == (0, 0)
    assert client.get(reverse("admin:moderation_case_change", args=[case.pk])).status_code == 200


@pytest.mark.parametrize("kind", ["character", "picture"])
def test_what_somebody_else_took_down_keeps_the_moderator_s_words(
    client: Client, reporter: User, now: datetime, kind: str
) -> None:
    owner = factories.make_user()
    portrait = factories.make_picture(owner=owner, with_file=True)
    item = factories.make_character(
        owner=owner, state="APPROVED", visibility="PUBLIC", portrait_id=portrait.pk
    )
    target_id = portrait.public_id if kind == "picture" else item.public_id
    case = make_case(reporter, now, kind=kind, target_id=target_id)
    standing, _is_new = services.remove_content(
        actor=factories.make_staff(), target_kind=kind, target_id=target_id, words=Words("fraud"), now=now
    )
    client.force_login(factories.make_staff())
    typed = {"reason_code": "spam", "explanation": "my words", "private_notes": "my note"}
    response = client.post(
        reverse("admin:moderation_case_step", args=[case.pk]),
        {"expected_version": case.version, "step": "REMOVE", "creation_key": ids.new_public_id(), **typed},
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert all(words in page for words in ("It was taken down already", "my words", "my note"))
    refused("down-already", case, REMOVE, now)

    done = take(case, Step(StepKind.SETTLE, Words("")), now)
    assert done.decision == standing
    case.refresh_from_db()
    assert (case.state, case.decision) == (Case.State.ACTED, standing)
    assert Decision.objects.filter(kind__in=["DELIST", "REMOVE"]).count() == 1
