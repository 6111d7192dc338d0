"""Asking for, canceling and repeating pictures."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from accounts.models import Restriction
from billing.models import Hold
from core import ids, limits, switches
from core.models import AuditEvent
from core.refusals import LimitedError
from core.switches import Feature
from imagegen import handlers, policies, services, wakeup
from imagegen.engine import description
from imagegen.models import Picture
from imagegen.services import PictureRefusedError, PictureRequest
from moderation.models import Evidence, Verdict
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import draw_pending

pytestmark = pytest.mark.django_db


def test_a_request_is_a_row_with_a_hold_and_an_audit_event(
    ask, owner, wake_ups, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        picture = ask()
    assert picture.state == Picture.State.QUEUED
    assert picture.hold.state == Hold.State.HELD
    assert picture.hold.reference == f"picture:{picture.public_id}"
    assert (picture.width, picture.height) == (256, 256)
    assert picture.seed is not None
    assert AuditEvent.objects.filter(kind="picture.requested", target_id=picture.public_id).count() == 1
    assert len(wake_ups) == 1


def test_the_same_key_twice_makes_one_picture(ask, owner, now):
    key = ids.new_public_id()
    first, second = ask(creation_key=key), ask(creation_key=key, prompt="something else")
    assert first == second
    assert Picture.objects.count() == Hold.objects.count() == 1


def test_the_same_key_of_another_person_is_another_picture(ask):
    key = ids.new_public_id()
    assert ask(creation_key=key) != ask(creation_key=key, owner=factories.make_user())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"prompt": "", "appearance": "  "}, "nothing-to-draw"),
        ({"prompt": "a" * 2001}, "too-long"),
        ({"prompt": "naked"}, "explicit-imagery"),
        ({"appearance": "a schoolgirl"}, "adults-only"),
        ({"mode": Picture.Mode.IMAGE_TO_IMAGE}, "no-reference"),
    ],
)
def test_what_may_not_be_drawn_is_refused_with_a_reason_and_a_fix(ask, fields, code):
    with pytest.raises(PictureRefusedError) as caught:
        ask(**fields)
    assert caught.value.refusal.code == code
    assert caught.value.refusal.message
    assert caught.value.refusal.fix
    assert not Picture.objects.exists()
    assert not Hold.objects.exists()


def test_prompts_that_sexualise_minors_are_kept_as_evidence_r11(ask):
    """R11: blocked on input and held as evidence under restricted access."""
    with pytest.raises(PictureRefusedError) as caught:
        ask(appearance="16 year old", prompt="nude")
    assert caught.value.refusal.code == "minors"
    assert Evidence.objects.count() == 1


def test_a_switch_that_is_off_says_why(ask, now):
    switches.set_switch(
        actor=None, feature=Feature.PICTURES, is_on=False, reason="The studio is painted.", now=now
    )
    with pytest.raises(PictureRefusedError) as caught:
        ask()
    assert caught.value.refusal.code == "feature-off"
    assert caught.value.refusal.message == "The studio is painted."


@pytest.mark.parametrize("scope", [Restriction.Scope.PICTURES, Restriction.Scope.ACCOUNT])
def test_a_restricted_person_gets_no_picture(ask, owner, now, scope):
    owner.restrictions.create(scope=scope, reason_code="x", explanation="Why.", starts_at=now, created_at=now)
    with pytest.raises(PictureRefusedError) as caught:
        ask()
    assert caught.value.refusal.code == "restricted"


def test_a_suspended_person_gets_no_picture(ask, owner):
    owner.is_active = False
    owner.save()
    with pytest.raises(PictureRefusedError) as caught:
        ask()
    assert caught.value.refusal.code == "suspended"


def test_only_some_pictures_of_one_person_are_on_their_way(ask):
    for _ in range(policies.UNFINISHED_PER_OWNER):
        ask()
    with pytest.raises(PictureRefusedError) as caught:
        ask()
    assert caught.value.refusal.code == "too-many-unfinished"


def test_requests_per_hour_are_limited(ask, owner, now):
    for _ in range(services.PICTURES_PER_USER.count):
        limits.spend(services.PICTURES_PER_USER, key=owner.public_id, now=now)
    with pytest.raises(LimitedError):
        ask()


def test_refused_prompts_count_before_they_are_screened(ask, owner, now):
    for _ in range(services.PICTURES_PER_USER.count - 1):
        limits.spend(services.PICTURES_PER_USER, key=owner.public_id, now=now)
    with pytest.raises(PictureRefusedError):
        ask(appearance="16 year old", prompt="nude")
    with pytest.raises(LimitedError):
        ask(appearance="16 year old", prompt="nude")
    assert Evidence.objects.count() == Verdict.objects.count() == 1


def test_repeating_a_request_and_sending_an_empty_one_count_for_nothing(ask, owner, now):
    for _ in range(services.PICTURES_PER_USER.count - 1):
        limits.spend(services.PICTURES_PER_USER, key=owner.public_id, now=now)
    with pytest.raises(PictureRefusedError):
        ask(prompt="", appearance="")
    key = ids.new_public_id()
    assert ask(creation_key=key) == ask(creation_key=key)


def test_a_wake_up_that_cannot_be_sent_costs_nothing(
    owner, now, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    class Broken:
        def apply_async(self, **_kwargs):
            raise ConnectionError

    monkeypatch.setattr(wakeup, "current_app", type("App", (), {"tasks": {"imagegen.render": Broken()}}))
    request = PictureRequest(
        owner=owner, purpose=Picture.Purpose.PORTRAIT, mode=Picture.Mode.TEXT_TO_IMAGE, prompt="a man"
    )
    with django_capture_on_commit_callbacks(execute=True):
        picture, created = services.request_picture(
            request=request, creation_key=ids.new_public_id(), now=now
        )
    assert created
    assert fresh(picture).state == Picture.State.QUEUED
    assert "imagegen.wakeup.lost" in caplog.text


def test_image_to_image_starts_from_a_finished_picture(ask, settings):
    portrait = ask()
    with pytest.raises(PictureRefusedError):
        ask(mode=Picture.Mode.IMAGE_TO_IMAGE, reference=portrait)
    draw_pending()
    photo = ask(mode=Picture.Mode.IMAGE_TO_IMAGE, reference=fresh(portrait))
    assert photo.reference == portrait
    assert photo.strength == description.read(settings.IMAGE_MODEL).strength


def test_a_reference_that_the_person_may_not_see_is_refused(ask):
    portrait = ask()
    draw_pending()
    with pytest.raises(PictureRefusedError) as caught:
        ask(owner=factories.make_user(), mode=Picture.Mode.IMAGE_TO_IMAGE, reference=fresh(portrait))
    assert caught.value.refusal.code == "no-reference"


def test_canceling_what_waits_ends_it_at_once(ask, owner, now):
    picture = ask()
    canceled = services.cancel_picture(actor=owner, picture=picture, now=now)
    assert canceled.state == Picture.State.CANCELED
    assert fresh(picture).hold.state == Hold.State.RELEASED
    again = services.cancel_picture(actor=owner, picture=picture, now=now)
    assert again.state == Picture.State.CANCELED
    assert draw_pending().specs == []


def test_canceling_what_is_ready_changes_nothing(ask, owner, now):
    picture = ask()
    draw_pending()
    assert services.cancel_picture(actor=owner, picture=picture, now=now).state == Picture.State.READY
    assert fresh(picture).hold.state == Hold.State.CAPTURED


def test_nobody_cancels_or_repeats_the_picture_of_another(ask, now):
    picture = ask()
    stranger = factories.make_user()
    with pytest.raises(PictureRefusedError) as caught:
        services.cancel_picture(actor=stranger, picture=picture, now=now)
    assert caught.value.refusal.code == "not-owner"
    with pytest.raises(PictureRefusedError):
        services.retry_picture(actor=stranger, picture=picture, creation_key=ids.new_public_id(), now=now)


def test_trying_again_asks_for_the_same_with_another_seed(ask, owner, now, monkeypatch):
    replaced = []
    monkeypatch.setattr(handlers, "_replaced", [])
    handlers.register_replaced(lambda old, new: replaced.append((old, new)))
    picture = ask(seed=5)
    with pytest.raises(PictureRefusedError) as caught:
        services.retry_picture(actor=owner, picture=picture, creation_key=ids.new_public_id(), now=now)
    assert caught.value.refusal.code == "not-finished"
    canceled = services.cancel_picture(actor=owner, picture=picture, now=now)
    key = ids.new_public_id()
    again, created = services.retry_picture(actor=owner, picture=canceled, creation_key=key, now=now)
    assert created
    assert (again.prompt, again.appearance) == (picture.prompt, picture.appearance)
    assert again.seed != 5
    assert replaced == [(canceled, again)]
    assert services.retry_picture(actor=owner, picture=canceled, creation_key=key, now=now) == (again, False)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_time_make_one_picture(wake_ups, now):
    """On SQLite one after the other: it has one writer at a time."""
    owner = factories.make_user()
    key = ids.new_public_id()
    at_once = 4 if connection.vendor == "postgresql" else 1
    gate = threading.Barrier(at_once)
    results = []

    def click():
        try:
            gate.wait()
            request = PictureRequest(
                owner=owner,
                purpose=Picture.Purpose.PORTRAIT,
                mode=Picture.Mode.TEXT_TO_IMAGE,
                prompt="a woman",
            )
            results.append(services.request_picture(request=request, creation_key=key, now=now))
        finally:
            connections.close_all()

    for _ in range(4 // at_once):
        threads = [threading.Thread(target=click) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(created for _picture, created in results) == [False, False, False, True]
    assert Picture.objects.count() == Hold.objects.count() == 1


def test_asking_costs_a_fixed_number_of_queries(ask, owner, django_assert_max_num_queries):
    ask(at=None)
    with django_assert_max_num_queries(24):
        ask()


def test_old_restrictions_do_not_matter(ask, owner, now):
    owner.restrictions.create(
        scope=Restriction.Scope.PICTURES,
        reason_code="x",
        explanation="Why.",
        starts_at=now - timedelta(days=2),
        ends_at=now - timedelta(days=1),
        created_at=now,
    )
    assert ask().state == Picture.State.QUEUED
