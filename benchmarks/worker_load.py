"""Thousands of pictures through real Celery workers, one of which is killed on the way. Prints JSON.

DATABASE_URL=postgres://... REDIS_URL=redis://... python benchmarks/worker_load.py [--count 10000]

The engine draws flat colours at once, so what is measured is everything around it: claiming, leases, files,
holds, audit. One person asks for half of all before the others come. After a third of the pictures one of
two workers is killed with kill -9 in the middle of its batch, and another takes its place. Counted are those
that never arrive, arrive twice or are paid twice, the memory of the workers, and who had to wait.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.command_line import as_text, make_parser  # noqa: E402 - needs the path above
from tests.imagegen.deployment import Deployment, deploy  # noqa: E402

_LOOK_SECONDS = 1.0
# Until then a worker's caches fill up.
_SETTLED = 0.25


def resident_megabytes(pid: int) -> float:
    """Return what a process holds in memory now; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    _, found, rest = status.partition("VmRSS:")
    return int(rest.split()[0]) / 1024 if found else 0.0


def measure(deployment: Deployment, *, count: int, others: int, capacity: int) -> dict[str, Any]:
    """Fill the queue, let workers empty it, kill one of them; returns what came of it."""
    flooder = count // 2
    deployment.tell("fill_queue", flood=flooder, others=count - flooder, owners=others)
    workers = [deployment.start_worker(capacity=capacity) for _ in range(2)]
    started, killed_at = time.monotonic(), None
    lasting = workers[0].pid
    memory: list[tuple[int, float]] = []
    while True:
        time.sleep(_LOOK_SECONDS)
        told = deployment.tell("count_pictures")
        memory.append((told["finished"], resident_megabytes(lasting)))
        if told["finished"] >= count:
            break
        if killed_at is None and told["finished"] > count // 3 and told["running"] > capacity:
            killed_at = told["finished"]
            workers[1].kill()
            workers[1].wait()
            workers[1] = deployment.start_worker(capacity=capacity)
        # What beat does in an installation: leases of the killed one run out, and its pictures go back.
        deployment.tell("sweep")
    seconds = time.monotonic() - started
    settled = [held for finished, held in memory if finished > _SETTLED * count]
    early, late = settled[: len(settled) // 4 or 1], settled[-(len(settled) // 4 or 1) :]
    return {
        "pictures": count,
        "pictures_per_second": round(count / seconds, 1),
        "killed_after": killed_at,
        **deployment.tell("audit_pictures"),
        "worker_mb_early": round(statistics.median(early), 1),
        "worker_mb_late": round(statistics.median(late), 1),
        "fairness": deployment.tell("measure_fairness"),
    }


def main() -> None:
    """Read the command line, measure, print."""
    parser = make_parser(__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--others", type=int, default=100, help="people beside the one who asks for half")
    parser.add_argument("--capacity", type=int, default=8, help="pictures that a worker draws at a time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, deploy(Path(home), kind="services") as deployment:
        told = measure(deployment, count=options.count, others=options.others, capacity=options.capacity)
    print(as_text(told))


if __name__ == "__main__":
    main()
