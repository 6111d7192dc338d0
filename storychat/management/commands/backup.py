"""Write the database and all media into one dated archive."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from storychat.backup import services
from storychat.backup.archive import BackupRefusedError


class Command(BaseCommand):
    help = "Writes the database and all media files into one archive, while everything goes on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.HOME / "backups", help="the folder")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *_args: Any, to: Path, as_json: bool, **_options: Any) -> None:
        try:
            archive, manifest = services.write_backup(folder=to.resolve(), now=timezone.now())
        except BackupRefusedError as error:
            raise CommandError(str(error)) from error
        if as_json:
            self.stdout.write(json.dumps({"archive": str(archive), "manifest": asdict(manifest)}))
            return
        size = archive.stat().st_size / 1e6
        self.stdout.write(f"Wrote {archive} ({size:.1f} MB, {len(manifest.media)} media files).")
        self.stdout.write("It holds personal data: keep it as safe as the installation itself.")
