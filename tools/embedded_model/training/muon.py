"""Muon, for the matrices of the denoiser: steps of equal size in every direction of a weight matrix.

Keller Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); the step is scaled to
AdamW's size as in arXiv 2502.16982. torch has an optimiser of this name for matrices only; here kernels of
convolutions count as matrices of one row for each output channel, and processes share the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import nn

from tools.embedded_model.training import precision
from tools.embedded_model.training.parallel import Group

# Coefficients of the Newton-Schulz iteration, by the same authors.
_A, _B, _C = 3.4445, -4.7750, 2.0315
_ITERATIONS = 5
_MOMENTUM = 0.95
# AdamW's steps have about this root mean square.
_STEP_SIZE = 0.2


def orthogonalised(matrix: torch.Tensor) -> torch.Tensor:
    """Return the nearest matrix whose singular values are all about 1, same shape."""
    values = matrix.to(precision.cheapest())
    if len(values) > values.shape[1]:
        values = values.T
    values = values / (values.norm() + 1e-7)
    for _ in range(_ITERATIONS):
        gram = values @ values.T
        values = _A * values + (_B * gram + _C * gram @ gram) @ values
    if len(matrix) > matrix.shape[1]:
        values = values.T
    return values.float()


class Muon(torch.optim.Optimizer):
    """Optimiser over parameters of two or more dimensions."""

    def __init__(self, parameters: Iterable[nn.Parameter], rate: float, weight_decay: float = 0.01) -> None:
        super().__init__(parameters, {"lr": rate, "weight_decay": weight_decay})
        # Set by the trainer, where several processes train.
        self.group = Group()

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Do one step; every process works out its share of the matrices and tells the others."""
        if closure is not None:
            raise ValueError("Muon evaluates no closure")
        for group in self.param_groups:
            parameters: list[nn.Parameter] = group["params"]
            updates = self.group.shared([self._update(parameter) for parameter in parameters], _direction)
            for parameter, update in zip(parameters, updates, strict=True):
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update.view_as(parameter), alpha=-group["lr"])

    def _update(self, parameter: nn.Parameter) -> torch.Tensor:
        if parameter.grad is None:
            return torch.zeros_like(parameter)
        momentum = self.state[parameter].setdefault("momentum", torch.zeros_like(parameter))
        momentum.lerp_(parameter.grad, 1 - _MOMENTUM)
        return parameter.grad.lerp(momentum, _MOMENTUM)


def _direction(update: torch.Tensor) -> torch.Tensor:
    matrix = update.flatten(1)
    step = orthogonalised(matrix) * (_STEP_SIZE * max(matrix.shape) ** 0.5)
    return step.view_as(update)
