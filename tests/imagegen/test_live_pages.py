"""A picture's page in a real browser, over uvicorn, while real workers come and go."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import harness
from tests.imagegen.deployment import Deployment, deploy

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    with deploy(tmp_path_factory.mktemp("live"), kind="embedded") as made:
        yield made


@pytest.fixture(scope="module")
def origin(deployment: Deployment) -> str:
    return deployment.start_web()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = harness.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _patient():
    expect.set_options(timeout=600_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def open_as(browser, origin):
    with ExitStack() as windows:

        def open_window(person, **options):
            window = windows.enter_context(harness.open_window(browser, origin, **options))
            cookie = {"name": "sessionid", "value": person["cookie"], "url": origin}
            window.context.add_cookies([cookie])
            window.page.set_default_timeout(600_000)
            return window

        yield open_window


def image_of(page: Page, pid: str):
    return page.locator(f'img[data-picture="{pid}"]')


def test_a_picture_comes_to_life_without_a_reload(deployment, open_as):
    """From the sleeping studio to the finished picture, and no complaint of the browser on the way."""
    person = deployment.tell("make_person")
    pid = deployment.tell("ask", seed=5, username=person["username"])
    window = open_as(person)
    page = window.open(f"/pictures/{pid}/")
    expect(page.get_by_text("The studio is asleep")).to_be_visible()
    expect(page.get_by_text("You are next.")).to_be_visible()
    assert harness.find_axe_violations(page) == []
    worker = deployment.start_worker()
    expect(image_of(page, pid)).to_be_visible()
    assert image_of(page, pid).evaluate("image => image.decode().then(() => image.naturalWidth)") == 256
    assert harness.find_axe_violations(page) == []
    page.reload()
    expect(image_of(page, pid)).to_be_visible()
    window.watch.assert_quiet()
    worker.kill()
    worker.wait()


def test_cancel_and_try_again_swap_the_fragment(deployment, open_as):
    person = deployment.tell("make_person")
    pid = deployment.tell("ask", seed=6, username=person["username"])
    window = open_as(person, size=harness.PHONE, theme="dark")
    page = window.open(f"/pictures/{pid}/")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You stopped this picture.")).to_be_visible()
    assert harness.find_axe_violations(page) == []
    page.get_by_role("button", name="Try again").dblclick()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.locator(".picture")).to_have_count(1)
    assert deployment.tell("look_around")["unfinished"] == 1
    window.watch.assert_quiet()


def test_without_script_the_page_reloads_itself(deployment, open_as):
    person = deployment.tell("make_person")
    pid = deployment.tell("ask", seed=8, username=person["username"])
    window = open_as(person, has_script=False)
    page = window.open(f"/pictures/{pid}/")
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You stopped this picture.")).to_be_visible()


def test_where_streams_do_not_get_through_the_page_asks(deployment, open_as):
    person = deployment.tell("make_person")
    pid = deployment.tell("ask", seed=9, username=person["username"])
    window = open_as(person)
    window.page.route("**/events/pictures/**", lambda route: route.abort())
    page = window.open(f"/pictures/{pid}/")
    deployment.start_worker()
    expect(image_of(page, pid)).to_be_visible()
