"""Training in miniature: every stage runs, resumes, and leaves a folder that diffusers loads."""

import dataclasses
import json
import os
import subprocess
import sys

import pytest
import torch

from tools.embedded_model import describe, networks, train, train_text, train_vae
from tools.embedded_model.parallel import Helpers
from tools.embedded_model.schedule import Budget
from tools.embedded_model.studio import Studio


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tiny networks gain nothing from threads, and lose much where other tests run beside these."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


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


def test_the_miniature_makes_a_folder_that_draws(made) -> None:
    studio = Studio(made[1], steps=2, threads=1)
    picture = studio.draw("a woman with red hair", seed=1)
    assert picture.shape == (256, 256, 3)
    assert (studio.draw("a woman with red hair", seed=1) == picture).all()
    assert studio.change(picture, "a woman with blue hair", seed=1).shape == (256, 256, 3)


def test_a_finished_run_is_only_written_again(made, tmp_path) -> None:
    work, out = made
    before = (work / "unet.pt").stat().st_mtime_ns
    assert train.run(train.TINY, work, tmp_path / "again", seed=1, minutes=0)
    assert (work / "unet.pt").stat().st_mtime_ns == before
    weights = "unet/diffusion_pytorch_model.safetensors"
    assert (tmp_path / "again" / weights).read_bytes() == (out / weights).read_bytes()


def test_a_run_without_time_stops_and_says_so(tmp_path, capsys) -> None:
    assert not train.run(train.TINY, tmp_path / "work", tmp_path / "out", seed=1, minutes=0)
    assert "run again" in capsys.readouterr().out


def test_training_goes_on_from_a_folder_and_keeps_its_story(made, tmp_path) -> None:
    _, out = made
    plan = dataclasses.replace(train.TINY, vae_minutes=0, text_steps=1, unet_steps=1)
    assert train.run(plan, tmp_path / "work", tmp_path / "next", seed=2, minutes=5, start=out)
    rounds = json.loads((tmp_path / "next" / describe.RECORD).read_text())["rounds"]
    assert [one["unet_steps"] for one in rounds] == [train.TINY.unet_steps, 1]
    # No time for the autoencoder: its weights are the folder's, and latents keep their meaning.
    weights = "vae/diffusion_pytorch_model.safetensors"
    assert (tmp_path / "next" / weights).read_bytes() == (out / weights).read_bytes()


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
    assert latents.shape == (1, 4, 8, 8)
    restored = vae.decode(latents).sample[:, :, 24:40, 24:40]
    # The tanh at the decoder's entrance compresses strong colours a little.
    assert (restored - flat[:, :, 24:40, 24:40]).abs().max() < 0.15


def test_autoencoder_training_resumes_where_it_was(tmp_path) -> None:
    pictures = torch.randint(0, 256, (4, 256, 256, 3), dtype=torch.uint8).numpy()
    for steps in (2, 3):
        torch.manual_seed(0)
        budget = Budget(minutes=1, steps=steps)
        vae = networks.make_vae(networks.MINIATURE)
        train_vae.train(vae, pictures, tmp_path / "vae.pt", budget, seed=1, log=False)
        assert budget.done == steps
    assert torch.load(tmp_path / "vae.pt", weights_only=True)["done"] == 3


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
    for budget.done in (0, 9, 50, 100):
        rates.append(budget.rate(1.0, warm_up=10))
    assert rates[0] < rates[1] > rates[2] > rates[3] > 0
