"""Pictures drawn from uploads: a classifier or a person looked at the upload first."""

import pytest

from billing.models import Hold
from characters.handlers import is_portrait_approved
from imagegen import access, drawing, files, handlers, services
from imagegen.models import Picture
from imagegen.safety import SafetyVerdict
from imagegen.services import PictureRefusedError
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import draw_pending

pytestmark = pytest.mark.django_db
State, Mode = Picture.State, Picture.Mode


class Judge:
    """Takes the first picture that it sees for unsafe, or none."""

    def __init__(self, *, refuses_uploads=False):
        self.refuses_uploads = refuses_uploads
        self.sizes = []

    def check(self, image):
        self.sizes.append(image.size)
        is_safe = not (self.refuses_uploads and len(self.sizes) == 1)
        return SafetyVerdict(is_safe=is_safe, code="explicit-imagery")


@pytest.fixture(autouse=True)
def _nobody_approved(settings, monkeypatch):
    settings.IMAGE_SAFETY_MODEL = ""
    monkeypatch.setattr(handlers, "_upload_approved", [])


@pytest.fixture
def upload(owner):
    return factories.make_picture(owner=owner, mode=Mode.UPLOAD, with_file=True)


def derive(ask, reference, **fields):
    return ask(mode=Mode.IMAGE_TO_IMAGE, reference=reference, **fields)


def approve(monkeypatch, upload):
    monkeypatch.setattr(handlers, "_upload_approved", [lambda picture: picture == upload])


def refusal_of(ask, reference):
    with pytest.raises(PictureRefusedError) as caught:
        derive(ask, reference)
    return caught.value.refusal


def test_an_upload_that_nobody_reviewed_is_not_drawn_from(ask, upload):
    refusal = refusal_of(ask, upload)
    assert refusal.code == "upload-not-reviewed"
    assert refusal.message
    assert refusal.fix


def test_what_was_drawn_from_an_upload_counts_as_one(ask, upload, monkeypatch):
    approve(monkeypatch, upload)
    photo = derive(ask, upload)
    draw_pending()
    assert fresh(photo).is_ready
    again = derive(ask, fresh(photo))
    draw_pending()
    assert fresh(again).is_ready
    monkeypatch.setattr(handlers, "_upload_approved", [])
    assert refusal_of(ask, fresh(again)).code == "upload-not-reviewed"
    # Where it came from is erased: nobody can say any more that it was approved.
    Picture.objects.filter(pk=photo.pk).update(reference=None)
    approve(monkeypatch, upload)
    assert refusal_of(ask, fresh(photo)).code == "upload-not-reviewed"


def test_an_approval_that_is_withdrawn_stops_what_waits(ask, upload, monkeypatch):
    approve(monkeypatch, upload)
    photo = derive(ask, upload)
    monkeypatch.setattr(handlers, "_upload_approved", [])
    assert draw_pending().specs == []
    refused = fresh(photo)
    assert (refused.state, refused.failure_code) == (State.REFUSED, "upload-not-reviewed")
    assert refused.hold.state == Hold.State.RELEASED


@pytest.mark.parametrize("refuses_uploads", [False, True])
def test_with_a_classifier_the_upload_and_the_drawing_are_judged(ask, upload, settings, refuses_uploads):
    settings.IMAGE_SAFETY_MODEL = "some.classifier"
    photo = derive(ask, upload)
    judge = Judge(refuses_uploads=refuses_uploads)
    engine = draw_pending(safety=judge)
    if refuses_uploads:
        assert engine.specs == []
        assert (fresh(photo).state, fresh(photo).failure_code) == (State.REFUSED, "explicit-imagery")
    else:
        assert len(judge.sizes) == 2
        assert fresh(photo).is_ready


def test_what_our_model_drew_needs_nobody(ask):
    portrait = ask()
    draw_pending()
    photo = derive(ask, fresh(portrait))
    draw_pending()
    assert fresh(photo).is_ready


@pytest.mark.parametrize("state", ["APPROVED", "SUPERSEDED", "DELISTED", "PENDING", "REJECTED", "DRAFT"])
def test_characters_say_which_uploads_a_person_approved(owner, upload, state):
    factories.make_character(owner=owner, portrait_id=upload.pk, state=state)
    assert is_portrait_approved(upload) is (state in {"APPROVED", "SUPERSEDED"})


def test_erasing_the_owner_of_a_portrait_leaves_the_photos_of_others(ask, owner, now, monkeypatch):
    viewer = factories.make_user()
    portrait = ask()
    draw_pending()
    monkeypatch.setattr(access, "_rules", [lambda _viewer, _picture: True])
    photo = derive(ask, fresh(portrait), owner=viewer)
    draw_pending()
    waiting = derive(ask, fresh(portrait), owner=viewer)
    owner.delete()
    kept = fresh(photo)
    assert (kept.state, kept.reference) == (State.READY, None)
    assert files.read(kept.file)
    draw_pending()
    assert (fresh(waiting).state, fresh(waiting).failure_code) == (State.FAILED, "no-reference")
    with pytest.raises(PictureRefusedError) as caught:
        services.retry_picture(actor=viewer, picture=fresh(waiting), creation_key="0" * 32, now=now)
    assert caught.value.refusal.code == "no-reference"


class OddStorageError(Exception):
    """Of a driver that has its own errors."""


@pytest.mark.parametrize("error", [OSError("timed out"), OddStorageError()])
def test_a_reference_that_cannot_be_read_now_is_tried_again(ask, now, monkeypatch, error):
    portrait = ask()
    draw_pending()
    photo = derive(ask, fresh(portrait))

    def broken(_name):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(files, "read", broken)
        for _ in range(drawing.ATTEMPTS - 1):
            draw_pending()
            assert (fresh(photo).state, fresh(photo).failure_code) == (State.QUEUED, "reference-unread")
            Picture.objects.update(not_before=now)
    draw_pending()
    assert fresh(photo).is_ready
