"""Keyset pagination: stable under inserts, the same cost on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

_Row = TypeVar("_Row", bound=Model)
_SALT = "core.pagination"


class CursorError(ValueError):
    """The cursor was not made by us for this order."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """Rows of one page, and the cursor of the next (empty on the last)."""

    rows: Sequence[_Row]
    next_cursor: str


def get_page(rows: QuerySet[_Row], *, order: Sequence[str], size: int, cursor: str = "") -> Page[_Row]:
    """Return up to `size` rows after `cursor`.

    order: field names with an optional leading `-`, the last one unique; fields must not be null.
    Raises CursorError on a cursor that was tampered with or belongs to another order.
    """
    names = [name.lstrip("-") for name in order]
    if cursor:
        rows = rows.filter(_after(order, _load(cursor, order)))
    found = list(rows.order_by(*order)[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    last = found[size - 1]
    values = [_value(last, name) for name in names]
    return Page(found[:size], signing.dumps([list(order), values], salt=_SALT, compress=True))


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for part in path.split("__"):
        value = getattr(value, part)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _load(cursor: str, order: Sequence[str]) -> list[Any]:
    try:
        stored_order, values = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise CursorError("unreadable cursor") from error
    if stored_order != list(order):
        raise CursorError("cursor of another order")
    return list(values)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    condition = Q()
    equal = Q()
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        step = "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{step}": value})
        equal &= Q(**{field: value})
    return condition
