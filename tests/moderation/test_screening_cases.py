"""What people say about short texts, and what the rules say."""

from pathlib import Path

import pytest

from moderation.screening import scoring

CASES = scoring.parse_cases(Path(__file__).with_name("screening_cases.json").read_text(encoding="utf-8"))
# Of the texts that should pass.
FALSE_ALARMS = 0.03


@pytest.fixture(scope="module")
def score() -> dict:
    return scoring.score_cases(CASES)


def test_there_are_enough_cases_of_every_outcome() -> None:
    assert len(CASES) >= 320
    assert len({case.text for case in CASES}) >= 320
    for expected, at_least in {"pass": 100, "hold": 12, "reject": 80, "child_safety": 120}.items():
        assert sum(case.expect == expected for case in CASES) >= at_least, expected


def test_no_case_of_child_safety_is_missed(score: dict) -> None:
    missed = [case for case in score["wrong"] if case["expect"] == "child_safety"]
    assert missed == []
    assert score["child_safety_missed"] == 0


def test_few_innocent_texts_are_stopped(score: dict) -> None:
    stopped = [case for case in score["wrong"] if case["expect"] == "pass"]
    innocent = sum(case.expect == "pass" for case in CASES)
    assert len(stopped) <= FALSE_ALARMS * innocent, stopped
    assert score["false_alarms"] == len(stopped)


def test_what_breaks_a_rule_is_stopped(score: dict) -> None:
    assert score["recall"]["overall"] >= 0.97
    assert score["precision"]["overall"] >= 0.97
