"""Enforcement whose process is killed, at every single statement: what was begun is gone, and can be done."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import Restriction, User
from characters.models import Revision
from core import ids
from core.models import AuditEvent
from core.refusals import RefusedError
from imagegen.models import Picture
from moderation import services
from moderation.models import Appeal, Case, Decision, Measure, Proposal
from moderation.services import Step, StepKind, appeals
from moderation.targets import Words
from notifications.models import Mail, Notice
from tests.factories import make_character, make_picture, make_staff, make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
WORDS = Words("fraud", "It asks for card numbers.")
Operation = Callable[[], Any]


def snapshot() -> dict[str, Any]:
    """Return all that enforcement writes."""
    return {
        "counts": [
            model._default_manager.count()
            for model in (Decision, Measure, Restriction, Notice, Mail, AuditEvent)
        ],
        "cases": sorted(Case.objects.values_list("pk", "state", "version")),
        "appeals": sorted(Appeal.objects.values_list("pk", "state")),
        "proposals": sorted(Proposal.objects.values_list("pk", "state")),
        "revisions": sorted(Revision.objects.values_list("pk", "state")),
        "people": sorted(User.objects.values_list("pk", "is_active")),
        "lifted": sorted(Restriction.objects.values_list("pk", "lifted_at")),
        "pictures": sorted(Picture.objects.values_list("pk", "removal_id")),
    }


def run_and_die(operation: Operation, *, at: int) -> bool:
    """Run an operation in a process of its own that dies at its `at`-th statement; False if it had fewer."""
    child = os.fork()
    if child == 0:
        # The parent's connection is not this process's to use or to close.
        connection.connection = None
        count = 0

        def die(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(die), suppress(RefusedError):
            operation()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def remove_reported_character() -> Operation:
    character, moderator = make_character(state="APPROVED"), make_staff()
    report, _is_new = services.report_content(
        actor=make_user(),
        target_kind="character",
        target_id=character.public_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=NOW,
    )
    case = report.case
    return lambda: services.handle_case(
        actor=moderator,
        case=case,
        expected_version=case.version,
        step=Step(StepKind.REMOVE, WORDS),
        now=NOW,
    )


def remove_picture() -> Operation:
    picture, moderator = make_picture(owner=make_user()), make_staff()
    return lambda: services.remove_content(
        actor=moderator, target_kind="picture", target_id=picture.public_id, words=WORDS, now=NOW
    )


def restrict() -> Operation:
    person, moderator = make_user(), make_staff()
    step = Step(StepKind.RESTRICT, WORDS, Restriction.Scope.CHAT, 3, creation_key=ids.new_public_id())
    return lambda: services.act_on_person(actor=moderator, user=person, step=step, now=NOW)


def confirm_suspension() -> Operation:
    person, second = make_user(), make_staff()
    proposal, _is_new = services.propose(
        actor=make_staff(), kind="SUSPEND", user=person, words=WORDS, now=NOW
    )
    return lambda: services.confirm(actor=second, proposal=proposal, now=NOW)


def overturn_on_appeal() -> Operation:
    character, second = make_character(state="APPROVED"), make_staff()
    decision, _is_new = services.remove_content(
        actor=make_staff(), target_kind="character", target_id=character.public_id, words=WORDS, now=NOW
    )
    appeal, _is_new = services.appeal(
        actor=character.owner,
        decision=decision,
        request=appeals.Request(wish=Appeal.Wish.RESTORE, context="Please look again."),
        creation_key=ids.new_public_id(),
        now=NOW,
    )
    return lambda: services.answer(
        actor=second, appeal=appeal, kind=Decision.Kind.OVERTURN, explanation="Looked again.", now=NOW
    )


@pytest.mark.parametrize(
    "prepare",
    [remove_reported_character, remove_picture, restrict, confirm_suspension, overturn_on_appeal],
    ids=lambda prepare: prepare.__name__,
)
def test_a_step_happens_wholly_or_not_at_all(prepare: Callable[[], Operation]) -> None:
    operation = prepare()
    before = snapshot()
    at = 1
    while run_and_die(operation, at=at):
        assert snapshot() == before, f"killed at statement {at}"
        at += 1
    assert at > 5
    after = snapshot()
    assert after != before
    # Whoever does not know that it was done, and does it again, changes nothing.
    run_and_die(operation, at=10**6)
    assert snapshot()["counts"][:3] == after["counts"][:3]
