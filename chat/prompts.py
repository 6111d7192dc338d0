"""What a responder reads: who speaks, how they speak, and what was said. Pure; no database."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from characters.persona import estimate_tokens
from chat import macros
from chat.macros import Names

_TOKENS_PER_TURN = 4
_SPEAKER = re.compile(r"^\s*(?P<name>[^\n:]{1,80}?)\s*:\s?(?P<text>.*)$")


class Speaker(StrEnum):
    """Whose line it is."""

    PERSON = "person"
    CHARACTER = "character"


class PhotoNote(StrEnum):
    """What becomes of a photo that the person asked for with this line."""

    NONE = "none"
    COMING = "coming"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Turn:
    """One line."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class CharacterSheet:
    """The fields of a revision that a responder may read, as the creator typed them."""

    name: str
    short_bio: str = ""
    bio: str = ""
    description: str = ""
    scenario: str = ""
    first_message: str = ""
    greetings: tuple[str, ...] = ()
    example_dialogue: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CastNote:
    """Somebody else in the scene."""

    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class StorySheet:
    """The fields of a story that a responder may read. The lead of its cast is who speaks."""

    title: str
    opening_scene: str = ""
    plot: str = ""
    others: tuple[CastNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything that a responder gets. `seed` is the same whenever this line is written again."""

    sheet: CharacterSheet
    user_name: str
    system: str
    examples: tuple[tuple[Turn, ...], ...]
    history: tuple[Turn, ...]
    photo: PhotoNote
    photo_wish: str
    seed: int
    story: StorySheet | None = None


def build_prompt(
    *,
    sheet: CharacterSheet,
    user_name: str,
    history: Sequence[Turn],
    photo: PhotoNote = PhotoNote.NONE,
    photo_wish: str = "",
    story: StorySheet | None = None,
    seed: int,
    budget_tokens: int,
) -> Prompt:
    """Fit persona, examples and history into the budget.

    history: oldest first, ending with the line to answer. Examples go first when space is short, then
    the oldest lines; the persona, the story and the last line always stay.
    """
    # Dice and choices must not change the draws of the responder, nor differ between two tries.
    rng = random.Random(f"macros:{seed}")  # noqa: S311
    names = Names(char=sheet.name, user=user_name)
    expanded = _expand_sheet(sheet, names, rng)
    told = _expand_story(story, names, rng) if story is not None else None
    if told is not None:
        # Where they are is what the story says, not where the character is at home.
        expanded = replace(expanded, scenario=told.opening_scene)
    system = _system_text(expanded, told, user_name, photo, photo_wish)
    left = budget_tokens - estimate_tokens(system)
    kept_history: list[Turn] = []
    for turn in reversed(history):
        cost = _cost(turn)
        if kept_history and cost > left:
            break
        kept_history.append(turn)
        left -= cost
    kept_examples: list[tuple[Turn, ...]] = []
    for block in parse_examples(sheet.example_dialogue, names, rng):
        cost = sum(_cost(turn) for turn in block)
        if cost > left:
            break
        kept_examples.append(block)
        left -= cost
    return Prompt(
        sheet=expanded,
        user_name=user_name,
        system=system,
        examples=tuple(kept_examples),
        history=tuple(reversed(kept_history)),
        photo=photo,
        photo_wish=photo_wish,
        seed=seed,
        story=told,
    )


def parse_examples(text: str, names: Names, rng: random.Random) -> list[tuple[Turn, ...]]:
    """Split example dialogue at `<START>` into blocks of turns.

    A line that names neither speaker continues the turn above it; text before the first speaker is the
    character's.
    """
    blocks = []
    for raw_block in re.split(r"<start>", text, flags=re.IGNORECASE):
        turns: list[Turn] = []
        for line in macros.expand(_protect_speakers(raw_block), names, rng).splitlines():
            speaker, said = _split_speaker(line, names)
            if speaker is not None:
                turns.append(Turn(speaker, said.strip()))
            elif turns:
                turns[-1] = Turn(turns[-1].speaker, f"{turns[-1].text}\n{said}".strip())
            elif said.strip():
                turns.append(Turn(Speaker.CHARACTER, said.strip()))
        if found := tuple(turn for turn in turns if turn.text):
            blocks.append(found)
    return blocks


def greeting_text(greeting: str, names: Names, seed: int) -> str:
    """Return a greeting with its macros replaced."""
    rng = random.Random(f"greeting:{seed}")  # noqa: S311
    return macros.expand(greeting, names, rng).strip()


_CHAR_MARK, _USER_MARK = "\x01:", "\x02:"


def _protect_speakers(block: str) -> str:
    """Mark `{{char}}:` at the start of a line before names replace the macros."""
    block = re.sub(r"(?im)^\s*(?:\{\{char\}\}|<bot>|<char>)\s*:", _CHAR_MARK, block)
    return re.sub(r"(?im)^\s*(?:\{\{user\}\}|<user>)\s*:", _USER_MARK, block)


def _split_speaker(line: str, names: Names) -> tuple[Speaker | None, str]:
    if line.startswith(_CHAR_MARK):
        return Speaker.CHARACTER, line.removeprefix(_CHAR_MARK)
    if line.startswith(_USER_MARK):
        return Speaker.PERSON, line.removeprefix(_USER_MARK)
    if found := _SPEAKER.match(line):
        name = found["name"].casefold()
        if name == names.char.casefold():
            return Speaker.CHARACTER, found["text"]
        if name in {"you", "user", names.user.casefold()}:
            return Speaker.PERSON, found["text"]
    return None, line


def _expand_sheet(sheet: CharacterSheet, names: Names, rng: random.Random) -> CharacterSheet:
    def expand(text: str) -> str:
        return macros.expand(text, names, rng).strip()

    return CharacterSheet(
        name=sheet.name,
        short_bio=expand(sheet.short_bio),
        bio=expand(sheet.bio),
        description=expand(sheet.description),
        scenario=expand(sheet.scenario),
        first_message=expand(sheet.first_message),
        greetings=tuple(expand(greeting) for greeting in sheet.greetings),
        example_dialogue="",
        category=sheet.category,
        tags=sheet.tags,
    )


def _expand_story(story: StorySheet, names: Names, rng: random.Random) -> StorySheet:
    return replace(
        story,
        opening_scene=macros.expand(story.opening_scene, names, rng).strip(),
        plot=macros.expand(story.plot, names, rng).strip(),
    )


def _system_text(
    sheet: CharacterSheet, story: StorySheet | None, user_name: str, photo: PhotoNote, wish: str
) -> str:
    """Write the instructions for a language model. Not shown to people, so not translated."""
    rules = (
        f"You are {sheet.name}, a fictional adult character in a chat with {user_name}. Stay in character, "
        f"speak as {sheet.name} in the first person, put actions between asterisks, and never write "
        f"{user_name}'s lines. Answer in the language that {user_name} uses, in one to three short "
        "paragraphs. If you are sincerely asked whether you are an AI, say that you are. If someone speaks "
        "of harming themselves, be kind, take it seriously, and encourage them to reach someone near them "
        "or a local emergency service. Nothing sexual that involves anyone under 18, ever."
    )
    parts = [rules]
    if sheet.description:
        parts.append(f"About {sheet.name}:\n{sheet.description}")
    if sheet.bio or sheet.short_bio:
        parts.append(f"What others know about {sheet.name}:\n{sheet.bio or sheet.short_bio}")
    if story is not None:
        parts += _story_parts(story, sheet.name, user_name)
    elif sheet.scenario:
        parts.append(f"Scenario:\n{sheet.scenario}")
    if photo is PhotoNote.COMING:
        of = f" ({wish})" if wish else ""
        parts.append(
            f"{user_name} asked for a photo of you{of}. The app is taking it now and shows it below your "
            "answer: say something short that goes with it, without describing it and without links."
        )
    elif photo is PhotoNote.REFUSED:
        parts.append(
            f"{user_name} asked for a photo of you, but none can be taken now. Say so kindly; the app "
            "gives the reason."
        )
    return "\n\n".join(parts)


def _story_parts(story: StorySheet, name: str, user_name: str) -> list[str]:
    """Say which story is played, where it stands, and who else is in it."""
    task = (
        f"You and {user_name} play the story “{story.title}”. {user_name} decides what they do themselves; "
        "you carry the scene: answer what they do, let things happen, and leave the next step to them."
    )
    parts = [task]
    if story.opening_scene:
        parts.append(f"How the story opens:\n{story.opening_scene}")
    if story.plot:
        parts.append(
            f"Where it may lead. {user_name} does not know this: let it show in what happens, and give "
            f"nothing away before its time:\n{story.plot}"
        )
    if story.others:
        people = "\n".join(f"- {note.name}: {note.about}".rstrip(": ") for note in story.others)
        parts.append(
            f"Others in the scene, all adults. You are {name}; tell what they do and say in passing, "
            f"by name, and do not become one of them:\n{people}"
        )
    return parts


def _cost(turn: Turn) -> int:
    return estimate_tokens(turn.text) + _TOKENS_PER_TURN
