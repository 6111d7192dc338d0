"""What is screened, and what a check says about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from moderation.models import Verdict


class Purpose(StrEnum):
    """What a content is for; it decides which rules apply."""

    PICTURE_PROMPT = "picture-prompt"
    CHARACTER = "character"
    STORY = "story"
    CHAT_MESSAGE = "chat-message"
    REPLY = "reply"
    PROFILE = "profile"
    POST = "post"
    CLUB = "club"
    DIRECT_MESSAGE = "direct-message"


@dataclass(frozen=True, slots=True)
class Content:
    """One text to judge. is_mature_allowed: the Safe Mode of what it stands in is off."""

    purpose: Purpose
    text: str
    is_mature_allowed: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. reason_code: a rule of policies.rules."""

    check: str
    outcome: Verdict.Outcome
    reason_code: str


class Check(Protocol):
    """One small check of the chain. Whatever goes wrong in it counts as HOLD."""

    name: str

    def look(self, content: Content) -> list[Finding]:
        """Return what it found; nothing is a pass."""
