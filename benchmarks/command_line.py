"""What the command lines of all benchmarks have in common."""

import argparse
import json
from pathlib import Path
from typing import Any

EMBEDDED = Path(__file__).resolve().parents[1] / "imagegen" / "models" / "embedded"


def make_parser(
    about: str | None, *, has_model: bool = False, device: str = "", has_output: bool = False
) -> argparse.ArgumentParser:
    """Return a parser that shows a benchmark's docstring as its help, with the options that it shares.

    has_model: which folder is drawn with. device: the default of `--device`, empty for benchmarks that have
    none. has_output: a file that the report is written to as well.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    if has_model:
        parser.add_argument("--model", default=str(EMBEDDED), help="folder of a model, or a hub id")
    if device:
        parser.add_argument("--device", default=device)
    if has_output:
        parser.add_argument("--output", type=Path, help="file to write the report to as well")
    return parser


def as_text(report: dict[str, Any]) -> str:
    """Return a report as it is printed."""
    return json.dumps(report, indent=2)


def write(report: dict[str, Any], output: Path | None) -> None:
    """Write a report to a file, where one is asked for."""
    if output:
        output.write_text(as_text(report) + "\n")
