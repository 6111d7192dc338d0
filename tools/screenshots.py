"""Photograph every page of a running demo, phone and desktop, light and dark, for people who judge looks.

make demo                                    # in another terminal
.venv/bin/python tools/screenshots.py --to /tmp/looks
"""

import argparse
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
THEMES = ("light", "dark")
PASSWORD = "storychat-demo"  # noqa: S105 - the demo's public password


@dataclass(frozen=True)
class Shot:
    """A page: an address, or the first link that a selector finds on another page."""

    name: str
    path: str
    link: str = ""


VISITOR = [
    Shot("discover", "/"),
    Shot("discover-most-chatted", "/?sort=most-chatted"),
    Shot("search-nothing", "/?q=nobody-is-called-this"),
    Shot("category", "/categories/fantasy/"),
    Shot("character", "/", link="article a[href^='/characters/']"),
    Shot("sign-in", "/accounts/login/"),
    Shot("sign-up", "/accounts/signup/"),
    Shot("forgot-password", "/accounts/password/reset/"),
    Shot("guidelines", "/help/guidelines/"),
    Shot("not-found", "/nowhere/"),
]
CREATOR = [
    Shot("library", "/library/"),
    Shot("own-character", "/library/", link="article a[href^='/characters/']"),
    Shot("why", "/library/", link="article a[href$='/why/']"),
    Shot("edit", "/library/", link="article a[href$='/edit/']"),
    Shot("create", "/characters/new/"),
    Shot("chats", "/chats/"),
    Shot("chat", "/chats/", link="main a[href^='/chats/']"),
    Shot("notifications", "/notifications/"),
    Shot("settings-safety", "/settings/safety/"),
    Shot("settings-security", "/settings/security/"),
    Shot("settings-standing", "/settings/standing/"),
]
VIEWER = [
    Shot("viewer-chats", "/chats/"),
    Shot("viewer-chat", "/chats/", link="main a[href^='/chats/']"),
    Shot("viewer-library-empty", "/library/"),
    Shot("viewer-character", "/", link="article a[href^='/characters/']"),
]
STAFF = [
    Shot("staff", "/admin/"),
    Shot("staff-queue", "/admin/characters/pendingrevision/"),
    Shot("staff-review", "/admin/characters/pendingrevision/", link="#result_list th a"),
    Shot("staff-characters", "/admin/characters/character/"),
    Shot("staff-reports", "/admin/moderation/report/"),
]
ROUNDS = [
    ("", VISITOR),
    ("creator@demo.test", CREATOR),
    ("viewer@demo.test", VIEWER),
    ("moderator@demo.test", STAFF),
]


def main() -> int:
    """Take the pictures and say what was left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo runs")
    parser.add_argument(
        "--to", type=Path, required=True, help="folder for the pictures, outside the repository"
    )
    parser.add_argument("--only", default="", help="take only names that contain this")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for login, shots in ROUNDS:
            wanted = [shot for shot in shots if options.only in shot.name]
            if wanted:
                for path in take_round(browser, options.url.rstrip("/"), login, wanted, options.to):
                    print(path)
        browser.close()
    return 0


def take_round(browser: Browser, url: str, login: str, shots: list[Shot], folder: Path) -> Iterator[str]:
    """Sign in once and photograph the pages, each in both sizes and themes."""
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    if login:
        sign_in(page, url, login)
    for shot in shots:
        address = find_address(page, url, shot)
        if address is None:
            yield f"{shot.name}: left out, {shot.path} has no {shot.link}"
            continue
        yield from take(page, address, shot.name, folder)
    context.close()


def sign_in(page: Page, url: str, login: str) -> None:
    """Walk the sign-in form."""
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("Email").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/accounts/login" not in address)


def find_address(page: Page, url: str, shot: Shot) -> str | None:
    """Return the address of a shot, following its link if it has one."""
    if not shot.link:
        return url + shot.path
    page.goto(url + shot.path)
    found = page.locator(shot.link)
    return url + str(found.first.get_attribute("href")).removeprefix(url) if found.count() else None


def take(page: Page, address: str, name: str, folder: Path) -> Iterator[str]:
    """Photograph one page in both sizes and themes."""
    for size_name, size in SIZES.items():
        page.set_viewport_size(size)
        page.goto(address)
        # As tall as the page: bars that stick to the window's edges then cover nothing.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            path = folder / f"{name}-{size_name}-{theme}.png"
            page.screenshot(path=path)
            yield str(path)


if __name__ == "__main__":
    raise SystemExit(main())
