"""What a row that joins brings to the device: no copy makes the host wait, and with it those that run."""

import pytest
import torch

from imagegen.engine import devices, families, rows
from imagegen.engine.handles import SimpleHandle
from imagegen.engine.rows import Batch, make_row
from tests.engine import tiny_models
from tests.engine.test_batching import spec
from tests.engine.test_equality import picture

SIDE = tiny_models.SIDE


class OnTheHost:
    """Stands for a tensor, and writes down what is done with it."""

    def __init__(self):
        self.done = []

    def to(self, *args, **options):
        self.done.append(("to", args, options))
        return self

    def pin_memory(self):
        self.done.append(("pin_memory", (), {}))
        return self


def test_a_copy_to_a_cuda_device_is_pinned_and_not_waited_for():
    values = OnTheHost()
    devices.upload(values, "cuda:1", torch.bfloat16)
    assert values.done == [
        # Where they are fewer bytes.
        ("to", (torch.bfloat16,), {}),
        ("pin_memory", (), {}),
        ("to", ("cuda:1",), {"non_blocking": True}),
    ]


def test_on_a_processor_nothing_is_copied():
    values = torch.ones(3)
    assert devices.upload(values, "cpu") is values
    assert devices.upload(values, torch.device("cpu"), torch.float64).dtype == torch.float64


@pytest.mark.parametrize("make", [tiny_models.make_sd, tiny_models.make_sdxl])
def test_all_that_a_row_brings_goes_that_way(monkeypatch, make):
    family = tiny_models.make_family(make(), torch.float32)
    family.encode_text(""), family.encode_nothing()
    copied = []

    def upload(values, device, dtype=None):
        copied.append(tuple(values.shape))
        return devices.upload(values, device, dtype)

    for module in (rows, families):
        monkeypatch.setattr(module, "upload", upload)
    latents = SIDE // tiny_models.GRID
    made = [
        make_row(family, SimpleHandle(one))
        for one in (spec(1), spec(2, reference=picture(1, SIDE, SIDE), strength=0.5))
    ]
    noise, reference = (1, 4, latents, latents), (1, 3, SIDE, SIDE)
    assert copied.count(noise) == 3, "of each row, and the autoencoder's own"
    assert copied.count(reference) == 1
    assert copied.count((1, 6)) == (4 if family.add_size({}, SIDE, SIDE) else 0), "sizes"
    copied.clear()
    batch = Batch(family, made)
    # The schedules, how far each is, and how strongly it is guided.
    assert sorted(copied) == [(2,), (2,), (2, 6, 7)]
    copied.clear()
    batch.advance()
    assert copied == [], "a step copies nothing"
