"""R5, R7: who sees that a rejection was wrong approves it after all; nobody has to appeal first."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from accounts.models import NEVER_VERIFIED_CODE, Restriction, User
from characters import rejections, services
from characters.models import ITEM_MODELS, Item, State, Visibility
from core.models import AuditEvent
from core.refusals import RefusedError
from moderation import policies as moderation_policies
from moderation import queries as moderation_queries
from moderation.models import Appeal, Decision
from moderation.services.repeats import count_strikes
from notifications.models import Notice
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    get_fresh_revision,
    make_item,
    make_staff,
    make_user,
)
from tests.moderation.appealing import ask, refused, reply

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
KEY = "0123456789abcdef0123456789abcdef"
WHY = "We read it too quickly."


@pytest.fixture(params=ITEM_MODELS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def rejection_of(item: Item) -> Decision:
    return Decision.objects.filter(target_id=item.public_id, kind="REJECT").latest("pk")


def approve(item: Item, actor: User | None = None, **changes: Any) -> tuple[Any, bool]:
    """Take the newest rejection back, or the one that is named."""
    values = {"explanation": WHY, "creation_key": KEY, "now": LATER, **changes}
    if "decision_id" not in values:
        values["decision_id"] = rejection_of(item).public_id
    return services.approve_after_all(actor=actor or make_staff(), item=get_fresh(item), **values)


def keeper(**fields: Any) -> User:
    user = make_staff(**fields)
    user.user_permissions.add(Permission.objects.get(codename="change_safetycase"))
    return User.objects.get(pk=user.pk)


def reject_by_program(item: Item, *, reason_code: str) -> Decision:
    """Let screening have turned down what was submitted."""
    revision = item.open_revision
    revision.reject(reason_code=reason_code, explanation="A program.", fix="Change it.", now=NOW)
    revision.save()
    return Decision.objects.create(
        at=NOW,
        kind="REJECT",
        source="AUTOMATIC",
        affected=item.owner.subject,
        target_kind=item.KIND,
        target_id=item.public_id,
        revision_hash=revision.content_hash,
        reason_code=reason_code,
    )


# --- What it does -------------------------------------------------------------------------------------------


def test_what_was_rejected_goes_live_and_its_creator_is_told(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    rejected, decision, actor = item.open_revision, rejection_of(item), make_staff()
    before = set(Notice.objects.values_list("pk", flat=True))

    fresh, is_new = approve(item, actor)

    assert is_new
    assert (fresh.live_revision.state, fresh.open_revision) == (State.APPROVED, None)
    assert fresh.live_revision.content_hash == rejected.content_hash
    assert get_fresh_revision(rejected).state == State.REJECTED
    assert fresh.can_view(AnonymousUser())
    answer = decision.reversals.get()
    assert (answer.kind, answer.actor, answer.explanation) == ("RESTORE", actor.subject, WHY)
    assert (answer.revision_hash, answer.creation_key) == (rejected.content_hash, KEY)
    (told,) = Notice.objects.filter(user=item.owner).exclude(pk__in=before)
    assert told.title == "Taken back: Rejected"
    for words in (WHY, "It is published: others can find it."):
        assert words in told.body
    assert AuditEvent.objects.filter(kind="revision.approve", target_id=item.public_id).count() == 1
    assert count_strikes(item.owner, now=LATER) == 0


def test_the_standing_page_says_so(kind: str, client: Any) -> None:
    item = make_item(kind, state=State.REJECTED)
    approve(item)
    client.force_login(item.owner)
    page = client.get("/settings/standing/").content.decode()
    assert "Approved after all" in page
    assert "Taken back" in page
    assert WHY in page


def test_an_edit_replaces_what_was_live_meanwhile(kind: str) -> None:
    item = make_item(kind, state=State.APPROVED)
    before = item.live_revision
    edit(item, tags=("edited",))
    advance(get_fresh(item), State.REJECTED)
    fresh, _is_new = approve(item)
    assert fresh.live_revision.tags == ["edited"]
    assert get_fresh_revision(before).state == State.SUPERSEDED


def test_over_what_was_taken_down_it_is_live_again(kind: str) -> None:
    item = make_item(kind, state=State.DELISTED)
    edit(item, tags=("edited",))
    advance(get_fresh(item), State.REJECTED)
    fresh, _is_new = approve(item)
    assert (fresh.live_revision.tags, fresh.delisted_revision) == (["edited"], None)
    # What was wrong with the older one was wrong still.
    assert count_strikes(item.owner, now=LATER) == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.PENDING, State.REJECTED])
def test_what_its_creator_did_since_stays_as_it_is(kind: str, state: State) -> None:
    item = make_item(kind, state=State.REJECTED)
    first = rejection_of(item)
    edit(item, tags=("newer",))
    newer = advance(get_fresh(item), state)
    fresh, _is_new = approve(item, decision_id=first.public_id)
    assert fresh.live_revision.content_hash == first.revision_hash
    assert (fresh.open_revision, fresh.open_revision.state) == (newer, state)


def test_an_open_appeal_is_granted(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    appeal = ask(item.owner, rejection_of(item))
    before = set(Notice.objects.values_list("pk", flat=True))
    approve(item)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer) == (Appeal.State.LIFTED, rejection_of(item).reversals.get())
    (told,) = Notice.objects.filter(user=item.owner).exclude(pk__in=before)
    assert told.kind == "appeal-answered"


@pytest.mark.parametrize("wish", [Appeal.Wish.PRIVATE, Appeal.Wish.CORRECT])
def test_who_asked_in_an_appeal_to_keep_it_private_finds_it_so(kind: str, wish: Appeal.Wish) -> None:
    item = make_item(kind, state=State.REJECTED)
    ask(item.owner, rejection_of(item), wish=wish)
    fresh, _is_new = approve(item)
    assert (fresh.visibility, fresh.live_revision.state) == (Visibility.PRIVATE, State.APPROVED)
    assert (get_fresh(item).open_revision is not None) == (wish == Appeal.Wish.CORRECT)


def test_an_appeal_that_was_turned_down_is_no_obstacle(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    reply(ask(item.owner, rejection_of(item)), Decision.Kind.UPHOLD)
    fresh, is_new = approve(item)
    assert is_new
    assert fresh.live_revision is not None


def test_what_its_creator_hid_stays_hidden(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED, visibility=Visibility.PRIVATE)
    fresh, _is_new = approve(item)
    assert (fresh.visibility, fresh.live_revision.state) == (Visibility.PRIVATE, State.APPROVED)
    assert not fresh.can_view(make_user())


@pytest.mark.parametrize("has_live", [False, True])
def test_r13_what_is_new_of_who_may_not_publish_stays_private(kind: str, has_live: bool) -> None:
    item = make_item(kind, state=State.APPROVED if has_live else State.REJECTED)
    if has_live:
        edit(item, tags=("edited",))
        advance(get_fresh(item), State.REJECTED)
    Restriction.objects.create(
        user=item.owner,
        scope=Restriction.Scope.PUBLISHING,
        reason_code="spam",
        explanation="Too many.",
        starts_at=NOW,
        created_at=NOW,
    )
    fresh, _is_new = approve(item)
    assert fresh.visibility == (Visibility.PUBLIC if has_live else Visibility.PRIVATE)


def test_what_screening_turned_down_too(kind: str) -> None:
    item = make_item(kind, state=State.SUBMITTED)
    decision = reject_by_program(item, reason_code="contact-harvesting")
    fresh, is_new = approve(item)
    assert is_new
    assert fresh.live_revision.content_hash == decision.revision_hash
    assert decision.reversals.get().source == Decision.Source.HUMAN


def test_the_same_form_twice_does_it_once_and_nobody_does_it_again(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    actor = make_staff()
    assert approve(item, actor)[1]
    for repeat in (lambda: approve(item, actor), lambda: approve(item, creation_key="f" * 32)):
        assert repeat()[1] is False
    # Not after something else happened to it, either.
    services.delist(actor=actor, item=get_fresh(item), reason_code="spam", explanation="", fix="", now=LATER)
    fresh, is_new = approve(item, actor)
    assert (is_new, fresh.live_revision) == (False, None)
    assert Decision.objects.filter(kind="RESTORE").count() == 1


# --- Who may, and when --------------------------------------------------------------------------------------

OK = ""
OUTCOMES = {
    State.DRAFT: "not-rejected",
    State.SUBMITTED: "not-rejected",
    State.PENDING: "not-rejected",
    State.APPROVED: "not-rejected",
    State.REJECTED: OK,
    State.WITHDRAWN: "not-rejected",
    State.DELISTED: "not-rejected",
    State.SUPERSEDED: "not-rejected",
}
ROLES = {
    "owner": "not-reviewer",
    "other": "not-reviewer",
    "staff": "not-reviewer",
    "reviewer": OK,
    "administrator": OK,
}


def actor_in(role: str, item: Item) -> User:
    return {
        "owner": lambda: item.owner,
        "other": make_user,
        "staff": lambda: make_staff(is_reviewer=False),
        "reviewer": make_staff,
        "administrator": lambda: make_staff(is_superuser=True),
    }[role]()


def test_every_state_has_its_outcome() -> None:
    assert set(OUTCOMES) == set(State)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", OUTCOMES)
def test_each_role_in_each_state(kind: str, state: State, role: str) -> None:
    item = make_item(kind, state=state)
    decision = Decision.objects.filter(target_id=item.public_id).order_by("pk").first()
    live, actor = item.live_revision_id, actor_in(role, item)
    code = ROLES[role] or OUTCOMES[state]

    def attempt() -> Any:
        return approve(item, actor, decision_id=decision.public_id if decision is not None else "none")

    if code == OK:
        assert rejections.find_wrong(actor, item) is not None
        assert attempt()[1]
    else:
        assert rejections.find_wrong(actor, item) is None
        refused(code, attempt)
        assert get_fresh(item).live_revision_id == live
        assert not Decision.objects.filter(kind="RESTORE").exists()


def test_nobody_does_so_for_themselves(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    User.objects.filter(pk=item.owner_id).update(is_staff=True, is_superuser=True)
    owner = User.objects.get(pk=item.owner_id)
    refused("self", lambda: approve(item, owner))
    assert rejections.find_wrong(owner, get_fresh(item)) is None


def test_what_is_of_staff_is_for_administrators(kind: str) -> None:
    item = make_item(kind, owner=make_staff(), state=State.REJECTED)
    refused("staff", lambda: approve(item))
    assert approve(item, make_staff(is_superuser=True))[1]


def test_child_safety_is_for_those_who_look_after_it(kind: str) -> None:
    """R11."""
    item = make_item(kind, state=State.SUBMITTED)
    reject_by_program(item, reason_code=NEVER_VERIFIED_CODE)
    moderator = make_staff()
    refused("child-safety", lambda: approve(item, moderator))
    assert rejections.find_wrong(moderator, get_fresh(item)) is None
    assert rejections.find_wrong(keeper(), get_fresh(item)) is not None
    assert approve(item, keeper())[1]


def test_what_was_handed_on_is_for_who_decides_cases(kind: str) -> None:
    item = make_item(kind, state=State.PENDING)
    revision, lead = item.open_revision, make_staff(is_superuser=True)
    services.escalate(actor=make_staff(), revision=revision, note="", now=NOW)
    why = {"reason_code": "spam", "explanation": "", "fix": ""}
    services.reject(actor=lead, revision=revision, now=NOW, **why)
    refused("escalated", lambda: approve(item))
    assert approve(item, lead)[1]


def test_a_newer_version_that_was_approved_stays(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    first = rejection_of(item)
    edit(item, tags=("newer",))
    newer = advance(get_fresh(item), State.APPROVED)
    appeal = ask(item.owner, first)
    refused("newer-approved", lambda: approve(item))
    # Nothing of it was done: the appeal waits for its own answer.
    appeal.refresh_from_db()
    assert (get_fresh(item).live_revision, appeal.state) == (newer, Appeal.State.OPEN)
    assert not first.reversals.exists()
    assert rejections.find_wrong(make_staff(), get_fresh(item)) is None


def test_without_its_portrait_it_cannot_be_shown() -> None:
    item = make_item("character", state=State.REJECTED)
    portrait = item.open_revision.portrait
    type(portrait).objects.filter(pk=portrait.pk).update(state="FAILED", file="")
    refused("portrait-lost", lambda: approve(item))
    assert rejections.find_wrong(make_staff(), get_fresh(item)) is None


def test_only_a_rejection_of_this_item(kind: str) -> None:
    item = make_item(kind, state=State.REJECTED)
    other = rejection_of(make_item(kind, state=State.REJECTED))
    for decision_id in (other.public_id, "", "nonsense", "\0"):
        with pytest.raises(RefusedError) as caught:
            approve(item, decision_id=decision_id)
        assert caught.value.refusal.code == "not-rejected"


def test_what_is_live_already_is_not_approved_again(kind: str) -> None:
    """An appeal that was granted took the rejection back: there is nothing left to do."""
    item = make_item(kind, state=State.REJECTED)
    reply(ask(item.owner, rejection_of(item)), Decision.Kind.OVERTURN)
    fresh, is_new = approve(item)
    assert (is_new, fresh.live_revision.state) == (False, State.APPROVED)
    assert rejections.find_wrong(make_staff(), fresh) is None
    rejected = rejections.find_rejected(fresh, rejection_of(item))
    refusal = rejections.publish_refusal(fresh, rejected)
    assert refusal is not None
    assert refusal.code == "already-live"


def test_other_decisions_are_not_taken_back_this_way() -> None:
    item = make_item("character", state=State.DELISTED)
    decision = moderation_queries.find_measure(item.KIND, item.public_id)
    assert decision is not None
    refusal = moderation_policies.lift_rejection_refusal(make_staff(), decision.decision)
    assert refusal is not None
    assert refusal.code == "not-in-force"
