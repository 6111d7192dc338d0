"""Pictures that moderators remove: shown to nobody, kept for an appeal, kept from coming back (R13)."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from accounts import zones
from accounts.models import User
from imagegen import removals
from imagegen.models import Picture
from moderation import services
from moderation.models import BlockedPicture
from moderation.services import ModerationRefusedError
from moderation.targets import Words
from notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = Words("rights", "It is somebody else's work.")


@pytest.fixture
def picture() -> Picture:
    made = factories.make_picture(owner=factories.make_user(), with_file=True)
    image = Image.new("RGB", (256, 256), "white")
    draw = ImageDraw.Draw(image)
    for number in range(12):
        box = (number * 17, number * 9, 90 + number * 13, 60 + number * 15)
        draw.ellipse(box, fill=(number * 20, 90, 40))
    data = io.BytesIO()
    image.save(data, "PNG")
    default_storage.delete(made.file)
    name = default_storage.save("pictures/x.png", ContentFile(data.getvalue()))
    Picture.objects.filter(pk=made.pk).update(file=name)
    made.refresh_from_db()
    return made


def remove(picture: Picture, now, actor: User | None = None):
    return services.remove_content(
        actor=actor or factories.make_staff(),
        target_kind="picture",
        target_id=picture.public_id,
        words=WORDS,
        now=now,
    )


def media_status(picture: Picture, viewer: User) -> int:
    client = Client()
    client.force_login(viewer)
    response = client.get(reverse("media", args=["picture", picture.public_id]))
    if response.streaming:
        # Reading it to its end closes the file.
        assert b"".join(response.streaming_content)
    return response.status_code


def test_nobody_sees_a_removed_picture_but_reviewers_and_its_owner_reads_why(picture, now):
    assert media_status(picture, picture.owner) == 200
    decision, is_new = remove(picture, now)
    assert (is_new, decision.kind, decision.revision_hash) == (True, "REMOVE", picture.sha256)
    assert media_status(picture, picture.owner) == 404
    assert media_status(picture, factories.make_staff()) == 200
    client = Client()
    client.force_login(picture.owner)
    text = client.get(reverse("picture", args=[picture.public_id])).content.decode()
    assert "Removed" in text
    assert "Why, and what follows" in text
    assert reverse("media", args=["picture", picture.public_id]) not in text


def test_removing_twice_removes_once(picture, now):
    first, _is_new = remove(picture, now)
    assert remove(picture, now) == (first, False)


def test_what_is_taken_back_is_shown_again_and_may_come_again(picture, now):
    decision, _is_new = remove(picture, now)
    assert removals.block_removed(public_id=picture.public_id, now=now)
    assert not removals.block_removed(public_id=picture.public_id, now=now)
    assert BlockedPicture.objects.get().decision_id == decision.public_id
    services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=now)
    assert media_status(picture, picture.owner) == 200
    assert not BlockedPicture.objects.exists()
    assert not removals.block_removed(public_id=picture.public_id, now=now)


def test_a_lost_wake_up_is_found_by_the_sweep(picture, now):
    assert removals.list_unblocked() == []
    remove(picture, now)
    assert removals.list_unblocked() == [picture.public_id]
    removals.block_removed(public_id=picture.public_id, now=now)
    assert removals.list_unblocked() == []


def test_what_is_not_there_cannot_be_removed(now):
    waiting = factories.make_picture(owner=factories.make_user(), ready=False)
    with pytest.raises(ModerationRefusedError) as caught:
        remove(waiting, now)
    assert caught.value.refusal.code == "not-removable"


def test_a_removed_portrait_is_no_reference_and_shows_no_face(now):
    character = factories.make_character(state="APPROVED")
    remove(character.live_revision.portrait, now)
    client = Client()
    response = client.get(character.get_absolute_url())
    assert response.status_code == 200
    assert character.live_revision.portrait.public_id not in response.content.decode()


def test_a_removed_picture_is_named_by_who_is_on_it_and_when(now):
    """Its owner does not see it any more, and may have several."""
    item = factories.make_character(state="APPROVED", name="Mira Vale", now=now)
    portrait = item.live_revision.portrait
    photo = factories.make_picture(
        owner=portrait.owner,
        purpose="CHAT_PHOTO",
        mode="IMAGE_TO_IMAGE",
        strength=0.5,
        reference=portrait,
        now=now,
    )
    alone = factories.make_picture(owner=portrait.owner, now=now)
    day = zones.spell_time(now)
    assert removals.list_titles([portrait.public_id, photo.public_id, alone.public_id]) == {
        portrait.public_id: f"Portrait of Mira Vale, {day}",
        photo.public_id: f"Photo in a chat of Mira Vale, {day}",
        alone.public_id: f"Portrait, {day}",
    }
    decision, _is_new = remove(portrait, now)
    notice = Notice.objects.filter(user=portrait.owner).latest("pk")
    assert f"What it is about: Picture: Portrait of Mira Vale, {day}." in notice.body
    client = Client()
    client.force_login(portrait.owner)
    form = client.get(f"/help/appeals/new/?decision={decision.public_id}").content.decode()
    assert f"Picture: Portrait of Mira Vale, {day}" in form


def test_a_draft_s_name_does_not_go_out_with_photos_drawn_from_its_portrait(now):
    item = factories.make_character(state="DRAFT", name="Nobody yet", now=now)
    portrait = item.open_revision.portrait
    photo = factories.make_picture(
        owner=factories.make_user(),
        purpose="CHAT_PHOTO",
        mode="IMAGE_TO_IMAGE",
        strength=0.5,
        reference=portrait,
        now=now,
    )
    assert "Nobody yet" not in removals.list_titles([photo.public_id])[photo.public_id]


def test_a_picture_that_is_put_back_says_where_it_is(picture, now):
    decision, _is_new = remove(picture, now)
    services.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=now)
    notice = Notice.objects.filter(user=picture.owner).latest("pk")
    assert "It is shown again where it was." in notice.body
    assert removals.outlook("nothing") == ""
