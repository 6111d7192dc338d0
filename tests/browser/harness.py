"""A real Chromium, and what has to hold on every page it opens."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
THEMES = ("light", "dark")

_NAMES = ("chromium", "chromium-browser", "google-chrome")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
BEST_PRACTICE = ("best-practice",)
_LOCAL_SCHEMES = {"data", "blob", "about"}


@cache
def _axe_source() -> str:
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text()


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium of this machine, or the one that Playwright brought."""
    return playwright.chromium.launch(
        executable_path=next(filter(None, map(shutil.which, _NAMES)), None),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
    )


@dataclass
class Watch:
    """What a page complained about while it was open."""

    origin: str
    expected_status: int = 200
    complaints: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._on_request)

    def assert_quiet(self) -> None:
        """Fail on a console error, a policy violation or a third-party request."""
        assert not self.complaints, "\n".join(self.complaints)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        status_line = f"status of {self.expected_status} "
        if self.expected_status >= 400 and status_line in message.text:
            return
        self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _LOCAL_SCHEMES and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.complaints.append(f"third-party request: {request.url}")


@dataclass
class Window:
    """A browser window with its own cookies."""

    context: BrowserContext
    page: Page
    watch: Watch
    origin: str

    def sign_in(self, user: Any) -> None:
        """Give the window a session of `user` without walking the sign-in form."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.origin}])

    def open(self, path: str, *, status: int = 200) -> Page:
        """Open a page of the product, wait until it is complete, and check its status."""
        self.watch.expected_status = status
        response = self.page.goto(self.origin + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        return self.page


@contextmanager
def open_window(
    browser: Browser,
    origin: str,
    *,
    size: dict[str, int] | None = None,
    theme: str = "light",
    has_script: bool = True,
) -> Iterator[Window]:
    """Open a window; everything in it is gone when the block ends."""
    context = browser.new_context(
        viewport=size or DESKTOP,
        color_scheme=theme,
        reduced_motion="reduce",
        java_script_enabled=has_script,
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    watch = Watch(origin)
    watch.attach(page)
    try:
        yield Window(context, page, watch, origin)
    finally:
        context.close()


@contextmanager
def whole_page(page: Page) -> Iterator[None]:
    """Make the window as tall as the page, so that bars which stick to its edges cover nothing."""
    size = page.viewport_size or DESKTOP
    page.wait_for_load_state()
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    yield
    page.set_viewport_size(size)


def find_axe_violations(
    page: Page, *, tags: Sequence[str] = WCAG + BEST_PRACTICE, known: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """Return what axe finds wrong with the page as it is now.

    known: rules with the selector of elements that are not ours to mend, the only ones that are left out.
    """
    page.evaluate(_axe_source())
    found = page.evaluate(
        """async ([tags, known]) => {
          const {violations} = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
          const isKnown = (rule, node) => known.some(([id, selector]) =>
            id === rule && document.querySelector(node.target[0])?.matches(selector));
          return violations.flatMap(({id, help, nodes}) => nodes
            .filter(node => !isKnown(id, node))
            .map(node => [id, help, node.target.join(" "), node.html, node.failureSummary]));
        }""",
        [list(tags), [list(pair) for pair in known]],
    )
    return [
        f"{rule}: {help_text} — {selector} — {html[:160]} — {summary}"
        for rule, help_text, selector, html, summary in found
    ]


def assert_no_axe_violations(page: Page) -> None:
    """Fail with every violation and the element that has it."""
    with whole_page(page):
        violations = find_axe_violations(page)
    assert not violations, "\n".join(violations)


def find_overflow(page: Page) -> list[str]:
    """Return the elements that make the page scroll sideways."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= width) return [];
          const isWide = element => element.getBoundingClientRect().right > width + 1;
          const wide = [...document.body.querySelectorAll("*")].filter(isWide).slice(-3);
          const shown = wide.map(element => element.outerHTML.slice(0, 120)).join(" | ");
          return ["page wider than the window: " + shown];
        }"""
    )


def screenshot_both(page: Page, name: str) -> None:
    """Save the page in both themes under $SCREENSHOTS, for people; does nothing without it."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    with whole_page(page):
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png")
