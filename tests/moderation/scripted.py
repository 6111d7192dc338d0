"""Checks for tests of the chain: they find what the text tells them to, or fail in every usual way."""

import re
import threading

from moderation.models import Verdict
from moderation.screening.findings import Content, Finding

PATH = "tests.moderation.scripted"


class Words:
    """Finds what is asked for: "find hold:spam", or "find severe:rule" for child safety.

    The real rules look too, and know its own names.
    """

    name = f"{PATH}.Words"

    def look(self, content: Content) -> list[Finding]:
        asked = re.findall(r"find (\w+):([a-z-]*)", content.text)
        return [
            Finding(self.name, Verdict.Outcome.CHILD_SAFETY, "minors")
            if word == "severe"
            else Finding(self.name, Verdict.Outcome(word.upper()), code)
            for word, code in asked
        ]


class Broken:
    """Raises, with the text in its message."""

    name = f"{PATH}.Broken"

    def look(self, content: Content) -> list[Finding]:
        raise ValueError(content.text)


class Recovering:
    """Fails the first time and finds nothing after that."""

    name = f"{PATH}.Recovering"
    looks = 0

    def look(self, _content: Content) -> list[Finding]:
        type(self).looks += 1
        if type(self).looks == 1:
            raise OSError
        return []


class Odd:
    """Answers with an outcome that does not exist."""

    name = f"{PATH}.Odd"

    def look(self, _content: Content) -> list[Finding]:
        return [Finding(self.name, "MAYBE", "spam")]  # type: ignore[arg-type]


class Ruleless:
    """Says no without a rule."""

    name = f"{PATH}.Ruleless"

    def look(self, _content: Content) -> list[Finding]:
        return [Finding(self.name, Verdict.Outcome.REJECT, "because")]


class Stuck:
    """Never answers; `release` lets its thread go."""

    name = f"{PATH}.Stuck"
    needs_worker = True
    release = threading.Event()

    def look(self, _content: Content) -> list[Finding]:
        self.release.wait()
        return []


class InWorkers(Words):
    """Does what Words does, in workers."""

    name = f"{PATH}.InWorkers"
    needs_worker = True


class BrokenInWorkers(Broken):
    """Does what Broken does, in workers."""

    name = f"{PATH}.BrokenInWorkers"
    needs_worker = True
