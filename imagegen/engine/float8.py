"""Linear layers that multiply in eight bits: almost twice as fast where the device can, and not lossless.

Weights are rounded once, with a scale for each output; activations are rounded as they come, with a scale for
each row (`torch._scaled_mm`, float8 e4m3). A device without such units computes with the same rounded numbers
in the usual way, so that the loss can be measured anywhere.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

_KIND = torch.float8_e4m3fn
_LARGEST = torch.finfo(_KIND).max
# The units multiply blocks of this many numbers.
_BLOCK = 16
# NVIDIA's Ada and Hopper are the first that can.
_LEAST_CAPABILITY = (8, 9)


class Float8Linear(nn.Module):
    """Takes the place of a linear layer."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.bias = linear.bias
        self.in_features, self.out_features = linear.in_features, linear.out_features
        weight, scale = quantise(linear.weight.detach())
        self.register_buffer("weight", weight, persistent=False)
        self.register_buffer("scale", scale, persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        """Multiply (..., in) to (..., out), in the type of what comes."""
        rows = values.reshape(-1, self.in_features)
        rounded, scale = quantise(rows)
        if has_units(values.device):
            # With a scale for each row the units write bfloat16 only, and read rows that lie in a row.
            bias = None if self.bias is None else self.bias.to(torch.bfloat16)
            result = torch._scaled_mm(  # noqa: SLF001 - the only way to these units that torch has
                rounded.contiguous(),
                self.weight.t(),
                scale_a=scale,
                scale_b=self.scale.t(),
                bias=bias,
                out_dtype=torch.bfloat16,
                use_fast_accum=True,
            ).to(values.dtype)
        else:
            weight = self.weight.to(values.dtype) * self.scale.to(values.dtype)
            exact = rounded.to(values.dtype) * scale.to(values.dtype)
            result = nn.functional.linear(exact, weight, self.bias)
        return result.unflatten(0, values.shape[:-1])


def quantise(values: Tensor) -> tuple[Tensor, Tensor]:
    """Round (rows, columns) to eight bits; returns also what each row is to be multiplied by, (rows, 1)."""
    exact = values.float()
    scale = (exact.abs().amax(dim=1, keepdim=True) / _LARGEST).clamp(min=1e-12)
    return (exact / scale).clamp(-_LARGEST, _LARGEST).to(_KIND), scale


def has_units(device: torch.device) -> bool:
    """Say whether the device multiplies eight-bit numbers itself."""
    return device.type == "cuda" and torch.cuda.get_device_capability(device) >= _LEAST_CAPABILITY


def replace_linears(module: nn.Module, is_wanted: Callable[[str], bool] = lambda _name: True) -> int:
    """Put Float8Linear in the place of the linear layers that fit; returns how many.

    is_wanted: takes a layer's name in the module.
    """
    found = list(_fitting(module))
    for name, linear in found:
        if is_wanted(name):
            parent, _, attribute = name.rpartition(".")
            setattr(module.get_submodule(parent), attribute, Float8Linear(linear))
    return sum(is_wanted(name) for name, _ in found)


def _fitting(module: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    for name, part in module.named_modules():
        if isinstance(part, nn.Linear) and part.in_features % _BLOCK == 0 and part.out_features % _BLOCK == 0:
            yield name, part
