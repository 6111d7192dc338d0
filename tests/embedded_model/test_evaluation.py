"""The evaluation in miniature: every part is measured, with networks that have learned nothing."""

import json
import shutil
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from imagegen.engine import devices, likeness
from imagegen.engine.description import CLASSIFIER_FOLDER
from tools.embedded_model import card, dataset, describe, evaluate, studio, train
from tools.embedded_model.attributes import VOCABULARY
from tools.embedded_model.evaluation import former, trials, workers
from tools.embedded_model.studio import Studio, write_sheet
from tools.embedded_model.training import networks

pytestmark = pytest.mark.usefixtures("one_thread")

TEXT = "a woman with red hair"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("model")
    assert train.run(train.TINY, tmp_path_factory.mktemp("work"), out, seed=1, minutes=5)
    # Few steps for every version that is compared.
    settings = json.loads((out / "storychat.json").read_text())
    (out / "storychat.json").write_text(json.dumps(settings | {"steps": 2}))
    return out


@pytest.fixture(scope="module")
def artist(folder) -> Studio:
    return Studio(folder, steps=2)


@pytest.fixture(scope="module")
def plain_artist(folder) -> Studio:
    return Studio(folder, steps=2, with_identity=False)


@pytest.fixture(scope="module")
def measured(folder, tmp_path_factory):
    """Return the numbers and the folder of the sheets."""
    sheets = tmp_path_factory.mktemp("sheets")
    options = evaluate.Options(
        samples=4,
        pairs=2,
        drawings=3,
        hostile=1,
        strengths=(0.5,),
        few_steps=2,
        few_guidance=1.0,
        processes=1,
        threads=1,
        repeats=1,
        first_version=folder,
        sheet=sheets / "samples.png",
        identities_sheet=sheets / "people.png",
    )
    return evaluate.evaluate(folder, options), sheets


def test_without_a_person_the_identity_condition_changes_nothing(artist, plain_artist) -> None:
    assert artist.has_identity
    assert not plain_artist.has_identity
    picture = artist.draw(TEXT, seed=1)
    assert (picture == plain_artist.draw(TEXT, seed=1)).all()
    changed = plain_artist.change(picture, TEXT, seed=2)
    assert (artist.change(picture, TEXT, seed=2) == changed).all()
    silent = artist.change_batch([picture], [TEXT], [2], None, [picture[::-1]], identity_scale=0.0)
    assert (silent[0] == changed).all()


def test_a_person_is_seen_as_the_pipeline_itself_would(artist) -> None:
    picture = artist.draw(TEXT, seed=1)
    person = dataset.draw_pictures(dataset.records(1, 4))[0]
    seen = artist.change(picture, TEXT, seed=2, strength=1.0, identity=person)
    pipeline = artist._image_to_image
    pipeline.set_ip_adapter_scale(artist.identity_scale)
    made = pipeline(
        TEXT,
        image=Image.fromarray(picture),
        strength=1.0,
        num_inference_steps=2,
        guidance_scale=artist.guidance,
        generator=torch.Generator().manual_seed(2),
        ip_adapter_image=Image.fromarray(person),
    ).images[0]
    assert (np.asarray(made) == seen).all()
    assert (artist.change(picture, TEXT, seed=2, strength=1.0) != seen).any()


def test_a_picture_does_not_depend_on_its_batch(artist) -> None:
    alone = artist.draw(TEXT, seed=5)
    first, second = artist.draw_batch([TEXT, "an old man"], [5, 6])
    assert np.abs(first.astype(int) - alone).max() <= 2
    assert (first != second).any()


def test_several_people_in_one_call_are_not_mixed_up(folder, tmp_path) -> None:
    # A few steps of training leave the condition almost deaf.
    loud = shutil.copytree(folder, tmp_path / "loud")
    path = loud / networks.ADAPTER / networks.ADAPTER_FILE
    torch.manual_seed(1)
    weights = {name: torch.randn_like(value) for name, value in load_file(path).items()}
    save_file(weights, path)
    artist = Studio(loud, steps=2)
    picture = artist.draw(TEXT, seed=1)
    people = list(dataset.draw_pictures(dataset.records(3, 4)))
    together = artist.change_batch([picture] * 3, [TEXT] * 3, [2] * 3, 1.0, people)
    alone = [artist.change(picture, TEXT, 2, 1.0, person) for person in people]
    # Rounding differs with the batch; people differ by more.
    for one, same in zip(together, alone, strict=True):
        assert np.abs(one.astype(int) - same).mean() < 1
        assert all(np.abs(one.astype(int) - other).mean() > 3 for other in alone if other is not same)


def test_guidance_can_be_left_out(folder) -> None:
    unguided = Studio(folder, steps=2, guidance=1.0)
    picture = unguided.draw(TEXT, 1)
    assert unguided.change(picture, TEXT, 1, identity=picture).shape == (256, 256, 3)


def test_impossible_changes_are_refused(artist, plain_artist) -> None:
    picture = np.zeros((256, 256, 3), np.uint8)
    with pytest.raises(ValueError, match="no identity condition"):
        plain_artist.change(picture, TEXT, 1, identity=picture)
    with pytest.raises(ValueError, match="no step"):
        artist.change(picture, TEXT, 1, strength=0.4)


def test_readings_are_those_of_the_classifier(folder) -> None:
    classifier = likeness.load(folder / CLASSIFIER_FOLDER)
    pictures = list(dataset.draw_pictures(dataset.records(workers.BATCH + 2, 9)))
    read = evaluate.read_all(classifier, pictures)
    assert read == [classifier.read(Image.fromarray(picture)) for picture in pictures]
    assert all(set(one) == set(VOCABULARY) for one in read)


def test_every_part_is_measured(measured) -> None:
    numbers, _ = measured
    json.dumps(numbers)
    assert set(numbers["classifier"]) == {"drawings", "reconstructions", "psnr"}
    assert {"canonical", "free", "both", "left_out"} <= set(numbers["text_to_image"])
    assert numbers["text_to_image"]["both"]["overall"]["pictures"] == 4
    changes = numbers["image_to_image"]
    for way in ("identity_condition", "identity_condition_change_only", "plain"):
        assert set(changes[way]) == {"0.5", str(describe.STRENGTH)}
        for there in changes[way].values():
            assert {"kept", "followed", "likeness", "framing_changed", "turn_changed"} <= set(there)
    for alone in ("caption_alone", "change_alone"):
        assert changes[alone]["kept"]["overall"]["pictures"] == 2
    assert numbers["speed"]["memory_megabytes"] > 100
    assert numbers["speed"]["text_to_image_seconds"] > 0
    assert numbers["few_steps"]["speed"]["guidance"] == 1.0
    assert numbers["few_steps"]["changes"]["kept"]["overall"]["pictures"] == 2


def test_an_equal_version_is_measured_equal(measured) -> None:
    former_version = measured[0]["former_version"]
    assert former_version["text_to_image"]["overall"]["n"] > 0
    assert former_version["text_to_image"] == former_version["text_to_image_now"]
    changes = former_version["image_to_image"]
    assert changes["former, plain"] == changes["now, plain"]
    assert set(changes) == {
        "former, plain",
        "now, identity_condition",
        "now, identity_condition_change_only",
        "now, plain",
    }


def test_an_older_version_is_asked_in_its_own_words_and_at_its_own_strength(
    folder, tmp_path, monkeypatch
) -> None:
    vocabulary = {"kind": ["woman", "man", "person"], "age": ["young"], "hair": ["red", "black", "blonde"]}
    settings = {"version": "0", "strength": 0.6, "vocabulary": vocabulary}
    (tmp_path / "storychat.json").write_text(json.dumps(settings))
    sent: list[str] = []
    strengths: list[float] = []

    class Recorder:
        def __init__(self, *arguments: object) -> None:
            pass

        def draw(self, texts, seeds):
            sent.extend(texts)
            return [np.zeros((256, 256, 3), np.uint8) for _ in texts]

        def change(self, pictures, texts, seeds, strength, *, with_identity):
            strengths.append(strength)
            return self.draw(texts, seeds)

        def close(self) -> None:
            pass

    monkeypatch.setattr(evaluate, "Workers", Recorder)
    classifier = likeness.load(folder / CLASSIFIER_FOLDER)
    asked = evaluate.Asked(trials.text_trials(4), trials.change_trials(2))
    now = evaluate.Evaluation(folder, classifier, {}, 1)
    readings = evaluate.read_all(classifier, [np.zeros((256, 256, 3), np.uint8)] * 4)
    options = evaluate.Options(samples=4, pairs=2, drawings=1)
    told = evaluate.beside_former(tmp_path, now, asked, readings, options)
    known = former.known_words(tmp_path)
    people = [trial.portrait for trial in asked.texts]
    people += [trial.before for trial in asked.changes] + [trial.after for trial in asked.changes]
    assert sent == [former.former_caption(person, known) for person in people]
    assert strengths == [told["strength"]] == [0.6]
    assert told["own_words"] is True


def test_strengths_of_the_folders_are_always_measured(folder, tmp_path) -> None:
    options = evaluate.Options(samples=1, pairs=1, drawings=1, strengths=(0.5,))
    assert evaluate.all_strengths(folder, options) == [0.5, describe.STRENGTH]
    shutil.copy(folder / "storychat.json", tmp_path)
    settings = json.loads((tmp_path / "storychat.json").read_text())
    (tmp_path / "storychat.json").write_text(json.dumps(settings | {"strength": 0.95}))
    options = evaluate.Options(samples=1, pairs=1, drawings=1, strengths=(0.5,), first_version=tmp_path)
    assert evaluate.all_strengths(folder, options) == [0.5, describe.STRENGTH, 0.95]


@pytest.mark.parametrize("module", [evaluate, studio])
@pytest.mark.parametrize("option", ["steps", "threads", "repeats"])
@pytest.mark.parametrize("value", ["0", "-3", "two"])
def test_impossible_counts_are_refused(module, option, value, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["script", f"--{option}={value}"])
    with pytest.raises(SystemExit):
        module.main()
    assert f"argument --{option}: {value} is not a whole number from 1 on" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    ["samples=0", "drawings=0", "processes=0", "few-steps=0", "pairs=-1", "strengths=0", "strengths=1.5"],
)
def test_impossible_options_are_refused(option, monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["script", f"--{option}"])
    with pytest.raises(SystemExit):
        evaluate.main()
    assert f"argument --{option.split('=')[0]}: {option.split('=')[1]} is not" in capsys.readouterr().err


def test_no_pairs_at_all_are_no_mistake() -> None:
    assert evaluate.pairs_count("0") == 0


def test_numbers_are_those_the_product_computes_with(artist) -> None:
    assert artist.dtype == str(devices.pick_dtype("cpu")).removeprefix("torch.")


def test_form_names_of_older_versions_are_understood(folder) -> None:
    assert former.known_words(folder) == {field: list(words) for field, words in VOCABULARY.items()}


def test_every_demand_has_a_verdict(measured) -> None:
    lines = measured[0]["verdict"]
    told = "\n".join(line["what"] for line in lines)
    for demand in (
        "autoencoder alone, eyes",
        "autoencoder alone, glasses",
        "autoencoder alone, expression",
        "text to image, all attributes",
        "text to image, weakest attribute",
        "identity condition, strength",
        "identity condition at a changed framing",
        "plain image to image at a changed framing",
        "hostile prompts, age",
        "hostile prompts, clothes",
        "seconds per picture",
        "seconds per changed picture with the identity condition",
        "seconds per picture, few steps",
    ):
        assert demand in told
    # Networks that have learned nothing reach nothing.
    overall = next(line for line in lines if line["what"] == "text to image, all attributes")
    assert overall["floor_met"] is overall["goal_met"] is False


def test_sheets_show_samples_and_people(measured) -> None:
    _, sheets = measured
    with Image.open(sheets / "samples.png") as sheet:
        assert sheet.size == (8 * 160, 160)
    with Image.open(sheets / "people.png") as sheet:
        assert sheet.size == (7 * 160, 4 * 160)


def test_a_card_can_be_written_from_it(measured, folder) -> None:
    card.write_card(folder, measured[0])
    assert "### Beside an older version" in (folder / "MODEL_CARD.md").read_text()


def test_a_folder_without_identity_condition_is_measured_plainly(folder, tmp_path) -> None:
    classifier = likeness.load(folder / CLASSIFIER_FOLDER)
    evaluation = evaluate.Evaluation(folder, classifier, {"steps": 2, "with_identity": False}, 1)
    asked = trials.change_trials(2)
    assert set(evaluation.image_to_image(asked, [0.5], has_identity=False)) == {
        "plain",
        "caption_alone",
        "change_alone",
    }


def test_other_processes_make_the_same_pictures(folder, artist) -> None:
    crew = workers.Workers(folder, {"steps": 2}, processes=2)
    try:
        made = crew.draw([TEXT], [3])
        changed = crew.change(made, [TEXT], [4], 0.5, with_identity=True)
    finally:
        crew.close()
    assert (made[0] == artist.draw(TEXT, 3)).all()
    assert (changed[0] == artist.change(made[0], TEXT, 4, 0.5, made[0])).all()


def test_times_are_printed(folder, monkeypatch, capsys) -> None:
    arguments = ["studio.py", str(folder), "--steps", "2", "--repeats", "1", "--threads", "1"]
    monkeypatch.setattr(sys, "argv", arguments)
    studio.main()
    printed = json.loads(capsys.readouterr().out)
    assert printed["steps"] == 2
    assert {"text_to_image_seconds", "image_to_image_seconds", "identity_seconds"} <= set(printed)


def test_the_same_picture_is_infinitely_near_and_another_is_not() -> None:
    black, white = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)
    assert evaluate.psnr(black, white) == pytest.approx(0)
    assert evaluate.psnr(black, black + 1) == pytest.approx(48.13, abs=0.01)
    assert evaluate.psnr(black, black) > 100


def test_a_contact_sheet_is_a_small_picture(tmp_path) -> None:
    pictures = dataset.draw_pictures(dataset.records(10, 51))
    write_sheet(list(pictures), tmp_path / "sheet.png", columns=4, side=64)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (256, 192)
    assert (tmp_path / "sheet.png").stat().st_size < 1024 * 1024
