"""Reports of contents and people (R14)."""

from datetime import datetime

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.queries import Viewer
from core import ids, switches
from core.models import AuditEvent
from core.switches import Feature
from moderation import services, targets
from moderation.models import Case, Report, ReportAddition
from moderation.targets import Target, Words
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
    assert (report.reason, report.case.state) == ("SCAM", Case.State.OPEN)


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
    arguments = {"actor": moderator, "expected_version": report.case.version, "words": Words(""), "now": now}
    results = [services.dismiss(case=report.case, **arguments)[1] for _attempt in range(2)]
    assert results == [True, False]
    assert Notice.objects.filter(user=reporter).count() == 1
    assert AuditEvent.objects.filter(kind="case.closed").count() == 1


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> dict[str, Target]:
    """What can be reported as a "thing", by id."""
    things: dict[str, Target] = {}

    def find(_viewer: Viewer, public_id: str) -> Target | None:
        return things.get(public_id)

    monkeypatch.setitem(targets._handlers, "thing", targets.Handler(find))
    return things


def report_thing(reporter: User, now: datetime, *, target_id: str = "lamp") -> Report:
    report, _created = services.report_content(
        actor=reporter,
        target_kind="thing",
        target_id=target_id,
        reason="ABUSE",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    return report


def test_r14_a_report_keeps_what_the_reporter_saw(shelf: dict[str, Target], now: datetime) -> None:
    """R14: what is changed or deleted afterwards can still be judged."""
    shelf["lamp"] = Target(
        title="A lamp" * 20, url="/lamp/", owner=factories.make_user(), excerpt="word " * 200
    )
    report = report_thing(factories.make_user(), now)
    shelf.clear()
    kept = Report.objects.get(pk=report.pk)
    assert kept.target_title == ("A lamp" * 20)[:100]
    assert kept.target_excerpt == ("word " * 200)[:500]


def test_a_report_of_a_character_keeps_its_words(client: Client) -> None:
    character = factories.make_character(state="APPROVED", bio="She keeps bees.")
    client.force_login(factories.make_user())
    url = reverse("report", kwargs={"kind": "character", "target_id": character.public_id})
    client.post(url, {"reason": "SCAM", "text": "", "creation_key": ids.new_public_id()})
    assert "She keeps bees." in Report.objects.get().target_excerpt


def test_a_case_about_somebody_erased_names_and_quotes_them_no_more(
    shelf: dict[str, Target], now: datetime
) -> None:
    owner, reporter = factories.make_user(display_name="Ada Lark"), factories.make_user()
    shelf["lamp"] = Target(title="Lamp of Ada Lark", url="/lamp/", owner=owner, excerpt="I am Ada Lark.")
    report = report_thing(reporter, now)
    shelf["other"] = Target(title="Another", url="/other/", owner=factories.make_user(), excerpt="words")
    other = report_thing(reporter, now, target_id="other")
    owner.delete()

    kept = Report.objects.select_related("case").get(pk=report.pk)
    assert (kept.case.title, kept.target_title, kept.target_excerpt) == ("", "", "")
    assert kept.case.subject_id == owner.subject_id
    untouched = Report.objects.select_related("case").get(pk=other.pk)
    assert (untouched.case.title, untouched.target_excerpt) == ("Another", "words")


def test_what_somebody_says_later_joins_their_report_and_counts_once(
    client: Client, shelf: dict[str, Target], now: datetime
) -> None:
    target_id = ids.new_public_id()
    shelf[target_id] = Target(title="A lamp", url="/lamp/", owner=factories.make_user())
    reporter = factories.make_user()
    report = report_thing(reporter, now, target_id=target_id)
    before = Case.objects.get()
    client.force_login(reporter)
    url, key = reverse("report", args=["thing", target_id]), ids.new_public_id()
    for _attempt in range(2):
        response = client.post(url, {"reason": "UNDERAGE", "text": "Now I know more.", "creation_key": key})
        assert "You reported this before" in str(list(get_messages(response.wsgi_request))[-1])
    [addition] = ReportAddition.objects.all()
    assert (addition.report_id, addition.reason, addition.text) == (report.pk, "UNDERAGE", "Now I know more.")
    after = Case.objects.get()
    assert (after.report_count, after.version) == (before.report_count, before.version + 1)
    assert after.risk > before.risk + report.weight

    client.post(url, {"reason": "ABUSE", "text": " ", "creation_key": ids.new_public_id()})
    assert ReportAddition.objects.count() == 1, "saying nothing new adds nothing"
    client.force_login(factories.make_staff())
    page = client.get(reverse("admin:moderation_case_change", args=[after.pk])).content.decode()
    assert "Added: Underage risk" in page
    assert "Now I know more." in page


def test_reports_stay_when_the_account_goes_that_made_them(
    client: Client, shelf: dict[str, Target], now: datetime
) -> None:
    shelf["lamp"] = Target(title="A lamp", url="/lamp/", owner=factories.make_user(), excerpt="It glows.")
    reporter, other = factories.make_user(), factories.make_user()
    for person in (reporter, other):
        report_thing(person, now)
    subject, name = reporter.subject, reporter.username
    reporter.delete()
    kept = Report.objects.get(reporter=None)
    assert (kept.reporter_subject, kept.target_excerpt) == (subject, "It glows.")
    case = Case.objects.get()
    assert case.report_count == case.reports.count() == 2

    moderator = factories.make_staff()
    client.force_login(moderator)
    page = client.get(reverse("admin:moderation_case_change", args=[case.pk])).content.decode()
    assert "account erased" in page
    assert name not in page
    services.dismiss(actor=moderator, case=case, expected_version=case.version, words=Words(""), now=now)
    assert list(Notice.objects.values_list("user", flat=True)) == [other.pk]


def test_moderators_see_what_was_reported_and_a_way_to_it(
    client: Client, shelf: dict[str, Target], now: datetime
) -> None:
    shelf["lamp"] = Target(
        title="A lamp", url="/lamp/", owner=factories.make_user(), excerpt="<b>bright</b> words"
    )
    report = report_thing(factories.make_user(), now)
    client.force_login(factories.make_staff())
    assert "A lamp" in client.get(reverse("admin:moderation_case_changelist")).content.decode()
    url = reverse("admin:moderation_case_change", args=[report.case.pk])

    page = client.get(url).content.decode()
    assert '<a href="/lamp/">Open A lamp as it is now</a>' in page
    assert "&lt;b&gt;bright&lt;/b&gt; words" in page

    shelf.clear()
    page = client.get(url).content.decode()
    assert "It is gone" in page
    assert "bright" in page


@pytest.mark.parametrize("name", ["case", "appeal", "proposal", "decision"])
def test_what_is_not_there_has_no_page(client: Client, name: str) -> None:
    client.force_login(factories.make_staff(is_superuser=True))
    for wrong in ("0", "x"):
        assert client.get(reverse(f"admin:moderation_{name}_change", args=[wrong])).status_code == 404
