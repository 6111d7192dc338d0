"""Fixtures for tests in a real browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import harness


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test opens its own windows in it."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = harness.launch(playwright)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


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
