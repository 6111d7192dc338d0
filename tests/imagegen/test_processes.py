"""Workers are really killed, messages really lost, and every picture still arrives once."""

import signal

import pytest

from imagegen import claims, failpoints
from tests.imagegen.deployment import deploy, list_kinds

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module", params=list_kinds())
def deployment(request, tmp_path_factory):
    with deploy(tmp_path_factory.mktemp(request.param), kind=request.param) as made:
        yield made


@pytest.fixture(scope="module")
def deaths(deployment):
    """A worker dies at each failpoint and one at any moment; then one worker does what is left.

    Returns, by failpoint: the picture as the death left it, and as it ended.
    """
    left, pids = {}, {}
    for seed, name in enumerate(failpoints.NAMES):
        pids[name] = deployment.tell("ask", seed=seed)
        worker = deployment.start_worker(failpoint=name)
        assert worker.wait() == -signal.SIGKILL, deployment.read_output()
        left[name] = deployment.tell("look", pid=pids[name])
    pids["any moment"] = deployment.tell("ask", seed=99)
    worker = deployment.start_worker()
    deployment.wait_for(lambda: deployment.tell("look", pid=pids["any moment"])["state"] == "RUNNING")
    deployment.kill_somewhere(worker, within_seconds=0.9)
    left["any moment"] = deployment.tell("look", pid=pids["any moment"])
    files = deployment.tell("look_around")
    back = deployment.tell("sweep", seconds_later=claims.LEASE_SECONDS + 5)
    deployment.start_worker()
    deployment.wait_until_ready(*pids.values())
    orphans = deployment.tell("sweep_files", seconds_later=2 * 3600)
    ended = {name: deployment.tell("look", pid=pid) for name, pid in pids.items()}
    return {"left": left, "ended": ended, "files": files, "back": back, "orphans": orphans}


PLACES = [*failpoints.NAMES, "any moment"]


@pytest.mark.parametrize("name", PLACES)
def test_a_picture_arrives_exactly_once_wherever_its_worker_died(deaths, name):
    left, ended = deaths["left"][name], deaths["ended"][name]
    if name == failpoints.AFTER_READY:
        assert left["state"] == "READY"
    elif name != "any moment":
        assert (left["state"], left["hold"], left["file"]) == ("RUNNING", "HELD", "")
    assert (ended["state"], ended["hold"], ended["ready_events"]) == ("READY", "CAPTURED", 1)
    assert ended["attempts"] == 0, "one death costs no attempt"
    assert ended["is_alone"] == (left["state"] == "RUNNING")


def test_dying_between_file_and_row_leaves_an_orphan_that_is_swept(deaths, deployment):
    assert len(deaths["files"]["files"]) > len(deaths["files"]["known_files"])
    assert deaths["orphans"] >= 2, "after-file and before-ready"
    around = deployment.tell("look_around")
    assert around["files"] == around["known_files"]


def test_each_hold_was_captured_once(deaths, deployment):
    around = deployment.tell("look_around")
    assert around["captured"] == len(around["known_files"])
    assert around["unfinished"] == 0


def test_a_picture_whose_message_was_lost_is_only_late(deaths, deployment):
    pid = deployment.tell("ask", seed=7, lose_message=True)
    deployment.wait_for(lambda: deployment.tell("look_around")["awake"])
    assert deployment.tell("look", pid=pid)["state"] == "QUEUED"
    deployment.tell("sweep", seconds_later=5)
    deployment.wait_until_ready(pid)


def test_two_workers_share_a_queue_and_draw_each_picture_once(deaths, deployment):
    """On SQLite and PostgreSQL alike, across processes."""
    before = deployment.log.read_text().splitlines()
    workers = deployment.tell("look_around")["workers"]
    second = deployment.start_worker()
    deployment.wait_for(lambda: deployment.tell("look_around")["workers"] > workers)
    pids = [deployment.tell("ask", seed=seed) for seed in range(1000, 1010)]
    deployment.wait_until_ready(*pids)
    drawn = deployment.log.read_text().splitlines()[len(before) :]
    assert sorted(drawn) == [str(seed) for seed in range(1000, 1010)]
    assert all(deployment.tell("look", pid=pid)["ready_events"] == 1 for pid in pids)
    second.terminate()
    assert second.wait() == 0, "a worker that is asked to end ends"


@pytest.mark.parametrize("kind", list_kinds()[:1])
def test_a_request_while_the_studio_is_down_is_drawn_by_the_real_model_when_it_returns(tmp_path, kind):
    with deploy(tmp_path, kind=kind, is_stub=False) as deployment:
        pid = deployment.tell("ask", seed=3)
        waiting = deployment.tell("look", pid=pid)
        assert (waiting["state"], waiting["place"]) == ("QUEUED", 1)
        assert not deployment.tell("look_around")["awake"]
        deployment.start_worker()
        deployment.wait_until_ready(pid)
        warm = deployment.tell("ask", seed=4)
        deployment.wait_until_ready(warm)
        assert deployment.tell("look", pid=warm)["hold"] == "CAPTURED"
        assert "imagegen.engine.ready" in deployment.read_output()
