"""How text is folded for search, on both sides: what is stored and what is asked for."""

import unicodedata

_LATIN_MARKS = range(0x0300, 0x0370)


def fold(text: str) -> str:
    """Fold width, case and Latin accents; drop what cannot be stored."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char for char in decomposed if ord(char) not in _LATIN_MARKS and char != "\x00")
    return unicodedata.normalize("NFC", kept)
