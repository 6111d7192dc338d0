"""How an operation says no: a code for programs, a message for people."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done now, and what would help."""

    code: str
    message: Text
    fix: Text = ""


class RefusedError(Exception):
    """An expected no. Its message is fit for the user."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class LimitedError(RefusedError):
    """Too many requests; `retry_after` is in seconds."""

    def __init__(self, refusal: Refusal, *, retry_after: int) -> None:
        super().__init__(refusal)
        self.retry_after = retry_after
