"""The identity condition while it is trained: an IP-Adapter (arXiv 2308.06721) inside the denoiser.

diffusers can use such an adapter, but not train one together with its denoiser: every row of a training batch
has a scale of its own here, 0 for rows that know only text.
"""

from __future__ import annotations

import copy
from pathlib import Path

import safetensors.torch
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import Attention, AttnProcessor2_0
from diffusers.models.embeddings import ImageProjection
from torch import nn
from torch.nn import functional

PROJECTION = "identity_projection"


class IdentityAttention(nn.Module):
    """Cross-attention to text plus, scaled per row, to the tokens of a face.

    Computes what diffusers' IPAdapterAttnProcessor2_0 computes for one adapter.
    """

    def __init__(self, hidden: int, width: int) -> None:
        super().__init__()
        self.to_k_ip = nn.Linear(width, hidden, bias=False)
        self.to_v_ip = nn.Linear(width, hidden, bias=False)
        # Starts as if it were not there.
        nn.init.zeros_(self.to_v_ip.weight)
        # Both are set before each call: (B, tokens, width) and (B, 1, 1).
        self.tokens: torch.Tensor | None = None
        self.scale: torch.Tensor | None = None

    def forward(
        self,
        attention: Attention,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        **_: object,
    ) -> torch.Tensor:
        """Attend from (B, N, hidden) to text states (B, T, width)."""
        query = _heads(attention, attention.to_q(hidden_states))
        result = functional.scaled_dot_product_attention(
            query,
            _heads(attention, attention.to_k(encoder_hidden_states)),
            _heads(attention, attention.to_v(encoder_hidden_states)),
        )
        result = _joined(result)
        if self.tokens is not None and self.scale is not None:
            face = functional.scaled_dot_product_attention(
                query,
                _heads(attention, self.to_k_ip(self.tokens)),
                _heads(attention, self.to_v_ip(self.tokens)),
            )
            result = result + self.scale * _joined(face)
        output: torch.Tensor = attention.to_out[1](attention.to_out[0](result))
        return output / attention.rescale_output_factor


def _heads(attention: Attention, values: torch.Tensor) -> torch.Tensor:
    rows, _, width = values.shape
    return values.view(rows, -1, attention.heads, width // attention.heads).transpose(1, 2)


def _joined(values: torch.Tensor) -> torch.Tensor:
    return values.transpose(1, 2).flatten(2)


def add_adapter(unet: UNet2DConditionModel, image_width: int, image_tokens: int) -> None:
    """Put an untrained adapter into a denoiser; its parameters become the denoiser's own."""
    width = unet.config.cross_attention_dim
    processors = {}
    for name, old in unet.attn_processors.items():
        if name.endswith("attn1.processor"):
            processors[name] = old
        else:
            hidden = unet.get_submodule(name.removesuffix(".processor")).to_q.out_features
            processors[name] = IdentityAttention(hidden, width)
    unet.set_attn_processor(processors)
    unet.add_module(PROJECTION, ImageProjection(image_width, width, image_tokens))


def show(unet: UNet2DConditionModel, images: torch.Tensor, scales: torch.Tensor) -> None:
    """Set what the next call sees: image embeddings (B, image width), and a scale for each row (B,)."""
    tokens = unet.get_submodule(PROJECTION)(images)
    for processor in unet.attn_processors.values():
        if isinstance(processor, IdentityAttention):
            processor.tokens, processor.scale = tokens, scales.to(tokens.dtype)[:, None, None]


def without_adapter(unet: UNet2DConditionModel) -> tuple[UNet2DConditionModel, dict[str, torch.Tensor]]:
    """Split a trained denoiser into a plain one and the adapter's weights, named as diffusers reads them."""
    for processor in unet.attn_processors.values():
        if isinstance(processor, IdentityAttention):
            # What the last call saw belongs to its graph, which cannot be copied.
            processor.tokens = processor.scale = None
    plain = copy.deepcopy(unet)
    weights = {
        f"image_proj.{name.replace('image_embeds', 'proj')}": value
        for name, value in plain.get_submodule(PROJECTION).state_dict().items()
    }
    # Attention layers are numbered in order, self-attention included.
    for number, processor in enumerate(plain.attn_processors.values()):
        if isinstance(processor, IdentityAttention):
            for name in ("to_k_ip", "to_v_ip"):
                weights[f"ip_adapter.{number}.{name}.weight"] = getattr(processor, name).weight.detach()
    delattr(plain, PROJECTION)
    plain.set_attn_processor(AttnProcessor2_0())
    return plain, weights


def adopt_adapter(unet: UNet2DConditionModel, path: Path) -> None:
    """Take the adapter of a former version from the file it was shipped in; without a file, do nothing."""
    if not path.exists():
        return
    values = safetensors.torch.load_file(path)
    with torch.no_grad():
        for name, value in unet.get_submodule(PROJECTION).state_dict().items():
            value.copy_(values[f"image_proj.{name.replace('image_embeds', 'proj')}"])
        for number, processor in enumerate(unet.attn_processors.values()):
            if isinstance(processor, IdentityAttention):
                for name in ("to_k_ip", "to_v_ip"):
                    getattr(processor, name).weight.copy_(values[f"ip_adapter.{number}.{name}.weight"])
