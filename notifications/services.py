"""Telling one person something, in the product and by mail."""

from datetime import datetime
from functools import partial

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from core.refusals import Text
from notifications.models import Notice

log = structlog.get_logger(__name__)

_TITLE_LENGTH = 140


def notify(
    *,
    user: User,
    kind: str,
    title: Text,
    body: Text = "",
    url: str = "",
    now: datetime,
    by_mail: bool = False,
) -> Notice:
    """Leave a notice for a person, and send it by mail once the caller's transaction is through.

    Part of the caller's transaction. url: a path of ours.
    """
    notice = Notice.objects.create(
        user=user,
        kind=kind,
        title=" ".join(str(title).split())[:_TITLE_LENGTH],
        body=str(body),
        url=url,
        created_at=now,
    )
    if by_mail and user.email:
        transaction.on_commit(partial(_send_mail, notice=notice, address=user.email))
    return notice


def mark_read(*, actor: User, now: datetime, public_id: str = "") -> int:
    """Mark one notice of the person, or all of them, as read; returns how many were unread."""
    if "\0" in public_id:
        return 0
    unread = Notice.objects.filter(user=actor, read_at=None)
    if public_id:
        unread = unread.filter(public_id=public_id)
    return unread.update(read_at=now)


def _send_mail(*, notice: Notice, address: str) -> None:
    """Send a notice; a mail server that is away costs the mail, never what caused it."""
    url = f"{settings.SITE_URL}{notice.url}" if notice.url.startswith("/") else notice.url
    text = render_to_string(
        "notifications/mail.txt", {"notice": notice, "url": url, "name": notice.user.shown_name}
    )
    try:
        EmailMessage(notice.title, text.strip() + "\n", to=[address]).send()
    except OSError:
        log.exception("notice_not_mailed", notice=notice.public_id)
