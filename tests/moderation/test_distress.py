"""Somebody who may harm themselves is shown where to find help; the rest of the world is left alone."""

import pytest

from moderation.screening import needs_help


@pytest.mark.parametrize(
    "text",
    [
        "sometimes I think about how to hurt myself",
        "I want to kill myself",
        "i wanna die",
        "I don't want to live anymore",
        "I feel so suicidal tonight",
        "I have suicidal thoughts",
        "I am thinking about suicide",
        "I might end it all",
        "everyone would be better off without me",
        "there is no reason to live",
        "Ich will nicht mehr leben",
        "ich möchte mich umbringen",
        "j'ai envie de mourir",
        "quiero morirme",
        "quero morrer",
        "voglio morire",
        "死にたい",
        "想自杀",
        "я хочу умереть",
        "I want to k\u200bill myself",
    ],
)
def test_words_of_distress_are_heard(text: str) -> None:
    assert needs_help(text)


@pytest.mark.parametrize(
    "text",
    [
        "The knight wants to kill the dragon.",
        "That joke kills me!",
        "You hurt me when you left.",
        "I could die laughing",
        "He took his own advice.",
        "We live at the end of it all too long a street.",
        "I helped myself to some cake.",
        "Do you want to live by the sea?",
        "",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert not needs_help(text)
