"""Put an archive back in place of everything."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from storychat.backup import services
from storychat.backup.archive import BackupRefusedError
from storychat.supervisor import SupervisorRefusedError, only_one


class Command(BaseCommand):
    help = "Replaces the database and all media files with an archive's. Stop all processes first."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--overwrite", action="store_true", help="replace what this installation holds")

    def handle(self, *_args: Any, archive: Path, overwrite: bool, **_options: Any) -> None:
        try:
            with only_one(settings.HOME / "supervise.lock"):
                manifest = services.restore_backup(archive=archive, overwrite=overwrite)
        except (BackupRefusedError, SupervisorRefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored the backup of {manifest.created_at} with {len(manifest.media)} media files."
        )
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("It comes from an older version: run manage.py migrate before you start.")
