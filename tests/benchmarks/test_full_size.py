"""The GPU's benchmark in miniature: all of it runs, and what it says of rounding is in order."""

import json

import pytest
import torch

from benchmarks import full_size
from benchmarks.serving import random_xl

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.usefixtures("one_thread"),
]


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def options(*more: str):
    return full_size.parse(
        [
            "--miniature",
            "--device",
            "cpu",
            "--batch",
            "2",
            "--closed",
            "4",
            "--open",
            "6",
            "--sizes",
            "2",
            *more,
        ]
    )


def test_every_figure_that_is_asked_for_is_in_the_report(tmp_path):
    output = tmp_path / "report.json"
    report = full_size.run(options("--variants", "plain", "recorded", "--output", str(output)))
    assert json.loads(output.read_text()) == json.loads(json.dumps(report))
    assert set(report["variants"]) == set(report["error_of_a_step"]) == {"plain", "recorded"}
    for told in report["variants"].values():
        assert told["images_per_second_64"] > 0
        assert told["images_per_second_32"] > 0
        assert told["mixed_at_80_percent"]["completions"] == 6


def test_eight_bits_round_more_than_sixteen(tmp_path):
    asked = options()
    errors = full_size.errors(full_size.variants((2,)), asked)
    assert 0 < errors["plain"] < errors["float8"] < 0.2
    assert errors["plain"] == errors["compiled"] == errors["recorded"]


def test_the_full_size_is_the_published_one():
    with torch.device("meta"):
        unet = random_xl._make_unet(random_xl._FULL["unet"], 128)
        vae = random_xl._make_vae(random_xl._FULL["vae"])
    assert sum(part.numel() for part in unet.parameters()) == 2_567_463_684
    assert sum(part.numel() for part in vae.parameters()) == 83_653_863
