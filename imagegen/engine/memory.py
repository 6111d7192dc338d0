"""What the engine does about too little memory."""

import logging
from typing import TypeVar

import torch

logger = logging.getLogger(__name__)

# Steps without trouble after which a batch that was cut may grow again.
STEPS_TO_RECOVER = 50
# Only CUDA's allocator has an error of its own for it; the processor's and the libraries' say so in words.
_WORDS = ("can't allocate memory", "out of memory", "ALLOC_FAILED")
AnError = TypeVar("AnError", bound=BaseException)


class BatchCap:
    """How many requests are stepped at once: fewer after trouble, as many as ever after some quiet."""

    def __init__(self, most: int) -> None:
        self._most = self.value = most
        self._quiet_steps = 0

    def shrink(self, rows: int) -> None:
        """Note that so many were too many."""
        self.value = max(1, rows // 2)
        self._quiet_steps = 0
        logger.warning("imagegen.engine.out_of_memory rows=%d cap=%d", rows, self.value)

    def note_step(self) -> None:
        """Note a step that went well."""
        self._quiet_steps += 1
        if self.value < self._most and self._quiet_steps >= STEPS_TO_RECOVER:
            self.value = min(self._most, self.value * 2)
            self._quiet_steps = 0


def is_shortage(error: BaseException) -> bool:
    """Whether an error says that there was too little memory."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS)


def bare(error: AnError) -> AnError:
    """Return an error without what holds the tensors of its call alive."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error
