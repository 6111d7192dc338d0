"""manage.py score_screening."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from moderation.models import Evidence, Verdict

CASE = {"text": "A quiet baker.", "field": "description", "mature": False, "expect": "pass"}


def score(path: Path, *flags: str) -> str:
    out = io.StringIO()
    call_command("score_screening", str(path), *flags, stdout=out)
    return out.getvalue()


def write(path: Path, cases: list) -> Path:
    path.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return path


def test_agreement_is_counted_by_outcome_and_over_all(tmp_path: Path) -> None:
    cases = [
        CASE,
        CASE | {"text": "A noir tale of torture."},
        CASE | {"text": "A noir tale of torture.", "expect": "reject"},
        CASE | {"text": "A warm cup of tea.", "expect": "reject"},
        CASE | {"text": "{{char}} is a schoolboy.", "expect": "hold"},
        CASE | {"text": "She is 16 years old.", "mature": True, "expect": "child_safety"},
        CASE | {"text": "Tea again.", "mature": True, "expect": "child_safety"},
    ]
    told = json.loads(score(write(tmp_path / "cases.json", cases), "--json"))
    assert told["cases"] == 7
    assert told["precision"] == {
        "pass": round(1 / 3, 4),
        "hold": 1.0,
        "reject": 0.5,
        "child_safety": 1.0,
        "overall": 0.75,
    }
    assert told["recall"] == {"pass": 0.5, "hold": 1.0, "reject": 0.5, "child_safety": 0.5, "overall": 0.6}
    assert (told["child_safety_missed"], told["false_alarms"]) == (1, 1)
    assert [(case["text"], case["expect"], case["got"]) for case in told["wrong"]] == [
        ("A noir tale of torture.", "pass", "reject"),
        ("A warm cup of tea.", "reject", "pass"),
        ("Tea again.", "child_safety", "pass"),
    ]


def test_how_somebody_looks_is_judged_as_something_to_draw_too(tmp_path: Path) -> None:
    """Submitting a character does the same."""
    girl = CASE | {"text": "a girl with red hair", "expect": "reject"}
    cases = [girl | {"field": "appearance"}, girl | {"field": "description", "expect": "pass"}]
    assert json.loads(score(write(tmp_path / "cases.json", cases), "--json"))["wrong"] == []


def test_a_field_of_another_name_is_judged_as_a_part_of_a_character(tmp_path: Path) -> None:
    """People call their fields differently: one strange name does not cost the answer about the others."""
    case = CASE | {"text": "I am 15.", "expect": "hold"}
    cases = [case | {"field": "persona"}, case | {"field": "message", "expect": "pass"}]
    cases += [CASE | {"field": "prompt", "text": "a child in the snow", "expect": "reject"}]
    assert json.loads(score(write(tmp_path / "cases.json", cases), "--json"))["wrong"] == []


def test_without_json_it_says_so_in_words(tmp_path: Path) -> None:
    told = score(write(tmp_path / "cases.json", [CASE, CASE | {"expect": "hold"}]))
    assert "2 cases" in told
    assert "expected hold, got pass: A quiet baker." in told


def test_what_nobody_expected_has_no_share(tmp_path: Path) -> None:
    told = json.loads(score(write(tmp_path / "cases.json", [CASE]), "--json"))
    assert told["recall"]["reject"] is None
    assert told["precision"]["pass"] == 1.0


@pytest.mark.django_db
def test_scoring_stores_nothing(tmp_path: Path) -> None:
    case = CASE | {"text": "erotic text about a child", "expect": "child_safety"}
    score(write(tmp_path / "cases.json", [case]), "--json")
    assert not Verdict.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "not JSON"),
        (b"[]", 'no list "cases"'),
        (b'{"cases": {}}', 'no list "cases"'),
        (b'{"cases": []}', "empty"),
        (b'{"cases": [3]}', "case 1 is no object"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_bad_file_is_named_with_its_problem(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=problem) as refused:
        score(path, "--json")
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"text": 7}, 'case 2: "text"'),
        ({"field": None}, 'case 2: "field"'),
        ({"field": ["name"]}, 'case 2: "field"'),
        ({"mature": "yes"}, 'case 2: "mature"'),
        ({"expect": "allow"}, 'case 2: "expect"'),
        ({"expect": None}, 'case 2: "expect"'),
    ],
)
def test_a_bad_case_is_named_by_its_number(tmp_path: Path, change: dict, problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        score(write(tmp_path / "cases.json", [CASE, CASE | change]))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json: No such file"):
        score(tmp_path / "nowhere.json")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="directory"):
        score(tmp_path)
