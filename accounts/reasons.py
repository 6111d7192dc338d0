"""What a reason code stands for. The list of rules lives above accounts and registers its reader here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.refusals import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that a restriction can rest on."""

    code: str
    title: Text
    explanation: Text = ""


_listers: list[Callable[[], Sequence[Reason]]] = []


def register(lister: Callable[[], Sequence[Reason]]) -> None:
    """Add a source of reasons."""
    if lister not in _listers:
        _listers.append(lister)


def list_reasons() -> list[Reason]:
    """Return every reason that a restriction may name."""
    return [reason for lister in _listers for reason in lister()]


def find_reason(code: str) -> Reason | None:
    """Return the reason with this code, or None for one that is no longer listed."""
    return next((reason for reason in list_reasons() if reason.code == code), None)
