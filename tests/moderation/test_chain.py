"""The chain of checks: what wins, what fails closed, what is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts import usernames
from core.models import Subject
from moderation import checks, screening
from moderation.models import Verdict
from moderation.screening import Purpose, chain
from moderation.screening.rules import CHECKS
from policies.rules import RULES
from tests.moderation.scripted import PATH, Recovering, Stuck

pytestmark = pytest.mark.django_db

Outcome = Verdict.Outcome


@pytest.fixture
def subject() -> Subject:
    return Subject.objects.create()


@pytest.fixture
def use(settings: Any) -> Any:
    """Return a function that lets scripted checks look besides the one that always does."""

    def configure(*names: str) -> None:
        settings.SCREENING_CHECKS = [*chain.REQUIRED, *(f"{PATH}.{name}" for name in names)]

    return configure


@pytest.fixture
def _stuck() -> Iterator[None]:
    Stuck.release.clear()
    yield
    Stuck.release.set()


def judge(subject: Subject, text: str, now: datetime, **options: Any) -> Verdict:
    options.setdefault("purpose", Purpose.CHARACTER)
    options.setdefault("is_mature_allowed", False)
    return screening.screen_text(subject=subject, text=text, now=now, **options)


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [
        ("nothing", Outcome.PASS, ""),
        ("find pass:spam", Outcome.PASS, ""),
        ("find hold:spam", Outcome.HOLD, "spam"),
        ("find hold:spam find reject:hate", Outcome.REJECT, "hate"),
        ("find reject:hate find severe:rule find hold:spam", Outcome.CHILD_SAFETY, "minors"),
        ("find hold:spam find hold:hate", Outcome.HOLD, "spam"),
    ],
)
def test_the_strictest_finding_wins_and_the_first_of_equals(
    subject: Subject, now: datetime, use: Any, text: str, outcome: str, code: str
) -> None:
    use("Words")
    verdict = judge(subject, text, now)
    assert (verdict.outcome, verdict.reason_code) == (outcome, code)


def test_every_finding_is_stored_with_its_check(subject: Subject, now: datetime, use: Any) -> None:
    use("Words")
    verdict = judge(subject, "find hold:spam find reject:hate", now)
    name = f"{PATH}.Words"
    assert Verdict.objects.get(pk=verdict.pk).findings == [
        {"check": name, "outcome": "HOLD", "reason": "spam"},
        {"check": name, "outcome": "REJECT", "reason": "hate"},
    ]


@pytest.mark.parametrize("name", ["Broken", "Odd", "Ruleless", "Missing"])
def test_a_check_that_fails_is_a_hold_and_never_a_pass(
    subject: Subject, now: datetime, use: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    use(name)
    verdict = judge(subject, "words that belong to nobody else", now)
    assert (verdict.outcome, verdict.reason_code) == (Outcome.HOLD, "screening-failed")
    assert screening.is_incomplete(verdict)
    assert f"check={PATH}.{name}" in caplog.text
    assert "words that belong" not in caplog.text


def test_others_still_look_when_one_check_fails(subject: Subject, now: datetime, use: Any) -> None:
    use("Broken", "Words")
    verdict = judge(subject, "find reject:hate", now)
    assert (verdict.outcome, verdict.reason_code) == (Outcome.REJECT, "hate")
    assert screening.is_incomplete(verdict)


@pytest.mark.usefixtures("_stuck")
def test_a_check_that_takes_too_long_is_a_hold(
    subject: Subject, now: datetime, use: Any, settings: Any
) -> None:
    settings.SCREENING_SECONDS = 0
    use("Stuck")
    verdict = judge(subject, "any words", now, in_worker=True)
    assert (verdict.outcome, verdict.reason_code) == (Outcome.HOLD, "screening-failed")


def test_a_hold_that_came_from_a_failure_is_judged_anew(subject: Subject, now: datetime, use: Any) -> None:
    Recovering.looks = 0
    use("Recovering")
    failed = judge(subject, "any words", now)
    passed = judge(subject, "any words", now + timedelta(minutes=1))
    assert (failed.outcome, passed.outcome) == (Outcome.HOLD, Outcome.PASS)
    assert failed.pk == passed.pk
    assert Verdict.objects.get().findings == []


def test_a_verdict_is_reused_without_looking_again(subject: Subject, now: datetime, use: Any) -> None:
    Recovering.looks = 1
    use("Recovering")
    first, again = (judge(subject, "any words", now) for _ in range(2))
    assert first.pk == again.pk
    assert Recovering.looks == 2


def test_a_verdict_belongs_to_one_text_purpose_and_safe_mode(
    subject: Subject, now: datetime, use: Any
) -> None:
    use("Words")
    judge(subject, "any words", now)
    judge(subject, "Any words", now)
    judge(subject, "any words", now, purpose=Purpose.POST)
    judge(subject, "any words", now, is_mature_allowed=True)
    assert Verdict.objects.count() == 4


def test_line_breaks_part_texts_for_the_rules_and_for_their_verdicts_alike(
    subject: Subject, now: datetime
) -> None:
    outcomes = {}
    for blank in ("\n", "\r\n", "\r", "\u2028", "\x0b"):
        text = f"Room for all.{blank}17{blank}Quiet and kind."
        outcomes[blank] = judge(subject, text, now, is_mature_allowed=True).outcome
    assert set(outcomes.values()) == {Outcome.CHILD_SAFETY}
    joined = judge(subject, "Her bus is the number\n17", now, is_mature_allowed=True)
    spaced = judge(subject, "Her bus is the number 17", now, is_mature_allowed=True)
    assert (joined.outcome, spaced.outcome) == (Outcome.CHILD_SAFETY, Outcome.PASS)
    assert joined.content_hash != spaced.content_hash


def test_another_version_of_the_rules_or_of_the_chain_judges_anew(
    subject: Subject, now: datetime, use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judge(subject, "find hold:spam", now)
    use("Words")
    assert judge(subject, "find hold:spam", now).pk != first.pk
    monkeypatch.setattr(chain, "POLICY_VERSION", "newer")
    judge(subject, "find hold:spam", now)
    assert Verdict.objects.count() == 3
    longest = Verdict._meta.get_field("policy_version").max_length
    assert all(len(verdict.policy_version) <= longest for verdict in Verdict.objects.all())


def test_slow_checks_look_in_workers_only(subject: Subject, now: datetime, use: Any) -> None:
    use("InWorkers")
    assert screening.has_worker_checks()
    on_the_page = judge(subject, "find reject:hate", now)
    in_a_worker = judge(subject, "find reject:hate", now, in_worker=True)
    assert (on_the_page.outcome, in_a_worker.outcome) == (Outcome.PASS, Outcome.REJECT)


def test_without_classifiers_workers_and_pages_share_their_verdicts(subject: Subject, now: datetime) -> None:
    assert not screening.has_worker_checks()
    assert judge(subject, "any words", now) == judge(subject, "any words", now, in_worker=True)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_goes_through_the_same_door(subject: Subject, now: datetime, purpose: Purpose) -> None:
    assert judge(subject, "A calm evening by the sea.", now, purpose=purpose).outcome == Outcome.PASS


def test_only_a_no_is_a_refusal(subject: Subject, now: datetime, use: Any) -> None:
    use("Words")
    verdicts = {word: judge(subject, f"find {word}:spam", now) for word in ("pass", "hold", "reject")}
    assert screening.refusal_of(verdicts["pass"]) is None
    assert screening.refusal_of(verdicts["hold"]) is None
    refusal = screening.refusal_of(verdicts["reject"])
    assert refusal is not None
    assert (refusal.code, refusal.message, refusal.fix) == (
        "spam",
        RULES["spam"].explanation,
        RULES["spam"].fix,
    )


def test_where_nobody_reviews_a_hold_is_a_no(subject: Subject, now: datetime, use: Any) -> None:
    use("Words", "Broken")
    failed = screening.unreviewed_refusal_of(judge(subject, "any words", now))
    use("Words")
    held = screening.unreviewed_refusal_of(judge(subject, "find hold:spam", now))
    refused = screening.unreviewed_refusal_of(judge(subject, "find reject:hate", now))
    passed = screening.unreviewed_refusal_of(judge(subject, "any words", now))
    assert [refusal and refusal.code for refusal in (failed, held, refused, passed)] == [
        "not-checked",
        "needs-a-person",
        "hate",
        None,
    ]


def test_a_text_that_grows_is_stopped_by_a_no_and_by_a_failure(use: Any) -> None:
    def is_blocked(text: str) -> bool:
        return screening.is_blocked(purpose=Purpose.REPLY, text=text, is_mature_allowed=False)

    use("Words")
    assert is_blocked("find reject:hate")
    assert not is_blocked("find hold:spam")
    use("Broken")
    assert is_blocked("any words")
    assert not Verdict.objects.exists()


def test_reviewers_read_what_every_reason_means(subject: Subject, now: datetime, use: Any) -> None:
    use("Broken")
    assert str(screening.title_of(judge(subject, "any words", now).reason_code)) == (
        "Automatic screening could not be finished"
    )
    assert screening.title_of("hate") == RULES["hate"].title
    assert screening.title_of("of-an-older-list") == "of-an-older-list"


@pytest.mark.parametrize("name", ["find_hate", "find.reject", "harmless"])
def test_names_without_a_finding_pass(use: Any, name: str) -> None:
    use("Words")
    usernames.refuse_unfit(name)


def test_a_name_that_breaks_a_rule_is_refused_with_the_rule(use: Any) -> None:
    use("Words")
    with pytest.raises(ValidationError) as caught:
        usernames.refuse_unfit("find_reject:hate")
    assert caught.value.code == "hate"
    assert str(RULES["hate"].explanation) in caught.value.messages[0]
    use("Broken")
    with pytest.raises(ValidationError) as caught:
        usernames.refuse_unfit("anybody")
    assert caught.value.code == "not-checked"
    assert not Verdict.objects.exists()


def ids_of(found: list[Any]) -> list[str]:
    return [message.id for message in found]


def test_a_whole_chain_passes_the_system_check(settings: Any) -> None:
    settings.SCREENING_CHECKS = []
    assert checks.check_chain() == []
    settings.SCREENING_CHECKS = [*(check.name for check in CHECKS), f"{PATH}.Words"]
    assert checks.check_chain() == []


@pytest.mark.parametrize("name", ["rules.nowhere", "text-model", "no_such_package.Check", "typo"])
def test_a_check_that_does_not_exist_is_named(settings: Any, name: str) -> None:
    settings.SCREENING_CHECKS = [*chain.REQUIRED, name]
    [found] = checks.check_chain()
    assert found.id == "moderation.E001"
    assert name in found.msg


def test_a_chain_without_what_protects_children_is_named_and_has_it_all_the_same(settings: Any) -> None:
    settings.SCREENING_CHECKS = [f"{PATH}.Words"]
    assert ids_of(checks.check_chain()) == ["moderation.E002"]
    assert chain.list_names() == [*chain.REQUIRED, f"{PATH}.Words"]
