"""What every responder offers."""

from collections.abc import AsyncGenerator
from typing import Protocol

from chat.prompts import Prompt


class ResponderError(Exception):
    """The reply cannot be written now; `code` says why (see chat.presenters for the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Responder(Protocol):
    """Writes what a character says."""

    @property
    def label(self) -> str:
        """What the page's footer calls it."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        """Yield the answer in pieces. Raises ResponderError."""
