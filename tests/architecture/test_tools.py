"""The commands behind make test and make check."""

from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.reporting import Reporter
from tools import check_all, check_scripts, run_tests

pytest_plugins = ["pytester"]


def test_the_tests_do_not_see_a_real_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("S3_BUCKET", "SECRET_KEY", "CHAT_API_KEY", "STORYCHAT_DEMO", "EMAIL_URL"):
        monkeypatch.setenv(key, "real")
    monkeypatch.setenv("DATABASE_URL", "postgres://postgres@127.0.0.1/x")
    environment = run_tests.make_environment("/tmp/home", is_embedded=False)
    assert "real" not in environment.values()
    assert environment["DATABASE_URL"].startswith("postgres")
    assert "DATABASE_URL" not in run_tests.make_environment("/tmp/home", is_embedded=True)


def test_every_shell_script_is_found() -> None:
    assert {".ci/run", "tools/venv.sh", "deploy/entrypoint.sh"} <= {
        str(path.relative_to(ROOT)) for _shell, path in check_scripts.list_scripts()
    }


def test_a_failing_check_is_shown_with_its_output(monkeypatch: pytest.MonkeyPatch) -> None:
    good = check_all.Check("good", ["true"])
    bad = check_all.Check("bad", ["sh", "-c", "echo what is wrong; exit 3"])
    monkeypatch.setattr(check_all, "list_checks", lambda _home: ([good, bad], ["nothing: not here"]))
    lines: list[str] = []
    assert check_all.main([], show=lines.append) == 1
    text = "\n".join(lines)
    assert "FAIL  bad" in text
    assert "what is wrong" in text
    assert "NOT CHECKED  nothing: not here" in text
    assert check_all.main(["good"], show=lines.append) == 0


def test_what_cannot_run_here_is_left_out_and_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.reporting._find_missing", lambda: {"gpu": "there is no CUDA device"})
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    pytester.makeini("[pytest]\nmarkers =\n  gpu: x\n")
    pytester.makepyfile(
        "import pytest\n@pytest.mark.gpu\ndef test_device(): assert False\ndef test_here(): pass\n"
    )
    result = pytester.runpytest_inprocess("-p", "no:django", "-p", "no:randomly", plugins=[Reporter()])
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["*LEFT OUT: 1 tests*", "*1  there is no CUDA device"])


def test_ci_calls_the_commands_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert Path(ROOT / ".ci/run").stat().st_mode & 0o100
    for command in ("make check", "make test", "make test-journey"):
        assert command in script
