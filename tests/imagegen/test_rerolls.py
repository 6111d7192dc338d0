"""A finished photo that is not enough like its person is drawn again, free, once."""

import dataclasses
import threading
import time
from urllib.parse import quote

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import QuerySet
from django.urls import reverse

from billing import services as billing
from billing.models import Hold
from core import ids, switches
from core.models import AuditEvent
from core.refusals import LimitedError
from core.switches import Feature
from imagegen import access, handlers, policies, presenters, services
from imagegen.models import Picture
from imagegen.services import PictureRefusedError
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import draw_pending

State = Picture.State
OFFER, BUTTON = "Not quite them?", "Draw again, free"


def make_photo(owner, **fields):
    """Return a finished photo that came out under the floor."""
    values = {
        "purpose": Picture.Purpose.PHOTO,
        "mode": Picture.Mode.IMAGE_TO_IMAGE,
        "prompt": "at the beach",
        "strength": 0.92,
        "likeness": 0.6,
        "likeness_floor": 0.7,
        "with_file": True,
    }
    if "reference" not in fields:
        values["reference"] = factories.make_picture(owner=owner, with_file=True)
    return factories.make_picture(owner=owner, **(values | fields))


@pytest.fixture
def photo(owner, wake_ups):
    return make_photo(owner)


def reroll(picture, now, *, actor=None, key=""):
    return services.reroll_picture(
        actor=actor or picture.owner, picture=picture, creation_key=key or ids.new_public_id(), now=now
    )


def refusal_of(picture, now, **options):
    with pytest.raises(PictureRefusedError) as caught:
        reroll(picture, now, **options)
    assert caught.value.refusal.message
    return caught.value.refusal.code


@pytest.mark.django_db
def test_it_asks_for_the_same_with_another_seed(photo, now, monkeypatch):
    replaced = []
    monkeypatch.setattr(handlers, "_replaced", [lambda old, new: replaced.append((old, new))])
    again, created = reroll(photo, now)
    assert created
    for name in ("owner", "purpose", "mode", "prompt", "appearance", "reference", "strength", "width"):
        assert getattr(again, name) == getattr(photo, name)
    assert again.seed != photo.seed
    assert (again.state, again.reroll_of) == (State.QUEUED, photo)
    assert fresh(photo).is_rerolled
    # The first one stays: the second may be worse.
    assert fresh(photo).is_ready
    assert replaced == [(photo, again)]
    assert AuditEvent.objects.filter(kind="picture.requested", target_id=again.public_id).count() == 1


# What a row says of its job and of its result: the next picture has its own.
OF_ITS_OWN = {
    "id",
    "public_id",
    "created_at",
    "creation_key",
    "state",
    "seed",
    "reroll_of",
    "priority",
    "lease_holder",
    "lease_expires_at",
    "attempts",
    "is_alone",
    "not_before",
    "step",
    "step_count",
    "cancel_requested_at",
    "started_at",
    "finished_at",
    "failure_code",
    "request_id",
    "hold",
    "file",
    "content_type",
    "byte_size",
    "sha256",
    "model_name",
    "likeness",
    "likeness_floor",
    "is_retaken",
    "drawn_seed",
    "drawn_strength",
    "is_rerolled",
    "removal_id",
}


def ask_for_everything(owner, now):
    """Ask for a picture with no field of the request as it is by default."""
    owner.date_of_birth = now.date().replace(year=now.year - 40, day=1)
    owner.save()
    fields = {
        "owner": owner,
        "purpose": Picture.Purpose.CHAT_PHOTO,
        "mode": Picture.Mode.IMAGE_TO_IMAGE,
        "prompt": "at the beach",
        "appearance": "a man of 40, brown hair",
        "reference": factories.make_picture(owner=owner, with_file=True),
        "seed": 7,
        "strength": 0.37,
        "width": 512,
        "height": 768,
        "is_mature_allowed": True,
    }
    request = services.PictureRequest(**fields)
    for field in dataclasses.fields(request):
        assert getattr(request, field.name) != field.default, f"give {field.name} a value of its own here"
    picture, _created = services.request_picture(request=request, creation_key=ids.new_public_id(), now=now)
    return request, picture


def finish_unlike(picture, now):
    Picture.objects.filter(pk=picture.pk).update(
        state=State.READY, file=ids.new_public_id(), finished_at=now, likeness=0.5, likeness_floor=0.7
    )
    return fresh(picture)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["reroll", "retry", "retry of a reroll"])
def test_the_next_one_is_the_same_request_in_every_field(owner, now, wake_ups, way):
    request, first = ask_for_everything(owner, now)
    tried = first
    if way != "retry":
        tried, _created = reroll(finish_unlike(first, now), now)
    if way != "reroll":
        canceled = services.cancel_picture(actor=owner, picture=tried, now=now)
        tried, _created = services.retry_picture(
            actor=owner, picture=canceled, creation_key=ids.new_public_id(), now=now
        )
    assert tried.pk != first.pk
    names = {field.name for field in dataclasses.fields(request)} - {"seed"}
    assert {name: getattr(tried, name) for name in names} == {name: getattr(request, name) for name in names}
    assert tried.seed != first.seed


def test_every_field_of_a_picture_is_asked_for_or_its_own():
    """Whoever adds a field decides whether the next try takes it over."""
    asked = {field.name for field in dataclasses.fields(services.PictureRequest)} - {"seed"}
    known = {field.name for field in Picture._meta.concrete_fields}
    assert asked <= known, "a request that is not kept in the row is forgotten by the next try"
    assert known - asked == OF_ITS_OWN


@pytest.mark.django_db
def test_nothing_mature_is_drawn_again_for_somebody_who_is_no_adult_after_all(owner, now, wake_ups):
    _request, first = ask_for_everything(owner, now)
    owner.date_of_birth = now.date().replace(year=now.year - 17, day=1)
    owner.save()
    again, _created = reroll(finish_unlike(first, now), now, actor=owner)
    assert first.is_mature_allowed
    assert not again.is_mature_allowed


@pytest.mark.django_db
def test_what_was_allowed_the_first_time_is_screened_so_again(owner, now, wake_ups, monkeypatch):
    told = []
    screen = services.screening.screen_text

    def watch(**values):
        told.append(values["is_mature_allowed"])
        return screen(**values)

    monkeypatch.setattr(services.screening, "screen_text", watch)
    _request, first = ask_for_everything(owner, now)
    reroll(finish_unlike(first, now), now)
    assert told == [True, True]


@pytest.mark.django_db
def test_it_is_free_even_when_pictures_have_a_price(photo, now, monkeypatch):
    monkeypatch.setattr(services, "_COST_COINS", 5)
    again, _created = reroll(photo, now)
    assert (again.hold.amount_coins, again.hold.state) == (0, Hold.State.HELD)
    canceled = services.cancel_picture(actor=photo.owner, picture=again, now=now)
    # So is trying again what came to nothing, but what never was free is not.
    third, _created = services.retry_picture(
        actor=photo.owner, picture=canceled, creation_key=ids.new_public_id(), now=now
    )
    assert (third.hold.amount_coins, third.reroll_of) == (0, photo)
    paid = factories.make_picture(
        owner=photo.owner, ready=False, state=State.FAILED, finished_at=now, mode="TEXT_TO_IMAGE"
    )
    fourth, _created = services.retry_picture(
        actor=photo.owner, picture=paid, creation_key=ids.new_public_id(), now=now
    )
    assert (fourth.hold.amount_coins, fourth.reroll_of) == (5, None)


@pytest.mark.django_db
def test_it_is_drawn_and_paid_for_with_nothing(photo, now):
    again, _created = reroll(photo, now)
    draw_pending()
    assert fresh(again).is_ready
    assert fresh(again).hold.state == Hold.State.CAPTURED


@pytest.mark.django_db
def test_the_same_click_twice_makes_one(photo, now):
    key = ids.new_public_id()
    first, created = reroll(photo, now, key=key)
    assert created
    assert reroll(photo, now, key=key) == (first, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"likeness": 0.7}, "likeness-fine"),
        ({"likeness": None, "likeness_floor": None}, "likeness-fine"),
        ({"likeness": 0.6, "likeness_floor": None}, "likeness-fine"),
        ({"mode": Picture.Mode.UPLOAD, "likeness": None, "strength": None}, "likeness-fine"),
        ({"is_rerolled": True}, "already-rerolled"),
        ({"state": State.CANCELED}, "not-finished"),
        ({"state": State.QUEUED, "finished_at": None}, "not-finished"),
    ],
)
def test_others_are_not_drawn_again(owner, now, fields, code):
    assert refusal_of(make_photo(owner, **fields), now) == code
    assert not Hold.objects.exists()


@pytest.mark.django_db
def test_only_the_owner_has_it_drawn_again(photo, now):
    assert refusal_of(photo, now, actor=factories.make_user()) == "not-owner"


@pytest.mark.django_db
def test_a_free_one_has_no_free_one_of_its_own(photo, now):
    """Otherwise a wish for a wig and sunglasses would bring free pictures for ever."""
    again, _created = reroll(photo, now)
    Picture.objects.filter(pk=again.pk).update(
        state=State.READY, file="x", finished_at=now, likeness=0.5, likeness_floor=0.7
    )
    assert refusal_of(fresh(again), now) == "already-rerolled"


@pytest.mark.django_db
def test_what_a_request_is_refused_for_refuses_a_reroll(photo, now):
    switches.set_switch(actor=None, feature=Feature.PICTURES, is_on=False, reason="Painting.", now=now)
    assert refusal_of(photo, now) == "feature-off"
    assert not fresh(photo).is_rerolled


@pytest.mark.django_db
def test_rerolls_count_as_requests(photo, now, monkeypatch):
    monkeypatch.setattr(services, "PICTURES_PER_USER", services.Limit("picture", count=0, window_seconds=60))
    with pytest.raises(LimitedError):
        reroll(photo, now)


@pytest.mark.django_db
def test_a_portrait_that_is_gone_cannot_be_drawn_from(owner, now, wake_ups):
    assert refusal_of(make_photo(owner, reference=None), now) == "no-reference"


@pytest.mark.django_db
def test_what_came_to_nothing_is_tried_again_in_one_tab_only(photo, now):
    again, _created = reroll(photo, now)
    canceled = services.cancel_picture(actor=photo.owner, picture=again, now=now)
    services.retry_picture(actor=photo.owner, picture=canceled, creation_key=ids.new_public_id(), now=now)
    with pytest.raises(PictureRefusedError) as caught:
        services.retry_picture(actor=photo.owner, picture=canceled, creation_key=ids.new_public_id(), now=now)
    assert caught.value.refusal.code == "already-rerolled"


@pytest.mark.django_db
def test_the_database_knows_that_there_is_one(photo):
    make_photo(photo.owner, reroll_of=photo, state=State.FAILED)
    make_photo(photo.owner, reroll_of=photo)
    with pytest.raises(IntegrityError, match="reroll"), transaction.atomic():
        make_photo(photo.owner, reroll_of=photo)


def click_at_once(photo, now):
    """Have a photo drawn again from two tabs at the same time; returns what each of them was told."""
    at_once = 2 if connection.vendor == "postgresql" else 1
    gate = threading.Barrier(at_once)
    told = []

    def click():
        try:
            gate.wait()
            told.append(reroll(photo, now)[1])
        except PictureRefusedError as error:
            told.append(error.refusal.code)
        except IntegrityError:
            told.append("crashed")
        finally:
            connections.close_all()

    for _ in range(2 // at_once):
        threads = [threading.Thread(target=click) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return told


@pytest.fixture
def slow_hold(monkeypatch):
    """Make it likely that both look before either of them writes."""
    place = billing.place_hold

    def place_slowly(**values):
        time.sleep(0.3)
        return place(**values)

    monkeypatch.setattr(billing, "place_hold", place_slowly)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_the_same_time_make_one(wake_ups, now, slow_hold):
    """On SQLite one after the other: it has one writer at a time."""
    photo = make_photo(factories.make_user())
    # The photo was read before the other tab's click in both.
    told = click_at_once(photo, now)
    assert sorted(map(str, told)) == ["True", "already-rerolled"]
    assert Picture.objects.filter(reroll_of=photo).count() == Hold.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_crashes(wake_ups, now, slow_hold, monkeypatch):
    """The proof that the test above sees what it looks for; the database still lets only one in."""
    photo = make_photo(factories.make_user())
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    told = click_at_once(photo, now)
    assert sorted(map(str, told)) == ["True", "crashed"]
    assert Picture.objects.filter(reroll_of=photo).count() == 1


# Pages.


def page_of(client, picture, *, part=""):
    return client.get(reverse("picture", args=[picture.public_id]) + part)


@pytest.mark.django_db
def test_the_owner_is_offered_it_on_the_page(photo, client):
    client.force_login(photo.owner)
    body = page_of(client, photo).content.decode()
    assert OFFER in body
    assert BUTTON in body
    assert f'action="{reverse("picture-reroll", args=[photo.public_id])}"' in body
    assert 'name="creation_key"' in body


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"likeness": 0.71}, {"is_rerolled": True}, {"likeness": None}])
def test_others_offer_nothing(owner, client, fields):
    client.force_login(owner)
    assert BUTTON not in page_of(client, make_photo(owner, **fields)).content.decode()


@pytest.mark.django_db
def test_whoever_else_may_look_is_offered_nothing(photo, client, monkeypatch):
    monkeypatch.setattr(access, "_rules", [lambda _viewer, _picture: True])
    again = make_photo(photo.owner, reroll_of=photo)
    for stranger in (None, factories.make_user()):
        if stranger is not None:
            client.force_login(stranger)
        assert BUTTON not in page_of(client, photo).content.decode()
        assert "See the first one" not in page_of(client, again).content.decode()
    assert client.post(reverse("picture-reroll", args=[photo.public_id])).status_code == 404
    client.logout()
    assert client.post(reverse("picture-reroll", args=[photo.public_id])).status_code == 302


@pytest.mark.django_db
def test_it_works_without_script(photo, client):
    client.force_login(photo.owner)
    url, key = reverse("picture-reroll", args=[photo.public_id]), ids.new_public_id()
    first = client.post(url, {"creation_key": key})
    second = client.post(url, {"creation_key": key})
    again = Picture.objects.get(reroll_of=photo)
    assert first.url == second.url == reverse("picture", args=[again.public_id])
    assert BUTTON not in page_of(client, photo).content.decode()
    waiting = page_of(client, again, part=f"?next={quote('/chats/')}").content.decode()
    first_url = f"{reverse('picture', args=[photo.public_id])}?next={quote('/chats/', safe='')}"
    assert f'href="{first_url}">See the first one</a>' in waiting
    stale = client.post(url, {"creation_key": ids.new_public_id(), "next": "/chats/"})
    assert stale.status_code == 409
    assert "drawn again already" in stale.content.decode()


@pytest.mark.django_db
def test_with_script_the_new_one_takes_its_place(photo, client, now):
    client.force_login(photo.owner)
    url = reverse("picture-reroll", args=[photo.public_id])
    body = client.post(url, {}, headers={"HX-Request": "true"}).content.decode()
    again = Picture.objects.get(reroll_of=photo)
    assert f'id="picture-{again.public_id}"' in body
    assert "<html" not in body
    other = make_photo(photo.owner)
    switches.set_switch(actor=None, feature=Feature.PICTURES, is_on=False, reason="Painting.", now=now)
    url = reverse("picture-reroll", args=[other.public_id])
    body = client.post(url, {}, headers={"HX-Request": "true"}).content.decode()
    assert "Painting." in body
    assert f'data-picture="{other.public_id}"' in body


@pytest.mark.django_db
def test_offers_cost_no_query(owner, now, django_assert_num_queries):
    photos = [make_photo(owner) for _ in range(3)]
    photos += [make_photo(owner, reroll_of=photo) for photo in photos]
    with django_assert_num_queries(0):
        views = [presenters.present_picture(photo, now=now, viewer=owner) for photo in photos]
    assert [view.can_reroll for view in views] == [True] * 3 + [False] * 3
    assert [bool(view.first_url) for view in views] == [False] * 3 + [True] * 3


@pytest.mark.django_db
def test_the_rule_behind_the_button_is_the_rule_of_the_click(photo):
    assert policies.reroll_refusal(photo.owner, photo) is None
    refusal = policies.reroll_refusal(photo.owner, make_photo(photo.owner, is_rerolled=True))
    assert refusal.code == "already-rerolled"
    assert refusal.fix
