"""Many people who report the same thing, for tests."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import User
from core import ids
from core.models import Subject
from moderation import services
from moderation.models import Case, Decision, Report
from moderation.services import Step, StepKind
from moderation.services.surges import REASON
from moderation.targets import Words
from tests import factories
from tests.factories import NOW

_days = count(60)


def regular(*, age: timedelta | None = None, **fields: Any) -> User:
    """Return somebody who has been here for long, and came at a time of their own."""
    person = factories.make_user(**fields)
    joined = NOW - (age or timedelta(days=next(_days)))
    User.objects.filter(pk=person.pk).update(date_joined=joined)
    return User.objects.get(pk=person.pk)


def proven(**fields: Any) -> User:
    """Return somebody who was right about several people."""
    person = regular(**fields)
    for _each in range(3):
        note_report(person, Case.State.ACTED)
    return person


def wrong(**fields: Any) -> User:
    """Return somebody with a report in which nothing was found."""
    person = regular(**fields)
    note_report(person, Case.State.DISMISSED)
    return person


def note_report(person: User, state: Case.State, *, subject: Subject | None = None) -> None:
    """Write down a report that was decided. subject: whom it was about, each time somebody else if none."""
    case = Case.objects.create(
        target_kind="user",
        target_id=ids.new_public_id(),
        subject=subject or Subject.objects.create(),
        state=state,
        created_at=NOW,
        closed_at=NOW,
    )
    Report.objects.create(
        case=case,
        reporter=person,
        reporter_subject=person.subject,
        creation_key=ids.new_public_id(),
        reason="SCAM",
        created_at=NOW,
    )


def crowd(*, size: int = 6, proven_count: int = 2) -> list[User]:
    """Return people who do not know each other, some of whom were right before."""
    return [proven() if number < proven_count else regular() for number in range(size)]


def report(
    reporter: User,
    person: User,
    *,
    target: tuple[str, str] | None = None,
    text: str = "",
    now: datetime = NOW,
) -> Case:
    kind, target_id = target or ("user", person.public_id)
    made, _is_new = services.report_content(
        actor=reporter,
        target_kind=kind,
        target_id=target_id,
        reason="SCAM",
        text=text,
        creation_key=ids.new_public_id(),
        now=now,
    )
    return Case.objects.get(pk=made.case_id)


def report_all(
    reporters: list[User], person: User, *, target: tuple[str, str] | None = None, now: datetime = NOW
) -> Case:
    for reporter in reporters:
        case = report(reporter, person, target=target, now=now)
    return case


def locks_of(person: User) -> list[Decision]:
    """Return what was shut by itself, whatever became of it."""
    return list(Decision.objects.filter(affected=person.subject, reason_code=REASON, kind="RESTRICT"))


def decide(case: Case, kind: StepKind, *, now: datetime = NOW, actor: User | None = None) -> Case:
    services.handle_case(
        actor=actor or factories.make_staff(),
        case=case,
        expected_version=Case.objects.get(pk=case.pk).version,
        step=Step(kind, Words("fraud" if kind == StepKind.WARN else "")),
        now=now,
    )
    return Case.objects.get(pk=case.pk)
