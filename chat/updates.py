"""What is new in a chat since a cursor: the same answer for the stream, the poll and a sent form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.models import User
from chat import policies, presenters, queries
from chat.models import Conversation
from chat.presenters import LineView

_LINES_MAX = 50
# Between what was seen of the last line and of the changes above it.
_MARK = "~"


@dataclass(frozen=True, slots=True)
class Update:
    """Lines that are new or changed. `cursor` stands for having seen all of them."""

    lines: tuple[LineView, ...]
    # Those further up that were removed or put back; a page that does not show one leaves it so.
    changed: tuple[LineView, ...]
    cursor: str
    is_active: bool
    is_read_only: bool

    def as_json(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {
            "lines": [_line_as_json(line, request) for line in self.lines],
            "changed": [_line_as_json(line, request) for line in self.changed],
            "cursor": self.cursor,
            "active": self.is_active,
            "readOnly": self.is_read_only,
        }


def read(conversation: Conversation, viewer: User, *, cursor: str, now: datetime) -> Update:
    """Return the lines after the cursor and its own line if that changed, and what was removed above it.

    cursor: of the page, see `cursor_of`; anything else means the beginning.
    """
    seen, _mark, change = cursor.partition(_MARK)
    seen_position, seen_change = _number_in(seen, default=1), _number_in(change, default=0)
    lines = queries.list_lines_from(conversation.pk, seen_position, count=_LINES_MAX)
    is_read_only = policies.write_refusal(viewer, conversation, now=now) is not None
    persona = presenters.present_persona(
        conversation, viewer, last_revision=next((line.revision for line in lines if line.revision), None)
    )
    changed = []
    if conversation.change_count > seen_change:
        changed = queries.list_changed_lines(
            conversation.pk, since=seen_change, before=seen_position, count=_LINES_MAX
        )
    present = partial(
        presenters.present_lines,
        viewer=viewer,
        persona=persona,
        last_position=lines[-1].position if lines else 0,
        is_read_only=is_read_only,
        now=now,
    )
    views = present(lines, day_before=queries.find_time_before(conversation.pk, seen_position))
    is_whole = len(changed) < _LINES_MAX
    change_count = conversation.change_count if is_whole else changed[-1].change_number
    return Update(
        lines=tuple(view for view in views if view.marker != seen),
        changed=tuple(present(changed, day_before=None)),
        cursor=cursor_of(views, change_count) if views else cursor,
        is_active=any(line.is_unfinished for line in lines),
        is_read_only=is_read_only,
    )


def is_quiet(
    conversation: Conversation, viewer: User, *, cursor: str, was_read_only: bool, now: datetime
) -> bool:
    """Whether a page on which nothing is written need not change: nothing was removed or put back since.

    Cheaper than `read`: no line is looked at.
    """
    _seen, _mark, change = cursor.partition(_MARK)
    if conversation.change_count > _number_in(change, default=0):
        return False
    return was_read_only == (policies.write_refusal(viewer, conversation, now=now) is not None)


def cursor_of(views: Sequence[LineView], change_count: int) -> str:
    """Return what stands for having seen these lines, and what was removed or put back until then."""
    return f"{views[-1].marker}{_MARK}{change_count}" if views else ""


def _line_as_json(line: LineView, request: HttpRequest) -> dict[str, str]:
    return {
        "id": line.public_id,
        "html": render_to_string("chat/_line.html", {"line": line}, request=request),
    }


def _number_in(cursor: str, *, default: int) -> int:
    head = cursor.partition(".")[0]
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else default
