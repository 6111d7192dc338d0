"""Fixtures for tests in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import harness


@pytest.fixture
def open_window(chromium: Browser, live_server: Any) -> Iterator[Callable[..., harness.Window]]:
    """Return a function that opens windows on the running product (size, theme, has_script)."""
    with ExitStack() as windows:
        yield lambda **options: windows.enter_context(
            harness.open_window(chromium, live_server.url, **options)
        )


@pytest.fixture
def browser_page(open_window: Callable[..., harness.Window]) -> Page:
    """A page in a desktop window, signed out."""
    return open_window().page
