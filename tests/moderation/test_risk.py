"""The order in which entries of a queue are looked at."""

import itertools

import pytest

from moderation import risk
from moderation.risk import Facts, assess

_FLAGS = ("has_upload", "is_new_creator", "is_mature")


def all_flags() -> list[dict[str, bool]]:
    return [
        dict(zip((*_FLAGS, "is_edit"), values, strict=True))
        for values in itertools.product([False, True], repeat=4)
    ]


@pytest.mark.parametrize(
    ("graver", "lighter"), [("minors", "real-person"), ("real-person", "spam"), ("spam", "")]
)
def test_why_something_is_held_outweighs_everything_else(graver: str, lighter: str) -> None:
    lowest = min(assess(Facts(hold_code=graver, **flags)) for flags in all_flags())
    highest = max(assess(Facts(hold_code=lighter, **flags)) for flags in all_flags())
    assert lowest > highest


@pytest.mark.parametrize("flag", _FLAGS)
def test_new_creators_uploads_and_mature_items_are_riskier(flag: str) -> None:
    assert assess(Facts(**{flag: True})) > assess(Facts())


def test_edits_of_what_is_live_are_less_risky_than_new_ones() -> None:
    assert 0 == assess(Facts(is_edit=True)) < assess(Facts())


def test_an_escalated_entry_stands_above_all_others() -> None:
    assert max(assess(Facts(hold_code="minors", **flags)) for flags in all_flags()) < risk.ESCALATED
