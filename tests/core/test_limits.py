from datetime import timedelta

import pytest
from django.core.cache import cache, caches
from django.test import override_settings

from core.limits import Limit, spend
from core.refusals import LimitedError

LIMIT = Limit("test", count=2, window_seconds=60)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def test_the_use_after_the_last_is_refused_and_says_when_to_come_back(now):
    for _use in range(2):
        spend(LIMIT, key="mira", now=now)
    with pytest.raises(LimitedError) as caught:
        spend(LIMIT, key="mira", now=now + timedelta(seconds=20))
    assert caught.value.refusal.code == "too-many"
    assert caught.value.retry_after == 40


def test_people_and_scopes_do_not_share_a_limit(now):
    for _use in range(2):
        spend(LIMIT, key="mira", now=now)
    spend(LIMIT, key="otto", now=now)
    spend(Limit("other", count=1, window_seconds=60), key="mira", now=now)


def test_the_next_window_starts_anew(now):
    for _use in range(2):
        spend(LIMIT, key="mira", now=now)
    spend(LIMIT, key="mira", now=now + timedelta(seconds=60))


def test_a_cache_that_forgets_errs_on_the_users_side(now, monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: True)
    spend(Limit("forgotten", count=0, window_seconds=60), key="mira", now=now)


def test_a_cache_that_cannot_be_reached_refuses_nobody_and_is_logged(now, caplog):
    unreachable = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    with override_settings(CACHES=unreachable):
        assert "Redis" in type(caches["default"]).__name__
        spend(Limit("unreachable", count=0, window_seconds=60), key="mira", now=now)
    assert "limit.not-counted: unreachable" in caplog.text
