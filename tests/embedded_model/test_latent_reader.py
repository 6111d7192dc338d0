"""The reader of latents learns, and what it misses reaches the denoiser."""

import random

import pytest
import torch

from tools.embedded_model import dataset
from tools.embedded_model.attributes import VOCABULARY
from tools.embedded_model.training import (
    adapters,
    networks,
    train_latent_reader,
    train_readers,
    train_text,
    train_unet,
    train_vae,
)
from tools.embedded_model.training.schedule import Budget
from tools.embedded_model.training.train_latent_reader import LatentReader

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def people():
    """Return portraits, what an untrained autoencoder makes of their pictures, and where their faces are."""
    torch.manual_seed(0)
    portraits = dataset.people(8, 5)
    pictures = train_vae.as_tensor(dataset.draw_pictures(portraits))
    with torch.no_grad():
        latents = networks.make_vae(networks.MINIATURE).encode(pictures).latents
    return portraits, latents / latents.std(), torch.from_numpy(dataset.places(portraits))


@pytest.fixture(scope="module")
def reader(people, tmp_path_factory):
    """Return a reader that knows these eight pictures."""
    torch.manual_seed(0)
    reader = LatentReader(train_latent_reader.TINY_WIDTHS)
    budget = Budget(minutes=5, steps=150)
    train_latent_reader.train(reader, *people, tmp_path_factory.mktemp("reader") / "at", budget, seed=1)
    return reader


def test_the_reader_learns_from_latents(people, reader) -> None:
    portraits, latents, places = people
    wanted = train_readers.answers(portraits, list(VOCABULARY))
    untrained = LatentReader(train_latent_reader.TINY_WIDTHS)
    before, after = (
        train_latent_reader.share_read(one, latents, places, wanted) for one in (untrained, reader)
    )
    assert sum(after.values()) / len(after) > sum(before.values()) / len(before) + 0.3
    assert set(after) <= set(VOCABULARY)
    assert not reader.training


def test_guesses_vary_but_stay_what_they_are() -> None:
    generator = torch.Generator().manual_seed(2)
    coarse = torch.randn(64, 8, 8, 8, generator=generator)
    latents = torch.nn.functional.interpolate(coarse, size=32, mode="bilinear")
    varied = train_latent_reader.softened(latents, generator)
    alike = torch.nn.functional.cosine_similarity(varied.flatten(1), latents.flatten(1))
    assert alike.min() > 0.8
    assert alike.max() < 1


def test_what_cannot_be_read_changes_the_denoiser(people, reader, tmp_path) -> None:
    portraits, latents, places = people
    torch.manual_seed(0)
    unet = networks.make_unet(networks.MINIATURE)
    adapters.add_adapter(unet, networks.IMAGE_WIDTH, networks.IMAGE_TOKENS)
    tokenizer = train_text.train_tokenizer(1, 200)
    encoder = networks.make_text_encoder(networks.MINIATURE, len(tokenizer), tokenizer.eos_token_id)
    budget = Budget(minutes=5, steps=1)
    trainer = train_unet.Trainer(unet, encoder, tokenizer, tmp_path / "unet", budget, 1, reader)
    images = torch.zeros(len(portraits), networks.IMAGE_WIDTH)
    examples = train_unet.Examples(latents, images, portraits, places)
    trainer.train(examples, batch=8, with_image=0.5)
    assert trainer.averages["reading"] > 0
    losses = trainer._losses(
        examples, list(range(8)), 0.5, random.Random(3), torch.Generator().manual_seed(3)
    )
    unet.zero_grad()
    reader.zero_grad()
    losses["reading"].backward()
    assert unet.conv_out.weight.grad.abs().sum() > 0
    assert all(value.grad is None for value in reader.parameters())
