"""Macros of character cards."""

import random

import pytest

from chat import macros
from chat.macros import Names
from chat.prompts import Speaker, Turn, greeting_text, parse_examples

NAMES = Names(char="Mira", user="Alex")


def expand(text: str, names: Names = NAMES) -> str:
    return macros.expand(text, names, random.Random(1))


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("{{char}} and {{User}}", "Mira and Alex"),
        ("<BOT> <user>", "Mira Alex"),
        ("{{// note}}x{{comment: y}}", "x"),
        ("{{reverse: abc}}", "cba"),
        ("{{random:only}}", "only"),
        ("{{pick::one}}", "one"),
        ("{{roll: d1}}", "1"),
        ("{{unknown}} {{", "{{unknown}} {{"),
        ("a{{newline}}b", "a\nb"),
    ],
)
def test_known_macros(text: str, expanded: str) -> None:
    assert expand(text) == expanded


def test_a_name_that_looks_like_a_macro_stays_a_name() -> None:
    assert expand("{{user}}", Names(char="Mira", user="{{char}}")) == "{{char}}"


def test_choices_stay_the_same_for_a_seed() -> None:
    text = "{{random:red,green,blue,a\\,b}} {{roll:20}}"
    assert greeting_text(text, NAMES, 4) == greeting_text(text, NAMES, 4)


def test_examples_are_split_into_turns() -> None:
    text = "<START>\n{{user}}: Hi\n{{char}}: Hello\nstill me\n<start>\nAlex: Bye\nNobody: x"
    assert parse_examples(text, NAMES, random.Random(1)) == [
        (Turn(Speaker.PERSON, "Hi"), Turn(Speaker.CHARACTER, "Hello\nstill me")),
        (Turn(Speaker.PERSON, "Bye\nNobody: x"),),
    ]
