"""Decisions as statements of reasons, in the shape that the EU's DSA Transparency Database takes (version 2).

No word that somebody typed is in them, and no account: all of it is put together from our own lists. The only
identifier is the decision's own, which the person whom it hit sees too.
https://transparency.dsa.ec.europa.eu/page/api-documentation
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Restriction
from moderation.models import Case, Decision
from moderation.services import surges
from policies.rules import RULES

Kind = Decision.Kind
# Rows that are read at a time; the rest waits in the database.
CHUNK_SIZE = 500
# What restricts somebody. A warning does not, and what is taken back has no place in the shape.
_RESTRICTING = (Kind.REJECT, Kind.DELIST, Kind.REMOVE, Kind.RESTRICT, Kind.SUSPEND)
_VISIBILITY = {
    # Rejected or de-listed, it stays with whoever made it.
    Kind.REJECT: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Kind.DELIST: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Kind.REMOVE: "DECISION_VISIBILITY_CONTENT_REMOVED",
}
_ACCOUNT = "DECISION_ACCOUNT_SUSPENDED"
_PROVISION = "DECISION_PROVISION_PARTIAL_SUSPENSION"
# We decide under our own rules. Whether something is illegal, and where, is for courts to say.
_GROUND = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
_OTHER_CATEGORY = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
_OTHER_CONTENT = "CONTENT_TYPE_OTHER"
# A decision holds wherever StoryChat is open: the whole European Economic Area.
_EVERYWHERE = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"),
    *("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)


@dataclass(frozen=True, slots=True)
class Classification:
    """Where a rule stands in the database's own order."""

    category: str
    keywords: tuple[str, ...] = ()


CLASSIFICATIONS = {
    "minors": Classification("STATEMENT_CATEGORY_PROTECTION_OF_MINORS"),
    "adults-only": Classification(
        "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", ("KEYWORD_AGE_SPECIFIC_RESTRICTIONS_MINORS",)
    ),
    "explicit-imagery": Classification(_OTHER_CATEGORY, ("KEYWORD_ADULT_SEXUAL_MATERIAL",)),
    "real-person": Classification("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"),
    "non-consensual": Classification("STATEMENT_CATEGORY_VIOLENCE"),
    "trafficking": Classification("STATEMENT_CATEGORY_VIOLENCE", ("KEYWORD_HUMAN_TRAFFICKING",)),
    "violence": Classification("STATEMENT_CATEGORY_VIOLENCE", ("KEYWORD_INCITEMENT_VIOLENCE_HATRED",)),
    "self-harm": Classification("STATEMENT_CATEGORY_SELF_HARM"),
    "hate": Classification("STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH", ("KEYWORD_HATE_SPEECH",)),
    "fraud": Classification("STATEMENT_CATEGORY_SCAMS_AND_FRAUD"),
    "malware": Classification("STATEMENT_CATEGORY_SCAMS_AND_FRAUD"),
    "contact-harvesting": Classification("STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"),
    "mature-themes": Classification(_OTHER_CATEGORY, ("KEYWORD_AGE_SPECIFIC_RESTRICTIONS",)),
    "rights": Classification("STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"),
    "misleading": Classification(_OTHER_CATEGORY),
    "spam": Classification(_OTHER_CATEGORY),
    "changes-needed": Classification(_OTHER_CATEGORY),
}
# By the kind of target; others, accounts above all, are named in content_type_other.
CONTENT_TYPES = {
    "character": ("CONTENT_TYPE_SYNTHETIC_MEDIA", "CONTENT_TYPE_TEXT"),
    "story": ("CONTENT_TYPE_SYNTHETIC_MEDIA", "CONTENT_TYPE_TEXT"),
    "picture": ("CONTENT_TYPE_SYNTHETIC_MEDIA",),
    "chat-message": ("CONTENT_TYPE_TEXT",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of reasons; the fields are called and ordered as the database calls and orders them."""

    decision_visibility: tuple[str, ...] = ()
    decision_visibility_other: str = ""
    end_date_visibility_restriction: date | None = None
    decision_monetary: str = ""
    decision_monetary_other: str = ""
    end_date_monetary_restriction: date | None = None
    decision_provision: str = ""
    end_date_service_restriction: date | None = None
    decision_account: str = ""
    end_date_account_restriction: date | None = None
    account_type: str = ""
    decision_facts: str
    decision_ground: str
    decision_ground_reference_url: str
    illegal_content_legal_ground: str = ""
    illegal_content_explanation: str = ""
    incompatible_content_ground: str
    incompatible_content_explanation: str
    incompatible_content_illegal: str = ""
    category: str
    category_addition: tuple[str, ...] = ()
    category_specification: tuple[str, ...] = ()
    category_specification_other: str = ""
    content_type: tuple[str, ...]
    content_type_other: str = ""
    content_language: str = ""
    content_date: date
    content_id: str = ""
    application_date: date
    territorial_scope: tuple[str, ...] = _EVERYWHERE
    source_type: str
    source_identity: str = ""
    automated_detection: str
    automated_decision: str
    puid: str


COLUMNS = tuple(field.name for field in fields(Statement))

# public ids of targets -> the day on which each was made; what is not known is left out
DateFinder = Callable[[Sequence[str]], dict[str, date]]
_date_finders: dict[str, DateFinder] = {}


def register_dates(kind: str, find: DateFinder) -> None:
    """Let `find` say when targets of a kind were made; call it from an app's `ready()`."""
    if _date_finders.get(kind, find) is not find:
        raise ValueError(f"two finders of dates for {kind!r}")
    _date_finders[kind] = find


def list_decisions(*, since: datetime, until: datetime) -> QuerySet[Decision]:
    """Return the decisions of a time, `until` excluded."""
    return Decision.objects.filter(at__gte=since, at__lt=until)


def make_statements(decisions: QuerySet[Decision], *, site_url: str) -> Iterator[Statement]:
    """Yield a statement for each decision that restricts somebody, oldest first, CHUNK_SIZE rows at a time.

    site_url: where the guidelines stand. What people wrote is not even read.
    """
    rows = (
        decisions.filter(kind__in=_RESTRICTING)
        .annotate(
            was_reported=Exists(
                Case.objects.filter(Q(decision=OuterRef("pk")) | Q(locks__decision=OuterRef("pk")))
            )
        )
        .select_related(None)
        .order_by("at", "pk")
        .only(
            "public_id", "at", "kind", "source", "target_kind", "target_id", "reason_code", "scope", "ends_at"
        )
        .iterator(chunk_size=CHUNK_SIZE)
    )
    guidelines = f"{site_url}{reverse('guidelines')}"
    while chunk := list(islice(rows, CHUNK_SIZE)):
        made_on = _find_dates(chunk)
        for decision in chunk:
            yield _make_statement(decision, guidelines, made_on)


def as_json(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield `{"statements": [...]}`, as the database takes it; fields without a value are left out."""
    yield '{"statements": ['
    for number, statement in enumerate(statements):
        given = {name: value for name, value in asdict(statement).items() if value}
        yield (",\n" if number else "\n") + json.dumps(given, default=date.isoformat, ensure_ascii=False)
    yield "\n]}\n"


def as_csv(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield lines of CSV, the names of the columns first; lists are written as JSON."""
    line = io.StringIO()
    writer = csv.writer(line)

    def write(values: Iterable[Any]) -> str:
        writer.writerow(values)
        text = line.getvalue()
        line.seek(0)
        line.truncate()
        return text

    yield write(COLUMNS)
    for statement in statements:
        values = [getattr(statement, name) for name in COLUMNS]
        yield write(
            (json.dumps(value) if value else "") if isinstance(value, tuple) else value for value in values
        )


def _make_statement(decision: Any, guidelines: str, made_on: dict[str, date]) -> Statement:
    """decision: annotated with `was_reported`."""
    is_automatic = decision.source == Decision.Source.AUTOMATIC
    applied_on = _day(decision.at)
    known = decision.target_kind in CONTENT_TYPES
    rule = RULES.get(decision.reason_code)
    classified = CLASSIFICATIONS.get(decision.reason_code, Classification(_OTHER_CATEGORY))
    return Statement(
        **_restriction(decision),
        decision_facts=_facts(is_automatic=is_automatic, was_reported=decision.was_reported),
        decision_ground=_GROUND,
        decision_ground_reference_url=f"{guidelines}#rule-{rule.code}" if rule else guidelines,
        incompatible_content_ground=_("Guidelines: %(rule)s")
        % {"rule": rule.title if rule else _("Use of accounts")},
        incompatible_content_explanation=str(rule.explanation)
        if rule
        else _explain_without_rule(decision.reason_code),
        category=classified.category,
        category_specification=classified.keywords,
        content_type=CONTENT_TYPES.get(decision.target_kind, (_OTHER_CONTENT,)),
        content_type_other="" if known else _other_content(decision.target_kind),
        # Where nobody knows, the day of the decision: it was there then.
        content_date=min(made_on.get(decision.target_id, applied_on), applied_on),
        application_date=applied_on,
        source_type="SOURCE_TYPE_OTHER_NOTIFICATION" if decision.was_reported else "SOURCE_VOLUNTARY",
        automated_detection="Yes" if is_automatic else "No",
        automated_decision="AUTOMATED_DECISION_FULLY" if is_automatic else "AUTOMATED_DECISION_NOT_AUTOMATED",
        puid=decision.public_id,
    )


def _restriction(decision: Decision) -> dict[str, Any]:
    """Return what was restricted, in the one group of fields that is about it."""
    ends_on = _day(decision.ends_at) if decision.ends_at else None
    if decision.kind in _VISIBILITY:
        return {"decision_visibility": (_VISIBILITY[Kind(decision.kind)],)}
    if decision.kind == Kind.SUSPEND or decision.scope == Restriction.Scope.ACCOUNT:
        return {"decision_account": _ACCOUNT, "end_date_account_restriction": ends_on}
    return {"decision_provision": _PROVISION, "end_date_service_restriction": ends_on}


def _facts(*, is_automatic: bool, was_reported: bool) -> str:
    if is_automatic:
        return _("A program decided by our rules, without a person.")
    if was_reported:
        return _("Somebody reported it. A person looked at it and found that it breaks the rule.")
    return _("A person looked at it without a report and found that it breaks the rule.")


def _explain_without_rule(reason_code: str) -> str:
    if reason_code == surges.REASON:
        return _("Several people reported it within a short time. It holds until a person has looked.")
    return _("The terms of use were not kept.")


def _other_content(target_kind: str) -> str:
    return _("Account") if target_kind == "user" else target_kind


def _find_dates(chunk: Sequence[Decision]) -> dict[str, date]:
    """Return when targets were made. One query for each kind that somebody knows."""
    found: dict[str, date] = {}
    for kind, find in _date_finders.items():
        if ids := [decision.target_id for decision in chunk if decision.target_kind == kind]:
            found |= find(ids)
    return found


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
