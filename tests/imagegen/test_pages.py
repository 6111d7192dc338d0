"""The page and the fragment of a picture, in every state and for everybody."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from core import ids, switches
from core.switches import Feature
from imagegen import access, claims, presenters, queries, services, settling
from imagegen.models import Picture, Worker
from imagegen.presenters import present_picture
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import FakeEngine, draw_pending

pytestmark = pytest.mark.django_db
State = Picture.State


@pytest.fixture
def awake(now):
    return Worker.objects.create(holder="w", model_name="fake", started_at=now, seen_at=now)


def show(client, picture, *, part=""):
    return client.get(reverse("picture", args=[picture.public_id]) + part)


def text_of(picture, now):
    view = present_picture(fresh(picture), now=now)
    return render_to_string("imagegen/_picture.html", {"picture": view, "problem": None, "csrf_token": "t"})


def end(picture, state, code, now):
    claims.claim(holder="w-1", is_idle=True, now=now)
    settling.end_without_result(picture, state=state, code=code, holder="w-1", now=now)


def test_who_waits_reads_the_place_and_that_it_can_be_canceled(ask, owner, client, now, awake):
    first, second = ask(at=now - timedelta(seconds=1)), ask()
    client.force_login(owner)
    body = show(client, second).content.decode()
    assert "Place 2 in the queue." in body
    assert "Cancel" in body
    assert '<meta http-equiv="refresh"' in body
    assert "You are next." in show(client, first).content.decode()


def test_the_fragment_has_a_stable_id_and_says_where_news_come_from(ask, owner, client, awake):
    picture = ask()
    client.force_login(owner)
    body = show(client, picture, part="?part=fragment").content.decode()
    assert f'id="picture-{picture.public_id}"' in body
    assert f'data-events-url="/events/pictures/{picture.public_id}/"' in body
    assert f'data-poll-url="/pictures/{picture.public_id}/?part=fragment"' in body
    assert "<html" not in body


def test_without_a_worker_the_studio_is_asleep_and_the_picture_safe(ask, owner, now):
    picture = ask()
    body = text_of(picture, now)
    assert "The studio is asleep" in body
    assert "Your picture is safe in the queue" in body
    Worker.objects.create(holder="w", model_name="x", started_at=now, seen_at=now - timedelta(seconds=60))
    assert "asleep" in text_of(picture, now)
    Worker.objects.update(seen_at=now)
    assert "asleep" not in text_of(picture, now)


def test_a_paused_studio_says_why(ask, now, awake):
    picture = ask()
    switches.set_switch(actor=None, feature=Feature.PICTURES, is_on=False, reason="Painting.", now=now)
    assert "Painting." in text_of(picture, now)


def test_what_is_drawn_shows_a_bar(ask, now):
    picture = ask()
    claims.claim(holder="w-1", is_idle=True, now=now)
    claims.write_progress(holder="w-1", step=3, step_count=12)
    body = text_of(picture, now)
    assert "Drawing" in body
    assert 'value="25"' in body
    services.cancel_picture(actor=picture.owner, picture=picture, now=now)
    body = text_of(picture, now)
    assert "Stopping" in body
    assert "<button" not in body


def test_a_ready_picture_is_an_image_with_its_alt_text(ask, owner, client, now):
    picture = ask()
    draw_pending()
    view = present_picture(fresh(picture), now=now, alt="Portrait of Mira")
    body = render_to_string("imagegen/_picture.html", {"picture": view})
    assert f'data-picture="{picture.public_id}"' in body
    assert 'alt="Portrait of Mira"' in body
    assert "data-picture-live" not in body
    assert 'alt="Portrait"' in text_of(picture, now)
    client.force_login(owner)
    assert b"http-equiv" not in show(client, picture).content


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        (State.FAILED, "engine-failed", "more tries did not help"),
        (State.FAILED, "worker-died", "more tries did not help"),
        (State.FAILED, "no-reference", "portrait it should start from is gone"),
        (State.REFUSED, "explicit-imagery", "did not pass our safety check"),
        (State.REFUSED, "restricted", "standing page"),
        (State.CANCELED, "canceled", "It cost nothing."),
    ],
)
def test_what_did_not_come_says_why_and_can_be_tried_again(ask, now, state, code, words):
    picture = ask()
    end(picture, state, code, now)
    body = text_of(picture, now)
    assert words in body
    assert "Try again" in body
    assert 'name="creation_key"' in body
    assert "data-picture-live" not in body


def test_an_upload_cannot_be_tried_again(owner, now):
    picture = factories.make_picture(owner=owner, mode=Picture.Mode.UPLOAD)
    assert not present_picture(picture, now=now).can_retry


def test_canceling_works_with_and_without_script(ask, owner, client):
    client.force_login(owner)
    first, second = ask(), ask()
    answer = client.post(reverse("picture-cancel", args=[first.public_id]))
    assert answer.url == reverse("picture", args=[first.public_id])
    back = client.post(reverse("picture-cancel", args=[first.public_id]), {"next": "/library/"})
    assert back.url == "/library/"
    away = client.post(reverse("picture-cancel", args=[first.public_id]), {"next": "https://evil.example/"})
    assert away.url == reverse("picture", args=[first.public_id])
    answer = client.post(reverse("picture-cancel", args=[second.public_id]), headers={"HX-Request": "true"})
    assert "Canceled" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_page_leads_back_to_where_it_was_opened(ask, owner, client, now):
    picture = ask()
    client.force_login(owner)
    body = show(client, picture, part="?next=/chats/").content.decode()
    assert re.search(r'<a [^>]*href="/chats/">Back</a>', body)
    assert 'name="next" value="/chats/"' in body
    assert ">Back<" not in show(client, picture).content.decode()
    assert "evil" not in show(client, picture, part="?next=//evil.example/").content.decode()
    assert "javascript" not in show(client, picture, part="?next=javascript:alert(1)").content.decode()
    refused = client.post(reverse("picture-retry", args=[picture.public_id]), {"next": "/chats/"})
    assert refused.status_code == 409
    assert 'href="/chats/"' in refused.content.decode()


def test_trying_again_twice_makes_one_picture(ask, owner, client, now):
    picture = ask()
    end(picture, State.FAILED, "engine-failed", now)
    client.force_login(owner)
    url, key = reverse("picture-retry", args=[picture.public_id]), ids.new_public_id()
    first = client.post(url, {"creation_key": key})
    second = client.post(url, {"creation_key": key})
    assert first.url == second.url != reverse("picture", args=[picture.public_id])
    assert Picture.objects.count() == 2
    for odd in ("odd", "\0" * 32, "g" * 32, key + "\n"):
        Picture.objects.filter(state=State.QUEUED).delete()
        assert client.post(url, {"creation_key": odd}).status_code == 302


def test_a_retry_that_is_refused_says_why(ask, owner, client, now):
    picture = ask()
    end(picture, State.FAILED, "engine-failed", now)
    switches.set_switch(actor=None, feature=Feature.PICTURES, is_on=False, reason="Painting.", now=now)
    client.force_login(owner)
    url = reverse("picture-retry", args=[picture.public_id])
    answer = client.post(url, {})
    assert answer.status_code == 409
    assert "Painting." in answer.content.decode()
    answer = client.post(url, {}, headers={"HX-Request": "true"})
    assert (answer.status_code, "Painting." in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("viewer", ["nobody", "stranger", "staff"])
def test_the_private_picture_of_another_looks_like_a_missing_one(ask, client, viewer, monkeypatch):
    monkeypatch.setattr(access, "_rules", [])
    picture = ask()
    draw_pending()
    if viewer != "nobody":
        client.force_login(factories.make_user(is_staff=viewer == "staff"))
    assert show(client, picture).status_code == 404
    assert client.get(reverse("media", args=["picture", picture.public_id])).status_code == 404
    assert show(client, Picture(public_id=ids.new_public_id())).status_code == 404
    for name in ("picture-cancel", "picture-retry"):
        answer = client.post(reverse(name, args=[picture.public_id]))
        assert answer.status_code == (302 if viewer == "nobody" else 404)


def test_a_rule_opens_ready_pictures_only(ask, client, monkeypatch):
    monkeypatch.setattr(access, "_rules", [])
    access.register(lambda _viewer, _picture: True)
    picture = ask()
    assert show(client, picture).status_code == 404
    draw_pending()
    assert show(client, picture).status_code == 200
    client.force_login(factories.make_user())
    assert client.post(reverse("picture-cancel", args=[picture.public_id])).status_code == 404


def test_the_file_is_private_and_not_kept_by_anybody(ask, owner, client):
    picture = ask()
    client.force_login(owner)
    assert client.get(reverse("media", args=["picture", picture.public_id])).status_code == 404
    draw_pending()
    answer = client.get(reverse("media", args=["picture", picture.public_id]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"


def test_a_ready_picture_costs_no_query_to_present(owner, now, django_assert_num_queries):
    pictures = [factories.make_picture(owner=owner) for _ in range(12)]
    with django_assert_num_queries(0):
        for picture in pictures:
            present_picture(picture, now=now)


@pytest.mark.parametrize("waiting", [2, 12])
def test_what_waits_costs_as_much_in_a_long_queue(ask, now, awake, waiting, django_assert_num_queries):
    for number in range(waiting):
        last = ask(owner=factories.make_user(), at=now + timedelta(milliseconds=number))
    with django_assert_num_queries(4):
        view = present_picture(last, now=now)
    assert f"Place {waiting}" in view.message


def test_the_estimate_is_the_median_of_the_last_pictures(ask, owner, now, awake):
    assert queries.estimate_seconds(ask()) is None
    for seconds in (2, 4, 60):
        factories.make_picture(owner=owner, started_at=now, finished_at=now + timedelta(seconds=seconds))
    waiting = ask()
    # Another one waits before it, and nothing is being drawn.
    assert queries.estimate_seconds(waiting) == 4 * 2
    Worker.objects.update(capacity=2)
    assert queries.estimate_seconds(waiting) == 4
    for _ in range(2):
        factories.make_picture(owner=owner, ready=False, state=State.RUNNING, lease_expires_at=now)
    assert queries.estimate_seconds(waiting) == 4 * 2, "two are being drawn, so there is no place"
    Picture.objects.filter(state=State.RUNNING).delete()
    assert "seconds left" in text_of(waiting, now)
    Picture.objects.filter(pk=waiting.pk).update(priority=0)
    claims.claim(holder="w-1", is_idle=True, now=now)
    claims.write_progress(holder="w-1", step=1, step_count=2)
    assert queries.estimate_seconds(fresh(waiting)) == 2
    assert queries.queue_position(fresh(waiting)) == 0


def test_the_estimate_counts_the_decoding_after_the_last_step(ask, owner, now, awake):
    Worker.objects.update(decode_seconds=3.0)
    factories.make_picture(
        owner=owner, started_at=now, finished_at=now + timedelta(seconds=13), step_count=10
    )
    picture = ask()
    claims.claim(holder="w-1", is_idle=True, now=now)
    told = [queries.estimate_seconds(fresh(picture))]
    for step, step_count in ((5, 10), (10, 10), (10, 20)):
        claims.write_progress(holder="w-1", step=step, step_count=step_count)
        told.append(queries.estimate_seconds(fresh(picture)))
    # The last one is drawn once more, with steps that other pictures do not have.
    assert told == [13, 5 + 3, 3, 10 + 3]
    Worker.objects.update(decode_seconds=60.0)
    assert queries.estimate_seconds(fresh(picture)) == 13, "no longer than pictures took as a whole"


def test_the_estimate_costs_two_queries_however_many_workers_there_are(
    ask, owner, now, awake, django_assert_num_queries
):
    factories.make_picture(owner=owner, started_at=now, finished_at=now + timedelta(seconds=13))
    waiting = ask()
    for count in (1, 12):
        while Worker.objects.count() < count:
            holder = f"w{Worker.objects.count()}"
            Worker.objects.create(holder=holder, model_name="m", started_at=now, seen_at=now)
        with django_assert_num_queries(2):
            queries.estimate_seconds(waiting, place=3)


def test_long_waits_are_told_in_minutes():
    assert presenters._left(150) == "About 2 minutes left."
    assert presenters._left(1) == "About 1 second left."


def test_staff_see_jobs_without_words_or_pixels(ask, client, owner):
    picture = ask(prompt="holding a lantern")
    draw_pending(engine=FakeEngine(likeness=0.8125))
    admin = factories.make_user(is_staff=True, is_superuser=True)
    client.force_login(admin)
    for url in (
        reverse("admin:imagegen_picture_changelist"),
        reverse("admin:imagegen_picture_change", args=[picture.pk]),
    ):
        body = client.get(url).content.decode()
        assert picture.public_id in body
        assert "lantern" not in body
        assert fresh(picture).file not in body
    assert "0.8125" in body
    assert client.get(reverse("admin:imagegen_picture_add")).status_code == 403
