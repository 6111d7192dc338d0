"""Small rules of how sentences are put together."""


def at_end(words: str) -> str:
    """Return words for the end of a sentence, whose full stop follows: "a.m." must not bring a second one."""
    return words.removesuffix(".")
