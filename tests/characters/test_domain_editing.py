"""Creating and editing: private work, idempotent, never touching what others read.

Tests that ask for a kind are about characters and about stories. The others are about portraits, which
stories have not; what casts add stands in test_domain_stories.py.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Restriction
from characters import queries, services
from characters.models import State, Visibility
from characters.services import CharacterRefusedError, editing
from chat.models import Conversation, Message
from core import ids, switches
from core.limits import Limit
from core.models import AuditEvent
from core.refusals import LimitedError
from core.switches import Feature
from imagegen import services as imagegen_services
from imagegen.models import Picture
from moderation.models import Evidence
from tests.characters import kinds
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    make_character,
    make_item,
    make_minor,
    make_picture,
    make_user,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)
LIMITS = {"character": "CHARACTERS_PER_USER", "story": "STORIES_PER_USER"}


def restrict(user, scope):
    Restriction.objects.create(
        user=user, scope=scope, reason_code="spam", explanation="Too fast.", starts_at=NOW, created_at=NOW
    )


def refused_code(call, *args, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(*args, **kwargs)
    assert str(caught.value.refusal.message)
    return caught.value.refusal.code


def test_a_new_item_is_a_private_draft(kind):
    """R3: saved privately first."""
    owner = make_user()

    item, created = kinds.create(kind, owner, name="Ayşe 日本")

    assert created
    assert item.visibility == Visibility.PRIVATE
    assert item.working_revision.state == State.DRAFT
    assert item.live_revision is None
    assert not item.can_view(make_user())
    assert "日本" in item.slug
    assert AuditEvent.objects.filter(kind=f"{kind}.created", target_id=item.public_id).exists()


def test_a_double_click_makes_one_item(kind):
    owner, key = make_user(), ids.new_public_id()

    first, was_created = kinds.create(kind, owner, key=key)
    second, was_created_again = kinds.create(kind, owner, key=key)

    assert (was_created, was_created_again) == (True, False)
    assert first == second
    assert kinds.items(kind).count() == kinds.revisions(kind).count() == 1
    assert not AuditEvent.objects.filter(kind="revision.saved").exists()


@pytest.mark.parametrize("corrected", [{"name": "Somebody else"}, {"visibility": Visibility.PUBLIC}])
def test_a_correction_in_the_form_that_made_the_item_is_saved(kind, corrected):
    """Back, change, save."""
    owner, key = make_user(), ids.new_public_id()
    first, _created = kinds.create(kind, owner, key=key)
    made = first.working_revision

    again, created = kinds.create(kind, owner, key=key, **corrected)

    item = get_fresh(first)
    assert (again, created) == (first, False)
    assert item.visibility == corrected.get("visibility", Visibility.PRIVATE)
    assert item.working_revision.name == corrected.get("name", made.name)
    assert kinds.items(kind).count() == kinds.revisions(kind).count() == 1


def test_the_form_that_made_an_item_does_not_replace_later_work(kind):
    owner, key = make_user(), ids.new_public_id()
    item, _created = kinds.create(kind, owner, key=key)
    edit(item, now=LATER, **kinds.say(kind, "A new life."))

    assert (
        refused_code(kinds.create, kind, owner, key=key, **kinds.say(kind, "Something else."))
        == "edited-meanwhile"
    )
    assert refused_code(kinds.create, kind, owner, key=key) == "edited-meanwhile"
    assert kinds.create(kind, owner, key=key, **kinds.say(kind, "A new life.")) == (item, False)
    assert kinds.said(get_fresh(item).working_revision) == "A new life."


def test_the_form_that_made_an_item_leaves_a_submission_alone(kind):
    """R5: frozen from SUBMITTED on, and Public."""
    owner, key = make_user(), ids.new_public_id()
    complete = kinds.make_complete(kind, owner)
    item, _created = kinds.create(kind, owner, key=key, **complete)
    services.submit(actor=owner, item=item, now=LATER)

    assert kinds.create(kind, owner, key=key, **complete) == (item, False)
    assert get_fresh(item).visibility == Visibility.PUBLIC
    assert (
        refused_code(kinds.create, kind, owner, key=key, **kinds.say(kind, "x"), **complete)
        == "withdraw-first"
    )


def test_a_key_belongs_to_its_owner(kind):
    key = ids.new_public_id()

    assert kinds.create(kind, make_user(), key=key)[0] != kinds.create(kind, make_user(), key=key)[0]


def test_a_form_sent_twice_at_once_makes_one_item(kind, monkeypatch):
    """The database has the last word when both requests looked before either wrote."""
    owner, key = make_user(), ids.new_public_id()
    first, _created = kinds.create(kind, owner, key=key)
    answers = iter([None, first])
    monkeypatch.setattr(queries, "find_made", lambda *_args: next(answers))

    assert kinds.create(kind, owner, key=key) == (first, False)
    assert kinds.items(kind).count() == 1


@pytest.mark.parametrize("scope", [Restriction.Scope.CHARACTERS, Restriction.Scope.ACCOUNT])
def test_a_restriction_stops_creating_and_editing(kind, scope):
    owner = make_user()
    item = make_item(kind, owner=owner)
    restrict(owner, scope)

    assert refused_code(kinds.create, kind, owner) == "restricted"
    assert refused_code(edit, item, **kinds.say(kind, "x")) == "restricted"


def test_the_switch_stops_creating(kind):
    switches.set_switch(
        actor=None, feature=Feature.CHARACTERS, is_on=False, reason="We are tidying up.", now=NOW
    )

    assert refused_code(kinds.create, kind, make_user()) == "feature-off"


def test_creating_is_limited(kind, monkeypatch):
    monkeypatch.setattr(editing, LIMITS[kind], Limit(kind, count=1, window_seconds=3600))
    owner = make_user()
    kinds.create(kind, owner)

    with pytest.raises(LimitedError):
        kinds.create(kind, owner)
    kinds.create(kind, make_user())


def test_only_adults_turn_the_safe_mode_of_an_item_off(kind):
    """R10: a mature item needs an adult owner, at creation and in every edit."""
    assert refused_code(kinds.create, kind, make_minor(), safe_mode=False) == "adults-only-setting"
    assert (
        refused_code(kinds.create, kind, make_user(date_of_birth=None), safe_mode=False)
        == "adults-only-setting"
    )
    assert kinds.create(kind, make_user(), safe_mode=False)[0].working_revision.is_mature

    minors_own = make_item(kind, owner=make_minor())
    assert refused_code(edit, minors_own, safe_mode=False) == "adults-only-setting"


def test_the_portrait_is_the_creators_own():
    """R2: only the owner sets a portrait, from their own pictures."""
    picture = make_picture(owner=make_user())

    assert (
        refused_code(kinds.create, "character", make_user(), portrait_id=picture.pk) == "portrait-not-yours"
    )
    assert refused_code(edit, make_character(), portrait_id=picture.pk) == "portrait-not-yours"


def test_sexual_text_about_minors_is_not_even_stored(kind):
    """R11: blocked on input whatever the settings, and kept as evidence."""
    maker, editor = make_user(), make_user()
    item = make_item(kind, owner=editor)
    text = "An underage and sexual theme."

    assert refused_code(kinds.create, kind, maker, **kinds.say(kind, text)) == "minors"
    assert refused_code(edit, item, **kinds.say(kind, text)) == "minors"
    assert set(Evidence.objects.values_list("subject", flat=True)) == {maker.subject_id, editor.subject_id}
    assert not kinds.revisions(kind).filter(**kinds.say(kind, text)).exists()
    # Their accounts are locked until a person has looked.
    assert refused_code(kinds.create, kind, maker, **kinds.say(kind, "A quiet life.")) == "restricted"


def test_a_draft_is_edited_in_place(kind):
    item = make_item(kind)

    revision = edit(item, **kinds.say(kind, "A new life."))

    assert revision == item.open_revision
    assert kinds.said(get_fresh(item).open_revision) == "A new life."
    assert kinds.revisions(kind).count() == 1


@pytest.mark.parametrize("state", [State.APPROVED, State.REJECTED, State.DELISTED])
def test_an_edit_of_a_decided_revision_opens_a_draft(kind, state):
    """R5: editing a rejected, approved or de-listed item opens a new DRAFT and touches nothing else."""
    item = make_item(kind, state=state)
    before = item.working_revision

    draft = edit(item, **kinds.say(kind, "A new life."))

    item = get_fresh(item)
    assert draft.state == State.DRAFT
    assert draft.number == before.number + 1
    assert item.open_revision == draft
    assert kinds.revisions(kind).get(pk=before.pk).content() == before.content()
    assert item.live_revision == (before if state == State.APPROVED else None)
    assert item.delisted_revision == (before if state == State.DELISTED else None)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING])
def test_what_was_submitted_is_frozen(kind, state):
    """R5: withdraw first."""
    item = make_item(kind, state=state)

    assert refused_code(edit, item, **kinds.say(kind, "x")) == "withdraw-first"


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.REJECTED, State.DELISTED])
def test_saving_what_is_stored_changes_nothing(kind, state):
    item = make_item(kind, state=state)

    revision = edit(item)

    assert revision == item.working_revision
    assert kinds.revisions(kind).count() == 1


def test_others_do_not_edit(kind):
    item = make_item(kind)

    assert (
        refused_code(
            services.save_draft,
            actor=make_user(),
            item=item,
            content=item.working_revision.content(),
            visibility=Visibility.PRIVATE,
            now=NOW,
        )
        == "not-owner"
    )


def test_a_stale_page_cannot_change_what_was_submitted_meanwhile(kind):
    """R5: the check runs again under the lock."""
    item = make_item(kind)
    seen = get_fresh(item)
    services.submit(actor=item.owner, item=item, now=NOW)

    assert (
        refused_code(
            services.save_draft,
            actor=seen.owner,
            item=seen,
            content=replace(seen.working_revision.content(), **kinds.say(kind, "x")),
            visibility=Visibility.PRIVATE,
            now=NOW,
        )
        == "withdraw-first"
    )


def save_from(item, opened_on, **changes):
    return services.save_draft(
        actor=item.owner,
        item=item,
        content=replace(get_fresh(item).working_revision.content(), **changes),
        visibility=item.visibility,
        opened_on=opened_on,
        now=NOW,
    )


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.REJECTED, State.DELISTED])
def test_an_editor_does_not_replace_what_another_one_saved(kind, state):
    item = make_item(kind, state=state)
    opened_on = item.working_revision.version
    save_from(item, opened_on, **kinds.say(kind, "One."))

    assert refused_code(save_from, item, opened_on, **kinds.say(kind, "Two.")) == "edited-meanwhile"
    assert kinds.said(get_fresh(item).working_revision) == "One."
    save_from(item, opened_on, **kinds.say(kind, "One."))
    save_from(item, get_fresh(item).working_revision.version, **kinds.say(kind, "Two."))
    assert kinds.said(get_fresh(item).working_revision) == "Two."


def test_an_editor_does_not_replace_a_portrait_that_another_one_chose():
    character = make_character()
    saved = character.working_revision.portrait
    opened_on = character.working_revision.version
    chosen = make_picture(owner=character.owner, reference=saved)
    save_from(character, opened_on, portrait_id=chosen.pk)

    code = refused_code(save_from, character, opened_on, portrait_id=saved.pk, bio="Two.")

    assert code == "edited-meanwhile"
    assert save_from(character, opened_on, portrait_id=chosen.pk, bio="Two.").bio == "Two."


def test_a_withdrawn_submission_is_saved_from_the_editor_that_was_open_before(kind):
    item = make_item(kind)
    opened_on = item.working_revision.version
    services.submit(actor=item.owner, item=item, now=NOW)
    services.withdraw(actor=item.owner, item=item, now=NOW)

    assert kinds.said(save_from(item, opened_on, **kinds.say(kind, "Two."))) == "Two."


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


def test_a_discarded_edit_leaves_the_live_revision(kind):
    item = make_item(kind, state=State.APPROVED)
    edit(item, **kinds.say(kind, "Never mind."))

    services.discard_draft(actor=item.owner, item=item, now=NOW)

    item = get_fresh(item)
    assert item.open_revision is None
    assert item.live_revision.number == 1
    assert kinds.revisions(kind).count() == 1


def test_a_discarded_edit_of_a_rejected_version_shows_the_rejection_again(kind):
    item = make_item(kind, state=State.REJECTED)
    edit(item, **kinds.say(kind, "Never mind."))

    services.discard_draft(actor=item.owner, item=item, now=NOW)

    assert get_fresh(item).open_revision.state == State.REJECTED


def test_the_only_version_is_not_discarded(kind):
    item = make_item(kind)
    discard = {"actor": item.owner, "item": item, "now": NOW}

    assert refused_code(services.discard_draft, **discard) == "only-version"
    assert refused_code(services.discard_draft, **{**discard, "actor": make_user()}) == "not-owner"
    advance(item, State.PENDING)
    assert refused_code(services.discard_draft, **discard) == "not-draft"


def chat_with(item, draft):
    """The owner tries a draft out: a line that was said by it, or a game of it."""
    is_story = item.KIND == "story"
    conversation = Conversation.objects.create(
        user=item.owner,
        character=draft.list_cast()[0].character if is_story else item,
        story=item if is_story else None,
        story_revision=draft if is_story else None,
        creation_key=ids.new_public_id(),
        last_message_at=NOW,
        created_at=NOW,
    )
    Message.objects.create(
        conversation=conversation,
        position=1,
        author=Message.Author.CHARACTER,
        state=Message.State.DONE,
        revision=conversation.character.working_revision if is_story else draft,
        finished_at=NOW,
        created_at=NOW,
    )


def test_a_draft_that_somebody_chatted_with_is_kept(kind):
    item = make_item(kind, state=State.DELISTED)
    draft = edit(item, **kinds.say(kind, "Another life."))
    chat_with(item, draft)

    assert refused_code(services.discard_draft, actor=item.owner, item=item, now=NOW) == "in-use"


def test_a_draft_follows_the_picture_that_replaces_its_portrait():
    character = make_character()
    old = character.working_revision.portrait
    new = make_picture(owner=character.owner, ready=False)

    assert services.replace_portrait(old=old, new=new) == 1
    assert get_fresh(character).working_revision.portrait == new


def test_trying_a_failed_portrait_again_keeps_the_draft_together():
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
