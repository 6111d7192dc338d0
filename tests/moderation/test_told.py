"""R7, R13: what people are told: what, about what, why, which rule, until when, how to appeal; and once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Restriction, User
from characters import services as character_services
from characters.models import Character, State
from core import ids
from moderation import services
from moderation.models import Appeal, Case, Decision
from moderation.services.decisions import Kind
from moderation.services.handling import Step, StepKind
from moderation.targets import Words
from notifications.models import Notice
from policies.rules import RULES
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, dismissed, reply, restricted, suspended

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
SPAM = Words("spam", "You advertised.")


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def person() -> User:
    return factories.make_user(time_zone="America/New_York")


@pytest.fixture
def character(person: User) -> Character:
    return factories.make_character(owner=person, state=State.APPROVED, name="Zanzibar")


def tell_apart(person: User, call: Any) -> list[Notice]:
    """Return what a person was told by a call."""
    before = list(Notice.objects.values_list("pk", flat=True))
    call()
    return list(Notice.objects.filter(user=person).exclude(pk__in=before))


def delist(character: Character) -> Decision:
    character_services.delist(
        actor=factories.make_staff(),
        item=factories.get_fresh(character),
        reason_code="spam",
        explanation="You advertised.",
        fix="Leave the advertisement out.",
        now=NOW,
    )
    return Decision.objects.get(target_id=character.public_id, kind=Kind.DELIST)


def report(character: Character, reporter: User) -> Case:
    return services.report_content(
        actor=reporter,
        target_kind="character",
        target_id=character.public_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=NOW,
    )[0].case


def handle(case: Case, kind: StepKind, words: Words = SPAM) -> None:
    step = Step(kind, words)
    actor = factories.make_staff()
    services.handle_case(actor=actor, case=case, expected_version=case.version, step=step, now=LATER)


# --- Content ------------------------------------------------------------------------------------------------


def test_who_was_turned_down_reads_the_rule_and_how_to_appeal(person: User) -> None:
    factories.make_character(owner=person, state=State.REJECTED, name="Zanzibar")
    body = Notice.objects.get(user=person, kind="character-rejected").body
    rule = RULES[factories.REASON]
    for words in (f"The rule: {rule.title}.", "How to fix it:", "You can appeal until Nov. 28, 2026 on"):
        assert words in body


def test_who_was_taken_down_reads_the_rule_the_strike_and_how_to_appeal(
    person: User, character: Character
) -> None:
    (told,) = tell_apart(person, lambda: delist(character))
    lines = told.body.split("\n\n")
    assert lines == [line.strip() for line in lines]
    for words in (
        "It is back in your library; nothing of it is lost.",
        "You advertised.",
        f"The rule: {RULES['spam'].title}.",
        "How to fix it: Leave the advertisement out.",
        "This is a strike. It counts for 90 days, and it is the only one that counts now.",
        "With 3, this is restricted for 7 days: Publishing.",
        "You can appeal until Nov. 28, 2026 on",
    ):
        assert words in told.body


@pytest.mark.parametrize("state", [State.REJECTED, State.DELISTED])
def test_library_page_and_why_page_name_the_rule_and_lead_to_the_appeal(person: User, state: State) -> None:
    item = factories.make_character(owner=person, state=state, name="Zanzibar")
    decision = Decision.objects.filter(target_id=item.public_id, kind__in=["REJECT", "DELIST"]).get()
    client = Client()
    client.force_login(person)
    for url in ("/library/", f"/characters/{item.slug}/", f"/characters/{item.slug}/why/"):
        page = client.get(url)
        text = page.content.decode()
        assert f"/help/guidelines/#rule-{decision.reason_code}" in text
        assert "?about=character&amp;id=" in text
    appeal_url = page.context["item"].appeal_url
    form = f"/help/appeals/new/?decision={decision.public_id}"
    assert client.get(appeal_url).url == form
    assert client.get(form).status_code == 200
    made = ask(person, decision)
    assert client.get(appeal_url).url == f"/help/appeals/{made.public_id}/"
    stranger = Client()
    stranger.force_login(factories.make_user())
    assert stranger.get(appeal_url).status_code == 404
    assert client.get(f"{appeal_url}%00").status_code == 404


def test_what_is_approved_offers_no_appeal(person: User, character: Character) -> None:
    client = Client()
    client.force_login(person)
    assert "?about=" not in client.get("/library/").content.decode()
    assert "?about=" not in client.get(f"/characters/{character.slug}/").content.decode()


def test_putting_it_back_tells_once_what_was_taken_back_and_why(person: User, character: Character) -> None:
    delist(character)
    (told,) = tell_apart(
        person,
        lambda: character_services.reinstate(
            actor=factories.make_staff(),
            item=factories.get_fresh(character),
            explanation="It was no advertisement.",
            now=LATER,
        ),
    )
    assert told.title == "Taken back: Taken down"
    for words in (
        "We took this back: Taken down, of June 1, 2026.",
        "What it was about: Character: Zanzibar.",
        "It was no advertisement.",
        "It is published: others can find it.",
        "It is no strike any more.",
    ):
        assert words in told.body
    assert "appeal" not in told.body


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Appeal.Wish.RESTORE, "It is published: others can find it."),
        (Appeal.Wish.PRIVATE, "only you can see it. You can make it public whenever you like."),
        (Appeal.Wish.CORRECT, "A draft is open in which you can correct it"),
    ],
)
def test_a_granted_appeal_says_what_became_of_the_wish(
    person: User, character: Character, wish: Appeal.Wish, words: str
) -> None:
    made = ask(person, delist(character), wish=wish)
    (told,) = tell_apart(person, lambda: reply(made, Kind.OVERTURN, now=LATER))
    assert told.title == "Your appeal about “Taken down · Character: Zanzibar”: Granted"
    assert "We looked again." in told.body
    assert words in told.body


# --- People -------------------------------------------------------------------------------------------------


def test_a_warning_names_what_it_is_about_and_what_comes_next(person: User, character: Character) -> None:
    case = report(character, factories.make_user())
    (told,) = tell_apart(person, lambda: handle(case, StepKind.WARN))
    assert "What it is about: Character: Zanzibar." in told.body
    assert "This is a strike." in told.body
    client = Client()
    client.force_login(person)
    page = client.get("/settings/standing/").content.decode()
    assert "Character: Zanzibar" in page
    assert "It counts as a strike until Aug. 30, 2026." in page
    assert "/help/guidelines/#strikes" in page


def test_what_was_made_for_the_reporter_is_not_named_as_one_s_own(person: User) -> None:
    """Nobody's case is about the person who is warned because of it."""
    decision = restricted(person)
    Case.objects.create(
        target_kind="character",
        target_id="x" * 32,
        title="Something of somebody else",
        state="ACTED",
        decision=decision,
        created_at=NOW,
        closed_at=NOW,
    )
    client = Client()
    client.force_login(person)
    assert "Something of somebody else" not in client.get("/settings/standing/").content.decode()


@pytest.mark.parametrize(
    ("strikes", "words"),
    [
        (2, "and 2 count now. With 3, this is restricted for 7 days: Publishing."),
        (4, "and 4 count now. With 5, this is restricted for 7 days: The whole account."),
        (5, "and 5 count now. With the next one, two people decide whether your account is suspended."),
    ],
)
def test_each_strike_says_what_the_next_one_leads_to(person: User, strikes: int, words: str) -> None:
    for number in range(strikes):
        services.warn(
            actor=factories.make_staff(), user=person, words=SPAM, now=NOW - timedelta(days=9 - number)
        )
    last = Notice.objects.filter(user=person, title__startswith="A warning").latest("pk")
    assert words in last.body


def test_an_end_is_told_in_the_person_s_zone_with_its_name(person: User) -> None:
    restricted(person, days=3)
    body = Notice.objects.get(user=person).body
    assert "Until: June 4, 2026, 8 a.m. (EDT)." in body
    assert ".." not in body


def test_what_has_no_end_says_so(person: User) -> None:
    restricted(person, days=None)
    assert "It holds until it is lifted." in Notice.objects.get(user=person).body


def test_a_lifted_suspension_says_what_was_taken_back_and_what_works_again(person: User) -> None:
    decision = suspended(person)
    made = services.propose_lift(
        actor=factories.make_staff(), decision=decision, words=Words("", "We mixed you up."), now=LATER
    )[0]
    (told,) = tell_apart(
        person, lambda: services.confirm(actor=factories.make_staff(), proposal=made, now=LATER)
    )
    assert told.title == "Taken back: Account suspended"
    for words in ("Account suspended, of June 1, 2026.", "We mixed you up.", "Your account is open again"):
        assert words in told.body


def test_what_is_still_shut_is_not_called_open(person: User) -> None:
    decision = restricted(person, days=3)
    restricted(person, days=30, scope=Restriction.Scope.ACCOUNT)
    (told,) = tell_apart(
        person,
        lambda: services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=LATER),
    )
    assert "Something else still applies" in told.body
    assert "again" not in told.body


def test_what_followed_from_a_strike_is_said_to_end_with_it(person: User) -> None:
    warned = [
        services.warn(
            actor=factories.make_staff(), user=person, words=SPAM, now=NOW - timedelta(hours=9 - number)
        )[0]
        for number in range(3)
    ]
    (told,) = tell_apart(
        person,
        lambda: services.lift(actor=factories.make_staff(), decision=warned[0], words=Words(""), now=LATER),
    )
    assert "What followed from it ends with it" in told.body


# --- Appeals and reports ------------------------------------------------------------------------------------


def test_a_warning_overturned_in_part_says_that_it_is_no_strike(person: User) -> None:
    warned = services.warn(actor=factories.make_staff(), user=person, words=SPAM, now=NOW)[0]
    made = ask(person, warned)
    (told,) = tell_apart(person, lambda: reply(made, Kind.PARTIAL, now=LATER))
    words = "The warning stays in your history, but it is no strike any more."
    assert words in told.body
    client = Client()
    client.force_login(person)
    assert words in client.get(f"/help/appeals/{made.public_id}/").content.decode()
    page = client.get("/settings/standing/").content.decode()
    assert "It is no strike any more: your appeal was granted in part." in page


def test_a_taking_down_overturned_in_part_says_what_can_be_done(person: User, character: Character) -> None:
    made = ask(person, delist(character))
    (told,) = tell_apart(person, lambda: reply(made, Kind.PARTIAL, now=LATER))
    assert "It stays taken down, but it is no strike any more, and you can correct it" in told.body


def test_a_restriction_overturned_in_part_says_its_new_end(person: User) -> None:
    made = ask(person, restricted(person))
    end = NOW + timedelta(days=2)
    (told,) = tell_apart(person, lambda: reply(made, Kind.PARTIAL, ends_at=end, now=LATER))
    assert "It now ends on June 3, 2026, 8 a.m. (EDT)." in told.body


def test_nobody_reads_that_something_was_upheld(person: User) -> None:
    """To the one who appealed it would mean the opposite of what we mean."""
    made = ask(person, restricted(person))
    (told,) = tell_apart(person, lambda: reply(made, Kind.UPHOLD, now=LATER))
    assert told.title == "Your appeal about “Restricted: Chat”: Turned down"
    assert "The decision stays as it is." in told.body
    client = Client()
    client.force_login(person)
    for url in ("/settings/standing/", "/help/appeals/", f"/help/appeals/{made.public_id}/"):
        assert "upheld" not in client.get(url).content.decode().lower()


def test_a_reporter_reads_which_report_and_how_to_appeal(person: User, character: Character) -> None:
    reporter = factories.make_user()
    case = report(character, reporter)
    words = Words("", "It is strange, but allowed.")
    (told,) = tell_apart(reporter, lambda: handle(case, StepKind.DISMISS, words))
    assert told.title == "We looked at your report: Character: Zanzibar"
    for line in (
        "You reported it on June 1, 2026.",
        "We found nothing that breaks our rules.",
        "It is strange, but allowed.",
        "You can appeal until Nov. 28, 2026",
    ):
        assert line in told.body


def test_of_what_was_done_a_reporter_reads_no_words_to_somebody_else(
    person: User, character: Character
) -> None:
    reporter = factories.make_user()
    case = report(character, reporter)
    (told,) = tell_apart(reporter, lambda: handle(case, StepKind.WARN))
    assert "we acted on it" in told.body
    assert "You advertised." not in told.body
    assert "appeal" not in told.body


def test_a_rule_s_own_words_are_not_sent_when_it_was_not_broken(person: User, character: Character) -> None:
    reporter = factories.make_user()
    case = report(character, reporter)
    rule = RULES["spam"]
    (told,) = tell_apart(
        reporter, lambda: handle(case, StepKind.DISMISS, Words("spam", str(rule.explanation)))
    )
    assert str(rule.explanation) not in told.body


def test_a_reporter_whose_appeal_is_granted_reads_that_it_is_open_again() -> None:
    reporter = factories.make_user()
    made = ask(reporter, dismissed(reporter), wish=Appeal.Wish.ACT)
    (told,) = tell_apart(reporter, lambda: reply(made, Kind.OVERTURN, now=LATER))
    assert "Your report is open again." in told.body


# --- The page -----------------------------------------------------------------------------------------------


def test_what_applies_now_says_how_to_appeal_and_is_told_once(person: User) -> None:
    sooner, later = restricted(person, days=3), restricted(person, days=30, now=LATER)
    client = Client()
    client.force_login(person)
    page = client.get("/settings/standing/")
    text = page.content.decode()
    (card,) = page.context["cards"]
    assert card.decision.anchor == f"decision-{later.public_id}"
    assert card.sooner_count == 1
    assert "What ends last is what counts" in text
    assert [row.anchor for row in page.context["history"]] == [f"decision-{sooner.public_id}"]
    assert text.count(f'href="/help/appeals/new/?decision={later.public_id}"') == 1
    assert "You can appeal until Nov. 28, 2026." in text


def test_a_suspended_person_is_not_asked_to_create_an_account(person: User) -> None:
    client = Client()
    client.force_login(person)
    suspended(person)
    page = client.get("/settings/standing/").content.decode()
    assert "Create account" not in page
    assert "Create account" in Client().get("/").content.decode()
