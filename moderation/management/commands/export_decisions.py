"""`manage.py export_decisions --since DAY --until DAY`: statements of reasons for the EU's database."""

import os
import tempfile
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from moderation import statements


def _day(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-06-01") from error


class Command(BaseCommand):
    help = (
        "Write the decisions that restrict somebody as statements of reasons (EU Digital Services Act). "
        "Days begin at midnight UTC; --until is not part of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_day, required=True, help="first day, as 2026-06-01")
        parser.add_argument("--until", type=_day, required=True, help="the day after the last")
        shape = parser.add_mutually_exclusive_group()
        shape.add_argument("--json", action="store_true", help="JSON, as the database takes it (default)")
        shape.add_argument("--csv", action="store_true", help="a line for each statement")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of the screen")

    def handle(
        self, *_args: Any, since: datetime, until: datetime, csv: bool, output: Path | None, **_options: Any
    ) -> None:
        if until <= since:
            raise CommandError("--until must be after --since")
        decisions = statements.list_decisions(since=since, until=until)
        found = statements.make_statements(decisions, site_url=settings.SITE_URL)
        texts = statements.as_csv(found) if csv else statements.as_json(found)
        if output is None:
            for text in texts:
                self.stdout.write(text, ending="")
            return
        try:
            with _replacing(output) as out:
                out.writelines(texts)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Open a file that takes the place of `path` once all of it is written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            yield out
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
