"""Two members with the same kinds of things, staff with work to do, and everybody who tries to get at it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.models import Character, Revision, State, Story, StoryRevision
from chat import services as chat_services
from chat.models import Conversation, Message
from core import attachments, ids
from imagegen.models import Picture
from moderation import child_safety
from moderation import services as moderation_services
from moderation.models import Appeal, SecondReview
from moderation.services.appeals import Request
from moderation.targets import Words
from storychat.staff_groups import MODERATORS, SUPPORT
from tests import factories
from tests.architecture.probes import DATA, Belongings, Outcome, Probe, Seen, Thing

_OBJECT_PAGE = re.compile(r"/admin/\w+/\w+/.+/\w+/$")


class World:
    """Two members with the same kinds of things, and everybody else who tries."""

    def __init__(self) -> None:
        self.owners = [self._make_belongings("owner"), self._make_belongings("other")]
        Authenticator.objects.create(
            user=factories.make_user(),
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "A key", "credential": {}},
        )
        self._sessions: dict[int, str] = {}
        self._make_work_for_staff()

    @cached_property
    def probes(self) -> dict[str, Probe]:
        """Who tries, by name."""
        own, other = self.owners
        return {
            "anonymous": Probe("anonymous", None),
            "owner": Probe("owner", own.user),
            "other": Probe("other", other.user),
            "minor": Probe("minor", factories.make_minor(), is_adult=False),
            "moderator": Probe("moderator", _make_staff(MODERATORS)),
            "support": Probe("support", _make_staff(SUPPORT)),
            "superuser": Probe("superuser", factories.make_staff(is_superuser=True)),
        }

    def visit(self, probe: Probe, thing: Thing, *, looks_after: bool) -> Seen:
        """Send GET and POST, as if nothing had happened before.

        looks_after: also look whether anything of the two members changed.
        """
        seen = Seen()
        for method in ("get", "post"):
            # What pages limit, they limit per person and hour; here each request stands alone.
            cache.clear()
            with _undone():
                before = self._look() if looks_after else []
                seen.outcomes.add(self._request(probe, method, thing.path))
                seen.has_changed |= looks_after and self._look() != before
        return seen

    def _request(self, probe: Probe, method: str, path: str) -> Outcome:
        client = Client(raise_request_exception=False)
        if probe.user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._find_session(probe.user)
        response = getattr(client, method)(path, DATA.get(path.rstrip("/").rpartition("/")[2]))
        outcome = classify(response, path)
        if response.streaming and not response.is_async:
            # Files are open until they were read.
            list(response)
        return outcome

    def sign_in(self, probe: Probe) -> None:
        """Open a session; do it before the first visit, which would take it back."""
        if probe.user is not None:
            client = Client()
            client.force_login(probe.user)
            # Now the pages about second factors need not ask for the password again.
            client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
            self._sessions[probe.user.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def _find_session(self, user: User) -> str:
        return self._sessions[user.pk]

    def _look(self) -> list[Any]:
        """Return everything that belongs to the two members, as it is in the database."""
        owners = [own.user.pk for own in self.owners]
        return [
            list(rows.order_by("pk").values())
            for rows in (
                Character.objects.filter(owner__in=owners),
                Revision.objects.filter(item__owner__in=owners),
                Story.objects.filter(owner__in=owners),
                StoryRevision.objects.filter(item__owner__in=owners),
                Conversation.objects.filter(user__in=owners),
                Message.objects.filter(conversation__user__in=owners),
                Picture.objects.filter(owner__in=owners),
                Appeal.objects.filter(appellant__in=owners),
            )
        ]

    def _make_work_for_staff(self) -> None:
        """Make a row of each kind that staff pages are about; about somebody who does not try anything."""
        now, reviewer = datetime.now(UTC), factories.make_staff()
        troubled = factories.make_user()
        reported = factories.make_character(owner=troubled, state=State.APPROVED)
        moderation_services.report_content(
            actor=self.owners[0].user,
            target_kind="character",
            target_id=reported.public_id,
            reason="SCAM",
            text="It asks for card numbers.",
            creation_key=ids.new_public_id(),
            now=now,
        )
        moderation_services.propose(
            actor=reviewer, kind="SUSPEND", user=troubled, words=Words("fraud"), now=now
        )
        decision, _is_new = moderation_services.warn(
            actor=reviewer, user=troubled, words=Words("fraud"), now=now
        )
        SecondReview.objects.create(created_at=now, decision=decision, queue="revisions", item_id="1")
        child_safety.record_hit(
            subject=factories.make_user().subject,
            purpose="character",
            content_hash="0f" * 32,
            content="withheld",
            now=now,
        )
        factories.make_character(owner=troubled, state=State.PENDING)
        factories.make_story(owner=troubled, cast=[reported], state=State.PENDING)

    def _make_belongings(self, name: str) -> Belongings:
        user = factories.make_user(username=f"probe-{name}")
        portrait = factories.make_picture(owner=user, with_file=True)
        shown = factories.make_character(owner=user, state=State.APPROVED, portrait_id=portrait.pk)
        conversation, _is_new = chat_services.start_conversation(
            actor=user, character=shown, creation_key=ids.new_public_id(), now=factories.NOW
        )
        return Belongings(
            name=name,
            user=user,
            hidden=factories.make_character(owner=user, state=State.DRAFT),
            shown=shown,
            hidden_story=factories.make_story(owner=user, cast=[shown]),
            shown_story=factories.make_story(owner=user, cast=[shown], state=State.APPROVED),
            conversation=conversation,
            picture=factories.make_picture(owner=user, with_file=True),
            appeal=_make_appeal(user),
        )


def classify(response: HttpResponseBase, path: str) -> Outcome:
    """Return what a response means for whoever asked."""
    status = response.status_code
    if status >= 500:
        return Outcome.BROKEN
    if status in {301, 302} and response["Location"].startswith(("/accounts/login/", "/admin/login/")):
        return Outcome.SIGN_IN
    if status == 302 and response["Location"] == "/admin/" and _OBJECT_PAGE.match(path):
        # Django's admin leads back to its start when there is no such row.
        return Outcome.ABSENT
    known = {403: Outcome.REFUSED, 404: Outcome.ABSENT, 405: Outcome.OTHER_METHOD}
    return known.get(status, Outcome.IN)


def _make_appeal(user: User) -> Appeal:
    decision, _is_new = moderation_services.warn(
        actor=factories.make_staff(), user=user, words=Words("spam"), now=datetime.now(tz=UTC)
    )
    request = Request(Appeal.Wish.RESTORE, "It was a joke.")
    appeal, _is_new = moderation_services.appeal(
        actor=user,
        decision=decision,
        request=request,
        files=attachments.store([SimpleUploadedFile("permission.pdf", b"%PDF-1.7")]),
        creation_key=ids.new_public_id(),
        now=datetime.now(tz=UTC),
    )
    return appeal


def _make_staff(group: str) -> User:
    user = factories.make_staff(is_reviewer=False)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what happens inside; operations that open their own transaction work in it."""
    block = transaction.atomic()
    # What pytest's own transaction around a test is to Django: not one that an operation could be nested in.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
