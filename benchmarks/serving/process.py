"""Each case in a process of its own, so that none warms or crowds another; it waits while others run."""

import multiprocessing
import tempfile
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

CASES = ("serial", "serial_tuned", "static_batch", "threads", "engine")
# More do not help on two cores, and each has pipelines of its own.
_POOL = 4


@dataclass(frozen=True)
class Setup:
    """What a case serves, and how. dtype: a name of torch's. batch: for static batches and for the engine."""

    case: str
    model: str
    device: str
    dtype: str
    batch: int
    threads: int
    seed: int = 1
    # A name of `switches.VARIANTS`, for the engine only.
    variant: str = ""


class Case:
    """A case that is asked for measurements, one at a time."""

    def __init__(self, setup: Setup) -> None:
        """Start the process; the model is loaded and warm when this returns."""
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=[setup, theirs], daemon=True)
        self._process.start()
        theirs.close()
        self.told: dict[str, Any] = self._ours.recv()

    def closed_loop(self, count: int) -> dict[str, Any]:
        """See `load.closed_loop`."""
        return self._ask("closed", count, 0.0)

    def open_loop(self, count: int, rate: float) -> dict[str, Any]:
        """See `load.open_loop`."""
        return self._ask("open", count, rate)

    def lone(self, count: int) -> dict[str, Any]:
        """Measure one request after the other, with nothing beside it."""
        return self._ask("lone", count, 0.0)

    def close(self) -> dict[str, Any]:
        """End the process; returns the most memory it has held, in MB, and other facts."""
        facts = self._ask("close", 0, 0.0)
        self._process.join()
        return facts

    def _ask(self, what: str, count: int, rate: float) -> dict[str, Any]:
        self._ours.send((what, count, rate))
        answer: dict[str, Any] = self._ours.recv()
        return answer


def _work(setup: Setup, theirs: Connection) -> None:
    import torch  # noqa: PLC0415 - in the case's own process, so that the parent's memory is none of it

    from benchmarks.serving import load, traffic  # noqa: PLC0415
    from imagegen.engine import description  # noqa: PLC0415

    torch.set_num_threads(setup.threads)
    with tempfile.TemporaryDirectory() as folder:
        model = traffic.link_plain(Path(setup.model), Path(folder))
        described = description.read(str(model))
        # One stream for the whole run, so that no case is asked for the same thing twice.
        requests = iter(
            traffic.Traffic(
                described,
                setup.seed,
                traffic.paper(described),
                guided_share=traffic.TURBO if setup.variant == "turbo" else 1.0,
            )
        )
        server = _serve(setup, str(model))
        # Every kind and length once, so that nothing is set up while the clock runs.
        load.closed_loop(server, requests, count=4 * setup.batch, at_once=setup.batch)
        theirs.send({"case": setup.case, "dtype": setup.dtype})
        while True:
            what, count, rate = theirs.recv()
            if what == "close":
                break
            if what == "open":
                measured = load.open_loop(server, requests, count=count, rate=rate)
            else:
                at_once = 1 if what == "lone" else 4 * setup.batch
                measured = load.closed_loop(server, requests, count=count, at_once=at_once)
            theirs.send(measured.summary())
        server.close()
    theirs.send({"peak_mb": _peak_megabytes(setup.device)} | _engine_facts(server))


def _serve(setup: Setup, model: str) -> Any:
    import torch  # noqa: PLC0415

    from benchmarks.serving import servers, switches  # noqa: PLC0415
    from imagegen.engine.batching import BatchingEngine  # noqa: PLC0415

    dtype = getattr(torch, setup.dtype)
    if setup.case == "engine":
        if setup.variant:
            return servers.Ours(switches.make_engine(setup.variant, model, setup.device, dtype, setup.batch))
        engine = BatchingEngine(model, device=setup.device, dtype=dtype, capacity=setup.batch)
        engine.warm_up()
        return servers.Ours(engine)
    if setup.case == "threads":
        return servers.Threads(lambda: servers.load_pipelines(model, setup.device, dtype), count=_POOL)
    batch = setup.batch if setup.case == "static_batch" else 1
    pipelines = servers.load_pipelines(
        model, setup.device, dtype, has_channels_last=setup.case == "serial_tuned"
    )
    return servers.Serial(pipelines, batch=batch)


def _engine_facts(server: Any) -> dict[str, Any]:
    """Return what the engine measured of itself: seconds of a step by rows, and of decoding a picture."""
    if not hasattr(server, "engine"):
        return {}
    steps, decodes = server.engine.step_times.by_size(), server.engine.decode_times.by_size()
    return {
        "step_seconds": {rows: round(seconds, 5) for rows, seconds in steps.items()},
        "decode_seconds": round(decodes[1], 5) if 1 in decodes else 0.0,
    }


def _peak_megabytes(device: str) -> int:
    import torch  # noqa: PLC0415

    if device.startswith("cuda"):
        return round(torch.cuda.max_memory_allocated() / 2**20)
    status = Path("/proc/self/status").read_text()
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
