from datetime import timedelta

import pytest
from django.core import signing

from core.models import AuditEvent
from core.pagination import CursorError, get_page

ORDER = ["-at", "-id"]

pytestmark = pytest.mark.django_db


def make_events(now, count):
    return [AuditEvent.objects.create(at=now + timedelta(minutes=i // 2), kind=f"k{i}") for i in range(count)]


def walk(size):
    kinds, cursor = [], ""
    while True:
        page = get_page(AuditEvent.objects.all(), order=ORDER, size=size, cursor=cursor)
        kinds += [row.kind for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return kinds


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_together_show_every_row_once_in_order(now, size):
    events = make_events(now, 7)
    assert walk(size) == [event.kind for event in sorted(events, key=lambda e: (e.at, e.pk), reverse=True)]


def test_a_new_row_neither_repeats_nor_hides_the_others(now):
    make_events(now, 4)
    first = get_page(AuditEvent.objects.all(), order=ORDER, size=2)
    AuditEvent.objects.create(at=now + timedelta(days=1), kind="newest")
    second = get_page(AuditEvent.objects.all(), order=ORDER, size=2, cursor=first.next_cursor)
    assert [row.kind for row in [*first.rows, *second.rows]] == ["k3", "k2", "k1", "k0"]
    assert second.next_cursor == ""


def test_a_full_last_page_has_no_next(now):
    make_events(now, 2)
    assert get_page(AuditEvent.objects.all(), order=ORDER, size=2).next_cursor == ""


def test_a_cursor_that_was_changed_is_refused(now):
    make_events(now, 3)
    cursor = get_page(AuditEvent.objects.all(), order=ORDER, size=1).next_cursor
    for wrong in (
        cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        "x",
        "a:b:c",
        signing.dumps([ORDER, [1]]),
    ):
        with pytest.raises(CursorError):
            get_page(AuditEvent.objects.all(), order=ORDER, size=1, cursor=wrong)


def test_a_cursor_of_another_order_is_refused(now):
    make_events(now, 3)
    cursor = get_page(AuditEvent.objects.all(), order=["-id"], size=1).next_cursor
    with pytest.raises(CursorError):
        get_page(AuditEvent.objects.all(), order=ORDER, size=1, cursor=cursor)
