"""The queues of reports and of appeals: what waits, what comes next for whom, and what counters read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.refusals import Refusal
from moderation import policies, queries
from moderation.models import Appeal, Case, Claim, Decision
from moderation.queues import Queue
from moderation.services.decisions import Kind

# How claims name them.
CASES_KEY, APPEALS_KEY = "case", "appeal"
# So many entries are asked about one by one, where it takes a policy to know whose they are not.
_ASKED_COUNT = 20
_ANSWERS = (Kind.UPHOLD, Kind.OVERTURN, Kind.PARTIAL)


def find_next_case(actor: User, *, after: Case | None, now: datetime) -> int | None:
    """Return the key of the case that this moderator should look at next, riskiest first, then from the top.

    Leaves out what others work on and where the moderator has a part of their own.
    """
    rows = _free(queries.list_open_cases(), CASES_KEY, actor, now)
    later = None
    if after is not None:
        as_risky = Q(risk=after.risk)
        newer = Q(created_at__gt=after.created_at) | Q(created_at=after.created_at, pk__gt=after.pk)
        later = Q(risk__lt=after.risk) | (as_risky & newer)
    return _first(rows, after, later, lambda case: policies.conflict_refusal(actor, case))


def find_next_appeal(actor: User, *, after: Appeal | None, now: datetime) -> int | None:
    """Return the key of the appeal that this moderator should answer next, the most urgent first."""
    took_part = Q(appellant=actor)
    for field in ("actor", "second_actor", "affected", "caused_by__actor", "caused_by__second_actor"):
        took_part |= Q(**{f"decision__{field}": actor.subject_id})
    rows = _free(queries.list_waiting_appeals().exclude(pk__in=_keys(took_part)), APPEALS_KEY, actor, now)
    later = None
    if after is not None:
        later = Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.pk)
    return _first(rows, after, later, lambda appeal: policies.answer_refusal(actor, appeal))


def _keys(condition: Q) -> QuerySet[Any]:
    # Links that lead nowhere must not leave a row out.
    return Appeal.objects.filter(condition, state=Appeal.State.OPEN).values("pk")


def _free(rows: QuerySet[Any], queue: str, actor: User, now: datetime) -> QuerySet[Any]:
    held = Claim.objects.filter(queue=queue, item_id=Cast(OuterRef("pk"), CharField()), expires_at__gt=now)
    return rows.filter(~Exists(held.exclude(holder=actor)))


def _first(
    rows: QuerySet[Any], after: Any, later: Q | None, refuse: Callable[[Any], Refusal | None]
) -> int | None:
    parts = [rows] if later is None else [rows.filter(later), rows.exclude(pk=after.pk)]
    for part in parts:
        for row in part[:_ASKED_COUNT]:
            if refuse(row) is None:
                return int(row.pk)
    return None


def _list_case_decisions() -> QuerySet[Decision]:
    return Decision.objects.filter(Exists(Case.objects.filter(decision=OuterRef("pk"))))


def _list_answers() -> QuerySet[Decision]:
    return Decision.objects.filter(kind__in=_ANSWERS)


REPORTS = Queue(
    key=CASES_KEY,
    title=_("Reports"),
    list_waiting=queries.list_open_cases,
    since_field="created_at",
    list_url_name="admin:moderation_case_changelist",
    next_url_name="admin:moderation_case_next",
    list_decided=_list_case_decisions,
    list_closed=lambda: Case.objects.filter(closed_at__isnull=False),
)
APPEALS = Queue(
    key=APPEALS_KEY,
    title=_("Appeals"),
    list_waiting=queries.list_waiting_appeals,
    since_field="created_at",
    due_field="due_at",
    list_url_name="admin:moderation_appeal_changelist",
    next_url_name="admin:moderation_appeal_next",
    list_decided=_list_answers,
    list_closed=lambda: Appeal.objects.filter(answer__isnull=False),
    is_reversible=False,
)
