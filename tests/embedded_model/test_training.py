"""Training in miniature: every stage runs, resumes, and leaves a folder that diffusers loads."""

import dataclasses
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline
from torch import nn

from imagegen.engine import likeness
from imagegen.engine.adapters import load_adapter
from imagegen.engine.portraits import Widths, cut_out
from tests.embedded_model.people import PLAIN
from tools.embedded_model import dataset, describe, train
from tools.embedded_model.attributes import IDENTITY_FIELDS, VOCABULARY
from tools.embedded_model.drawing import drawer
from tools.embedded_model.training import (
    adapters,
    checkpoint,
    muon,
    networks,
    schedule,
    train_readers,
    train_text,
    train_unet,
    train_vae,
)
from tools.embedded_model.training.parallel import Group, Helpers
from tools.embedded_model.training.schedule import Budget

pytestmark = pytest.mark.usefixtures("one_thread")

UNET_WEIGHTS = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Run the command as people do, with its two processes."""
    work, out = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("out")
    subprocess.run(
        [sys.executable, train.__file__, "--tiny", "--processes", "2", "--work", work, "--out", out],
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=300,
    )
    return work / "tiny", out


def load(folder) -> DiffusionPipeline:
    pipeline = DiffusionPipeline.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def test_a_finished_run_is_only_written_again(made, tmp_path) -> None:
    work, out = made
    before = (work / "unet" / "000").stat().st_mtime_ns
    assert train.run(train.TINY, work, tmp_path / "again", seed=1, minutes=0)
    assert (work / "unet" / "000").stat().st_mtime_ns == before
    assert (tmp_path / "again" / UNET_WEIGHTS).read_bytes() == (out / UNET_WEIGHTS).read_bytes()


def test_a_run_without_time_stops_and_says_so(tmp_path, capsys) -> None:
    assert not train.run(train.TINY, tmp_path / "work", tmp_path / "out", seed=1, minutes=0)
    assert "run again" in capsys.readouterr().out


def test_one_stage_can_run_alone(made, tmp_path) -> None:
    arguments = [sys.executable, train.__file__, "--tiny", "--only", "face", "--work", tmp_path]
    subprocess.run(arguments, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, timeout=300)
    left = {path.name for path in (tmp_path / "tiny").iterdir()}
    assert "face" in left
    assert not {"vae", "text", "classifier", "unet"} & left


def test_training_goes_on_from_a_folder_and_keeps_its_story(made, tmp_path) -> None:
    _, out = made
    minutes = train.TINY.minutes | {"vae": 0, "face": 0}
    plan = dataclasses.replace(train.TINY, minutes=minutes, steps=1)
    assert train.run(plan, tmp_path / "work", tmp_path / "next", seed=2, minutes=5, start=out)
    rounds = json.loads((tmp_path / "next" / describe.RECORD).read_text())["rounds"]
    assert [one["steps"]["unet"] for one in rounds] == [train.TINY.steps, 1]
    # No time for these stages: their weights are the folder's, and latents keep their meaning.
    for weights in (
        "vae/diffusion_pytorch_model.safetensors",
        "ip_adapter/face_encoder/model.safetensors",
        "tokenizer_2/tokenizer.json",
    ):
        assert (tmp_path / "next" / weights).read_bytes() == (out / weights).read_bytes()


def test_growing_networks_keep_what_they_had() -> None:
    former, grown = nn.Linear(2, 3), nn.Linear(4, 3)
    before = grown.weight.detach().clone()
    networks.adopt(grown, former)
    assert (grown.weight[:, :2] == former.weight).all()
    assert (grown.weight[:, 2:] == before[:, 2:]).all()
    assert (grown.bias == former.bias).all()


@pytest.fixture(scope="module")
def denoiser():
    """Return a tiny denoiser whose adapter says something."""
    torch.manual_seed(3)
    unet = networks.make_unet(networks.MINIATURE)
    adapters.add_adapter(unet, networks.IMAGE_WIDTH, networks.IMAGE_TOKENS)
    for processor in unet.attn_processors.values():
        if isinstance(processor, adapters.IdentityAttention):
            nn.init.normal_(processor.to_v_ip.weight, std=0.5)
    return unet.eval()


def guess(unet, **conditions):
    generator = torch.Generator().manual_seed(1)
    sample = torch.randn(2, networks.LATENT_CHANNELS, 32, 32, generator=generator)
    states = torch.randn(2, 9, 32, generator=generator)
    added = {"text_embeds": torch.ones(2, 32), "time_ids": networks.size_ids(2)} | conditions
    with torch.no_grad():
        return unet(sample, torch.tensor([100, 700]), states, added_cond_kwargs=added).sample


def test_diffusers_computes_what_training_computed(made, denoiser) -> None:
    faces = torch.randn(2, networks.IMAGE_WIDTH, generator=torch.Generator().manual_seed(2))
    adapters.show(denoiser, faces, torch.ones(2))
    trained = guess(denoiser)
    plain, weights = adapters.without_adapter(denoiser)
    state = {"image_proj": {}, "ip_adapter": {}}
    for name, value in weights.items():
        part, _, rest = name.partition(".")
        state[part][rest] = value
    plain._load_ip_adapter_weights([state])
    torch.testing.assert_close(guess(plain, image_embeds=[faces[:, None]]), trained)


def test_a_row_of_scale_zero_sees_only_its_text(denoiser) -> None:
    faces = torch.randn(2, networks.IMAGE_WIDTH, generator=torch.Generator().manual_seed(2))
    plain, _ = adapters.without_adapter(denoiser)
    adapters.show(denoiser, faces, torch.tensor([0.0, 1.0]))
    mixed, alone = guess(denoiser), guess(plain)
    torch.testing.assert_close(mixed[0], alone[0])
    assert (mixed[1] - alone[1]).abs().max() > 1e-3


def test_the_adapter_of_a_folder_is_what_was_trained(made) -> None:
    pipeline = load(made[1])
    noise = torch.Generator().manual_seed(5)
    arguments = {"num_inference_steps": 2, "output_type": "np"}
    before = pipeline("a woman", generator=noise, **arguments).images
    load_adapter(pipeline, made[1])
    pipeline.set_ip_adapter_scale(0.0)
    face = drawer.draw(dataset.records(1, 3)[0])
    noise = torch.Generator().manual_seed(5)
    after = pipeline("a woman", generator=noise, ip_adapter_image=face, **arguments).images
    assert after.shape == (1, 256, 256, 3)
    assert np.array_equal(before, after)


def test_what_a_picture_hides_teaches_nothing() -> None:
    portrait = dataset.records(1, 3)[0].changed(glasses="sunglasses", kind="woman")
    wanted = train_readers.answers([portrait], list(VOCABULARY))[0]
    fields = list(VOCABULARY)
    assert wanted[fields.index("eyes")] == train_readers.HIDDEN
    assert wanted[fields.index("kind")] == VOCABULARY["kind"].index("woman")


def test_the_classifier_learns_from_its_pictures(tmp_path) -> None:
    torch.manual_seed(0)
    portraits = dataset.people(8, 5)
    pictures = dataset.draw_pictures(portraits)
    places = torch.from_numpy(dataset.places(portraits))
    classifier = train_readers.make_classifier(Widths(face=(8, 16, 16, 32), whole=(8, 16, 32)))

    def share() -> float:
        counted = train_readers.accuracy(classifier.eval(), portraits, pictures).values()
        return sum(hits for hits, _ in counted) / sum(seen for _, seen in counted)

    before = share()
    budget = Budget(minutes=5, steps=150)
    train_readers.train_classifier(classifier, portraits, pictures, places, tmp_path / "at", budget, seed=1)
    # Both find the faces on their own.
    assert share() > before + 0.3


def test_a_face_cut_out_is_the_same_at_every_framing() -> None:
    person = PLAIN.changed(background="grey", clothes_colour="grey")
    framings = [person.changed(framing=framing) for framing in ("close-up", "half body")]
    drawings = [dataset.draw_pictures([one], first_seed=7) for one in framings]
    pictures = train_vae.as_tensor(np.concatenate(drawings))
    places = np.concatenate([dataset.places([one]) for one in framings])
    faces = cut_out(pictures, torch.from_numpy(places))
    assert faces.shape == (2, 3, 128, 128)
    apart, close = (torch.abs(pair[0] - pair[1]).mean() for pair in (pictures, faces))
    assert close < apart / 3


def test_places_move_with_what_is_spoiled() -> None:
    # One bright spot, and a place that points at it.
    pictures = torch.full((4, 3, 256, 256), -0.9)
    pictures[:, :, 100:108, 60:68] = 0.9
    places = torch.tensor([[64 / 128 - 1, 104 / 128 - 1, -3.0]]).repeat(4, 1)
    moved, there = train_readers.spoiled(pictures, places, torch.Generator().manual_seed(3))
    assert (there[:, :2] != places[:, :2]).all()
    for picture, place in zip(moved, there, strict=True):
        across, down = ((value.item() + 1) * 128 for value in place[:2])
        spot = (picture.mean(dim=0) > 0).nonzero().float().mean(dim=0)
        assert abs(spot[0] + 0.5 - down) < 1
        assert abs(spot[1] + 0.5 - across) < 1


def test_a_classifier_travels_through_its_folder(made) -> None:
    classifier = likeness.load(made[1] / describe.CLASSIFIER)
    assert classifier.identity == list(IDENTITY_FIELDS)
    assert list(classifier.fields) == list(VOCABULARY)
    assert not classifier.training


def test_loss_weights_favour_the_face_and_keep_the_mean() -> None:
    weights = train_unet.face_weights()
    assert weights.shape == (3, 1, 32, 32)
    torch.testing.assert_close(weights.mean(dim=(1, 2, 3)), torch.ones(3))
    # Between the eyes of a bust, and in a corner.
    assert weights[1, 0, 16, 16] > 2 * weights[1, 0, 0, 0]


def test_most_noise_levels_are_where_faces_are_decided() -> None:
    times = torch.cat([train_unet.training_times(16, torch.Generator().manual_seed(n)) for n in range(50)])
    assert times.min() < 20
    assert times.max() > 980
    assert ((times > 100) & (times < 600)).float().mean() > 0.65
    assert len(train_unet.training_times(1, torch.Generator())) == 1


def test_columns_behind_the_last_text_change_nothing() -> None:
    torch.manual_seed(0)
    encoder = networks.make_text_encoder(networks.MINIATURE, vocabulary=40, end_id=39).eval()
    ids = torch.full((2, networks.TOKENS), 39)
    ids[0, :5], ids[1, :9] = 3, 4
    short = train_text.trimmed(ids, end_id=39)
    assert short.shape == (2, 10)
    with torch.no_grad():
        torch.testing.assert_close(encoder(short).text_embeds, encoder(ids).text_embeds)


def test_no_path_of_this_machine_gets_into_the_folder(made) -> None:
    work, out = made
    for path in out.rglob("*.json"):
        assert "_name_or_path" not in path.read_text()
        assert str(work) not in path.read_text()


def test_settings_travel_with_the_weights(made) -> None:
    settings = json.loads((made[1] / "storychat.json").read_text())
    assert settings["width"] == settings["height"] == 256


def test_the_autoencoder_starts_with_the_mean_colours() -> None:
    torch.manual_seed(0)
    vae = networks.make_vae(networks.MINIATURE)
    flat = torch.full((1, 3, 64, 64), 0.4)
    flat[:, 1] = -0.6
    latents = vae.encode(flat).latents
    assert latents.shape == (1, networks.LATENT_CHANNELS, 8, 8)
    restored = vae.decode(latents).sample[:, :, 24:40, 24:40]
    # The tanh at the decoder's entrance compresses strong colours a little.
    assert (restored - flat[:, :, 24:40, 24:40]).abs().max() < 0.15


def test_autoencoder_training_resumes_where_it_was(tmp_path) -> None:
    portraits = dataset.records(4, 2)
    pictures = dataset.draw_pictures(portraits)

    def train_to(steps: int):
        budget = Budget(minutes=1, steps=steps)
        vae = networks.make_vae(networks.MINIATURE)
        train_vae.train(vae, portraits, pictures, tmp_path / "vae", budget, seed=1)
        assert budget.done == steps
        return vae, checkpoint.read(tmp_path / "vae")["parts"]

    first, kept = train_to(2)
    # As many steps as there are already: nothing is trained, all of it is loaded.
    again, _ = train_to(2)
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert (one == other).all()
    _, later = train_to(3)
    momentum = [part["optimiser"]["state"][0]["exp_avg"] for part in (kept, later)]
    step = [part["optimiser"]["state"][0]["step"] for part in (kept, later)]
    assert step == [2, 3]
    assert (momentum[0] != momentum[1]).any()


def test_a_checkpoint_survives_the_death_of_its_writer(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "state"
    checkpoint.write(folder, {"values": torch.tensor(1)})
    rename = Path.rename

    def die_between(path: Path, target: Path):
        if path.name.endswith(".new"):
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", die_between)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.write(folder, {"values": torch.tensor(2)})
    monkeypatch.undo()
    assert checkpoint.read(folder)["values"] == 2
    with pytest.raises(FileNotFoundError):
        checkpoint.read(tmp_path / "nothing")


def test_codes_are_made_anew_when_their_network_has_learned(made, tmp_path) -> None:
    work = shutil.copytree(made[0], tmp_path / "work")
    before = checkpoint.read(work / "latents")
    plan = dataclasses.replace(train.TINY, steps=train.TINY.steps + 1)
    stages = train.Stages(plan, work, 1, deadline=math.inf)
    stages.latents(stages.vae())
    assert (checkpoint.read(work / "latents") != before).any()


def test_pictures_of_another_plan_are_not_taken(tmp_path) -> None:
    few, _ = dataset.prepared(tmp_path, "few", 3, seed=8)
    more, pictures = dataset.prepared(tmp_path, "few", 4, seed=8)
    assert len(few) == 3
    assert len(more) == len(pictures) == 4


def test_the_classifier_waits_for_the_autoencoder(tmp_path) -> None:
    arguments = [sys.executable, train.__file__, "--tiny", "--only", "classifier", "--work", tmp_path]
    done = subprocess.run(
        arguments,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=300,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "run --only vae first" in done.stderr


def test_a_helper_that_fails_is_reported(tmp_path) -> None:
    script = tmp_path / "fails.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})\n"
        "from tools.embedded_model.training.parallel import Group\n"
        "meeting = sys.argv[sys.argv.index('--meeting') + 1]\n"
        "Group(1, 2, meeting).leave()\n"
        "sys.exit(3)\n"
    )
    with pytest.raises(RuntimeError, match="helping process"), Helpers(2, script).joined():
        pass


def test_checkpoints_come_in_small_pieces(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(checkpoint, "PIECE", 4096)
    values = torch.arange(5000)
    checkpoint.write(tmp_path / "state", {"values": values})
    checkpoint.write(tmp_path / "state", {"values": values + 1})
    pieces = list((tmp_path / "state").iterdir())
    assert len(pieces) > 9
    assert max(piece.stat().st_size for piece in pieces) <= 4096
    assert (checkpoint.read(tmp_path / "state")["values"] == values + 1).all()
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_muon_steps_are_orthogonal_and_go_downhill() -> None:
    torch.manual_seed(0)
    matrix = torch.randn(12, 40)
    singular = torch.linalg.svdvals(muon.orthogonalised(matrix))
    assert singular.min() > 0.5
    assert singular.max() < 1.4
    layer = nn.Conv2d(3, 8, 3)
    optimiser = muon.Muon([layer.weight], rate=0.01)
    picture = torch.randn(2, 3, 8, 8)
    losses = []
    for _ in range(30):
        loss = (layer(picture) - 1).square().mean()
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert losses[-1] < 0.8 * losses[0]


def test_sharing_the_work_changes_nothing() -> None:
    values = [torch.randn(3, 2), torch.randn(5)]
    assert all(
        (done == value * 2).all()
        for done, value in zip(Group().shared(values, lambda value: value * 2), values, strict=True)
    )


def test_a_process_alone_needs_no_others() -> None:
    layer = torch.nn.Linear(2, 1)
    layer(torch.ones(1, 2)).sum().backward()
    before = layer.weight.grad.clone()
    with Helpers().joined() as group:
        group.average_gradients(list(layer.parameters()))
        assert group.leads
        assert group.agree(0.5) == 0.5
    assert (layer.weight.grad == before).all()


def test_the_learning_rate_rises_and_falls() -> None:
    budget = Budget(minutes=1e6, steps=100)
    rates = []
    for budget.done in (0, 9, 60, 80, 100):
        rates.append(budget.rate(1.0, warm_up=10))
    assert rates[0] < rates[1] == rates[2] == 1.0 > rates[3] > rates[4] > 0


def test_the_journal_has_a_line_for_every_report(tmp_path) -> None:
    budget = Budget(minutes=1, steps=5, journal=tmp_path / "journal.jsonl")
    budget.done = 2
    budget.log("vae", loss=0.25)
    budget.log("vae", loss=0.125)
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert [line["loss"] for line in lines] == [0.25, 0.125]
    assert lines[0]["step"] == 2


def test_the_clock_of_a_stage_stands_still_when_it_has_ended(monkeypatch) -> None:
    now = 100.0
    monkeypatch.setattr(schedule.time, "monotonic", lambda: now)
    budget = Budget(minutes=1, steps=5)
    budget.restart(done=0, spent_seconds=0.0)
    now = 130.0
    assert budget.goes_on()
    now = 160.0
    assert not budget.goes_on()
    now = 500.0
    assert budget.used() == 60.0


def test_the_denoiser_hears_most_of_what_is_read_worst() -> None:
    losses = torch.tensor([3.0, 1.0, 0.0], requires_grad=True)
    train_unet.hardest_first(losses).backward()
    assert losses.grad.tolist() == pytest.approx([0.75, 0.25, 0.0])
    assert train_unet.hardest_first(torch.zeros(3)) == 0
