"""What each page shows while it is looked at: who is there, and what they made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from characters.models import State, Visibility
from tests import factories

LONG_NAME = "Wilhelmina Featherstonehaugh of the Extraordinarily-Long-Named Harb"


class Scene:
    """People and things that are made when a page asks for them."""

    @cached_property
    def member(self) -> User:
        return factories.make_user(username="mira", display_name="Mira Holm")

    @cached_property
    def staff(self) -> User:
        return factories.make_staff(username="dana", is_superuser=True)

    @cached_property
    def other(self) -> User:
        return factories.make_user(username="otto", display_name="Otto")

    def find_user(self, who: str) -> User | None:
        """Return who looks: "" is nobody."""
        return getattr(self, who) if who else None


@dataclass(frozen=True)
class PageCase:
    """One page: `path` makes what it shows and returns its address."""

    name: str
    path: Callable[[Scene], str]
    viewer: str = ""
    status: int = 200
    needs_debug: bool = False


def at(name: str, **arguments: str) -> Callable[[Scene], str]:
    """Return a path that needs nothing to be made."""
    return lambda _scene: reverse(name, kwargs=arguments or None)


def literal(path: str) -> Callable[[Scene], str]:
    return lambda _scene: path


PAGES = [
    PageCase("guidelines", at("guidelines")),
    PageCase("guidelines-signed-in", at("guidelines"), viewer="member"),
    PageCase("sign-in", at("account_login")),
    PageCase("sign-up", at("account_signup")),
    PageCase("password-reset", at("account_reset_password")),
    PageCase("settings-safety", at("settings-safety"), viewer="member"),
    PageCase("settings-security", at("settings-security"), viewer="member"),
    PageCase("settings-standing", at("settings-standing"), viewer="member"),
    PageCase("notifications", at("notifications"), viewer="member"),
    PageCase("staff-index", at("admin:index"), viewer="staff"),
    PageCase("staff-switches", at("admin:core_featureswitch_changelist"), viewer="staff"),
    PageCase("staff-reports", at("admin:moderation_report_changelist"), viewer="staff"),
    PageCase("staff-audit", at("admin:core_auditevent_changelist"), viewer="staff"),
    PageCase("gallery", at("gallery"), needs_debug=True),
    PageCase("error-404", literal("/nowhere/"), status=404),
    PageCase("error-403", literal("/break/403/"), status=403, viewer="member"),
    PageCase("error-csrf", literal("/break/csrf/"), status=403),
    PageCase("error-429", literal("/break/429/"), status=429),
    PageCase("error-400", literal("/break/400/"), status=400),
    PageCase("error-500", literal("/break/500/"), status=500),
]
