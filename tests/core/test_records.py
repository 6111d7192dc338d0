"""Rows that are written once, and the ids that leave the database."""

import re

import pytest
from django.db import models

from core import audit, ids
from core.converters import PublicIdConverter, UnicodeSlugConverter
from core.models import AppendOnlyError, AuditEvent


@pytest.mark.django_db
def test_an_audit_event_can_neither_change_nor_go(now):
    event = audit.record(actor=None, kind="test.done", at=now, data={"count": 1})
    event.kind = "test.undone"
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(kind="test.undone"),
        lambda: AuditEvent.objects.filter(pk=event.pk).update(kind="test.undone"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert AuditEvent.objects.get().kind == "test.done"


def test_public_ids_are_128_random_bits():
    made = {ids.new_public_id() for _number in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(PublicIdConverter.regex, one) for one in made)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Mira Vale", "mira-vale"),
        ("日本語 の 名前", "日本語-の-名前"),
        ("Ünal Şahin", "ünal-şahin"),
        ("???", "character"),
        ("--__--", "character"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_slug_keeps_every_script_and_ends_in_a_random_suffix(name, stem):
    slug = ids.new_slug(name, fallback="character")
    assert re.fullmatch(UnicodeSlugConverter.regex, slug)
    assert re.fullmatch(re.escape(stem) + "-[2-9a-hjkmnp-z]{8}", slug)
    assert slug != ids.new_slug(name, fallback="character")


@pytest.mark.parametrize(
    ("name", "words"),
    [("Mira von Vale", "mira von vale"), ("a_b", "a b"), ("日本語 の", "日本語 の"), ("", "nobody")],
)
def test_what_a_slug_says_to_everybody_is_read_without_its_suffix(name, words):
    assert ids.slug_words(ids.new_slug(name, fallback="nobody")) == words


def test_ids_outside_are_not_the_keys_inside():
    field = AuditEvent._meta.pk
    assert isinstance(field, models.BigAutoField)
