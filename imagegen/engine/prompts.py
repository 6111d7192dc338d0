"""Putting what stays of a person and what is asked for now into one prompt."""

import re
from collections.abc import Iterable, Mapping, Sequence

Vocabulary = Mapping[str, Sequence[str]]

# Kinds of words that may differ from picture to picture; all other kinds but the colours of clothes say who
# it is.
CHANGEABLE_KINDS = ("garment", "headwear", "background", "expression", "framing", "turn", "light")
_CLOTHES_COLOURS = "clothes"

# Adjectives of a face that people also say of clothes and places; beside "hair" or "skin" the noun counts.
_SHARED_ADJECTIVES = frozenset(
    {"light", "dark", "pale", "tan", "bronze", "long", "short", "round", "square", "small", "wide", "thin"}
    | {"full", "thick", "narrow", "heart", "oval", "amber", "violet"}
)
# The second half are the marks of Chinese and Japanese.
_BETWEEN_CLAUSES = re.compile(r"[,;\n\uff0c\u3001\uff1b\u3002]|\.(?=\s|$)")
# Scripts that put no spaces between words, of which a tokenizer knows few: Thai, Lao, Myanmar, Khmer, and
# those of China, Japan and Korea.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_PIECE = re.compile(rf"[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+|\d|[^\s\w{_UNSPACED}]+")
# A longer word is mostly two tokens.
_LETTERS_PER_TOKEN = 12

# What people say of these beside the words a model gives them.
_SYNONYMS: dict[str, str] = {
    "garment": (
        "clothes|clothing|outfit|tee|tshirt|blouse|blazer|gown|jumper|pullover|turtleneck|sweatshirt|dungarees"
        "|overcoat|raincoat|tuxedo|uniform|robe"
    ),
    "headwear": "hijab|hairband|fedora|hatless|bareheaded",
    "background": (
        "sea|seaside|ocean|coast|shore|woods|jungle|alps|peaks|downtown|skyline|bookshelves|bookshop|café"
        "|indoors|outdoors|galaxy|sunrise|backdrop"
    ),
    "expression": (
        "smile|happy|cheerful|friendly|laugh|grin|grinning|joyful|unhappy|gloomy|melancholic|sorrowful|crying"
        "|shocked|astonished|amazed|startled|furious|annoyed|grumpy|calm|serious|composed|relaxed|mood"
    ),
    "framing": (
        "close up|closeup|headshot|head[ -]and[ -]shoulders|from the (?:chest|waist) up|half-body|half-length"
        "|upper body|waist-up|only the face"
    ),
}
# Words that mean something only beside others: a light jacket is no light, and in front of is no front view.
_PHRASES: dict[str, str] = {
    "turn": (
        r"(?:facing|looking|turned|gazing)(?: \w+){0,2} (?:left|right|forward|ahead|camera|viewer|side|away)"
        r"|in profile|from the (?:side|front)|(?:front|side|three-quarter) view"
    ),
    "light": (
        r"(?:soft|gentle|warm|golden|cool|cold|bluish|dramatic|hard) (?:light|glow)"
        r"|lighting|lit|candlelight|strong shadows|high contrast"
    ),
}
# Places only where something is said to be there, as a clause of their own, or before "background".
_PLACES = (
    "trees|park|garden|mountain|snowy|winter|town|street|restaurant|kitchen|bedroom|apartment|stars|dusk|wall"
    "|home|study|bar|coffee shop|(?:night |evening )?sky"
)
_THERE = (
    "in front of|in|inside|at|on|by|near|beside|behind|before|under|against|outside|among|through|along"
    "|around"
)
_IS_PLACE = (
    rf"(?:{_THERE})(?: [\w-]+){{0,2}} (?:{_PLACES})"
    rf"|(?:{_PLACES})(?= (?:[\w-]+ )?(?:background|landscape|scene|behind)\b)"
    rf"|(?:(?<=^)|(?<=[,;.\n])|(?<=[,;.] ))(?:(?:an?|the) )?(?:[\w-]+ )?(?:{_PLACES})(?=\s*(?:$|[,;.\n]))"
)
# A word before one of another kind is said of that: a winter coat is no winter, a calm sea is no calm face.
_SAID_OF: dict[str, str] = {"background": "garment", "expression": "background"}
_OTHER_NOUNS: dict[str, str] = {
    "garment": "cap|hat|scarf|boots|shoes|gloves|jeans|trousers|skirt|apron|gear|wear",
    "background": (
        "morning|afternoon|evening|night|day|dawn|weather|sky|water|lake|river|place|scene|atmosphere|light"
        f"|lighting|{_PLACES}"
    ),
}
# "A beach dress", "a winter trench coat", but not "at the beach in a dress".
_BETWEEN = rf"(?:(?!(?:{_THERE}|to|with|and|or|an?|the|but|\w+ing)\b)[\w-]+ )?"


def compose(*, appearance: str, wish: str, vocabulary: Vocabulary, room: int | None = None) -> str:
    """Return the canonical appearance with the wish after it.

    A wish for other clothes, another place, mood, framing, turn or light takes the place of what the
    appearance says about it: small models average two contradicting words. Only whole clauses make room;
    never the first, which says who it is, and none that speaks of the face or the hair. A model without a
    vocabulary tells no contradiction, so nothing makes room for a wish there.

    room: about how many tokens the model reads, with a vocabulary or without. Where both texts together are
    longer, the last clauses of the appearance are left out, those of a moment before those of the person.
    Texts that need no clause left out are sent as they were written.
    """
    first, *rest = _BETWEEN_CLAUSES.split(appearance)
    kept = rest
    identity = _identity(vocabulary)
    for kind in CHANGEABLE_KINDS:
        if kind not in vocabulary:
            continue
        words = _moment(kind, vocabulary)
        if words.search(wish):
            kept = [clause for clause in kept if not words.search(clause) or identity.search(clause)]
    if room is not None:
        kept = _shortened(first, kept, room - count_tokens(f", {wish}" if wish.strip() else ""), identity)
    if kept != rest:
        appearance = ", ".join(clause.strip() for clause in (first, *kept) if clause.strip())
    return ", ".join(part for part in (appearance.strip(), wish.strip()) if part)


def count_tokens(text: str) -> int:
    """Guess how many tokens a text takes: a word, a digit or a mark is one, a long word is more.

    Scripts without spaces between words take one for each letter.
    """
    return sum(1 + (len(piece) - 1) // _LETTERS_PER_TOKEN for piece in _PIECE.findall(text))


def _shortened(first: str, clauses: list[str], room: int, identity: re.Pattern[str]) -> list[str]:
    """Return those of the clauses that fit into `room` tokens together with the first, in their order."""
    kept = list(clauses)
    for is_person in (False, True):
        for place in range(len(kept) - 1, -1, -1):
            if count_tokens(", ".join((first, *kept))) <= room:
                return kept
            if is_person or not identity.search(kept[place]):
                del kept[place]
    return kept


def _identity(vocabulary: Vocabulary) -> re.Pattern[str]:
    """Return what finds the words that say who it is."""
    kinds = [kind for kind in vocabulary if kind not in CHANGEABLE_KINDS and kind != _CLOTHES_COLOURS]
    return _pattern(word for kind in kinds for word in _words_of(kind, vocabulary))


def _moment(kind: str, vocabulary: Vocabulary) -> re.Pattern[str]:
    """Return what finds a changeable kind in a text."""
    if kind in _PHRASES:
        return _pattern((), _PHRASES[kind])
    # "In red" is about clothes as much as "in a red coat"; "in red light" is not.
    colours = "|".join(map(re.escape, vocabulary.get(_CLOTHES_COLOURS, ())))
    bare = rf"in (?:{colours})(?=\s*(?:$|[,;.]))" if kind == "garment" and colours else ""
    places = _IS_PLACE if kind == "background" else ""
    phrases = "|".join(filter(None, (_SYNONYMS.get(kind), bare, places)))
    return _pattern(_words_of(kind, vocabulary), phrases, not_before=_nouns(_SAID_OF.get(kind), vocabulary))


def _nouns(kind: str | None, vocabulary: Vocabulary) -> str:
    """Return the alternatives that name a thing of this kind."""
    if kind is None:
        return ""
    words = _words_of(kind, vocabulary) if kind in vocabulary else set()
    return "|".join([*map(re.escape, sorted(words)), _SYNONYMS[kind], _OTHER_NOUNS[kind]])


def _words_of(kind: str, vocabulary: Vocabulary) -> set[str]:
    """Return the words that speak of this kind and no other, with the parts of the kind's own name."""
    others = {word for name, words in vocabulary.items() if name != kind for word in words}
    own = {*vocabulary[kind]} - others - {"none"} - _SHARED_ADJECTIVES
    return own | {*kind.split("_")} - {"colour", "style", "kind"}


def _pattern(words: Iterable[str], phrases: str = "", *, not_before: str = "") -> re.Pattern[str]:
    """Match any of the words as a whole: "snow-white" speaks of no snow, but "top-hat" of a hat."""
    # Who is smiling smiles, whatever comes next.
    ahead = rf"(?:(?<=ing)|(?! {_BETWEEN}(?:{not_before})\b))" if not_before else ""
    longest_first = sorted(words, key=len, reverse=True)
    alternatives = "|".join(filter(None, [*map(re.escape, longest_first), phrases]))
    return re.compile(rf"\b(?:{alternatives or '(?!)'})(?![\w-]){ahead}", re.IGNORECASE)
