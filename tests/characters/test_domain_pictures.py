"""R1, R2: the portrait comes from words, every later picture from the portrait."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Restriction
from characters import queries, services
from characters.models import State
from characters.services import CharacterRefusedError
from core import ids
from imagegen.models import Picture
from imagegen.services import PictureRefusedError
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    make_character,
    make_minor,
    make_picture,
    make_user,
)

pytestmark = pytest.mark.django_db


def ask_portrait(owner, **fields):
    return services.request_portrait(
        **{
            "actor": owner,
            "appearance": "a woman with red hair",
            "creation_key": ids.new_public_id(),
            "now": NOW,
            **fields,
        }
    )


def ask_photo(asker, character, **fields):
    return services.request_photo(
        **{
            "actor": asker,
            "character": character,
            "wish": "laughing at the beach",
            "creation_key": ids.new_public_id(),
            "purpose": Picture.Purpose.PHOTO,
            "now": NOW,
            **fields,
        }
    )


def refused_code(call, *args, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(*args, **kwargs)
    return caught.value.refusal.code


def test_a_portrait_is_drawn_from_words():
    """R1: the creation page drafts by text-to-image."""
    owner, key = make_user(), ids.new_public_id()

    picture, created = ask_portrait(owner, creation_key=key)

    assert created
    assert (picture.mode, picture.purpose) == (Picture.Mode.TEXT_TO_IMAGE, Picture.Purpose.PORTRAIT)
    assert picture.appearance == "a woman with red hair"
    assert picture.reference is None
    assert ask_portrait(owner, creation_key=key) == (picture, False)


def test_no_portrait_from_words_once_one_is_saved():
    """R1: text-to-image only while no portrait is saved, in any version."""
    saved = make_character()
    approved = make_character(state=State.APPROVED)
    edit(approved, portrait_id=None)

    assert refused_code(ask_portrait, saved.owner, character=saved) == "portrait-saved"
    assert refused_code(ask_portrait, approved.owner, character=get_fresh(approved)) == "portrait-saved"


def test_a_portrait_from_words_for_a_saved_item_without_one():
    """R1: also when the saved one came to nothing."""
    owner = make_user()
    lost = make_picture(owner=owner, ready=False, state=Picture.State.FAILED, finished_at=NOW)

    for portrait_id in (None, lost.pk):
        character = make_character(owner=owner, portrait_id=portrait_id)
        assert ask_portrait(owner, character=character)[1]
    assert refused_code(ask_portrait, make_user(), character=character) == "not-owner"


def test_a_restriction_on_characters_stops_portraits():
    owner = make_user()
    Restriction.objects.create(
        user=owner, scope="CHARACTERS", reason_code="spam", explanation="No.", starts_at=NOW, created_at=NOW
    )

    assert refused_code(ask_portrait, owner) == "restricted"


@pytest.mark.parametrize("make_owner", [make_user, make_minor])
def test_what_must_not_be_drawn_is_refused(make_owner):
    """R10: off never means explicit, whoever asks."""
    with pytest.raises(PictureRefusedError):
        ask_portrait(make_owner(), appearance="a topless woman", is_mature_allowed=True)


def test_a_photo_is_drawn_from_the_portrait():
    """R1: image-to-image, and the look that the portrait was drawn from is sent again."""
    owner = make_user()
    portrait = make_picture(owner=owner, appearance="a woman with silver hair")
    character = make_character(owner=owner, state=State.APPROVED, portrait_id=portrait.pk)
    asker = make_user()

    photo, created = ask_photo(asker, character, purpose=Picture.Purpose.CHAT_PHOTO)

    assert created
    assert (photo.mode, photo.purpose) == (Picture.Mode.IMAGE_TO_IMAGE, Picture.Purpose.CHAT_PHOTO)
    assert photo.reference == portrait
    assert photo.appearance == "a woman with silver hair"
    assert photo.prompt == "laughing at the beach"
    assert photo.owner == asker
    assert photo.strength is not None


def test_a_photo_from_a_changed_portrait_sends_the_look_it_has_now():
    """R1: the clothes of the first draft do not come back."""
    owner = make_user()
    first = make_picture(owner=owner, appearance="a woman with silver hair, green sweater")
    changed = make_picture(
        owner=owner,
        mode=Picture.Mode.IMAGE_TO_IMAGE,
        reference=first,
        appearance=first.appearance,
        strength=0.8,
        prompt="in a red jacket",
    )
    character = make_character(owner=owner, portrait_id=changed.pk)

    assert ask_photo(owner, character)[0].appearance == "a woman with silver hair, in a red jacket"


def test_a_look_that_many_changes_made_too_long_is_told_without_them():
    owner = make_user()
    portrait = make_picture(owner=owner, appearance="a woman with silver hair", prompt="x" * 1900)

    assert ask_photo(owner, make_character(owner=owner, portrait_id=portrait.pk))[0].appearance == (
        "a woman with silver hair"
    )


def test_a_photo_from_an_upload_sends_the_written_appearance():
    owner = make_user()
    upload = make_picture(owner=owner, mode=Picture.Mode.UPLOAD, appearance="")
    character = make_character(
        owner=owner, portrait_id=upload.pk, appearance="a man with a beard", state=State.APPROVED
    )

    assert ask_photo(owner, character)[0].appearance == "a man with a beard"


def test_others_photos_start_from_the_approved_portrait():
    """R5: an unreviewed portrait is nobody's reference but the owner's."""
    character = make_character(state=State.APPROVED)
    approved = character.live_revision.portrait
    edit(character, portrait_id=make_picture(owner=character.owner, reference=approved).pk)

    assert ask_photo(make_user(), character)[0].reference == approved


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": Picture.State.QUEUED}, "portrait-not-ready"),
        ({"state": Picture.State.FAILED, "finished_at": NOW}, "portrait-lost"),
    ],
)
def test_no_photo_without_a_finished_portrait(fields, code):
    """R1: never text-to-image instead."""
    owner = make_user()
    portrait = make_picture(owner=owner, ready=False, **fields)

    assert refused_code(ask_photo, owner, make_character(owner=owner, portrait_id=portrait.pk)) == code
    assert refused_code(ask_photo, owner, make_character(owner=owner, portrait_id=None)) == "no-portrait"


def test_no_photo_of_what_the_asker_does_not_see():
    """R9: an item that stops being visible makes no pictures."""
    character = make_character(state=State.APPROVED)
    services.set_visibility(actor=character.owner, item=character, visibility="PRIVATE", now=NOW)

    assert refused_code(ask_photo, make_user(), character) == "not-available"
    assert ask_photo(character.owner, character)[1]


def test_sending_the_same_wish_twice_makes_one_photo():
    character, key = make_character(), ids.new_public_id()

    first, _created = ask_photo(character.owner, character, creation_key=key)

    assert ask_photo(character.owner, character, creation_key=key) == (first, False)


def test_a_draft_from_words_does_not_replace_a_saved_portrait():
    """R1: the face of a saved portrait stays; what is drawn from it and uploads may follow."""
    character = make_character()
    owner, saved = character.owner, character.working_revision.portrait
    other_face = make_picture(owner=owner)
    again = make_picture(owner=owner, reference=saved)
    upload = make_picture(owner=owner, mode=Picture.Mode.UPLOAD)

    assert refused_code(edit, character, portrait_id=other_face.pk) == "another-face"
    assert edit(character, portrait_id=again.pk).portrait_id == again.pk
    assert edit(character, portrait_id=saved.pk, bio="Back to the first.").portrait_id == saved.pk
    assert edit(character, portrait_id=upload.pk).portrait_id == upload.pk
    assert edit(character, portrait_id=upload.pk, bio="Changed.").portrait_id == upload.pk


def test_how_a_face_is_found_does_not_depend_on_the_number_of_versions(django_assert_num_queries):
    """R1: one query for each step back to the first drawing, for all portraits together."""
    owner = make_user()
    saved = make_picture(owner=owner)
    new = make_picture(owner=owner, reference=make_picture(owner=owner, reference=saved))
    other = make_picture(owner=owner)
    derived = [make_picture(owner=owner, reference=saved) for _index in range(6)]

    for portraits in (derived[:1], derived):
        with django_assert_num_queries(2):
            faces = queries.find_faces({new.pk, other.pk, *(portrait.pk for portrait in portraits)})
        assert faces[new.pk] == saved
        assert faces[other.pk] == other
        assert {faces[portrait.pk] for portrait in portraits} == {saved}


def test_choosing_a_portrait_asks_as_much_for_many_versions_as_for_one():
    character = make_character(state=State.APPROVED)
    owner = character.owner
    drawn = make_picture(owner=owner, reference=character.live_revision.portrait)
    counts = []
    for _index in range(4):
        with CaptureQueriesContext(connection) as used:
            edit(character, portrait_id=make_picture(owner=owner, reference=drawn).pk)
        counts.append(len(used))
        advance(character, State.APPROVED)

    assert len(set(counts)) == 1


def test_a_portrait_that_was_lost_is_replaced_from_words():
    owner = make_user()
    lost = make_picture(owner=owner, ready=False, state=Picture.State.FAILED, finished_at=NOW)
    drafted = make_picture(owner=owner)

    assert edit(make_character(owner=owner, portrait_id=lost.pk), portrait_id=drafted.pk).portrait == drafted


@pytest.mark.parametrize("purpose", [Picture.Purpose.CHAT_PHOTO, Picture.Purpose.PHOTO])
def test_a_photo_of_somebody_elses_character_is_no_portrait(purpose):
    """R2: photos are for the one who asked, not for a character of their own."""
    asker = make_user()
    photo, _created = ask_photo(asker, make_character(state=State.APPROVED), purpose=purpose)
    own = make_character(owner=asker, portrait_id=None)

    assert refused_code(make_character, owner=asker, portrait_id=photo.pk) == "not-a-portrait"
    assert refused_code(edit, own, portrait_id=photo.pk) == "not-a-portrait"
