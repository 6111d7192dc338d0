"""Rows for tests. A character reaches its state through the real operations."""

import base64
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from characters import services
from characters.models import Character, Revision, RevisionContent, State, Visibility
from core import ids
from imagegen.models import Picture

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
REASON = "changes-needed"

_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def make_user(**fields: Any) -> User:
    """Return an adult with Safe Mode on, unless told otherwise."""
    name = fields.pop("username", None) or f"user{ids.new_public_id()[:12]}"
    fields.setdefault("email", f"{name}@example.test")
    fields.setdefault("date_of_birth", date(1995, 5, 5))
    return User.objects.create_user(username=name, password=fields.pop("password", PASSWORD), **fields)


def make_adult(**fields: Any) -> User:
    """Return an adult; `safe_mode=False` for one who sees mature items."""
    return make_user(**fields)


def make_minor(**fields: Any) -> User:
    """Return somebody who is old enough for an account and not an adult."""
    return make_user(**{"date_of_birth": date(2010, 5, 5), **fields})


def make_staff(*, is_reviewer: bool = True, **fields: Any) -> User:
    """Return active staff, with the right to decide unless told otherwise."""
    user = make_user(is_staff=True, **fields)
    if is_reviewer:
        user.user_permissions.add(Permission.objects.get(codename="add_decision"))
    return User.objects.get(pk=user.pk)


def make_picture(
    *, owner: User, ready: bool = True, with_file: bool = False, now: datetime = NOW, **fields: Any
) -> Picture:
    """Return a drawn portrait, or one that waits; `with_file` stores real bytes."""
    values: dict[str, Any] = {
        "owner": owner,
        "creation_key": ids.new_public_id(),
        "purpose": Picture.Purpose.PORTRAIT,
        "mode": Picture.Mode.TEXT_TO_IMAGE,
        "appearance": "a woman with red hair",
        "width": 256,
        "height": 256,
        "seed": 7,
        "created_at": now,
    }
    if ready:
        name = f"pictures/{ids.new_public_id()}.png"
        values |= {
            "state": Picture.State.READY,
            "file": default_storage.save(name, ContentFile(_PIXEL)) if with_file else name,
            "content_type": "image/png",
            "byte_size": len(_PIXEL),
            "finished_at": now,
        }
    return Picture.objects.create(**(values | fields))


def make_content(**changes: Any) -> RevisionContent:
    """Return what a creator writes; without a portrait unless `portrait_id` is given."""
    values: dict[str, Any] = {
        "name": "Mira Vale",
        "short_bio": "A lighthouse keeper with a dry sense of humour.",
        "bio": "Mira keeps the northern light and writes letters to ships.",
        "description": "Mira is calm, curious and precise. She speaks in short sentences.",
        "first_message": "You made it through the fog. Tea?",
        "greetings": ("The lamp is lit. Come in.",),
        "scenario": "A lighthouse on a rainy evening.",
        "example_dialogue": "{{user}}: Is it always this loud?\n{{char}}: Only when the sea has an opinion.",
        "appearance": "a woman with red hair, green eyes, wearing a blue sweater",
        "tags": ("lighthouse", "cosy"),
        "category": "drama",
        "safe_mode": True,
        "portrait_id": None,
    }
    return RevisionContent(**(values | changes))


def make_character(
    *,
    owner: User | None = None,
    state: str = State.DRAFT,
    visibility: str | None = None,
    now: datetime = NOW,
    **content: Any,
) -> Character:
    """Return a character whose newest decided or open revision is in `state`.

    SUPERSEDED gives a live second revision over a superseded first one, WITHDRAWN a fresh draft over a
    withdrawn one. Other keywords change the content; `portrait_id` is a fresh ready portrait by default.
    `visibility` is set at the end.
    """
    owner = owner or make_user()
    content.setdefault("portrait_id", make_picture(owner=owner, now=now).pk)
    character, _created = services.create_character(
        owner=owner,
        content=make_content(**content),
        visibility=Visibility.PRIVATE,
        creation_key=ids.new_public_id(),
        now=now,
    )
    advance(character, State(state), now=now)
    if visibility is not None:
        services.set_visibility(actor=owner, character=character, visibility=Visibility(visibility), now=now)
    return get_fresh(character)


def advance(character: Character, state: State, *, now: datetime = NOW) -> Revision:
    """Bring the draft of a character to a state and return the revision that is in it."""
    owner = character.owner
    draft = get_fresh(character).working_revision
    if state != State.DRAFT:
        services.submit(actor=owner, character=character, now=now)
    if state == State.WITHDRAWN:
        services.withdraw(actor=owner, character=character, now=now)
    elif state not in {State.DRAFT, State.SUBMITTED}:
        services.screen_revision(revision_id=draft.pk, now=now)
        _decide(character, draft, state, now=now)
    return Revision.objects.get(pk=draft.pk)


def _decide(character: Character, draft: Revision, state: State, *, now: datetime) -> None:
    if state == State.PENDING:
        return
    staff = make_staff()
    why = {"reason_code": REASON, "explanation": "The bio is too short.", "fix": "Tell more."}
    if state == State.REJECTED:
        services.reject(actor=staff, revision=draft, now=now, **why)
        return
    services.approve(actor=staff, revision=draft, expected_hash=draft.content_hash, now=now)
    if state == State.DELISTED:
        services.delist(actor=staff, character=character, now=now, **why)
    elif state == State.SUPERSEDED:
        edit(character, now=now, bio="Mira left the light and went to sea.")
        advance(character, State.APPROVED, now=now)


def edit(character: Character, *, now: datetime = NOW, **changes: Any) -> Revision:
    """Save changed content as the character's creator."""
    character = get_fresh(character)
    content = character.working_revision.content()
    values = {name: getattr(content, name) for name in content.__dataclass_fields__}
    return services.save_draft(
        actor=character.owner,
        character=character,
        content=RevisionContent(**(values | changes)),
        visibility=character.visibility,
        now=now,
    )


def get_fresh(character: Character) -> Character:
    """Return the character as it is in the database now."""
    return Character.objects.select_related(
        "owner",
        "open_revision__portrait",
        "live_revision__portrait",
        "delisted_revision__portrait",
    ).get(pk=character.pk)
