"""What stands in a mail, and what does not."""

import email
from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from notifications import digests, mails, services
from notifications.models import Timing
from notifications.queries import Wish
from tests.accounts.people import make_person
from tests.notifications import post

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings: object) -> User:
    settings.SITE_URL = "https://storychat.example"  # type: ignore[attr-defined]
    return make_person(username="mira", display_name="Mira <Holm>")


def mail_about(user: User, **values: object) -> EmailMultiAlternatives:
    fields = {"kind": "character-rejected", "title": "Otto was not approved", "now": NOW, "by_mail": True}
    services.notify(user=user, **(fields | values))  # type: ignore[arg-type]
    (message,) = post.send_waiting()
    return message


def html_of(message: EmailMultiAlternatives) -> str:
    (part,) = message.alternatives
    assert part.mimetype == "text/html"
    return str(part.content)


def test_a_mail_says_what_happened_in_words_and_in_html(user: User) -> None:
    message = mail_about(user, body="Too short.\n\nHow to fix it: tell more.", url="/library/")
    assert message.subject == "Otto was not approved"
    for text in (
        "Hello Mira <Holm>,",
        "Otto was not approved",
        "How to fix it",
        "https://storychat.example/library/",
    ):
        assert text in message.body
    page = html_of(message)
    assert "Hello Mira &lt;Holm&gt;," in page
    assert 'href="https://storychat.example/library/"' in page
    assert '<html lang="en">' in page


def test_what_people_wrote_is_not_markup_and_makes_no_header(user: User) -> None:
    message = mail_about(user, title="A\nBcc: x@example.test <b>", body="<script>x</script> {{ name }}")
    assert message.subject == "A Bcc: x@example.test <b>"
    assert message.recipients() == [user.email]
    assert "<script>x" not in html_of(message)
    assert "<b>" not in html_of(message)
    assert "<script>x</script> {{ name }}" in message.body


def test_a_mail_that_can_be_turned_off_says_how(user: User) -> None:
    """RFC 8058: one press in the mail program."""
    message = mail_about(user)
    parsed = email.message_from_bytes(message.message().as_bytes())
    link = parsed["List-Unsubscribe"].strip()
    assert link.startswith("<https://storychat.example/notifications/unsubscribe/")
    assert link.endswith("/>")
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.strip("<>") in message.body
    assert f'href="{link.strip("<>")}"' in html_of(message)
    assert "Reviews of what you make" in message.body


@pytest.mark.parametrize("kind", ["standing", "character-delisted", "new-device"])
def test_a_mail_that_is_always_sent_offers_no_way_out(user: User, kind: str) -> None:
    message = mail_about(user, kind=kind, by_mail=False)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(message.extra_headers)
    assert "unsubscribe" not in message.body + html_of(message)
    assert "always sent" in message.body
    assert "always sent" in html_of(message)


def test_a_mail_without_body_or_link_has_none(user: User) -> None:
    message = mail_about(user)
    assert "\n\n\n" not in message.body
    assert "Open in StoryChat" not in html_of(message)


def test_every_attempt_carries_the_same_message_id(user: User) -> None:
    services.notify(user=user, kind="standing", title="a", now=NOW)
    job = user.mails.get()
    first, second = mails.compose(job), mails.compose(job)
    assert first is not None
    assert second is not None
    assert first.message()["Message-ID"] == second.message()["Message-ID"]
    assert first.message()["Message-ID"] == f"<{job.public_id}@storychat.example>"
    assert first.message()["Auto-Submitted"] == "auto-generated"


def test_the_daily_mail_has_a_way_out_for_each_group_and_for_all(user: User) -> None:
    wish = Wish(by_mail=Timing.DAILY)
    services.set_wishes(actor=user, wishes={"reviews": wish, "reports": wish}, now=NOW)
    for kind in ("character-approved", "report-closed"):
        services.notify(user=user, kind=kind, title=kind, url="/library/", now=NOW)
    digests.make_digests(now=datetime(2026, 6, 2, 8, tzinfo=UTC))
    (message,) = post.send_waiting()
    header = message.extra_headers["List-Unsubscribe"].strip("<>")
    page = html_of(message)
    assert header in message.body
    assert header in page
    assert message.body.count("/notifications/unsubscribe/") == 3
    assert page.count("/notifications/unsubscribe/") == 3
    for text in ("Reviews of what you make", "Reports and appeals", "https://storychat.example/library/"):
        assert text in message.body
        assert text in page
