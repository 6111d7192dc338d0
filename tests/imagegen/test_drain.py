"""A worker that is asked to end: nothing new is taken, and what is not finished is soon drawn elsewhere."""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from billing.models import Hold
from core.models import AuditEvent
from imagegen import claims, services, tasks, worker
from imagegen.engine.handles import SimpleHandle
from imagegen.models import Picture
from imagegen.safety import SafeByConstruction
from imagegen.studio import Studio
from tests import factories
from tests.imagegen.conftest import fresh
from tests.imagegen.deployment import deploy, list_kinds
from tests.imagegen.fakes import FakeEngine, draw_pending

State = Picture.State
GRACE = 20


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


class HeldEngine(FakeEngine):
    """Takes requests and finishes none by itself."""

    def __init__(self, **options):
        super().__init__(**options)
        self.handles = []

    def submit(self, spec):
        self.specs.append(spec)
        self.handles.append(SimpleHandle(spec))
        return self.handles[-1]


class Drained(worker.Loop):
    """`after_look` is called with the loop once all was claimed, and again each time it has looked around."""

    def __init__(self, engine, *, after_look, seconds=GRACE):
        self.clock = Clock()
        studio = Studio(engine=engine, safety=SafeByConstruction())
        super().__init__(studio, drain_seconds=seconds, timer=self.clock)
        self._after_look = after_look
        self.looks = 0

    def _watch(self):
        super()._watch()
        self._after_look(self)
        self.looks += 1


@pytest.fixture(autouse=True)
def _own_process(monkeypatch):
    monkeypatch.setattr(worker, "TICK_SECONDS", 0.001)
    monkeypatch.setattr(worker, "_stopping", worker.Stopping())


def stop_and_wait(loop):
    """First the process is asked to end, then the time is over."""
    if loop.looks == 0:
        worker.stop()
    else:
        loop.clock.seconds += GRACE


@pytest.mark.django_db
def test_what_is_not_done_in_time_goes_back_to_the_queue_as_if_nobody_had_taken_it(ask, wake_ups):
    pictures = [ask(owner=factories.make_user()) for _ in range(3)]
    engine = HeldEngine(capacity=2)
    wake_ups.clear()
    assert Drained(engine, after_look=stop_and_wait).run() == 2, "the third is not claimed any more"
    assert all(handle.is_cancel_requested for handle in engine.handles)
    for picture in pictures:
        waiting = fresh(picture)
        assert (waiting.state, waiting.lease_holder, waiting.lease_expires_at) == (State.QUEUED, "", None)
        assert (waiting.attempts, waiting.is_alone, waiting.failure_code) == (0, False, "")
        assert (waiting.step, waiting.step_count, waiting.not_before) == (0, 0, None)
        assert waiting.hold.state == Hold.State.HELD
    assert len(wake_ups) == 1, "another worker is woken, once"


@pytest.mark.django_db
def test_another_worker_draws_it_and_it_is_paid_for_once(ask, monkeypatch):
    picture = ask()
    Drained(HeldEngine(), after_look=stop_and_wait).run()
    monkeypatch.setattr(worker, "_stopping", worker.Stopping())
    draw_pending()
    assert (fresh(picture).state, fresh(picture).hold.state) == (State.READY, Hold.State.CAPTURED)
    assert AuditEvent.objects.filter(kind="picture.ready").count() == 1


@pytest.mark.django_db
def test_what_is_done_in_time_is_delivered(ask):
    done, late = ask(owner=factories.make_user()), ask(owner=factories.make_user())
    engine = HeldEngine(capacity=2)

    def finish_one(loop):
        if loop.looks == 0:
            worker.stop()
        elif loop.looks == 1:
            loop.clock.seconds += GRACE - 1
            FakeEngine()._draw(engine.handles[0])
        else:
            assert fresh(done).is_ready
            assert fresh(late).state == State.RUNNING
            loop.clock.seconds += 1

    Drained(engine, after_look=finish_one).run()
    assert (fresh(done).state, fresh(late).state) == (State.READY, State.QUEUED)


@pytest.mark.django_db
def test_what_is_done_in_the_last_moment_is_delivered_too(ask):
    picture = ask()
    engine = HeldEngine()

    def finish_last(loop):
        stop_and_wait(loop)
        if loop.looks == 1:
            FakeEngine()._draw(engine.handles[0])

    Drained(engine, after_look=finish_last).run()
    assert fresh(picture).is_ready


@pytest.mark.django_db
def test_without_time_to_finish_everything_goes_back_at_once(ask):
    picture = ask()
    loop = Drained(HeldEngine(), after_look=lambda _loop: worker.stop(), seconds=0)
    loop.run()
    assert (loop.looks, fresh(picture).state) == (1, State.QUEUED)


@pytest.mark.django_db
def test_the_time_to_finish_is_a_setting(ask, settings):
    settings.IMAGE_DRAIN_SECONDS = 0
    picture = ask()
    loop = Drained(HeldEngine(), after_look=lambda _loop: worker.stop(), seconds=None)
    loop.run()
    assert (loop.looks, fresh(picture).state) == (1, State.QUEUED)


@pytest.mark.django_db
def test_what_its_owner_wants_stopped_is_canceled_and_not_drawn_again(ask, owner, now, wake_ups):
    picture = ask()
    wake_ups.clear()

    def cancel_too(loop):
        stop_and_wait(loop)
        services.cancel_picture(actor=owner, picture=picture, now=now)

    Drained(HeldEngine(), after_look=cancel_too).run()
    done = fresh(picture)
    assert (done.state, done.failure_code, done.hold.state) == (
        State.CANCELED,
        "canceled",
        Hold.State.RELEASED,
    )
    assert wake_ups == []


@pytest.mark.django_db
def test_a_lease_that_was_lost_is_left_with_its_new_holder(ask, wake_ups):
    picture = ask()
    wake_ups.clear()

    def lose(loop):
        stop_and_wait(loop)
        Picture.objects.filter(pk=picture.pk).update(lease_holder="another")

    Drained(HeldEngine(), after_look=lose).run()
    held = fresh(picture)
    assert (held.state, held.lease_holder, held.hold.state) == (State.RUNNING, "another", Hold.State.HELD)
    assert wake_ups == []


@pytest.mark.django_db
def test_leases_are_extended_while_the_last_pictures_are_finished(ask, monkeypatch):
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0)
    picture = ask()
    soon = datetime.now(UTC) + timedelta(seconds=1)

    def look(loop):
        stop_and_wait(loop)
        assert fresh(picture).lease_expires_at > soon
        Picture.objects.update(lease_expires_at=soon)

    Drained(HeldEngine(), after_look=look).run()
    assert fresh(picture).state == State.QUEUED


@pytest.mark.django_db
def test_what_was_to_be_drawn_alone_stays_so(ask, now):
    Picture.objects.filter(pk=ask().pk).update(is_alone=True, attempts=1, failure_code="engine-failed")
    Drained(HeldEngine(), after_look=stop_and_wait).run()
    waiting = Picture.objects.get()
    assert (waiting.is_alone, waiting.attempts, waiting.failure_code) == (True, 1, "engine-failed")


@pytest.mark.django_db
def test_celery_breaking_it_off_gives_back_too(ask):
    """Asked to end once more, Celery raises in the middle of what runs."""
    picture = ask()

    def break_off(_loop):
        worker.stop()
        raise NotImplementedError("the pool does not implement kill_job")

    with pytest.raises(NotImplementedError):
        Drained(HeldEngine(), after_look=break_off).run()
    assert fresh(picture).state == State.QUEUED


@pytest.mark.django_db
def test_what_breaks_otherwise_is_left_to_the_sweeper(ask):
    picture = ask()

    def break_off(_loop):
        raise OSError("something broke")

    with pytest.raises(OSError, match="broke"):
        Drained(HeldEngine(), after_look=break_off).run()
    assert fresh(picture).state == State.RUNNING


@pytest.mark.django_db
def test_a_signal_in_the_middle_of_the_loop_is_enough(ask):
    """The handler runs on the thread that draws, whatever that holds just then."""
    picture = ask()

    def send_signal(loop):
        if loop.looks == 0:
            with loop._news._cond:
                os.kill(os.getpid(), signal.SIGUSR1)
        else:
            loop.clock.seconds += GRACE

    before = signal.signal(signal.SIGUSR1, lambda *_args: tasks.finish_current(sig="SIGTERM", how="Warm"))
    try:
        Drained(HeldEngine(), after_look=send_signal).run()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert fresh(picture).state == State.QUEUED


@pytest.mark.django_db
def test_who_was_asked_to_end_takes_nothing(ask):
    picture = ask()
    worker.stop()
    assert worker.run_pending() == 0
    assert fresh(picture).state == State.QUEUED


@pytest.mark.django_db
def test_giving_back_is_one_statement(ask, now, django_assert_num_queries):
    for number in range(3):
        ask(owner=factories.make_user())
        claims.claim(holder=f"w-{number}", is_idle=True, now=now)
    with django_assert_num_queries(1):
        assert claims.give_back(holders=["w-0", "w-2"]) == 2
    assert Picture.objects.get(state=State.RUNNING).lease_holder == "w-1"


@pytest.mark.parametrize(("queue", "sent"), [("gpu", 1), ("cpu", 0)])
def test_a_worker_that_ends_passes_on_what_woke_it_too_late(queue, sent, wake_ups, monkeypatch):
    """Celery takes one more message after the last task, and then nobody acts on it."""
    monkeypatch.setattr(tasks, "_ended", threading.Event())
    queues = SimpleNamespace(consume_from=[queue])
    tasks.close_studio(SimpleNamespace(app=SimpleNamespace(amqp=SimpleNamespace(queues=queues))))
    assert len(wake_ups) == sent
    assert tasks._ended.is_set()


@pytest.mark.processes
@pytest.mark.parametrize("kind", list_kinds()[:1])
def test_a_worker_process_that_is_told_twice_lets_go_at_once(tmp_path, kind):
    with deploy(tmp_path, kind=kind) as deployment:
        endless = tmp_path / "endless"
        os.mkfifo(endless)
        deployment.env |= {"STUB_LOG": str(endless), "IMAGE_DRAIN_SECONDS": "86400"}
        picture = deployment.tell("ask", seed=1)
        process = deployment.start_worker()
        deployment.wait_for(lambda: deployment.tell("look", pid=picture)["state"] == "RUNNING")
        process.terminate()
        deployment.wait_for(lambda: "Warm shutdown" in deployment.read_output())
        process.send_signal(signal.SIGQUIT)
        process.wait()
        left = deployment.tell("look", pid=picture)
        assert (left["state"], left["attempts"], left["is_alone"]) == ("QUEUED", 0, False)


@pytest.mark.processes
@pytest.mark.parametrize("kind", list_kinds())
def test_worker_processes_that_are_terminated_hand_their_picture_over(tmp_path, kind):
    """Nobody sweeps here, so it is what they do themselves."""
    with deploy(tmp_path, kind=kind) as deployment:
        # An engine that notes its pictures in a pipe which nobody reads draws for ever.
        endless, usual = tmp_path / "endless", deployment.env["STUB_LOG"]
        os.mkfifo(endless)
        deployment.env |= {"STUB_LOG": str(endless), "IMAGE_DRAIN_SECONDS": "1"}

        def start_and_wait_until(condition):
            process = deployment.start_worker()
            deployment.wait_for(condition)
            return process

        def is_running():
            return deployment.tell("look", pid=picture)["state"] == "RUNNING"

        picture = deployment.tell("ask", seed=1)
        first = start_and_wait_until(is_running)
        first.terminate()
        assert first.wait() == 0, deployment.read_output()
        left = deployment.tell("look", pid=picture)
        assert (left["state"], left["attempts"], left["is_alone"]) == ("QUEUED", 0, False)
        assert (left["hold"], left["step"], left["file"]) == ("HELD", 0, "")

        second = start_and_wait_until(is_running)
        deployment.env["STUB_LOG"] = usual
        known = deployment.tell("look_around")["workers"]
        start_and_wait_until(lambda: deployment.tell("look_around")["workers"] > known)
        second.terminate()
        deployment.wait_until_ready(picture)
        assert second.wait() == 0, deployment.read_output()
        ended = deployment.tell("look", pid=picture)
        assert (ended["hold"], ended["ready_events"], ended["attempts"]) == ("CAPTURED", 1, 0)
        assert deployment.log.read_text().splitlines() == ["1"], "drawn to its end once"
        assert deployment.tell("look_around")["captured"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["start", "finish"])
def test_leases_are_extended_while_many_are_checked_or_judged(ask, monkeypatch, name):
    """Each takes a while; together they take longer than a lease."""
    pictures = [ask(owner=factories.make_user()) for _ in range(6)]
    engine = HeldEngine(capacity=6)
    loop = Drained(engine, after_look=lambda loop: [FakeEngine()._draw(each) for each in engine.handles])
    began, late = datetime.now(UTC), []
    loop._clock = lambda: began + timedelta(seconds=loop.clock.seconds)
    original = getattr(worker.drawing, name)

    def slow(*args, **options):
        late.extend(Picture.objects.filter(state=State.RUNNING, lease_expires_at__lt=loop._clock()))
        loop.clock.seconds += claims.LEASE_SECONDS / 2
        return original(*args, **options)

    monkeypatch.setattr(worker.drawing, name, slow)
    loop.run()
    assert loop.clock.seconds == 3 * claims.LEASE_SECONDS
    assert late == []
    assert all(fresh(picture).is_ready for picture in pictures)
