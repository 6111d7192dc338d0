"""Text becomes spans, never HTML."""

import pytest

from characters.prose import Span, parse_text
from chat.presenters import preview


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("plain", [("plain", "plain")]),
        ("*waves* Hi", [("action", "waves"), ("plain", " Hi")]),
        ("**now** or *never*", [("strong", "now"), ("plain", " or "), ("action", "never")]),
        ("2*3*4", [("plain", "2*3*4")]),
        ("a * b", [("plain", "a * b")]),
        ("*unclosed", [("plain", "*unclosed")]),
        ("***", [("plain", "***")]),
        ("<b>*x*</b>", [("plain", "<b>"), ("action", "x"), ("plain", "</b>")]),
    ],
)
def test_marks(text: str, spans: list[tuple[str, str]]) -> None:
    assert parse_text(text) == (((tuple(Span(*span) for span in spans)),),)


def test_a_mark_that_is_still_being_written_counts() -> None:
    assert parse_text("Hi *leans clo", is_open=True) == (
        ((Span("plain", "Hi "), Span("action", "leans clo")),),
    )


def test_paragraphs_and_lines() -> None:
    assert len(parse_text("one\ntwo\n\n\nthree\n")) == 2
    assert len(parse_text("one\ntwo")[0]) == 2
    assert parse_text("") == ()


def test_previews_say_what_was_said() -> None:
    assert preview("*waves*\n\nHello **there**") == "Hello there"
    assert preview("*waves*") == "waves"
    assert len(preview("word " * 100)) <= 141
