"""R3, R5, R10: submitting, withdrawing, automatic screening."""

from datetime import timedelta

import pytest

from accounts.models import Restriction
from characters import policies, queries, services, tasks
from characters.models import Revision, State, Visibility
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
    edit,
    get_fresh,
    make_character,
    make_minor,
    make_picture,
    make_staff,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db


def refused(call, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(**kwargs)
    return caught.value.refusal


def submit(character):
    return services.submit(actor=character.owner, item=character, now=NOW)


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
    monkeypatch.setattr("characters.services.publishing.wake_screening", lambda *args: woken.append(args))
    character = make_character()

    with django_capture_on_commit_callbacks(execute=True):
        revision, is_new = submit(character)

    assert is_new
    assert revision.state == State.SUBMITTED
    assert get_fresh(character).visibility == Visibility.PUBLIC
    assert woken == [("character", revision.pk)]
    assert AuditEvent.objects.filter(kind="revision.submitted", target_id=character.public_id).exists()


def test_a_second_click_on_submit_changes_nothing():
    character = make_character(state=State.SUBMITTED)

    revision, is_new = submit(character)

    assert not is_new
    assert revision == character.open_revision
    services.screen_revision(revision_id=revision.pk, now=NOW)
    assert submit(character) == (Revision.objects.get(pk=revision.pk), False)


@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED, State.DELISTED])
def test_only_drafts_are_submitted(state):
    """R5: the button is absent, and the operation says no."""
    character = make_character(state=state)

    assert policies.submit_refusal(character.owner, character).code == "not-draft"
    assert refused(services.submit, actor=character.owner, item=character, now=NOW).code == "not-draft"


def test_what_is_missing_is_named():
    """R3: profile, portrait and tone are checked first."""
    character = make_character(short_bio="", first_message="", portrait_id=None)

    refusal = refused(services.submit, actor=character.owner, item=character, now=NOW)

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

    assert refused(services.submit, actor=owner, item=character, now=NOW).code == code


@pytest.mark.parametrize("state", [State.REJECTED, State.DELISTED])
def test_unchanged_content_is_refused_with_the_old_reason(state):
    """R5: what was turned down must change before it is looked at again."""
    character = make_character(state=state)
    original = character.working_revision.bio
    edit(character, bio="Changed …")
    edit(character, bio=original)

    refusal = refused(services.submit, actor=character.owner, item=character, now=NOW)

    assert refusal.code == "unchanged"
    assert "The bio is too short." in str(refusal.message)
    assert refusal.fix == "Tell more."
    edit(character, bio="Changed for good.")
    assert submit(character)[1]


def test_others_do_not_submit_withdraw_or_hide():
    character = make_character(state=State.PENDING)
    other = {"actor": make_staff(), "item": character, "now": NOW}

    assert refused(services.submit, **other).code == "not-owner"
    assert refused(services.withdraw, **other).code == "not-owner"
    assert refused(services.set_visibility, visibility="PRIVATE", **other).code == "not-owner"


def test_publishing_can_be_restricted_and_switched_off():
    """R13, R20: named features can be taken from a person, and stopped for all."""
    character = make_character()
    live = make_character(owner=character.owner, state=State.APPROVED, visibility=Visibility.PRIVATE)
    publish = {"actor": live.owner, "item": live, "visibility": "PUBLIC", "now": NOW}
    Restriction.objects.create(
        user=character.owner,
        scope=Restriction.Scope.PUBLISHING,
        reason_code="spam",
        explanation="Too many.",
        starts_at=NOW,
        ends_at=NOW + timedelta(days=1),
        created_at=NOW,
    )

    assert refused(services.submit, actor=character.owner, item=character, now=NOW).code == "restricted"
    assert refused(services.set_visibility, **publish).code == "restricted"
    with pytest.raises(CharacterRefusedError):
        services.save_draft(content=live.live_revision.content(), **publish)

    Restriction.objects.all().delete()
    switches.set_switch(actor=None, feature=Feature.PUBLISHING, is_on=False, reason="Back soon.", now=NOW)
    assert refused(services.submit, actor=character.owner, item=character, now=NOW).code == "feature-off"
    assert refused(services.set_visibility, **publish).code == "feature-off"


def test_a_mature_item_of_somebody_who_is_no_adult_is_not_submitted():
    """R10: also when the date of birth was corrected after the item was saved."""
    character = make_character(safe_mode=False)
    owner = character.owner
    owner.date_of_birth = make_minor().date_of_birth
    owner.save()

    assert refused(services.submit, actor=owner, item=character, now=NOW).code == "adults-only-setting"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING])
def test_withdrawing_gives_the_draft_back(state):
    """R5: SUBMITTED | PENDING → WITHDRAWN by the creator."""
    character = make_character(state=state)
    submitted = character.open_revision
    withdraw = {"actor": character.owner, "item": character, "now": NOW}

    draft, is_new = services.withdraw(**withdraw)

    assert is_new
    assert Revision.objects.get(pk=submitted.pk).state == State.WITHDRAWN
    assert draft.state == State.DRAFT
    assert draft.content() == submitted.content()
    assert get_fresh(character).open_revision == draft
    assert services.withdraw(**withdraw) == (draft, False)


def test_nothing_is_withdrawn_where_nothing_waits():
    character = make_character(state=State.APPROVED)
    withdraw = {"actor": character.owner, "item": character, "now": NOW}

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


@pytest.mark.parametrize(("word", "code"), [("Onlyfans", "spam"), ("P.o.r.n", "mature-themes")])
def test_a_word_that_is_left_in_the_address_waits_for_a_person(word, code):
    """The address is made of the first name and stays, so a block could never be mended."""
    character = make_character(name=f"{word} Mira")
    edit(character, name="Mira")
    submit(character)

    revision, _decided = services.screen_revision(revision_id=character.open_revision.pk, now=NOW)

    assert revision.is_held
    assert revision.hold_code == code


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
        services.withdraw(actor=character.owner, item=character, now=NOW)
        return verdict

    monkeypatch.setattr(screening_service, "_screen", screen_while_the_creator_withdraws)

    found, decided = services.screen_revision(revision_id=revision.pk, now=NOW)
    assert (found.state, decided) == (State.WITHDRAWN, False)


def test_a_lost_wake_up_is_sent_again(monkeypatch):
    """Killed between the commit and the message: the sweep finds the submission."""
    woken = []
    monkeypatch.setattr(screening_service, "wake_screening", lambda *args: woken.append(args))
    lost = make_character(state=State.SUBMITTED).open_revision
    lost_story = make_story(state=State.SUBMITTED).open_revision
    held = make_character(state=State.SUBMITTED, bio="She looks exactly like the actor.").open_revision
    services.screen_revision(revision_id=held.pk, now=NOW)
    make_character(state=State.PENDING)

    assert services.send_lost_wake_ups(now=NOW + timedelta(seconds=5)) == 0
    assert services.send_lost_wake_ups(now=NOW + timedelta(minutes=1)) == 2
    assert woken == [("character", lost.pk), ("story", lost_story.pk)]


def test_a_broker_that_is_away_costs_only_time(monkeypatch, caplog):
    def refuse(*_args, **_kwargs):
        raise OSError("no broker")

    monkeypatch.setattr(screening_service.current_app, "send_task", refuse)

    screening_service.wake_screening("character", 1)

    assert "characters.screening.wake_up_lost" in caplog.text


def test_the_tasks_call_one_operation(monkeypatch):
    calls = []
    monkeypatch.setattr(services, "screen_revision", lambda **kwargs: calls.append(kwargs["revision_id"]))
    monkeypatch.setattr(services, "send_lost_wake_ups", lambda **_kwargs: calls.append("sweep"))

    tasks.screen(revision_id=7)
    tasks.sweep()

    assert calls == [7, "sweep"]
    assert [task.name for task in (tasks.screen, tasks.sweep)] == ["characters.screen", "characters.sweep"]
