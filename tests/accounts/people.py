"""People who can sign in: their address counts as confirmed."""

import re
from datetime import date
from typing import Any

from django.core import mail
from django.test import Client

from accounts import services
from accounts.models import User
from core import ids

PASSWORD = "correct horse battery staple"
ADULT = date(1995, 5, 5)


def make_person(**fields: Any) -> User:
    """Return an adult, unless told otherwise."""
    name = fields.pop("username", f"user{ids.new_public_id()[:12]}")
    values = {"email": f"{name}@example.test", "password": PASSWORD, "date_of_birth": ADULT}
    return services.create_verified_user(username=name, **(values | fields))


def sign_in(client: Client, login: str, password: str = PASSWORD, **headers: Any) -> Any:
    """Post the sign-in form."""
    return client.post("/accounts/login/", {"login": login, "password": password}, **headers)


def is_signed_in(client: Client) -> bool:
    """Whether a page that needs a person opens."""
    return client.get("/settings/security/").status_code == 200


def sign_up_fields(**changes: str) -> dict[str, str]:
    """Return a valid sign-up form."""
    return {
        "email": "mira@example.test",
        "username": "mira",
        "password1": PASSWORD,
        "date_of_birth": "1995-05-05",
        **changes,
    }


def last_link() -> str:
    """Return the path of the link in the last mail."""
    found = re.findall(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return str(found[0])
