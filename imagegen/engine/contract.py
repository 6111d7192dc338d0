"""What an engine is. Anything that draws sits behind this, so that workers and tests do not care which."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from imagegen.engine.description import Description

# What an engine can be asked to do for speed, see `speed.Speed`.
SWITCHES = ("compiled", "recorded", "float8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One picture to draw. With a reference it is image-to-image.

    strength: share of the schedule that image-to-image runs, 0 to 1.
    identity: whose face it shall have; the reference's if none is given. Models without an adapter for faces
    draw without it. identity_scale: how strongly that face counts, 0 for not at all.
    seed: the noise is drawn on the CPU from it, so it means the same on every device.
    guided_share: share of the steps, from the first, that guidance is computed for; below 1 is faster and
    another picture. sampler: a name of `schedules.SAMPLERS`, empty for the model's own.
    is_isolated: never share a call of the network, so that the picture is the same to the bit whenever it is
    drawn on this machine.
    """

    prompt: str
    seed: int
    width: int
    height: int
    steps: int
    guidance: float
    reference: Image.Image | None = None
    strength: float = 1.0
    identity: Image.Image | None = None
    identity_scale: float = 1.0
    guided_share: float = 1.0
    sampler: str = ""
    is_isolated: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height

    @property
    def face(self) -> Image.Image | None:
        """The picture of the person that this one shall show, if it is of somebody known."""
        return self.reference if self.identity is None else self.identity

    @property
    def step_count(self) -> int:
        """How many steps are really run."""
        if self.reference is None:
            return self.steps
        return max(1, min(int(self.steps * self.strength), self.steps))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many steps are done, and of how many."""

    step: int
    step_count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended. Cancel is an outcome, never an error: then there is no image.

    likeness: how far it shows the person of the request's face, 0 to 1; None from models that cannot tell.
    """

    image: Image.Image | None
    likeness: float | None = None

    @property
    def is_canceled(self) -> bool:
        return self.image is None


class BadSpecError(ValueError):
    """The request itself is wrong, so trying again is useless."""


class NoMemoryError(RuntimeError):
    """The device has too little memory for this request, even with nothing beside it."""


class NotFiniteError(ArithmeticError):
    """The request's numbers ran out of range, so there is no picture."""


class BusyError(RuntimeError):
    """The engine's queue is full: try again later, or elsewhere."""


class Handle(Protocol):
    """A request that was handed in. Safe to use from any thread."""

    @property
    def progress(self) -> Progress:
        """How far it is."""

    @property
    def preview(self) -> Image.Image | None:
        """A rough, small picture of how far it is. Asking for one brings the next, a step later."""

    @property
    def is_done(self) -> bool:
        """Whether `result` returns at once."""

    def cancel(self) -> None:
        """Stop it at the next step. Doing so twice, or too late, changes nothing."""

    def add_done_callback(self, call: Callable[[], None]) -> None:
        """Call once when it is done, on the engine's thread, or now when it is done already."""

    def result(self) -> Outcome:
        """Wait for the end. Raises what went wrong; BadSpecError for a request that can never work."""


class Engine(Protocol):
    """Draws pictures, `capacity` of them at a time."""

    @property
    def description(self) -> Description:
        """The model behind it."""

    @property
    def capacity(self) -> int:
        """How many requests are worth handing in at the same time."""

    @property
    def is_dead(self) -> bool:
        """Whether it will never draw again, so that its process should end."""

    def submit(self, spec: Spec) -> Handle:
        """Hand a request in; returns at once. Raises BusyError when too many wait already."""

    def close(self) -> None:
        """Stop what runs and free the device."""
