"""R5–R7, R9: submitting, screening, deciding, taking down, hiding."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import Restriction
from characters import policies, queries, services, tasks
from characters.models import Character, Revision, State, Visibility
from characters.services import CharacterRefusedError
from characters.services import screening as screening_service
from core import switches
from core.models import AuditEvent
from core.switches import Feature
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
    make_minor,
    make_picture,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db

WHY = {"reason_code": REASON, "explanation": "The bio is too short.", "fix": "Tell more."}


def refused(call, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(**kwargs)
    return caught.value.refusal


def submit(character):
    return services.submit(actor=character.owner, character=character, now=NOW)


def submitted_with(**content):
    character = make_character(state=State.SUBMITTED, **content)
    revision, _decided = services.screen_revision(revision_id=character.open_revision.pk, now=NOW)
    return get_fresh(character), revision


# --- Submitting ---------------------------------------------------------------------------------------------


def test_submitting_a_draft_makes_it_public_and_wakes_the_screening(
    monkeypatch, django_capture_on_commit_callbacks
):
    """R5: possible from DRAFT only, and sets Visibility to Public."""
    woken = []
    monkeypatch.setattr("characters.services.publishing.wake_screening", woken.append)
    character = make_character()

    with django_capture_on_commit_callbacks(execute=True):
        revision, is_new = submit(character)

    assert is_new
    assert revision.state == State.SUBMITTED
    assert get_fresh(character).visibility == Visibility.PUBLIC
    assert woken == [revision.pk]
    assert AuditEvent.objects.filter(kind="revision.submitted", target_id=character.public_id).exists()


def test_a_second_click_on_submit_changes_nothing():
    character = make_character(state=State.SUBMITTED)

    revision, is_new = submit(character)

    assert not is_new
    assert revision == character.open_revision
    advance_to_pending(revision)
    assert submit(character) == (Revision.objects.get(pk=revision.pk), False)


def advance_to_pending(revision):
    services.screen_revision(revision_id=revision.pk, now=NOW)


@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED, State.DELISTED])
def test_only_drafts_are_submitted(state):
    """R5: the button is absent, and the operation says no."""
    character = make_character(state=state)

    assert policies.submit_refusal(character.owner, character).code == "not-draft"
    assert refused(services.submit, actor=character.owner, character=character, now=NOW).code == "not-draft"


def test_what_is_missing_is_named():
    """R3: profile, portrait and tone are checked first."""
    character = make_character(short_bio="", first_message="", portrait_id=None)

    refusal = refused(services.submit, actor=character.owner, character=character, now=NOW)

    assert refusal.code == "incomplete"
    assert "Short bio, First message, Portrait" in str(refusal.message)


@pytest.mark.parametrize(
    ("state", "code"),
    [(Picture.State.QUEUED, "portrait-not-ready"), (Picture.State.FAILED, "portrait-lost")],
)
def test_the_portrait_must_be_there(state, code):
    owner = make_user()
    finished_at = NOW if state == Picture.State.FAILED else None
    picture = make_picture(owner=owner, ready=False, state=state, finished_at=finished_at)
    character = make_character(owner=owner, portrait_id=picture.pk)

    assert refused(services.submit, actor=owner, character=character, now=NOW).code == code


@pytest.mark.parametrize("state", [State.REJECTED, State.DELISTED])
def test_unchanged_content_is_refused_with_the_old_reason(state):
    """R5: what was turned down must change before it is looked at again."""
    character = make_character(state=state)
    original = character.working_revision.bio
    edit(character, bio="Changed …")
    edit(character, bio=original)

    refusal = refused(services.submit, actor=character.owner, character=character, now=NOW)

    assert refusal.code == "unchanged"
    assert "The bio is too short." in str(refusal.message)
    assert refusal.fix == "Tell more."
    edit(character, bio="Changed for good.")
    assert submit(character)[1]


def test_others_do_not_submit_withdraw_or_hide():
    character = make_character(state=State.PENDING)
    other = {"actor": make_staff(), "character": character, "now": NOW}

    assert refused(services.submit, **other).code == "not-owner"
    assert refused(services.withdraw, **other).code == "not-owner"
    assert refused(services.set_visibility, visibility="PRIVATE", **other).code == "not-owner"


def test_publishing_can_be_restricted_and_switched_off():
    """R13, R20: named features can be taken from a person, and stopped for all."""
    character = make_character()
    live = make_character(owner=character.owner, state=State.APPROVED, visibility=Visibility.PRIVATE)
    publish = {"actor": live.owner, "character": live, "visibility": "PUBLIC", "now": NOW}
    Restriction.objects.create(
        user=character.owner,
        scope=Restriction.Scope.PUBLISHING,
        reason_code="spam",
        explanation="Too many.",
        starts_at=NOW,
        ends_at=NOW + timedelta(days=1),
        created_at=NOW,
    )

    assert refused(services.submit, actor=character.owner, character=character, now=NOW).code == "restricted"
    assert refused(services.set_visibility, **publish).code == "restricted"
    with pytest.raises(CharacterRefusedError):
        services.save_draft(content=live.live_revision.content(), **publish)

    Restriction.objects.all().delete()
    switches.set_switch(actor=None, feature=Feature.PUBLISHING, is_on=False, reason="Back soon.", now=NOW)
    assert refused(services.submit, actor=character.owner, character=character, now=NOW).code == "feature-off"
    assert refused(services.set_visibility, **publish).code == "feature-off"


def test_a_mature_item_of_somebody_who_is_no_adult_is_not_submitted():
    """R10: also when the date of birth was corrected after the item was saved."""
    character = make_character(safe_mode=False)
    owner = character.owner
    owner.date_of_birth = make_minor().date_of_birth
    owner.save()

    assert refused(services.submit, actor=owner, character=character, now=NOW).code == "adults-only-setting"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING])
def test_withdrawing_gives_the_draft_back(state):
    """R5: SUBMITTED | PENDING → WITHDRAWN by the creator."""
    character = make_character(state=state)
    submitted = character.open_revision
    withdraw = {"actor": character.owner, "character": character, "now": NOW}

    draft, is_new = services.withdraw(**withdraw)

    assert is_new
    assert Revision.objects.get(pk=submitted.pk).state == State.WITHDRAWN
    assert draft.state == State.DRAFT
    assert draft.content() == submitted.content()
    assert get_fresh(character).open_revision == draft
    assert services.withdraw(**withdraw) == (draft, False)


def test_nothing_is_withdrawn_where_nothing_waits():
    character = make_character(state=State.APPROVED)
    withdraw = {"actor": character.owner, "character": character, "now": NOW}

    assert refused(services.withdraw, **withdraw).code == "not-submitted"


# --- Screening ----------------------------------------------------------------------------------------------


def test_screening_that_finds_nothing_queues_for_a_person():
    character, revision = submitted_with()

    assert revision.state == State.PENDING
    assert list(queries.list_pending()) == [revision]
    assert not character.can_view(make_user())


def test_screening_runs_once():
    _character, revision = submitted_with()

    assert services.screen_revision(revision_id=revision.pk, now=NOW) == (revision, False)
    assert AuditEvent.objects.filter(kind="revision.screened").count() == 1


def test_a_held_submission_stays_submitted_and_reviewers_see_it():
    """R5: a hold stays in SUBMITTED, for a person to release or reject."""
    _character, revision = submitted_with(bio="She looks exactly like the actor of that film.")

    assert revision.state == State.SUBMITTED
    assert revision.is_held
    assert revision.hold_code == "real-person"
    assert list(queries.list_pending()) == [revision]
    assert services.screen_revision(revision_id=revision.pk, now=NOW)[1] is False

    approved, _is_new = services.approve(
        actor=make_staff(), revision=revision, expected_hash=revision.content_hash, now=NOW
    )
    assert approved.state == State.APPROVED


def test_blocked_text_is_rejected_with_the_rule_and_its_fix():
    character, revision = submitted_with(description="Write to me at someone@example.com for more.")
    rule = RULES["contact-harvesting"]

    assert revision.state == State.REJECTED
    assert (revision.reason_code, revision.fix) == (rule.code, str(rule.fix))
    decision = Decision.objects.get(target_id=character.public_id)
    assert (decision.kind, decision.actor, decision.affected) == ("REJECT", None, character.owner.subject)
    assert Notice.objects.get(user=character.owner).kind == "character-rejected"


def test_mature_themes_need_safe_mode_off():
    """R10: mature themes in an item whose Safe Mode is on are rejected with that fix."""
    text = "A war story with torture and mutilation."

    _character, revision = submitted_with(bio=text)
    assert (revision.state, revision.reason_code) == (State.REJECTED, "mature-themes")
    assert "Safe Mode off" in revision.fix

    _character, mature = submitted_with(bio=text, safe_mode=False)
    assert mature.state == State.PENDING


def test_the_appearance_is_screened_as_something_to_draw():
    _character, revision = submitted_with(appearance="a topless woman")

    assert (revision.state, revision.reason_code) == (State.REJECTED, "explicit-imagery")


def test_screening_that_comes_too_late_changes_nothing(monkeypatch):
    """A withdrawal between the look and its result wins."""
    character = make_character(state=State.SUBMITTED)
    revision = character.open_revision
    screen = screening_service._screen

    def screen_while_the_creator_withdraws(*args, **kwargs):
        verdict = screen(*args, **kwargs)
        services.withdraw(actor=character.owner, character=character, now=NOW)
        return verdict

    monkeypatch.setattr(screening_service, "_screen", screen_while_the_creator_withdraws)

    found, decided = services.screen_revision(revision_id=revision.pk, now=NOW)
    assert (found.state, decided) == (State.WITHDRAWN, False)


def test_a_lost_wake_up_is_sent_again(monkeypatch):
    """Killed between the commit and the message: the sweep finds the submission."""
    woken = []
    monkeypatch.setattr(screening_service, "wake_screening", woken.append)
    lost = make_character(state=State.SUBMITTED).open_revision
    held = make_character(state=State.SUBMITTED, bio="She looks exactly like the actor.").open_revision
    services.screen_revision(revision_id=held.pk, now=NOW)
    make_character(state=State.PENDING)

    assert services.send_lost_wake_ups(now=NOW + timedelta(seconds=5)) == 0
    assert services.send_lost_wake_ups(now=NOW + timedelta(minutes=1)) == 1
    assert woken == [lost.pk]


def test_a_broker_that_is_away_costs_only_time(monkeypatch, caplog):
    def refuse(*_args, **_kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(screening_service.current_app, "send_task", refuse)

    screening_service.wake_screening(1)

    assert "characters.screening.wake_up_lost" in caplog.text


def test_the_tasks_call_one_operation(monkeypatch):
    calls = []
    monkeypatch.setattr(services, "screen_revision", lambda **kwargs: calls.append(kwargs["revision_id"]))
    monkeypatch.setattr(services, "send_lost_wake_ups", lambda **_kwargs: calls.append("sweep"))

    tasks.screen(revision_id=7)
    tasks.sweep()

    assert calls == [7, "sweep"]
    assert (tasks.screen.name, tasks.screen.queue) == ("characters.screen", "cpu")
    assert (tasks.sweep.name, tasks.sweep.queue) == ("characters.sweep", "cpu")


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
    assert [message.to for message in mail.outbox] == [[character.owner.email]]
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
            advance_to_pending(draft)
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
            (services.delist, {"character": live, **WHY}),
            (services.reinstate, {"character": down}),
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
    assert refused(services.delist, character=live, **words).code == "reason-unknown"


def test_a_withdrawn_version_is_not_approved_by_somebody_who_still_sees_it():
    character = make_character(state=State.PENDING)
    seen = character.open_revision
    services.withdraw(actor=character.owner, character=character, now=NOW)

    refusal = refused(
        services.approve, actor=make_staff(), revision=seen, expected_hash=seen.content_hash, now=NOW
    )

    assert refusal.code == "withdrawn"


# --- Taking down --------------------------------------------------------------------------------------------


def test_a_delisted_item_returns_to_its_creators_library():
    """R7: never deleted."""
    character = make_character(state=State.APPROVED)
    live, staff = character.live_revision, make_staff()

    _character, is_new = services.delist(actor=staff, character=character, now=NOW, **WHY)

    character = get_fresh(character)
    assert is_new
    assert (character.live_revision, character.delisted_revision) == (None, live)
    assert list(queries.list_library(character.owner)) == [character]
    assert character.revision_for(character.owner) == live
    assert not character.can_view(make_user())
    assert not queries.list_newest(make_user()).exists()
    assert Notice.objects.filter(user=character.owner, kind="character-delisted").count() == 1
    assert services.delist(actor=staff, character=character, now=NOW, **WHY)[1] is False


def test_what_is_not_live_is_not_delisted():
    refusal = refused(services.delist, actor=make_staff(), character=make_character(), now=NOW, **WHY)

    assert refusal.code == "not-live"


def test_an_upheld_appeal_reinstates_the_item_as_it_was():
    """R5, R7: DELISTED → APPROVED."""
    character = make_character(state=State.DELISTED)
    delisted, staff = character.delisted_revision, make_staff()

    services.reinstate(actor=staff, character=character, now=NOW)

    character = get_fresh(character)
    assert (character.live_revision, character.delisted_revision) == (delisted, None)
    assert character.live_revision.reason_code == ""
    assert character.can_view(make_user())
    assert refused(services.reinstate, actor=staff, character=character, now=NOW).code == "not-delisted"


def test_a_corrected_version_replaces_the_delisted_one():
    """R7: presentation corrected."""
    character = make_character(state=State.DELISTED)
    taken_down = character.delisted_revision
    edit(character, bio="Corrected.")
    draft = advance(character, State.APPROVED)

    character = get_fresh(character)
    assert (character.live_revision, character.delisted_revision) == (draft, None)
    assert Revision.objects.get(pk=taken_down.pk).state == State.DELISTED


# --- Visibility ---------------------------------------------------------------------------------------------


def test_private_hides_at_once_and_public_needs_no_review():
    """R9: back to Public while the live revision is unchanged."""
    character, stranger = make_character(state=State.APPROVED), make_user()
    change = {"actor": character.owner, "character": character, "now": NOW}
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
        character=character,
        content=character.live_revision.content(),
        visibility="PRIVATE",
        now=NOW,
    )

    assert get_fresh(character).visibility == Visibility.PRIVATE
    assert Revision.objects.count() == 1


def test_starting_a_chat_is_counted():
    character = make_character(state=State.APPROVED)

    services.count_chat(character=character, now=NOW)
    services.count_chat(character=character, now=NOW)

    assert get_fresh(character).chat_count == 2
