"""Every page, in a real browser, at phone and desktop width, light and dark.

A page of the product is one line in PAGES: its name, its address, and who looks at it.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import harness
from tests.browser.scenes import PAGES, PageCase, Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _every_url(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.urls"


@pytest.mark.parametrize("case", PAGES, ids=[case.name for case in PAGES])
def test_page_is_sound(case: PageCase, open_window: Callable[..., harness.Window], settings: Any) -> None:
    """No axe violation, no sideways scroll, no console error, no policy violation, no foreign request."""
    settings.DEBUG = case.needs_debug
    scene = Scene()
    path = case.path(scene)
    problems: list[str] = []
    window = open_window(size=harness.PHONE)
    if user := scene.find_user(case.viewer):
        window.sign_in(user)
    for size in (harness.PHONE, harness.DESKTOP):
        window.page.set_viewport_size(size)
        page = window.open(path, status=case.status)
        problems += [f"[{size['width']}] {text}" for text in harness.find_overflow(page)]
        with harness.whole_page(page):
            for theme in harness.THEMES:
                page.emulate_media(color_scheme=theme)
                found = harness.find_axe_violations(page, tags=case.axe_tags)
                problems += [f"[{size['width']} {theme}] {text}" for text in found]
        assert page.title().strip(" ·") != "StoryChat", "the page has no title of its own"
        assert page.locator("h1").count() == 1
        harness.screenshot_both(page, case.name)
    assert not problems, "\n".join(dict.fromkeys(problems))
    window.watch.assert_quiet()
