"""What the benchmarks' command lines share."""

import json
from pathlib import Path

import pytest

from benchmarks import command_line


def test_an_option_is_there_where_it_is_asked_for(capsys):
    options = command_line.make_parser("About", has_model=True, device="cpu", has_output=True).parse_args([])
    assert (Path(options.model), options.device, options.output) == (command_line.EMBEDDED, "cpu", None)
    assert (command_line.EMBEDDED / "model_index.json").is_file()
    bare = command_line.make_parser("First line.\n\nSecond   line.")
    assert vars(bare.parse_args([])) == {}
    assert "First line.\n\nSecond   line." in bare.format_help()
    with pytest.raises(SystemExit):
        bare.parse_args(["--device", "cpu"])


def test_a_report_is_written_where_a_file_is_named(tmp_path):
    report = {"ratio": 1.5}
    command_line.write(report, None)
    command_line.write(report, tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text() == command_line.as_text(report) + "\n"
    assert json.loads(command_line.as_text(report)) == report
