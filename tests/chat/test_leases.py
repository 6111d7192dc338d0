"""A reply whose worker dies is delayed and never lost or written twice."""

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chat import replies
from chat.models import Message, MessageChunk
from chat.prompts import Prompt
from tests.chat.conftest import Say, fresh
from tests.chat.fakes import Scripted

LATER = timedelta(seconds=replies.LEASE_SECONDS + 1)


def claim(reply: Message, holder: str, now: datetime) -> replies.Claim:
    claimed = replies.claim_reply(message_id=reply.pk, holder=holder, now=now)
    assert claimed is not None
    return claimed


def test_one_of_two_workers_gets_the_reply(say: Say, now: datetime) -> None:
    reply = say()
    claim(reply, "first", now)
    assert replies.claim_reply(message_id=reply.pk, holder="second", now=now) is None
    assert fresh(reply).lease_holder == "first"


def test_only_an_expired_lease_returns_a_reply(say: Say, now: datetime, wake_ups: list[int]) -> None:
    reply = say()
    claim(reply, "first", now)
    replies.sweep(now=now + LATER / 2)
    assert fresh(reply).state == Message.State.WRITING
    replies.sweep(now=now + LATER)
    assert fresh(reply).state == Message.State.QUEUED


def test_a_recovered_reply_is_announced_and_starts_from_nothing(
    say: Say, now: datetime, wake_ups: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    reply = say()
    claim(reply, "first", now)
    MessageChunk.objects.create(message=reply, index=0, text="from the dead worker ")
    with django_capture_on_commit_callbacks(execute=True):
        replies.sweep(now=now + LATER)
    assert wake_ups == [reply.pk]
    replies.run_reply(
        message_id=reply.pk, holder="second", responder=Scripted("Whole."), clock=lambda: now + LATER
    )
    assert (fresh(reply).text, fresh(reply).attempts) == ("Whole.", 2)


def test_a_worker_that_lost_its_lease_cannot_write(say: Say, now: datetime) -> None:
    reply = say()

    def lose() -> None:
        replies.sweep(now=now + LATER)
        claim(reply, "second", now + LATER)

    slow = Scripted("first words ", lose, "last words")
    assert replies.run_reply(message_id=reply.pk, holder="first", responder=slow, clock=lambda: now) is False
    assert slow.is_closed
    reply = fresh(reply)
    assert (reply.state, reply.lease_holder, reply.text) == (Message.State.WRITING, "second", "")
    assert not MessageChunk.objects.filter(text__contains="last").exists()


def test_without_the_fence_the_old_worker_would_have_written(
    say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the test above fails when the fence is off."""
    monkeypatch.setattr(replies, "_held", lambda held: Message.objects.filter(pk=held.message_id))
    reply = say()

    def lose() -> None:
        replies.sweep(now=now + LATER)
        claim(reply, "second", now + LATER)

    slow = Scripted("first words ", lose, "last words")
    replies.run_reply(message_id=reply.pk, holder="first", responder=slow, clock=lambda: now)
    assert "last words" in fresh(reply).text


def test_after_the_last_attempt_the_reply_fails(say: Say, now: datetime) -> None:
    reply = say()
    for attempt in range(replies.ATTEMPTS_CAP):
        at = now + LATER * attempt
        claim(reply, f"worker-{attempt}", at)
        replies.sweep(now=at + LATER)
    assert (fresh(reply).state, fresh(reply).failure_code) == (Message.State.FAILED, "worker-lost")
    assert not MessageChunk.objects.exists()


def test_a_lost_wake_up_is_sent_again(say: Say, now: datetime, wake_ups: list[int]) -> None:
    reply = say()
    replies.sweep(now=now)
    assert wake_ups == []
    replies.sweep(now=now + timedelta(seconds=30))
    assert wake_ups == [reply.pk]


def test_a_slow_model_keeps_its_lease(say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease is renewed while nothing comes."""
    monkeypatch.setattr(replies, "ACCESS_SECONDS", 0.0)
    monkeypatch.setattr(replies, "FLUSH_SECONDS", 0.01)
    reply = say()
    ticks = iter(range(10_000))
    seen: list[datetime | None] = []

    def clock() -> datetime:
        return now + timedelta(seconds=next(ticks))

    def look() -> None:
        seen.append(fresh(reply).lease_expires_at)

    replies.run_reply(
        message_id=reply.pk,
        holder="first",
        responder=Scripted("a ", look, "b ", look, "c"),
        clock=clock,
    )
    assert seen[0] is not None
    assert seen[1] is not None
    assert seen[1] > seen[0]


def test_chunks_are_appended_a_few_times_a_second(say: Say, now: datetime) -> None:
    reply = say()
    counts: list[int] = []
    steps: list[Any] = []
    for _ in range(50):
        steps += ["word ", lambda: counts.append(MessageChunk.objects.count())]
    replies.run_reply(message_id=reply.pk, holder="first", responder=Scripted(*steps), clock=lambda: now)
    assert max(counts) < 25
    assert fresh(reply).text == ("word " * 50).strip()


def test_what_arrives_while_a_chunk_is_written_is_not_lost(
    say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "FLUSH_SECONDS", 0.005)
    append = replies._append_chunk

    def append_slowly(*arguments: Any) -> None:
        time.sleep(0.04)
        append(*arguments)

    class Dripping:
        label = "dripping"

        async def stream(self, _prompt: Prompt) -> AsyncGenerator[str, None]:
            for number in range(40):
                await asyncio.sleep(0.02 if number % 2 else 0.001)
                yield f"w{number} "

    monkeypatch.setattr(replies, "_append_chunk", append_slowly)
    reply = say()
    replies.run_reply(message_id=reply.pk, holder="first", responder=Dripping(), clock=lambda: now)
    assert fresh(reply).text == " ".join(f"w{number}" for number in range(40))
