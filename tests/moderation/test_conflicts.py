"""Nobody decides about themselves, about what they reported, or about what they decided: every operation."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from core.refusals import RefusedError
from moderation import child_safety, claims, notes, second_reviews, services
from tests import factories
from tests.moderation import conflicts
from tests.moderation.conflicts import Part, admin

pytestmark = pytest.mark.django_db

OK = ""
# Cannot come about.
NEVER = None

# Who tries: somebody else, a person about themselves, who reported it, who decided or proposed it, whose
# answer was overturned, a moderator about staff, an administrator about staff.
PARTS = ("other", "self", "reporter", "decider", "overturned", "colleague", "administrator")

# What each is told; OK: it is done. The first name is the operation, what follows the colon its sort.
EXPECTED: dict[str, tuple[Callable[[Part], conflicts.Try], tuple[str | None, ...]]] = {
    "services.warn": (conflicts.warn, (OK, "self", NEVER, NEVER, NEVER, "staff", "second-person")),
    "services.restrict": (conflicts.restrict, (OK, "self", NEVER, NEVER, NEVER, "staff", "second-person")),
    "services.remove_content": (
        conflicts.remove_content,
        (OK, "self", NEVER, NEVER, NEVER, "second-person", "second-person"),
    ),
    # Against staff these only propose.
    "services.act_on_person": (conflicts.act_on_person, (OK, "self", NEVER, NEVER, NEVER, OK, OK)),
    "services.handle_case": (
        conflicts.handle_case,
        (OK, "self", "own-report", NEVER, "overturned", OK, OK),
    ),
    "services.dismiss": (conflicts.dismiss_case, (OK, "self", "own-report", NEVER, "overturned", OK, OK)),
    "services.propose": (conflicts.propose, (OK, "self", "own-report", NEVER, "overturned", OK, OK)),
    "services.confirm": (
        conflicts.confirm,
        (OK, "self", "own-report", "same-person", "overturned", "staff", OK),
    ),
    "services.confirm: of a lifting": (
        conflicts.confirm_lift,
        (OK, "self", NEVER, "same-person", NEVER, "staff", OK),
    ),
    "services.confirm: after a hit": (
        conflicts.confirm_after_hit,
        (OK, "self", NEVER, "same-person", NEVER, "staff", OK),
    ),
    # Whoever proposed it may take it back; it hurts nobody when a reporter does.
    "services.decline": (conflicts.decline, (OK, "self", OK, OK, OK, "staff", OK)),
    "services.lift": (conflicts.lift, (OK, "self", NEVER, OK, NEVER, "staff", "second-person")),
    "services.lift_rejection": (conflicts.lift_rejection, (OK, "self", NEVER, OK, NEVER, "staff", OK)),
    "services.propose_lift": (conflicts.propose_lift, (OK, "self", NEVER, OK, NEVER, OK, OK)),
    "services.answer": (
        conflicts.answer,
        (OK, "self", "own-report", "same-person", NEVER, "staff", OK),
    ),
    "services.answer: of a reporter": (
        conflicts.answer_reporter,
        (OK, "self", "own-report", "same-person", "overturned", OK, OK),
    ),
    "services.answer: against a lock": (
        conflicts.answer_about_lock,
        (OK, "self", NEVER, "same-person", NEVER, "staff", OK),
    ),
    "claims.claim": (conflicts.claim, (OK, "self", "own-report", NEVER, "overturned", OK, OK)),
    "second_reviews.answer": (
        conflicts.answer_second,
        (OK, "self", NEVER, "same-person", NEVER, OK, OK),
    ),
    "child_safety.confirm_case": (conflicts.confirm_case, (OK, "self", NEVER, NEVER, NEVER, OK, OK)),
    "child_safety.clear_case": (conflicts.clear_case, (OK, "self", NEVER, NEVER, NEVER, OK, OK)),
    "child_safety.open_evidence": (conflicts.open_evidence, (OK, "self", NEVER, NEVER, NEVER, OK, OK)),
}
# Operations in which nobody judges anybody.
JUDGE_NOBODY = {
    "services.appeal": "about oneself on purpose",
    "services.withdraw_appeal": "one's own appeal",
    "services.report_content": "refuses what is one's own itself: see test_cases",
    "services.note_removal": "a part of removing content, which refuses through it",
    "services.record_decision": "a part of all of these",
    "services.take_back": "a part of lifting and answering",
    "claims.release": "only one's own claim",
    "claims.refusal": "says who holds an entry",
    "notes.add_note": "decides nothing",
    "notes.write_note": "a part of add_note",
    "child_safety.record_opening": "a part of opening evidence",
    "child_safety.decide_refusal": "the rule of confirming and clearing itself",
}
MODULES = {
    "services": services,
    "claims": claims,
    "second_reviews": second_reviews,
    "child_safety": child_safety,
    "notes": notes,
}
CASES = [
    (name, part, code)
    for name, (_set_up, codes) in EXPECTED.items()
    for part, code in zip(PARTS, codes, strict=True)
    if code is not NEVER
]


def list_operations(name: str, module: ModuleType) -> set[str]:
    public = getattr(module, "__all__", None) or [key for key in vars(module) if not key.startswith("_")]
    found = {key: getattr(module, key) for key in public}
    return {
        f"{name}.{key}"
        for key, value in found.items()
        if inspect.isfunction(value)
        and value.__module__.startswith(module.__name__)
        and "actor" in inspect.signature(value).parameters
    }


def test_every_operation_says_who_may_not() -> None:
    operations = set().union(*(list_operations(name, module) for name, module in MODULES.items()))
    covered = {name.split(":")[0] for name in EXPECTED}
    assert operations == covered | set(JUDGE_NOBODY)
    assert not covered & set(JUDGE_NOBODY)


def keeper(**fields: Any) -> User:
    """Return a moderator who looks after child safety too, so that only the conflict can stand in the way."""
    user = factories.make_staff(**fields)
    user.user_permissions.add(Permission.objects.get(codename="change_safetycase"))
    return User.objects.get(pk=user.pk)


def make(part: str) -> tuple[User, Part]:
    """Return who tries, and who has which part."""
    actor = admin() if part in {"self", "administrator"} else keeper()
    match part:
        case "self":
            return actor, Part(actor)
        case "colleague" | "administrator":
            return actor, Part(factories.make_staff())
        case "other":
            return actor, Part(factories.make_user())
    return actor, Part(factories.make_user(), **{part: actor})


@pytest.mark.parametrize(("name", "part", "code"), CASES)
def test_whoever_has_a_part_in_it_does_not_decide_it(name: str, part: str, code: str) -> None:
    actor, parts = make(part)
    attempt = EXPECTED[name][0](parts)
    assert try_it(attempt, actor) == code


def try_it(attempt: conflicts.Try, actor: User) -> str:
    try:
        attempt(actor)
    except RefusedError as error:
        return error.refusal.code
    return OK
