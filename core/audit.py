"""The audit trail: what happened, to what, by whom. Counts and codes, never private text."""

from datetime import datetime
from typing import Any

import structlog

from core.models import AuditEvent, Subject


def current_request_id() -> str:
    """Return the id that ties log lines of one request together, or an empty string outside one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def record(
    *,
    actor: Subject | None,
    kind: str,
    at: datetime,
    target_kind: str = "",
    target_id: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event, inside the caller's transaction."""
    return AuditEvent.objects.create(
        actor=actor,
        kind=kind,
        at=at,
        target_kind=target_kind,
        target_id=target_id,
        data=data or {},
        request_id=current_request_id(),
    )
