"""Who may call each URL: all are declared, and probe users walk them with each other's ids.

A new route fails here until it stands in storychat/access.py. One with arguments also needs a line in
tests/architecture/probes.py that says whose thing they name.
"""

import pytest
from django.contrib import admin

from accounts.models import User
from storychat import access, health
from storychat.access import Who
from tests.architecture import probes
from tests.architecture.probes import Outcome, Probe, Route
from tests.architecture.world import World

pytestmark = pytest.mark.django_db

ROUTES = probes.list_routes()
TURNED_AWAY = {Outcome.SIGN_IN, Outcome.REFUSED, Outcome.ABSENT}


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_every_route_has_a_declared_access_policy() -> None:
    undeclared = sorted({route.key for route in ROUTES if access.find(route.key) is None})
    assert undeclared == [], "declare them in storychat/access.py"


def test_every_declared_route_exists() -> None:
    assert sorted(set(access.list_declared()) - {route.key for route in ROUTES}) == []


def test_the_health_pages_are_declared() -> None:
    assert set(access.HEALTH_PAGES) == set(health._PAGES)


def test_every_staff_page_is_declared_by_its_model() -> None:
    registered = {model._meta.label_lower for model in admin.site._registry}
    assert set(access.ADMIN_MODELS) == registered


def test_every_permission_that_is_named_exists(world: World) -> None:
    """A permission that is misspelt lets nobody in but superusers, and nobody would notice."""
    named = {name for route in ROUTES if (rule := access.find(route.key)) for name in rule.permissions}
    superuser = world.probes["superuser"].user
    assert superuser is not None
    assert named <= superuser.get_all_permissions()


@pytest.mark.parametrize("name", probes.NAMES)
def test_a_probe_walks_every_route(name: str, world: World) -> None:
    """Everything of everybody, with GET and POST: what is let in, turned away and left as it was."""
    probe = world.probes[name]
    world.sign_in(probe)
    problems = []
    for route in probes.list_routes(name):
        rule = access.find(route.key)
        assert rule is not None
        things = {thing.path: thing for own in world.owners for thing in probes.list_things(route, own)}
        for thing in things.values():
            is_own = thing.owner == probe.name
            is_private = not is_own and rule.who in {Who.OWNER, Who.NOBODY}
            seen = world.visit(probe, thing, looks_after=is_private)
            if problem := judge(probe, rule, seen.outcomes, is_own=is_own, thing=thing):
                problems.append(f"{route.key} {thing.path}: {problem} ({rule.who})")
            if seen.has_changed:
                problems.append(f"{route.key} {thing.path}: changed what belongs to {thing.owner}")
    assert not problems, "\n".join(problems)


def judge(
    probe: Probe, rule: access.Access, outcomes: set[Outcome], *, is_own: bool, thing: probes.Thing
) -> str:
    """Return what is wrong with what happened to a probe, empty for nothing."""
    if Outcome.BROKEN in outcomes:
        return "broke"
    answered = outcomes - {Outcome.OTHER_METHOD}
    if is_let_in(probe, rule, is_own=is_own, is_shown=thing.is_shown):
        wrong = answered & TURNED_AWAY
        allowed = {Outcome.ABSENT, Outcome.REFUSED} if thing.may_be_absent else set()
        if rule.who == Who.MEMBER and is_own:
            # Nobody blocks or mutes themselves.
            allowed.add(Outcome.REFUSED)
        if rule.who == Who.SIGNING_IN:
            allowed.add(Outcome.SIGN_IN)
        if rule.who in {Who.STAFF, Who.ADULT} and Outcome.IN in answered:
            # One of the methods may want more; what is let in at all is what counts.
            allowed |= {Outcome.REFUSED, Outcome.ABSENT}
        return f"is turned away: {sorted(wrong)}" if wrong - allowed else ""
    expected = how_turned_away(probe, rule)
    if not answered:
        return "answers no method"
    return "" if answered <= expected else f"got {sorted(answered)}, not {sorted(expected)}"


def is_let_in(probe: Probe, rule: access.Access, *, is_own: bool, is_shown: bool) -> bool:
    """Say what the rule promises."""
    user = probe.user
    match rule.who:
        case Who.ANYBODY | Who.LINK_HOLDER | Who.SIGNING_IN:
            return True
        case Who.WHO_SEES_IT:
            return is_own or is_shown
        case Who.MEMBER_WHO_SEES_IT:
            return user is not None and (is_own or is_shown)
        case Who.MEMBER:
            return user is not None
        case Who.ADULT:
            return user is not None and probe.is_adult
        case Who.OWNER:
            return is_own
        case Who.STAFF:
            may = not rule.permissions or (user is not None and any(map(user.has_perm, rule.permissions)))
            return user is not None and user.is_staff and may
        case Who.NOBODY | Who.SERVICE:
            return False


def how_turned_away(probe: Probe, rule: access.Access) -> set[Outcome]:
    """Say how somebody who is not let in is answered."""
    match rule.who:
        case Who.WHO_SEES_IT:
            return {Outcome.ABSENT}
        case Who.MEMBER_WHO_SEES_IT | Who.OWNER:
            # A stream has no page to send anybody to.
            return {Outcome.ABSENT} if probe.user is not None else TURNED_AWAY
        case Who.MEMBER:
            return {Outcome.SIGN_IN}
        case Who.ADULT:
            return {Outcome.REFUSED} if probe.user is not None else {Outcome.SIGN_IN}
        case Who.STAFF if probe.user is not None and probe.user.is_staff:
            return {Outcome.REFUSED, Outcome.ABSENT}
        case Who.STAFF:
            return {Outcome.SIGN_IN, Outcome.REFUSED}
        case _:
            return TURNED_AWAY


# --- The walk itself ----------------------------------------------------------------------------------------


def test_the_walk_would_notice_a_page_that_lets_everybody_in() -> None:
    stranger = Probe("other", User(), is_adult=False)
    thing = probes.Thing("/x/", owner="owner")
    assert judge(stranger, access.OWNER, {Outcome.IN}, is_own=False, thing=thing)
    assert judge(stranger, access.OWNER, {Outcome.REFUSED}, is_own=False, thing=thing)
    assert judge(stranger, access.staff(), {Outcome.IN}, is_own=False, thing=thing)
    assert judge(stranger, access.ADULT, {Outcome.IN}, is_own=False, thing=thing)
    assert judge(stranger, access.OWNER, {Outcome.BROKEN}, is_own=False, thing=thing)
    visitor = Probe("anonymous", None)
    assert judge(visitor, access.MEMBER, {Outcome.OTHER_METHOD}, is_own=False, thing=thing)
    assert judge(visitor, access.MEMBER, {Outcome.IN}, is_own=False, thing=thing)
    assert not judge(stranger, access.OWNER, {Outcome.ABSENT}, is_own=False, thing=thing)


def test_the_walk_would_notice_a_page_that_keeps_its_owner_out() -> None:
    owner = Probe("owner", None, is_adult=True)
    thing = probes.Thing("/x/", owner="owner")
    assert judge(owner, access.OWNER, {Outcome.ABSENT}, is_own=True, thing=thing)
    assert not judge(owner, access.OWNER, {Outcome.IN, Outcome.OTHER_METHOD}, is_own=True, thing=thing)


def test_a_route_that_is_not_declared_would_be_noticed() -> None:
    assert access.find(Route(key="made-up", path="made/up/", names=()).key) is None
