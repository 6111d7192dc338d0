"""Several processes that train one network: each takes a share of every batch, gradients are averaged.

One process with one thread for each core meets the others once a step. A single process with several threads
meets hundreds of times a step, which costs half of its speed as soon as something else uses the machine.
"""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import distributed, nn


class Group:
    """This process's view of the processes; alone, every call does nothing."""

    def __init__(self, rank: int = 0, size: int = 1, meeting: str = "") -> None:
        """Join the group that meets at the file `meeting`; waits for all others."""
        self.rank, self.size = rank, size
        if size > 1:
            distributed.init_process_group(
                "gloo", init_method=f"file://{meeting}", rank=rank, world_size=size
            )

    @property
    def leads(self) -> bool:
        """Say whether this is the process that decides, logs and saves."""
        return self.rank == 0

    def agree(self, value: float) -> float:
        """Return the leader's value."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        distributed.broadcast(shared, src=0)
        return shared.item()

    def average_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Replace all gradients by their mean over the processes."""
        if self.size == 1:
            return
        gradients = [part.grad for part in parameters if part.grad is not None]
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        distributed.all_reduce(flat)
        flat /= self.size
        for gradient, mean in zip(
            gradients, flat.split([gradient.numel() for gradient in gradients]), strict=True
        ):
            gradient.copy_(mean.view_as(gradient))

    def leave(self) -> None:
        """Leave the group."""
        if self.size > 1:
            distributed.destroy_process_group()


@dataclasses.dataclass(frozen=True)
class Helpers:
    """How this process gets into a group: the leader starts the others with its own command line."""

    size: int = 1
    script: Path = Path()
    arguments: Sequence[str] = ()
    rank: int = 0
    meeting: str = ""

    @contextlib.contextmanager
    def joined(self) -> Iterator[Group]:
        """Form the group, with the cores shared out; the leader waits for all to end."""
        started: list[subprocess.Popen[bytes]] = []
        meeting, threads = self.meeting, torch.get_num_threads()
        if self.rank == 0 and self.size > 1:
            meeting = str(Path(tempfile.mkdtemp(prefix="training-")) / "meeting")
            command = [sys.executable, str(self.script), *self.arguments, "--meeting", meeting]
            started = [subprocess.Popen([*command, "--rank", str(rank)]) for rank in range(1, self.size)]
        torch.set_num_threads(max(1, threads // self.size))
        group = Group(self.rank, self.size, meeting)
        try:
            yield group
        finally:
            group.leave()
            torch.set_num_threads(threads)
            for helper in started:
                helper.wait()
