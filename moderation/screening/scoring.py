"""How well screening agrees with people who labelled cases."""

import json
from dataclasses import dataclass
from typing import Any

from moderation.models import Verdict
from moderation.screening import chain
from moderation.screening.findings import Content, Purpose

# How outcomes are written in files of cases.
_OUTCOMES = {outcome.lower(): outcome for outcome in Verdict.Outcome}
_PASS, _CHILD_SAFETY = "pass", "child_safety"
# Fields that are more than text of a character; how it looks is something to draw, too.
_PURPOSES: dict[str, tuple[Purpose, ...]] = {
    "appearance": (Purpose.CHARACTER, Purpose.PICTURE_PROMPT),
    "prompt": (Purpose.PICTURE_PROMPT,),
    "message": (Purpose.CHAT_MESSAGE,),
    **{purpose.value: (purpose,) for purpose in Purpose},
    **{purpose.value.replace("-", "_"): (purpose,) for purpose in Purpose},
}
# What a character consists of is judged as one, and so is a field of any other name: people call them
# differently, and one strange name should not cost the answer about all the other cases.
_OTHERWISE = (Purpose.CHARACTER,)


class BadCasesError(Exception):
    """A file of cases cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text, where it stands, and what a person says about it."""

    text: str
    field: str
    is_mature: bool
    expect: str


def parse_cases(document: str) -> list[Case]:
    """Read labelled cases from JSON. Raises BadCasesError."""
    try:
        data = json.loads(document)
    except ValueError as error:
        raise BadCasesError(f"this is not JSON: {error}.") from error
    cases = data.get("cases") if isinstance(data, dict) else None
    if not isinstance(cases, list):
        raise BadCasesError('there is no list "cases".')
    if not cases:
        raise BadCasesError('the list "cases" is empty.')
    return [_parse_case(case, number) for number, case in enumerate(cases, start=1)]


def _parse_case(case: Any, number: int) -> Case:
    if not isinstance(case, dict):
        raise BadCasesError(f"case {number} is no object.")
    text, field, mature, expect = (case.get(key) for key in ("text", "field", "mature", "expect"))
    if not isinstance(text, str):
        raise BadCasesError(f'case {number}: "text" must be a string.')
    if not isinstance(field, str):
        raise BadCasesError(f'case {number}: "field" must be a string.')
    if not isinstance(mature, bool):
        raise BadCasesError(f'case {number}: "mature" must be true or false.')
    if not isinstance(expect, str) or expect not in _OUTCOMES:
        raise BadCasesError(f'case {number}: "expect" must be one of {", ".join(_OUTCOMES)}.')
    return Case(text, field, mature, expect)


def judge_case(case: Case) -> str:
    """Return the strictest outcome of a case, as files of cases write it."""
    checks = chain.list_checks(in_worker=False)
    judgements = [
        chain.judge(Content(purpose, case.text, case.is_mature), checks)
        for purpose in _PURPOSES.get(case.field, _OTHERWISE)
    ]
    return max(judgements, key=lambda judgement: chain.strictness(judgement.outcome)).outcome.lower()


def score_cases(cases: list[Case]) -> dict[str, Any]:
    """Judge all cases and compare.

    precision and recall are shares from 0 to 1, null where nothing was counted. For each outcome, precision
    is how much of what got it was expected to, recall how much of what was expected to get it did. "overall"
    is about stopping at all, that is, any outcome but pass: precision is how much of what was stopped should
    have been, recall how much of what should have been stopped was. "accuracy" is the share of exact
    agreement.
    child_safety_missed counts cases of child safety that got anything else, false_alarms passes that did.
    """
    judged = [(case, judge_case(case)) for case in cases]
    return {
        "cases": len(cases),
        "accuracy": _share(sum(case.expect == got for case, got in judged), len(judged)),
        "precision": {
            **{name: _precision(judged, {name}) for name in _OUTCOMES},
            "overall": _precision(judged, _OUTCOMES.keys() - {_PASS}),
        },
        "recall": {
            **{name: _recall(judged, {name}) for name in _OUTCOMES},
            "overall": _recall(judged, _OUTCOMES.keys() - {_PASS}),
        },
        "child_safety_missed": sum(
            case.expect == _CHILD_SAFETY and got != _CHILD_SAFETY for case, got in judged
        ),
        "false_alarms": sum(case.expect == _PASS and got != _PASS for case, got in judged),
        "wrong": [
            {
                "text": case.text,
                "field": case.field,
                "mature": case.is_mature,
                "expect": case.expect,
                "got": got,
            }
            for case, got in judged
            if case.expect != got
        ],
    }


def _precision(judged: list[tuple[Case, str]], outcomes: set[str]) -> float | None:
    got = [case.expect in outcomes for case, got in judged if got in outcomes]
    return _share(sum(got), len(got))


def _recall(judged: list[tuple[Case, str]], outcomes: set[str]) -> float | None:
    expected = [got in outcomes for case, got in judged if case.expect in outcomes]
    return _share(sum(expected), len(expected))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
