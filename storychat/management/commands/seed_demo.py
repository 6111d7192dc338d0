"""Fills the demo with people, characters and stories, through the operations that people use."""

import hashlib
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from characters import queries as character_queries
from characters import services as characters
from characters.models import Character, Revision, RevisionContent, StoryContent, Visibility
from chat import services as chat
from chat import tasks as chat_tasks
from core import audit
from core.models import AuditEvent
from imagegen import files
from imagegen.models import Picture
from storychat.demo import DEMO_LOGINS, DEMO_PASSWORD, SEEDED
from storychat.demo_characters import DEMO_CHARACTERS, DemoCharacter, Ending
from storychat.demo_stories import DEMO_STORIES, DemoStory
from storychat.staff_groups import MODERATORS, SUPPORT

_BORN = date(1990, 4, 2)
# Reviewed one after the other over the last days, so that "newest" means something.
_APART = timedelta(hours=9)
_EDITED_BIO = " She keeps score of the weather, too."
_FIRST_QUESTION = "Which of my dreams is overdue?"


class Command(BaseCommand):
    help = "Makes the demo's accounts, characters and stories. Safe to run twice; refuses outside the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-pictures", action="store_true", help="leave the portraits to a running worker"
        )

    def handle(self, *_args: Any, without_pictures: bool, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data belongs in the demo only (STORYCHAT_DEMO=1).")
        done = set(AuditEvent.objects.filter(kind=SEEDED).values_list("target_id", flat=True))
        if not done:
            _refuse_real_installation(now=timezone.now())
        people = {email.partition("@")[0]: _ensure_person(email) for email, _what in DEMO_LOGINS}
        missing = [demo for demo in DEMO_CHARACTERS if _key(demo.name) not in done]
        if missing and not without_pictures:
            photo_count = sum(len(demo.photos) for demo in missing)
            self.stdout.write(
                f"==> Drawing {len(missing)} portraits and {photo_count} photos of them with the embedded "
                "model (once)"
            )
        now = timezone.now()
        for index, demo in enumerate(missing):
            at = now - _APART * (len(missing) - index)
            self.stdout.write(f"    {demo.name}: {demo.ending}")
            character = _create(demo, people["creator"], now=at, draw=not without_pictures)
            if not without_pictures:
                _draw_photos(demo, character, people["creator"], now=at)
                _take_to_its_ending(character, demo, people, now=at)
            _mark(demo.name, now=at)
        if not without_pictures:
            self._write_stories(people, done, now=now)
        if _key("conversation") not in done and not without_pictures:
            _start_conversation(people["viewer"], now=now)
            _mark("conversation", now=now)

    def _write_stories(self, people: dict[str, User], done: set[str], *, now: datetime) -> None:
        missing = [demo for demo in DEMO_STORIES if _story_key(demo) not in done]
        for index, demo in enumerate(missing):
            at = now - _APART * (len(missing) - index)
            self.stdout.write(f"    {demo.name}: {demo.ending}")
            _write_story(demo, people, now=at)
            _mark(_story_mark(demo), now=at)


def _key(name: str) -> str:
    """Return a creation key that is the same on every run."""
    return hashlib.sha256(f"demo:{name}".encode()).hexdigest()[:32]


def _mark(name: str, *, now: datetime) -> None:
    audit.record(actor=None, kind=SEEDED, at=now, target_kind="demo", target_id=_key(name))


def _refuse_real_installation(*, now: datetime) -> None:
    """Raise when somebody uses this installation: the demo's administrator has a public password."""
    if User.objects.exclude(email__in=[email for email, _what in DEMO_LOGINS]).exists():
        raise CommandError("This database has accounts and was never a demo's: choose another one.")
    # The demo would sweep away every picture that its database does not name.
    if not User.objects.exists() and next(files.list_before(now), None) is not None:
        raise CommandError("The media storage has pictures that this database does not know of.")


def _ensure_person(email: str) -> User:
    name = email.partition("@")[0]
    user = User.objects.filter(username=name).first()
    if user is None:
        is_admin = name == "admin"
        user = User.objects.create_user(
            username=name,
            email=email,
            password=DEMO_PASSWORD,
            display_name=name.title(),
            date_of_birth=_BORN,
            is_staff=is_admin or name in {"moderator", "support"},
            is_superuser=is_admin,
        )
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    if group := {"moderator": MODERATORS, "support": SUPPORT}.get(name):
        user.groups.add(Group.objects.get(name=group))
    return user


def _create(demo: DemoCharacter, creator: User, *, now: datetime, draw: bool) -> Character:
    existing = character_queries.find_created(creator, _key(demo.name))
    if existing is not None:
        return existing
    portrait = _draw_portrait(demo, creator, now=now) if draw else None
    character, _created = characters.create_character(
        owner=creator,
        content=_content(demo, portrait),
        visibility=Visibility.PRIVATE,
        creation_key=_key(demo.name),
        now=now,
    )
    return character


def _draw_portrait(demo: DemoCharacter, creator: User, *, now: datetime) -> Picture:
    """Ask for the portrait as the creation page does."""
    picture, _created = characters.request_portrait(
        actor=creator,
        appearance=demo.appearance,
        creation_key=_key(f"portrait of {demo.name}"),
        is_mature_allowed=not demo.safe_mode,
        now=now,
    )
    return _drawn(picture, f"The portrait of {demo.name}")


def _draw_photos(demo: DemoCharacter, character: Character, creator: User, *, now: datetime) -> None:
    """Ask for photos as the character's page does: drawn from its portrait, so that the face stays."""
    for wish in demo.photos:
        picture, _created = characters.request_photo(
            actor=creator,
            character=character,
            wish=wish,
            creation_key=_key(f"photo of {demo.name}: {wish}"),
            purpose=Picture.Purpose.PHOTO,
            now=now,
        )
        _drawn(picture, f"A photo of {demo.name}")


def _drawn(picture: Picture, what: str) -> Picture:
    """Draw it here, no worker runs yet, and return it as it is then."""
    # Loads torch, which a second start of the demo has no need of.
    from imagegen import worker  # noqa: PLC0415

    worker.run_pending()
    picture.refresh_from_db()
    if picture.state != Picture.State.READY:
        raise CommandError(f"{what} is {picture.state}: {picture.failure_code}")
    return picture


def _content(demo: DemoCharacter, portrait: Picture | None) -> RevisionContent:
    return RevisionContent(
        name=demo.name,
        short_bio=demo.short_bio,
        bio=demo.bio,
        description=demo.description,
        first_message=demo.first_message,
        greetings=demo.greetings,
        scenario=demo.scenario,
        example_dialogue=demo.example_dialogue,
        appearance=demo.appearance,
        tags=demo.tags,
        category=demo.category,
        safe_mode=demo.safe_mode,
        portrait_id=portrait.pk if portrait else None,
    )


def _take_to_its_ending(
    character: Character, demo: DemoCharacter, people: dict[str, User], *, now: datetime
) -> None:
    creator, moderator = people["creator"], people["moderator"]
    if demo.ending is Ending.DRAFT:
        return
    revision, _submitted = characters.submit(actor=creator, item=character, now=now)
    if demo.ending is Ending.WITHDRAWN:
        characters.withdraw(actor=creator, item=character, now=now)
        return
    revision, _decided = characters.screen_revision(revision_id=revision.pk, now=now)
    if demo.ending in {Ending.HELD, Ending.PENDING}:
        return
    if demo.ending is Ending.REJECTED:
        characters.reject(
            actor=moderator,
            revision=revision,
            reason_code="spam",
            explanation="The short bio advertises gold for sale.",
            fix="Take the offer out of the short bio and submit again.",
            now=now,
        )
        return
    _approve(revision, moderator, now=now)
    if demo.ending is Ending.DELISTED:
        characters.delist(
            actor=moderator,
            item=character,
            reason_code="misleading",
            explanation="The category promises romance; the character is about a competition.",
            fix="Choose the category that fits, or tell more of the romance, and submit again.",
            now=now + timedelta(hours=1),
        )
    elif demo.ending is Ending.EDITED:
        _edit(character, demo, creator, revision, now=now + timedelta(hours=1))


def _approve(revision: Revision, moderator: User, *, now: datetime) -> None:
    characters.approve(actor=moderator, revision=revision, expected_hash=revision.content_hash, now=now)


def _edit(character: Character, demo: DemoCharacter, creator: User, live: Revision, *, now: datetime) -> None:
    content = _content(demo, live.portrait)
    values = {name: getattr(content, name) for name in content.__dataclass_fields__}
    changed = RevisionContent(**(values | {"bio": demo.bio + _EDITED_BIO}))
    character = character_queries.get_by_id(character.pk)
    characters.save_draft(
        actor=creator, item=character, content=changed, visibility=Visibility.PUBLIC, now=now
    )
    draft, _submitted = characters.submit(actor=creator, item=character, now=now)
    characters.screen_revision(revision_id=draft.pk, now=now)


def _story_mark(demo: DemoStory) -> str:
    return f"story of {demo.name}"


def _story_key(demo: DemoStory) -> str:
    return _key(_story_mark(demo))


def _write_story(demo: DemoStory, people: dict[str, User], *, now: datetime) -> None:
    """Write it as its author does, and have it reviewed if it is to be published."""
    creator = people["creator"]
    cast = [character_queries.find_created(creator, _key(name)) for name in demo.cast]
    content = StoryContent(
        name=demo.name,
        summary=demo.summary,
        opening_scene=demo.opening_scene,
        plot=demo.plot,
        cast=tuple(character.public_id for character in cast if character is not None),
        tags=demo.tags,
        category=demo.category,
        safe_mode=True,
    )
    story, _created = characters.create_story(
        owner=creator, content=content, visibility=Visibility.PRIVATE, creation_key=_story_key(demo), now=now
    )
    if demo.ending is Ending.DRAFT or story.live_revision_id is not None:
        return
    revision, _submitted = characters.submit(actor=creator, item=story, now=now)
    revision, _decided = characters.screen_revision(kind=story.KIND, revision_id=revision.pk, now=now)
    _approve(revision, people["moderator"], now=now)


def _start_conversation(viewer: User, *, now: datetime) -> None:
    creation_key = _key(DEMO_CHARACTERS[0].name)
    character = Character.objects.select_related("owner", "live_revision").get(creation_key=creation_key)
    conversation, _created = chat.start_conversation(
        actor=viewer, character=character, creation_key=_key("conversation"), now=now
    )
    chat.send_message(
        actor=viewer,
        conversation=conversation,
        text=_FIRST_QUESTION,
        creation_key=_key("question"),
        now=now,
    )
    reply = conversation.messages.filter(author="CHARACTER").order_by("-position")[0]
    chat_tasks.reply(message_id=reply.pk)
