"""Where a training stage stands, on disk: everything a later run needs to go on as if nothing had happened.

A checkpoint is a folder of pieces of at most 15 MiB, so that it travels through channels that carry only
small files, such as those of a lent machine.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from tools.embedded_model.training.schedule import Budget

PIECE = 15 * 2**20
SECONDS_BETWEEN = 90.0


class Stateful(Protocol):
    """A network, its average or an optimiser."""

    def state_dict(self) -> dict[str, object]:
        """Return all values."""

    def load_state_dict(self, state: dict[str, object]) -> object:
        """Take all values."""


class Checkpoint:
    """Saves and restores the parts of one stage together with its budget."""

    def __init__(self, folder: Path, parts: Mapping[str, Stateful], budget: Budget) -> None:
        self.folder, self.parts, self.budget = folder, parts, budget
        self._saved_at, self._saved_steps, self._saved_as_complete = time.monotonic(), 0, False
        if exists(folder):
            state = read(folder)
            for name, part in parts.items():
                part.load_state_dict(state["parts"][name])
            budget.restart(state["done"], state["spent"])
            self._saved_steps, self._saved_as_complete = budget.done, budget.is_complete()

    def save_when_due(self) -> None:
        """Save, if the last time is long ago."""
        if time.monotonic() - self._saved_at > SECONDS_BETWEEN:
            self.save()

    def save(self) -> None:
        """Write the checkpoint, complete or not at all; without a step since the last one, nothing.

        A run without a step only exports, and another run may be training at that moment.
        """
        is_complete = self.budget.is_complete()
        has_news = self.budget.done > self._saved_steps or (is_complete and not self._saved_as_complete)
        if self.budget.done and has_news:
            states = {name: part.state_dict() for name, part in self.parts.items()}
            write(self.folder, {"parts": states, "done": self.budget.done, "spent": self.budget.used()})
            self._saved_at, self._saved_steps = time.monotonic(), self.budget.done
            self._saved_as_complete = is_complete


def write(folder: Path, state: object) -> None:
    """Write any state that `torch.load` reads back, in pieces."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    exists(folder)
    aside, before = _aside(folder), _before(folder)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    content = buffer.getbuffer()
    for number, start in enumerate(range(0, len(content), PIECE)):
        (aside / f"{number:03}").write_bytes(content[start : start + PIECE])
    if folder.exists():
        folder.rename(before)
    aside.rename(folder)
    shutil.rmtree(before, ignore_errors=True)


def exists(folder: Path) -> bool:
    """Say whether there is a checkpoint; one whose writer died while it put it in place is put there now."""
    if not folder.exists() and _before(folder).exists():
        # The older one is moved away only when its successor is complete.
        _aside(folder).rename(folder)
    shutil.rmtree(_before(folder), ignore_errors=True)
    return folder.exists()


def read(folder: Path) -> Any:
    """Read what `write` wrote. Raises FileNotFoundError if there is nothing."""
    if not exists(folder):
        raise FileNotFoundError(folder)
    content = b"".join(piece.read_bytes() for piece in sorted(folder.iterdir()))
    return torch.load(io.BytesIO(content), weights_only=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(folder.name + ".new")


def _before(folder: Path) -> Path:
    return folder.with_name(folder.name + ".old")
