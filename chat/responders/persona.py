"""The built-in responder: no model, only the character's own words and a bank of phrases.

The same prompt gives the same answer. What was said before in the chat is not said again.
"""

import asyncio
import random
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, field

from chat.prompts import CastNote, PhotoNote, Prompt, Speaker
from chat.responders import phrases
from chat.responders.facts import (
    Fact,
    collect_beats,
    collect_examples,
    collect_facts,
    collect_scenes,
    names_in,
)
from chat.responders.phrases import Tone
from chat.responders.reading import Kind, Reading, read

_LIKENESS_MIN = 0.4
_WISH_SPOKEN_MAX = 80
# Once when it came up, and once later.
_TOPIC_MENTIONS_MAX = 2
_BEAT_CHANCE = 0.62
_OPENER_CHANCE = 0.3
_HOOK_CHANCE = 0.45
_CALLBACK_CHANCE = 0.5
_SECOND_KINDS = frozenset(
    {Kind.HOW_ARE_YOU, Kind.WHO_ARE_YOU, Kind.DOING, Kind.WHERE, Kind.LIKES, Kind.STORY}
)
_SERIOUS = frozenset({Kind.DISTRESS, Kind.AI_QUESTION})
_ABOUT_THEM = frozenset({Kind.LOW, Kind.ANGRY, Kind.HAPPY, Kind.ADVICE, *_SERIOUS, Kind.FAREWELL})
_FITTING = {
    Kind.LIKES: re.compile(r"\b(?:like|love|enjoy|adore|collect|fond|favou?rite|could talk|free hours)\b"),
    Kind.DREAM: re.compile(r"\b(?:want|dreams?|hope|wish|afraid|fear|long for|search)\b"),
    Kind.MEMORY: re.compile(
        r"\b(?:born|grew|raised|child|family|sisters?|brothers?|mother|father|was|were|learned|once)\b"
    ),
    Kind.LOOKS: re.compile(r"\b(?:hair|eyes|wear|tall|face|smile|skin|dress|coat)\b"),
}
_WHO_IS_HERE = re.compile(
    r"\bwho(?:'s|’s| is| are)? (?:else|all|here|there|around|with us)\b|\b(?:any|every)(?:one|body) else\b",
    re.IGNORECASE,
)
_OPEN_KINDS = frozenset({Kind.QUESTION, Kind.YES_NO_QUESTION, Kind.STATEMENT, Kind.MORE})
_SECONDS_BEFORE_FIRST_WORD = 0.5
_SECONDS_PER_WORD = 0.055
_SECONDS_IN_ALL_MAX = 4.0


@dataclass(frozen=True, slots=True)
class PersonaResponder:
    """Speaks as the character. pace: 1 types like a quick person, 0 answers at once."""

    pace: float = 1.0

    @property
    def label(self) -> str:
        return ""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        words = re.findall(r"\S+\s*", answer(prompt))
        pause = min(_SECONDS_PER_WORD, _SECONDS_IN_ALL_MAX / max(len(words), 1)) * self.pace
        await asyncio.sleep(_SECONDS_BEFORE_FIRST_WORD * self.pace)
        for word in words:
            yield word
            await asyncio.sleep(pause)


def answer(prompt: Prompt) -> str:
    """Return what the character says to the last line of the history."""
    return _Speech(prompt).compose()


@dataclass(slots=True)
class _Speech:
    """One answer in the making."""

    prompt: Prompt
    rng: random.Random = field(init=False)
    reading: Reading = field(init=False)
    tone: Tone = field(init=False)
    facts: list[Fact] = field(init=False)
    said: str = field(init=False)
    told: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.prompt.seed)  # noqa: S311 - variety, not a secret
        person_lines = [turn.text for turn in self.prompt.history if turn.speaker is Speaker.PERSON]
        self.reading = read(person_lines[-1] if person_lines else "")
        self.tone = _tone_of(self.prompt)
        self.facts = collect_facts(self.prompt.sheet)
        self.said = _folded(
            " ".join(turn.text for turn in self.prompt.history if turn.speaker is Speaker.CHARACTER)
        )

    def compose(self) -> str:
        if Kind.DISTRESS in self.reading.kinds:
            return self._fill(self._fresh(phrases.PHRASES[Kind.DISTRESS]))
        core = self._photo_words() or self._core()
        parts = ["" if core.startswith("*") else self._beat(core), core, self._tail(core)]
        return " ".join(part for part in parts if part).strip()

    # --- The middle ---

    def _photo_words(self) -> str:
        wish = self.prompt.photo_wish if len(self.prompt.photo_wish) <= _WISH_SPOKEN_MAX else ""
        if self.prompt.photo is PhotoNote.COMING:
            return self._fill(self._fresh(phrases.PHOTO_COMING_WISH if wish else phrases.PHOTO_COMING))
        if self.prompt.photo is PhotoNote.REFUSED:
            return self._fill(self._fresh(phrases.PHOTO_REFUSED))
        return ""

    def _core(self) -> str:
        kinds = self.reading.kinds
        if kinds[0] not in _ABOUT_THEM and (example := self._example()):
            return example
        if kinds[0] not in _ABOUT_THEM and (spoken := self._cast_words()):
            return spoken
        if kinds[0] in _OPEN_KINDS:
            if self.reading.mine and not self.reading.is_question:
                return self._fill(self._fresh(phrases.ABOUT_YOURS), mine=self.reading.mine[0])
            if (fact := self._relevant_fact()) is not None:
                return self._with_opener(
                    self._fill(self._fresh(phrases.WITH_TOPIC, has_fact=True), fact=fact)
                )
            if self.reading.is_question and (fact := self._told_fact()) is not None:
                if self._was_just_said(fact):
                    return self._fill(self._fresh(phrases.JUST_SAID))
                return self._fill(self._fresh(phrases.TOLD_BEFORE, has_fact=True), fact=fact)
        spoken = self._phrase(kinds[0])
        second = next((kind for kind in kinds[1:] if kind in _SECOND_KINDS), None)
        if second is not None and kinds[0] in {
            Kind.GREETING,
            Kind.THANKS,
            Kind.COMPLIMENT,
            Kind.YES,
            Kind.LAUGH,
        }:
            spoken = f"{_first_sentence(spoken)} {self._phrase(second)}"
        return self._with_opener(spoken) if kinds[0] in _OPEN_KINDS else spoken

    def _cast_words(self) -> str:
        """Speak of the others in the story when they are asked about."""
        story = self.prompt.story
        if story is None or not story.others:
            return ""
        line = next(turn.text for turn in reversed(self.prompt.history) if turn.speaker is Speaker.PERSON)
        words = set(re.findall(r"[\w'-]+", line.lower().replace("'s", "").replace("’s", "")))
        note = next((note for note in story.others if names_in(note.name) & words), None)
        if note is not None:
            is_told = not note.about or _folded(note.about) in self.said
            bank = phrases.ABOUT_OTHER_AGAIN if is_told else phrases.ABOUT_OTHER
            return self._fill(self._fresh(bank), other=note)
        if _WHO_IS_HERE.search(line):
            return self._fill(self._fresh(phrases.WHO_IS_HERE))
        return ""

    def _others(self) -> str:
        names = [note.name for note in self.prompt.story.others] if self.prompt.story is not None else []
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""

    def _phrase(self, kind: Kind) -> str:
        return self._fill(self._fresh(phrases.PHRASES[kind]))

    def _example(self) -> str:
        """Return the creator's own answer to a line like this one, if it was not given yet."""
        asked = self.reading.stems
        best, best_likeness = "", _LIKENESS_MIN
        for example in collect_examples(self.prompt):
            if not asked or not example.asked or _folded(example.answer) in self.said:
                continue
            likeness = len(asked & example.asked) / (len(asked) * len(example.asked)) ** 0.5
            if likeness >= best_likeness:
                best, best_likeness = example.answer, likeness
        return best

    def _relevant_fact(self) -> str | None:
        return self._best_fact([fact for fact in self.facts if self._is_new(fact.text)])

    def _told_fact(self) -> str | None:
        return self._best_fact([fact for fact in self.facts if not self._is_new(fact.text)])

    def _was_just_said(self, text: str) -> bool:
        lines = [turn.text for turn in self.prompt.history if turn.speaker is Speaker.CHARACTER]
        return _folded(text) in _folded(" ".join(lines[-2:]))

    def _best_fact(self, facts: list[Fact]) -> str | None:
        stems = self.reading.stems
        scored = [(len(stems & fact.stems), -index, fact.text) for index, fact in enumerate(facts)]
        best = max(scored, default=(0, 0, ""))
        return best[2] if best[0] else None

    def _fitting_facts(self) -> list[str]:
        """Return what was not told yet and suits the question, the creator's order kept."""
        fresh = [fact.text for fact in self.facts if self._is_new(fact.text)]
        wanted = _FITTING.get(self.reading.kinds[0])
        return fresh if wanted is None else [text for text in fresh if wanted.search(text)]

    def _any_fact(self) -> str:
        fitting = self._fitting_facts()
        chosen = self._relevant_fact() or (self.rng.choice(fitting) if fitting else "")
        self.told.add(_folded(chosen))
        return chosen

    def _is_new(self, text: str) -> bool:
        folded = _folded(text)
        return folded not in self.said and folded not in self.told

    # --- Around it ---

    def _beat(self, core: str) -> str:
        if self.reading.kinds[0] in _SERIOUS or self.rng.random() > _BEAT_CHANCE:
            return ""
        own = [
            beat for beat in collect_beats(self.prompt) if _folded(beat) not in f"{self.said} {_folded(core)}"
        ]
        general = [beat for beat in phrases.BEATS[self.tone] if _folded(beat) not in self.said]
        pool = own if own and (self.rng.random() < 0.5 or not general) else general
        return f"*{self.rng.choice(pool)}*" if pool else ""

    def _with_opener(self, spoken: str) -> str:
        openers = [opener for opener in phrases.OPENERS[self.tone] if _folded(opener) not in self.said]
        if not openers or self.rng.random() > _OPENER_CHANCE:
            return spoken
        opener = self.rng.choice(openers)
        return (
            f"{opener} "
            f"{spoken if opener[-1] in '.!?:' or _is_named(spoken) else spoken[:1].lower() + spoken[1:]}"
        )

    def _tail(self, spoken: str) -> str:
        if "?" in spoken[-40:] or set(self.reading.kinds) & _ABOUT_THEM:
            return ""
        if self.rng.random() < _CALLBACK_CHANCE and (mine := self._earlier_topic()):
            return self._fill(self._fresh(phrases.CALLBACKS), mine=mine)
        if self.rng.random() < _HOOK_CHANCE:
            fresh = [hook for hook in phrases.HOOKS if _folded(hook) not in self.said]
            return self.rng.choice(fresh) if fresh else ""
        return ""

    def _earlier_topic(self) -> str:
        """Return something of the person's own that came up a while ago and was not asked about since."""
        lines = [turn.text for turn in self.prompt.history if turn.speaker is Speaker.PERSON][:-2]
        topics = [mine for line in lines for mine in read(line).mine]
        return next((mine for mine in topics if self.said.count(f"your {mine}") < _TOPIC_MENTIONS_MAX), "")

    # --- Words ---

    def _fresh(self, bank: Sequence[str], *, has_fact: bool = False) -> str:
        """Choose a phrase that was not used in this chat and whose slots can be filled."""
        usable = [phrase for phrase in bank if self._is_usable(phrase, has_fact=has_fact)]
        if not usable:
            usable = [phrase for phrase in phrases.LAST_RESORT if self._is_usable(phrase)]
        return self.rng.choice(usable or list(phrases.LAST_RESORT))

    def _is_usable(self, phrase: str, *, has_fact: bool = False) -> bool:
        if "{fact}" in phrase and not has_fact and not (self._relevant_fact() or self._fitting_facts()):
            return False
        if "{scene}" in phrase and not self._scenes():
            return False
        return not any(piece in self.said for piece in _skeleton(phrase, self.prompt))

    def _scenes(self) -> list[str]:
        scenes = collect_scenes(self.prompt.sheet, self.prompt.user_name)
        return [scene for scene in scenes if self._is_new(scene)]

    def _fill(self, phrase: str, *, fact: str = "", mine: str = "", other: CastNote | None = None) -> str:
        scenes = self._scenes() if "{scene}" in phrase else []
        values = {
            "user": self.prompt.user_name,
            "name": self.prompt.sheet.name,
            "fact": fact or (self._any_fact() if "{fact}" in phrase else ""),
            "scene": self.rng.choice(scenes) if scenes else "",
            "topic": self.reading.name or self.prompt.user_name,
            "mine": mine,
            "wish": self.prompt.photo_wish,
            "other": other.name if other is not None else "",
            "about": _sentence(other.about) if other is not None else "",
            "others": self._others(),
        }
        if fact:
            self.told.add(_folded(fact))
        filled = re.sub(r"\{(\w+)\}", lambda slot: values[slot[1]], phrase)
        return re.sub(r"\s+", " ", filled).strip()


def _tone_of(prompt: Prompt) -> Tone:
    sheet = prompt.sheet
    words = re.findall(
        r"[\w-]+",
        " ".join((sheet.description, sheet.bio, sheet.short_bio, *sheet.tags, sheet.category)).lower(),
    )
    counts = {tone: sum(words.count(word) for word in phrases.TONE_WORDS[tone].split()) for tone in Tone}
    best = max(Tone, key=lambda tone: counts[tone])
    return best if counts[best] else Tone.WARM


def _skeleton(phrase: str, prompt: Prompt) -> Iterable[str]:
    """Return the longest fixed piece of a phrase, folded: if that was said, the phrase was."""
    filled = phrase.replace("{user}", prompt.user_name).replace("{name}", prompt.sheet.name)
    pieces = [_folded(piece) for piece in re.split(r"\{\w+\}", filled)]
    longest = max(pieces, key=len)
    return [longest] if longest else []


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[\w'’]+", text.lower()))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]


def _is_named(spoken: str) -> bool:
    """Whether the first word keeps its capital in the middle of a sentence."""
    return bool(re.match(r"I\b|I'|\"|[A-Z]{2}", spoken)) or not spoken[:1].isalpha()
