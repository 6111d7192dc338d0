"""Every age in many languages and the usual frames: below 18 is found in an item for adults, 18 never is."""

import json
from pathlib import Path

import pytest

from moderation.models import Verdict
from moderation.screening import numbers
from moderation.screening.findings import Content, Purpose
from moderation.screening.readings import fold
from moderation.screening.rules import MinorsCheck
from moderation.screening.terms.numbers import LOCAL
from tests.moderation.age_frames import FIGURES, FRAMES

# The numbers from 1 to 99 as words, taken from another source than the product's own tables.
WORDS: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("number_words.json").read_text(encoding="utf-8")
)
YOUNG = range(3, 18)
GROWN = range(18, 100)
# Without a word for years "elf" is somebody with pointed ears as often as eleven.
UNCLEAR = {("de", "Er ist {w}.", 11), ("nl", "Ze is {w} en werkt hier.", 11)}
# These are written without blanks or counted apart: their numbers are read with the word for years only.
UNSPACED = frozenset({"ja", "zh", "ko", "th"})


def outcome(text: str, *, mature: bool = True) -> str:
    found = MinorsCheck().look(Content(Purpose.CHARACTER, text, mature))
    return found[0].outcome if found else Verdict.Outcome.PASS


def test_there_are_words_and_frames_for_every_language() -> None:
    assert WORDS.keys() == FRAMES.keys()
    assert len(WORDS) >= 30
    assert all(len(words) == 99 for words in WORDS.values())


@pytest.mark.parametrize("language", FRAMES)
def test_ages_below_18_are_found_and_others_never_are(language: str) -> None:
    wrong = []
    for frame in FRAMES[language]:
        for age in (*YOUNG, *GROWN):
            text = frame.format(n=age, w=WORDS[language][age - 1])
            expected = Verdict.Outcome.CHILD_SAFETY if age in YOUNG else Verdict.Outcome.PASS
            if outcome(text) != expected and (language, frame, age) not in UNCLEAR:
                wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("language", sorted(FRAMES.keys() - UNSPACED))
def test_words_for_numbers_are_read_as_what_they_mean(language: str) -> None:
    wrong = []
    for value, word in enumerate(WORDS[language], start=1):
        found = [number.value for number in numbers.find_numbers(fold(word))]
        if found != [value] and word not in LOCAL and value > 1:
            wrong.append((word, found))
    assert [case for case in wrong if case[1]] == []


@pytest.mark.parametrize("shape", FIGURES)
@pytest.mark.parametrize("frame", ["Age: {}", "age = {}", "She is {} years old.", "Alter: {}", "Edad: {}"])
def test_figures_of_every_shape_and_what_is_reckoned_are_read(shape: str, frame: str) -> None:
    write = FIGURES[shape]
    # A single letter or digit behind a label may be anything.
    young, grown = range(11, 18), (18, 21, 27, 34, 45, 58, 63, 79, 86)
    wrong = [frame.format(write(age)) for age in young if outcome(frame.format(write(age))) != "CHILD_SAFETY"]
    wrong += [frame.format(write(age)) for age in grown if outcome(frame.format(write(age))) != "PASS"]
    assert wrong == []


@pytest.mark.parametrize(
    "frame",
    [
        "Born in {}, she loves the sea.",
        "Born {}.",
        "Date of birth: 14 March {}.",
        "DOB: 03/09/{}",
        "DOB: {}-05-14",
        "b. {}. Collects keys.",
        "Birth year: {}",
        "Born on May 4, {} in Leeds.",
        "born in Leeds in {}",
        "Geboren {} in Köln.",
        "Geburtsjahr: {}",
        "Née en {} à Lyon.",
        "Nació en {}.",
        "Nascida em {}.",
        "Nata nel {}.",
        "Urodzona w {} roku.",
        "Родилась в {} году.",
        "{}年生まれ",
        "{}年出生",
        "{}년생",
        "{} doğumlu",
    ],
)
def test_years_of_birth_are_ages(frame: str) -> None:
    assert [year for year in (2009, 2010, 2013) if outcome(frame.format(year)) != "CHILD_SAFETY"] == []
    assert [year for year in (1961, 1987, 1999, 2005, 2007) if outcome(frame.format(year)) != "PASS"] == []
    # Who was born 18 years ago is 17 or 18: a person asks.
    assert outcome(frame.format(2008)) == Verdict.Outcome.HOLD


@pytest.mark.parametrize(
    "text",
    [
        "The band was born in 2012 in a garage.",
        "She gave birth in 2015 and went back to sea.",
        "A wine of the year 2012.",
        "She met him in 2014 at NATO.",
        "Born in 1994, she has been a pilot since 2018.",
        "On her 30th birthday in 2015 she bought a boat.",
        "Born in Leeds. 2011 was a bad year for the firm.",
    ],
)
def test_years_in_which_something_else_began_are_none(text: str) -> None:
    assert outcome(text) == Verdict.Outcome.PASS


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("A 16-year-old detective who solves thefts in her village.", Verdict.Outcome.PASS),
        ("Lina, 9, looks for her lost kite.", Verdict.Outcome.PASS),
        ("{{char}} is 15.", Verdict.Outcome.HOLD),
        ("I am 15.", Verdict.Outcome.HOLD),
        ("Emma is 16 and has a crush on a boy in her class.", Verdict.Outcome.HOLD),
        ("Emma, 16, is your girlfriend.", Verdict.Outcome.CHILD_SAFETY),
        ("A romantic relationship between a teacher and his underage pupil.", Verdict.Outcome.CHILD_SAFETY),
    ],
)
def test_children_have_adventures_in_stories_for_everybody_and_no_romance(text: str, safe: str) -> None:
    assert outcome(text, mature=False) == safe
    assert outcome(text, mature=True) == Verdict.Outcome.CHILD_SAFETY
