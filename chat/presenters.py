"""What the chat pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from characters.models import Revision
from characters.presenters import PortraitView, present_portrait
from characters.prose import Prose, on_one_line, parse_text
from chat import policies, queries, removals, services
from chat.models import Conversation, Message
from core.refusals import Text
from imagegen.presenters import PictureView, present_picture
from imagegen.removals import find_removals
from moderation import screening
from moderation.models import Decision
from moderation.services.decisions import standing_url
from policies.rules import RULES

_PREVIEW_CHARACTERS = 140

_PROBLEMS: dict[str, Text] = {
    "model-key": gettext_lazy("The language model did not accept our key. The operator has to look at this."),
    "model-missing": gettext_lazy("The language model that is set up here does not exist on its server."),
    "model-busy": gettext_lazy(
        "The language model is busy with others right now. Wait a moment and try again."
    ),
    "model-slow": gettext_lazy("The language model took too long to answer."),
    "model-unreachable": gettext_lazy("The language model cannot be reached right now."),
    "model-down": gettext_lazy("The language model reports a problem of its own."),
    "model-broke-off": gettext_lazy("The connection broke off in the middle of the answer."),
    "model-garbled": gettext_lazy("The language model answered with something that is not readable."),
    "model-empty": gettext_lazy("The language model had nothing to say."),
    "not-checked": gettext_lazy("We could not check the conversation just now. Try again in a moment."),
    "worker-lost": gettext_lazy("The answer was interrupted more than once."),
    "internal": gettext_lazy("Something went wrong while the answer was written."),
}


@dataclass(frozen=True, slots=True)
class CareView:
    """Where somebody who may harm themselves finds help. `is_open`: it is what they said last."""

    url: str
    site: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class RemovalView:
    """Why a reply was removed, and where the person reads more and appeals. rule: its title."""

    rule: Text
    url: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the conversation; of one that was removed there are no words here."""

    public_id: str
    marker: str
    is_of_person: bool
    name: str
    initial: str
    paragraphs: Prose
    at: datetime
    day: date | None
    is_unfinished: bool
    is_stopped: bool
    problem: Text
    can_retry: bool
    photo: PictureView | None
    photo_refusal: str
    portrait: PortraitView | None
    report_url: str
    care: CareView | None = None
    removal: RemovalView | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """Who the person talks with, as far as they may see it."""

    name: str
    initial: str
    url: str
    portrait: PortraitView | None


@dataclass(frozen=True, slots=True)
class StoryTitle:
    """The story that is played, as far as the person may see it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A conversation in the list of chats. title: of the story, or who it is with."""

    url: str
    title: str
    story: StoryTitle | None
    persona: Persona
    preview: str
    is_from_person: bool
    is_writing: bool
    is_read_only: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """Which of the character's greetings opens the chat, while that can be changed."""

    number: int
    count: int
    previous_index: int
    next_index: int


def present_persona(conversation: Conversation, viewer: User, *, last_revision: Revision | None) -> Persona:
    """Return the character as the viewer may see it now; what they knew before keeps its name (R9)."""
    character = conversation.character
    revision = character.revision_for(viewer) if character.can_view(viewer) else None
    known = revision or last_revision
    name = known.name if known is not None else _("Someone")
    return Persona(
        name=name,
        initial=name[:1].upper(),
        url=reverse("character", args=[character.slug]) if revision is not None else "",
        portrait=present_portrait(revision.portrait, name=name) if revision is not None else None,
    )


def present_story(conversation: Conversation, viewer: User) -> StoryTitle | None:
    """Return the story as the viewer may see it now; what they played before keeps its title (R9)."""
    story, played = conversation.story, conversation.story_revision
    if story is None or played is None:
        return None
    revision = story.revision_for(viewer) if story.can_view(viewer) else None
    name = (revision or played).name
    return StoryTitle(name, url=reverse("story", args=[story.slug]) if revision is not None else "")


def present_lines(
    lines: Sequence[Message],
    *,
    viewer: User,
    persona: Persona,
    last_position: int,
    is_read_only: bool,
    day_before: datetime | None,
    now: datetime,
) -> list[LineView]:
    """Return the lines, a day on each that is the first of its day.

    day_before: when the line above the first was said. One query where any was removed, and one where a photo
    was.
    """
    views = []
    decisions = queries.find_removals(lines)
    photo_decisions = find_removals(line.photo for line in lines if line.photo is not None)
    previous = timezone.localtime(day_before).date() if day_before is not None else None
    for line in lines:
        day = timezone.localtime(line.created_at).date()
        removal = _present_removal(line, decisions.get(line.removal_id))
        view = present_line(
            line, viewer=viewer, persona=persona, removal=removal, photo_decisions=photo_decisions, now=now
        )
        can_retry = not is_read_only and policies.retry_refusal(line, last_position=last_position) is None
        views.append(replace(view, can_retry=can_retry, day=day if day != previous else None))
        previous = day
    return _fold_care(views)


def present_line(
    line: Message,
    *,
    viewer: User,
    persona: Persona,
    removal: RemovalView | None,
    photo_decisions: Mapping[str, Decision],
    now: datetime,
) -> LineView:
    """Return one line; an unfinished reply is read from its pieces. One query for those.

    photo_decisions: by which photos were removed.
    """
    pieces = queries.list_chunks(line.pk) if line.is_unfinished else []
    said = "".join(pieces) if line.is_unfinished else line.text
    text = "" if line.is_removed else said
    name = viewer.shown_name if line.is_of_person else _name_of(line, persona)
    photo = None
    if line.photo is not None:
        alt = _photo_alt(line, name)
        photo = present_picture(line.photo, now=now, alt=alt, viewer=viewer, decisions=photo_decisions)
    is_failed = line.state == Message.State.FAILED
    return LineView(
        public_id=line.public_id,
        marker=marker_of(line, len(pieces)),
        is_of_person=line.is_of_person,
        name=name,
        initial=name[:1].upper(),
        paragraphs=parse_text(text, is_open=line.is_unfinished),
        at=line.created_at,
        day=None,
        is_unfinished=line.is_unfinished,
        is_stopped=line.state == Message.State.CANCELED and not line.is_removed,
        problem=_PROBLEMS.get(line.failure_code, _PROBLEMS["internal"]) if is_failed else "",
        can_retry=False,
        photo=photo,
        photo_refusal=line.photo_refusal,
        portrait=persona.portrait,
        # A photo has a link of its own.
        report_url=""
        if line.is_of_person or line.is_unfinished or not text
        else reverse("report", kwargs={"kind": removals.KIND, "target_id": line.public_id}),
        care=_care_for(line),
        removal=removal,
    )


def _present_removal(line: Message, decision: Decision | None) -> RemovalView | None:
    if not line.is_removed:
        return None
    if decision is None:
        raise LookupError("a line that no decision removed")
    rule = RULES.get(decision.reason_code)
    return RemovalView(rule.title if rule is not None else "", standing_url(decision))


def _fold_care(views: list[LineView]) -> list[LineView]:
    """Leave only the last card open: help should be at hand, and not shout."""
    last = next((view for view in reversed(views) if view.care is not None), None)
    return [
        view if view.care is None or view is last else replace(view, care=replace(view.care, is_open=False))
        for view in views
    ]


def _care_for(line: Message) -> CareView | None:
    if not line.is_of_person or not screening.needs_help(line.text):
        return None
    url = settings.CRISIS_RESOURCES_URL
    return CareView(url=url, site=urlsplit(url).netloc)


def marker_of(line: Message, piece_count: int) -> str:
    """Return what changes whenever the page has something new to show of a line."""
    state = "X" if line.is_removed else line.state[0]
    photo = line.photo.public_id[:8] if line.photo is not None else "r" if line.photo_refusal else "-"
    return f"{line.position}.{state}.{line.attempts}.{piece_count}.{photo}"


def present_rows(conversations: Sequence[Conversation], viewer: User) -> list[ChatRow]:
    """Return the list of chats. Needs the annotations of queries.list_conversations."""
    names = queries.find_last_revisions([conversation.pk for conversation in conversations])
    return [_row(conversation, viewer, names.get(conversation.pk)) for conversation in conversations]


def _row(conversation: Conversation, viewer: User, last_revision: Revision | None) -> ChatRow:
    is_removed = bool(getattr(conversation, "last_removal", ""))
    last_text: str = "" if is_removed else getattr(conversation, "last_text", "") or ""
    last_state: str = getattr(conversation, "last_state", "")
    is_cut_off = last_state in {Message.State.FAILED, Message.State.CANCELED}
    persona = present_persona(conversation, viewer, last_revision=last_revision)
    story = present_story(conversation, viewer)
    return ChatRow(
        url=reverse("chat", args=[conversation.public_id]),
        title=story.name if story is not None else persona.name,
        story=story,
        persona=persona,
        preview=preview(last_text) or _say_missing(is_removed=is_removed, is_cut_off=is_cut_off),
        is_from_person=getattr(conversation, "last_author", "") == Message.Author.PERSON,
        is_writing=last_state in Message.UNFINISHED_STATES,
        is_read_only=policies.read_only_refusal(viewer, conversation) is not None,
        at=conversation.last_message_at,
    )


def _say_missing(*, is_removed: bool, is_cut_off: bool) -> str:
    if is_removed:
        return _("This reply was removed.")
    return _("The last answer did not arrive.") if is_cut_off else ""


def preview(text: str) -> str:
    """Return the beginning of what was said on one line; actions only where nothing was said."""
    plain = on_one_line(text)
    return plain if len(plain) <= _PREVIEW_CHARACTERS else f"{plain[:_PREVIEW_CHARACTERS].rstrip()}…"


def present_opening(conversation: Conversation, viewer: User, *, is_read_only: bool) -> Opening | None:
    """Return the choice of greetings, or None when there is nothing to choose (any more)."""
    revision = conversation.character.revision_for(viewer)
    if is_read_only or revision is None or policies.greeting_refusal(conversation) is not None:
        return None
    count = len(services.list_openings(revision, conversation.story_revision))
    if count <= 1:
        return None
    index = conversation.greeting_index
    return Opening(index + 1, count, (index - 1) % count, (index + 1) % count)


def responder_note(name: str) -> str:
    """Say who writes the replies."""
    if settings.CHAT_BASE_URL:
        return _("%(name)s is an AI character. The language model %(model)s writes the replies.") % {
            "name": name,
            "model": settings.CHAT_MODEL,
        }
    return _(
        "%(name)s is an AI character. The built-in persona responder writes the replies, "
        "without a language model."
    ) % {"name": name}


def _name_of(line: Message, persona: Persona) -> str:
    return line.revision.name if line.revision is not None else persona.name


def _photo_alt(line: Message, name: str) -> str:
    if line.photo_wish:
        return _("Photo of %(name)s: %(wish)s") % {"name": name, "wish": line.photo_wish}
    return _("Photo of %(name)s") % {"name": name}
