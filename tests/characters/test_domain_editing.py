"""Creating and editing: private work, idempotent, never touching what others read."""

from datetime import timedelta

import pytest

from accounts.models import Restriction
from characters import queries, services
from characters.models import Character, Revision, State, Visibility
from characters.services import CharacterRefusedError
from core import ids, switches
from core.models import AuditEvent
from core.refusals import LimitedError
from core.switches import Feature
from imagegen.models import Picture
from moderation.models import Evidence
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    make_character,
    make_content,
    make_minor,
    make_picture,
    make_user,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def create(owner, *, key=None, visibility=Visibility.PRIVATE, **content):
    return services.create_character(
        owner=owner,
        content=make_content(**content),
        visibility=visibility,
        creation_key=key or ids.new_public_id(),
        now=NOW,
    )


def restrict(user, scope):
    Restriction.objects.create(
        user=user, scope=scope, reason_code="spam", explanation="Too fast.", starts_at=NOW, created_at=NOW
    )


def refused_code(call, *args, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(*args, **kwargs)
    assert str(caught.value.refusal.message)
    return caught.value.refusal.code


def test_a_new_character_is_a_private_draft():
    """R3: saved privately first."""
    owner = make_user()

    character, created = create(owner, name="Ayşe 日本")

    assert created
    assert character.visibility == Visibility.PRIVATE
    assert character.working_revision.state == State.DRAFT
    assert character.live_revision is None
    assert not character.can_view(make_user())
    assert "日本" in character.slug
    assert AuditEvent.objects.filter(kind="character.created", target_id=character.public_id).exists()


def test_a_double_click_makes_one_character():
    owner, key = make_user(), ids.new_public_id()

    first, was_created = create(owner, key=key)
    second, was_created_again = create(owner, key=key)

    assert (was_created, was_created_again) == (True, False)
    assert first == second
    assert Character.objects.count() == Revision.objects.count() == 1
    assert not AuditEvent.objects.filter(kind="revision.saved").exists()


@pytest.mark.parametrize("corrected", [{"name": "Somebody else"}, {"visibility": Visibility.PUBLIC}])
def test_a_correction_in_the_form_that_made_the_item_is_saved(corrected):
    """Back, change, save."""
    owner, key = make_user(), ids.new_public_id()
    first, _created = create(owner, key=key)

    again, created = create(owner, key=key, **corrected)

    character = get_fresh(first)
    assert (again, created) == (first, False)
    assert character.visibility == corrected.get("visibility", Visibility.PRIVATE)
    assert character.working_revision.name == corrected.get("name", "Mira Vale")
    assert Character.objects.count() == Revision.objects.count() == 1


def test_the_form_that_made_an_item_does_not_replace_later_work():
    owner, key = make_user(), ids.new_public_id()
    character, _created = create(owner, key=key)
    edit(character, now=LATER, bio="A new life.")

    assert refused_code(create, owner, key=key, bio="Something else.") == "edited-meanwhile"
    assert refused_code(create, owner, key=key) == "edited-meanwhile"
    assert create(owner, key=key, bio="A new life.") == (character, False)
    assert get_fresh(character).working_revision.bio == "A new life."


def test_the_form_that_made_an_item_leaves_a_submission_alone():
    """R5: frozen from SUBMITTED on, and Public."""
    owner, key, portrait = make_user(), ids.new_public_id(), {}
    portrait["portrait_id"] = make_picture(owner=owner).pk
    character, _created = create(owner, key=key, **portrait)
    services.submit(actor=owner, item=character, now=LATER)

    assert create(owner, key=key, **portrait) == (character, False)
    assert get_fresh(character).visibility == Visibility.PUBLIC
    assert refused_code(create, owner, key=key, bio="x", **portrait) == "withdraw-first"


def test_a_key_belongs_to_its_owner():
    key = ids.new_public_id()

    assert create(make_user(), key=key)[0] != create(make_user(), key=key)[0]


def test_a_form_sent_twice_at_once_makes_one_character(monkeypatch):
    """The database has the last word when both requests looked before either wrote."""
    owner, key = make_user(), ids.new_public_id()
    first, _created = create(owner, key=key)
    answers = iter([None, first])
    monkeypatch.setattr(queries, "find_created", lambda *_args: next(answers))

    assert create(owner, key=key) == (first, False)
    assert Character.objects.count() == 1


@pytest.mark.parametrize("scope", [Restriction.Scope.CHARACTERS, Restriction.Scope.ACCOUNT])
def test_a_restriction_stops_creating_and_editing(scope):
    owner = make_user()
    character = make_character(owner=owner)
    restrict(owner, scope)

    assert refused_code(create, owner) == "restricted"
    assert refused_code(edit, character, bio="x") == "restricted"


def test_the_switch_stops_creating():
    switches.set_switch(
        actor=None, feature=Feature.CHARACTERS, is_on=False, reason="We are tidying up.", now=NOW
    )

    assert refused_code(create, make_user()) == "feature-off"


def test_creating_is_limited(monkeypatch):
    from characters.services import editing
    from core.limits import Limit

    monkeypatch.setattr(editing, "CHARACTERS_PER_USER", Limit("character", count=1, window_seconds=3600))
    owner = make_user()
    create(owner)

    with pytest.raises(LimitedError):
        create(owner)
    create(make_user())


def test_only_adults_turn_a_characters_safe_mode_off():
    """R10: a mature item needs an adult owner, at creation and in every edit."""
    assert refused_code(create, make_minor(), safe_mode=False) == "adults-only-setting"
    assert refused_code(create, make_user(date_of_birth=None), safe_mode=False) == "adults-only-setting"
    assert create(make_user(), safe_mode=False)[0].working_revision.is_mature

    minors_own = make_character(owner=make_minor())
    assert refused_code(edit, minors_own, safe_mode=False) == "adults-only-setting"


def test_the_portrait_is_the_creators_own():
    """R2: only the owner sets a portrait, from their own pictures."""
    picture = make_picture(owner=make_user())

    assert refused_code(create, make_user(), portrait_id=picture.pk) == "portrait-not-yours"
    assert refused_code(edit, make_character(), portrait_id=picture.pk) == "portrait-not-yours"


def test_sexual_text_about_minors_is_not_even_stored():
    """R11: blocked on input whatever the settings, and kept as evidence."""
    maker, editor = make_user(), make_user()
    character = make_character(owner=editor)
    text = "An underage and sexual theme."

    assert refused_code(create, maker, bio=text) == "minors"
    assert refused_code(edit, character, bio=text) == "minors"
    assert set(Evidence.objects.values_list("subject", flat=True)) == {maker.subject_id, editor.subject_id}
    assert not Revision.objects.filter(bio=text).exists()
    # Their accounts are locked until a person has looked.
    assert refused_code(create, maker, bio="A quiet life.") == "restricted"


def test_a_draft_is_edited_in_place():
    character = make_character()

    revision = edit(character, bio="A new life.")

    assert revision == character.open_revision
    assert get_fresh(character).open_revision.bio == "A new life."
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED, State.DELISTED])
def test_an_edit_of_a_decided_revision_opens_a_draft(state):
    """R5: editing a rejected, approved or de-listed item opens a new DRAFT and touches nothing else."""
    character = make_character(state=state)
    before = character.working_revision

    draft = edit(character, bio="A new life.")

    character = get_fresh(character)
    assert draft.state == State.DRAFT
    assert draft.number == before.number + 1
    assert character.open_revision == draft
    assert Revision.objects.get(pk=before.pk).content() == before.content()
    assert character.live_revision == (before if state == State.APPROVED else None)
    assert character.delisted_revision == (before if state == State.DELISTED else None)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING])
def test_what_was_submitted_is_frozen(state):
    """R5: withdraw first."""
    character = make_character(state=state)

    assert refused_code(edit, character, bio="x") == "withdraw-first"


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.REJECTED, State.DELISTED])
def test_saving_what_is_stored_changes_nothing(state):
    character = make_character(state=state)

    revision = edit(character)

    assert revision == character.working_revision
    assert Revision.objects.count() == 1


def test_others_do_not_edit():
    character = make_character()

    assert (
        refused_code(
            services.save_draft,
            actor=make_user(),
            item=character,
            content=make_content(),
            visibility=Visibility.PRIVATE,
            now=NOW,
        )
        == "not-owner"
    )


def test_a_stale_page_cannot_change_what_was_submitted_meanwhile():
    """R5: the check runs again under the lock."""
    character = make_character()
    seen = get_fresh(character)
    services.submit(actor=character.owner, item=character, now=NOW)

    assert (
        refused_code(
            services.save_draft,
            actor=seen.owner,
            item=seen,
            content=make_content(bio="x"),
            visibility=Visibility.PRIVATE,
            now=NOW,
        )
        == "withdraw-first"
    )


def save_from(character, opened_on, **changes):
    return services.save_draft(
        actor=character.owner,
        item=character,
        content=make_content(**changes),
        visibility=character.visibility,
        opened_on=opened_on,
        now=NOW,
    )


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.REJECTED, State.DELISTED])
def test_an_editor_does_not_replace_what_another_one_saved(state):
    character = make_character(state=state)
    portrait = {"portrait_id": character.working_revision.portrait_id}
    opened_on = character.working_revision.version
    save_from(character, opened_on, bio="One.", **portrait)

    assert refused_code(save_from, character, opened_on, bio="Two.", **portrait) == "edited-meanwhile"
    assert get_fresh(character).working_revision.bio == "One."
    save_from(character, opened_on, bio="One.", **portrait)
    save_from(character, get_fresh(character).working_revision.version, bio="Two.", **portrait)
    assert get_fresh(character).working_revision.bio == "Two."


def test_an_editor_does_not_replace_a_portrait_that_another_one_chose():
    character = make_character()
    saved = character.working_revision.portrait
    opened_on = character.working_revision.version
    chosen = make_picture(owner=character.owner, reference=saved)
    save_from(character, opened_on, portrait_id=chosen.pk)

    code = refused_code(save_from, character, opened_on, portrait_id=saved.pk, bio="Two.")

    assert code == "edited-meanwhile"
    assert save_from(character, opened_on, portrait_id=chosen.pk, bio="Two.").bio == "Two."


def test_a_withdrawn_submission_is_saved_from_the_editor_that_was_open_before():
    character = make_character()
    opened_on = character.working_revision.version
    portrait = {"portrait_id": character.working_revision.portrait_id}
    services.submit(actor=character.owner, item=character, now=NOW)
    services.withdraw(actor=character.owner, item=character, now=NOW)

    assert save_from(character, opened_on, bio="Two.", **portrait).bio == "Two."


@pytest.mark.parametrize("fails_again", [False, True])
def test_a_portrait_that_was_tried_again_is_no_edit_of_somebody_else(fails_again):
    owner = make_user()
    lost = {"ready": False, "state": Picture.State.FAILED, "finished_at": NOW}
    failed = make_picture(owner=owner, **lost)
    character = make_character(owner=owner, portrait_id=failed.pk)
    opened_on = character.working_revision.version
    again = make_picture(owner=owner, **(lost if fails_again else {}))
    services.replace_portrait(old=failed, new=again)

    saved = save_from(character, opened_on, bio="Two.", portrait_id=None if fails_again else again.pk)

    assert saved.bio == "Two."


def test_a_discarded_edit_leaves_the_live_revision():
    character = make_character(state=State.APPROVED)
    edit(character, bio="Never mind.")

    services.discard_draft(actor=character.owner, item=character, now=NOW)

    character = get_fresh(character)
    assert character.open_revision is None
    assert character.live_revision.number == 1
    assert Revision.objects.count() == 1


def test_a_discarded_edit_of_a_rejected_version_shows_the_rejection_again():
    character = make_character(state=State.REJECTED)
    edit(character, bio="Never mind.")

    services.discard_draft(actor=character.owner, item=character, now=NOW)

    assert get_fresh(character).open_revision.state == State.REJECTED


def test_the_only_version_is_not_discarded():
    character = make_character()
    discard = {"actor": character.owner, "item": character, "now": NOW}

    assert refused_code(services.discard_draft, **discard) == "only-version"
    assert refused_code(services.discard_draft, **{**discard, "actor": make_user()}) == "not-owner"
    advance(character, State.PENDING)
    assert refused_code(services.discard_draft, **discard) == "not-draft"


def test_a_draft_that_somebody_chatted_with_is_kept():
    from chat.models import Conversation, Message

    character = make_character(state=State.DELISTED)
    draft = edit(character, bio="Another life.")
    conversation = Conversation.objects.create(
        user=character.owner,
        character=character,
        creation_key=ids.new_public_id(),
        last_message_at=NOW,
        created_at=NOW,
    )
    Message.objects.create(
        conversation=conversation,
        position=1,
        author=Message.Author.CHARACTER,
        state=Message.State.DONE,
        revision=draft,
        finished_at=NOW,
        created_at=NOW,
    )

    code = refused_code(services.discard_draft, actor=character.owner, item=character, now=NOW)

    assert code == "in-use"


def test_a_draft_follows_the_picture_that_replaces_its_portrait():
    character = make_character()
    old = character.working_revision.portrait
    new = make_picture(owner=character.owner, ready=False)

    assert services.replace_portrait(old=old, new=new) == 1
    assert get_fresh(character).working_revision.portrait == new


def test_trying_a_failed_portrait_again_keeps_the_draft_together():
    from imagegen import services as imagegen_services

    owner = make_user()
    failed = make_picture(owner=owner, ready=False, state=Picture.State.FAILED, finished_at=NOW)
    character = make_character(owner=owner, portrait_id=failed.pk)

    again, _created = imagegen_services.retry_picture(
        actor=owner, picture=failed, creation_key=ids.new_public_id(), now=NOW
    )

    assert get_fresh(character).working_revision.portrait == again


def test_a_frozen_revision_keeps_its_portrait():
    """R5: nothing changes what was submitted."""
    character = make_character(state=State.PENDING)
    old = character.working_revision.portrait

    assert services.replace_portrait(old=old, new=make_picture(owner=character.owner)) == 0
    assert get_fresh(character).working_revision.portrait == old
