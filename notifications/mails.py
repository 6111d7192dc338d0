"""What stands in the mails: words, links, headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from core.refusals import Text
from notifications import kinds, links, queries
from notifications.models import Digest, Mail, Notice, Timing

# A mail is read on a phone; the rest is one link away.
DIGEST_NOTICES_MAX = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice in a mail."""

    title: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """The notices of one group in a daily mail."""

    title: Text
    entries: Sequence[Entry]
    unsubscribe_url: str


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """Return the message, or None when its person does not want it any more or has read it all.

    mail: with its user, notice and digest.
    """
    with (
        translation.override(language_of(mail.user)),
        timezone.override(zones.find_zone(mail.user.time_zone)),
    ):
        if mail.notice is not None:
            return _compose_notice(mail, mail.notice)
        assert mail.digest is not None  # noqa: S101 - the database sees to it
        return _compose_digest(mail, mail.digest)


def language_of(user: User) -> str:  # noqa: ARG001 - people cannot choose a language yet
    """Return the language of a person's mails."""
    return settings.LANGUAGE_CODE


def _compose_notice(mail: Mail, notice: Notice) -> EmailMultiAlternatives | None:
    group = kinds.find_group_or_general(notice.group)
    if queries.get_wish(mail.user, group).by_mail == Timing.OFF:
        return None
    unsubscribe_url = links.unsubscribe_url(mail.user, group=group.code) if group.can_stop_mail else ""
    context = {
        "entry": _present(notice),
        "group": group.title,
        "unsubscribe_url": unsubscribe_url,
    }
    return _build(mail, "notice", notice.title, context, unsubscribe_url=unsubscribe_url)


def _compose_digest(mail: Mail, digest: Digest) -> EmailMultiAlternatives | None:
    wishes = queries.list_wishes(mail.user)
    wanted = [code for code, wish in wishes.items() if wish.by_mail != Timing.OFF]
    notices = queries.list_for_digest(digest, groups=wanted)
    if not notices:
        return None
    subject = ngettext(
        "%(count)d unread notice on StoryChat", "%(count)d unread notices on StoryChat", len(notices)
    ) % {"count": len(notices)}
    unsubscribe_url = links.unsubscribe_url(mail.user)
    context = {
        "sections": _list_sections(mail.user, notices[:DIGEST_NOTICES_MAX]),
        "more_count": max(0, len(notices) - DIGEST_NOTICES_MAX),
        "list_url": links.absolute(reverse("notifications")),
        "unsubscribe_url": unsubscribe_url,
    }
    return _build(mail, "digest", subject, context, unsubscribe_url=unsubscribe_url)


def _list_sections(user: User, notices: Sequence[Notice]) -> list[Section]:
    sections = []
    for group in kinds.list_groups():
        entries = [_present(notice) for notice in notices if notice.group == group.code]
        if entries:
            sections.append(Section(group.title, entries, links.unsubscribe_url(user, group=group.code)))
    return sections


def _present(notice: Notice) -> Entry:
    return Entry(notice.title, notice.body, links.absolute(notice.url))


def _build(
    mail: Mail, name: str, subject: str, context: dict[str, Any], *, unsubscribe_url: str
) -> EmailMultiAlternatives:
    """Return a message of plain text with the same in HTML."""
    context = {
        **context,
        "subject": subject,
        "name": mail.user.shown_name,
        "settings_url": links.absolute(reverse("settings-notifications")),
        "language_code": translation.get_language(),
    }
    host = urlsplit(settings.SITE_URL).hostname
    headers = {
        # The same for every attempt, so that what arrives twice shows once.
        "Message-ID": f"<{mail.public_id}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    if unsubscribe_url:
        # RFC 8058: the mail program turns them off with one press, without opening a page.
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    text = render_to_string(f"notifications/email/{name}.txt", context).strip() + "\n"
    message = EmailMultiAlternatives(subject, text, to=[mail.address], headers=headers)
    message.attach_alternative(render_to_string(f"notifications/email/{name}.html", context), "text/html")
    return message
