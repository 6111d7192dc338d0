"""Replies that are removed: saying them, removing them, and looking at what is left."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from chat import removals, replies
from chat.models import Message
from chat.responders.persona import PersonaResponder
from core import ids
from moderation import services as moderation
from moderation.models import Case, Decision
from moderation.targets import Words
from tests import factories
from tests.chat.conftest import fresh
from tests.chat.fakes import Scripted
from tests.clients import client_of

SAID = "Something that nobody should read."
WORDS = Words("hate", "It attacks a group of people.")


def write(waiting: Message, *texts: str, now: datetime) -> Message:
    replies.run_reply(
        message_id=waiting.pk,
        holder=ids.new_public_id(),
        responder=Scripted(*texts) if texts else PersonaResponder(pace=0),
        clock=lambda: now,
    )
    return fresh(waiting)


def remove(reply: Message, now: datetime, actor: User | None = None) -> Decision:
    decision, _is_new = moderation.remove_content(
        actor=actor or factories.make_staff(),
        target_kind=removals.KIND,
        target_id=reply.public_id,
        words=WORDS,
        now=now,
    )
    return decision


def lift(decision: Decision, now: datetime) -> None:
    moderation.lift(actor=factories.make_staff(), decision=decision, words=Words(""), now=now)


def report(reply: Message, person: User, now: datetime) -> Case:
    made, _is_new = moderation.report_content(
        actor=person,
        target_kind=removals.KIND,
        target_id=reply.public_id,
        reason="ABUSE",
        text="",
        creation_key=ids.new_public_id(),
        now=now,
    )
    return made.case


def page_of(reply: Message) -> str:
    client = client_of(reply.conversation.user)
    return client.get(reverse("chat", args=[reply.conversation.public_id])).content.decode()


def row_of(reply: Message) -> dict[str, Any]:
    """Return what is stored of a reply, but for the number of its last change."""
    row = Message.objects.filter(pk=reply.pk).values().get()
    return {name: value for name, value in row.items() if name != "change_number"}
