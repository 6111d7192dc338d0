"""How much harm an entry of a review queue could do: the riskiest are looked at first."""

from dataclasses import dataclass

# What a senior reviewer was asked to decide stands above everything else.
ESCALATED = 1000

# Why screening held it. The step from one reason to the next outweighs everything below it together.
_HOLDS = {"minors": 400, "real-person": 300}
_OTHER_HOLD = 200

_UPLOAD = 40
_NEW_CREATOR = 25
_MATURE = 20
_NOTHING_LIVE = 10


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an entry when screening ends.

    hold_code: the rule for which screening held it, or empty.
    is_new_creator: nothing of its creator was approved before.
    is_edit: a version of the item is live.
    """

    hold_code: str = ""
    has_upload: bool = False
    is_new_creator: bool = False
    is_mature: bool = False
    is_edit: bool = False


def assess(facts: Facts) -> int:
    """Return the risk of an entry; a higher one is looked at earlier."""
    hold = _HOLDS.get(facts.hold_code, _OTHER_HOLD) if facts.hold_code else 0
    return (
        hold
        + _UPLOAD * facts.has_upload
        + _NEW_CREATOR * facts.is_new_creator
        + _MATURE * facts.is_mature
        + _NOTHING_LIVE * (not facts.is_edit)
    )
