"""R5–R7, R9: deciding, taking down, hiding."""

from datetime import timedelta

import pytest

from characters import queries, services
from characters.handlers import is_portrait_approved
from characters.models import Character, Revision, State, Visibility
from characters.services import CharacterRefusedError
from core.models import AuditEvent
from imagegen.models import Picture
from moderation.models import Decision
from notifications.models import Notice
from policies.rules import RULES
from tests.factories import (
    NOW,
    REASON,
    advance,
    edit,
    get_fresh,
    make_character,
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


def submit(character):
    return services.submit(actor=character.owner, item=character, now=NOW)


# --- Deciding -----------------------------------------------------------------------------------------------


def test_approval_makes_the_revision_live(django_capture_on_commit_callbacks):
    """R6: approved items appear in discovery; the creator is told."""
    character = make_character(state=State.PENDING)
    revision, staff = character.open_revision, make_staff()
    approve = {"actor": staff, "revision": revision, "expected_hash": revision.content_hash, "now": NOW}

    with django_capture_on_commit_callbacks(execute=True):
        _revision, is_new = services.approve(**approve)

    character = get_fresh(character)
    assert is_new
    assert character.live_revision == revision
    assert character.open_revision is None
    assert character.published_at == NOW
    assert list(queries.list_newest(make_user())) == [character]
    decision = Decision.objects.get(target_id=character.public_id)
    assert (decision.kind, decision.actor) == ("APPROVE", staff.subject)
    notice = Notice.objects.get(user=character.owner)
    assert (notice.kind, notice.url) == ("character-approved", f"/characters/{character.slug}/")
    assert [message.to for message in post.send_waiting()] == [[character.owner.email]]
    assert services.approve(**approve)[1] is False
    assert Decision.objects.count() == 1


def test_an_edit_replaces_the_live_revision_in_one_step():
    """R5: approval swaps the live revision; until then others read the old one."""
    character = make_character(state=State.APPROVED)
    old, published_at, stranger = character.live_revision, character.published_at, make_user()
    draft = edit(character, bio="A new life.")

    for state in (State.SUBMITTED, State.PENDING):
        if state == State.SUBMITTED:
            submit(character)
        else:
            services.screen_revision(revision_id=draft.pk, now=NOW)
        assert get_fresh(character).revision_for(stranger) == old
        assert get_fresh(character).revision_for(character.owner) == old
    later = NOW + timedelta(days=1)
    services.approve(actor=make_staff(), revision=draft, expected_hash=draft.content_hash, now=later)

    character = get_fresh(character)
    assert character.live_revision == draft
    assert character.revision_for(stranger).bio == "A new life."
    assert character.published_at == published_at
    assert Revision.objects.get(pk=old.pk).state == State.SUPERSEDED


def test_rejection_never_touches_what_is_live():
    """R5, R6: a rejection carries a reason and how to fix it."""
    character = make_character(state=State.APPROVED)
    live = character.live_revision
    edit(character, bio="A new life.")
    draft = advance(character, State.REJECTED)

    character = get_fresh(character)
    assert character.live_revision == live
    assert character.open_revision == draft
    assert (draft.reason_code, draft.explanation, draft.fix) == tuple(WHY.values())
    assert character.can_view(make_user())


def test_an_approval_of_something_else_than_what_was_seen_is_refused():
    character = make_character(state=State.PENDING)
    approve = {"actor": make_staff(), "revision": character.open_revision, "now": NOW}

    assert refused(services.approve, expected_hash="0" * 64, **approve).code == "changed"
    assert get_fresh(character).live_revision is None


def test_a_rejection_without_words_uses_the_rules_own():
    character = make_character(state=State.PENDING)
    revision, staff = character.open_revision, make_staff()
    reject = {"actor": staff, "revision": revision, "reason_code": "spam", "explanation": " ", "fix": ""}

    rejected, is_new = services.reject(now=NOW, **reject)

    assert is_new
    assert rejected.explanation == str(RULES["spam"].explanation)
    assert rejected.fix == str(RULES["spam"].fix)
    assert services.reject(now=NOW, **reject)[1] is False
    assert Decision.objects.count() == Notice.objects.count() == 1


@pytest.mark.parametrize("state", [state for state in State if state != State.PENDING])
def test_reviewers_decide_only_what_waits_for_them(state):
    character = make_character()
    revision = advance(character, state)
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


def test_only_reviewers_decide():
    character = make_character(state=State.PENDING)
    revision = character.open_revision
    live = make_character(state=State.APPROVED)
    down = make_character(state=State.DELISTED)

    for actor in (character.owner, make_user(), make_staff(is_reviewer=False)):
        calls = [
            (services.approve, {"revision": revision, "expected_hash": revision.content_hash}),
            (services.reject, {"revision": revision, **WHY}),
            (services.delist, {"item": live, **WHY}),
            (services.reinstate, {"item": down}),
        ]
        for call, arguments in calls:
            assert refused(call, actor=actor, now=NOW, **arguments).code == "not-reviewer"


@pytest.mark.parametrize("code", ["", "nonsense"])
def test_a_decision_names_a_rule_of_the_list(code):
    """R11: the reason codes are the list that View Guidelines shows."""
    pending = make_character(state=State.PENDING)
    live = make_character(state=State.APPROVED)
    words = {**WHY, "reason_code": code, "actor": make_staff(), "now": NOW}

    assert refused(services.reject, revision=pending.open_revision, **words).code == "reason-unknown"
    assert refused(services.delist, item=live, **words).code == "reason-unknown"


def test_a_withdrawn_version_is_not_approved_by_somebody_who_still_sees_it():
    character = make_character(state=State.PENDING)
    seen = character.open_revision
    services.withdraw(actor=character.owner, item=character, now=NOW)

    refusal = refused(
        services.approve, actor=make_staff(), revision=seen, expected_hash=seen.content_hash, now=NOW
    )

    assert refusal.code == "withdrawn"


# --- Taking down --------------------------------------------------------------------------------------------


def test_a_delisted_item_returns_to_its_creators_library():
    """R7: never deleted."""
    character = make_character(state=State.APPROVED)
    live, staff = character.live_revision, make_staff()

    _character, is_new = services.delist(actor=staff, item=character, now=NOW, **WHY)

    character = get_fresh(character)
    assert is_new
    assert (character.live_revision, character.delisted_revision) == (None, live)
    assert list(queries.list_library(character.owner)) == [character]
    assert character.revision_for(character.owner) == live
    assert not character.can_view(make_user())
    assert not queries.list_newest(make_user()).exists()
    assert Notice.objects.filter(user=character.owner, kind="character-delisted").count() == 1
    assert services.delist(actor=staff, item=character, now=NOW, **WHY)[1] is False


def test_what_is_not_live_is_not_delisted():
    refusal = refused(services.delist, actor=make_staff(), item=make_character(), now=NOW, **WHY)

    assert refusal.code == "not-live"


def test_an_upheld_appeal_reinstates_the_item_as_it_was():
    """R5, R7: DELISTED → APPROVED."""
    character = make_character(state=State.DELISTED)
    delisted, staff = character.delisted_revision, make_staff()

    services.reinstate(actor=staff, item=character, now=NOW)

    character = get_fresh(character)
    assert (character.live_revision, character.delisted_revision) == (delisted, None)
    assert character.live_revision.reason_code == ""
    assert character.can_view(make_user())
    assert refused(services.reinstate, actor=staff, item=character, now=NOW).code == "not-delisted"


def test_a_corrected_version_replaces_the_delisted_one():
    """R7: presentation corrected."""
    character = make_character(state=State.DELISTED)
    taken_down = character.delisted_revision
    edit(character, bio="Corrected.")
    draft = advance(character, State.APPROVED)

    character = get_fresh(character)
    assert (character.live_revision, character.delisted_revision) == (draft, None)
    assert Revision.objects.get(pk=taken_down.pk).state == State.DELISTED


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


def test_private_hides_at_once_and_public_needs_no_review():
    """R9: back to Public while the live revision is unchanged."""
    character, stranger = make_character(state=State.APPROVED), make_user()
    change = {"actor": character.owner, "item": character, "now": NOW}
    assert Character.objects.visible_to(stranger).exists()

    assert services.set_visibility(visibility="PRIVATE", **change)[1] is True
    assert not Character.objects.visible_to(stranger).exists()
    assert Character.objects.visible_to(character.owner).exists()
    assert services.set_visibility(visibility="PRIVATE", **change)[1] is False

    services.set_visibility(visibility="PUBLIC", **change)
    assert Character.objects.visible_to(stranger).exists()
    assert AuditEvent.objects.filter(kind="visibility.changed").count() == 2


def test_an_item_that_is_public_before_its_approval_shows_nothing():
    """R9: Public means: while it has a live revision."""
    character = make_character(visibility=Visibility.PUBLIC)

    assert character.visibility == Visibility.PUBLIC
    assert not character.can_view(make_user())


def test_an_edit_can_change_the_visibility_too():
    character = make_character(state=State.APPROVED)
    services.save_draft(
        actor=character.owner,
        item=character,
        content=character.live_revision.content(),
        visibility="PRIVATE",
        now=NOW,
    )

    assert get_fresh(character).visibility == Visibility.PRIVATE
    assert Revision.objects.count() == 1


def test_starting_a_chat_is_counted():
    character = make_character(state=State.APPROVED)

    for actor in (make_user(), make_user(), character.owner):
        services.count_chat(actor=actor, item=character, now=NOW)

    assert get_fresh(character).chat_count == 2
