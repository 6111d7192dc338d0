"""What a worker does with a picture that is drawn once more, and what it keeps of it."""

import io
import threading
import time

import pytest
from django.template.loader import render_to_string
from PIL import Image

from billing.models import Hold
from core.models import AuditEvent
from imagegen import claims, files, presenters, services, worker
from imagegen.engine.retakes import STRENGTH_SHARE
from imagegen.models import Picture
from imagegen.safety import SafetyVerdict
from moderation.models import Evidence
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import draw_pending
from tests.imagegen.test_retakes import FLOOR, ScoredEngine

pytestmark = pytest.mark.django_db
State = Picture.State


@pytest.fixture
def ask_photo(ask, owner):
    """Ask for a photo of a person whose portrait is there."""
    portrait = factories.make_picture(owner=owner, with_file=True)

    def ask_for(**fields):
        values = {"mode": Picture.Mode.IMAGE_TO_IMAGE, "reference": portrait, "seed": 5, "strength": 0.9}
        return ask(**(values | fields))

    return ask_for


@pytest.mark.parametrize(
    ("scores", "likeness", "seed", "share"),
    [((0.5, 0.6), 0.6, 6, STRENGTH_SHARE), ((0.5, 0.4), 0.5, 5, 1.0)],
)
def test_what_it_was_really_drawn_with_stands_with_the_picture(ask_photo, scores, likeness, seed, share):
    photo = ask_photo()
    draw_pending(engine=ScoredEngine(*scores))
    done = fresh(photo)
    assert (done.state, done.likeness, done.likeness_floor, done.is_retaken) == (
        State.READY,
        likeness,
        FLOOR,
        True,
    )
    assert (done.drawn_seed, done.drawn_strength) == (seed, pytest.approx(0.9 * share))
    # What was asked for stays what it is.
    assert (done.seed, done.strength) == (5, 0.9)
    assert done.step == done.step_count == 10 + 9
    with Image.open(io.BytesIO(files.read(done.file))) as image:
        assert image.convert("RGB").getpixel((5, 5))[0] == pytest.approx(seed, abs=8)
    assert done.hold.state == Hold.State.CAPTURED
    assert AuditEvent.objects.filter(kind="picture.ready", target_id=photo.public_id).count() == 1


def test_what_was_drawn_once_says_so(ask, ask_photo):
    photo, portrait = ask_photo(), ask(seed=8)
    draw_pending(engine=ScoredEngine(0.9, 0.9))
    done = fresh(photo)
    assert (done.is_retaken, done.drawn_seed, done.drawn_strength) == (False, 5, 0.9)
    done = fresh(portrait)
    assert (done.is_retaken, done.drawn_seed, done.drawn_strength) == (False, 8, None)


def test_a_model_that_cannot_tell_has_no_floor(ask_photo):
    photo = ask_photo()
    draw_pending(engine=ScoredEngine(None))
    assert (fresh(photo).likeness, fresh(photo).likeness_floor) == (None, None)


class Judge:
    def __init__(self, verdict):
        self.verdict, self.seen = verdict, []

    def check(self, image):
        self.seen.append(image.getpixel((0, 0))[0])
        return self.verdict


def test_what_is_delivered_is_judged(ask_photo):
    ask_photo()
    judge = Judge(SafetyVerdict(is_safe=True))
    draw_pending(engine=ScoredEngine(0.5, 0.6), safety=judge)
    assert judge.seen == [6]


def test_of_a_hit_the_seed_and_strength_of_the_retake_are_kept_r11(ask_photo):
    """R11: the evidence names what really made it."""
    photo = ask_photo()
    draw_pending(engine=ScoredEngine(0.5, 0.6), safety=Judge(SafetyVerdict(is_safe=False, code="minors")))
    assert fresh(photo).state == State.REFUSED
    evidence = Evidence.objects.get().content
    assert '"seed": 6' in evidence
    assert f'"strength": {0.9 * STRENGTH_SHARE}' in evidence


def wait_for_cancel(engine):
    """Let the retake wait at its second step until somebody stops it."""
    begun = threading.Event()

    def on_step(handle, step):
        if len(engine.specs) == 2 and step == 2:
            begun.set()
            deadline = time.monotonic() + 5
            while not handle.is_cancel_requested and time.monotonic() < deadline:
                time.sleep(0.005)

    engine.on_step = on_step
    return begun


@pytest.fixture
def in_retake(monkeypatch):
    """Return a function that does something once, on the worker's side, while a retake is drawn."""
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)

    def prepare(engine, act):
        begun = wait_for_cancel(engine)
        done = []

        class ActingLoop(worker.Loop):
            def _watch(self):
                if begun.is_set() and not done:
                    done.append(True)
                    act()
                super()._watch()

        monkeypatch.setattr(worker, "Loop", ActingLoop)
        draw_pending(engine=engine, limit=1)
        assert done

    return prepare


def test_a_cancel_during_the_retake_cancels_the_picture(ask_photo, owner, now, in_retake):
    photo = ask_photo()
    in_retake(ScoredEngine(0.5, 0.9), lambda: services.cancel_picture(actor=owner, picture=photo, now=now))
    assert fresh(photo).state == State.CANCELED
    assert fresh(photo).hold.state == Hold.State.RELEASED
    assert list(files.list_before(now.replace(year=2100))) == [photo.reference.file]


def test_a_suspension_reaches_a_retake_r13(ask_photo, owner, in_retake):
    """R13: enforcement reaches running jobs, their second try as well."""
    photo = ask_photo()

    def suspend():
        owner.is_active = False
        owner.save()

    in_retake(ScoredEngine(0.5, 0.9), suspend)
    assert (fresh(photo).state, fresh(photo).failure_code) == (State.REFUSED, "restricted")


def test_a_lease_that_is_lost_during_the_retake_delivers_nothing(ask_photo, in_retake):
    photo = ask_photo()
    in_retake(
        ScoredEngine(0.5, 0.9),
        lambda: Picture.objects.filter(pk=photo.pk).update(lease_holder="another"),
    )
    held = fresh(photo)
    assert (held.state, held.lease_holder, held.file) == (State.RUNNING, "another", "")
    assert held.hold.state == Hold.State.HELD


def test_a_worker_that_is_asked_to_end_finishes_the_retake(ask_photo, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(worker, "_stopping", worker.Stopping())
    first, second = ask_photo(), ask_photo()

    def on_step(_handle, step):
        if len(engine.specs) == 2 and step == 1:
            worker.stop()

    engine = ScoredEngine(0.5, 0.9, on_step=on_step)
    draw_pending(engine=engine)
    assert (fresh(first).state, fresh(first).is_retaken) == (State.READY, True)
    assert fresh(second).state == State.QUEUED


def test_the_lease_is_kept_through_the_retake(ask_photo, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    photo = ask_photo()
    holders, written = set(), []
    write = claims.write_progress

    def note(*, holder, step, step_count):
        holders.add(holder)
        written.append((step, step_count))
        return write(holder=holder, step=step, step_count=step_count)

    monkeypatch.setattr(claims, "write_progress", note)
    draw_pending(engine=ScoredEngine(0.5, 0.9, on_step=lambda _handle, _step: time.sleep(0.03)))
    assert fresh(photo).is_ready
    assert len(holders) == 1
    assert [step for step, _count in written] == sorted(step for step, _count in written)
    assert {count for _step, count in written} == {10, 19}


def test_a_bar_that_goes_back_says_why(ask_photo, now, settings):
    photo = ask_photo(strength=0.92)
    claims.claim(holder="w-1", is_idle=True, now=now)

    def shown():
        view = presenters.present_picture(fresh(photo), now=now)
        return render_to_string("imagegen/_picture.html", {"picture": view, "problem": None})

    # The embedded model takes 11 of its 12 steps at this strength.
    claims.write_progress(holder="w-1", step=11, step_count=11)
    assert "Drawing …" in shown()
    claims.write_progress(holder="w-1", step=13, step_count=11 + 10)
    assert "Drawing once more …" in shown()
    assert "The first try did not look enough like them." in shown()
