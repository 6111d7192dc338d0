"""The list of chats and one chat. Every form works without a script; the script gets JSON."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from characters import queries as character_queries
from characters.models import Character, Story
from chat import policies, presenters, queries, services, updates
from chat.forms import GreetingForm, MessageForm
from chat.models import Conversation
from core import ids
from core.pages import render_page
from core.pagination import CursorError, get_page
from core.refusals import LimitedError, Refusal, RefusedError


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


_CHATS_PER_PAGE = 20
_LINES_PER_PAGE = 40
_ORDER = ("-last_message_at", "-id")


@require_GET
@login_required
@never_cache
def chats(request: SignedInRequest) -> HttpResponse:
    """List the person's chats, the latest first."""
    try:
        page = get_page(
            queries.list_conversations(request.user),
            order=_ORDER,
            size=_CHATS_PER_PAGE,
            cursor=request.GET.get("after", ""),
        )
    except CursorError as error:
        raise Http404 from error
    next_url = f"{reverse('chats')}?{urlencode({'after': page.next_cursor})}" if page.next_cursor else ""
    context = {
        "section": "chats",
        "rows": presenters.present_rows(page.rows, request.user),
        "next_url": next_url,
        "is_first": "after" not in request.GET,
    }
    return render_page(request, "chat/chats.html", context)


@require_GET
@login_required
@never_cache
def chat(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show the end of a chat, or the part before `?before=`."""
    conversation = _get_conversation(request, public_id)
    return _render_chat(request, conversation, form=MessageForm(), before=_before(request))


@require_POST
@login_required
def start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Open the latest chat with a character, or a new one with `new=1` or when there is none."""
    try:
        character = character_queries.get_visible(request.user, slug)
    except Character.DoesNotExist as error:
        raise Http404 from error
    return _open(
        request,
        begin=partial(services.start_conversation, actor=request.user, character=character),
        back_url=character.get_absolute_url(),
    )


@require_POST
@login_required
def play(request: SignedInRequest, slug: str) -> HttpResponse:
    """Go on with a story, or play it anew with `new=1` or when it was not played yet."""
    try:
        story = character_queries.get_visible_story(request.user, slug)
    except Story.DoesNotExist as error:
        raise Http404 from error
    return _open(
        request,
        begin=partial(services.play_story, actor=request.user, story=story),
        back_url=story.get_absolute_url(),
    )


def _open(
    request: SignedInRequest,
    *,
    begin: Callable[..., tuple[Conversation, bool]],
    back_url: str,
) -> HttpResponse:
    form = MessageForm(request.POST)
    creation_key = form.cleaned_data["creation_key"] if form.is_valid() else ids.new_public_id()
    try:
        conversation, _created = begin(
            creation_key=creation_key, anew=bool(request.POST.get("new")), now=timezone.now()
        )
    except RefusedError as error:
        context = {"refusal": error.refusal, "back_url": back_url}
        return render_page(request, "chat/refused.html", context, status=_status_of(error))
    return redirect("chat", public_id=conversation.public_id)


@require_POST
@login_required
def send(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send a line."""
    return _send(request, public_id, wants_photo=False)


@require_POST
@login_required
def photo(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask for a photo; what stands in the composer is what it should show."""
    return _send(request, public_id, wants_photo=True)


@require_POST
@login_required
def stop(request: SignedInRequest, public_id: str) -> HttpResponse:
    """End the reply that is being written."""
    conversation = _get_conversation(request, public_id)
    services.stop_reply(actor=request.user, conversation=conversation, now=timezone.now())
    return _answer(request, conversation)


@require_POST
@login_required
def retry(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Have the last reply written again."""
    conversation = _get_conversation(request, public_id)
    try:
        services.retry_reply(actor=request.user, conversation=conversation, now=timezone.now())
    except RefusedError as error:
        return _refused(request, conversation, error, form=MessageForm())
    return _answer(request, conversation)


@require_POST
@login_required
def greeting(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Open the chat with another greeting."""
    conversation = _get_conversation(request, public_id)
    form = GreetingForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.choose_greeting(
            actor=request.user,
            conversation=conversation,
            index=form.cleaned_data["index"],
            now=timezone.now(),
        )
    except RefusedError as error:
        return _refused(request, conversation, error, form=MessageForm())
    return redirect("chat", public_id=public_id)


@require_GET
@login_required
@never_cache
def chat_updates(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say what is new since `?cursor=`, for pages that cannot hold a stream.

    With `?closed=` a page on which nothing is written asks only whether it has to change; else it gets 204.
    """
    conversation = _get_conversation(request, public_id)
    cursor, now = request.GET.get("cursor", ""), timezone.now()
    if (closed := request.GET.get("closed")) is not None and updates.is_quiet(
        conversation, request.user, cursor=cursor, was_read_only=closed == "true", now=now
    ):
        return HttpResponse(status=204)
    return JsonResponse(updates.read(conversation, request.user, cursor=cursor, now=now).as_json(request))


def _send(request: SignedInRequest, public_id: str, *, wants_photo: bool) -> HttpResponse:
    conversation = _get_conversation(request, public_id)
    form = MessageForm(request.POST)
    creation_key = form.cleaned_data["creation_key"] if form.is_valid() else ids.new_public_id()
    try:
        services.send_message(
            actor=request.user,
            conversation=conversation,
            text=request.POST.get("text", ""),
            creation_key=creation_key,
            wants_photo=wants_photo,
            now=timezone.now(),
        )
    except RefusedError as error:
        return _refused(request, conversation, error, form=form)
    return _answer(request, conversation)


def _answer(request: SignedInRequest, conversation: Conversation) -> HttpResponse:
    if not _is_script(request):
        return redirect(f"{reverse('chat', args=[conversation.public_id])}#latest")
    fresh = queries.get_conversation_for(request.user, conversation.public_id)
    found = updates.read(fresh, request.user, cursor=request.POST.get("cursor", ""), now=timezone.now())
    return JsonResponse({**found.as_json(request), "creationKey": ids.new_public_id()})


def _refused(
    request: SignedInRequest, conversation: Conversation, error: RefusedError, *, form: MessageForm
) -> HttpResponse:
    status = _status_of(error)
    if _is_script(request):
        refusal = error.refusal
        return JsonResponse(
            {"code": refusal.code, "message": str(refusal.message), "fix": str(refusal.fix)}, status=status
        )
    return _render_chat(request, conversation, form=form, before=None, refusal=error.refusal, status=status)


def _render_chat(
    request: SignedInRequest,
    conversation: Conversation,
    *,
    form: MessageForm,
    before: int | None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    viewer = request.user
    lines = queries.list_lines_before(conversation.pk, before, count=_LINES_PER_PAGE)
    closed = policies.write_refusal(viewer, conversation, now=now)
    last_revision = next((line.revision for line in reversed(lines) if line.revision is not None), None)
    persona = presenters.present_persona(conversation, viewer, last_revision=last_revision)
    first_position = lines[0].position if lines else 1
    views = presenters.present_lines(
        lines,
        viewer=viewer,
        persona=persona,
        last_position=queries.get_last_position(conversation.pk)
        if before
        else first_position + len(lines) - 1,
        is_read_only=closed is not None,
        day_before=_time_above(conversation, first_position),
        now=now,
    )
    page_url = reverse("chat", args=[conversation.public_id])
    context: dict[str, Any] = {
        "section": "chats",
        "conversation_id": conversation.public_id,
        "persona": persona,
        "lines": views,
        "older_url": f"{page_url}?{urlencode({'before': first_position})}" if first_position > 1 else "",
        "page_url": page_url,
        "part_url": f"{page_url}?{urlencode({'before': before})}" if before else page_url,
        "is_latest": before is None,
        "is_writing": any(view.is_unfinished for view in views),
        "is_waiting": any(
            view.is_unfinished or (view.photo is not None and view.photo.is_unfinished) for view in views
        ),
        "cursor": updates.cursor_of(views, conversation.change_count),
        "closed": closed,
        "refusal": refusal,
        "form": form,
        "opening": presenters.present_opening(conversation, viewer, is_read_only=closed is not None),
        "responder_note": presenters.responder_note(persona.name),
        "new_chat_key": ids.new_public_id(),
        "story": presenters.present_story(conversation, viewer),
        "again_url": _again_url(conversation, viewer, closed, now=now),
        "is_kept": policies.is_kept(viewer, conversation),
        "text_limit": services.MESSAGE_CHARACTERS_MAX,
        "today": timezone.localtime(now).date(),
    }
    return render_page(request, "chat/chat.html", context, partial="older", status=status)


def _again_url(conversation: Conversation, viewer: User, closed: Refusal | None, *, now: datetime) -> str:
    """Return where another one is begun; empty where that is as impossible as going on with this one."""
    story, character = conversation.story, conversation.character
    if story is not None:
        is_possible = closed is None or policies.play_refusal(viewer, story, now=now) is None
        return reverse("story-play", args=[story.slug]) if is_possible else ""
    return reverse("chat-start", args=[character.slug]) if closed is None else ""


def _time_above(conversation: Conversation, position: int) -> datetime | None:
    return queries.find_time_before(conversation.pk, position) if position > 1 else None


def _get_conversation(request: SignedInRequest, public_id: str) -> Conversation:
    try:
        return queries.get_conversation_for(request.user, public_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error


def _before(request: SignedInRequest) -> int | None:
    value = request.GET.get("before", "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Http404(_("There is no such part of the chat."))
    return int(value)


def _is_script(request: SignedInRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _status_of(error: RefusedError) -> int:
    if isinstance(error, LimitedError):
        return 429
    return 409 if error.refusal.code == "reply-pending" else 422
