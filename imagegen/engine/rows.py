"""Rows that step together: one running batch of one picture size."""

from collections.abc import Collection
from dataclasses import dataclass, field

import torch
from torch import Tensor

from imagegen.engine.contract import Spec
from imagegen.engine.devices import upload
from imagegen.engine.families import Conditions, Family, join
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.pictures import fit
from imagegen.engine.schedules import Factor, Schedule


@dataclass(slots=True, eq=False)
class Row:
    """One request on its way.

    latents: (1, channels, h, w), its sample after `step` steps. clean: of the same shape, what the last step
    thinks the finished latents are. without_prompt: what guidance compares with, None for unguided requests.
    """

    handle: SimpleHandle
    schedule: Schedule
    latents: Tensor
    with_prompt: Conditions
    without_prompt: Conditions | None
    clean: Tensor = field(init=False)
    step: int = 0
    # Whether its last step, alone, found too little memory.
    ran_out_of_memory: bool = False

    def __post_init__(self) -> None:
        self.clean = torch.zeros_like(self.latents)

    @property
    def spec(self) -> Spec:
        return self.handle.spec

    @property
    def is_finished(self) -> bool:
        return self.step >= self.schedule.step_count

    @property
    def is_guided(self) -> bool:
        """Whether its next step compares with a row without the prompt."""
        if self.without_prompt is None:
            return False
        return self.step < self.spec.guided_share * self.schedule.step_count

    @property
    def group(self) -> tuple[int, ...]:
        """Rows of one group can share a batch."""
        shape = tuple(self.latents.shape[1:])
        return (*shape, id(self)) if self.spec.is_isolated else shape


def make_row(family: Family, handle: SimpleHandle) -> Row:
    """Encode a request. Raises BadSpecError for a picture that cannot be read, and what the parts raise."""
    spec = handle.spec
    begin = None if spec.reference is None else family.first_step(spec.steps, spec.strength)
    schedule = family.schedules.get(spec.steps, begin=begin, sampler=spec.sampler)
    with_prompt = family.add_size(family.encode_text(spec.prompt), spec.width, spec.height)
    without = None
    if spec.guidance > 1:
        without = family.add_size(family.encode_nothing(), spec.width, spec.height)
    if family.adapter is not None:
        face = None if spec.face is None else fit(spec.face, spec.size)
        shown, hidden = family.adapter.show(face, scale=spec.identity_scale)
        with_prompt = with_prompt | shown
        without = None if without is None else without | hidden
    # The order of draws is that of the pipelines: first the autoencoder's, then the noise.
    generator = torch.Generator("cpu").manual_seed(spec.seed)
    clean_share, noise_share = schedule.start
    clean = None
    if spec.reference is not None:
        clean = family.draw_reference(fit(spec.reference, spec.size), generator)
    exact = state_dtype(family.dtype)
    latents = noise_share * family.draw_noise(spec.width, spec.height, generator).to(exact)
    if clean is not None:
        latents = latents + clean_share * clean.to(exact)
    return Row(handle, schedule, latents, with_prompt, without)


def state_dtype(dtype: torch.dtype) -> torch.dtype:
    """Return what samples are kept in between steps: never less than float32."""
    return torch.promote_types(dtype, torch.float32)


class Batch:
    """Rows with all their tensors joined. Built anew whenever a row joins or leaves."""

    def __init__(self, family: Family, rows: Collection[Row]) -> None:
        """Join the rows; those that guidance counts twice come first."""
        self.rows = sorted(rows, key=lambda row: not row.is_guided)
        self._family = family
        self._guided = sum(row.is_guided for row in self.rows)
        self._latents = torch.cat([row.latents for row in self.rows])
        self._clean = torch.cat([row.clean for row in self.rows])
        compared = [row.without_prompt for row in self.rows[: self._guided]]
        self._conditions = join([*filter(None, compared), *(row.with_prompt for row in self.rows)])
        like = self._latents
        self._factors = self._join_factors(like)
        self._place = upload(torch.tensor([row.step for row in self.rows]), like.device)
        self._index = torch.arange(len(self.rows), device=like.device)
        guidance = torch.tensor([row.spec.guidance for row in self.rows[: self._guided]], dtype=like.dtype)
        self._guidance = upload(guidance, like.device)

    @property
    def size(self) -> int:
        """How many rows the denoiser computes."""
        return len(self.rows) + self._guided

    def is_made_of(self, rows: Collection[Row]) -> bool:
        """Whether it can step these rows as it is."""
        return (
            len(rows) == len(self.rows)
            and set(rows) == set(self.rows)
            and all(row.is_guided == (number < self._guided) for number, row in enumerate(self.rows))
        )

    def advance(self) -> None:
        """Run one step of every row. Rows change only once all of it has worked."""
        now = self._factors[self._index, self._place]
        seen = self._latents * _wide(now[:, Factor.INPUT])
        sample = torch.cat([seen[: self._guided], seen]).to(self._family.dtype)
        timesteps = torch.cat([now[: self._guided, Factor.TIMESTEP], now[:, Factor.TIMESTEP]])
        output = self._family.call(sample, timesteps, self._conditions).to(self._latents.dtype)
        compared, output = output[: self._guided], output[self._guided :]
        if self._guided:
            prompted = output[: self._guided]
            guided = compared + _wide(self._guidance) * (prompted - compared)
            output = torch.cat([guided, output[self._guided :]])
        clean = _wide(now[:, Factor.MEMORY_SAMPLE]) * self._latents
        clean = clean + _wide(now[:, Factor.MEMORY_OUTPUT]) * output
        latents = _wide(now[:, Factor.SAMPLE]) * self._latents + _wide(now[:, Factor.OUTPUT]) * output
        self._latents = latents + _wide(now[:, Factor.MEMORY]) * self._clean
        self._clean = clean
        self._place = self._place + 1
        for number, row in enumerate(self.rows):
            row.latents = self._latents[number : number + 1]
            row.clean = self._clean[number : number + 1]
            row.step += 1

    def _join_factors(self, like: Tensor) -> Tensor:
        """Return (rows, most steps, len(Factor)); shorter schedules are filled up and never read there."""
        longest = max(row.schedule.step_count for row in self.rows)
        factors = torch.zeros(len(self.rows), longest, len(Factor), dtype=torch.float64)
        for number, row in enumerate(self.rows):
            factors[number, : row.schedule.step_count] = row.schedule.factors
        return upload(factors, like.device, like.dtype)


def _wide(values: Tensor) -> Tensor:
    """Turn (B,) into what multiplies (B, channels, h, w)."""
    return values[:, None, None, None]
