"""Telling one person something, in the product and by mail, the way they want it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core import audit
from core.refusals import RefusedError, Text
from notifications import delivery, kinds, policies, queries
from notifications.kinds import Group
from notifications.models import Notice, Preference, Timing
from notifications.queries import Wish

_TITLE_LENGTH = 140


class WishRefusedError(RefusedError):
    """A wish that cannot be met."""


def notify(
    *,
    user: User,
    kind: str,
    title: Text,
    body: Text = "",
    url: str = "",
    now: datetime,
    by_mail: bool = False,
    group: str = "",
) -> Notice:
    """Leave a notice for a person, who gets it as they want the notices of its group.

    Part of the caller's transaction; a mail goes out once it is through. by_mail: worth a mail of its own to
    those who want mails of the group at once; a daily mail lists every unread notice. What everybody must
    get is shown and mailed whatever the wishes. url: a path of ours. group: when the kind is not registered.

    Raises KeyError for a group that nobody registered.
    """
    chosen = kinds.get_group(group) if group else kinds.find_group(kind)
    wish = queries.get_wish(user, chosen)
    notice = Notice.objects.create(
        user=user,
        kind=kind,
        group=chosen.code,
        title=" ".join(str(title).split())[:_TITLE_LENGTH],
        body=str(body),
        url=url,
        is_shown=wish.is_shown,
        by_mail=_timing_of(chosen, wish, is_worth_a_mail=by_mail),
        created_at=now,
    )
    if notice.by_mail == Timing.AT_ONCE and user.email:
        delivery.queue_mail(user=user, notice=notice, now=now)
    return notice


def mark_read(*, actor: User, now: datetime, public_id: str = "", group: str = "") -> int:
    """Mark one notice of the person, all of a group, or all, as read; returns how many were unread."""
    if "\0" in public_id or "\0" in group:
        return 0
    unread = queries.list_notices(actor, group=group).filter(read_at=None)
    if public_id:
        unread = unread.filter(public_id=public_id)
    return unread.update(read_at=now)


@transaction.atomic
def set_wishes(*, actor: User, wishes: Mapping[str, Wish], now: datetime) -> list[str]:
    """Keep how a person wants the notices of the named groups; returns the groups that this changed.

    Raises WishRefusedError (codes: unknown-group, always-mailed, always-shown).
    """
    person = _lock(actor)
    for code, wish in wishes.items():
        if refusal := policies.wish_refusal(code, wish):
            raise WishRefusedError(refusal)
    return _apply(person, wishes, now=now)


@transaction.atomic
def stop_mail(*, user: User, group: str = "", now: datetime) -> list[str]:
    """Turn the mails of a group off, or of all that come once a day; returns the groups that this changed.

    Doing it twice changes nothing more. Raises WishRefusedError (codes: unknown-group, always-mailed).
    """
    person = _lock(user)
    wishes = queries.list_wishes(person)
    if group:
        wish = replace(wishes.get(group, Wish()), by_mail=Timing.OFF)
        if refusal := policies.wish_refusal(group, wish):
            raise WishRefusedError(refusal)
        return _apply(person, {group: wish}, now=now)
    daily = {code: wish for code, wish in wishes.items() if wish.by_mail == Timing.DAILY}
    stopped = {code: replace(wish, by_mail=Timing.OFF) for code, wish in daily.items()}
    return _apply(person, stopped, now=now)


@transaction.atomic
def resume_mail(*, user: User, group: str = "", now: datetime) -> list[str]:
    """Take `stop_mail` back: mails come as they did before; returns the groups that this changed."""
    person = _lock(user)
    stored = Preference.objects.filter(user=person, by_mail=Timing.OFF)
    stored = stored.filter(group=group) if group else stored.filter(by_mail_before_off=Timing.DAILY)
    wishes = {
        row.group: Wish(is_shown=row.is_shown, by_mail=Timing(row.by_mail_before_off)) for row in stored
    }
    return _apply(person, wishes, now=now)


def _timing_of(group: Group, wish: Wish, *, is_worth_a_mail: bool) -> Timing:
    if not group.can_stop_mail:
        return Timing.AT_ONCE
    if wish.by_mail == Timing.AT_ONCE and not is_worth_a_mail:
        return Timing.OFF
    return wish.by_mail


def _lock(user: User) -> User:
    """Lock a person's row, so that two tabs change their wishes one after the other."""
    return User.objects.select_for_update(no_key=True).select_related("subject").get(pk=user.pk)


def _apply(person: User, wishes: Mapping[str, Wish], *, now: datetime) -> list[str]:
    """Store what differs from what holds. The caller holds the person's lock."""
    held = queries.list_wishes(person)
    changed = [code for code, wish in wishes.items() if held.get(code) != wish]
    for code in changed:
        _store(person, code, wishes[code])
    if changed:
        audit.record(
            actor=person.subject,
            kind="notices.wishes-changed",
            at=now,
            target_kind="user",
            target_id=person.public_id,
            data={code: [wishes[code].is_shown, str(wishes[code].by_mail)] for code in changed},
        )
    return changed


def _store(person: User, code: str, wish: Wish) -> None:
    row = Preference.objects.filter(user=person, group=code).first() or Preference(user=person, group=code)
    if wish.by_mail != Timing.OFF:
        row.by_mail_before_off = ""
    elif row.by_mail != Timing.OFF:
        row.by_mail_before_off = row.by_mail
    row.is_shown = wish.is_shown
    row.by_mail = wish.by_mail
    row.save()
    if wish.by_mail == Timing.OFF:
        # Otherwise they would all come when the daily mails are turned on again.
        Notice.objects.filter(user=person, group=code, by_mail=Timing.DAILY, digest=None).update(
            by_mail=Timing.OFF
        )
