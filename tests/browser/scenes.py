"""What each page shows while it is looked at: who is there, and what they made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Restriction, User
from accounts.services import block_user, lock_until_verified, mute_user, restrict_user, send_unlock_code
from characters import review_queue, services
from characters.models import Character, Revision, State, Visibility
from characters.services import set_visibility
from chat import services as chat_services
from chat.models import Message
from core import ids
from imagegen.models import Picture
from moderation import child_safety, claims
from moderation.models import Decision, SafetyCase, SecondReview
from notifications import links
from notifications.models import Timing
from notifications.queries import Wish
from notifications.services import notify, set_wishes
from tests import factories
from tests.browser import appeal_scenes, chat_scenes, numbers, story_scenes
from tests.browser.harness import BEST_PRACTICE, WCAG

LONG_NAME = "Wilhelmina Featherstonehaugh of Extraordinarily-Long Harbour"


def make_character(*, owner: User, **fields: Any) -> Character:
    """Return a character whose portrait is a real file."""
    portrait = factories.make_picture(owner=owner, with_file=True)
    return factories.make_character(owner=owner, portrait_id=portrait.pk, **fields)


class Scene:
    """People and things that are made when a page asks for them."""

    @cached_property
    def member(self) -> User:
        return factories.make_user(username="mira", display_name="Mira Holm")

    @cached_property
    def staff(self) -> User:
        return factories.make_staff(username="dana", is_superuser=True)

    @cached_property
    def other(self) -> User:
        return factories.make_user(username="otto", display_name="Otto")

    def find_user(self, who: str) -> User | None:
        """Return who looks: "" is nobody."""
        return getattr(self, who) if who else None


@dataclass(frozen=True)
class PageCase:
    """One page: `path` makes what it shows and returns its address."""

    name: str
    path: Callable[[Scene], str]
    viewer: str = ""
    status: int = 200
    needs_debug: bool = False
    axe_tags: tuple[str, ...] = WCAG + BEST_PRACTICE


def staff(name: str, path: Callable[[Scene], str]) -> PageCase:
    """A page of the stock admin: WCAG 2.2 AA holds; axe's further advice meets Django's own markup."""
    return PageCase(name, path, viewer="staff", axe_tags=WCAG)


def at(name: str, **arguments: str) -> Callable[[Scene], str]:
    """Return a path that needs nothing to be made."""
    return lambda _scene: reverse(name, kwargs=arguments or None)


def literal(path: str) -> Callable[[Scene], str]:
    return lambda _scene: path


def of_character(name: str, *, state: str = State.APPROVED, is_own: bool = False) -> Callable[[Scene], str]:
    """Return a path of a fresh character's page; the member's own, or somebody else's."""

    def path(scene: Scene) -> str:
        owner = scene.member if is_own else scene.other
        character = make_character(owner=owner, state=state, name=LONG_NAME)
        return reverse(name, kwargs={"slug": character.slug})

    return path


def with_characters(path: str) -> Callable[[Scene], str]:
    """Return a path after others published some characters."""

    def build(scene: Scene) -> str:
        for name in ("Mira Vale", LONG_NAME, "日本語の名前"):
            make_character(owner=scene.other, state=State.APPROVED, name=name)
        return path

    return build


def full_library(scene: Scene) -> str:
    for state in State:
        make_character(owner=scene.member, state=state, name=f"In {state.label}")
    return reverse("library")


def report_form(scene: Scene) -> str:
    character = make_character(owner=scene.other, state=State.APPROVED)
    return reverse("report", kwargs={"kind": "character", "target_id": character.public_id})


def review_page(scene: Scene) -> str:
    """A second version beside the live one."""
    character = make_character(owner=scene.other, state=State.APPROVED)
    factories.edit(character, bio="A new bio.", name=LONG_NAME)
    revision = factories.advance(character, State.PENDING)
    return reverse("admin:characters_pendingrevision_change", args=[revision.pk])


def full_queue(scene: Scene) -> str:
    """Something new, something held, an edit, one that somebody works on."""
    for name in ("Mira Vale", LONG_NAME):
        make_character(owner=scene.other, state=State.PENDING, name=name)
    held = make_character(owner=scene.other, state=State.SUBMITTED, bio="She looks exactly like the actor.")
    services.screen_revision(revision_id=held.open_revision.pk, now=factories.NOW)
    claims.claim(
        actor=factories.make_staff(username="omar"),
        **review_queue.entry_of(held.open_revision),
        now=datetime.now(UTC),
    )
    return reverse("admin:characters_pendingrevision_changelist")


def review_together(scene: Scene) -> str:
    full_queue(scene)
    keys = list(Revision.objects.filter(state__in=["PENDING", "SUBMITTED"]).values_list("pk", flat=True))
    query = urlencode({"item": keys}, doseq=True)
    return f"{reverse('admin:characters_pendingrevision_bulk')}?{query}"


def second_review(scene: Scene) -> str:
    """A decision that somebody else is to look at again."""
    character = make_character(owner=scene.other, state=State.APPROVED, name=LONG_NAME)
    decision = Decision.objects.get(target_id=character.public_id)
    entry = review_queue.entry_of(character.live_revision)
    review = SecondReview.objects.create(decision=decision, **entry, created_at=factories.NOW)
    return reverse("admin:characters_pendingrevision_second", args=[review.public_id])


def second_reviews(scene: Scene) -> str:
    second_review(scene)
    return reverse("admin:moderation_secondreview_changelist")


def staff_character_page(scene: Scene) -> str:
    """A live character with its history and the form that takes it down."""
    character = make_character(owner=scene.other, state=State.SUPERSEDED, name=LONG_NAME)
    return reverse("admin:characters_character_change", args=[character.pk])


def open_safety_case(scene: Scene) -> SafetyCase:
    case, _is_new = child_safety.record_hit(
        subject=scene.other.subject,
        purpose="picture-prompt",
        content_hash="0f" * 32,
        content="withheld",
        now=factories.NOW,
    )
    return case


def safety_queue(scene: Scene) -> str:
    open_safety_case(scene)
    return reverse("admin:moderation_safetycase_changelist")


def safety_case(scene: Scene) -> str:
    return reverse("admin:moderation_safetycase_change", args=[open_safety_case(scene).pk])


def many_notices(scene: Scene) -> str:
    for kind in ("approved", "rejected"):
        notify(
            user=scene.member,
            kind=f"character-{kind}",
            title=f"{LONG_NAME} was {kind}",
            body="Open it to see what was decided and what you can do now.",
            url=reverse("library"),
            now=factories.NOW,
        )
    return reverse("notifications")


def way_out(scene: Scene) -> str:
    """A link of a mail that turns such mails off."""
    return urlsplit(links.unsubscribe_url(scene.member, group="reviews")).path


def narrowed_notices(scene: Scene) -> str:
    return many_notices(scene) + "?group=reviews"


def chosen_notices(scene: Scene) -> str:
    """Settings that differ from what everybody starts with."""
    wish = Wish(is_shown=False, by_mail=Timing.DAILY)
    set_wishes(actor=scene.member, wishes={"reviews": wish}, now=factories.NOW)
    return reverse("settings-notifications")


def conversation(*, messages: tuple[str, ...] = (), is_closed: bool = False) -> Callable[[Scene], str]:
    """Return a path of the member's chat; closed because its character became private."""

    def path(scene: Scene) -> str:
        character = make_character(owner=scene.other, state=State.APPROVED, name=LONG_NAME)
        begun, _created = chat_services.start_conversation(
            actor=scene.member, character=character, creation_key=ids.new_public_id(), now=factories.NOW
        )
        for text in messages:
            chat_services.send_message(
                actor=scene.member,
                conversation=begun,
                text=text,
                creation_key=ids.new_public_id(),
                now=factories.NOW,
            )
        if is_closed:
            set_visibility(
                actor=scene.other, item=character, visibility=Visibility.PRIVATE, now=factories.NOW
            )
        return reverse("chat", kwargs={"public_id": begun.public_id})

    return path


def restricted_standing(scene: Scene) -> str:
    """Two features restricted, one of them for good."""
    for scope, days in ((Restriction.Scope.CHAT, 7), (Restriction.Scope.PICTURES, None)):
        restrict_user(
            actor=None,
            user=scene.member,
            scope=scope,
            reason_code="hate",
            explanation="You attacked a group of people. Villains are welcome; slurs are not.",
            ends_at=datetime.now(UTC) + timedelta(days=days) if days is not None else None,
            now=datetime.now(UTC),
        )
    return reverse("settings-standing")


def locked(name: str) -> Callable[[Scene], str]:
    """Return a path that a person who is locked out sees; a code was mailed to them, and they have an app."""

    def path(scene: Scene) -> str:
        TOTP.activate(scene.member, "JBSWY3DPEHPK3PXP")
        lock_until_verified(user=scene.member, reason_code="spam", now=datetime.now(UTC))
        send_unlock_code(actor=scene.member, now=datetime.now(UTC))
        return reverse(name)

    return path


def blocked_people(scene: Scene) -> str:
    for name in ("Otto", LONG_NAME[:50]):
        person = factories.make_user(display_name=name)
        for keep_apart in (block_user, mute_user):
            keep_apart(actor=scene.member, public_id=person.public_id, now=factories.NOW)
    return reverse("settings-blocked")


def block_question(scene: Scene) -> str:
    return reverse("person-block", kwargs={"public_id": scene.other.public_id})


def list_of_chats(scene: Scene) -> str:
    conversation(messages=("Hello! " + "A long line that goes on and on. " * 8,))(scene)
    return reverse("chats")


def picture(**fields: Any) -> Callable[[Scene], str]:
    """Return a path of the page of one of the member's pictures."""

    def path(scene: Scene) -> str:
        shown = factories.make_picture(owner=scene.member, **fields)
        return reverse("picture", kwargs={"public_id": shown.public_id})

    return path


def make_unlike_photo(*, owner: User, **fields: Any) -> Picture:
    """Return a finished photo that is not enough like its person."""
    values = {
        "mode": Picture.Mode.IMAGE_TO_IMAGE,
        "prompt": "at the beach",
        "strength": 0.9,
        "likeness": 0.6,
        "likeness_floor": 0.7,
        "with_file": True,
    }
    return factories.make_picture(owner=owner, **(values | fields))


def unlike_photos(scene: Scene) -> str:
    """Photos of a character: one to be drawn again, one that was, and its second try."""
    character = make_character(owner=scene.member, state=State.APPROVED, name=LONG_NAME)
    revision = character.live_revision
    assert revision is not None
    values = {"owner": scene.member, "purpose": Picture.Purpose.PHOTO, "reference": revision.portrait}
    first = make_unlike_photo(**values, is_rerolled=True)
    make_unlike_photo(**values, reroll_of=first)
    make_unlike_photo(**values)
    return reverse("character", kwargs={"slug": character.slug})


def unlike_chat_photo(scene: Scene) -> str:
    path = conversation(messages=("Is the lamp lit tonight?",))(scene)
    photo = make_unlike_photo(owner=scene.member, purpose=Picture.Purpose.CHAT_PHOTO)
    Message.objects.filter(author=Message.Author.CHARACTER, state=Message.State.QUEUED).update(
        state=Message.State.DONE, text="Look what I found.", photo=photo, finished_at=factories.NOW
    )
    return path


def unlike_picture(scene: Scene) -> str:
    shown = make_unlike_photo(owner=scene.member, purpose=Picture.Purpose.PHOTO)
    return reverse("picture", kwargs={"public_id": shown.public_id})


PAGES = [
    PageCase("guidelines", at("guidelines")),
    PageCase("guidelines-signed-in", at("guidelines"), viewer="member"),
    PageCase("transparency", numbers.decided),
    PageCase("transparency-empty", at("transparency"), viewer="member"),
    PageCase("sign-in", at("account_login")),
    PageCase("sign-up", at("account_signup")),
    PageCase("password-reset", at("account_reset_password")),
    PageCase("settings-safety", at("settings-safety"), viewer="member"),
    PageCase("settings-security", at("settings-security"), viewer="member"),
    PageCase("settings-standing", at("settings-standing"), viewer="member"),
    PageCase("settings-standing-restricted", restricted_standing, viewer="member"),
    PageCase("settings-standing-locked", locked("settings-standing"), viewer="member"),
    PageCase("settings-standing-history", appeal_scenes.standing_history, viewer="member"),
    PageCase("settings-standing-suspended", appeal_scenes.suspended_standing, viewer="member"),
    PageCase("settings-verify", locked("settings-verify"), viewer="member"),
    PageCase("settings-blocked", blocked_people, viewer="member"),
    PageCase("settings-blocked-empty", at("settings-blocked"), viewer="member"),
    PageCase("block", block_question, viewer="member"),
    PageCase("notifications", many_notices, viewer="member"),
    PageCase("notifications-empty", at("notifications"), viewer="member"),
    PageCase("notifications-narrowed", narrowed_notices, viewer="member"),
    PageCase("settings-notifications", at("settings-notifications"), viewer="member"),
    PageCase("settings-notifications-chosen", chosen_notices, viewer="member"),
    PageCase("unsubscribe", way_out),
    PageCase("unsubscribe-unknown", at("notifications-unsubscribe", token="x"), status=404),
    PageCase("discover", with_characters("/")),
    PageCase("discover-empty", at("discover")),
    PageCase("discover-signed-in", with_characters("/"), viewer="member"),
    PageCase("search-nothing", literal("/?q=nobody+is+called+this")),
    PageCase("category", at("category", category="fantasy")),
    PageCase("character", of_character("character")),
    PageCase("character-signed-in", of_character("character"), viewer="member"),
    PageCase("character-own", of_character("character", is_own=True), viewer="member"),
    PageCase(
        "character-own-draft", of_character("character", state=State.DRAFT, is_own=True), viewer="member"
    ),
    PageCase("create", at("character-new"), viewer="member"),
    PageCase("edit", of_character("character-edit", is_own=True), viewer="member"),
    PageCase(
        "edit-rejected", of_character("character-edit", state=State.REJECTED, is_own=True), viewer="member"
    ),
    PageCase("why", of_character("character-why", state=State.DELISTED, is_own=True), viewer="member"),
    PageCase("library", full_library, viewer="member"),
    PageCase("library-empty", at("library"), viewer="member"),
    PageCase("stories", story_scenes.discovery),
    PageCase("stories-empty", at("stories"), viewer="member"),
    PageCase("stories-nothing", literal("/stories/?q=nothing+is+called+this")),
    PageCase("story", story_scenes.of_others),
    PageCase("story-signed-in", story_scenes.of_others, viewer="member"),
    PageCase("story-own-draft", story_scenes.own_draft, viewer="member"),
    PageCase("story-own-missing", story_scenes.own_with_somebody_missing, viewer="member"),
    PageCase("story-create", at("story-new"), viewer="member"),
    PageCase("story-edit", story_scenes.editor, viewer="member"),
    PageCase("story-edit-rejected", story_scenes.editor_with_choice, viewer="member"),
    PageCase("story-why", story_scenes.why, viewer="member"),
    PageCase("library-stories", story_scenes.full_library, viewer="member"),
    PageCase("library-stories-empty", at("library-stories"), viewer="member"),
    PageCase("chats", list_of_chats, viewer="member"),
    PageCase("chats-stories", story_scenes.list_of_games, viewer="member"),
    PageCase("chat-story", story_scenes.game, viewer="member"),
    PageCase("chat-story-closed", story_scenes.closed_game, viewer="member"),
    PageCase("chats-empty", at("chats"), viewer="member"),
    PageCase("chat", conversation(), viewer="member"),
    PageCase("chat-waiting", conversation(messages=("Is the lamp lit tonight?",)), viewer="member"),
    PageCase("chat-closed", conversation(is_closed=True), viewer="member"),
    PageCase("chat-care", conversation(messages=("Some nights I want to hurt myself.",)), viewer="member"),
    PageCase("picture", picture(with_file=True), viewer="member"),
    PageCase("picture-unlike", unlike_picture, viewer="member"),
    PageCase("character-unlike-photos", unlike_photos, viewer="member"),
    PageCase("chat-unlike-photo", unlike_chat_photo, viewer="member"),
    PageCase("chat-removed", chat_scenes.removed_reply, viewer="member"),
    PageCase("chats-removed", chat_scenes.removed_last, viewer="member"),
    PageCase("chat-recast", chat_scenes.recast_game, viewer="member"),
    PageCase("picture-waiting", picture(ready=False), viewer="member"),
    PageCase("settings-safety-off", at("settings-safety-off"), viewer="member"),
    PageCase("password-change", at("account_change_password"), viewer="member"),
    PageCase("email-change", at("account_email"), viewer="member"),
    PageCase("two-factor", at("mfa_index"), viewer="member"),
    PageCase("sign-out", at("account_logout"), viewer="member"),
    PageCase("verification-sent", at("account_email_verification_sent")),
    PageCase("password-reset-done", at("account_reset_password_done")),
    PageCase("report", report_form, viewer="member"),
    PageCase("appeal-choose", appeal_scenes.choose, viewer="member"),
    PageCase("appeal-choose-empty", at("appeal"), viewer="member"),
    PageCase("appeal-form", appeal_scenes.form_about_content, viewer="member"),
    PageCase("appeal-form-suspended", appeal_scenes.form_of_suspended, viewer="member"),
    PageCase("appeal-form-report", appeal_scenes.form_about_report, viewer="member"),
    PageCase("appeal-refused", appeal_scenes.form_refused, viewer="member", status=409),
    PageCase("appeals", appeal_scenes.own_appeals, viewer="member"),
    PageCase("appeals-empty", at("appeals"), viewer="member"),
    PageCase("appeal-open", appeal_scenes.open_appeal, viewer="member"),
    PageCase("appeal-late", appeal_scenes.late_appeal, viewer="member"),
    PageCase("appeal-answered", appeal_scenes.answered_appeal, viewer="member"),
    PageCase("appeal-withdraw", appeal_scenes.withdrawing, viewer="member"),
    staff("staff-queue", full_queue),
    staff("staff-together", review_together),
    staff("staff-second-review", second_review),
    staff("staff-second-reviews", second_reviews),
    staff("staff-counters", at("admin:moderation_counters")),
    staff("staff-pictures", at("admin:moderation_reviewer_settings")),
    staff("staff-characters", at("admin:characters_character_changelist")),
    staff("staff-character", staff_character_page),
    staff("staff-review", review_page),
    staff("staff-index", at("admin:index")),
    staff("staff-switches", at("admin:core_featureswitch_changelist")),
    staff("staff-reports", at("admin:moderation_case_changelist")),
    staff("staff-child-safety", safety_queue),
    staff("staff-child-safety-case", safety_case),
    staff("staff-audit", at("admin:core_auditevent_changelist")),
    PageCase("gallery", at("gallery"), needs_debug=True),
    PageCase("error-404", literal("/nowhere/"), status=404),
    PageCase("error-403", literal("/break/403/"), status=403, viewer="member"),
    PageCase("error-csrf", literal("/break/csrf/"), status=403),
    PageCase("error-429", literal("/break/429/"), status=429),
    PageCase("error-400", literal("/break/400/"), status=400),
    PageCase("error-500", literal("/break/500/"), status=500),
]
