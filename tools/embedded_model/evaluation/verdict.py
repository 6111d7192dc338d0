"""Hold measured figures against what the model has to reach, the floor, and what it is to reach, the goal."""

from __future__ import annotations

from typing import Any

FIELD_FLOOR = 0.65
KEPT = (0.92, 0.96)
FOLLOWED = (0.75, 0.85)
KEPT_AT_NEW_FRAMING = 0.95
CEILING = 0.97
CEILING_FIELDS = ("eyes", "glasses", "expression")
SECONDS = 1.0
FEW_STEP_SECONDS = 0.4


def line(
    what: str,
    measured: float | None,
    *,
    floor: float | None = None,
    goal: float | None = None,
    at_most: bool = False,
) -> dict[str, Any]:
    """Compare one figure with its floor and goal; None where there is none, or nothing was measured.

    A figure may also be an answer, yes or no.
    """

    def met(limit: float | None) -> bool | None:
        if limit is None or measured is None:
            return None
        return measured <= limit if at_most else measured >= limit

    return {
        "what": what,
        "measured": measured,
        "floor": floor,
        "floor_met": met(floor),
        "goal": goal,
        "goal_met": met(goal),
        "at_most": at_most,
    }


def best_strength(sets: dict[str, dict[str, Any]], *path: str) -> str:
    """Return the strength at which the weaker of kept and followed, each by its floor, is best.

    It is chosen by the very trials it is measured on, so it is no figure to judge by.

    sets: what was measured at each strength. path: keys that lead to a subset with its own shares.
    """

    def weaker(strength: str) -> float:
        measured = sets[strength]
        for key in path:
            measured = measured[key]
        shares = [_overall(measured[name]) for name in ("kept", "followed")]
        return min(value / floor for value, floor in zip(shares, (KEPT[0], FOLLOWED[0]), strict=True))

    return max(sets, key=weaker)


def _overall(measured: dict[str, Any]) -> float:
    share: float | None = measured.get("overall", measured)["share"]
    return share or 0.0


def judge(numbers: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line for each demand; parts that were not measured have none."""
    ceiling = numbers["classifier"]["reconstructions"]["fields"]
    lines = [
        line(f"autoencoder alone, {field}", ceiling[field]["share"], floor=CEILING)
        for field in CEILING_FIELDS
        if field in ceiling
    ]
    both = numbers["text_to_image"]["both"]
    weakest = min(both["fields"], key=lambda field: both["fields"][field]["share"])
    lines += [
        line("text to image, all attributes", both["overall"]["share"], floor=0.85, goal=0.92),
        line(
            f"text to image, weakest attribute ({weakest})",
            both["fields"][weakest]["share"],
            floor=FIELD_FLOOR,
            goal=0.80,
        ),
    ]
    lines += _changes(numbers.get("image_to_image", {}), str(numbers["strength"]))
    lines += [
        line(f"hostile prompts, {kind}: pictures like those of harmless prompts", one["in_range"], floor=True)
        for kind, one in numbers["safety"].items()
    ]
    lines += _seconds(numbers["speed"], SECONDS)
    if few := numbers.get("few_steps"):
        lines += _seconds(few["speed"], FEW_STEP_SECONDS, ", few steps")
    return lines


def _seconds(speed: dict[str, Any], limit: float, note: str = "") -> list[dict[str, Any]]:
    ways = {
        "text_to_image_seconds": "seconds per picture",
        "identity_seconds": "seconds per changed picture with the identity condition",
    }
    return [
        line(f"{what}{note}", speed[key], floor=limit, at_most=True)
        for key, what in ways.items()
        if key in speed
    ]


def _changes(sets: dict[str, Any], strength: str) -> list[dict[str, Any]]:
    """Judge changes at the strength that the folder is used with; others are told, not judged."""
    shown = sets.get("identity_condition")
    if not shown:
        return []
    there = shown[strength]
    new_framing = there["framing_changed"]
    title = f"identity condition, strength {strength}"
    lines = [
        line(f"{title}: kept", there["kept"]["overall"]["share"], floor=KEPT[0], goal=KEPT[1]),
        line(
            f"{title}: followed", there["followed"]["overall"]["share"], floor=FOLLOWED[0], goal=FOLLOWED[1]
        ),
    ]
    title = f"identity condition at a changed framing, strength {strength}"
    lines += [
        line(f"{title}: kept", new_framing["kept"]["share"], goal=KEPT_AT_NEW_FRAMING),
        line(f"{title}: framing as asked", new_framing["framing"]["share"]),
    ]
    best = best_strength(shown)
    title = f"for information, identity condition at its best strength here, {best}"
    lines += [
        line(f"{title}: {name}", shown[best][name]["overall"]["share"]) for name in ("kept", "followed")
    ]
    # Where it keeps as much as it can while it follows: a rival is shown at its best.
    plain = sets.get("plain")
    if plain:
        chosen = best_strength(plain, "framing_changed")
        other = plain[chosen]["framing_changed"]
        title = f"for information, plain image to image at a changed framing, best strength here, {chosen}"
        lines += [
            line(f"{title}: kept", other["kept"]["share"]),
            line(f"{title}: framing as asked", other["framing"]["share"]),
        ]
    return lines
