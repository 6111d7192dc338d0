"""An appeal from the standing page to its withdrawal, in a browser with a script and without."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from moderation import services
from moderation.models import Appeal
from moderation.services.decisions import Kind
from tests import factories
from tests.browser import appeal_scenes, harness
from tests.browser.conftest import open_window

__all__ = ["open_window"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROOF = {
    "name": "permission.png",
    "mimeType": "image/png",
    "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 400,
}
WRONG = {"name": "permission.txt", "mimeType": "text/plain", "buffer": b"You may use it."}


@pytest.mark.parametrize("has_script", [True, False])
def test_an_owner_appeals_and_thinks_better_of_it(
    open_window: Callable[..., harness.Window], has_script: bool
) -> None:
    person = factories.make_user()
    appeal_scenes.reject(person)
    window = open_window(has_script=has_script, size=harness.PHONE)
    window.sign_in(person)
    page = window.open("/settings/standing/")
    page.get_by_role("link", name="Appeal", exact=False).first.click()
    page.get_by_label("Let me correct how it is presented").check()
    page.get_by_label("Creative context").fill("The shop is part of the story.")
    page.get_by_label("Where it comes from").fill("Drawn by me.")
    page.get_by_label("Files").set_input_files([PROOF, WRONG])
    window.watch.expected_status = 422
    page.get_by_role("button", name="Send appeal").click()
    expect(page.get_by_text("“permission.txt” is not a picture", exact=False)).to_be_visible()
    expect(page.get_by_label("Creative context")).to_have_value("The shop is part of the story.")
    expect(page.get_by_label("Let me correct how it is presented")).to_be_checked()
    if has_script:
        harness.assert_no_axe_violations(page)
    harness.screenshot_both(page, f"appeal-form-wrong-{'script' if has_script else 'plain'}")
    page.get_by_label("Files").set_input_files([PROOF])
    page.get_by_role("button", name="Send appeal").click()
    expect(page.get_by_role("heading", name="Your appeal")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="permission.png").click()
    assert download.value.suggested_filename == "permission.png"
    page.get_by_role("link", name="Withdraw appeal").click()
    page.get_by_role("button", name="Withdraw appeal").click()
    expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    assert Appeal.objects.get().state == Appeal.State.WITHDRAWN


def test_a_suspended_person_appeals_without_a_script_and_is_back(
    open_window: Callable[..., harness.Window],
) -> None:
    person = factories.make_user()
    window = open_window(has_script=False, size=harness.PHONE)
    window.sign_in(person)
    appeal_scenes.suspend(person)
    page = window.open("/")
    expect(page).to_have_url(re.compile("/settings/standing/$"))
    page.get_by_role("link", name=re.compile("Appeal.*Account suspended")).click()
    page.get_by_label("What we should know").fill("It was my brother, who used my computer.")
    page.get_by_role("button", name="Send appeal").click()
    expect(page.get_by_role("heading", name="Your appeal")).to_be_visible()
    services.answer(
        actor=factories.make_staff(),
        appeal=Appeal.objects.get(),
        kind=Kind.OVERTURN,
        explanation="We believe you.",
        now=datetime.now(tz=UTC),
    )
    person.refresh_from_db()
    assert person.is_active
