"""What is new in a chat since a cursor: the same answer for the stream, the poll and a sent form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.models import User
from chat import policies, presenters, queries
from chat.models import Conversation
from chat.presenters import LineView

_LINES_MAX = 50


@dataclass(frozen=True, slots=True)
class Update:
    """Lines that are new or changed. `cursor` stands for having seen all of them."""

    lines: tuple[LineView, ...]
    cursor: str
    is_active: bool
    is_read_only: bool

    def as_json(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "lines": [
                {
                    "id": line.public_id,
                    "html": render_to_string("chat/_line.html", {"line": line}, request=request),
                }
                for line in self.lines
            ],
            "cursor": self.cursor,
            "active": self.is_active,
            "readOnly": self.is_read_only,
        }


def read(conversation: Conversation, viewer: User, *, cursor: str, now: datetime) -> Update:
    """Return the lines after the cursor and its own line if that changed.

    cursor: the marker of the last line that the page shows; anything else means the beginning.
    """
    seen_position = _position_in(cursor)
    lines = queries.list_lines_from(conversation.pk, seen_position, count=_LINES_MAX)
    is_read_only = policies.write_refusal(viewer, conversation, now=now) is not None
    persona = presenters.present_persona(
        conversation, viewer, last_revision=next((line.revision for line in lines if line.revision), None)
    )
    views = presenters.present_lines(
        lines,
        viewer=viewer,
        persona=persona,
        last_position=lines[-1].position if lines else 0,
        is_read_only=is_read_only,
        day_before=queries.find_time_before(conversation.pk, seen_position),
        now=now,
    )
    return Update(
        lines=tuple(view for view in views if view.marker != cursor),
        cursor=views[-1].marker if views else cursor,
        is_active=any(line.is_unfinished for line in lines),
        is_read_only=is_read_only,
    )


def _position_in(cursor: str) -> int:
    head = cursor.partition(".")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else 1
