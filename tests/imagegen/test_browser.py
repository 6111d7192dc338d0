"""What the script of pictures asks the server, in a real browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from imagegen.models import Picture
from tests.browser import harness
from tests.imagegen.conftest import Ask

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_waits_is_asked_for_and_what_is_drawn_is_streamed(
    chromium: Browser, live_server: Any, ask: Ask
) -> None:
    """A browser has six connections to a site; a queue must not hold them."""
    picture = ask()
    with harness.open_window(chromium, live_server.url) as window:
        window.sign_in(picture.owner)
        streams: list[str] = []

        def stream(route: Any) -> None:
            streams.append(route.request.url)
            news = '{"state": "running", "percent": 50, "final": false}'
            route.fulfill(content_type="text/event-stream", body=f"event: picture\ndata: {news}\n\n")

        window.page.route("**/events/pictures/**", stream)
        page = window.open(reverse("picture", args=[picture.public_id]))
        with page.expect_response("**/pictures/*/?part=fragment"):
            pass
        assert streams == []
        # One statement: the page's requests share our connection on SQLite.
        lease_ends = datetime.now(UTC) + timedelta(minutes=5)
        Picture.objects.update(state=Picture.State.RUNNING, lease_expires_at=lease_ends)
        bar = page.locator("progress[value]")
        expect(bar).to_have_js_property("value", 50, timeout=10_000)
        assert streams
        window.watch.assert_quiet()
