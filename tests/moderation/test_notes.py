"""Private notes stay among staff."""

from datetime import datetime

import pytest

from core.models import AuditEvent
from moderation import notes
from moderation.models import Note
from moderation.services import ModerationRefusedError
from tests.factories import make_staff, make_user

pytestmark = pytest.mark.django_db

ABOUT = {"target_kind": "character", "target_id": "a" * 32}


def test_a_note_is_kept_once_and_its_words_are_not_in_the_log(now: datetime) -> None:
    staff = make_staff()
    first, is_new = notes.add_note(actor=staff, text="Known from before.", now=now, **ABOUT)
    again, is_new_again = notes.add_note(actor=staff, text="Known from before.", now=now, **ABOUT)
    assert (is_new, is_new_again) == (True, False)
    assert first == again
    event = AuditEvent.objects.get(kind="note.added")
    assert "Known" not in str(event.data)


def test_notes_about_an_item_and_its_creator_come_together_newest_first(now: datetime) -> None:
    staff = make_staff()
    for kind, text in (("character", "one"), ("user", "two"), ("story", "other")):
        notes.add_note(actor=staff, target_kind=kind, target_id="b" * 32, text=text, now=now)
    found = notes.list_notes(("character", "b" * 32), ("user", "b" * 32), count=10)
    assert [note.text for note in found] == ["two", "one"]


def test_only_reviewers_write_them(now: datetime) -> None:
    for actor in (make_user(), make_staff(is_reviewer=False)):
        with pytest.raises(ModerationRefusedError) as caught:
            notes.add_note(actor=actor, text="x", now=now, **ABOUT)
        assert caught.value.refusal.code == "not-reviewer"
    assert not Note.objects.exists()
