"""Drawing again what is not quite them, and a bar that goes back, in a real browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from imagegen.models import Picture
from tests.browser import harness
from tests.browser.scenes import make_unlike_photo
from tests.imagegen.conftest import Ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def photo(ask: Ask, owner: Any) -> Picture:
    """A finished photo that is not enough like its person, and its portrait."""
    portrait = make_unlike_photo(owner=owner, mode=Picture.Mode.TEXT_TO_IMAGE, likeness=None)
    return make_unlike_photo(owner=owner, purpose=Picture.Purpose.PHOTO, reference=portrait)


@pytest.mark.parametrize("has_script", [True, False])
def test_it_is_drawn_again_by_keyboard(
    chromium: Browser, live_server: Any, photo: Picture, has_script: bool
) -> None:
    with harness.open_window(chromium, live_server.url, has_script=has_script) as window:
        window.sign_in(photo.owner)
        page = window.open(reverse("picture", args=[photo.public_id]))
        button = page.get_by_role("button", name="Draw again, free")
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.locator(":focus").inner_text() == button.inner_text():
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        expect(page.locator(".picture")).to_have_count(1)
        first = page.get_by_role("link", name="See the first one")
        first.click()
        expect(page.locator(f'img[data-picture="{photo.public_id}"]')).to_be_visible()
        expect(button).to_have_count(0)
        window.watch.assert_quiet()
    assert Picture.objects.filter(reroll_of=photo).count() == 1


def test_a_bar_goes_back_only_with_words(chromium: Browser, live_server: Any, photo: Picture) -> None:
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(photo.owner)
        Picture.objects.filter(pk=photo.pk).update(
            state=Picture.State.RUNNING,
            lease_expires_at=datetime.now(UTC) + timedelta(minutes=5),
            finished_at=None,
            strength=0.92,
            step=10,
            step_count=11,
        )

        streams: list[Any] = []

        def hold(route: Any) -> None:
            streams.append(route)

        window.page.route("**/events/pictures/**", hold)
        with window.page.expect_request("**/events/pictures/**"):
            page = window.open(reverse("picture", args=[photo.public_id]))
        expect(page.locator("progress[value]")).to_have_js_property("value", 91)
        Picture.objects.filter(pk=photo.pk).update(step=12, step_count=11 + 10)
        news = '{"state": "running", "percent": 57, "final": false}'
        streams[0].fulfill(content_type="text/event-stream", body=f"event: picture\ndata: {news}\n\n")
        expect(page.get_by_text("Drawing once more …")).to_be_visible()
        expect(page.locator("progress[value]")).to_have_js_property("value", 57)
        window.watch.assert_quiet()
