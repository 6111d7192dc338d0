"""Which counts of a published table are withheld, so that no arithmetic gives a small one away.

Hiding the small counts alone is not enough: a total minus the parts that are shown is the part that is not.
So others are withheld with them until nothing follows (complementary suppression).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

Cell = Hashable
# Large and prime: what holds of the equations modulo it holds of them, but for a chance that nobody meets.
_PRIME = 2_147_483_647
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Sum:
    """What everybody knows about a table: these parts make up that total."""

    total: Cell
    parts: tuple[Cell, ...]


def withhold(
    counts: Mapping[Cell, int], sums: Sequence[Sum], *, published: frozenset[Cell], below: int
) -> frozenset[Cell]:
    """Return the published cells that must not be shown.

    counts: of every cell that stands in `sums` or is published. What is not published is known to nobody,
    but a small count among it must not follow from what is.
    """
    return _withhold(tuple(counts.items()), tuple(sums), published, below)


@lru_cache(maxsize=256)
def _withhold(
    items: tuple[tuple[Cell, int], ...], sums: tuple[Sum, ...], published: frozenset[Cell], below: int
) -> frozenset[Cell]:
    counts = dict(items)
    small = [cell for cell, count in items if 0 < count < below]
    hidden = {cell for cell in small if cell in published}
    while exposed := find_exposed(
        counts, sums, published=published, shown=published - hidden, small=small, below=below
    ):
        if hidden == published:
            break
        chosen = {_choose(cell, counts, sums, shown=published - hidden) for cell in exposed}
        hidden |= {cell for cell in chosen if cell is not None} or (published - hidden)
    return frozenset(hidden)


def find_exposed(
    counts: Mapping[Cell, int],
    sums: Sequence[Sum],
    *,
    published: frozenset[Cell],
    shown: frozenset[Cell],
    small: Sequence[Cell],
    below: int,
) -> list[Cell]:
    """Return the small cells that somebody who reads the shown ones can work out, or nearly so.

    Either it follows from the equations, or the bounds leave fewer values than "less than `below`" says.
    """
    determined = _list_determined(sums, shown)
    bounds = _find_bounds(counts, sums, published=published, shown=shown)
    return [
        cell
        for cell in small
        if cell not in shown
        and (cell in determined or (cell in bounds and bounds[cell][1] - bounds[cell][0] < below - 2))
    ]


def _choose(
    exposed: Cell, counts: Mapping[Cell, int], sums: Sequence[Sum], *, shown: frozenset[Cell]
) -> Cell | None:
    """Return what to withhold next: the smallest count that stands in one equation with the exposed one.

    One step further where that equation shows nothing any more; a zero is only withheld if nothing else is.
    """
    near = {exposed}
    for _step in range(len(sums) + 1):
        linked = {cell for one in sums for cell in _cells(one) if near & set(_cells(one))}
        offered = [cell for cell in linked if cell in shown]
        if offered:
            return min(offered, key=lambda cell: (counts[cell] == 0, counts[cell], repr(cell)))
        if linked <= near:
            return None
        near |= linked
    return None


def _cells(one: Sum) -> tuple[Cell, ...]:
    return (one.total, *one.parts)


def _list_determined(sums: Sequence[Sum], shown: frozenset[Cell]) -> set[Cell]:
    """Return the unknown cells that have one solution only, by elimination."""
    unknown = sorted({cell for one in sums for cell in _cells(one) if cell not in shown}, key=repr)
    place = {cell: number for number, cell in enumerate(unknown)}
    rows = []
    for one in sums:
        row: dict[int, int] = {}
        for cell, sign in ((one.total, -1), *((part, 1) for part in one.parts)):
            if cell in place:
                row[place[cell]] = (row.get(place[cell], 0) + sign) % _PRIME
        rows.append({column: value for column, value in row.items() if value})
    reduced = _reduce([row for row in rows if row])
    return {unknown[next(iter(row))] for row in reduced if len(row) == 1}


def _reduce(rows: list[dict[int, int]]) -> list[dict[int, int]]:
    """Bring sparse equations into the form in which each leads with a column that no other has."""
    done: list[tuple[int, dict[int, int]]] = []
    for fresh in rows:
        row = dict(fresh)
        for lead, other in done:
            _subtract(row, other, lead)
        if not row:
            continue
        lead = min(row)
        inverse = pow(row[lead], -1, _PRIME)
        row = {column: value * inverse % _PRIME for column, value in row.items()}
        for _lead, other in done:
            _subtract(other, row, lead)
        done.append((lead, row))
    return [row for _lead, row in done]


def _subtract(row: dict[int, int], other: Mapping[int, int], lead: int) -> None:
    factor = row.get(lead, 0)
    if not factor:
        return
    for column, value in other.items():
        left = (row.get(column, 0) - factor * value) % _PRIME
        if left:
            row[column] = left
        else:
            row.pop(column, None)


def _find_bounds(
    counts: Mapping[Cell, int], sums: Sequence[Sum], *, published: frozenset[Cell], shown: frozenset[Cell]
) -> dict[Cell, tuple[float, float]]:
    """Return between what each unknown cell lies. A zero is shown, so what is withheld is at least one."""
    bounds: dict[Cell, tuple[float, float]] = {}
    for cell in {cell for one in sums for cell in _cells(one)}:
        is_some = cell in published and counts[cell] > 0
        bounds[cell] = (counts[cell], counts[cell]) if cell in shown else (int(is_some), float("inf"))
    for _round in range(_ROUNDS):
        before = dict(bounds)
        for one in sums:
            _narrow(one, bounds)
        if bounds == before:
            break
    return {cell: bound for cell, bound in bounds.items() if cell not in shown}


def _narrow(one: Sum, bounds: dict[Cell, tuple[float, float]]) -> None:
    low = sum(bounds[part][0] for part in one.parts)
    high = sum(bounds[part][1] for part in one.parts)
    least, most = bounds[one.total]
    bounds[one.total] = (max(least, low), min(most, high))
    least, most = bounds[one.total]
    for part in one.parts:
        own_low, own_high = bounds[part]
        others_high = sum(bounds[other][1] for other in one.parts if other != part)
        others_low = low - own_low
        bounds[part] = (max(own_low, least - others_high), min(own_high, most - others_low))
        low += bounds[part][0] - own_low
