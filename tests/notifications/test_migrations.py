"""Notices from before there were groups."""

import importlib

import pytest
from django.apps import apps

from notifications import kinds
from notifications.models import Notice
from tests.accounts.people import make_person
from tests.factories import NOW

backfill = importlib.import_module("notifications.migrations.0003_groups_of_former_notices")
KINDS = (
    "character-approved",
    "character-delisted",
    "character-reinstated",
    "character-rejected",
    "new-device",
    "report-closed",
    "standing",
    "unheard-of",
)


@pytest.mark.django_db
def test_former_notices_get_the_group_that_new_ones_of_their_kind_get() -> None:
    user = make_person()
    for kind in KINDS:
        Notice.objects.create(user=user, kind=kind, title=kind, created_at=NOW)
    for _ in range(2):
        backfill.set_groups(apps, None)
    assert dict(Notice.objects.values_list("kind", "group")) == {
        kind: kinds.find_group(kind).code for kind in KINDS
    }
