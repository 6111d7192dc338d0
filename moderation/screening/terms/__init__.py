"""What the rules look for, by topic. Kept short and clinical: people review what it lets through.

Patterns are written as `readings` leaves a text: lower case, no accents on Latin letters, "_" as a space.
No quantifier stands inside another one that has no bound, so that matching stays linear.
"""

import re


def words(patterns: str) -> re.Pattern[str]:
    """Compile one pattern per line into alternatives that are no part of a longer word."""
    return re.compile(rf"(?<![^\W\d_])(?:{_alternatives(patterns)})(?![^\W\d_])")


def parts(patterns: str) -> re.Pattern[str]:
    """Compile one pattern per line into alternatives, for scripts that put no spaces between words."""
    return re.compile(_alternatives(patterns))


def ending(patterns: str) -> re.Pattern[str]:
    """Compile one pattern per line into alternatives that stand at the end of what is searched."""
    return re.compile(rf"(?<![^\W\d_])(?:{_alternatives(patterns)})$")


def listed(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def _alternatives(patterns: str) -> str:
    """Join the lines; one that is indented further than the first goes on with the pattern above it."""
    lines = patterns.strip("\n").rstrip().splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    joined: list[str] = []
    for line in lines:
        if joined and line.startswith(" " * (indent + 1)):
            joined[-1] += line.strip()
        else:
            joined.append(line.strip())
    return "|".join(joined)
