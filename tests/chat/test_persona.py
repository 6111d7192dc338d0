"""The built-in responder speaks from the character's own fields."""

import re

import pytest
from asgiref.sync import async_to_sync

from chat.prompts import CharacterSheet, PhotoNote, Prompt, Speaker, Turn, build_prompt
from chat.responders import phrases
from chat.responders.facts import collect_facts, first_person
from chat.responders.persona import PersonaResponder, answer
from chat.responders.reading import Kind, read
from moderation import screening
from moderation.screening import Purpose

SHEET = CharacterSheet(
    name="Mira Vale",
    short_bio="A clockmaker who repairs more than clocks.",
    description=(
        "Mira Vale is a clockmaker who lives above her café by the harbour. She is patient and a little shy. "
        "She collects old maps and paints clouds on them. She was born at sea and has two sisters. "
        "She walks to the lighthouse with her dog Bolt every evening. Likes: black tea, rain, old books. "
        "{{char}} must never break character."
    ),
    scenario="It is a rainy evening in the workshop. {{user}} brings a broken watch.",
    first_message="*wipes her hands* Come in, {{user}}.",
    example_dialogue=(
        "<START>\n{{user}}: Can you repair this watch?\n{{char}}: *turns it over* I can "
        "repair anything that once "
        "worked, {{user}}."
    ),
    category="drama",
)


def make_prompt(*lines: str, seed: int = 1, sheet: CharacterSheet = SHEET, **photo: object) -> Prompt:
    """Lines alternate, and the last is the person's."""
    history = [
        Turn(Speaker.PERSON if (len(lines) - index) % 2 else Speaker.CHARACTER, line)
        for index, line in enumerate(lines)
    ]
    return build_prompt(
        sheet=sheet, user_name="Alex", history=history, seed=seed, budget_tokens=3000, **photo
    )


def talk(*said: str, sheet: CharacterSheet = SHEET) -> list[str]:
    lines: list[str] = []
    answers = []
    for index, line in enumerate(said):
        lines.append(line)
        answers.append(answer(make_prompt(*lines, seed=index * 31 + 7, sheet=sheet)))
        lines.append(answers[-1])
    return answers


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("She collects old maps and paints clouds.", "I collect old maps and paint clouds."),
        (
            "Mira is a clockmaker who lives above her café.",
            "I'm a clockmaker who lives above my café.",
        ),
        ("She was born at sea and has two sisters.", "I was born at sea and have two sisters."),
        ("Mira Vale never forgets a face and keeps her word.", "I never forget a face and keep my word."),
        ("She is proud, but she misses her brother.", "I'm proud, but I miss my brother."),
        ("She watches, studies and goes far.", None),
        ("You are a brave pilot.", "I'm a brave pilot."),
        ("I keep bees.", "I keep bees."),
        ("He is somebody else.", None),
        ("The harbour is old.", None),
        ("She must never break character.", None),
    ],
)
def test_facts_are_told_in_the_first_person(told: str, said: str | None) -> None:
    found = first_person(told, names=frozenset({"mira", "vale"}), pronoun="she")
    if said is not None:
        assert found == said
    elif found is not None:
        assert found.startswith("I ")


def test_instructions_for_a_model_are_not_facts() -> None:
    texts = [fact.text for fact in collect_facts(make_prompt("hi").sheet)]
    assert "I like black tea, rain and old books." in texts
    assert not any("character" in text for text in texts)
    assert all(not re.search(r"\b(?:she|her)\b", text, re.IGNORECASE) for text in texts)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Hi there!", Kind.GREETING),
        ("how are you doing?", Kind.HOW_ARE_YOU),
        ("Who are you?", Kind.WHO_ARE_YOU),
        ("are you a real person?", Kind.AI_QUESTION),
        ("I feel so lonely tonight", Kind.LOW),
        ("I got the job!!", Kind.HAPPY),
        ("thanks a lot", Kind.THANKS),
        ("you are so kind", Kind.COMPLIMENT),
        ("*sits down by the window*", Kind.ACTION),
        ("tell me a story", Kind.STORY),
        ("good night", Kind.FAREWELL),
        ("I want to die", Kind.DISTRESS),
        ("Do you like rain?", Kind.YES_NO_QUESTION),
        ("blue", Kind.STATEMENT),
    ],
)
def test_lines_are_understood(line: str, kind: Kind) -> None:
    assert read(line).kinds[0] == kind


def test_the_same_prompt_gives_the_same_answer_and_another_seed_variety() -> None:
    assert answer(make_prompt("Hello!")) == answer(make_prompt("Hello!"))
    assert len({answer(make_prompt("Hello!", seed=seed)) for seed in range(30)}) >= 6


def test_a_question_about_the_description_is_answered_from_it() -> None:
    assert "Bolt" in answer(make_prompt("Do you have a dog?"))
    assert "maps" in answer(make_prompt("I love old maps"))


def test_example_dialogue_is_used_with_the_names_filled_in() -> None:
    assert answer(make_prompt("Could you repair my watch?")) == (
        "*turns it over* I can repair anything that once worked, Alex."
    )


def test_nothing_is_said_twice_in_a_long_chat() -> None:
    said = ["Hello", "how are you", "ok", "hm", "what else?", "blue", "really?", "I see", "green", "why?"] * 2
    answers = talk(*said)
    assert len(set(answers)) == len(answers)
    assert all(answer and "{" not in answer for answer in answers)


def test_it_asks_about_what_the_person_brought_up() -> None:
    answers = talk(
        "My garden is full of snow", "yes", "no", "hm", "blue", "green", "red", "ok", "hm hm", "grey"
    )
    assert "garden" in answers[0]
    assert any("garden" in later for later in answers[2:])


def test_it_is_honest_about_being_an_ai() -> None:
    for seed in range(10):
        assert "AI" in answer(make_prompt("Are you a bot?", seed=seed))


def test_somebody_in_distress_is_taken_seriously() -> None:
    for seed in range(10):
        text = answer(make_prompt("I want to kill myself", seed=seed))
        assert "emergency" in text
        assert "*" not in text


def test_a_photo_is_mentioned_in_words() -> None:
    coming = answer(make_prompt("photo?", photo=PhotoNote.COMING, photo_wish="in the rain"))
    assert "in the rain" in coming
    for seed in range(10):
        refused = answer(make_prompt("photo?", seed=seed, photo=PhotoNote.REFUSED))
        assert "below" in refused


@pytest.mark.parametrize(
    "sheet",
    [
        CharacterSheet(name="X"),
        CharacterSheet(name="桜", description="桜は静かな時計職人です。", first_message="こんにちは"),
        CharacterSheet(
            name="{{user}}", description="{{char}} {{random::a::b}} {{", example_dialogue="<START>"
        ),
        CharacterSheet(name="A.I. (v2)*", description="*" * 200, example_dialogue=":\n::\n{{char}}:"),
        CharacterSheet(name="Mira", description="is " * 3000),
    ],
    ids=["bare", "japanese", "macros", "marks", "long"],
)
def test_any_card_gets_an_answer(sheet: CharacterSheet) -> None:
    for line in ("Hello", "who are you?", "where are we?", "tell me more", "こんにちは", "?", "*", ""):
        assert answer(make_prompt(line, sheet=sheet))


def test_the_answer_is_streamed_word_by_word() -> None:
    prompt = make_prompt("Hello!")

    async def collect() -> list[str]:
        return [piece async for piece in PersonaResponder(pace=0).stream(prompt)]

    pieces = async_to_sync(collect)()
    assert len(pieces) > 3
    assert "".join(pieces).strip() == answer(prompt)


def test_no_phrase_of_the_bank_is_refused_by_screening() -> None:
    banks = [
        *phrases.PHRASES.values(),
        *phrases.BEATS.values(),
        *phrases.OPENERS.values(),
        phrases.WITH_TOPIC,
    ]
    banks += [
        phrases.ABOUT_YOURS,
        phrases.CALLBACKS,
        phrases.HOOKS,
        phrases.PHOTO_COMING,
        phrases.LAST_RESORT,
    ]
    banks += [phrases.PHOTO_COMING_WISH, phrases.PHOTO_REFUSED, phrases.TOLD_BEFORE, phrases.JUST_SAID]
    for phrase in (phrase for bank in banks for phrase in bank):
        assert not screening.is_blocked(purpose=Purpose.REPLY, text=phrase, is_mature_allowed=False), phrase


def test_every_kind_of_line_has_its_phrases() -> None:
    assert set(phrases.PHRASES) == set(Kind)
