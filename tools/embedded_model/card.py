"""Write MODEL_CARD.md of a model folder from what training and evaluation measured.

`python tools/embedded_model/card.py var/embedded_model/evaluation.json`
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import textwrap
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from safetensors import safe_open

from imagegen.engine.description import ADAPTER_FOLDER, CLASSIFIER_FOLDER, FACE_ENCODER_FOLDER
from tools.embedded_model.describe import RECORD
from tools.embedded_model.fingerprint import DEFAULT, fingerprint

# Where `curves.py` writes; the card speaks of it only if it is there.
CURVES = "docs/images/model-training.png"
ROOT = Path(__file__).resolve().parents[2]
WIDTH = 108
# Keys of older rounds, which told fewer stages.
STAGES = {
    "vae": "autoencoder",
    "text": "text encoder",
    "face": "face encoder",
    "classifier": "attribute classifier",
    "reader": "latent reader",
    "unet": "denoiser",
}
WAYS = {
    "identity_condition": "identity condition",
    "identity_condition_change_only": "identity condition, the text names only the change",
    "plain": "plain image to image",
}
TIMES = {
    "import_seconds": "import torch and diffusers",
    "load_seconds": "load the folder",
    "text_to_image_seconds": "one picture from text, warm, median",
    "image_to_image_seconds": "one changed picture, warm, median",
    "identity_seconds": "one changed picture with the identity condition, warm, median",
}

TEMPLATE = """# storychat-embedded

A small text-to-image and image-to-image model that comes with StoryChat, so that pictures work on any
machine without a download and without a graphics card. It draws one thing: a portrait of a clothed adult in
a soft, painted style, 256 x 256 pixels. It is a `StableDiffusionXLPipeline` (diffusers) with an IP-Adapter
(arXiv 2308.06721) as its identity condition: shown a picture of a person, it draws that person again. The
same code drives it and a full-size model. [48 pictures from text](../../../docs/images/model-samples.png),
[12 people, each at six other moments](../../../docs/images/model-identities.png).

| part | class | parameters |
|---|---|---|
{parts}

Weights are half precision safetensors, {megabytes:.1f} MB together. Defaults are in `storychat.json`:
version {version}, {steps} steps ({fast_steps} in the fast mode), guidance {guidance}, image-to-image strength
{strength}, scale of the identity condition {identity_scale}; the last two were chosen by the classifier's
readings of held-out people whom the evaluation below does not use. SHA-256 of all in the folder but prose
(`tools/embedded_model/fingerprint.py`):

    {fingerprint}

## Data

Only drawings that `tools/embedded_model/drawing/drawer.py` makes from random attribute records, and captions
that `tools/embedded_model/captioning/captions.py` writes for them. No photograph, no picture of a real
person, no picture or text from the internet, no other model's weights or outputs. The vocabulary has adults
only, and every garment of the drawer reaches the neck: the model has never seen anything else, which is why
the product treats it as safe by construction.

A record has {fields} attributes with {words} words together:

{vocabulary}

## Training

{rounds}

Each stage starts from nothing in the first round and from the folder before it in later ones, as far as the
weights fit. Stages are bounded by time, so a repetition gives a similar model, not the same bytes. The latent
reader is no part of the folder: it says which attributes it misses in the denoiser's guesses, a second loss
beside the mean square error. The classifier that measures had no part in any loss.{curves}

## Measured

`python tools/embedded_model/evaluate.py`. All combinations of hair style, hair colour, clothes colour and
background in it were kept from training since round 3; rounds 1 and 2, of other drawings, kept others. An
attribute counts for a picture if the text names it and the
picture can show it: sunglasses hide eyes, a beard hides lips. The folder's own attribute classifier reads the
pictures. Intervals are 95 % Wilson; over several attributes they take into account that attributes of one
picture fail together.

{verdict}

### The reader and the ceiling

What the classifier reads from {drawings} drawings that no stage has seen, and from the same drawings after
the autoencoder has encoded and decoded them ({psnr} dB PSNR): no picture of this model can be read better
than these.

| attribute | drawings | after the autoencoder |
|---|---|---|
{ceiling}

### Text to image

{samples} prompts, half of them canonical descriptions, half free sentences of patterns that training never
used.

| attribute | canonical | free | both |
|---|---|---|---|
{texts}

Canonical descriptions leave out what is absent or usual (no glasses, a front view, soft light); the pictures
leave it out, too, in {left_out}.
{colours}

Most frequent mistakes (asked for as read, how often):

{confusions}
{changes}{former}
### Hostile prompts

{safety}

### Speed and memory

| measurement ({processor}, {threads} threads, {dtype}, {timed_steps} steps) | |
|---|---|
{times}
{few_steps}
{remark}## Limits

- Each framing has one place and size of the face, each scene a few arrangements, and people of one
  description come in eight builds.
- What no table counts: eyes of different colours now and then, most often for grey; pale skin that takes the
  tint of cool light; goatees that look like a patch of cloth; a second ponytail; a lilac or pink shade on
  white hair. The more of a picture changes at once, the more of the face changes with it.
- Heads and eyes are large, as in cartoons, so how old somebody looks is less certain than the words say.
- One person, one style, one size; props, poses, hands and places outside the vocabulary do not appear.
- The classifier that measures was trained on the same drawings as the model. It says whether a picture shows
  an attribute the way the drawer draws it, not whether people like the picture.
- The identity condition keeps what the vocabulary calls a person ({identity} attributes); two people who are
  alike in all of them look alike.
- Free sentences are read less reliably than canonical descriptions (see the table): put a person's
  appearance together from the vocabulary, in the order of `full_caption` in
  `tools/embedded_model/captioning/captions.py`.
- English only. Unknown words are accepted, but may shift a colour.
- Prompts beyond {tokens} tokens are cut at the end.
- Lines are softer than in the drawings: latents hold {channels} numbers for 64 pixels.

## Licence

Weights, drawings and code are StoryChat's own work and under the licence of this repository. There is no
third-party data or weight in them. The network layouts are those of diffusers and transformers (Apache 2.0);
the autoencoder follows the layout of TAESD (MIT), trained from nothing.
"""


CHANGES = """
{pairs} people, each drawn from the canonical description and then asked for at another moment: other
expression, clothes, headwear, background, framing, turn and light, as far as they differ. Half of the texts
are canonical; half are the stored appearance with a free wish behind it, as the product puts them together,
in patterns that training never used. Kept: what belongs to the person and both
pictures can show reads as the record says. Followed: what the text names and is to be new reads as asked.
Likeness is the classifier's, 0 to 1. A full description keeps the person by itself: with it, the identity
condition changes little that these attributes can tell. Where the text names only the change, nothing but
the condition keeps anybody.
""".strip()
FORMER = """
Version {version} knew {words} words. {asked} Only what it has words for counts, for both versions. Its
pictures are read by this version's classifier, which learned this version's drawings. It cannot read the
small features of the older ones: where a row is near chance, as for eyes and expression, it compares nothing.
""".strip()
OWN_WORDS = """
It reads shorter texts than this version, so each portrait is described to it in its own canonical form, by
the fields and words that it knows, where this version gets its own texts, half of them free.
""".strip()
SAME_TEXTS = "It gets the same texts."
SAFETY = """
Prompts ask for a child, or for a person without clothes, by one word alone or in a description; their twins
say woman, man or person in its place and get the same noise. Neither names clothes. The words that the
classifier reads cannot leave the vocabulary, so what counts is how sure it is of age and garment, how far its
features are from the nearest drawings (of the farthest tenth; 1 is that of drawings themselves), and in how
many pairs only this picture has a chest in the colour of the face. The product refuses such prompts before
any model sees them.
""".strip()
FEW_STEPS = """
The fast mode, {steps} steps with guidance {guidance}, takes {text_to_image_seconds} s for a picture from text
and {image_to_image_seconds} s for a changed one, and shows {share} of what the same texts name.{changes}
""".strip()


def title(field: str) -> str:
    """Return a field's name as words."""
    return field.replace("_", " ")


def percent(value: float | None) -> str:
    """Format a share; nothing was counted where there is none."""
    return "-" if value is None else f"{value:.1%}"


def share_cell(measured: dict[str, Any] | None) -> str:
    """Format one share with its interval."""
    if not measured or measured["share"] is None:
        return "-"
    low, high = measured["ci95"]
    return f"{measured['share']:.1%} ({low:.1%} to {high:.1%}, n={measured['n']})"


def table(columns: list[dict[str, Any]]) -> str:
    """Format summaries side by side: a row for all attributes, and one for each."""
    fields = list(dict.fromkeys(field for column in columns for field in column["fields"]))
    rows = [("**all**", [share_cell(column["overall"]) for column in columns])]
    rows.append(("mean of attributes", [percent(column["mean_of_fields"]) for column in columns]))
    rows += [
        (title(field), [share_cell(column["fields"].get(field)) for column in columns]) for field in fields
    ]
    return "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)


def verdict_table(lines: list[dict[str, Any]]) -> str:
    """Format what was demanded, and what of it is met."""

    def limit(value: float | None, met: bool | None, sign: str) -> str:
        if value is None:
            return "-"
        if isinstance(value, bool):
            return "met" if met else "missed"
        return (
            f"{sign} {number(value, sign)}: {'met' if met else 'not measured' if met is None else 'missed'}"
        )

    def number(value: float | None, sign: str) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f"{value:g} s" if sign == "<=" and value is not None else percent(value)

    rows = ["| demand | measured | floor | goal |", "|---|---|---|---|"]
    for line in lines:
        sign = "<=" if line["at_most"] else ">="
        rows.append(
            f"| {line['what']} | {number(line['measured'], sign)} "
            f"| {limit(line['floor'], line['floor_met'], sign)} "
            f"| {limit(line['goal'], line['goal_met'], sign)} |"
        )
    return "\n".join(rows)


def changes_section(pairs: int, sets: dict[str, Any] | None) -> str:
    """Tell how changed pictures keep the person and follow the change."""
    if not sets:
        return ""
    rows = [
        (WAYS[way], strength, measured)
        for way in WAYS
        for strength, measured in sets.get(way, {}).items()
    ]  # fmt: skip
    rows.append(("caption alone", "-", sets["caption_alone"]))
    if "change_alone" in sets:
        rows.append(("the text names only the change, alone", "-", sets["change_alone"]))
    lines = [
        "\n### Changed pictures\n",
        textwrap.fill(CHANGES.format(pairs=pairs), WIDTH),
        "",
        "| way | strength | kept | reads as in first picture | followed | likeness |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {way} | {strength} | {share_cell(one['kept']['overall'])} "
        f"| {percent(one['reads_as_in_first_picture']['share'])} "
        f"| {share_cell(one['followed']['overall'])} | {one['likeness']:.3f} |"
        for way, strength, one in rows
    ]
    for field in ("framing", "turn"):
        name = f"{field}_changed"
        lines += [
            f"\nOnly pairs with another {field} (n={sets['caption_alone'][name]['pairs']}):\n",
            f"| way | strength | kept | followed | {field} as asked |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {way} | {strength} | {percent(one[name]['kept']['share'])} "
            f"| {percent(one[name]['followed']['share'])} | {share_cell(one[name][field])} |"
            for way, strength, one in rows
        ]
    return "\n".join(lines) + "\n"


def former_section(former: dict[str, Any] | None) -> str:
    """Set an older version beside this one, on what the older one has words for."""
    if not former:
        return ""
    told = textwrap.fill(
        FORMER.format(**former, asked=OWN_WORDS if former["own_words"] else SAME_TEXTS), WIDTH
    )
    columns = table([former["text_to_image"], former["text_to_image_now"]])
    lines = [
        "\n### Beside an older version\n",
        told,
        f"\n| attribute, text to image | version {former['version']} | this version |\n|---|---|---|",
        columns,
    ]
    if "image_to_image" in former:
        lines.append(
            f"\n| way to change a picture, strength {former['strength']} | kept | followed | likeness |\n"
            "|---|---|---|---|"
        )
        lines += [
            f"| {name.replace('_', ' ')} | {share_cell(one['kept'])} | {share_cell(one['followed'])} "
            f"| {one['likeness']:.3f} |"
            for name, one in former["image_to_image"].items()
        ]
    return "\n".join(lines) + "\n"


def colour_sentence(misplaced: dict[str, int]) -> str:
    """Tell how many wrong colours belong to something else in the text."""
    if not misplaced["wrong"]:
        return "No colour is wrong."
    return (
        f"Of {misplaced['wrong']} wrong colours, {misplaced['asked_for_elsewhere']} were asked for on "
        "something else in the same text."
    )


def time_rows(speed: dict[str, Any]) -> str:
    """Format times and memory."""
    rows = [f"| {name} | {speed[key]} s |" for key, name in TIMES.items() if key in speed]
    rows.append(
        f"| memory of a process that has loaded and drawn, at most | {speed['memory_megabytes']} MB |"
    )
    return "\n".join(rows)


def safety_section(safety: dict[str, Any]) -> str:
    """Set pictures of hostile prompts beside those of harmless ones."""
    rows = [
        f"| {kind}, {name} | {one['prompts']} | {one[name]['age']:.3f} | {one[name]['garment']:.3f} "
        f"| {one[name]['distance']:.2f} | {one[name]['bare']} |"
        for kind, one in safety.items()
        for name in ("hostile", "harmless")
    ]
    head = "| prompts | | sure of age | sure of garment | distance | bare |\n|---|---|---|---|---|---|"
    return "\n".join([textwrap.fill(SAFETY, WIDTH), "", head, *rows])


def few_steps_section(few: dict[str, Any] | None) -> str:
    """Tell what the fast mode takes and costs."""
    if not few:
        return ""
    changes = ""
    if "changes" in few:
        kept, followed = (share_cell(few["changes"][name]["overall"]) for name in ("kept", "followed"))
        changes = f" Changed pictures with the identity condition keep {kept} and follow {followed}."
    share = share_cell(few["text_to_image"]["overall"])
    told = FEW_STEPS.format(**few["speed"], share=share, changes=changes)
    return f"\n{textwrap.fill(told, WIDTH)}\n"


def round_rows(rounds: list[dict[str, Any]]) -> str:
    """Tell each round of training and what it did; rounds of older versions told less."""
    told, known = [], {"vae", "text", "unet"}
    for number, one in enumerate(rounds, 1):
        known |= {stage for stage, steps in one.get("steps", {}).items() if steps}
        command = f"    python tools/embedded_model/train.py {one['command']}\n\n" if "command" in one else ""
        told.append(f"Round {number}:\n\n{command}{textwrap.fill(_round(one, known), WIDTH)}")
    return "\n\n".join(told)


def _round(one: dict[str, Any], known: set[str]) -> str:
    """Tell one round; known: the stages that some round has had until then."""
    steps = one.get("steps") or {stage: one.get(f"{stage}_steps") for stage in ("vae", "text", "unet")}
    minutes = one.get("minutes") or {stage: one.get(f"{stage}_minutes") for stage in ("vae", "text", "unet")}
    work = []
    for stage, name in STAGES.items():
        if stage not in minutes or stage not in known:
            continue
        spent = f"{minutes[stage]:g} min"
        if steps[stage] == 0 and stage == "text" and steps["unet"]:
            work.append("the text encoder in no stage of its own (that of the denoiser goes on with it)")
        elif steps[stage] == 0:
            work.append(f"the {name} as it was")
        elif steps[stage] is None:
            work.append(f"{spent} of the {name}")
        else:
            work.append(f"{steps[stage]} steps of the {name} ({spent})")
    rate = f", learning rate up to {one['rate']:g}" if "rate" in one else ""
    processes = f" in {one['processes']} processes" if one.get("processes", 1) > 1 else ""
    start = ", starting with the weights before" if one.get("started_from_former") else ""
    return (
        f"{one['pictures']} portraits{start}; {', '.join(work)}; {one['batch']} portraits a step for the "
        f"denoiser{processes}{rate}; seed {one['seed']}."
    )


def part_rows(folder: Path) -> str:
    """List the networks of a folder with their number of parameters."""
    kinds = json.loads((folder / "model_index.json").read_text())
    rows = []
    for path in sorted(folder.rglob("*.safetensors")):
        with safe_open(path, framework="np") as file:
            shapes = [file.get_slice(key).get_shape() for key in file.keys()]  # noqa: SIM118 - not a dict
        part = path.parent.relative_to(folder).as_posix()
        kind = {
            ADAPTER_FOLDER: "IP-Adapter",
            f"{ADAPTER_FOLDER}/{FACE_ENCODER_FOLDER}": "FaceEncoder",
            CLASSIFIER_FOLDER: "AttributeClassifier (imagegen/engine/likeness.py)",
        }.get(part) or kinds[part][1]
        rows.append(f"| {part} | {kind} | {sum(map(math.prod, shapes)) / 1e6:.2f} M |")
    return "\n".join(rows)


def vocabulary_rows(vocabulary: dict[str, list[str]]) -> str:
    """List each attribute with its words."""
    return "\n".join(f"- {title(field)}: {', '.join(words)}" for field, words in vocabulary.items())


def write_card(folder: Path, evaluation: dict[str, Any], remark: str = "") -> None:
    """Write the card into the folder."""
    settings = json.loads((folder / "storychat.json").read_text())
    read = evaluation["classifier"]
    texts = evaluation["text_to_image"]
    speed = evaluation["speed"]
    tokenizer = json.loads((folder / "tokenizer_2/tokenizer_config.json").read_text())
    classifier = json.loads((folder / CLASSIFIER_FOLDER / "config.json").read_text())
    card = TEMPLATE.format(
        parts=part_rows(folder),
        megabytes=sum(path.stat().st_size for path in folder.rglob("*.safetensors")) / 1e6,
        version=settings["version"],
        steps=settings["steps"],
        guidance=settings["guidance"],
        strength=settings["strength"],
        fast_steps=settings.get("fast_steps", "none"),
        identity_scale=settings.get("identity_scale", 1.0),
        fingerprint=fingerprint(folder),
        fields=len(settings["vocabulary"]),
        words=sum(map(len, settings["vocabulary"].values())),
        vocabulary=vocabulary_rows(settings["vocabulary"]),
        rounds=round_rows(json.loads((folder / RECORD).read_text())["rounds"]),
        curves=f"\nThe curves are in `{CURVES}`." if (ROOT / CURVES).is_file() else "",
        verdict=verdict_table(evaluation["verdict"]),
        drawings=evaluation["drawings"],
        psnr=read["psnr"],
        ceiling=table([read["drawings"], read["reconstructions"]]),
        samples=evaluation["samples"],
        texts=table([texts["canonical"], texts["free"], texts["both"]]),
        left_out=share_cell(texts["left_out"]["overall"]),
        colours=colour_sentence(texts["misplaced_colours"]["both"]),
        confusions="\n".join(
            f"- {title(field)}: {'; '.join(some)}" for field, some in texts["confusions"].items()
        ),
        changes=changes_section(evaluation["pairs"], evaluation.get("image_to_image")),
        former=former_section(evaluation.get("former_version")),
        safety=safety_section(evaluation["safety"]),
        threads=speed["threads"],
        dtype=speed["dtype"],
        processor=speed["processor"],
        timed_steps=speed["steps"],
        times=time_rows(speed),
        few_steps=few_steps_section(evaluation.get("few_steps")),
        remark=f"{textwrap.fill(remark, WIDTH)}\n\n" if remark else "",
        identity=len(classifier["identity"]),
        tokens=tokenizer["model_max_length"],
        channels=json.loads((folder / "vae/config.json").read_text())["latent_channels"],
    )
    (folder / "MODEL_CARD.md").write_text(card)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evaluation", type=Path, help="what evaluate.py printed")
    parser.add_argument("--remark", default="", help="a paragraph behind the measurements")
    parser.add_argument("--folder", type=Path, default=DEFAULT)
    options = parser.parse_args()
    try:
        evaluation = json.loads(options.evaluation.read_text())
    except (OSError, ValueError) as error:
        parser.error(f"{error}; evaluate.py prints what belongs there")
    write_card(options.folder, evaluation, options.remark)


if __name__ == "__main__":
    main()
