"""R5–R7, R9: deciding, taking down, hiding: of characters and of stories, but where it is about portraits,
which stories have not.
"""

from datetime import timedelta

import pytest

from characters import services
from characters.handlers import is_portrait_approved
from characters.models import State, Visibility
from characters.services import CharacterRefusedError
from core.models import AuditEvent
from imagegen.models import Picture
from moderation.models import Decision
from notifications.models import Notice
from policies.rules import RULES
from tests.characters import kinds
from tests.factories import (
    NOW,
    REASON,
    advance,
    edit,
    get_fresh,
    make_character,
    make_item,
    make_picture,
    make_staff,
    make_user,
)
from tests.notifications import post

pytestmark = pytest.mark.django_db

WHY = {"reason_code": REASON, "explanation": "The bio is too short.", "fix": "Tell more."}


def refused(call, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(**kwargs)
    return caught.value.refusal


def submit(item):
    return services.submit(actor=item.owner, item=item, now=NOW)


def list_notices(item):
    """What its creator was told of it; the members of a cast have notices of their own."""
    return Notice.objects.filter(user=item.owner, kind__startswith=f"{item.KIND}-")


def list_changes(item):
    return AuditEvent.objects.filter(kind="visibility.changed", target_id=item.public_id)


# --- Deciding -----------------------------------------------------------------------------------------------


def test_approval_makes_the_revision_live(kind, django_capture_on_commit_callbacks):
    """R6: approved items appear in discovery; the creator is told."""
    item = make_item(kind, state=State.PENDING)
    revision, staff = item.open_revision, make_staff()
    post.send_waiting()
    approve = {"actor": staff, "revision": revision, "expected_hash": revision.content_hash, "now": NOW}

    with django_capture_on_commit_callbacks(execute=True):
        _revision, is_new = services.approve(**approve)

    item = get_fresh(item)
    assert is_new
    assert item.live_revision == revision
    assert item.open_revision is None
    assert item.published_at == NOW
    assert kinds.list_discovered(item, make_user()) == [item]
    decision = Decision.objects.get(target_id=item.public_id)
    assert (decision.kind, decision.actor) == ("APPROVE", staff.subject)
    notice = list_notices(item).get()
    assert (notice.kind, notice.url) == (f"{kind}-approved", item.get_absolute_url())
    assert [message.to for message in post.send_waiting()] == [[item.owner.email]]
    assert services.approve(**approve)[1] is False
    assert Decision.objects.filter(target_id=item.public_id).count() == 1


def test_an_edit_replaces_the_live_revision_in_one_step(kind):
    """R5: approval swaps the live revision; until then others read the old one."""
    item = make_item(kind, state=State.APPROVED)
    old, published_at, stranger = item.live_revision, item.published_at, make_user()
    draft = edit(item, **kinds.say(kind, "A new life."))

    for state in (State.SUBMITTED, State.PENDING):
        if state == State.SUBMITTED:
            submit(item)
        else:
            services.screen_revision(kind=kind, revision_id=draft.pk, now=NOW)
        assert get_fresh(item).revision_for(stranger) == old
        assert get_fresh(item).revision_for(item.owner) == old
    later = NOW + timedelta(days=1)
    services.approve(actor=make_staff(), revision=draft, expected_hash=draft.content_hash, now=later)

    item = get_fresh(item)
    assert item.live_revision == draft
    assert kinds.said(item.revision_for(stranger)) == "A new life."
    assert item.published_at == published_at
    assert kinds.revisions(kind).get(pk=old.pk).state == State.SUPERSEDED


def test_rejection_never_touches_what_is_live(kind):
    """R5, R6: a rejection carries a reason and how to fix it."""
    item = make_item(kind, state=State.APPROVED)
    live = item.live_revision
    edit(item, **kinds.say(kind, "A new life."))
    draft = advance(item, State.REJECTED)

    item = get_fresh(item)
    assert item.live_revision == live
    assert item.open_revision == draft
    assert (draft.reason_code, draft.explanation, draft.fix) == tuple(WHY.values())
    assert item.can_view(make_user())


def test_an_approval_of_something_else_than_what_was_seen_is_refused(kind):
    item = make_item(kind, state=State.PENDING)
    approve = {"actor": make_staff(), "revision": item.open_revision, "now": NOW}

    assert refused(services.approve, expected_hash="0" * 64, **approve).code == "changed"
    assert get_fresh(item).live_revision is None


def test_a_rejection_without_words_uses_the_rules_own(kind):
    item = make_item(kind, state=State.PENDING)
    revision, staff = item.open_revision, make_staff()
    reject = {"actor": staff, "revision": revision, "reason_code": "spam", "explanation": " ", "fix": ""}

    rejected, is_new = services.reject(now=NOW, **reject)

    assert is_new
    assert rejected.explanation == str(RULES["spam"].explanation)
    assert rejected.fix == str(RULES["spam"].fix)
    assert services.reject(now=NOW, **reject)[1] is False
    assert Decision.objects.filter(target_id=item.public_id).count() == list_notices(item).count() == 1


@pytest.mark.parametrize("state", [state for state in State if state != State.PENDING])
def test_reviewers_decide_only_what_waits_for_them(kind, state):
    item = make_item(kind)
    revision = advance(item, state)
    staff = make_staff()
    codes = {
        refused(services.approve, actor=staff, revision=revision, expected_hash="0" * 64, now=NOW).code,
        refused(
            services.reject,
            actor=staff,
            revision=revision,
            now=NOW,
            **{**WHY, "reason_code": "spam"},
        ).code,
    }

    expected = {State.WITHDRAWN: "withdrawn", State.SUBMITTED: "not-screened"}
    assert codes == {expected.get(state, "already-decided")}


def test_only_reviewers_decide(kind):
    item = make_item(kind, state=State.PENDING)
    revision = item.open_revision
    live = make_item(kind, state=State.APPROVED)
    down = make_item(kind, state=State.DELISTED)

    for actor in (item.owner, make_user(), make_staff(is_reviewer=False)):
        calls = [
            (services.approve, {"revision": revision, "expected_hash": revision.content_hash}),
            (services.reject, {"revision": revision, **WHY}),
            (services.delist, {"item": live, **WHY}),
            (services.reinstate, {"item": down}),
        ]
        for call, arguments in calls:
            assert refused(call, actor=actor, now=NOW, **arguments).code == "not-reviewer"


@pytest.mark.parametrize("code", ["", "nonsense"])
def test_a_decision_names_a_rule_of_the_list(kind, code):
    """R11: the reason codes are the list that View Guidelines shows."""
    pending = make_item(kind, state=State.PENDING)
    live = make_item(kind, state=State.APPROVED)
    words = {**WHY, "reason_code": code, "actor": make_staff(), "now": NOW}

    assert refused(services.reject, revision=pending.open_revision, **words).code == "reason-unknown"
    assert refused(services.delist, item=live, **words).code == "reason-unknown"


def test_a_withdrawn_version_is_not_approved_by_somebody_who_still_sees_it(kind):
    item = make_item(kind, state=State.PENDING)
    seen = item.open_revision
    services.withdraw(actor=item.owner, item=item, now=NOW)

    refusal = refused(
        services.approve, actor=make_staff(), revision=seen, expected_hash=seen.content_hash, now=NOW
    )

    assert refusal.code == "withdrawn"


# --- Taking down --------------------------------------------------------------------------------------------


def test_a_delisted_item_returns_to_its_creators_library(kind):
    """R7: never deleted."""
    item = make_item(kind, state=State.APPROVED)
    live, staff = item.live_revision, make_staff()

    _item, is_new = services.delist(actor=staff, item=item, now=NOW, **WHY)

    item = get_fresh(item)
    assert is_new
    assert (item.live_revision, item.delisted_revision) == (None, live)
    assert kinds.list_library(item) == [item]
    assert item.revision_for(item.owner) == live
    assert not item.can_view(make_user())
    assert kinds.list_discovered(item, make_user()) == []
    assert list_notices(item).filter(kind=f"{kind}-delisted").count() == 1
    assert services.delist(actor=staff, item=item, now=NOW, **WHY)[1] is False


def test_what_is_not_live_is_not_delisted(kind):
    refusal = refused(services.delist, actor=make_staff(), item=make_item(kind), now=NOW, **WHY)

    assert refusal.code == "not-live"


def test_an_upheld_appeal_reinstates_the_item_as_it_was(kind):
    """R5, R7: DELISTED → APPROVED."""
    item = make_item(kind, state=State.DELISTED)
    delisted, staff = item.delisted_revision, make_staff()

    services.reinstate(actor=staff, item=item, now=NOW)

    item = get_fresh(item)
    assert (item.live_revision, item.delisted_revision) == (delisted, None)
    assert item.live_revision.reason_code == ""
    assert item.can_view(make_user())
    assert refused(services.reinstate, actor=staff, item=item, now=NOW).code == "not-delisted"


def test_a_corrected_version_replaces_the_delisted_one(kind):
    """R7: presentation corrected."""
    item = make_item(kind, state=State.DELISTED)
    taken_down = item.delisted_revision
    edit(item, **kinds.say(kind, "Corrected."))
    draft = advance(item, State.APPROVED)

    item = get_fresh(item)
    assert (item.live_revision, item.delisted_revision) == (draft, None)
    assert kinds.revisions(kind).get(pk=taken_down.pk).state == State.DELISTED


def test_the_latest_decision_says_whether_an_upload_may_be_drawn_from():
    """R7: a portrait that was taken down once and approved again since is approved."""
    owner = make_user()
    upload = make_picture(owner=owner, mode=Picture.Mode.UPLOAD)
    character = make_character(owner=owner, portrait_id=upload.pk, state=State.DELISTED)
    assert not is_portrait_approved(upload)

    for number, later in enumerate((NOW + timedelta(hours=1), NOW + timedelta(hours=3))):
        edit(character, now=later, bio=f"Corrected {number}.")
        advance(character, State.APPROVED, now=later)
        assert is_portrait_approved(upload)
        down = {"actor": make_staff(), "item": character, "now": later + timedelta(hours=1)}
        services.delist(**down, **WHY)
        assert not is_portrait_approved(upload)
    services.reinstate(actor=make_staff(), item=character, now=NOW + timedelta(hours=5))
    assert is_portrait_approved(upload)


# --- Visibility ---------------------------------------------------------------------------------------------


def test_private_hides_at_once_and_public_needs_no_review(kind):
    """R9: back to Public while the live revision is unchanged."""
    item, stranger = make_item(kind, state=State.APPROVED), make_user()
    change = {"actor": item.owner, "item": item, "now": NOW}
    assert kinds.items(kind).visible_to(stranger).exists()

    assert services.set_visibility(visibility="PRIVATE", **change)[1] is True
    assert not kinds.items(kind).visible_to(stranger).exists()
    assert kinds.items(kind).visible_to(item.owner).exists()
    assert services.set_visibility(visibility="PRIVATE", **change)[1] is False

    services.set_visibility(visibility="PUBLIC", **change)
    assert kinds.items(kind).visible_to(stranger).exists()
    assert list_changes(item).count() == 2


def test_an_item_that_is_public_before_its_approval_shows_nothing(kind):
    """R9: Public means: while it has a live revision."""
    item = make_item(kind, visibility=Visibility.PUBLIC)

    assert item.visibility == Visibility.PUBLIC
    assert not item.can_view(make_user())


def test_an_edit_can_change_the_visibility_too(kind):
    item = make_item(kind, state=State.APPROVED)
    services.save_draft(
        actor=item.owner,
        item=item,
        content=item.live_revision.content(),
        visibility="PRIVATE",
        now=NOW,
    )

    assert get_fresh(item).visibility == Visibility.PRIVATE
    assert kinds.revisions(kind).count() == 1


def test_starting_a_chat_is_counted(kind):
    item = make_item(kind, state=State.APPROVED)

    for actor in (make_user(), make_user(), item.owner):
        services.count_chat(actor=actor, item=item, now=NOW)

    assert get_fresh(item).chat_count == 2
