"""Score automatic screening on cases that people have labelled."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.screening import scoring


class Command(BaseCommand):
    help = (
        'Judges {"cases": [{"text", "field", "mature", "expect"}]} and says how often screening agrees. '
        "It stores nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a JSON file with labelled cases")
        parser.add_argument("--json", action="store_true", dest="is_json", help="write JSON for programs")

    def handle(self, *_args: Any, file: Path, is_json: bool, **_options: Any) -> None:
        try:
            score = scoring.score_cases(scoring.parse_cases(file.read_text(encoding="utf-8")))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or 'cannot be read'}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: this is not UTF-8 text.") from error
        except scoring.BadCasesError as error:
            raise CommandError(f"{file}: {error}") from error
        if is_json:
            self.stdout.write(json.dumps(score, ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            f"{score['cases']} cases: precision {score['precision']['overall']}, "
            f"recall {score['recall']['overall']}, {score['child_safety_missed']} child safety missed, "
            f"{score['false_alarms']} false alarms."
        )
        for case in score["wrong"]:
            self.stdout.write(f"  expected {case['expect']}, got {case['got']}: {case['text']}")
