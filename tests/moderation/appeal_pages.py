"""What tests of the pages of appeals share: a person who looks at them, decisions, posting the form."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Restriction, User
from characters.models import State
from core import attachments, ids
from moderation import services, targets
from moderation.models import Appeal, Decision
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.targets import Target, Words
from tests import factories
from tests.accounts.people import make_person
from tests.factories import NOW

Scope = Restriction.Scope
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PDF = b"%PDF-1.7\n" + b"0" * 40
CONTEXT = "It was a joke among friends."


@pytest.fixture(autouse=True)
def own_clock() -> Any:
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def person() -> User:
    return make_person(username="mira")


@pytest.fixture
def reader(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Callable[[User], Decision]:
    """Return a function with which a person reports something and a moderator finds nothing."""
    target = Target(title="A strange thing", url="/", owner=factories.make_user(), excerpt="its words")
    monkeypatch.setitem(targets._handlers, "thing", targets.Handler(lambda _viewer, _id: target))

    def report(reporter: User) -> Decision:
        made, _is_new = services.report_content(
            actor=reporter,
            target_kind="thing",
            target_id=ids.new_public_id(),
            reason="SCAM",
            text="",
            creation_key=ids.new_public_id(),
            now=NOW,
        )
        closed, _is_new = services.dismiss(
            actor=factories.make_staff(),
            case=made.case,
            expected_version=made.case.version,
            words=Words("", "It is strange, but allowed."),
            now=NOW,
        )
        assert closed.decision is not None
        return closed.decision

    return report


def restrict(person: User, **changes: Any) -> Decision:
    values = {"scope": Scope.CHAT, "days": 30, "words": Words("spam", "You advertised."), "now": NOW}
    return services.restrict(actor=factories.make_staff(), user=person, **(values | changes))[0]


def suspend(person: User) -> Decision:
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=Words("fraud"), now=NOW
    )
    confirmed, _is_new = services.confirm(actor=factories.make_staff(), proposal=proposal, now=NOW)
    assert confirmed.decision is not None
    return confirmed.decision


def reject(person: User, name: str = "Mira Vale") -> Decision:
    character = factories.make_character(owner=person, state=State.REJECTED, name=name)
    return Decision.objects.get(target_id=character.public_id, kind=Kind.REJECT)


def appeal(person: User, decision: Decision) -> Appeal:
    return services.appeal(
        actor=person,
        decision=decision,
        request=Request(Appeal.Wish.RESTORE, CONTEXT),
        creation_key=ids.new_public_id(),
        now=NOW,
    )[0]


def url_of(decision: Decision) -> str:
    return f"/help/appeals/new/?decision={decision.public_id}"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def post(client: Client, decision: Decision, **changes: Any) -> Any:
    values = {"wish": "RESTORE", "context": CONTEXT, "creation_key": ids.new_public_id()} | changes
    return client.post(url_of(decision), values)


def list_files() -> list[str]:
    later = NOW + timedelta(days=10_000)
    return list(attachments.files.list_before(attachments.FOLDER, later))


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
