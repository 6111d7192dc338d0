"""R13: what people read about their standing: everything that was decided, and nothing that is not theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Restriction, User
from characters.models import State
from core import ids
from moderation import services, standing
from moderation.models import Appeal, Decision
from moderation.services import decisions
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.services.explaining import APPEAL_DAYS
from moderation.services.repeats import STRIKE_DAYS
from moderation.targets import Words
from notifications.models import Notice
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

Scope = Restriction.Scope
SECRET = "a note for colleagues"
WORDS = Words("spam", "You advertised.", private_notes=SECRET)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def person() -> User:
    return factories.make_user()


@pytest.fixture
def reader(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def warn(person: User, *, now: datetime = NOW) -> Decision:
    actor = factories.make_staff(username=f"moderator{ids.new_public_id()[:8]}")
    return services.warn(actor=actor, user=person, words=WORDS, now=now)[0]


def restrict(person: User, *, days: int | None = 7, now: datetime = NOW) -> Decision:
    return services.restrict(
        actor=factories.make_staff(), user=person, scope=Scope.CHAT, days=days, words=WORDS, now=now
    )[0]


def reject(person: User, name: str = "Mira Vale") -> Decision:
    character = factories.make_character(owner=person, state=State.REJECTED, name=name)
    return Decision.objects.get(target_id=character.public_id, kind=Kind.REJECT)


def appeal(person: User, decision: Decision, *, now: datetime = NOW) -> Appeal:
    return services.appeal(
        actor=person,
        decision=decision,
        request=Request(Appeal.Wish.RESTORE, "It was a joke."),
        creation_key=ids.new_public_id(),
        now=now,
    )[0]


def answer(made: Appeal, kind: Kind, *, now: datetime = NOW, **changes: Any) -> None:
    services.answer(
        actor=factories.make_staff(),
        appeal=made,
        kind=kind,
        explanation="We looked again.",
        private_notes=SECRET,
        now=now,
        **changes,
    )


def read(person: User, *, now: datetime | None = None) -> list[Any]:
    return list(standing.read_history(person, 20, "", now or datetime.now(tz=UTC)).rows)


def states(person: User, *, now: datetime | None = None) -> list[tuple[str, str]]:
    return [(str(row.title), str(row.state)) for row in read(person, now=now)]


def test_the_page_says_what_why_under_which_rule_until_when_and_how_to_appeal(
    reader: Client, person: User
) -> None:
    decision = restrict(person)
    page = reader.get("/settings/standing/").content.decode()
    for words in ("Restricted: Chat", "You advertised.", "/help/guidelines/#rule-spam", "Until June 8"):
        assert words in page
    assert f'id="decision-{decision.public_id}"' in page
    assert f'href="/help/appeals/new/?decision={decision.public_id}"' in page
    assert "You can appeal until Nov. 28, 2026." in page


def test_what_somebody_made_is_named(person: User) -> None:
    reject(person, "Otto the Great")
    (row,) = read(person)
    assert (str(row.title), str(row.about)) == ("Rejected", "Character: Otto the Great")
    assert row.fix


def test_who_decided_and_what_staff_noted_stay_away(reader: Client, person: User) -> None:
    """Private notes never reach anybody but staff."""
    decision = warn(person)
    made = appeal(person, restrict(person))
    answer(made, Kind.UPHOLD)
    actor = decision.actor
    assert actor is not None
    names = {user.username for user in User.objects.filter(is_staff=True)}
    for url in ("/settings/standing/", "/settings/standing/export/", f"/help/appeals/{made.public_id}/"):
        text = reader.get(url).content.decode()
        assert SECRET not in text
        assert actor.public_id not in text
        assert not [name for name in names if name in text]


def test_a_decision_is_in_force_until_it_is_over(person: User) -> None:
    restrict(person, days=7)
    assert states(person) == [("Restricted: Chat", "In force")]
    assert states(person, now=NOW + timedelta(days=8)) == [("Restricted: Chat", "Over")]


def test_a_warning_is_over_when_it_stops_counting(person: User) -> None:
    warn(person)
    assert states(person) == [("Warning", "In force")]
    assert states(person, now=NOW + timedelta(days=STRIKE_DAYS)) == [("Warning", "Over")]


def test_what_was_taken_back_says_so_and_so_does_the_answer(person: User) -> None:
    answer(appeal(person, restrict(person)), Kind.OVERTURN, now=NOW + timedelta(minutes=1))
    assert states(person) == [("Your appeal was granted", ""), ("Restricted: Chat", "Taken back")]
    assert read(person)[0].about == "Restricted: Chat · Your account"


def test_a_lift_names_what_it_lifted(person: User) -> None:
    services.lift(
        actor=factories.make_staff(),
        decision=restrict(person),
        words=Words(""),
        now=NOW + timedelta(minutes=1),
    )
    assert states(person) == [("Taken back: Restricted: Chat", ""), ("Restricted: Chat", "Taken back")]


def test_a_part_moves_the_end(person: User) -> None:
    end = NOW + timedelta(days=2)
    answer(appeal(person, restrict(person)), Kind.PARTIAL, ends_at=end, now=NOW + timedelta(minutes=1))
    assert read(person)[1].until == end


def test_a_row_leads_to_the_appeal_or_to_the_form_as_long_as_there_is_time(person: User) -> None:
    decision = restrict(person, days=None)
    (row,) = read(person)
    assert (row.appeal_url, str(row.appeal_label)) == (
        f"/help/appeals/new/?decision={decision.public_id}",
        "Appeal",
    )
    last = NOW + timedelta(days=APPEAL_DAYS)
    assert read(person, now=last)[0].appeal_url
    assert not read(person, now=last + timedelta(seconds=1))[0].appeal_url
    made = appeal(person, decision)
    (row,) = read(person)
    assert (row.appeal_url, str(row.appeal_label)) == (
        f"/help/appeals/{made.public_id}/",
        "Your appeal: Waits for our answer",
    )
    services.withdraw_appeal(actor=person, appeal=made, now=NOW)
    assert read(person)[0].appeal_label == "Appeal"


def test_reports_about_a_person_do_not_show_them_who_reported(reader: Client, person: User) -> None:
    """That nothing was found, and that a reporter appealed, is not theirs to know."""
    dismissed = services.record_decision(
        kind=Kind.DISMISS,
        actor=factories.make_staff().subject,
        affected=person.subject,
        target_kind="user",
        target_id=person.public_id,
        now=NOW,
    )
    services.record_decision(
        kind=Kind.UPHOLD,
        actor=factories.make_staff().subject,
        affected=person.subject,
        target_kind="user",
        target_id=person.public_id,
        explanation="Nothing there.",
        reverses=dismissed,
        now=NOW,
    )
    assert read(person) == []
    assert reader.get("/settings/standing/export/").json()["decisions"] == []


def test_other_people_s_decisions_are_not_shown(person: User) -> None:
    warn(factories.make_user())
    assert read(person) == []


@pytest.mark.parametrize(
    ("days_ago", "sentence"),
    [
        ((STRIKE_DAYS + 1,), "No strikes count against you now."),
        ((10,), "One strike counts against you; it stops counting on Aug. 20, 2026."),
        ((10, 10), "2 strikes count against you; they stop counting on Aug. 20, 2026."),
        (
            (10, 5, STRIKE_DAYS + 1),
            "2 strikes count against you; the first stops counting on Aug. 20, 2026, the last on Aug. 25, ",
        ),
    ],
)
def test_strikes_are_told_in_a_sentence(
    reader: Client, person: User, days_ago: tuple[int, ...], sentence: str
) -> None:
    for number, days in enumerate(days_ago):
        # Later than the same click would be.
        warn(person, now=NOW - timedelta(days=days) + timedelta(minutes=5 * number))
    assert sentence in reader.get("/settings/standing/").content.decode()


def test_nothing_is_said_about_strikes_to_whom_nothing_happened(reader: Client) -> None:
    assert "strikes count against you" not in reader.get("/settings/standing/").content.decode()


def test_the_history_comes_in_pages_of_the_same_cost(reader: Client, person: User) -> None:
    def count(rows: int) -> int:
        while len(read(person)) < rows:
            decision = restrict(person, now=NOW - timedelta(days=len(read(person)) + 1), days=None)
            if len(read(person)) % 2:
                appeal(person, decision)
            reject(person)
        with CaptureQueriesContext(connection) as context:
            assert reader.get("/settings/standing/").status_code == 200
        return len(context)

    count(2)  # what is read once and kept
    assert count(2) == count(12)
    for _number in range(6):
        reject(person)
    for number in range(5):
        warn(person, now=NOW - timedelta(days=100 + number))
    first = reader.get("/settings/standing/")
    # Twenty, of which the restriction that applies now stands above.
    assert len(first.context["history"]) == 19
    second = reader.get("/settings/standing/" + first.context["history_next_url"])
    (card,) = first.context["cards"]
    below = [row.anchor for page in (first, second) for row in page.context["history"]]
    ids_shown = [card.decision.anchor, *below]
    assert len(ids_shown) == len(set(ids_shown)) == Decision.objects.exclude(kind=Kind.APPROVE).count()
    assert reader.get("/settings/standing/?before=nonsense").status_code == 404


def test_a_notice_leads_to_the_page_that_has_the_decision(reader: Client, person: User) -> None:
    old = warn(person, now=NOW - timedelta(days=200))
    for days in range(22):
        warn(person, now=NOW - timedelta(days=100 + days))
    url = Notice.objects.filter(user=person).earliest("pk").url
    page = reader.get(url)
    assert url.endswith(f"#decision-{old.public_id}")
    assert [row.anchor for row in page.context["history"]] == [f"decision-{old.public_id}"]
    assert "Show the newest first" in page.content.decode()

    newest = Decision.objects.filter(affected=person.subject, kind="WARN").latest("at")
    first = reader.get(decisions.standing_url(newest))
    assert len(first.context["history"]) == 20
    assert first.context["history"][0].anchor == f"decision-{newest.public_id}"
    assert "Show the newest first" not in first.content.decode()


@pytest.mark.parametrize("name", ["", "nonsense", "\0", "f" * 32])
def test_a_link_to_no_decision_of_ones_own_shows_the_newest(reader: Client, person: User, name: str) -> None:
    warn(person)
    strange = warn(factories.make_user())
    for wanted in (name, strange.public_id):
        page = reader.get("/settings/standing/", {"decision": wanted})
        assert len(page.context["history"]) == 1
        assert page.context["is_newest"]


def test_a_time_at_the_end_of_a_sentence_brings_no_second_full_stop(person: User) -> None:
    restrict(person, days=1, now=NOW + timedelta(minutes=54))
    body = Notice.objects.filter(user=person).latest("pk").body
    assert "p.m." in body
    assert "p.m.." not in body


def test_all_of_it_can_be_taken_along(reader: Client, person: User) -> None:
    warned, restricted = warn(person), restrict(person)
    made = appeal(person, restricted)
    answer(made, Kind.PARTIAL, ends_at=NOW + timedelta(days=2), now=NOW + timedelta(minutes=1))
    data = reader.get("/settings/standing/export/").json()
    assert [row["kind"] for row in data["decisions"]] == ["PARTIAL", "RESTRICT", "WARN"]
    by_id = {row["id"]: row for row in data["decisions"]}
    assert by_id[warned.public_id]["counts_as_strike"] is True
    assert by_id[warned.public_id]["rule"] == "spam"
    assert by_id[restricted.public_id]["state"] == "In force"
    assert by_id[restricted.public_id]["explanation"] == "You advertised."
    (shown,) = data["appeals"]
    assert (shown["id"], shown["decision"], shown["state"]) == (
        made.public_id,
        restricted.public_id,
        "PARTIAL",
    )
    assert shown["answer"] == "We looked again."
    assert data["reports"] == []


def test_a_suspended_person_reads_their_history(person: User) -> None:
    client = Client()
    client.force_login(person)
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=WORDS, now=NOW
    )
    services.confirm(actor=factories.make_staff(), proposal=proposal, now=NOW)
    page = client.get("/settings/standing/").content.decode()
    assert "Account suspended" in page
    assert "/help/appeals/new/?decision=" in page
