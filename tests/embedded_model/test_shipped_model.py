"""The model folder in the repository: complete, small, loadable, and it draws what it is told."""

import json
import shutil

import numpy as np
import pytest
from safetensors import safe_open

from tools.embedded_model.attributes import PLAIN_BACKGROUNDS
from tools.embedded_model.fingerprint import fingerprint
from tools.embedded_model.studio import DEFAULT_FOLDER, Studio

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


def tokens(studio: Studio, text: str) -> list[int]:
    return studio.tokenizer(text).input_ids


def test_files_are_small() -> None:
    sizes = [path.stat().st_size for path in DEFAULT_FOLDER.rglob("*") if path.is_file()]
    assert max(sizes) <= 15 * MEGABYTE
    assert sum(sizes) <= 24 * MEGABYTE


def test_weights_are_half_precision_safetensors() -> None:
    weights = sorted(DEFAULT_FOLDER.rglob("*.safetensors"))
    assert {path.parent.name for path in weights} >= {"text_encoder_2", "unet", "vae"}
    for path in weights:
        with safe_open(path, framework="pt") as file:
            kinds = {file.get_slice(key).get_dtype() for key in file.keys()}  # noqa: SIM118 - not a dict
        assert kinds <= {"F16", "I64"}
    assert not [path for path in DEFAULT_FOLDER.rglob("*") if path.suffix in {".bin", ".pt", ".pkl", ".ckpt"}]


def test_settings_say_what_the_product_needs() -> None:
    settings = json.loads((DEFAULT_FOLDER / "storychat.json").read_text())
    assert set(settings) == {
        "name",
        "version",
        "width",
        "height",
        "steps",
        "guidance",
        "strength",
        "safe_by_construction",
        "vocabulary",
    }
    assert settings["safe_by_construction"] is True
    assert {"hair", "skin", "clothes", "background"} <= set(settings["vocabulary"])


def test_the_card_says_where_the_data_comes_from() -> None:
    card = (DEFAULT_FOLDER / "MODEL_CARD.md").read_text()
    for heading in ("## Data", "## Training", "## Measured", "## Limits", "## Licence"):
        assert heading in card


def test_the_fingerprint_covers_everything_but_prose(tmp_path) -> None:
    copy = shutil.copytree(DEFAULT_FOLDER, tmp_path / "copy")
    assert fingerprint(copy) == fingerprint(DEFAULT_FOLDER)
    (copy / "MODEL_CARD.md").write_text("other words")
    assert fingerprint(copy) == fingerprint(DEFAULT_FOLDER)
    with (copy / "tokenizer_2" / "tokenizer.json").open("a") as file:
        file.write(" ")
    assert fingerprint(copy) != fingerprint(DEFAULT_FOLDER)


@pytest.mark.parametrize(
    "text",
    [
        "xylophone quartz",
        "Größe, naïve café",
        "пальто и шляпа",
        "长发女子",
        "🎩✨",
        "a\tb\n\nc",
        "a" * 500,
        "",
    ],
)
def test_any_text_can_be_tokenized_without_unknown_marks(studio: Studio, text: str) -> None:
    ids = tokens(studio, text)
    end = studio.tokenizer.eos_token_id
    assert ids[0] == studio.tokenizer.bos_token_id
    # The end mark is also the unknown mark: inside a text it would end it.
    assert ids.count(end) == 1
    assert ids[-1] == end


def test_capital_letters_do_not_matter(studio: Studio) -> None:
    assert tokens(studio, "A Woman, Red Hair") == tokens(studio, "a woman, red hair")


def nearest_wall(picture: np.ndarray) -> str:
    """Return the plain background whose colour the upper corners have."""
    corners = np.concatenate([picture[:48, :32].reshape(-1, 3), picture[:48, -32:].reshape(-1, 3)])
    seen = np.median(corners, axis=0)
    return min(PLAIN_BACKGROUNDS, key=lambda name: np.abs(seen - PLAIN_BACKGROUNDS[name]).sum())


@pytest.mark.parametrize("more", ["", ", Kapitän Zork, xylophone quartz"])
def test_it_draws_what_it_is_told_and_minds_no_unknown_word(studio: Studio, more: str) -> None:
    person = "young woman, light skin, short brown hair, brown eyes, smiling, black shirt"
    texts = [f"{person}, {wall} background{more}" for wall in PLAIN_BACKGROUNDS]
    pictures = studio.draw_batch(texts, range(len(texts)))
    right = [nearest_wall(picture) == wall for picture, wall in zip(pictures, PLAIN_BACKGROUNDS, strict=True)]
    assert sum(right) >= len(right) - 1


def test_a_changed_picture_keeps_what_was_not_asked_for(studio: Studio) -> None:
    person = "elderly man, dark skin, white hair, brown eyes, neutral expression"
    before = studio.draw(f"{person}, grey suit, yellow background", 3)
    after = studio.change(before, f"{person}, red hoodie, yellow background", 4)
    assert nearest_wall(before) == nearest_wall(after) == "yellow"
    chests = [np.median(one[232:252, 70:100].reshape(-1, 3), axis=0) for one in (before, after)]
    # Red where grey was.
    assert chests[1][0] - chests[1][1] > 80 > chests[0][0] - chests[0][1]


def test_equal_seeds_give_equal_pictures(studio: Studio) -> None:
    assert (studio.draw("a woman", 7) == studio.draw("a woman", 7)).all()
    assert (studio.draw("a woman", 7) != studio.draw("a woman", 8)).any()


def test_a_negative_prompt_is_possible(studio: Studio) -> None:
    plain, guided = (studio.draw("a woman", 3, negative=text) for text in (None, "blurry, low quality"))
    assert plain.shape == guided.shape
    assert (plain != guided).any()
