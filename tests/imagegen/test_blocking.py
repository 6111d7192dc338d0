"""Pictures that look like a blocked one, and words that only classifiers understand."""

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse
from PIL import Image

from accounts.models import User
from billing.models import Hold
from core import ids
from imagegen import files, services
from imagegen.engine.contract import Outcome
from imagegen.engine.handles import SimpleHandle
from imagegen.models import Picture
from imagegen.services import UploadRefusedError
from moderation.models import Evidence, SafetyCase
from moderation.screening import hashes
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import FakeEngine, draw_pending
from tests.moderation import scripted
from tests.moderation.test_hashes import encode, make_picture

pytestmark = pytest.mark.django_db

State = Picture.State


class Painter(FakeEngine):
    """Draws one picture, whatever is asked for."""

    def __init__(self, image: Image.Image) -> None:
        super().__init__()
        self.image = image

    def submit(self, spec: Any) -> SimpleHandle:
        handle = SimpleHandle(spec)
        handle.finish(Outcome(self.image))
        return handle


def send(owner: User, image: Image.Image, now: Any) -> tuple[Picture, bool]:
    upload = SimpleUploadedFile("me.png", encode(image), content_type="image/png")
    return services.store_upload(actor=owner, upload=upload, creation_key=ids.new_public_id(), now=now)


@pytest.mark.parametrize("code", ["real-person", "minors"])
def test_a_drawing_that_looks_like_a_blocked_picture_is_refused_before_it_is_stored(ask, owner, now, code):
    hashes.block(make_picture(1), reason_code=code, decision_id="a" * 32, now=now)
    picture = ask(seed=77)
    draw_pending(engine=Painter(make_picture(1).resize((256, 205))))
    refused = fresh(picture)
    assert (refused.state, refused.failure_code, refused.file) == (State.REFUSED, code, "")
    assert refused.hold.state == Hold.State.RELEASED
    assert not default_storage.exists(files.FOLDER)


def test_of_a_drawing_that_concerns_minors_only_seed_and_prompt_are_kept_and_its_owner_is_locked_r11(
    ask, owner, now
):
    hashes.block(make_picture(1), reason_code="minors", decision_id="a" * 32, now=now)
    picture = ask(seed=77)
    draw_pending(engine=Painter(make_picture(1)))
    kept = json.loads(Evidence.objects.get().content)
    assert (kept["picture"], kept["seed"], kept["prompt"]) == (picture.public_id, 77, picture.prompt)
    assert SafetyCase.objects.get().user == owner
    assert owner.restrictions.get().reason_code == "minors"


def test_a_drawing_like_none_of_them_is_stored(ask, now):
    hashes.block(make_picture(1), reason_code="minors", decision_id="a" * 32, now=now)
    picture = ask()
    draw_pending(engine=Painter(make_picture(2)))
    assert fresh(picture).state == State.READY


def break_list(monkeypatch):
    def broken(*_args):
        raise DatabaseError

    monkeypatch.setattr(hashes, "find_match", broken)


def test_a_drawing_that_cannot_be_compared_is_refused(ask, monkeypatch):
    break_list(monkeypatch)
    picture = ask()
    draw_pending(engine=Painter(make_picture(2)))
    assert (fresh(picture).state, fresh(picture).failure_code) == (State.REFUSED, "safety-failed")


def test_an_upload_that_looks_like_a_blocked_picture_is_refused_before_it_is_stored(owner, now):
    hashes.block(make_picture(1), reason_code="real-person", decision_id="a" * 32, now=now)
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, make_picture(1), now)
    assert caught.value.refusal.code == "real-person"
    assert caught.value.refusal.fix
    assert not Picture.objects.exists()
    assert not default_storage.exists(files.FOLDER)
    assert not Evidence.objects.exists()


def test_an_upload_that_concerns_minors_locks_its_sender_and_leaves_no_pixels_r11(owner, now):
    hashes.block(make_picture(1), reason_code="minors", decision_id="a" * 32, now=now)
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, make_picture(1), now)
    assert caught.value.refusal.code == "minors"
    evidence = Evidence.objects.get()
    assert (evidence.purpose, json.loads(evidence.content)) == (
        "picture-upload",
        {"upload": "looks like a blocked picture"},
    )
    assert owner.restrictions.count() == 1


def test_an_upload_that_cannot_be_compared_is_refused(owner, now, monkeypatch):
    break_list(monkeypatch)
    with pytest.raises(UploadRefusedError) as caught:
        send(owner, make_picture(1), now)
    assert caught.value.refusal.code == "not-checked"


def test_an_upload_like_none_of_them_is_taken(owner, now):
    hashes.block(make_picture(1), reason_code="minors", decision_id="a" * 32, now=now)
    picture, created = send(owner, make_picture(2), now)
    assert created
    with Image.open(io.BytesIO(files.read(picture.file))) as image:
        assert image.size == make_picture(2).size


# --- Classifiers of text look before drawing ---


@pytest.fixture
def classify(settings):
    settings.SCREENING_CHECKS = ["rules.minors", scripted.InWorkers.name]


@pytest.mark.usefixtures("classify")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("find reject:hate", "hate"),
        ("find hold:hate", "needs-a-person"),
        ("find severe:rule", "minors"),
    ],
)
def test_words_that_a_classifier_refuses_are_not_drawn_and_cost_nothing(ask, client, owner, words, code):
    picture = ask(prompt=words)
    engine = draw_pending()
    refused = fresh(picture)
    assert (refused.state, refused.failure_code) == (State.REFUSED, code)
    assert refused.hold.state == Hold.State.RELEASED
    assert engine.specs == []
    assert Evidence.objects.count() == (code == "minors")


@pytest.mark.usefixtures("classify")
def test_words_that_a_classifier_passes_are_drawn(ask):
    picture = ask(prompt="smiling")
    draw_pending()
    assert fresh(picture).state == State.READY


@pytest.mark.parametrize("code", ["hate", "needs-a-person"])
def test_the_page_says_why_it_was_not_drawn(ask, client, owner, code):
    picture = ask()
    Picture.objects.filter(pk=picture.pk).update(
        state=State.REFUSED, failure_code=code, finished_at=picture.created_at
    )
    client.force_login(owner)
    page = client.get(reverse("picture", args=[picture.public_id])).content.decode()
    assert "Not drawn" in page
    assert "It cost nothing." in page


def test_a_classifier_that_fails_gives_the_picture_its_other_tries(ask, settings):
    settings.SCREENING_CHECKS = ["rules.minors", scripted.BrokenInWorkers.name]
    picture = ask()
    engine = draw_pending()
    waiting = fresh(picture)
    assert (waiting.state, waiting.failure_code, waiting.attempts) == (State.QUEUED, "not-checked", 1)
    assert engine.specs == []
