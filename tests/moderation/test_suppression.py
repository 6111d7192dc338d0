"""No arithmetic on the transparency page gives a small count away: attacked with linear algebra."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import suppression, transparency
from moderation.models import Appeal, Decision
from moderation.suppression import Cell, Sum, withhold
from moderation.transparency import MEASURES, SMALL_COUNT, Numbers, Tally

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
Kind = Decision.Kind


def find_determined(sums: list[Sum], shown: frozenset[Cell]) -> set[Cell]:
    """Return the cells that somebody who knows the shown ones can work out: by ranks of matrices."""
    unknown = sorted({cell for one in sums for cell in (one.total, *one.parts)} - shown, key=repr)
    place = {cell: number for number, cell in enumerate(unknown)}
    matrix = np.zeros((len(sums), len(unknown)))
    for row, one in enumerate(sums):
        for cell, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if cell in place:
                matrix[row, place[cell]] += sign
    rank = np.linalg.matrix_rank(matrix) if matrix.size else 0
    return {
        cell
        for cell, number in place.items()
        if np.linalg.matrix_rank(np.vstack([matrix, np.eye(len(unknown))[number]])) == rank
    }


def find_least(sums: list[Sum], shown: frozenset[Cell], published: frozenset[Cell], counts: Any) -> set[Cell]:
    """Return the cells that must be one each: as many withheld parts as there is left to share."""
    found: set[Cell] = set()
    for one in sums:
        hidden = [part for part in one.parts if part not in shown]
        if one.total not in shown or not all(part in published and counts[part] for part in hidden):
            continue
        if hidden and counts[one.total] - sum(counts[part] for part in one.parts if part in shown) == len(
            hidden
        ):
            found |= set(hidden)
    return found


def attack(numbers: Numbers, monkeypatch: Any) -> tuple[set[Cell], frozenset[Cell], dict[Cell, int]]:
    """Return which small counts follow from what may be read, what is withheld, and all counts."""
    asked: dict[str, Any] = {}

    def listen(counts: Any, sums: Any, *, published: Any, below: int) -> frozenset[Cell]:
        asked.update(counts=dict(counts), sums=list(sums), published=published)
        return withhold(counts, sums, published=published, below=below)

    monkeypatch.setattr(transparency, "withhold", listen)
    withheld = transparency.find_withheld(numbers)
    counts, sums, published = asked["counts"], asked["sums"], asked["published"]
    for one in sums:
        assert counts[one.total] == sum(counts[part] for part in one.parts), one
    shown = published - withheld
    small = {cell for cell, count in counts.items() if 0 < count < SMALL_COUNT}
    known = find_determined(sums, shown) | find_least(sums, shown, published, counts) | shown
    return small & known, withheld, counts


few = st.integers(0, 12)
rules = st.dictionaries(
    st.sampled_from(["spam", "hate", "fraud", "a-former-rule"]), st.tuples(few, few, few, few), max_size=4
)


@st.composite
def any_numbers(draw: Any) -> Numbers:
    """Draw measures by rule, source and whether they were taken back; all tables are made from them."""
    cells = draw(rules)
    by_rule, automatic, human = {}, Tally(), Tally()
    for code, (kept_auto, back_auto, kept_human, back_human) in cells.items():
        total = kept_auto + back_auto + kept_human + back_human
        if not total:
            continue
        by_rule[code] = Tally(total, kept_auto + back_auto, back_auto + back_human)
        made = kept_auto + back_auto
        automatic = Tally(automatic.total + made, automatic.total + made, automatic.taken_back + back_auto)
        human = Tally(human.total + kept_human + back_human, 0, human.taken_back + back_human)
    left = automatic.total + human.total
    by_kind = {}
    for kind in MEASURES[:-1]:
        by_kind[kind.value] = draw(st.integers(0, left))
        left -= by_kind[kind.value]
    by_kind[MEASURES[-1].value] = left
    by_kind[Kind.DISMISS.value] = draw(few)
    return Numbers(
        counted_at=NOW,
        by_kind=by_kind,
        by_rule=by_rule,
        by_source={"AUTOMATIC": automatic, "HUMAN": human},
        cases_decided=draw(few),
        median_seconds=None,
        appeals={state.value: draw(few) for state in Appeal.State},
    )


@settings(max_examples=150, deadline=None)
@given(numbers=any_numbers())
def test_no_small_count_follows_from_what_is_shown(numbers: Numbers) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        given_away, withheld, _counts = attack(numbers, monkeypatch)
    assert given_away == set()
    assert {cell for cell in withheld if cell[0] == "appeal"} == {
        ("appeal", state) for state, count in numbers.appeals.items() if 0 < count < SMALL_COUNT
    }, "what stands in no sum is withheld for its own sake only"


def example() -> Numbers:
    """Two rules, of which one was used three times."""
    return Numbers(
        counted_at=NOW,
        by_kind={"REJECT": 23},
        by_rule={"spam": Tally(20, 10, 10), "hate": Tally(3, 0, 0)},
        by_source={"AUTOMATIC": Tally(10, 10, 5), "HUMAN": Tally(13, 0, 5)},
        cases_decided=20,
        median_seconds=None,
        appeals={},
    )


def test_hiding_the_small_counts_alone_would_give_them_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """23 in all and 20 under the other rule: the attack above finds what the page did not say."""
    assert attack(example(), monkeypatch)[0] == set()
    monkeypatch.setattr(suppression, "find_exposed", lambda *_args, **_kwargs: [])
    suppression._withhold.cache_clear()
    given_away, withheld, _counts = attack(example(), monkeypatch)
    suppression._withhold.cache_clear()
    assert withheld == {("rule", "hate", "total")}
    assert ("rule", "hate", "total") in given_away


def test_a_difference_of_two_published_counts_is_looked_after_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty under a rule, eighteen of them by a program: two by hand, which no cell says."""
    numbers = replace(
        example(),
        by_kind={"REJECT": 40},
        by_rule={"spam": Tally(20, 18, 10), "hate": Tally(20, 10, 10)},
        by_source={"AUTOMATIC": Tally(28, 28, 10), "HUMAN": Tally(12, 0, 10)},
    )
    given_away, withheld, _counts = attack(numbers, monkeypatch)
    assert given_away == set()
    assert withheld


def test_where_all_counts_are_large_all_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = replace(
        example(),
        by_kind={"REJECT": 70, "WARN": 30, "DISMISS": 10},
        by_rule={"spam": Tally(60, 30, 20), "hate": Tally(40, 20, 10)},
        by_source={"AUTOMATIC": Tally(50, 50, 15), "HUMAN": Tally(50, 0, 15)},
    )
    assert attack(numbers, monkeypatch)[1] == frozenset()


def test_the_same_numbers_are_withheld_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise two looks at the page would say together what neither says."""
    first = attack(example(), monkeypatch)[1]
    suppression._withhold.cache_clear()
    assert attack(example(), monkeypatch)[1] == first


def test_every_rule_used_a_little_is_worked_out_in_a_few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is done within a request."""
    rounds: list[int] = []
    find_exposed = suppression.find_exposed

    def count(*args: Any, **kwargs: Any) -> list[Cell]:
        rounds.append(1)
        return find_exposed(*args, **kwargs)

    monkeypatch.setattr(suppression, "find_exposed", count)
    tallies = {code: Tally(3 + n % 9, n % 3, n % 2) for n, code in enumerate(transparency.RULES)}
    automatic = sum(tally.automatic for tally in tallies.values())
    total = sum(tally.total for tally in tallies.values())
    back = sum(tally.taken_back for tally in tallies.values())
    numbers = replace(
        example(),
        by_kind={"REJECT": total - 8, "WARN": 4, "REMOVE": 4},
        by_rule=tallies,
        by_source={
            "AUTOMATIC": Tally(automatic, automatic, 2),
            "HUMAN": Tally(total - automatic, 0, back - 2),
        },
    )
    suppression._withhold.cache_clear()
    assert transparency.find_withheld(numbers)
    assert len(rounds) <= 10
    transparency.find_withheld(numbers)
    assert len(rounds) <= 10
