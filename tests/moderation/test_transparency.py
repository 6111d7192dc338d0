"""The numbers that anybody may read: they agree with the rows, hide what is rare, and never change."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
import time_machine
from django.conf import settings as site_settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import ids
from core.models import Subject
from moderation import queries, tasks, transparency
from moderation.models import Appeal, Case, Decision, PublishedNumbers
from moderation.transparency import MEASURES, Numbers, Period, Tally
from policies.rules import RULES
from tests.factories import make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MAY = Period("2026-05", datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
CODES = ("spam", "hate", "minimum-age", "")


@pytest.fixture(autouse=True)
def _a_day_in_june() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_decision(kind: str = "REJECT", *, at: datetime = NOW, **fields: Any) -> Decision:
    is_automatic = fields.pop("is_automatic", False)
    return Decision.objects.create(
        at=at,
        kind=kind,
        source=Decision.Source.AUTOMATIC if is_automatic else Decision.Source.HUMAN,
        actor=None if is_automatic else Subject.objects.create(),
        affected=Subject.objects.create(),
        target_kind="character",
        target_id=ids.new_public_id(),
        **{"reason_code": "spam", **fields},
    )


def make_case(*, opened_at: datetime, took: timedelta) -> Case:
    closed_at = opened_at + took
    return Case.objects.create(
        created_at=opened_at,
        closed_at=closed_at,
        state=Case.State.ACTED,
        decision=make_decision("WARN", at=closed_at),
        target_kind="character",
        target_id=ids.new_public_id(),
    )


def make_appeal(state: str, *, at: datetime, decision: Decision) -> Appeal:
    is_answered = state not in {"OPEN", "WITHDRAWN"}
    kinds = {"UPHELD": "UPHOLD", "OVERTURNED": "OVERTURN", "PARTIAL": "PARTIAL", "LIFTED": "LIFT"}
    return Appeal.objects.create(
        created_at=at,
        appellant=make_user(),
        creation_key=ids.new_public_id(),
        decision=decision,
        role=Appeal.Role.OWNER,
        wish=Appeal.Wish.RESTORE,
        state=state,
        due_at=at + timedelta(days=14),
        closed_at=None if state == "OPEN" else at + timedelta(days=1),
        answer=make_decision(kinds[state], at=at + timedelta(days=1), reverses=decision)
        if is_answered
        else None,
    )


# --- They agree with a count by hand ------------------------------------------------------------------------

moments = st.integers(min_value=-3, max_value=34).map(lambda days: MAY.since + timedelta(days=days))
decisions = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Decision.Kind.values),
        "reason_code": st.sampled_from(CODES),
        "is_automatic": st.booleans(),
        "at": moments,
        "answers": st.lists(st.sampled_from(["LIFT", "OVERTURN", "UPHOLD", "PARTIAL"]), max_size=2),
    }
)
cases = st.tuples(moments, st.integers(min_value=0, max_value=10**6))
appeals = st.tuples(moments, st.sampled_from(Appeal.State.values))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(decisions, max_size=12),
    reported=st.lists(cases, max_size=6),
    appealed=st.lists(appeals, max_size=4),
)
def test_the_numbers_agree_with_a_count_by_hand(db: None, made: Any, reported: Any, appealed: Any) -> None:
    with transaction.atomic():
        for values in made:
            answers = values["answers"]
            decision = make_decision(**{name: value for name, value in values.items() if name != "answers"})
            for kind in answers:
                make_decision(kind, at=values["at"] + timedelta(days=2), reverses=decision)
        for opened_at, seconds in reported:
            make_case(opened_at=opened_at, took=timedelta(seconds=seconds))
        for at, state in appealed:
            make_appeal(state, at=at, decision=make_decision(at=at))

        assert transparency.count(MAY, now=NOW) == count_by_hand(MAY)

        transaction.set_rollback(True)


def count_by_hand(period: Period) -> Numbers:
    """Look at every row, one after the other."""
    rows = [row for row in Decision.objects.all() if period.since <= row.at < period.until]
    measures = [row for row in rows if row.kind in MEASURES]
    taken_back = {
        row.reverses_id
        for row in Decision.objects.all()
        if row.kind in {"OVERTURN", "REINSTATE", "RESTORE", "LIFT"} and row.reverses_id
    }

    def tally(part: str) -> dict[str, Tally]:
        groups: dict[str, list[Decision]] = {}
        for row in measures:
            groups.setdefault(getattr(row, part), []).append(row)
        return {
            name: Tally(
                len(group),
                len([row for row in group if row.source == "AUTOMATIC"]),
                len([row for row in group if row.pk in taken_back]),
            )
            for name, group in groups.items()
        }

    closed = [
        case
        for case in Case.objects.all()
        if case.closed_at and period.since <= case.closed_at < period.until
    ]
    seconds = [(case.closed_at - case.created_at).total_seconds() for case in closed if case.closed_at]
    return Numbers(
        counted_at=NOW,
        by_kind=dict(Counter(row.kind for row in rows)),
        by_rule=tally("reason_code"),
        by_source=tally("source"),
        cases_decided=len(closed),
        median_seconds=median(seconds) if seconds else None,
        appeals=dict(
            Counter(
                appeal.state
                for appeal in Appeal.objects.all()
                if period.since <= appeal.created_at < period.until
            )
        ),
    )


def test_what_takes_a_decision_back_is_the_same_everywhere() -> None:
    assert set(queries.REVERSING) == {"OVERTURN", "REINSTATE", "RESTORE", "LIFT"}


# --- Periods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        *("", "29", "2026", "2026-5", "2026-13", "2026-00", "1999-12", "x", "2026-05 ", "٢٠٢٦-٠٥"),
        *("2026-06", "2026-07", "3000-01", "2020-01", "2026-03", "\0"),
    ],
)
def test_a_period_that_is_no_month_or_was_not_counted_is_not_found(code: str, client: Client) -> None:
    """Asking for one counts nothing."""
    make_decision(at=datetime(2026, 4, 30, 23, tzinfo=UTC))
    assert transparency.publish_months(now=NOW) == ["2026-04", "2026-05"]
    assert transparency.find_published(code) is None
    for page in ("transparency", "transparency-json"):
        assert client.get(reverse(page), {"period": code}).status_code == 404
    assert PublishedNumbers.objects.count() == 2


@pytest.mark.parametrize("page", ["transparency", "transparency-json"])
@pytest.mark.parametrize("days", ["30", "365"])
def test_a_link_to_a_number_of_days_leads_to_the_newest_month(page: str, days: str, client: Client) -> None:
    make_decision(at=MAY.since)
    transparency.publish_months(now=NOW)
    response = client.get(reverse(page), {"period": days}, follow=True)
    assert response.redirect_chain == [(reverse(page), 302)]
    assert ("May 2026" if page == "transparency" else "2026-05") in response.content.decode()


def test_reading_counts_nothing(client: Client) -> None:
    make_decision(at=MAY.since)
    page = client.get(reverse("transparency")).content.decode()
    assert "No month was counted yet" in page
    assert "<table" not in page
    assert client.get(reverse("transparency-json")).json() == {"period": None}
    assert not PublishedNumbers.objects.exists()


def test_the_clock_counts_each_month_once(client: Client) -> None:
    make_decision(at=MAY.since)
    tasks.publish_months()
    tasks.publish_months()
    assert PublishedNumbers.objects.get().month == "2026-05"
    assert "May 2026" in client.get(reverse("transparency")).content.decode()
    entry = site_settings.CELERY_BEAT_SCHEDULE["publish-months"]
    assert (entry["task"], entry["schedule"]) == ("moderation.publish_months", timedelta(hours=1))


def test_before_the_first_decision_nothing_is_counted() -> None:
    assert transparency.publish_months(now=NOW) == []
    make_decision(at=MAY.until)
    assert transparency.publish_months(now=NOW) == []
    assert transparency.publish_months(now=NOW + timedelta(days=30)) == ["2026-06"]


def test_a_month_ends_where_the_next_one_begins() -> None:
    make_decision(at=datetime(2025, 12, 31, tzinfo=UTC))
    transparency.publish_months(now=NOW)
    periods = transparency.list_published()
    assert periods[0] == MAY
    assert [period.code for period in periods][-1] == "2025-12"
    assert periods == [period for period in transparency.list_periods(NOW) if period.code >= "2025-12"]


def test_a_year_of_months_can_be_counted() -> None:
    offered = transparency.list_periods(NOW)
    assert [period.code for period in offered[:2]] == ["2026-05", "2026-04"]
    assert offered[-1].code == "2025-06"


def test_a_month_can_be_counted_two_weeks_after_its_end() -> None:
    moment = datetime(2026, 6, 15, tzinfo=UTC)
    assert transparency.list_periods(moment)[0] == MAY
    before = moment - timedelta(seconds=1)
    assert transparency.list_periods(before)[0].code == "2026-04"


@pytest.mark.parametrize(
    ("answered_at", "taken_back", "state"),
    [(timedelta(days=13, hours=23), 1, "OVERTURNED"), (timedelta(days=14), 0, "OPEN")],
)
def test_a_month_that_is_counted_late_means_the_same(
    answered_at: timedelta, taken_back: int, state: str
) -> None:
    """What was decided more than two weeks after its end is not in it, however late it is counted."""
    decision = make_decision("REMOVE", at=MAY.since)
    appeal = make_appeal("OPEN", at=MAY.since, decision=decision)
    at = MAY.until + answered_at
    answer = make_decision("OVERTURN", at=at, reverses=decision)
    Appeal.objects.filter(pk=appeal.pk).update(state="OVERTURNED", closed_at=at, answer=answer)
    numbers = transparency.count(MAY, now=NOW + timedelta(days=200))
    assert numbers.by_rule["spam"].taken_back == taken_back
    assert numbers.appeals == {state: 1}


@given(hours=st.integers(min_value=0, max_value=8 * 366 * 24))
def test_no_two_periods_that_are_ever_offered_overlap(hours: int) -> None:
    now = datetime(2021, 7, 1, tzinfo=UTC) + timedelta(hours=hours)
    later = now + timedelta(days=45)
    found = {(period.since, period.until) for at in (now, later) for period in transparency.list_periods(at)}
    in_order = sorted(found)
    for (_since, until), (next_since, _until) in pairwise(in_order):
        assert until == next_since
    assert in_order[-1][1] <= later


# --- No difference of two figures ---------------------------------------------------------------------------


def figures(now: datetime) -> dict[tuple[str, Any], int]:
    """Return everything that can be read at a moment: each shown count, by its month and its cell."""
    found: dict[tuple[str, Any], int] = {}
    transparency.publish_months(now=now)
    for offered in transparency.list_published():
        read = transparency.find_published(offered.code)
        assert read is not None
        period, numbers = read
        assert period == offered
        counts: dict[Any, int] = {
            ("kind", kind): numbers.by_kind.get(kind, 0) for kind in Decision.Kind.values
        }
        counts |= {("appeal", state): numbers.appeals.get(state, 0) for state in Appeal.State.values}
        counts["cases",] = numbers.cases_decided
        tables = {"rule": transparency.public_rules(numbers.by_rule), "source": numbers.by_source}
        for table, tallies in tables.items():
            for name, tally in tallies.items():
                counts |= {(table, name, column): getattr(tally, column) for column in transparency.COLUMNS}
        withheld = transparency.find_withheld(numbers)
        found |= {(period.code, cell): count for cell, count in counts.items() if cell not in withheld}
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(decisions, max_size=12),
    later=st.lists(decisions, max_size=4),
    appealed=st.lists(appeals, max_size=4),
    is_erased=st.booleans(),
    wait=st.integers(min_value=0, max_value=60),
)
def test_two_readings_differ_by_whole_months_and_never_by_a_few(
    db: None, made: Any, later: Any, appealed: Any, is_erased: bool, wait: int
) -> None:
    """What happened between two readings, however little it was, follows from no two figures."""
    with transaction.atomic():
        rows = [make_decision(**values) for values in map(_without_answers, made)]
        asked = [make_appeal(state, at=at, decision=make_decision(at=at)) for at, state in appealed]
        case = make_case(opened_at=MAY.since, took=timedelta(hours=1))
        before = figures(NOW)
        second = NOW + timedelta(days=wait)
        for row in rows:
            make_decision("OVERTURN", at=second, reverses=row)
        for values in map(_without_answers, later):
            make_decision(**{**values, "at": second})
        for one in asked[: len(asked) if is_erased else 0]:
            one.appellant.delete()
        Case.objects.filter(pk=case.pk).update(state=Case.State.OPEN, closed_at=None, decision=None)
        after = figures(second)
        for month, cell in before.keys() & after.keys():
            assert after[month, cell] == before[month, cell]
        # What is new is of months that nobody read a part of before.
        seen = {month for month, _cell in before}
        assert {key for key in after if key[0] in seen} <= set(before)
        transaction.set_rollback(True)


def _without_answers(values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "answers"}


def test_counting_anew_would_tell_what_changed() -> None:
    """So it is not done: the figure stays as it was counted first."""
    case = make_case(opened_at=MAY.since, took=timedelta(hours=1))
    transparency.publish_months(now=NOW)
    first = transparency.find_published("2026-05")
    Case.objects.filter(pk=case.pk).update(state=Case.State.OPEN, closed_at=None, decision=None)
    assert transparency.count(MAY, now=NOW).cases_decided == 0
    assert transparency.publish_months(now=NOW + timedelta(days=90)) == ["2026-06", "2026-07"]
    assert transparency.find_published("2026-05") == first
    assert first is not None
    assert first[1].cases_decided == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_clocks_count_a_month_once() -> None:
    make_decision("REMOVE", at=MAY.since)
    moments = [NOW + timedelta(hours=number) for number in range(5)]
    counted = at_once(*(lambda moment=moment: transparency.publish_months(now=moment) for moment in moments))
    assert sorted(counted) == [[], [], [], [], ["2026-05"]]
    assert PublishedNumbers.objects.count() == 1


# --- What may be read ---------------------------------------------------------------------------------------


def test_every_number_of_the_page_and_of_the_json_hides_small_counts(client: Client) -> None:
    for _each in range(3):
        decision = make_decision("REMOVE", at=MAY.since, is_automatic=True)
        make_decision("LIFT", at=MAY.since, reverses=decision)
        make_case(opened_at=MAY.since, took=timedelta(hours=3))
        make_appeal("OPEN", at=MAY.since, decision=decision)

    transparency.publish_months(now=NOW)
    page = client.get(reverse("transparency"), {"period": "2026-05"}).content.decode()
    numbers = client.get(reverse("transparency-json"), {"period": "2026-05"}).json()

    assert "not shown" in page
    assert "too few to say" in page
    for cell in ("<td>1<", "<td>2<", "<td>3<", "<td>4<", ">3<", "100 %"):
        assert cell not in page
    assert numbers["hidden_below"] == 5
    assert numbers["decisions"]["REMOVE"] is None
    assert numbers["decisions"]["SUSPEND"] == 0
    assert numbers["measures_by_rule"]["spam"] == {"total": 6, "automatic": None, "taken_back": None}
    assert numbers["measures_by_source"]["AUTOMATIC"] == {
        "total": None,
        "automatic": None,
        "taken_back": None,
    }
    assert numbers["reports_decided"] is None
    assert numbers["median_seconds_to_decision"] is None
    assert numbers["appeals"]["OPEN"] is None


def test_the_page_says_how_often_automatic_measures_were_taken_back(client: Client) -> None:
    for number in range(20):
        decision = make_decision("REJECT", at=MAY.since, is_automatic=True, reason_code="hate")
        if number < 5:
            make_decision("OVERTURN", at=MAY.since, reverses=decision)
    for hours in (1, 2, 3, 5, 8):
        make_case(opened_at=MAY.since, took=timedelta(hours=hours))

    transparency.publish_months(now=NOW)
    page = client.get(reverse("transparency"), {"period": "2026-05"}).content.decode()

    assert "25 % of 20" in page
    assert "3 hours" in page
    assert f'href="{reverse("guidelines")}#rule-hate"' in page
    assert str(RULES["hate"].title) in page


def test_reasons_outside_the_published_list_share_one_row(client: Client) -> None:
    for code in ("minimum-age", "a-former-rule"):
        for _each in range(3):
            make_decision("REJECT", at=MAY.since, reason_code=code)

    transparency.publish_months(now=NOW)
    page = client.get(reverse("transparency"), {"period": "2026-05"}).content.decode()
    numbers = client.get(reverse("transparency-json"), {"period": "2026-05"}).json()

    assert "Another reason" in page
    assert "a-former-rule" not in page
    assert numbers["measures_by_rule"] == {"other": {"total": 6, "automatic": 0, "taken_back": 0}}


def test_a_period_without_anything_says_so(client: Client) -> None:
    make_decision(at=datetime(2026, 4, 1, tzinfo=UTC))
    transparency.publish_months(now=NOW)
    page = client.get(reverse("transparency"), {"period": "2026-05"}).content.decode()
    assert "Nothing was decided" in page
    assert "<table" not in page


# --- Cost ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 12])
def test_a_month_is_counted_in_five_queries_and_then_read_in_two(
    count: int, client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        decision = make_decision("REMOVE", at=MAY.since, reason_code=list(RULES)[number])
        make_appeal("UPHELD", at=MAY.since, decision=decision)
        make_case(opened_at=MAY.since, took=timedelta(hours=number))

    with django_assert_num_queries(5):
        transparency.count(MAY, now=NOW)
    transparency.publish_months(now=NOW)
    with django_assert_num_queries(2):
        client.get(reverse("transparency"), {"period": "2026-05"})
    with django_assert_num_queries(1):
        client.get(reverse("transparency-json"), {"period": "2026-05"})
