"""Writing a story and changing it. The cast is chosen on the same page, with or without a script."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from characters import casting, persona, policies
from characters.casting import CastPanel, Step
from characters.forms import StoryForm, clean_search
from characters.models import Story
from characters.views import common, editing
from core.pages import render_page
from core.refusals import Refusal, RefusedError

GET_POST = require_http_methods(["GET", "POST"])
_PERSONA_FIELDS = ("name", "opening_scene", "plot")
_STEPS = ("add", "remove", "move_up", "move_down")


@login_required
@GET_POST
def new(request: HttpRequest) -> HttpResponse:
    """Show the empty form, or make the story that was sent."""
    if request.method == "POST":
        return _take(request, None)
    owner = common.actor_of(request)
    form = StoryForm(owner=owner, today=timezone.localdate())
    refusal = policies.creation_refusal(owner, now=timezone.now())
    return _render(request, form, None, refusal=refusal)


@login_required
@GET_POST
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the working version, or save a change of it."""
    story = common.get_own_story_or_404(request, slug)
    if request.method == "POST":
        return _take(request, story)
    if refusal := policies.edit_refusal(common.actor_of(request), story):
        return editing.respond_frozen(request, story, refusal)
    form = StoryForm.of_revision(
        story.working_revision,
        visibility=story.visibility,
        owner=common.actor_of(request),
        today=timezone.localdate(),
    )
    return _render(request, form, story)


@login_required
@require_POST
def cast(request: HttpRequest) -> HttpResponse:
    """Change the cast, or look for more of it; nothing is stored before the form is saved."""
    story = editing.STORIES.find_sent(request)
    step = Step(tuple(casting.clean_ids(request.POST.getlist("cast"))))
    for action in _STEPS:
        if public_id := request.POST.get(action):
            step = casting.take_step(step.cast, action=action, public_id=public_id)
    data = request.POST.copy()
    data.setlist("cast", list(step.cast))
    if request.headers.get("HX-Request") != "true":
        return _render_typed(request, data, story, step=step)
    panel = _build_panel(request, story, cast=step.cast, words=_words(request), step=step)
    context = {"panel": panel, "form_id": StoryForm.FORM_ID}
    return render_page(request, "characters/_cast.html", context)


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what the model reads of the story as it stands; nothing is stored."""
    if request.headers.get("HX-Request") == "true":
        return render_page(request, "characters/_persona.html", {"persona": _compose(request, request.POST)})
    return _render_typed(request, request.POST, editing.STORIES.find_sent(request))


def _take(request: HttpRequest, story: Story | None) -> HttpResponse:
    """Save what was sent; without a script, Enter in the search of the cast only searches."""
    if "save" not in request.POST and _words(request):
        return _render_typed(request, request.POST, story)
    form = StoryForm(request.POST, owner=common.actor_of(request), today=timezone.localdate())
    error: RefusedError | None = None
    if form.is_valid():
        try:
            saved = editing.STORIES.store(request, form, story)
        except RefusedError as refused:
            error = refused
            story = editing.STORIES.find_stored(request, form, story)
        else:
            editing.tell_saved(request, form, saved)
            return redirect("story", slug=saved.slug)
    return _render(request, form, story, error=error)


def _words(request: HttpRequest) -> str:
    return clean_search(request.POST.get("cast_search", ""))


def _compose(request: HttpRequest, values: Any) -> persona.Persona:
    cast = values.getlist("cast") if isinstance(values, QueryDict) else values.get("cast") or []
    texts = {name: persona.clean_typed(values.get(name)) for name in _PERSONA_FIELDS}
    return persona.compose_story(**texts, cast=casting.list_notes(common.actor_of(request), cast))


def _build_panel(
    request: HttpRequest, story: Story | None, *, cast: tuple[str, ...], words: str, step: Step
) -> CastPanel:
    revision = story.working_revision if story is not None else None
    stored = zip(revision.cast, revision.list_cast(), strict=False) if revision is not None else ()
    return casting.build_panel(
        common.actor_of(request),
        cast=cast,
        words=words,
        known={public_id: member.name for public_id, member in stored},
        said=step.said,
        problem=step.problem,
    )


def _render_typed(
    request: HttpRequest, data: QueryDict, story: Story | None, *, step: Step | None = None
) -> HttpResponse:
    """Draw the page again with everything that was typed, for browsers without JavaScript."""
    form = StoryForm.typed(data, owner=common.actor_of(request), today=timezone.localdate())
    return _render(request, form, story, step=step)


def _render(
    request: HttpRequest,
    form: StoryForm,
    story: Story | None,
    *,
    step: Step | None = None,
    error: RefusedError | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    step = step or Step(())
    values = {name: form[name].value() for name in (*_PERSONA_FIELDS, "cast")}
    context = editing.build_context(
        request,
        form=form,
        item=story,
        preview_fields=(*_PERSONA_FIELDS, "cast"),
        error=error,
        refusal=refusal,
    ) | {
        "panel": _build_panel(
            request,
            story,
            cast=tuple(form.cast_ids),
            words=_words(request),
            step=step,
        ),
        "persona": _compose(request, values),
    }
    return editing.respond(request, "characters/story_editor.html", context, error=error)
