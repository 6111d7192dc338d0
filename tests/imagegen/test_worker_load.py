"""The load benchmark in miniature: a full queue, two workers, one killed in the middle of its batch."""

import pytest

from benchmarks import worker_load
from tests.imagegen.deployment import deploy, list_kinds

pytestmark = pytest.mark.processes


def test_of_many_pictures_none_is_lost_or_doubled_and_nobody_is_crowded_out(tmp_path):
    # With PostgreSQL and Redis where they are named, as in CI, else on what the demo runs on.
    with deploy(tmp_path, kind=list_kinds()[-1]) as deployment:
        told = worker_load.measure(deployment, count=600, others=10, capacity=4)
    assert (told["lost"], told["doubled"], told["not_paid_once"]) == (0, 0, 0)
    assert told["killed_after"] is not None
    # What the killed worker had in hand was tried again, alone.
    assert 1 <= told["retried_alone"] <= 4
    # Eleven people: whoever asked for half of everything first gets a part like any other's, not half.
    assert told["fairness"]["flooder_share_while_others_wait"] < 0.3
