"""Removing a reply: who is told, whose strike it is not, what moderators see, and the appeal (R13)."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import User
from characters.models import State
from chat import removals, replies, services
from chat.models import Conversation, Message
from core import ids
from moderation import queries as moderation_queries
from moderation import services as moderation
from moderation import snapshots, targets
from moderation.models import Appeal, Case, Decision
from moderation.services import ModerationRefusedError, Step, StepKind
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.targets import Words
from notifications.models import Notice
from tests import factories
from tests.chat.conftest import Say, fresh
from tests.chat.removing import SAID, WORDS, lift, page_of, remove, report, write
from tests.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(say: Say, now: datetime) -> Message:
    """What the character said last."""
    return write(say("Hello"), SAID, now=now)


# --- What is decided, and about whom ---


def test_it_is_nobody_s_strike_and_nothing_follows(reply: Message, person: User, now: datetime) -> None:
    """Whoever chats did not write it, and the creator made the character, not this reply."""
    for _turn in range(3):
        moderation.warn(actor=factories.make_staff(), user=person, words=Words("spam"), now=now)
    before = moderation_queries.list_measures_in_force(person.subject_id, now=now).count()

    decision = remove(reply, now)

    assert decision.affected_id == person.subject_id
    strikes = moderation_queries.list_standing_strikes(person.subject_id)
    assert decision not in strikes
    assert moderation_queries.list_measures_in_force(person.subject_id, now=now).count() == before + 1
    assert not Decision.objects.filter(caused_by=decision).exists()
    owner = reply.conversation.character.owner
    assert not Decision.objects.filter(affected=owner.subject_id, kind=Kind.REMOVE).exists()
    body = Notice.objects.filter(user=person).latest("pk").body
    assert "It attacks a group of people." in body
    assert "StoryChat made it, so it does not count against you: it is no strike." in body
    assert "Reply in a chat: Mira Vale, " in body
    assert "You can appeal until" in body
    standing = client_of(person).get(reverse("settings-standing")).content.decode()
    assert "StoryChat made it, so it does not count against you" in standing


def test_taking_it_back_does_not_speak_of_a_strike(reply: Message, person: User, now: datetime) -> None:
    lift(remove(reply, now), now)

    assert "strike" not in Notice.objects.filter(user=person).latest("pk").body


def test_a_reported_reply_is_removed_from_its_case(reply: Message, person: User, now: datetime) -> None:
    case = report(reply, person, now)
    assert case.subject == reply.conversation.character.owner.subject
    step = Step(StepKind.REMOVE, WORDS)

    done = moderation.handle_case(
        actor=factories.make_staff(), case=case, expected_version=case.version, step=step, now=now
    )

    assert done.decision is not None
    assert (done.decision.kind, done.decision.target_id) == (Kind.REMOVE, reply.public_id)
    assert Case.objects.get(pk=case.pk).state == Case.State.ACTED
    assert fresh(reply).removal_id == done.decision.public_id


@pytest.mark.parametrize("who", ["person", "creator"])
def test_that_staff_has_a_part_in_it_takes_no_second_person(who: str, now: datetime) -> None:
    """Only steps against people take two."""
    owner = factories.make_staff() if who == "creator" else factories.make_user()
    person = factories.make_staff() if who == "person" else factories.make_user()
    character = factories.make_character(owner=owner, state=State.APPROVED)
    talk, _created = services.start_conversation(
        actor=person, character=character, creation_key=ids.new_public_id(), now=now
    )
    opening = talk.messages.get()
    case = report(opening, person, now)

    done = moderation.handle_case(
        actor=factories.make_staff(),
        case=case,
        expected_version=case.version,
        step=Step(StepKind.REMOVE, WORDS),
        now=now,
    )

    assert done.proposal is None
    assert fresh(opening).is_removed


def test_nobody_removes_replies_from_their_own_chat(now: datetime) -> None:
    moderator = factories.make_staff()
    character = factories.make_character(state=State.APPROVED)
    talk, _created = services.start_conversation(
        actor=moderator, character=character, creation_key=ids.new_public_id(), now=now
    )

    with pytest.raises(ModerationRefusedError) as caught:
        remove(talk.messages.get(), now, actor=moderator)

    assert caught.value.refusal.code == "self"
    assert not fresh(talk.messages.get()).is_removed


def test_the_person_appeals_and_has_it_back(reply: Message, person: User, now: datetime) -> None:
    decision = remove(reply, now)
    with pytest.raises(ModerationRefusedError):
        appeal(decision, reply.conversation.character.owner, Appeal.Wish.RESTORE, now)
    with pytest.raises(ModerationRefusedError) as caught:
        appeal(decision, person, Appeal.Wish.CORRECT, now)
    assert caught.value.refusal.code == "wish"
    made = appeal(decision, person, Appeal.Wish.RESTORE, now)
    staff = factories.make_staff()
    with pytest.raises(ModerationRefusedError) as caught:
        moderation.answer(actor=staff, appeal=made, kind=Kind.PARTIAL, explanation="Well.", now=now)
    assert caught.value.refusal.code == "not-partial"

    moderation.answer(actor=staff, appeal=made, kind=Kind.OVERTURN, explanation="It is harmless.", now=now)

    assert SAID in page_of(reply)


def appeal(decision: Decision, person: User, wish: Appeal.Wish, now: datetime) -> Appeal:
    made, _is_new = moderation.appeal(
        actor=person,
        decision=decision,
        request=Request(wish, "It was not like that."),
        creation_key=ids.new_public_id(),
        now=now,
    )
    return made


@pytest.mark.parametrize("what", ["nothing", "a person's line", "waiting", "failed"])
def test_what_nobody_said_cannot_be_removed(what: str, reply: Message, say: Say, now: datetime) -> None:
    if what == "nothing":
        public_id = ids.new_public_id()
    elif what == "a person's line":
        public_id = Message.objects.get(conversation=reply.conversation, text="Hello").public_id
    else:
        waiting = say("And then?")
        public_id = waiting.public_id
        if what == "failed":
            _fail(waiting, now)

    with pytest.raises(ModerationRefusedError) as caught:
        moderation.remove_content(
            actor=factories.make_staff(), target_kind=removals.KIND, target_id=public_id, words=WORDS, now=now
        )

    assert caught.value.refusal.code == "not-removable"


def _fail(waiting: Message, now: datetime) -> None:
    claim = replies.claim_reply(message_id=waiting.pk, holder="one", now=now)
    assert claim is not None
    assert replies._end(claim, Message.State.FAILED, text="", code="internal", now=now)


def test_removing_twice_removes_once(reply: Message, now: datetime) -> None:
    first = remove(reply, now)

    assert remove(reply, now) == first
    assert Decision.objects.filter(kind=Kind.REMOVE).count() == 1


# --- What moderators see ---


def test_moderators_read_what_was_said_and_the_person_reports_it_no_more(
    reply: Message, person: User, now: datetime
) -> None:
    """Evidence: the whole reply, whatever its length, before and after; nothing else of the chat."""
    staff = factories.make_staff()
    before = targets.find(removals.KIND, viewer=person, public_id=reply.public_id)
    assert before is not None
    remove(reply, now)

    assert targets.find(removals.KIND, viewer=person, public_id=reply.public_id) is None
    target = targets.find(removals.KIND, viewer=staff, public_id=reply.public_id)
    assert target is not None
    assert (target.excerpt, target.content_hash) == (SAID, before.content_hash)
    shown = snapshots.find(removals.KIND, public_id=reply.public_id, content_hash=target.content_hash)
    assert shown is not None
    assert (shown.parts["words"], shown.parts["is_removed"], shown.is_exact) == (SAID, True, True)
    other = snapshots.find(removals.KIND, public_id=reply.public_id, content_hash="0" * 64)
    assert other is not None
    assert not other.is_exact


def test_the_page_of_the_case_shows_it(reply: Message, person: User, now: datetime) -> None:
    case = report(reply, person, now)
    client = client_of(factories.make_staff(is_superuser=True))
    url = reverse("admin:moderation_case_change", args=[case.pk])
    text = client.get(url).content.decode()
    assert SAID in text
    assert "Said by Mira Vale, written by StoryChat" in text
    assert 'value="REMOVE"' in text

    remove(reply, now)

    assert "Removed: nobody but moderators reads it." in client.get(url).content.decode()


def test_what_is_left_of_nothing(reply: Message, now: datetime) -> None:
    nothing = ids.new_public_id()
    assert snapshots.is_gone(removals.KIND, nothing)
    assert not snapshots.is_gone(removals.KIND, reply.public_id)
    assert removals.outlook(nothing) == ""
    day = reply.created_at.date()
    assert removals.find_days([reply.public_id, nothing]) == {reply.public_id: day}
    decision = remove(reply, now)
    assert removals.outlook(reply.public_id) == ""
    Conversation.objects.all().delete()
    assert not removals.put_back(actor=factories.make_staff(), decision=decision, answer=decision, now=now)


def test_a_creator_reports_what_their_own_character_said(now: datetime) -> None:
    """The product wrote it, so the case is about nobody."""
    character = factories.make_character(state=State.APPROVED)
    talk, _created = services.start_conversation(
        actor=character.owner, character=character, creation_key=ids.new_public_id(), now=now
    )

    case = report(talk.messages.get(), character.owner, now)

    assert case.subject is None
