"""Limits are counted in the cache: each test starts without any."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser

from tests.browser import harness


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def open_window(chromium: Browser, live_server: Any) -> Iterator[Callable[..., harness.Window]]:
    """Return a function that opens windows on the running product."""
    with ExitStack() as windows:
        yield lambda **options: windows.enter_context(
            harness.open_window(chromium, live_server.url, **options)
        )
