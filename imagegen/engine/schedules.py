"""A request's way through the noise levels, as numbers that a whole batch can be stepped with.

What the supported schedulers of diffusers do in a step is linear in what goes in: the sample, the network's
output, and what the step before remembered. So the factors are read off the model's own scheduler by stepping
it with unit vectors. No solver's formula is written a second time here, and requests of different schedulers,
step counts and strengths can share one batch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
)
from torch import Tensor

# By the names that people know them by, as `Spec.sampler` takes them.
SAMPLERS: dict[str, type[Any]] = {
    "euler": EulerDiscreteScheduler,
    "ddim": DDIMScheduler,
    "dpm++2m": DPMSolverMultistepScheduler,
}
_KNOWN = (*SAMPLERS.values(), FlowMatchEulerDiscreteScheduler)
# Options that make a step random, or not linear.
_REFUSED_OPTIONS = ("thresholding", "clip_sample", "stochastic_sampling", "use_dynamic_shifting")
_SAMPLE, _OUTPUT, _MEMORY = range(3)
_CACHED = 256


class UnsupportedModelError(ValueError):
    """The model has a part that the engine cannot run; the message names its class."""


class Factor(IntEnum):
    """Columns of `Schedule.factors`.

    With x the sample, o the network's output, m the memory (what the last step thought the clean sample is):
    the network sees INPUT * x; m' = MEMORY_SAMPLE * x + MEMORY_OUTPUT * o; x' = SAMPLE * x + OUTPUT * o +
    MEMORY * m.
    """

    TIMESTEP = 0
    INPUT = 1
    SAMPLE = 2
    OUTPUT = 3
    MEMORY = 4
    MEMORY_SAMPLE = 5
    MEMORY_OUTPUT = 6


@dataclass(frozen=True, slots=True)
class Schedule:
    """All steps of one request.

    factors: (steps, len(Factor)) float64 on the CPU. start: what the clean latents (0 without a reference)
    and the noise count in the first sample.
    """

    factors: Tensor
    start: tuple[float, float]

    @property
    def step_count(self) -> int:
        return len(self.factors)


class Schedules:
    """Makes schedules for one model."""

    def __init__(self, scheduler: Any) -> None:
        """Take the model's own scheduler. Raises UnsupportedModelError for one that cannot be used."""
        check(scheduler)
        # Which of SAMPLERS a request may name.
        self.samplers = () if _is_flow(scheduler) else tuple(SAMPLERS)
        self._own = scheduler
        self._make: Callable[..., Schedule] = lru_cache(_CACHED)(self._read)

    def get(self, steps: int, *, begin: int | None = None, sampler: str = "") -> Schedule:
        """Return the schedule of a request.

        begin: the first step that image-to-image runs; None for text-to-image. sampler: a name of SAMPLERS,
        empty for the model's own. Raises ValueError when no step is left to run.
        """
        if begin is not None and begin >= steps:
            raise ValueError("the strength leaves no step to run")
        return self._make(steps, begin or 0, begin is not None, sampler)

    def _read(self, steps: int, begin: int, has_reference: bool, sampler: str) -> Schedule:
        return read(_make_scheduler(self._own, sampler), steps, begin=begin, has_reference=has_reference)


def check(scheduler: Any) -> None:
    """Raise UnsupportedModelError for a scheduler whose steps are not the linear ones described above."""
    name, config = type(scheduler).__name__, scheduler.config
    if not isinstance(scheduler, _KNOWN):
        raise UnsupportedModelError(
            f"{name} is not supported; the model's storychat.json may name another `sampler`: "
            + ", ".join(SAMPLERS)
        )
    for option in _REFUSED_OPTIONS:
        if config.get(option):
            raise UnsupportedModelError(f"{name} with {option} is not supported")
    if isinstance(scheduler, DPMSolverMultistepScheduler) and (
        config.algorithm_type != "dpmsolver++" or config.solver_order > 2
    ):
        raise UnsupportedModelError(
            f"{name} with {config.algorithm_type} of order {config.solver_order} is not supported"
        )


def make_own(config: Mapping[str, Any], sampler: str) -> Any:
    """Return the named scheduler with a model's settings. Raises UnsupportedModelError for a wrong name."""
    if sampler not in SAMPLERS:
        raise UnsupportedModelError(f"there is no sampler {sampler!r}, only {', '.join(SAMPLERS)}")
    if "base_shift" in config:
        raise UnsupportedModelError(f"the sampler {sampler!r} is not for models that follow a flow")
    return SAMPLERS[sampler].from_config(config)


def read(scheduler: Any, steps: int, *, begin: int, has_reference: bool) -> Schedule:
    """Step a fresh scheduler with unit vectors, from step `begin` on, and return what came out."""
    scheduler.set_timesteps(steps, device="cpu")
    if has_reference and hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(begin)
    timesteps = scheduler.timesteps[begin:]
    # Before the first step, as pipelines do it: afterwards some count on from where they are.
    start = _read_start(scheduler, timesteps[:1]) if has_reference else (0.0, _first_scale(scheduler))
    units = torch.eye(3, dtype=torch.float64)
    rows = []
    for number, timestep in enumerate(timesteps):
        seen = scheduler.scale_model_input(units[_SAMPLE], timestep) if _scales(scheduler) else units[_SAMPLE]
        if number and _remembers(scheduler):
            scheduler.model_outputs[-1] = units[_MEMORY]
        flow_sigma = float(scheduler.sigmas[begin + number]) if _is_flow(scheduler) else 0.0
        after = scheduler.step(units[_OUTPUT], timestep, units[_SAMPLE], return_dict=False)
        if _remembers(scheduler):
            clean = scheduler.model_outputs[-1]
        elif _is_flow(scheduler):
            clean = units[_SAMPLE] - flow_sigma * units[_OUTPUT]
        else:
            clean = after[1]
        next_sample = after[0]
        rows.append(
            [
                float(timestep),
                float(seen[_SAMPLE]),
                *(float(next_sample[unit]) for unit in (_SAMPLE, _OUTPUT, _MEMORY)),
                float(clean[_SAMPLE]),
                float(clean[_OUTPUT]),
            ]
        )
    return Schedule(torch.tensor(rows, dtype=torch.float64), start)


def _make_scheduler(own: Any, sampler: str) -> Any:
    """Return a scheduler nobody has stepped yet."""
    made = make_own(own.config, sampler) if sampler else type(own).from_config(own.config)
    check(made)
    return made


def _read_start(scheduler: Any, timestep: Tensor) -> tuple[float, float]:
    clean, noise = torch.tensor([[1.0, 0.0]]).double(), torch.tensor([[0.0, 1.0]]).double()
    mix = scheduler.scale_noise if _is_flow(scheduler) else None
    mixed = mix(clean, timestep, noise) if mix else scheduler.add_noise(clean, noise, timestep)
    return float(mixed[0, 0]), float(mixed[0, 1])


def _first_scale(scheduler: Any) -> float:
    return 1.0 if _is_flow(scheduler) else float(scheduler.init_noise_sigma)


def _scales(scheduler: Any) -> bool:
    return hasattr(scheduler, "scale_model_input")


def _remembers(scheduler: Any) -> bool:
    return isinstance(scheduler, DPMSolverMultistepScheduler)


def _is_flow(scheduler: Any) -> bool:
    return isinstance(scheduler, FlowMatchEulerDiscreteScheduler)
