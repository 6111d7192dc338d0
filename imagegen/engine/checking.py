"""Requests before anything is computed for them: what is wrong with one, and one that is surely right."""

import math

from imagegen.engine.contract import BadSpecError, Spec
from imagegen.engine.description import Description
from imagegen.engine.families import Family

_LARGEST_SIDE = 2048
_MOST_STEPS = 200
_WARM_UP_STEPS = 2


def blank_spec(model: Description) -> Spec:
    """Return the shortest request that a model is used with."""
    return Spec(
        prompt="",
        seed=0,
        width=model.width,
        height=model.height,
        steps=_WARM_UP_STEPS,
        guidance=model.guidance,
    )


def check(spec: Spec, family: Family) -> None:
    """Raise BadSpecError for what the model cannot draw."""
    grid = family.grid * family.patch
    if spec.width % grid or spec.height % grid or not 0 < min(spec.size) <= max(spec.size) <= _LARGEST_SIDE:
        raise BadSpecError(
            f"{spec.width}x{spec.height} is not a size of multiples of {grid} up to {_LARGEST_SIDE}"
        )
    if not 1 <= spec.steps <= _MOST_STEPS:
        raise BadSpecError(f"{spec.steps} steps are not between 1 and {_MOST_STEPS}")
    _check_share("strength", spec.strength)
    _check_share("guided_share", spec.guided_share)
    if spec.sampler and spec.sampler not in family.schedules.samplers:
        known = ", ".join(family.schedules.samplers) or "the model's own"
        raise BadSpecError(f"there is no sampler {spec.sampler!r}, only {known}")
    for name in ("guidance", "identity_scale"):
        if not 0 <= getattr(spec, name) < math.inf:
            raise BadSpecError(f"{name} must be a number from 0 on")
    if spec.reference is not None and spec.steps * spec.strength < 1:
        raise BadSpecError("the strength leaves no step to run")


def _check_share(name: str, value: float) -> None:
    if not 0 < value <= 1:
        raise BadSpecError(f"{name} must be above 0 and at most 1")
