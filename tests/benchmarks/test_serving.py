"""What the benchmarks rest on: loads, servers, ratios, the simulation. No figure of theirs is asserted."""

import threading
from itertools import islice

import pytest
import torch
from PIL import Image

from benchmarks import fleet, imagegen
from benchmarks.serving import load, plots, servers, traffic
from imagegen.engine.batching import BatchingEngine
from imagegen.engine.description import Description
from tests.engine import tiny_models

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MODEL = Description(name="tiny", width=32, height=32, guidance=3.0)
MACHINE = {"model": "tiny@1", "processor": "Abacus"}


@pytest.fixture
def requests():
    return traffic.Traffic(MODEL, 3, traffic.paper(MODEL), steps=(2, 4))


def test_traffic_is_the_same_for_every_case_and_mixed(requests):
    first, again = (list(islice(requests, 40)) for _ in range(2))
    assert [(spec.prompt, spec.seed, spec.steps) for spec in first] == [
        (spec.prompt, spec.seed, spec.steps) for spec in again
    ]
    assert sum(spec.reference is None for spec in first) == 20
    assert {spec.steps for spec in first} == {2, 4}
    pictures = [spec.reference.tobytes() for spec in first if spec.reference]
    assert len({spec.prompt for spec in first}) > 30
    assert 10 < len(set(pictures)) < len(pictures)


class Instant:
    """Finishes each request at once, and remembers how many were in the works at most."""

    def __init__(self):
        self.lock, self.running, self.most, self.count = threading.Lock(), 0, 0, 0

    def submit(self, spec, done):
        with self.lock:
            self.count += 1
            self.running += 1
            self.most = max(self.most, self.running)
        threading.Timer(0.002, self.end, [done]).start()

    def end(self, done):
        with self.lock:
            self.running -= 1
        done()


def test_a_closed_loop_keeps_so_many_in_the_works(requests):
    server = Instant()
    measured = load.closed_loop(server, requests, count=30, at_once=4)
    assert (server.count, server.most, len(measured.seconds)) == (30, 4, 30)
    told = measured.summary()
    assert 0 < told["p50_s"] <= told["p95_s"]
    assert "p99_s" not in told


def test_an_open_loop_lets_requests_come_whatever_the_server_does(requests):
    class Held(Instant):
        def submit(self, spec, done):
            super().submit(spec, done)
            assert threading.current_thread() is threading.main_thread()

    server = Held()
    measured = load.open_loop(server, requests, count=25, rate=500.0)
    assert len(measured.seconds) == 25


def test_every_way_of_serving_draws_every_request(requests):
    pipeline = tiny_models.make_sdxl()

    def make():
        return servers.Pipelines(type(pipeline)(**pipeline.components))

    engine = BatchingEngine("tiny", family=tiny_models.make_family(tiny_models.make_sdxl(), torch.float32))
    for server in (
        servers.Serial(make()),
        servers.Serial(make(), batch=4),
        servers.Threads(make, count=1),
        servers.Ours(engine),
    ):
        measured = load.closed_loop(server, requests, count=10, at_once=6)
        assert len(measured.seconds) == 10
        server.close()


def test_static_batches_hold_only_what_is_alike(requests):
    drawn = []

    class Watched:
        def draw(self, specs):
            drawn.append(specs)
            return [Image.new("RGB", (8, 8))] * len(specs)

    server = servers.Serial(Watched(), batch=4)
    load.closed_loop(server, requests, count=40, at_once=20)
    server.close()
    assert max(map(len, drawn)) > 1
    for specs in drawn:
        assert len(specs) <= 4
        assert len({(spec.reference is None, spec.steps) for spec in specs}) == 1


def test_ratios_set_the_engine_beside_each_rival():
    cases = {name: {"p95_s": 2.0} for name in ("serial", "static_batch")}
    ours = {f"engine_at_{name}_load": {"p95_s": 1.0} for name in ("serial", "static")}
    throughput = {
        "bfloat16": {"serial": 2.0, "serial_tuned": 2.0, "static_batch": 3.0, "threads": 1.5, "engine": 3.0},
        "float32": {"serial": 1.0, "serial_tuned": 1.0, "static_batch": 1.5, "threads": 1.0, "engine": 1.5},
    }
    told = imagegen.ratios(cases, ours, throughput, {"bfloat16": 1.0}, "bfloat16")
    assert told["throughput_over_serial_bfloat16"] == 1.5
    assert told["throughput_over_serial_as_loaded"] == 3.0
    assert told["p95_over_serial"] == 0.5


ENGINE = fleet.Engine({1: 0.02, 2: 0.03, 16: 0.16}, decode_seconds=0.01, batch=8, steps=(4, 8))


def test_a_simulated_fleet_waits_longer_the_more_it_is_asked_for():
    waits = [sum(fleet.simulate(ENGINE, gpus=3, load=load, count=400)) / 360 for load in (0.2, 0.6, 0.95)]
    assert waits == sorted(waits)
    # Alone, a request takes its steps and its decoding, nothing else.
    assert min(fleet.simulate(ENGINE, gpus=3, load=0.01, count=50)) >= 4 * 0.03 + 0.01 - 1e-9


def test_step_times_lie_on_lines_between_what_was_measured():
    assert ENGINE.seconds(9) == pytest.approx(0.03 + (0.16 - 0.03) * 7 / 14)
    assert ENGINE.seconds(2) == pytest.approx(0.03)


def test_another_file_is_no_report():
    with pytest.raises(ValueError, match="engine"):
        fleet.read_engine({}, (4,))


def test_figures_are_drawn(tmp_path):
    waits = {"p50_s": 0.4, "p95_s": 0.9}
    report = {
        "machine": MACHINE,
        "throughput": {"float32": {"serial": 1.0, "static_batch": 1.2, "threads": 1.0, "engine": 1.5}},
        "cases": dict.fromkeys(
            ("serial", "static_batch", "engine_at_serial_load", "engine_at_static_load"), waits
        ),
        "engine_by_load": {"0.50": waits, "0.80": waits},
    }
    plots.draw_report(report, tmp_path)
    curves = {"1": {"0.50": waits, "0.90": waits}}
    plots.draw_fleet({"machine": MACHINE, "simulated_not_measured": curves}, tmp_path / "fleet.png")
    for name in ("throughput", "waiting", "fleet"):
        with Image.open(tmp_path / f"{name}.png") as figure:
            assert figure.width > 500
