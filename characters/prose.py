"""What people and characters write, in parts that a template can draw: nothing in it is HTML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SPAN = re.compile(
    r"(?<![\w*])\*\*(?P<strong>[^*\n]+)\*\*(?![\w*])|(?<![\w*])\*(?P<action>[^*\n]+)\*(?![\w*])"
)
_OPEN_ACTION = re.compile(r"(?<![\w*])\*(?P<action>[^*\n]+)$")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text; `kind` is "plain", "action" or "strong"."""

    kind: str
    text: str


# Paragraphs of lines of spans.
Prose = tuple[tuple[tuple[Span, ...], ...], ...]


def parse_text(text: str, *, is_open: bool = False) -> Prose:
    """Split text into paragraphs, lines and spans. `*action*` and `**strong**` are the only marks.

    is_open: more is coming, so a mark that is not closed yet counts.
    """
    paragraphs = [block for block in re.split(r"\n[ \t]*\n+", text.strip()) if block.strip()]
    return tuple(
        tuple(tuple(_spans(line, is_open=is_open)) for line in block.splitlines()) for block in paragraphs
    )


def on_one_line(text: str) -> str:
    """Return what was said on one line, without marks; actions only where nothing was said."""
    said = " ".join(_SPAN.sub(lambda found: found["strong"] or "", text).split())
    return said or " ".join(_SPAN.sub(lambda found: found["strong"] or found["action"], text).split())


def _spans(line: str, *, is_open: bool) -> Iterable[Span]:
    end = 0
    for found in _SPAN.finditer(line):
        if found.start() > end:
            yield Span("plain", line[end : found.start()])
        yield Span("strong", found["strong"]) if found["strong"] else Span("action", found["action"])
        end = found.end()
    rest = line[end:]
    if is_open and (opened := _OPEN_ACTION.search(rest)):
        if opened.start():
            yield Span("plain", rest[: opened.start()])
        yield Span("action", opened["action"])
    elif rest:
        yield Span("plain", rest)
