"""R5: the diagram in the documentation is the one of the code."""

import pytest

from characters.models import Revision, State
from tools import state_diagram

PAGE = f"# Title\n\n{state_diagram.BEGIN}\nold\n{state_diagram.END}\n\nThe end.\n"


@pytest.fixture
def page(tmp_path, monkeypatch):
    page = tmp_path / "architecture.md"
    page.write_text(PAGE)
    monkeypatch.setattr(state_diagram, "PAGE", page)
    monkeypatch.setattr(state_diagram, "ROOT", tmp_path)
    return page


def test_the_committed_diagram_is_fresh():
    assert state_diagram.main(["--check"]) == 0


def test_the_diagram_has_every_state_and_transition():
    lines = state_diagram.build_diagram().splitlines()

    field = Revision._meta.get_field("state")
    for step in field.get_all_transitions(Revision):
        assert f"    {step.source} --> {step.target}: {step.name}" in lines
    assert all(any(state in line for line in lines) for state in State.values)
    assert "    [*] --> DRAFT" in lines


def test_write_then_check(page, capsys):
    assert state_diagram.main(["--check"]) == 1
    assert "stale" in capsys.readouterr().err

    assert state_diagram.main(["--write"]) == 0
    assert state_diagram.main(["--check"]) == 0
    written = page.read_text()
    assert written.startswith("# Title\n")
    assert written.endswith("The end.\n")
    assert "old" not in written
    assert state_diagram.main(["--write"]) == 0
    assert page.read_text() == written


def test_a_page_without_markers_is_an_error(page, capsys):
    page.write_text("# Title\n")

    assert state_diagram.main(["--write"]) == 1
    assert state_diagram.BEGIN in capsys.readouterr().err


def test_without_an_option_it_prints(capsys):
    assert state_diagram.main([]) == 0
    assert capsys.readouterr().out.startswith("stateDiagram-v2")
