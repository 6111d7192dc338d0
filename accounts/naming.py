"""Which names nobody may carry. Whoever judges words registers here, because that lives above accounts."""

from collections.abc import Callable

from core.refusals import Refusal

Judge = Callable[[str], Refusal | None]
_judges: list[Judge] = []


def register(judge: Judge) -> None:
    """Let `judge` say no to names."""
    if judge not in _judges:
        _judges.append(judge)


def find_refusal(name: str) -> Refusal | None:
    """Return the first no to a name, with the reason that its owner reads."""
    return next((refusal for judge in _judges if (refusal := judge(name)) is not None), None)
