"""Model folders for tests: the weights that we ship, alone or with an untrained adapter and classifier."""

import json
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from imagegen.engine.likeness import AttributeClassifier
from imagegen.engine.portraits import Widths
from tests.engine.tiny_models import EMBEDDED

_PARTS = ("unet", "vae", "text_encoder_2", "tokenizer_2", "scheduler", "model_index.json")
_EMBEDDING, _TOKENS = 16, 4
FIELDS = {"skin": ["pale", "dark"], "hair": ["black", "red", "blonde"], "expression": ["neutral", "sad"]}


def make_plain(folder: Path, **settings: object) -> Path:
    """Link the shipped weights without what may stand beside them; `settings` go into storychat.json."""
    folder.mkdir()
    for part in _PARTS:
        (folder / part).symlink_to(EMBEDDED / part)
    values = {"name": "linked", "width": 256, "height": 256, **settings}
    (folder / "storychat.json").write_text(json.dumps(values))
    return folder


def add_adapter(folder: Path) -> None:
    """Put an adapter of noise beside the weights: no face is kept, but every face makes a difference."""
    torch.manual_seed(7)
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", local_files_only=True)
    width = unet.config.cross_attention_dim
    weights = {
        "image_proj.proj.weight": torch.randn(_TOKENS * width, _EMBEDDING),
        "image_proj.proj.bias": torch.zeros(_TOKENS * width),
        "image_proj.norm.weight": torch.ones(width),
        "image_proj.norm.bias": torch.randn(width),
    }
    for number, name in enumerate(unet.attn_processors):
        if ".attn2." not in name:
            continue
        hidden = unet.get_submodule(name.removesuffix(".processor")).to_q.out_features
        for part in ("to_k_ip", "to_v_ip"):
            weights[f"ip_adapter.{number}.{part}.weight"] = torch.randn(hidden, width)
    encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=16,
            intermediate_size=32,
            projection_dim=_EMBEDDING,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=32,
            patch_size=8,
        )
    )
    encoder.save_pretrained(folder / "ip_adapter" / "image_encoder")
    save_file(weights, folder / "ip_adapter" / "ip_adapter.safetensors")


def make_classifier() -> AttributeClassifier:
    """Return a classifier that knows nothing, but tells pictures apart."""
    torch.manual_seed(11)
    classifier = AttributeClassifier(FIELDS, ["skin", "hair"], Widths(face=(4, 8, 8, 8), whole=(4, 8, 8)))
    torch.nn.init.normal_(classifier.head.weight)
    return classifier.eval()


def add_classifier(folder: Path) -> None:
    """Put a classifier beside the weights."""
    make_classifier().save(folder / "attribute_classifier")
