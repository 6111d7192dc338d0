"""`manage.py import_blocked_pictures FILE`: block pictures by a list of PDQ hashes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from moderation.screening import hashes
from policies.rules import RULES


class Command(BaseCommand):
    help = (
        "Block pictures by their PDQ hashes: 64 hexadecimal digits a line. The same list twice adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--reason", default="minors", choices=sorted(RULES), help="why they are blocked")

    def handle(self, *_args: Any, file: Path, reason: str, **_options: Any) -> None:
        try:
            lines = file.read_text(encoding="ascii").splitlines()
            added, read = hashes.import_list(lines, reason_code=reason, actor=None, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not a text of hexadecimal digits; nothing was imported") from error
        except hashes.BadHashError as error:
            raise CommandError(f"{file}, {error}; nothing was imported") from error
        self.stdout.write(f"{added} new, {read - added} known already, {read} read.")
