"""What the pages show."""

from dataclasses import dataclass
from urllib.parse import urlencode

from core.refusals import Text
from notifications import kinds


@dataclass(frozen=True, slots=True)
class FilterLink:
    """One way to narrow the list down."""

    title: Text
    url: str
    is_current: bool


def list_filters(current: str) -> list[FilterLink]:
    """Return a link for each group, the chosen one first: a phone shows two or three at a time."""
    groups = sorted(kinds.list_groups(), key=lambda group: group.code != current)
    return [
        FilterLink(group.title, _address(group=group.code), is_current=group.code == current)
        for group in groups
    ]


def page_url(*, group: str, cursor: str) -> str:
    """Return the address of the next page, empty after the last."""
    return _address(group=group, cursor=cursor) if cursor else ""


def _address(**values: str) -> str:
    return "?" + urlencode({name: value for name, value in values.items() if value})
