"""What settings pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from accounts import devices, policies, queries, vault
from accounts.models import Block, Mute, User
from accounts.queries import Viewer


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One place where the person is signed in."""

    label: str
    address: str
    since: datetime
    is_here: bool


def present_session(session: UserSession, *, current_key: str | None) -> SessionRow:
    """Return what the list shows of a session."""
    return SessionRow(
        label=devices.describe(session.user_agent),
        address=session.ip,
        since=session.created_at,
        is_here=session.session_key == current_key,
    )


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What the person set up for the second step. One query."""

    has_app: bool
    passkey_count: int
    codes_left: int | None

    @property
    def is_on(self) -> bool:
        """Whether sign-in has a second step."""
        return self.has_app or self.passkey_count > 0


def present_second_factor(user: User) -> SecondFactor:
    """Return which second steps the person has."""
    rows = list(Authenticator.objects.filter(user=user))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return SecondFactor(
        has_app=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkey_count=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        codes_left=_count_codes(codes) if codes is not None else None,
    )


def _count_codes(codes: Authenticator) -> int:
    return len(codes.wrap().get_unused_codes()) if vault.can_unlock(codes.data["seed"]) else 0


def has_third_party(request: HttpRequest) -> bool:
    """Whether any third-party sign-in is configured."""
    return bool(get_adapter().list_providers(request))


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list of those who are blocked or muted."""

    public_id: str
    name: str
    since: datetime


def present_blocks(blocks: Iterable[Block]) -> list[PersonRow]:
    """Return the people; needs `blocked` loaded."""
    return [PersonRow(row.blocked.public_id, row.blocked.shown_name, row.created_at) for row in blocks]


def present_mutes(mutes: Iterable[Mute]) -> list[PersonRow]:
    """Return the people; needs `muted` loaded."""
    return [PersonRow(row.muted.public_id, row.muted.shown_name, row.created_at) for row in mutes]


@dataclass(frozen=True, slots=True)
class PersonMenu:
    """What a viewer can do about somebody, on pages that show what that person made."""

    public_id: str
    name: str
    can_block: bool
    is_muted: bool


def present_person_menu(viewer: Viewer, person: User) -> PersonMenu | None:
    """Return the menu, or None for visitors and for oneself. One query."""
    if not isinstance(viewer, User) or viewer.pk == person.pk:
        return None
    return PersonMenu(
        public_id=person.public_id,
        name=person.shown_name,
        can_block=policies.block_refusal(viewer, person) is None,
        is_muted=queries.has_muted(viewer, person.pk),
    )
