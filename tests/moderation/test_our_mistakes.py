"""R7, R13: what we approved by mistake is taken down like anything else, and counts against nobody."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Restriction, User
from characters import services as character_services
from characters.models import ITEM_MODELS, Item, State
from characters.services import CharacterRefusedError
from core.refusals import RefusedError
from moderation import services, standing, statements, transparency
from moderation.models import Appeal, Decision
from moderation.services.decisions import Kind
from moderation.services.repeats import NO_STRIKE, count_strikes
from moderation.targets import Words
from notifications.models import Notice
from policies.rules import RULES
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, may, reply

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
SORRY = "It should not have been approved; that was our mistake, and we are sorry."
WHY = {"reason_code": "spam", "explanation": "It advertises a shop.", "fix": "Leave the shop out."}


@pytest.fixture(params=ITEM_MODELS)
def item(request: pytest.FixtureRequest) -> Any:
    return factories.make_item(request.param, state=State.APPROVED, name="Zanzibar")


def take_down(item: Item, *, is_our_mistake: bool = True, actor: User | None = None) -> Decision:
    character_services.delist(
        actor=actor or factories.make_staff(),
        item=item,
        is_our_mistake=is_our_mistake,
        now=NOW,
        **WHY,
    )
    return Decision.objects.filter(target_id=item.public_id, kind="DELIST").latest("pk")


def strike(person: User, count: int) -> None:
    for _number in range(count):
        services.warn(actor=factories.make_staff(), user=person, words=Words("spam"), now=NOW)


def read(person: User, decision: Decision) -> Any:
    return standing.read_decisions(person, [decision.public_id], LATER)[decision.public_id]


# --- What it does -------------------------------------------------------------------------------------------


def test_others_do_not_see_it_and_it_is_no_strike(item: Item) -> None:
    decision = take_down(item)
    fresh = factories.get_fresh(item)
    assert (fresh.live_revision, fresh.delisted_revision) == (None, item.live_revision)
    assert not fresh.can_view(AnonymousUser())
    assert decision.is_our_mistake
    assert decision.measure.is_in_force(LATER)
    assert count_strikes(item.owner, now=LATER) == 0


@pytest.mark.parametrize(("is_our_mistake", "is_free"), [(True, True), (False, False)])
def test_nothing_follows_from_it_whatever_stands_already(
    item: Item, is_our_mistake: bool, is_free: bool
) -> None:
    """The third strike restricts; our mistake is none, and does not restrict anew for the others either."""
    strike(item.owner, 2)
    take_down(item, is_our_mistake=is_our_mistake)
    assert may(item.owner, Restriction.Scope.PUBLISHING) == is_free
    assert Decision.objects.filter(affected=item.owner.subject, kind="RESTRICT").exists() != is_free


def test_after_so_many_strikes_that_they_restrict_ours_adds_nothing(item: Item) -> None:
    strike(item.owner, 3)
    before = Decision.objects.filter(affected=item.owner.subject, kind="RESTRICT").count()
    take_down(item)
    assert Decision.objects.filter(affected=item.owner.subject, kind="RESTRICT").count() == before


def test_its_creator_reads_whose_mistake_it_was(item: Item) -> None:
    decision = take_down(item)
    told = Notice.objects.filter(user=item.owner).latest("pk")
    assert (told.kind, told.title) == (f"{item.KIND}-delisted", "Zanzibar was taken down")
    assert told.body.startswith(SORRY)
    for words in (
        "It is back in your library; nothing of it is lost.",
        "It advertises a shop.",
        f"The rule: {RULES['spam'].title}.",
        "How to fix it: Leave the shop out.",
        "it does not count against you: it is no strike.",
        "You can appeal until",
    ):
        assert words in told.body
    assert "This is a strike" not in told.body
    assert read(item.owner, decision).note == NO_STRIKE


def test_what_was_their_own_doing_is_told_as_before(item: Item) -> None:
    decision = take_down(item, is_our_mistake=False)
    told = Notice.objects.filter(user=item.owner).latest("pk")
    assert "mistake" not in told.body
    assert "This is a strike" in told.body
    assert "It counts as a strike until" in read(item.owner, decision).note


def test_the_standing_page_and_the_export_say_so(item: Item, client: Client) -> None:
    take_down(item)
    client.force_login(item.owner)
    page = client.get("/settings/standing/").content.decode()
    assert str(NO_STRIKE) in page
    assert "No strikes count against you now." in page
    rows = client.get("/settings/standing/export/").json()["decisions"]
    (row,) = [row for row in rows if row["kind"] == "DELIST"]
    assert (row["our_mistake"], row["counts_as_strike"]) == (True, False)


def test_what_the_library_says_stays_the_rule_and_the_appeal(item: Item, client: Client) -> None:
    take_down(item)
    client.force_login(item.owner)
    page = client.get(item.get_absolute_url()).content.decode()
    assert "/help/guidelines/#rule-spam" in page


# --- Appeal and lifting -------------------------------------------------------------------------------------


def test_taken_back_it_is_live_again_and_nothing_is_said_of_strikes(item: Item) -> None:
    decision = take_down(item)
    character_services.reinstate(
        actor=factories.make_staff(), item=factories.get_fresh(item), explanation="It was fine.", now=LATER
    )
    assert factories.get_fresh(item).live_revision == item.live_revision
    told = Notice.objects.filter(user=item.owner).latest("pk")
    assert "It was fine." in told.body
    assert "strike" not in told.body
    row = read(item.owner, decision)
    assert (row.state, row.note) == ("Taken back", "")


def test_an_appeal_gives_it_back(item: Item) -> None:
    appeal = ask(item.owner, take_down(item))
    assert reply(appeal, Kind.OVERTURN, now=LATER).state == Appeal.State.OVERTURNED
    assert factories.get_fresh(item).live_revision == item.live_revision
    told = Notice.objects.filter(user=item.owner).latest("pk")
    assert told.kind == "appeal-answered"
    assert "strike" not in told.body


def test_granted_in_part_it_can_be_corrected(item: Item) -> None:
    decision = take_down(item)
    reply(ask(item.owner, decision), Kind.PARTIAL, now=LATER)
    assert factories.get_fresh(item).live_revision is None
    told = Notice.objects.filter(user=item.owner).latest("pk")
    assert "It stays taken down, but you can correct it" in told.body
    assert "strike" not in told.body
    assert read(item.owner, decision).note == NO_STRIKE


def test_taken_down_once_more_for_another_reason_it_is_a_strike(item: Item) -> None:
    take_down(item)
    character_services.reinstate(actor=factories.make_staff(), item=factories.get_fresh(item), now=NOW)
    take_down(factories.get_fresh(item), is_our_mistake=False)
    assert count_strikes(item.owner, now=LATER) == 1


# --- Who may, and when --------------------------------------------------------------------------------------

OK = ""
STATES = {
    State.DRAFT: "not-live",
    State.SUBMITTED: "not-live",
    State.PENDING: "not-live",
    State.APPROVED: OK,
    State.REJECTED: "not-live",
    State.WITHDRAWN: "not-live",
    # It is down already: nothing happens, and whose mistake it was stays as it was said.
    State.DELISTED: OK,
    State.SUPERSEDED: OK,
}
ROLES = {"owner": "not-reviewer", "other": "not-reviewer", "staff": "not-reviewer", "reviewer": OK}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ITEM_MODELS)
def test_each_role_in_each_state(kind: str, state: State, role: str) -> None:
    item = factories.make_item(kind, state=state)
    actor = {
        "owner": lambda: item.owner,
        "other": factories.make_user,
        "staff": lambda: factories.make_staff(is_reviewer=False),
        "reviewer": factories.make_staff,
    }[role]()
    code = ROLES[role] or STATES[state]
    if code:
        with pytest.raises(CharacterRefusedError) as caught:
            take_down(item, actor=actor)
        assert caught.value.refusal.code == code
    else:
        decision = take_down(item, actor=actor)
        assert decision.is_our_mistake == (state != State.DELISTED)
    assert factories.get_fresh(item).live_revision_id == (item.live_revision_id if code else None)


def test_it_takes_as_many_people_as_any_other(item: Item) -> None:
    """What is of staff is not taken down by one of them, whoever made the mistake."""
    owner = item.owner
    owner.is_staff = True
    owner.save()
    with pytest.raises(RefusedError) as caught:
        take_down(item)
    assert caught.value.refusal.code == "second-person"
    with pytest.raises(RefusedError) as caught:
        take_down(item, actor=factories.make_staff(is_superuser=True))
    assert caught.value.refusal.code == "second-person"


@pytest.mark.parametrize(
    ("kind", "source"), [("REMOVE", "HUMAN"), ("WARN", "HUMAN"), ("REJECT", "HUMAN"), ("DELIST", "AUTOMATIC")]
)
def test_the_database_knows_what_can_be_our_mistake(kind: str, source: str) -> None:
    """Only what a person approved and a person takes down."""
    staff, person = factories.make_staff(), factories.make_user()

    def add(kind: str, source: str) -> Decision:
        return Decision.objects.create(
            at=NOW,
            kind=kind,
            source=source,
            actor=staff.subject if source == "HUMAN" else None,
            affected=person.subject,
            target_kind="character",
            target_id="0" * 32,
            is_our_mistake=True,
        )

    with pytest.raises(IntegrityError, match="moderation_decision_our_mistake"), transaction.atomic():
        add(kind, source)
    assert add("DELIST", "HUMAN").is_our_mistake


# --- What the public and the authorities read ---------------------------------------------------------------


def test_it_is_counted_and_stated_like_any_other(item: Item) -> None:
    decision = take_down(item)
    period = transparency.Period("x", NOW - timedelta(days=1), NOW + timedelta(days=1))
    numbers = transparency.count(period, now=LATER)
    assert numbers.by_kind["DELIST"] == 1
    assert numbers.by_rule["spam"].total == 1
    rows = statements.list_decisions(since=period.since, until=period.until)
    made = list(statements.make_statements(rows, site_url="https://example.test"))
    assert [statement.puid for statement in made] == [decision.public_id]
    assert made[0].decision_visibility == ("DECISION_VISIBILITY_CONTENT_DISABLED",)
