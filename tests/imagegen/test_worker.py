"""What a worker does with the queue, with an engine that a test controls."""

import dataclasses
import io
import itertools
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from billing.models import Hold
from core import switches
from core.models import AuditEvent
from core.switches import Feature
from imagegen import claims, drawing, files, services, settling, sweeper, worker
from imagegen.engine import description
from imagegen.engine.contract import BadSpecError
from imagegen.models import Picture, Worker
from imagegen.provenance import DIGITAL_SOURCE_TYPE
from imagegen.safety import SafeByConstruction, SafetyVerdict
from moderation.models import Evidence
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import DESCRIPTION, FakeEngine, draw_pending

pytestmark = pytest.mark.django_db
State = Picture.State


def stored_names():
    return sorted(files.list_before(datetime.now(UTC) + timedelta(days=1)))


def test_a_picture_is_drawn_marked_stored_and_paid_for_once(ask):
    picture = ask(seed=11)
    engine = draw_pending()
    done = fresh(picture)
    assert done.state == State.READY
    assert done.hold.state == Hold.State.CAPTURED
    assert done.model_name == "fake@1"
    assert done.step == done.step_count == 4
    assert (done.width, done.height) == (256, 256)
    assert engine.specs[0].prompt == "young woman, pale skin, long red hair, smiling, blue hoodie"
    assert engine.specs[0].seed == 11
    data = files.read(done.file)
    assert len(data) == done.byte_size
    assert files.digest(data) == done.sha256
    assert AuditEvent.objects.filter(kind="picture.ready", target_id=picture.public_id).count() == 1


def test_the_file_says_that_a_model_made_it_and_not_what_it_was_asked(ask):
    picture = ask()
    draw_pending()
    data = files.read(fresh(picture).file)
    with Image.open(io.BytesIO(data)) as image:
        xmp = image.info["xmp"].decode()
        assert image.getexif() == {}
    assert f'Iptc4xmpExt:DigitalSourceType="{DIGITAL_SOURCE_TYPE}"' in xmp
    for word in (b"hoodie", b"red hair"):
        assert word not in data


def test_file_names_cannot_be_guessed_from_what_is_public(ask):
    picture = ask()
    draw_pending()
    done = fresh(picture)
    assert picture.public_id not in done.file
    assert len(done.file.rpartition("/")[2].partition(".")[0]) == 48


def test_image_to_image_sends_the_appearance_again_with_the_portrait(ask, settings):
    portrait = ask(seed=200)
    draw_pending()
    photo = ask(mode=Picture.Mode.IMAGE_TO_IMAGE, reference=fresh(portrait), prompt="at the beach")
    spec = draw_pending().specs[0]
    assert spec.prompt == "young woman, pale skin, long red hair, at the beach"
    assert spec.strength == description.read(settings.IMAGE_MODEL).strength
    assert spec.reference is not None
    assert spec.reference.getpixel((5, 5))[0] == pytest.approx(200, abs=8)
    assert fresh(photo).is_ready


@pytest.mark.parametrize(("fast_steps", "taken"), [(2, 2), (0, 4)])
def test_the_fast_way_takes_fewer_steps_where_a_model_has_one(ask, settings, fast_steps, taken):
    settings.IMAGE_FAST = True
    ask()
    model = dataclasses.replace(DESCRIPTION, fast_steps=fast_steps)
    assert draw_pending(engine=FakeEngine(description=model)).specs[0].steps == taken


def test_a_reference_whose_file_is_gone_fails_and_gives_the_coins_back(ask):
    portrait = ask()
    draw_pending()
    photo = ask(mode=Picture.Mode.IMAGE_TO_IMAGE, reference=fresh(portrait))
    files.remove(fresh(portrait).file)
    draw_pending()
    failed = fresh(photo)
    assert (failed.state, failed.failure_code) == (State.FAILED, "no-reference")
    assert failed.hold.state == Hold.State.RELEASED


def test_the_best_picture_is_taken_first(ask, owner, now):
    """Class first, then who has little in the works, then age."""
    busy, other = owner, factories.make_user()
    oldest = ask(owner=busy, at=now - timedelta(seconds=30))
    second = ask(owner=busy, at=now - timedelta(seconds=20))
    of_other = ask(owner=other, at=now - timedelta(seconds=10))
    first_class = ask(owner=other, at=now)
    Picture.objects.filter(pk=first_class.pk).update(priority=1)
    order = []
    for number in range(4):
        order.append(claims.claim(holder=f"w-{number}", is_idle=True, now=now))
        if number == 0:
            # It is done at once, so it does not count against its owner.
            Picture.objects.filter(pk=first_class.pk).update(priority=5)
            settling.deliver(order[0], holder="w-0", result={"file": "x"}, now=now)
    assert order == [first_class, oldest, of_other, second]


def test_what_fails_is_tried_again_after_a_pause_and_then_given_up(ask, now):
    picture = ask()
    engine = FakeEngine(error=RuntimeError("no memory"))
    for attempt in range(1, drawing.ATTEMPTS):
        draw_pending(engine=engine)
        waiting = fresh(picture)
        assert (waiting.state, waiting.attempts, waiting.failure_code) == (
            State.QUEUED,
            attempt,
            "engine-failed",
        )
        assert waiting.not_before > now
        assert waiting.hold.state == Hold.State.HELD
        draw_pending(engine=engine)
        assert fresh(picture).attempts == attempt, "the pause is kept"
        Picture.objects.update(not_before=now)
    draw_pending(engine=engine)
    failed = fresh(picture)
    assert (failed.state, failed.failure_code) == (State.FAILED, "engine-failed")
    assert failed.hold.state == Hold.State.RELEASED
    assert len(engine.specs) == drawing.ATTEMPTS


def test_a_request_that_can_never_work_is_not_tried_again(ask):
    picture = ask()
    engine = draw_pending(engine=FakeEngine(error=BadSpecError("odd size")))
    assert (fresh(picture).state, len(engine.specs)) == (State.FAILED, 1)


def test_storage_that_fails_is_tried_again(ask, monkeypatch):
    picture = ask()

    def broken(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(files, "store", broken)
    draw_pending()
    assert (fresh(picture).state, fresh(picture).failure_code) == (State.QUEUED, "not-stored")


def test_after_a_failure_the_next_picture_is_drawn(ask, owner, now):
    bad, good = ask(seed=1), ask(seed=2)
    failures = iter([RuntimeError("once"), None])
    engine = FakeEngine()
    submit = engine.submit

    def submit_once_broken(spec):
        engine.error = next(failures)
        return submit(spec)

    engine.submit = submit_once_broken
    draw_pending(engine=engine)
    assert (fresh(bad).state, fresh(good).state) == (State.QUEUED, State.READY)


class Judge:
    def __init__(self, verdict=None, error=None):
        self.verdict, self.error = verdict, error

    def check(self, _image):
        if self.error:
            raise self.error
        return self.verdict


@pytest.mark.parametrize(
    ("judge", "code"),
    [
        (Judge(SafetyVerdict(is_safe=False, code="explicit-imagery")), "explicit-imagery"),
        (Judge(error=RuntimeError("no answer")), "safety-failed"),
    ],
)
def test_what_is_not_judged_safe_is_never_stored(ask, judge, code):
    picture = ask()
    draw_pending(safety=judge)
    refused = fresh(picture)
    assert (refused.state, refused.failure_code, refused.file) == (State.REFUSED, code, "")
    assert refused.hold.state == Hold.State.RELEASED
    assert not default_storage.exists(files.FOLDER)
    assert not Evidence.objects.exists()


def test_of_a_hit_that_concerns_minors_only_hash_seed_and_prompt_are_kept_r11(ask, owner):
    """R11: of generated hits no pixels are kept."""
    ask(seed=77)
    draw_pending(safety=Judge(SafetyVerdict(is_safe=False, code="minors")))
    evidence = Evidence.objects.get()
    assert evidence.subject == owner.subject
    assert '"seed": 77' in evidence.content
    assert len(evidence.content_hash) == 64
    assert not default_storage.exists(files.FOLDER)


def test_canceling_what_is_drawn_stops_it_at_the_next_step(ask, owner, now, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    picture = ask()
    canceled = threading.Event()
    seen = []

    def on_step(handle, step):
        seen.append(step)
        if step == 2:
            canceled.wait(5)
            deadline = time.monotonic() + 5
            while not handle.is_cancel_requested and time.monotonic() < deadline:
                time.sleep(0.005)

    class CancelingLoop(worker.Loop):
        def _watch(self):
            if 2 in seen and not canceled.is_set():
                services.cancel_picture(actor=owner, picture=picture, now=now)
                canceled.set()
            super()._watch()

    monkeypatch.setattr(worker, "Loop", CancelingLoop)
    draw_pending(engine=FakeEngine(on_step=on_step))
    done = fresh(picture)
    assert (done.state, done.failure_code) == (State.CANCELED, "canceled")
    assert done.hold.state == Hold.State.RELEASED
    assert seen == [1, 2]


@pytest.mark.parametrize("attempts", [0, drawing.ATTEMPTS - 1])
def test_what_fails_after_a_cancel_is_canceled_and_not_tried_again(ask, owner, now, attempts):
    picture = ask()
    Picture.objects.update(attempts=attempts)
    held = claims.claim(holder="w-1", is_idle=True, now=now)
    services.cancel_picture(actor=owner, picture=picture, now=now)
    drawing.fail(held, holder="w-1", code="engine-failed", now=now)
    done = fresh(picture)
    assert (done.state, done.failure_code) == (State.CANCELED, "canceled")
    assert done.hold.state == Hold.State.RELEASED


def test_a_failure_of_a_worker_that_lost_its_lease_changes_nothing(ask, owner, now):
    picture = ask()
    held = claims.claim(holder="w-1", is_idle=True, now=now)
    services.cancel_picture(actor=owner, picture=picture, now=now)
    drawing.fail(held, holder="another", code="engine-failed", now=now)
    assert (fresh(picture).state, fresh(picture).hold.state) == (State.RUNNING, Hold.State.HELD)


def test_a_cancel_in_the_last_moment_wins_over_the_finished_drawing(ask, owner, now, monkeypatch):
    picture = ask()
    store = files.store

    def store_and_cancel(data, *, extension):
        services.cancel_picture(actor=owner, picture=picture, now=now)
        return store(data, extension=extension)

    monkeypatch.setattr(files, "store", store_and_cancel)
    draw_pending()
    done = fresh(picture)
    assert (done.state, done.file) == (State.CANCELED, "")
    assert done.hold.state == Hold.State.RELEASED
    assert stored_names() == []


def test_a_restriction_reaches_a_running_picture_r13(ask, owner, now, monkeypatch):
    """R13: enforcement reaches running jobs within 5 seconds."""
    assert worker.RENEW_SECONDS + worker.TICK_SECONDS < 5
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)
    picture = ask()

    def on_step(handle, step):
        deadline = time.monotonic() + 5
        while step == 2 and not handle.is_cancel_requested and time.monotonic() < deadline:
            time.sleep(0.005)

    class SuspendingLoop(worker.Loop):
        def _renew(self):
            owner.is_active = False
            owner.save()
            super()._renew()

    monkeypatch.setattr(worker, "Loop", SuspendingLoop)
    draw_pending(engine=FakeEngine(on_step=on_step))
    assert (fresh(picture).state, fresh(picture).failure_code) == (State.REFUSED, "restricted")
    assert fresh(picture).hold.state == Hold.State.RELEASED


def test_a_restriction_stops_what_waits(ask, owner):
    picture = ask()
    owner.is_active = False
    owner.save()
    engine = draw_pending()
    assert engine.specs == []
    assert fresh(picture).state == State.REFUSED


def test_while_pictures_are_off_the_queue_waits(ask, now):
    picture = ask()
    switches.set_switch(actor=None, feature=Feature.PICTURES, is_on=False, reason="Painting.", now=now)
    assert draw_pending().specs == []
    assert fresh(picture).state == State.QUEUED
    switches.set_switch(actor=None, feature=Feature.PICTURES, is_on=True, reason="", now=now)
    draw_pending()
    assert fresh(picture).is_ready


def test_a_worker_that_lost_its_lease_delivers_nothing(ask, now, monkeypatch):
    picture = ask()
    store = files.store

    def store_late(data, *, extension):
        later = now + timedelta(seconds=claims.LEASE_SECONDS + 60)
        assert sweeper.sweep(now=later) == 1
        claims.claim(holder="another", is_idle=True, now=later)
        return store(data, extension=extension)

    monkeypatch.setattr(files, "store", store_late)
    draw_pending(limit=1)
    held = fresh(picture)
    assert (held.state, held.lease_holder) == (State.RUNNING, "another")
    assert held.hold.state == Hold.State.HELD
    assert stored_names() == []


def test_a_picture_is_paid_for_only_once(ask, now):
    """Two deliveries of one claim: the second changes nothing."""
    picture = ask()
    held = claims.claim(holder="w-1", is_idle=True, now=now)
    assert settling.deliver(held, holder="w-1", result={"file": "a"}, now=now)
    assert not settling.deliver(held, holder="w-1", result={"file": "b"}, now=now)
    assert not settling.end_without_result(held, state=State.FAILED, code="x", holder="w-1", now=now)
    assert fresh(picture).file == "a"
    assert AuditEvent.objects.filter(kind="picture.ready").count() == 1
    assert fresh(picture).hold.state == Hold.State.CAPTURED


@pytest.mark.parametrize("state", [Hold.State.RELEASED, Hold.State.CAPTURED])
def test_what_cannot_be_paid_for_any_more_is_not_delivered(ask, now, monkeypatch, state):
    picture = ask()
    store = files.store

    def store_while_settled(data, *, extension):
        Hold.objects.filter(pk=picture.hold_id).update(state=state, settled_at=now)
        return store(data, extension=extension)

    monkeypatch.setattr(files, "store", store_while_settled)
    draw_pending()
    failed = fresh(picture)
    assert (failed.state, failed.failure_code, failed.file) == (State.FAILED, "no-hold", "")
    assert failed.hold.state == state
    assert stored_names() == []
    assert not AuditEvent.objects.filter(kind="picture.ready").exists()


def test_leases_of_all_held_pictures_are_extended_in_one_statement(ask, now, django_assert_num_queries):
    for number in range(3):
        ask(owner=factories.make_user(), at=now + timedelta(seconds=number))
    holders = [f"w-{number}" for number in range(3)]
    for holder in holders:
        claims.claim(holder=holder, is_idle=True, now=now)
    later = now + timedelta(seconds=10)
    with django_assert_num_queries(2):
        held = claims.renew(holders=holders, now=later)
    assert len(held) == 3
    until = later + timedelta(seconds=claims.LEASE_SECONDS)
    assert {picture.lease_expires_at for picture in held} == {until}


def test_an_engine_gets_as_many_as_it_can_take(ask, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    pictures = [ask(owner=factories.make_user()) for _ in range(5)]
    gate = threading.Barrier(3, timeout=5)
    waited = threading.local()

    def on_step(_handle, step):
        if step == 1 and engine.most_at_once < 4 and len(engine.specs) <= 3:
            gate.wait()
        waited.done = True

    engine = FakeEngine(capacity=3, on_step=on_step)
    draw_pending(engine=engine)
    assert engine.most_at_once == 3
    assert all(fresh(picture).is_ready for picture in pictures)


def test_what_died_with_a_process_is_drawn_alone(ask, now, monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.02)
    suspect = ask(owner=factories.make_user())
    Picture.objects.filter(pk=suspect.pk).update(is_alone=True)
    for _ in range(3):
        ask(owner=factories.make_user())
    beside = {}

    def on_step(handle, _step):
        time.sleep(0.01)
        running = Picture.objects.filter(state=State.RUNNING)
        beside.setdefault(handle.spec.seed, running.count())

    class Watching(worker.Loop):
        def _fill(self):
            filled = super()._fill()
            if any(job.picture.is_alone for job in self.jobs):
                assert len(self.jobs) == 1
            return filled

    monkeypatch.setattr(worker, "Loop", Watching)
    draw_pending(engine=FakeEngine(capacity=3))
    assert not Picture.objects.exclude(state=State.READY).exists()


def test_a_busy_worker_takes_nothing_while_a_suspect_waits(ask, now):
    suspect = ask(owner=factories.make_user())
    Picture.objects.filter(pk=suspect.pk).update(is_alone=True, priority=9)
    other = ask(owner=factories.make_user())
    assert claims.claim(holder="w", is_idle=False, now=now) is None
    # Whoever is idle takes it first, whatever its rank: meanwhile nobody draws more than one at a time.
    assert claims.claim(holder="w", is_idle=True, now=now) == suspect
    assert claims.claim(holder="w2", is_idle=False, now=now) == other


def test_progress_is_written_at_most_once_a_tick(ask, monkeypatch, now):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.1)
    ask()
    written = []
    write = claims.write_progress

    def count(**values):
        written.append((time.monotonic(), values["step"]))
        return write(**values)

    monkeypatch.setattr(claims, "write_progress", count)
    draw_pending(engine=FakeEngine(on_step=lambda _handle, _step: time.sleep(0.04)))
    gaps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(written)]
    assert all(gap > 0.08 for gap in gaps)


def test_a_second_run_in_the_same_process_makes_the_first_look_again(ask, monkeypatch):
    first, second = ask(seed=1), None
    made = []

    class Studio:
        engine = FakeEngine()
        safety = SafeByConstruction()
        name = "here"

    class AskingLoop(worker.Loop):
        def run(self):
            count = super().run()
            if not made:
                made.append(ask(seed=2))
                # A wake-up that arrives in a running process returns at once.
                assert worker.run_pending() == 0
            return count

    monkeypatch.setattr(worker, "Loop", AskingLoop)
    monkeypatch.setattr(worker.studios, "open_once", lambda: Studio)
    assert worker.run_pending() == 2
    second = made[0]
    assert fresh(first).is_ready
    assert fresh(second).is_ready


def test_the_worker_list_is_kept_by_heartbeats(now, db):
    from imagegen import studio as studios

    made = studios.Studio(engine=FakeEngine(capacity=2), safety=SafeByConstruction())
    studios.note_alive(made, started_at=now, now=now)
    studios.note_alive(made, started_at=now, now=now + timedelta(seconds=5))
    row = Worker.objects.get()
    assert (row.capacity, row.model_name, row.seen_at) == (2, "fake@1", now + timedelta(seconds=5))
    studios.note_gone(made)
    assert not Worker.objects.exists()
