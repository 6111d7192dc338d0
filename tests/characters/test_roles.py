"""R5, R6, R8: every state × every transition × every role, of both kinds, from the state machine itself."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters import services
from characters.models import ITEM_MODELS, Item, ItemRevision, Revision, State, StoryRevision
from characters.services import CharacterRefusedError
from tests.factories import NOW, advance, get_fresh, get_fresh_revision, make_item, make_staff, make_user

pytestmark = pytest.mark.django_db

WORDS = {"reason_code": "spam", "explanation": "It advertises.", "fix": "Take it out."}
# Screening has looked and left it for a person: the state machine calls it SUBMITTED still.
HELD = "HELD"
STATES = (*State.values, HELD)


class Role(StrEnum):
    """Who tries."""

    OWNER = "owner"
    OTHER = "other user"
    MODERATOR = "moderator"
    ANONYMOUS = "anonymous"


# Who may do each step of the state machine; None for what only follows from something else.
WHO: dict[str, Role | None] = {
    "submit": Role.OWNER,
    "withdraw": Role.OWNER,
    # Screening that found nothing, or a reviewer's approval of what it held.
    "queue": None,
    "approve": Role.MODERATOR,
    "reject": Role.MODERATOR,
    "delist": Role.MODERATOR,
    "reinstate": Role.MODERATOR,
    # The approval of a newer version.
    "supersede": None,
}
CALLS: dict[str, Callable[..., tuple[Any, bool]]] = {
    "submit": lambda actor, revision: services.submit(actor=actor, item=revision.item, now=NOW),
    "withdraw": lambda actor, revision: services.withdraw(actor=actor, item=revision.item, now=NOW),
    "approve": lambda actor, revision: services.approve(
        actor=actor, revision=revision, expected_hash=revision.content_hash, now=NOW
    ),
    "reject": lambda actor, revision: services.reject(actor=actor, revision=revision, now=NOW, **WORDS),
    "delist": lambda actor, revision: services.delist(actor=actor, item=revision.item, now=NOW, **WORDS),
    "reinstate": lambda actor, revision: services.reinstate(actor=actor, item=revision.item, now=NOW),
}
URLS: dict[str, Callable[[ItemRevision], str]] = {
    "submit": lambda revision: reverse(f"{revision.item.KIND}-submit", args=[revision.item.slug]),
    "withdraw": lambda revision: reverse(f"{revision.item.KIND}-withdraw", args=[revision.item.slug]),
    "approve": lambda revision: staff_url(revision, f"pending{type(revision).__name__.lower()}", "approve"),
    "reject": lambda revision: staff_url(revision, f"pending{type(revision).__name__.lower()}", "reject"),
    "delist": lambda revision: staff_url(revision.item, revision.item.KIND, "delist"),
    "reinstate": lambda revision: staff_url(revision.item, revision.item.KIND, "reinstate"),
}
# It was done before, so nothing happens; or it happens to the item's newer version, and this one stays.
REPEATED, TO_ANOTHER = "repeated", "to another version"
# What the right person hears where the state machine has no such step.
REFUSED = {
    "submit": {
        State.SUBMITTED: REPEATED,
        HELD: REPEATED,
        State.PENDING: REPEATED,
        State.APPROVED: "not-draft",
        State.REJECTED: "not-draft",
        State.WITHDRAWN: TO_ANOTHER,
        State.DELISTED: "not-draft",
        State.SUPERSEDED: "not-draft",
    },
    "withdraw": {
        State.DRAFT: REPEATED,
        State.WITHDRAWN: REPEATED,
        State.APPROVED: "not-submitted",
        State.REJECTED: "not-submitted",
        State.DELISTED: "not-submitted",
        State.SUPERSEDED: "not-submitted",
    },
    "approve": {
        State.DRAFT: "already-decided",
        State.SUBMITTED: "not-screened",
        State.APPROVED: "already-decided",
        State.REJECTED: "already-decided",
        State.WITHDRAWN: "withdrawn",
        State.DELISTED: "already-decided",
        State.SUPERSEDED: "already-decided",
    },
    "reject": {
        State.DRAFT: "already-decided",
        # A program may reject it at once; a person waits until screening is done.
        State.SUBMITTED: "not-screened",
        State.APPROVED: "already-decided",
        State.REJECTED: "already-decided",
        State.WITHDRAWN: "withdrawn",
        State.DELISTED: "already-decided",
        State.SUPERSEDED: "already-decided",
    },
    "delist": {
        State.DELISTED: REPEATED,
        State.SUPERSEDED: TO_ANOTHER,
        **dict.fromkeys(
            [State.DRAFT, State.SUBMITTED, HELD, State.PENDING, State.REJECTED, State.WITHDRAWN], "not-live"
        ),
    },
    "reinstate": dict.fromkeys([state for state in STATES if state != State.DELISTED], "not-delisted"),
}
NOT_YOURS = {Role.OWNER: "not-owner", Role.MODERATOR: "not-reviewer"}


def staff_url(row: Item | ItemRevision, model: str, step: str) -> str:
    return reverse(f"admin:characters_{model}_{step}", args=[row.pk])


def declared_steps() -> dict[tuple[str, str], str]:
    field = Revision._meta.get_field("state")
    steps = {(step.source, step.name): step.target for step in field.get_all_transitions(Revision)}
    # What is held can do what is submitted can; and approval queues it on the way.
    held = {(HELD, name): target for (source, name), target in steps.items() if source == State.SUBMITTED}
    return {**steps, **held, (HELD, "approve"): State.APPROVED}


STEPS = declared_steps()
TABLE = [
    pytest.param(kind, state, name, role, id=f"{kind}-{state}-{name}-{role}")
    for kind in ITEM_MODELS
    for state in STATES
    for name, who in WHO.items()
    if who is not None
    for role in Role
]


def expected_outcome(state: str, name: str, role: Role) -> str:
    """Return the state that follows, or why nothing does."""
    who = WHO[name]
    assert who is not None
    if role == Role.ANONYMOUS:
        return "sign in"
    if role != who:
        return NOT_YOURS[who]
    return REFUSED[name].get(state) or STEPS[state, name]


def revision_in(kind: str, state: str) -> Any:
    item = make_item(kind)
    if state != HELD:
        return advance(item, State(state))
    revision = advance(item, State.SUBMITTED)
    type(revision).objects.filter(pk=revision.pk).update(screened_at=NOW, hold_code="rights")
    return get_fresh_revision(revision)


def actor_in(role: Role, item: Item) -> User:
    return {
        Role.OWNER: lambda: item.owner,
        Role.OTHER: make_user,
        Role.MODERATOR: make_staff,
    }[role]()


def attempt(revision: ItemRevision, name: str, role: Role, client: Client) -> str:
    """Try one step as one role; return what came of it."""
    if role == Role.ANONYMOUS:
        response = client.post(URLS[name](revision), WORDS)
        assert response.status_code == 302
        assert response["Location"].startswith(("/accounts/login/", "/admin/login/"))
        return "sign in"
    before = revision.state
    try:
        _result, is_new = CALLS[name](actor_in(role, get_fresh(revision.item)), revision)
    except CharacterRefusedError as error:
        return error.refusal.code
    if not is_new:
        return REPEATED
    after = get_fresh_revision(revision).state
    return TO_ANOTHER if after == before else after


def test_every_step_has_somebody_who_may_do_it() -> None:
    names = {name for _state, name in STEPS}
    assert set(WHO) == names
    assert {name for name, who in WHO.items() if who is not None} == set(CALLS) == set(URLS) == set(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_the_table_of_refusals_is_whole(name: str) -> None:
    """Every state that the state machine says nothing about has its answer."""
    unanswered = {state for state in STATES if (state, name) not in STEPS and state not in REFUSED[name]}
    assert unanswered == set()


def test_both_kinds_have_the_same_state_machine() -> None:
    """R8: stories go through the same states."""

    def steps(model: Any) -> set[tuple[str, str, str]]:
        found = model._meta.get_field("state").get_all_transitions(model)
        return {(step.source, step.name, step.target) for step in found}

    assert steps(StoryRevision) == steps(Revision)


@pytest.mark.parametrize(("kind", "state", "name", "role"), TABLE)
def test_each_role_can_do_what_is_theirs_and_nothing_else(
    kind: str, state: str, name: str, role: Role, client: Client
) -> None:
    """R5, R6: who is not meant is refused by code, in whatever state; and a refusal changes nothing."""
    revision = revision_in(kind, state)
    stored = get_fresh_revision(revision).state
    outcome = expected_outcome(state, name, role)

    assert attempt(revision, name, role, client) == outcome

    after = get_fresh_revision(revision).state
    assert after == (outcome if outcome in State.values else stored)
