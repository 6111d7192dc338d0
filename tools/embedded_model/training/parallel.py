"""Several processes that train one network: each takes a share of every batch, gradients are averaged.

One process with one thread for each core meets the others once a step. A single process with several threads
meets hundreds of times a step, which costs half of its speed as soon as something else uses the machine.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch import distributed, nn

# A process that has not come to the meeting by then, or not to the next step, has died.
PATIENCE = dt.timedelta(minutes=10)


class Group:
    """This process's view of the processes; alone, every call does nothing."""

    def __init__(self, rank: int = 0, size: int = 1, meeting: str = "") -> None:
        """Join the group that meets at the file `meeting`; waits for all others."""
        self.rank, self.size = rank, size
        if size > 1:
            distributed.init_process_group(
                "gloo", init_method=f"file://{meeting}", rank=rank, world_size=size, timeout=PATIENCE
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

    def shared(
        self, values: Sequence[torch.Tensor], work: Callable[[torch.Tensor], torch.Tensor]
    ) -> list[torch.Tensor]:
        """Return `work` of every tensor, of its shape; each process does a part of about equal size."""
        if self.size == 1:
            return [work(value) for value in values]
        loads = [0] * self.size
        results = []
        for index in sorted(range(len(values)), key=lambda index: -values[index].numel()):
            mine = loads.index(min(loads))
            loads[mine] += values[index].numel()
            result = work(values[index]) if mine == self.rank else torch.zeros_like(values[index])
            results.append((index, result))
        flat = torch.cat([result.reshape(-1) for _, result in sorted(results, key=lambda pair: pair[0])])
        distributed.all_reduce(flat)
        parts = flat.split([value.numel() for value in values])
        return [part.view_as(value) for part, value in zip(parts, values, strict=True)]

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
        threads = torch.get_num_threads()
        torch.set_num_threads(max(1, threads // self.size))
        with tempfile.TemporaryDirectory(prefix="training-") as folder:
            meeting = self.meeting or str(Path(folder) / "meeting")
            if self.rank == 0 and self.size > 1:
                command = [sys.executable, str(self.script), *self.arguments, "--meeting", meeting]
                started = [subprocess.Popen([*command, "--rank", str(rank)]) for rank in range(1, self.size)]
            group = Group(self.rank, self.size, meeting)
            try:
                yield group
            finally:
                group.leave()
                torch.set_num_threads(threads)
            failed = [helper.args for helper in started if helper.wait()]
            if failed:
                raise RuntimeError(f"a helping process failed: {failed}")
