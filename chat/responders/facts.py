"""What a character can say about itself: its own fields, turned into the first person."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from chat.prompts import CharacterSheet, Prompt, Speaker


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FACT_CHARACTERS_MIN = 12
_FACT_CHARACTERS_MAX = 230
_BEAT_CHARACTERS_MAX = 120
_STEM_LETTERS_MIN = 3

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”']?\s+|\n+")
_TOKEN = re.compile(r"[\w’']+|\s+|[^\w\s]")
_BEAT = re.compile(r"(?<![\w*])\*(?!\*)([^*\n]+)\*(?![\w*])")
_LIST_LINE = re.compile(
    r"^[\s*•\-\[(]*(?P<key>likes|loves|hobbies|hobby|interests|dislikes|hates|fears|job|"
    r"occupation|goal|dream|home)"
    r"\s*[:=]\s*(?P<value>.+?)[\])]*$",
    re.IGNORECASE,
)
_LIST_FACTS = {
    "likes": "I like {}.",
    "loves": "I love {}.",
    "hobbies": "I spend my free hours on {}.",
    "hobby": "I spend my free hours on {}.",
    "interests": "I could talk for hours about {}.",
    "dislikes": "I cannot stand {}.",
    "hates": "I cannot stand {}.",
    "fears": "I am a little afraid of {}.",
    "job": "My work? {}.",
    "occupation": "My work? {}.",
    "goal": "What I want most is {}.",
    "dream": "What I dream of is {}.",
    "home": "My home is {}.",
}
# Written for a model, not about the character.
_INSTRUCTION = re.compile(
    r"\b(?:roleplay|role-play|respond|replies|reply|answers? in|speaks? in|talks? in|"
    r"paragraphs?|stay in character|"
    r"break character|assistant|the user|narrat\w+|dialogue|example|you must|will never|"
    r"will not|do not|don't|"
    r"never speak|avoid|asterisks?|the chat|system)\b|^(?:write|use|keep|speak|always|never|describe)\b",
    re.IGNORECASE,
)
_STOP = _words(
    """
    a about after all also am an and any are as at be because been but by can could did do does
    doing done don for from get go going good got had has have having he her here hers him his how i
    if in into is it its just know like ll look made make me mean more most much my no not now of
    off ok okay on one only or our out over own please really right said say see she so some still
    such tell than that the their them then there these they thing things think this those to today
    too up us ve very want was way we well were what when where which who why will with would yes
    you your yours yourself something anything everything someone ever never always maybe let again
    little lot feel feels feeling bit
    """
)
_ADVERBS = _words(
    """
    always never often still also rarely usually just once only even sometimes secretly now
    """
)
_BE = {"is": "am", "are": "am", "was": "was", "were": "was", "isn't": "am not", "aren't": "am not"}
_IRREGULAR = {
    **_BE,
    "weren't": "wasn't",
    "has": "have",
    "hasn't": "haven't",
    "does": "do",
    "doesn't": "don't",
    "goes": "go",
}
_MODALS = _words(
    """
    can could will would may might must should had did ought
    """
)
_DETERMINERS = _words(
    """
    the a an her his my their its every all no some any each this that people others what
    """
)
_PREPOSITIONS = _words(
    """
    from of in on at by for with to and or but as than into over under near about between when while
    who that if
    """
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a character says about itself, and the word stems by which a question finds it."""

    text: str
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """An exchange from the example dialogue."""

    asked: frozenset[str]
    answer: str


def stems_of(text: str) -> frozenset[str]:
    """Return the content words of a text, cut down so that forms of one word meet."""
    return frozenset(
        _stem(word)
        for word in re.findall(r"[^\W\d_]+", text.lower().replace("’", "'"))
        if word not in _STOP and len(word) >= _STEM_LETTERS_MIN
    )


def _stem(word: str) -> str:
    for ending in ("ingly", "ings", "ing", "edly", "ies", "ied", "es", "ed", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_LETTERS_MIN:
            return word.removesuffix(ending)
    return word


def collect_facts(sheet: CharacterSheet) -> list[Fact]:
    """Return what the character's own fields say, in the first person, without repetition."""
    told = "\n".join((sheet.description, sheet.bio, sheet.short_bio))
    pronoun = _pronoun_in(told)
    names = names_in(sheet.name)
    facts: dict[str, Fact] = {}
    for sentence in _sentences(told):
        said = _list_fact(sentence) or first_person(sentence, names=names, pronoun=pronoun)
        if said and _FACT_CHARACTERS_MIN <= len(said) <= _FACT_CHARACTERS_MAX:
            facts.setdefault(said.lower(), Fact(said, stems_of(said) - stems_of(sheet.name)))
    return list(facts.values())


def collect_scenes(sheet: CharacterSheet, user_name: str) -> list[str]:
    """Return sentences of the scenario that set the scene and speak of nobody."""
    people = {*names_in(sheet.name), *names_in(user_name), "you", "user", "they", "she", "he", "your"}
    return [
        sentence.rstrip()
        for sentence in _sentences(sheet.scenario)
        if not people & set(re.findall(r"\w+", sentence.lower()))
        and not _INSTRUCTION.search(sentence)
        and _FACT_CHARACTERS_MIN <= len(sentence) <= _BEAT_CHARACTERS_MAX
    ]


def collect_beats(prompt: Prompt) -> list[str]:
    """Return the small actions between asterisks that the creator gave the character."""
    texts = [prompt.sheet.first_message, *prompt.sheet.greetings]
    texts += [turn.text for block in prompt.examples for turn in block if turn.speaker is Speaker.CHARACTER]
    beats = dict.fromkeys(
        beat.strip() for text in texts for beat in _BEAT.findall(text) if len(beat) <= _BEAT_CHARACTERS_MAX
    )
    return [beat for beat in beats if prompt.user_name.lower() not in beat.lower()]


def collect_examples(prompt: Prompt) -> list[Example]:
    """Return the exchanges of the example dialogue; an opening without a question has no stems."""
    examples = []
    for block in prompt.examples:
        asked = ""
        for turn in block:
            if turn.speaker is Speaker.PERSON:
                asked = turn.text
            else:
                examples.append(Example(stems_of(asked), turn.text))
                asked = ""
    return examples


def first_person(sentence: str, *, names: frozenset[str], pronoun: str) -> str | None:
    """Turn "Mira collects maps in her attic." into "I collect maps in my attic.".

    None when the sentence is about something else.
    """
    if re.search(r"\bI(?:'m|'ve| )", sentence):
        return sentence
    if _INSTRUCTION.search(sentence) or ":" in sentence[:24]:
        return None
    tokens = _TOKEN.findall(re.sub(r"^(?:You are|You're) ", "She is ", sentence).replace("’", "'"))
    tokens = _join_names(tokens, names)
    subjects = {"\0", "she"} if sentence.startswith(("You are", "You're")) else {"\0", pronoun}
    if not tokens or tokens[0].lower() not in subjects:
        return None
    written: list[str] = []
    for index, token in enumerate(tokens):
        written.append(_person_of(token, tokens, index, subjects, pronoun))
    text = "".join(_inflect(written)).strip()
    text = re.sub(r"\bI am\b(?! not)", "I'm", text, count=1)
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?…" else ".")


def _join_names(tokens: list[str], names: frozenset[str]) -> list[str]:
    """Put one mark where the character's name stands, however many words it has."""
    joined: list[str] = []
    for token in tokens:
        bare, is_possessive = token.removesuffix("'s"), token.endswith("'s")
        if bare.lower() in names and bare[:1].isupper():
            mark = "\0's" if is_possessive else "\0"
            if len(joined) > 1 and joined[-1].isspace() and joined[-2] == "\0":
                joined[-2:] = [mark]
            else:
                joined.append(mark)
        else:
            joined.append(token)
    return joined


def _person_of(token: str, tokens: list[str], index: int, subjects: set[str], pronoun: str) -> str:
    word = token.lower()
    following = next((other.lower() for other in tokens[index + 1 :] if not other.isspace()), ".")
    before = next((other.lower() for other in reversed(tokens[:index]) if not other.isspace()), "")
    if word == "\0's":
        return "my" if following[:1].isalpha() and following not in {"a", "an", "the"} else "I'm"
    if word in {f"{pronoun}'s"}:
        return "I'm"
    if word in subjects:
        return (
            "me"
            if before in _PREPOSITIONS - {"and", "but", "that", "when", "while", "if", "as", "who"}
            else "\1"
        )
    objects = {"she": "her", "he": "him", "they": "them"}
    possessives = {"she": "her", "he": "his", "they": "their"}
    if word == possessives.get(pronoun) and word != "her":
        return "my"
    if word == "her" and pronoun == "she":
        return "me" if not following[:1].isalpha() or following in _PREPOSITIONS | _DETERMINERS else "my"
    if word == objects.get(pronoun):
        return "me"
    if word in {"herself", "himself", "themselves", "themself"}:
        return "myself"
    return token


def _inflect(tokens: list[str]) -> Iterable[str]:
    """Bend the verbs that belong to the new subject."""
    is_verb_due = False
    words = [index for index, token in enumerate(tokens) if token.strip()]
    following = {here: tokens[there].lower() for here, there in pairwise(words)}
    is_subject_me = False
    for index, token in enumerate(tokens):
        word = token.lower()
        if token == "\1":  # noqa: S105 - a mark in a sentence
            is_verb_due = is_subject_me = True
            yield "I"
        elif is_verb_due and word.strip() and word[:1].isalpha():
            if word in _ADVERBS or (word.endswith("ly") and word not in {"fly", "rely"}):
                yield token
                continue
            is_verb_due = False
            yield _bend(token)
        elif word in {"and", "but"} and is_subject_me:
            candidate = following.get(index, "")
            after = (
                tokens[words[words.index(index) + 2]].lower() if words.index(index) + 2 < len(words) else "."
            )
            is_verb_due = _is_verb(candidate, after)
            yield token
        else:
            yield token


def _is_verb(word: str, after: str) -> bool:
    """Whether a word after "and" continues the sentence's verb rather than a list of things."""
    if word in _IRREGULAR or word in _MODALS:
        return True
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return False
    return after in _DETERMINERS or (after[:1].isalpha() and after not in _PREPOSITIONS)


def _bend(verb: str) -> str:
    word = verb.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _MODALS or not word.endswith("s") or word.endswith(("ss", "us")):
        return verb
    if word.endswith("ies") and len(word) > len("dies"):
        return f"{verb[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1]


def _list_fact(line: str) -> str | None:
    found = _LIST_LINE.match(line)
    if found is None:
        return None
    values = [
        value.strip(" .\"'()") for value in re.split(r"[,;+]", found["value"]) if value.strip(" .\"'()")
    ]
    if not values:
        return None
    joined = values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"
    return _LIST_FACTS[found["key"].lower()].format(joined)


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.split(text) if sentence.strip()]


def names_in(name: str) -> frozenset[str]:
    """Return the words by which somebody is called, without titles."""
    titles = {"the", "of", "von", "van", "de", "da", "captain", "doctor", "dr", "sir", "lady", "lord"}
    words = [word.lower() for word in re.findall(r"[\w'-]+", name)]
    return frozenset(word for word in words if word not in titles) or frozenset(words)


def _pronoun_in(text: str) -> str:
    counts = Counter(re.findall(r"\b(?:she|he|they|her|his|their)\b", text.lower()))
    totals = {
        "she": counts["she"] + counts["her"],
        "he": counts["he"] + counts["his"],
        "they": counts["they"] + counts["their"],
    }
    best = max(totals, key=lambda pronoun: totals[pronoun])
    return best if totals[best] else "they"
