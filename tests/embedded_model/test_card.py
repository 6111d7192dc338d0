"""The card tells what an evaluation measured, and training did, in full."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tools.embedded_model import card, describe, fingerprint

FORMER_ROUND = {
    "command": "--pictures 7000 --vae-minutes 14",
    "pictures": 7000,
    "seed": 1,
    "vae_steps": 1412,
    "vae_minutes": 14,
    "text_minutes": 9,
    "unet_steps": 1676,
    "unet_minutes": 52,
    "batch": 32,
}
ROUND = {
    "pictures": 12001,
    "seed": 3,
    "batch": 31,
    "processes": 2,
    "started_from_former": True,
    "steps": {"vae": 2011, "text": 1812, "face": 713, "classifier": 914, "unet": 5015},
    "minutes": {"vae": 25.1, "text": 20.2, "face": 20.3, "classifier": 20.4, "unet": 150.5},
}


class Numbers:
    """Gives out shares that are all different, and remembers them as the card has to print them."""

    def __init__(self) -> None:
        self.count = 0
        self.printed: list[str] = []

    def share(self) -> dict[str, object]:
        self.count += 1
        value = round(0.5 + self.count * 0.001, 4)
        low, high, n = value - 0.2, value + 0.2, 1000 + self.count
        self.printed.append(f"{value:.1%} ({low:.1%} to {high:.1%}, n={n})")
        return {"share": value, "ci95": [low, high], "n": n, "pictures": 7}

    def bare(self) -> dict[str, object]:
        """Return a share that is printed without its interval."""
        share = self.share()
        self.printed[-1] = f"{share['share']:.1%}"
        return share

    def summary(self, *fields: str) -> dict[str, object]:
        return {
            "overall": self.share(),
            "mean_of_fields": self.bare()["share"],
            "fields": {field: self.share() for field in fields},
            "below_floor": [],
        }

    def overall(self) -> dict[str, object]:
        """Return a summary of which only the share over all is printed."""
        return {"overall": self.share(), "mean_of_fields": 0.123, "fields": {}, "below_floor": []}

    def likeness(self) -> float:
        self.count += 1
        self.printed.append(f"{self.count / 1000:.3f}")
        return self.count / 1000

    def range(self) -> dict[str, object]:
        return {"age": self.likeness(), "garment": self.likeness(), "distance": 1.23, "bare": 3}

    def changes(self) -> dict[str, object]:
        return {
            "kept": self.overall(),
            "reads_as_in_first_picture": self.bare(),
            "followed": self.overall(),
            "likeness": self.likeness(),
            "framing_changed": self._subset("framing"),
            "turn_changed": self._subset("turn"),
        }

    def _subset(self, field: str) -> dict[str, object]:
        return {"pairs": 61, "kept": self.bare(), "followed": self.bare(), field: self.share()}

    def brief(self) -> dict[str, object]:
        return {"kept": self.share(), "followed": self.share(), "likeness": self.likeness()}


def speed(first: float) -> dict[str, object]:
    return {
        "import_seconds": first + 0.01,
        "load_seconds": first + 0.02,
        "text_to_image_seconds": first + 0.03,
        "image_to_image_seconds": first + 0.04,
        "identity_seconds": first + 0.05,
        "memory_megabytes": 543,
        "processor": "Abacus 9000",
        "threads": 2,
        "dtype": "bfloat16",
        "steps": 15,
        "guidance": 3.5,
        "strength": 0.8,
    }


@pytest.fixture
def evaluation():
    """Return an evaluation made by hand, and what the card has to print of it."""
    numbers = Numbers()
    made = {
        "samples": 401,
        "pairs": 97,
        "drawings": 402,
        "speed": speed(1.5),
        "safety": {
            kind: {"prompts": 57, "hostile": numbers.range(), "harmless": numbers.range(), "in_range": True}
            for kind in ("age", "clothes")
        },
        "few_steps": {
            "speed": speed(0.25) | {"steps": 4},
            "text_to_image": numbers.overall(),
            "changes": {"kept": numbers.overall(), "followed": numbers.overall()},
        },
        "classifier": {
            "drawings": numbers.summary("eyes", "glasses"),
            "reconstructions": numbers.summary("eyes", "glasses"),
            "psnr": 31.7,
        },
        "text_to_image": {
            "canonical": numbers.summary("eyes", "hair_colour"),
            "free": numbers.summary("eyes"),
            "both": numbers.summary("eyes", "hair_colour"),
            "left_out": numbers.overall(),
            "confusions": {"eyes": ["green as grey, 11", "blue as violet, 9"]},
            "misplaced_colours": {"both": {"wrong": 47, "asked_for_elsewhere": 38}},
        },
        "image_to_image": {
            **{
                way: {strength: numbers.changes() for strength in ("0.5", "1.0")}
                for way in ("identity_condition", "identity_condition_change_only", "plain")
            },
            "caption_alone": numbers.changes(),
            "change_alone": numbers.changes(),
        },
        "former_version": {
            "version": "1b",
            "words": 83,
            "strength": 0.8,
            "own_words": True,
            "text_to_image": numbers.summary("eyes"),
            "text_to_image_now": numbers.summary("eyes"),
            "image_to_image": {"former, plain": numbers.brief(), "now, plain": numbers.brief()},
        },
        "verdict": [
            {
                "what": "text to image, all attributes",
                "measured": 0.876,
                "floor": 0.85,
                "floor_met": True,
                "goal": 0.92,
                "goal_met": False,
                "at_most": False,
            },
            {
                "what": "seconds per picture",
                "measured": 0.93,
                "floor": 1.0,
                "floor_met": True,
                "goal": None,
                "goal_met": None,
                "at_most": True,
            },
        ],
    }
    told = [
        *numbers.printed,
        *("401 prompts", "97 people", "402 drawings", "31.7 dB", "543 MB", "n=61", "Abacus 9000"),
        *("1.51 s", "1.52 s", "1.53 s", "1.54 s", "1.55 s", "0.28 s", "0.29 s", "4 steps", "guidance 3.5"),
        *("green as grey, 11; blue as violet, 9", "Of 47 wrong colours, 38 were", "Version 1b knew 83 words"),
        "| 87.6% | >= 85.0%: met | >= 92.0%: missed |",
        "| 0.93 s | <= 1 s: met | - |",
    ]
    return made, told


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the files that a card describes."""
    files = {
        "storychat.json": {
            "version": "7",
            "steps": 15,
            "guidance": 3.0,
            "strength": 0.8,
            "vocabulary": {"eyes": ["green", "grey"], "hair": ["red"]},
        },
        "model_index.json": {"unet": ["diffusers", "UNet2DConditionModel"]},
        "tokenizer_2/tokenizer_config.json": {"model_max_length": 78},
        "attribute_classifier/config.json": {"identity": ["eyes", "hair"]},
        "vae/config.json": {"latent_channels": 9},
        describe.RECORD: {"psnr": 30, "rounds": [FORMER_ROUND, ROUND]},
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content))
    weights = {
        "unet": 1_230_000,
        "ip_adapter": 440_000,
        "ip_adapter/face_encoder": 550_000,
        "attribute_classifier": 660_000,
    }
    for part, size in weights.items():
        (tmp_path / part).mkdir(parents=True, exist_ok=True)
        values = {"first": np.zeros(10_000, np.float16), "rest": np.zeros((size // 10_000 - 1, 10_000), "f2")}
        save_file(values, tmp_path / part / "model.safetensors")
    return tmp_path


def words(text: str) -> str:
    """Return a text on one line, as wherever it is broken is no matter."""
    return re.sub(r"\s+", " ", text)


def test_every_number_is_in_the_card(folder, evaluation) -> None:
    made, told = evaluation
    card.write_card(folder, made, remark="A remark of somebody.")
    text = words((folder / "MODEL_CARD.md").read_text())
    assert [piece for piece in told if piece not in text] == []
    assert "A remark of somebody." in text


def test_parts_vocabulary_and_hash_are_in_the_card(folder, evaluation) -> None:
    card.write_card(folder, evaluation[0])
    text = (folder / "MODEL_CARD.md").read_text()
    for row in (
        "| unet | UNet2DConditionModel | 1.23 M |",
        "| ip_adapter | IP-Adapter | 0.44 M |",
        "| ip_adapter/face_encoder | FaceEncoder | 0.55 M |",
        "| attribute_classifier | AttributeClassifier (imagegen/engine/likeness.py) | 0.66 M |",
        "- eyes: green, grey",
        "2 attributes with 3 words",
        "78 tokens",
        "hold 9 numbers",
        fingerprint.fingerprint(folder),
    ):
        assert row in text
    for heading in ("## Data", "## Training", "## Measured", "## Limits", "## Licence"):
        assert heading in text


def test_old_and_new_rounds_are_told(folder, evaluation) -> None:
    card.write_card(folder, evaluation[0])
    text = words((folder / "MODEL_CARD.md").read_text())
    former = """
        7000 portraits; 1412 steps of the autoencoder (14 min), 9 min of the text encoder,
        1676 steps of the denoiser (52 min); 32 portraits a step
    """
    latest = """
        12001 portraits, starting with the weights before; 2011 steps of the autoencoder (25.1 min),
        1812 steps of the text encoder (20.2 min), 713 steps of the face encoder (20.3 min),
        914 steps of the attribute classifier (20.4 min), 5015 steps of the denoiser (150.5 min);
        31 portraits a step for the denoiser in 2 processes; seed 3.
    """
    for piece in ("train.py --pictures 7000 --vae-minutes 14 ", words(former), words(latest)):
        assert piece in text


def test_every_path_in_the_card_exists(folder, evaluation) -> None:
    card.write_card(folder, evaluation[0])
    text = (folder / "MODEL_CARD.md").read_text()
    root = Path(card.__file__).resolve().parents[2]
    named = {
        path for path in re.findall(r"[\w./-]+\.(?:py|png|json|md)\b", text) if not (folder / path).exists()
    }
    assert {"tools/embedded_model/drawing/drawer.py", "imagegen/engine/likeness.py"} <= named
    # Commands are told without their folder.
    places = (root, card.DEFAULT)
    assert [
        path for path in named - {"train.py"} if not any((place / path).is_file() for place in places)
    ] == []


def test_curves_are_named_if_they_are_there(folder, evaluation, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(card, "ROOT", tmp_path)
    card.write_card(folder, evaluation[0])
    assert "curves" not in (folder / "MODEL_CARD.md").read_text()
    (tmp_path / card.CURVES).parent.mkdir(parents=True)
    (tmp_path / card.CURVES).touch()
    card.write_card(folder, evaluation[0])
    assert f"The curves are in `{card.CURVES}`." in (folder / "MODEL_CARD.md").read_text()


@pytest.mark.parametrize(
    ("own_words", "told"), [(True, "in its own canonical form"), (False, "It gets the same texts.")]
)
def test_the_card_says_in_which_words_an_older_version_was_asked(evaluation, own_words, told) -> None:
    former = evaluation[0]["former_version"] | {"own_words": own_words}
    assert told in words(card.former_section(former))


def test_a_stage_without_a_step_is_as_it_was() -> None:
    told = card.round_rows([FORMER_ROUND | {"vae_steps": 0, "vae_minutes": 0.0}])
    assert "the autoencoder as it was" in told


def test_parts_that_were_not_measured_are_left_out(folder, evaluation) -> None:
    made, _ = evaluation
    for name in ("few_steps", "image_to_image", "former_version"):
        del made[name]
    card.write_card(folder, made)
    text = (folder / "MODEL_CARD.md").read_text()
    assert "### Changed pictures" not in text
    assert "older version" not in text
    assert "The fast mode," not in text


def test_what_was_not_measured_is_not_called_missed() -> None:
    line = {"what": "x", "measured": None, "floor": 0.9, "floor_met": None, "goal": None, "goal_met": None}
    assert "| x | - | >= 90.0%: not measured | - |" in card.verdict_table([line | {"at_most": False}])


def test_no_wrong_colour_is_said_so() -> None:
    assert card.colour_sentence({"wrong": 0, "asked_for_elsewhere": 0}) == "No colour is wrong."
