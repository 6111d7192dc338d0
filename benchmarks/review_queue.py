"""What the review queue costs with many rows. Prints Markdown for docs/performance.md.

DATABASE_URL=postgres://... python benchmarks/review_queue.py [--count 100000]

Makes a database of its own beside the one that DATABASE_URL names, fills it, opens the pages of the queue as
reviewers do, and asks PostgreSQL how it ran their queries. The database is removed at the end.
"""

import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "storychat.settings_test"

import django  # noqa: E402 - needs the path above

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from benchmarks.command_line import make_parser  # noqa: E402
from characters import review_queue  # noqa: E402
from moderation import claims  # noqa: E402
from tests import crowds  # noqa: E402
from tests.factories import make_staff  # noqa: E402

_ROUNDS = 20
_CLAIMS = 200
_PAGES = {
    "the list": "admin:characters_pendingrevision_changelist",
    "the next one": "admin:characters_pendingrevision_next",
    "the next one after one in the middle": "admin:characters_pendingrevision_next",
    "the counters": "admin:moderation_counters",
}


def measure(client: Client, path: str) -> tuple[list[str], float]:
    """Return the queries of a page, and the median of its seconds."""
    client.get(path)
    with CaptureQueriesContext(connection) as used:
        client.get(path)
    # Now: the next request empties the log that this reads from.
    queries = [query["sql"] for query in used]
    seconds = []
    for _round in range(_ROUNDS):
        started = time.perf_counter()
        client.get(path)
        seconds.append(time.perf_counter() - started)
    return queries, statistics.median(seconds)


def explain(sql: str) -> str:
    """Return how PostgreSQL ran a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


def report(count: int) -> list[str]:
    """Return the measurement at the present number of rows, as Markdown."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client = Client()
    client.force_login(make_staff())
    lines = [f"### {count:,} rows wait", "", "| page | queries | median |", "|---|---|---|"]
    plans = []
    waiting = review_queue.CHARACTERS.list_waiting().order_by(*review_queue.ORDER)
    middle = waiting.values_list("pk", flat=True)[waiting.count() // 2]
    for title, name in _PAGES.items():
        path = reverse(name)
        queries, seconds = measure(client, f"{path}?after={middle}" if "middle" in title else path)
        lines.append(f"| {title} | {len(queries)} | {1000 * seconds:.0f} ms |")
        rows = [sql for sql in queries if '"characters_revision"' in sql]
        plans += [(title, sql) for sql in rows]
    for number, (title, sql) in enumerate(plans, start=1):
        kind = "counts" if "COUNT(" in sql.upper() else "reads"
        lines += ["", f"{number}. {title}, the query that {kind}:", "", "```", explain(sql), "```"]
    return lines


def claim_some() -> None:
    """Let other reviewers work on some of what waits."""
    now = datetime.now(UTC)
    others = [make_staff() for _number in range(_CLAIMS)]
    keys = review_queue.CHARACTERS.list_waiting().order_by("pk").values_list("pk", flat=True)[:_CLAIMS]
    for other, key in zip(others, keys, strict=False):
        claims.claim(actor=other, queue=review_queue.CHARACTERS.key, item_id=str(key), now=now)


def main() -> None:
    parser = make_parser(__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    count = parser.parse_args().count
    if connection.vendor != "postgresql":
        sys.exit("DATABASE_URL has to name a PostgreSQL server.")
    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        crowds.make_rejected(count // 2)
        crowds.make_waiting(100, prefix="few")
        few = report(100)
        crowds.make_waiting(count - 100)
        claim_some()
        print("\n".join([*few[: 4 + len(_PAGES)], "", *report(count)]))
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
