"""Per-user limits on creating things: a fixed window counted in the cache."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from core.refusals import LimitedError, Refusal

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` of `scope` in any window of `window_seconds`."""

    scope: str
    count: int
    window_seconds: int


def spend(limit: Limit, *, key: str, now: datetime) -> None:
    """Count one use by `key` (a user's or an address's id). Raises LimitedError when none is left.

    A window starts at a multiple of its length, so a cache that forgets errs on the user's side; so
    does one that cannot be reached.
    """
    window, elapsed = divmod(int(now.timestamp()), limit.window_seconds)
    cache_key = f"limit:{limit.scope}:{key}:{window}"
    try:
        cache.add(cache_key, 0, timeout=limit.window_seconds * 2)
        used = cache.incr(cache_key)
    except ValueError:  # evicted between the two calls
        return
    except (RedisError, OSError):
        logger.warning("limit.not-counted: %s", limit.scope, exc_info=True)
        return
    if used > limit.count:
        raise LimitedError(
            Refusal(
                "too-many",
                _("That was a lot in a short time."),
                _("Please wait a little and try again; nothing you typed is lost."),
            ),
            retry_after=limit.window_seconds - elapsed,
        )
