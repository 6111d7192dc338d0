"""benchmarks/imagegen.py with the model and device of this installation."""

import argparse
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """`manage.py bench_imagegen --json`; everything else goes to benchmarks/imagegen.py as it is."""

    help = "Measure the image engine beside plain diffusers, on this machine with the configured model."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the whole report, not only its ratios")
        parser.add_argument(
            "--quick", action="store_true", help="fewer of all: under ten minutes on two cores"
        )
        parser.add_argument("--output", help="write the report here too")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Measure and print."""
        sys.path.insert(0, str(settings.BASE_DIR))
        try:
            benchmark = import_module("benchmarks.imagegen")
        except ModuleNotFoundError as error:
            raise CommandError(f"The benchmarks are not part of this installation ({error}).") from error
        arguments = ["--model", settings.IMAGE_MODEL]
        if settings.IMAGE_DEVICE != "auto":
            arguments += ["--device", settings.IMAGE_DEVICE]
        if options["quick"]:
            arguments.append("--quick")
        if options["output"]:
            arguments += ["--output", options["output"]]
        report = benchmark.run(arguments)
        shown = report if options["json"] else {name: report[name] for name in ("machine", "ratios")}
        self.stdout.write(benchmark.as_text(shown))
