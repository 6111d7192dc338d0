"""Writing a story and changing it. The cast is chosen on the same page, with or without a script."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from characters import casting, persona, policies, queries, services
from characters.casting import CastPanel, Step
from characters.forms import StoryForm, clean_search, is_slug
from characters.models import Story
from characters.views import common, editing
from core.pages import render_page
from core.refusals import Refusal, RefusedError

GET_POST = require_http_methods(["GET", "POST"])
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
    story = _find_story(request)
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
    return _render_typed(request, request.POST, _find_story(request))


def _take(request: HttpRequest, story: Story | None) -> HttpResponse:
    """Save what was sent; without a script, Enter in the search of the cast only searches."""
    if "save" not in request.POST and _words(request):
        return _render_typed(request, request.POST, story)
    form = StoryForm(request.POST, owner=common.actor_of(request), today=timezone.localdate())
    error: RefusedError | None = None
    if form.is_valid():
        try:
            saved = _store(request, form, story)
        except RefusedError as refused:
            error = refused
            story = _find_stored(request, form, story)
        else:
            editing.tell_saved(request, form, saved)
            return redirect("story", slug=saved.slug)
    return _render(request, form, story, error=error)


def _store(request: HttpRequest, form: StoryForm, story: Story | None) -> Story:
    now = timezone.now()
    if story is None:
        made, _created = services.create_story(
            owner=common.actor_of(request),
            content=form.content(),
            visibility=form.cleaned_data["visibility"],
            creation_key=form.cleaned_data["creation_key"],
            now=now,
        )
        return made
    services.save_draft(
        actor=common.actor_of(request),
        item=story,
        content=form.content(),
        visibility=form.cleaned_data["visibility"],
        opened_on=request.POST.get("opened_on", ""),
        now=now,
    )
    return story


def _find_stored(request: HttpRequest, form: StoryForm, story: Story | None) -> Story | None:
    """Return the story that a refusal was about, as it is now; the form may have made it before."""
    if story is None:
        story = queries.find_made(Story, common.actor_of(request), form.cleaned_data["creation_key"])
    return common.get_own_story_or_404(request, story.slug) if story is not None else None


def _find_story(request: HttpRequest) -> Story | None:
    """Return the story whose page sent the form; a new one has none yet."""
    slug = request.POST.get("story", "")
    if not slug:
        return None
    if not is_slug(slug):
        raise Http404
    return common.get_own_story_or_404(request, slug)


def _words(request: HttpRequest) -> str:
    return clean_search(request.POST.get("cast_search", ""))


def _compose(request: HttpRequest, values: Any) -> persona.Persona:
    cast = values.getlist("cast") if isinstance(values, QueryDict) else values.get("cast") or []
    names = ("name", "opening_scene", "plot")
    texts = {name: persona.clean_typed(values.get(name)) for name in names}
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
    values = {name: form[name].value() for name in ("name", "opening_scene", "plot", "cast")}
    context = editing.build_context(
        request, kind="story", form=form, item=story, error=error, refusal=refusal
    ) | {
        "cancel_url": story.get_absolute_url() if story is not None else reverse("library-stories"),
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
