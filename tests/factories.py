"""Rows for tests. An item reaches its state through the real operations."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from characters import services
from characters.models import (
    Character,
    Item,
    ItemRevision,
    RevisionContent,
    State,
    Story,
    StoryContent,
    Visibility,
)
from core import ids
from imagegen.models import Picture

AnyItem = TypeVar("AnyItem", bound=Item)

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


def make_story_content(**changes: Any) -> StoryContent:
    """Return what the author of a story writes; without a cast unless `cast` is given."""
    values: dict[str, Any] = {
        "name": "The Northern Light",
        "summary": "A storm, a lamp that will not stay lit, and a stranger at the door.",
        "opening_scene": "Rain beats on the glass. Somebody knocks at the lighthouse.",
        "plot": "The stranger carries a letter that the keeper wrote herself, years ago.",
        "cast": (),
        "tags": ("lighthouse", "mystery"),
        "category": "drama",
        "safe_mode": True,
    }
    return StoryContent(**(values | changes))


def make_character(
    *,
    owner: User | None = None,
    state: str = State.DRAFT,
    visibility: str | None = None,
    now: datetime = NOW,
    **content: Any,
) -> Character:
    """Return a character whose newest decided or open revision is in `state`.

    `portrait_id` is a fresh ready portrait by default. For the rest see make_item.
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
    return _bring(character, state, visibility, now=now)


def make_story(
    *,
    owner: User | None = None,
    state: str = State.DRAFT,
    visibility: str | None = None,
    cast: Sequence[Character] | None = None,
    now: datetime = NOW,
    **content: Any,
) -> Story:
    """Return a story whose newest decided or open revision is in `state`.

    `cast` is a fresh approved character of the same author by default. For the rest see make_item.
    """
    owner = owner or make_user()
    if cast is None:
        cast = [make_character(owner=owner, state=State.APPROVED, now=now)]
    story, _created = services.create_story(
        owner=owner,
        content=make_story_content(cast=tuple(member.public_id for member in cast), **content),
        visibility=Visibility.PRIVATE,
        creation_key=ids.new_public_id(),
        now=now,
    )
    return _bring(story, state, visibility, now=now)


def make_item(kind: str = Character.KIND, **fields: Any) -> Any:
    """Return an item of a kind whose newest decided or open revision is in `state`, a DRAFT by default.

    SUPERSEDED gives a live second revision over a superseded first one, WITHDRAWN a fresh draft over a
    withdrawn one. `visibility` is set at the end. Keywords that are not those of the kind's own function
    change the content.
    """
    return {Character.KIND: make_character, Story.KIND: make_story}[kind](**fields)


def _bring(item: AnyItem, state: str, visibility: str | None, *, now: datetime) -> AnyItem:
    advance(item, State(state), now=now)
    if visibility is not None:
        services.set_visibility(actor=item.owner, item=item, visibility=Visibility(visibility), now=now)
    return get_fresh(item)


def advance(item: Item, state: State, *, now: datetime = NOW) -> Any:
    """Bring the draft of an item to a state and return the revision that is in it."""
    owner = item.owner
    draft = get_fresh(item).working_revision
    if state != State.DRAFT:
        services.submit(actor=owner, item=item, now=now)
    if state == State.WITHDRAWN:
        services.withdraw(actor=owner, item=item, now=now)
    elif state not in {State.DRAFT, State.SUBMITTED}:
        services.screen_revision(kind=item.KIND, revision_id=draft.pk, now=now)
        _decide(item, draft, state, now=now)
    return get_fresh_revision(draft)


def _decide(item: Item, draft: ItemRevision, state: State, *, now: datetime) -> None:
    if state == State.PENDING:
        return
    staff = make_staff()
    why = {"reason_code": REASON, "explanation": "The bio is too short.", "fix": "Tell more."}
    if state == State.REJECTED:
        services.reject(actor=staff, revision=draft, now=now, **why)
        return
    services.approve(actor=staff, revision=draft, expected_hash=draft.content_hash, now=now)
    if state == State.DELISTED:
        services.delist(actor=staff, item=item, now=now, **why)
    elif state == State.SUPERSEDED:
        edit(item, now=now, tags=("sea",))
        advance(item, State.APPROVED, now=now)


def edit(item: Item, *, now: datetime = NOW, **changes: Any) -> Any:
    """Save changed content as the item's creator."""
    item = get_fresh(item)
    return services.save_draft(
        actor=item.owner,
        item=item,
        content=replace(item.working_revision.content(), **changes),
        visibility=item.visibility,
        now=now,
    )


def get_fresh(item: AnyItem) -> AnyItem:
    """Return the item as it is in the database now."""
    links = ("open_revision", "live_revision", "delisted_revision")
    return type(item).objects.with_revisions(*links).get(pk=item.pk)


def get_fresh_revision(revision: ItemRevision) -> Any:
    """Return the revision as it is in the database now."""
    return type(revision).objects.get(pk=revision.pk)
