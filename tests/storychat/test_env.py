"""Deployment values: a missing or wrong one is named at start."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from storychat.env import Settings
from tests import processes
from tools import check_all, run_tests


def read(**values: str) -> Settings:
    return Settings(Path("/nowhere"), values)


def test_an_empty_value_counts_as_not_set() -> None:
    assert read(LOG_LEVEL=" ").text("LOG_LEVEL", "INFO") == "INFO"
    assert read().text("LOG_LEVEL", "INFO") == "INFO"
    assert read(LOG_LEVEL="DEBUG").text("LOG_LEVEL", "INFO") == "DEBUG"


def test_a_required_value_is_named_with_its_reason() -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set: it signs"):
        read(SECRET_KEY="").required("SECRET_KEY", why="it signs sessions")


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("Yes", True), ("off", False), ("", True)])
def test_a_flag_understands(text: str, expected: bool) -> None:
    assert read(DEBUG=text).flag("DEBUG", default=True) is expected


def test_a_flag_refuses_anything_else() -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG is 'maybe'"):
        read(DEBUG="maybe").flag("DEBUG", default=False)


def test_choices_are_known_words() -> None:
    known = ("compiled", "recorded")
    assert read(SPEED=" recorded, compiled ").choices("SPEED", known=known) == ["recorded", "compiled"]
    assert read().choices("SPEED", known=known) == []
    with pytest.raises(ImproperlyConfigured, match="SPEED has 'fast'"):
        read(SPEED="compiled,fast").choices("SPEED", known=known)


def test_a_number_refuses_words() -> None:
    assert read(PORT="9000").number("PORT", 8000) == 9000
    with pytest.raises(ImproperlyConfigured, match="PORT is 'many'"):
        read(PORT="many").number("PORT", 8000)


def test_words_are_separated_by_commas() -> None:
    assert read(ALLOWED_HOSTS="a.example, b.example,").words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_group_without_one_of_its_keys_names_the_missing_one() -> None:
    assert read().together("CHAT_BASE_URL", "CHAT_MODEL") is False
    assert read(CHAT_BASE_URL="http://x", CHAT_MODEL="m").together("CHAT_BASE_URL", "CHAT_MODEL") is True
    with pytest.raises(ImproperlyConfigured, match="CHAT_MODEL is not set, but CHAT_BASE_URL is"):
        read(CHAT_BASE_URL="http://x").together("CHAT_BASE_URL", "CHAT_MODEL")


def test_a_file_gives_what_the_environment_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("STORYCHAT_TEST_A=file\nSTORYCHAT_TEST_B=file\n")
    (tmp_path / "other").write_text("STORYCHAT_TEST_C=other\n")
    for key in ("STORYCHAT_ENV_FILE", "STORYCHAT_TEST_B", "STORYCHAT_TEST_C"):
        monkeypatch.setenv(key, "")  # so that the variable that the file makes goes again
        monkeypatch.delenv(key)
    monkeypatch.setenv("STORYCHAT_TEST_A", "variable")
    values = Settings(tmp_path)
    assert (values.text("STORYCHAT_TEST_A"), values.text("STORYCHAT_TEST_B")) == ("variable", "file")
    monkeypatch.setenv("STORYCHAT_ENV_FILE", "other")
    assert Settings(tmp_path).text("STORYCHAT_TEST_C") == "other"
    monkeypatch.setenv("STORYCHAT_ENV_FILE", "missing")
    with pytest.raises(ImproperlyConfigured, match="STORYCHAT_ENV_FILE is 'missing'"):
        Settings(tmp_path)


@pytest.mark.parametrize(("key", "value"), [("STORYCHAT_ENV_FILE", ""), ("STORYCHAT_DEMO", "1")])
def test_the_demo_and_the_tests_read_no_file(
    key: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("STORYCHAT_TEST_D=file\n")
    monkeypatch.delenv("STORYCHAT_ENV_FILE")  # pytest has it, from storychat/settings_test.py
    monkeypatch.setenv(key, value)
    assert Settings(tmp_path).text("STORYCHAT_TEST_D") == ""


def test_processes_that_tests_start_read_no_file() -> None:
    assert processes.make_environment(Path("/nowhere"))["STORYCHAT_ENV_FILE"] == ""
    assert run_tests.make_environment("/nowhere", is_embedded=False)["STORYCHAT_ENV_FILE"] == ""
    assert check_all.make_production_environment("/nowhere")["STORYCHAT_ENV_FILE"] == ""


def test_a_mapping_is_an_object_of_texts() -> None:
    assert read(LABELS='{"toxic": "hold", "level": 3}').mapping("LABELS", example="{}") == {
        "toxic": "hold",
        "level": "3",
    }
    assert read().mapping("LABELS", example="{}") == {}


@pytest.mark.parametrize("text", ["toxic", "[1]", '"x"'])
def test_a_mapping_that_is_none_is_named_with_an_example(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="LABELS must be a JSON object such as"):
        read(LABELS=text).mapping("LABELS", example='{"a": "b"}')
