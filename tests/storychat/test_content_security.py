"""No page, the admin included, lets a browser run a script that stands in the page without our nonce."""

import pytest
from django.test import Client

_PAGES = [
    "/",
    "/help/guidelines/",
    "/accounts/login/",
    "/accounts/signup/",
    "/admin/login/",
    "/no-such-page/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", _PAGES)
def test_pages_forbid_inline_scripts_and_strangers(path: str, client: Client) -> None:
    policy = dict(
        directive.strip().partition(" ")[::2]
        for directive in client.get(path)["Content-Security-Policy"].split(";")
        if directive.strip()
    )
    for name in ("default-src", "script-src", "style-src"):
        assert "unsafe-inline" not in policy[name]
        assert "unsafe-eval" not in policy[name]
        assert "http" not in policy[name]
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
