"""Pictures as templates see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.queries import Viewer
from core import ids, switches
from core.refusals import Text
from core.switches import Feature
from imagegen import policies, queries, removals
from imagegen.engine import description, retakes
from imagegen.models import Picture
from moderation.models import Decision
from moderation.services.decisions import standing_url
from policies.rules import RULES

_State = Picture.State
# What a drawing is judged by, too, has words of its own.
_REFUSED_BY_RULE = frozenset(RULES) - {"explicit-imagery"}


@dataclass(frozen=True, slots=True)
class RemovalView:
    """What stands where a picture was removed. rule: its title, with `rule_url` in the guidelines."""

    rule: Text
    rule_url: str
    why_url: str
    appeal_url: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture, or how far it is. `state` is the lower-case name of its state."""

    public_id: str
    state: str
    version: str
    alt: str
    width: int
    height: int
    image_url: str
    page_url: str
    poll_url: str
    events_url: str
    cancel_url: str
    retry_url: str
    retry_key: str
    reroll_url: str
    reroll_key: str
    # Of the picture that this one was drawn again for.
    first_url: str = ""
    # Where whoever asked for it reports it; empty while there is nothing to report.
    report_url: str = ""
    # Why it was removed and where to appeal, for its owner; nothing of the picture itself.
    removal: "RemovalView | None" = None
    title: Text = ""
    message: Text = ""
    fix: Text = ""
    # Percent of the steps; None while it waits.
    percent: int | None = None
    is_canceling: bool = False
    is_generated: bool = True

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {"queued", "running"}

    @property
    def can_cancel(self) -> bool:
        return self.is_unfinished and not self.is_canceling

    @property
    def can_retry(self) -> bool:
        return bool(self.retry_key)

    @property
    def can_reroll(self) -> bool:
        return bool(self.reroll_key)


def present_picture(
    picture: Picture,
    *,
    now: datetime,
    alt: str = "",
    viewer: Viewer | None = None,
    decisions: Mapping[str, Decision] | None = None,
) -> PictureView:
    """Return the picture for `imagegen/_picture.html`. Finished ones cost no query, removed ones one.

    viewer: who looks, where an owner is offered to have it drawn again; then `reroll_of` has to be loaded. A
    photo in a chat can then be reported where it stands: nobody else sees it. decisions: those of
    `removals.find_removals`, for a list, in which removed ones then cost none either.
    """
    title, message, fix = _words(picture, now=now)
    pid = picture.public_id
    first = picture.reroll_of if isinstance(viewer, User) and viewer.pk == picture.owner_id else None
    is_offered = isinstance(viewer, User) and policies.reroll_refusal(viewer, picture) is None
    is_reportable = (
        viewer is not None
        and picture.purpose == Picture.Purpose.CHAT_PHOTO
        and policies.can_report(viewer, picture)
    )
    return PictureView(
        public_id=pid,
        state="removed" if picture.is_removed else picture.state.lower(),
        version=version(picture),
        alt=alt or str(Picture.Purpose(picture.purpose).label),
        width=picture.width,
        height=picture.height,
        image_url=reverse("media", args=["picture", pid]) if picture.is_ready else "",
        page_url=reverse("picture", args=[pid]),
        poll_url=f"{reverse('picture', args=[pid])}?part=fragment",
        events_url=reverse("picture-events", args=[pid]),
        cancel_url=reverse("picture-cancel", args=[pid]),
        retry_url=reverse("picture-retry", args=[pid]),
        retry_key=ids.new_public_id() if policies.can_retry(picture) else "",
        reroll_url=reverse("picture-reroll", args=[pid]),
        reroll_key=ids.new_public_id() if is_offered else "",
        first_url=reverse("picture", args=[first.public_id]) if first is not None else "",
        report_url=reverse("report", kwargs={"kind": "picture", "target_id": pid}) if is_reportable else "",
        removal=_present_removal(picture, viewer, decisions),
        title=title,
        message=message,
        fix=fix,
        percent=percent(picture) if picture.state == _State.RUNNING else None,
        is_canceling=picture.cancel_requested_at is not None and not picture.is_terminal,
        is_generated=picture.is_generated,
    )


def _present_removal(
    picture: Picture, viewer: Viewer | None, decisions: Mapping[str, Decision] | None
) -> RemovalView | None:
    """Return why it was removed, to its owner: moderators, who see removed ones too, cannot appeal."""
    if not picture.is_removed or (viewer is not None and viewer.pk != picture.owner_id):
        return None
    found = decisions if decisions is not None else removals.find_removals([picture])
    decision = found[picture.removal_id]
    rule = RULES.get(decision.reason_code)
    return RemovalView(
        rule=rule.title if rule is not None else "",
        rule_url=f"{reverse('guidelines')}#rule-{decision.reason_code}",
        why_url=standing_url(decision),
        appeal_url=f"{reverse('appeal')}?{urlencode({'decision': decision.public_id})}",
    )


def version(picture: Picture) -> str:
    """Return what changes whenever the page has something new to show."""
    if picture.is_removed:
        return "removed"
    canceling = "-canceling" if picture.cancel_requested_at and not picture.is_terminal else ""
    return f"{picture.state.lower()}-{picture.step}-{picture.attempts}{canceling}"


def percent(picture: Picture) -> int:
    """Return how much of the drawing is done."""
    return round(100 * picture.step / picture.step_count) if picture.step_count else 0


def _words(picture: Picture, *, now: datetime) -> tuple[Text, Text, Text]:
    if picture.is_ready:
        return "", "", ""
    if picture.is_removed:
        return (
            _("Removed"),
            _("A moderator removed this picture. Nobody sees it any more."),
            "",
        )
    if picture.state == _State.QUEUED:
        return _waiting_words(picture, now=now)
    if picture.state == _State.RUNNING:
        if picture.cancel_requested_at is not None:
            return _("Stopping …"), "", ""
        left = _left(queries.estimate_seconds(picture))
        if _is_retake(picture):
            why = _("The first try did not look enough like them.")
            return _("Drawing once more …"), f"{why} {left}".strip(), ""
        return _("Drawing …"), left, ""
    if picture.state == _State.CANCELED:
        return _("Canceled"), _("You stopped this picture. It cost nothing."), ""
    if picture.state == _State.REFUSED:
        return _refused_words(picture.failure_code)
    return _failed_words(picture.failure_code)


def _is_retake(picture: Picture) -> bool:
    """Whether the steps that are counted are those of a second try, too."""
    if picture.strength is None:
        return False
    steps = description.read(settings.IMAGE_MODEL).steps_for(fast=settings.IMAGE_FAST)
    return retakes.is_retake(picture.step_count, steps=steps, strength=picture.strength)


def _waiting_words(picture: Picture, *, now: datetime) -> tuple[Text, Text, Text]:
    place = queries.queue_position(picture)
    place_words = _("You are next.") if place == 1 else _("Place %(place)s in the queue.") % {"place": place}
    if off := switches.refusal(Feature.PICTURES):
        return _("Drawing is paused"), f"{off.message} {place_words}", _("Your picture is safe in the queue.")
    if not queries.is_studio_awake(now=now):
        return (
            _("The studio is asleep"),
            place_words,
            _("Your picture is safe in the queue and will be drawn as soon as the studio wakes up."),
        )
    if picture.attempts:
        return _("Trying again"), place_words, _("The last try did not work; the next one starts by itself.")
    left = _left(queries.estimate_seconds(picture, place=place))
    return _("Waiting for its turn"), f"{place_words} {left}".strip(), ""


def _left(seconds: int | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return ngettext("About %(count)s second left.", "About %(count)s seconds left.", seconds) % {
            "count": seconds
        }
    minutes = round(seconds / 60)
    return ngettext("About %(count)s minute left.", "About %(count)s minutes left.", minutes) % {
        "count": minutes
    }


def _refused_words(code: str) -> tuple[Text, Text, Text]:
    if code == "restricted":
        return (
            _("Not drawn"),
            _("Your account may not make pictures at the moment."),
            _("Your standing page says until when, and why. It cost nothing."),
        )
    if code == "upload-not-reviewed":
        return (
            _("Not drawn"),
            _("The portrait was uploaded, and nobody has reviewed it yet."),
            _("Use a portrait that was drawn here, or wait for approval. It cost nothing."),
        )
    if code == "needs-a-person":
        return (
            _("Not drawn"),
            _("We cannot be sure that this is allowed."),
            _("Try it in other words. It cost nothing."),
        )
    if code in _REFUSED_BY_RULE:
        rule = RULES[code]
        return _("Not drawn"), rule.explanation, f"{rule.fix} {_('It cost nothing.')}"
    return (
        _("Not shown"),
        _("The drawing did not pass our safety check, so nobody gets to see it."),
        _("Describe the person clothed: face, hair, clothes, place. It cost nothing."),
    )


def _failed_words(code: str) -> tuple[Text, Text, Text]:
    if code == "no-reference":
        message = _("The portrait it should start from is gone.")
        return _("That did not work"), message, _("Choose another portrait and ask again. It cost nothing.")
    message = _("Something went wrong in our studio, and more tries did not help.")
    return _("That did not work"), message, _("Try again; this one cost nothing.")
