"""What staff see of all queues at once, and how they find people in lists."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import ids
from moderation import counters, services
from moderation.models import Appeal, Decision
from moderation.services import appeals
from moderation.targets import Words
from moderation.work_queues import APPEALS, REPORTS
from tests import factories
from tests.moderation.appealing import restricted

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    client = Client()
    client.force_login(factories.make_staff(username="rita"))
    return client


def warn_and_appeal(person, *, now, actor=None):
    decision, _is_new = services.warn(
        actor=actor or factories.make_staff(), user=person, words=Words("spam", "Do not."), now=now
    )
    made, _is_new = services.appeal(
        actor=person,
        decision=decision,
        request=appeals.Request(wish=Appeal.Wish.RESTORE, context="It was a joke."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    return made


def report(character, *, now):
    made, _is_new = services.report_content(
        actor=factories.make_user(),
        target_kind="character",
        target_id=character.public_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    return made.case


def test_reports_are_counted(now):
    first, second = (
        report(factories.make_character(state="APPROVED"), now=now - timedelta(hours=hours))
        for hours in (5, 2)
    )
    found = counters.read(REPORTS, now=now)
    assert (found.waiting, found.oldest_wait, found.late) == (2, timedelta(hours=5), None)
    for case in (first, second):
        step = services.Step(services.StepKind.WARN, Words("spam", "Do not."))
        services.handle_case(
            actor=factories.make_staff(), case=case, expected_version=case.version, step=step, now=now
        )
    found = counters.read(REPORTS, now=now)
    assert (found.waiting, found.oldest_wait) == (0, None)
    assert (found.periods[0].decided, found.periods[0].median_wait) == (2, timedelta(hours=3.5))
    warning = type(first).objects.get(pk=first.pk).decision
    services.lift(actor=factories.make_staff(), decision=warning, words=Words("", "Wrong."), now=now)
    assert counters.read(REPORTS, now=now).periods[0].overturned == counters.Share(1, 2)


def test_appeals_are_counted_with_those_that_are_late(now):
    late = warn_and_appeal(factories.make_user(), now=now - timedelta(days=20))
    warn_and_appeal(factories.make_user(), now=now - timedelta(days=1))
    found = counters.read(APPEALS, now=now)
    assert (found.waiting, found.late, found.oldest_wait) == (2, 1, timedelta(days=20))
    services.answer(
        actor=factories.make_staff(), appeal=late, kind=Decision.Kind.OVERTURN, explanation="A joke.", now=now
    )
    found = counters.read(APPEALS, now=now)
    assert (found.waiting, found.late) == (1, 0)
    assert (found.periods[0].decided, found.periods[0].median_wait) == (1, timedelta(days=20))


def test_the_counters_page_shows_every_queue_and_only_what_it_has(page):
    response = page.get(reverse("admin:moderation_counters"))
    titles = {queue["key"]: [row["title"] for row in queue["rows"]] for queue in response.context["queues"]}
    assert {"case", "appeal", "characters", "stories"} <= set(titles)
    assert "Taken back later" in titles["case"]
    assert "Taken back later" not in titles["appeal"]
    assert "Second reviews that agree" in titles["characters"]
    assert "Second reviews that agree" not in titles["case"]


def test_the_start_page_says_what_waits(page):
    now = datetime.now(UTC)
    warn_and_appeal(factories.make_user(), now=now - timedelta(days=20))
    report(factories.make_character(state="APPROVED"), now=now - timedelta(days=3))
    services.propose(
        actor=factories.make_staff(), kind="SUSPEND", user=factories.make_user(), words=Words("spam"), now=now
    )
    text = page.get(reverse("admin:index")).content.decode()
    assert "What waits" in text
    assert "20 days" in text
    assert "3 days" in text
    assert "1 proposal waits for a second person" in text
    for name in ("case_next", "appeal_next"):
        assert f'action="{reverse(f"admin:moderation_{name}")}"' in text


@pytest.mark.parametrize("staff", [{"is_reviewer": False}, {"is_superuser": True}])
def test_the_start_page_is_for_other_staff_too(staff):
    client = Client()
    client.force_login(factories.make_staff(**staff))
    text = client.get(reverse("admin:index")).content.decode()
    assert ("What waits" in text) is staff.get("is_superuser", False)


@pytest.mark.parametrize("term", ["zora", "@zora", "Zora Neale", "omar"])
def test_decisions_are_found_by_the_people_in_them(now, term):
    page = Client()
    page.force_login(factories.make_staff(is_superuser=True))
    person = factories.make_user(username="zora", display_name="Zora Neale")
    services.warn(actor=factories.make_staff(username="omar"), user=person, words=Words("spam"), now=now)
    services.warn(
        actor=factories.make_staff(), user=factories.make_user(), words=Words("misleading"), now=now
    )
    response = page.get(reverse("admin:moderation_decision_changelist"), {"q": term})
    (found,) = response.context["cl"].result_list
    assert found.affected_id == person.subject_id
    text = response.content.decode()
    assert "zora" in text
    assert "omar" in text
    narrowed = page.get(reverse("admin:moderation_decision_changelist"), {"reason_code": "misleading"})
    assert len(narrowed.context["cl"].result_list) == 1


def test_reports_are_found_by_the_person_they_are_about(page, now):
    case = report(
        factories.make_character(owner=factories.make_user(username="zora"), state="APPROVED"), now=now
    )
    report(factories.make_character(state="APPROVED"), now=now)
    response = page.get(reverse("admin:moderation_case_changelist"), {"q": "zora"})
    assert list(response.context["cl"].result_list) == [case]


def test_short_dates_are_read_one_way(page, now):
    person = factories.make_user()
    User.objects.filter(pk=person.pk).update(date_joined=now)
    text = page.get(reverse("admin:moderation_person", args=[person.public_id])).content.decode()
    assert "1 Jun 2026" in text
    assert "06/01/2026" not in text


def test_a_decision_is_told_in_words_with_what_it_hangs_together_with(page, now) -> None:
    """Not in the codes of the database, and with a way to whatever led to it or took it back."""
    decision = restricted(factories.make_user(), days=7, now=now)
    url = reverse("admin:moderation_decision_change", args=[decision.pk])
    text = page.get(url).content.decode()
    for words in ("Restricted: Chat", "Spam or advertising", "You advertised.", "In force"):
        assert words in text, words
    services.lift(actor=factories.make_staff(), decision=decision, words=Words("", "We were wrong."), now=now)
    answer = decision.reversals.get()
    taken_back = page.get(url).content.decode()
    assert "Taken back on" in taken_back
    assert reverse("admin:moderation_decision_change", args=[answer.pk]) in taken_back
    assert url in page.get(reverse("admin:moderation_decision_change", args=[answer.pk])).content.decode()
