"""Write MODEL_CARD.md of a model folder from what training and evaluation measured.

`python tools/embedded_model/card.py var/embedded_model/evaluation.json`
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.embedded_model.describe import RECORD

DEFAULT = Path(__file__).resolve().parents[2] / "imagegen/models/embedded"
FIELDS = {
    "background": "background",
    "skin": "skin",
    "clothes_colour": "clothes colour",
    "hair_colour": "hair colour",
}
SETS = {
    "drawings": "control: real drawings",
    "text_to_image_canonical": "text to image, canonical description",
    "text_to_image_free": "text to image, sentence patterns never trained",
    "image_to_image": "image to image",
}

TEMPLATE = """# storychat-embedded

A small text-to-image and image-to-image model that comes with StoryChat, so that pictures work on any
machine without a download and without a graphics card. It draws one thing: a portrait of a clothed adult in
a soft, painted style, 256 x 256 pixels. It is a `StableDiffusionXLPipeline` (diffusers), so the same code
drives it and a full-size model.

| part | class | parameters |
|---|---|---|
{parts}

Weights are half precision safetensors, {megabytes:.1f} MB together; compute in float32 on a CPU. Defaults
are in `storychat.json`: {steps} steps, guidance {guidance}, image-to-image strength {strength}.

## Data

Only drawings that `tools/embedded_model/drawer.py` makes from random attribute records, and captions that
`captions.py` writes for them. No photograph, no picture of a real person, no picture or text from the
internet, no other model's weights or outputs. The vocabulary has adults only, and every garment of the drawer
reaches the neck: the model has never seen anything else, which is why the product treats it as safe by
construction.

## Training

{rounds}

All on two CPU cores, in single precision where the processor has no bfloat16 units. Stages are bounded by
time, so a repetition gives a similar model, not the same bytes.

## Measured

`python tools/embedded_model/evaluate.py --samples {samples}`: the share of pictures whose colour, read back
from the pixels, is the one asked for, with 95 % Wilson intervals. All combinations of hair, clothes and
background colour in it were kept from training. Image to image changes expression and clothes, sends the
whole new description, and every other attribute has to stay; "clothes colour" is the new one. Bald heads do
not count for hair. Colours do not say whether a face is well drawn.

| set | background | skin | clothes colour | hair colour |
|---|---|---|---|---|
{agreement}

{verdict}

{remark}

| measurement ({threads} threads, {dtype}) | seconds |
|---|---|
| import torch and diffusers | {import_seconds} |
| load the folder | {load_seconds} |
| one picture from text, warm, median | {text_to_image_seconds} |
| one changed picture, warm, median | {image_to_image_seconds} |

Mean reconstruction of held-out drawings by the autoencoder: {psnr} dB PSNR.

## Limits

- One person, one style, one size; props, poses, hands and places outside the vocabulary do not appear.
- Faces are drawn loosely: eyes are now and then uneven, a third of the glasses and moustaches are smudged,
  and expressions differ little. Colours, hair styles, clothes, beards and scenes are right almost always.
- Free sentences are read less reliably than canonical descriptions (see the table): put a person's
  appearance together from the vocabulary, in the order of `captions.full_caption`.
- English only. Unknown words are accepted, but may shift a colour.
- Prompts beyond 64 tokens are cut at the end.
- Image to image keeps a person only if the person's whole description is sent again.
- Lines are softer than in the drawings: latents hold 4 numbers for 64 pixels.

## Licence

Weights, drawings and code are StoryChat's own work and under the licence of this repository. There is no
third-party data or weight in them. The network layouts are those of diffusers and transformers (Apache 2.0);
the autoencoder follows the layout of TAESD (MIT), trained from nothing.
"""


def share_cell(measured: dict[str, Any]) -> str:
    """Format one share with its interval."""
    low, high = measured["ci95"]
    return f"{measured['share']:.1%} ({low:.1%} to {high:.1%}, n={measured['pictures']})"


def agreement_rows(evaluation: dict[str, Any]) -> str:
    """Format the table of agreement."""
    return "\n".join(
        f"| {title} | " + " | ".join(share_cell(evaluation[name][field]) for field in FIELDS) + " |"
        for name, title in SETS.items()
    )


def verdict(evaluation: dict[str, Any], aim: float = 0.9) -> str:
    """Say which measured shares are below the aim."""
    missed = [
        f"{title}: {word} ({evaluation[name][field]['share']:.1%})"
        for name, title in SETS.items()
        for field, word in FIELDS.items()
        if evaluation[name][field]["share"] < aim
    ]
    if not missed:
        return f"Every share reaches the aim of {aim:.0%}."
    return f"The aim is {aim:.0%} everywhere. It is missed by:\n\n" + "\n".join(
        f"- {line}" for line in missed
    )


def round_rows(rounds: list[dict[str, Any]]) -> str:
    """Tell each round of training: its command and what it did."""
    told = []
    for number, one in enumerate(rounds, 1):
        vae = (
            f"{one['vae_steps']} steps of the autoencoder ({one['vae_minutes']:g} min)"
            if one["vae_steps"]
            else "the autoencoder as it was"
        )
        work = (
            f"{one['pictures']} portraits; {vae}, {one['text_minutes']:g} min of the text encoder, "
            f"{one['unet_steps']} steps of {one['batch']} portraits for the denoiser "
            f"({one['unet_minutes']} min), seed {one['seed']}."
        )
        command = f"    python tools/embedded_model/train.py {one['command']}"
        told.append(f"Round {number}:\n\n{command}\n\n{textwrap.fill(work, 108)}")
    return "\n\n".join(told)


def part_rows(folder: Path) -> str:
    """List the networks of a folder with their number of parameters."""
    from safetensors import safe_open  # noqa: PLC0415 - only this table needs it

    rows = []
    for path in sorted(folder.rglob("*.safetensors")):
        with safe_open(path, framework="np") as file:
            shapes = [file.get_slice(key).get_shape() for key in file.keys()]  # noqa: SIM118 - not a dict
        count = 0
        for shape in shapes:
            size = 1
            for length in shape:
                size *= length
            count += size
        part = path.parent.name
        kind = json.loads((folder / "model_index.json").read_text())[part][1]
        rows.append(f"| {part} | {kind} | {count / 1e6:.2f} M |")
    return "\n".join(rows)


def write_card(folder: Path, evaluation: dict[str, Any], remark: str = "") -> None:
    """Write the card into the folder."""
    record = json.loads((folder / RECORD).read_text())
    weights = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    card = TEMPLATE.format(
        **evaluation,
        psnr=record["psnr"],
        rounds=round_rows(record["rounds"]),
        remark=textwrap.fill(remark, 108),
        parts=part_rows(folder),
        megabytes=weights / 1e6,
        agreement=agreement_rows(evaluation),
        verdict=verdict(evaluation),
    )
    (folder / "MODEL_CARD.md").write_text(card)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evaluation", type=Path, help="what evaluate.py printed")
    parser.add_argument("--remark", default="", help="a paragraph behind the measured shares")
    parser.add_argument("--folder", type=Path, default=DEFAULT)
    options = parser.parse_args()
    write_card(
        options.folder,
        json.loads(options.evaluation.read_text()),
        options.remark,
    )


if __name__ == "__main__":
    main()
