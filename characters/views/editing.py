"""What the editing pages of characters and stories share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from characters import library, policies, queries, services
from characters.forms import ItemForm, is_slug
from characters.models import Character, Item, Story, Visibility
from characters.views import common
from core.pages import render_page
from core.refusals import Refusal, RefusedError
from policies.rules import RULES

AnyItem = TypeVar("AnyItem", bound=Item)


@dataclass(frozen=True, slots=True)
class Editor(Generic[AnyItem]):
    """How the page of one kind finds and stores its item."""

    model: type[AnyItem]
    get_own_or_404: Callable[[HttpRequest, str], AnyItem]
    create: Callable[..., tuple[AnyItem, bool]]

    def find_sent(self, request: HttpRequest) -> AnyItem | None:
        """Return the item whose page sent the form; a new one has none yet."""
        slug = request.POST.get(self.model.KIND, "")
        if not slug:
            return None
        if not is_slug(slug):
            raise Http404
        return self.get_own_or_404(request, slug)

    def store(self, request: HttpRequest, form: ItemForm, item: AnyItem | None) -> AnyItem:
        """Create or update what the form shows."""
        owner, visibility, now = common.actor_of(request), form.cleaned_data["visibility"], timezone.now()
        if item is None:
            made, _created = self.create(
                owner=owner,
                content=form.content(),
                visibility=visibility,
                creation_key=form.cleaned_data["creation_key"],
                now=now,
            )
            return made
        services.save_draft(
            actor=owner,
            item=item,
            content=form.content(),
            visibility=visibility,
            opened_on=request.POST.get("opened_on", ""),
            now=now,
        )
        return item

    def find_stored(self, request: HttpRequest, form: ItemForm, item: AnyItem | None) -> AnyItem | None:
        """Return the item that a refusal was about, as it is now; the form may have made it before."""
        if item is None:
            item = queries.find_made(self.model, common.actor_of(request), form.cleaned_data["creation_key"])
        return self.get_own_or_404(request, item.slug) if item is not None else None


CHARACTERS = Editor(Character, common.get_own_or_404, services.create_character)
STORIES = Editor(Story, common.get_own_story_or_404, services.create_story)


def build_context(
    request: HttpRequest,
    *,
    form: ItemForm,
    item: Item | None,
    preview_fields: Iterable[str],
    error: RefusedError | None,
    refusal: Refusal | None,
) -> dict[str, Any]:
    """Return what both editors show.

    preview_fields: of which the preview consists; error: a refusal of what the form asked for; refusal: one
    of the page as such.
    """
    code = error.refusal.code if error is not None else ""
    addresses = library.present_links(item) if item is not None else None
    kind = form.KIND
    home = "library-stories" if kind == Story.KIND else "library"
    return {
        "form": form,
        "form_id": form.FORM_ID,
        "item": item,
        "title_name": item.working_revision.name if item is not None else "",
        "is_live": item is not None and item.live_revision_id is not None,
        "save_url": addresses.edit if addresses is not None else reverse(f"{kind}-new"),
        "cancel_url": item.get_absolute_url() if item is not None else reverse(home),
        "preview_url": reverse(f"{kind}-preview"),
        "preview_fields": ",".join(preview_fields),
        "withdraw_url": addresses.withdraw if addresses is not None else "",
        "guidelines_url": reverse("guidelines"),
        "opened_on": _opened_on(request, item, code),
        "has_other_version": code == policies.EDITED_MEANWHILE,
        "must_withdraw": code == policies.WITHDRAW_FIRST,
        "section": "library" if item is not None else "create",
        "refusal": error.refusal if error is not None else refusal,
        "review_note": _review_note(item),
    }


def respond(
    request: HttpRequest, template: str, context: dict[str, Any], *, error: RefusedError | None
) -> HttpResponse:
    """Draw the page; a conflict and a limit say so with the status, too."""
    code = error.refusal.code if error is not None else ""
    status = 409 if code in {policies.EDITED_MEANWHILE, policies.WITHDRAW_FIRST} else 200
    return common.limit_response(render_page(request, template, context, status=status), error)


def respond_frozen(request: HttpRequest, item: Item, refusal: Refusal) -> HttpResponse:
    """Say why it cannot be edited now, with the buttons that help."""
    context = {"item": library.present_item(item, common.actor_of(request)), "refusal": refusal}
    return render_page(request, "characters/edit_refused.html", context, status=409)


def tell_saved(request: HttpRequest, form: ItemForm, saved: Item) -> None:
    """Say who sees what was saved."""
    if saved.live_revision_id is not None:
        text = _("Saved. Others keep seeing the approved version until this edit is submitted and approved.")
    elif form.cleaned_data["visibility"] == Visibility.PUBLIC:
        text = _("Saved. Only you can see it for now; it becomes visible to others after review.")
    else:
        text = _("Saved privately. Only you can see it.")
    messages.success(request, text)


def _opened_on(request: HttpRequest, item: Item | None, code: str) -> str:
    """Return the version that the form replaces: a newer one only once its creator was told of it."""
    if item is None:
        return ""
    if code != policies.EDITED_MEANWHILE and (sent := request.POST.get("opened_on")):
        return sent
    version: str = item.working_revision.version
    return version


def _review_note(item: Item | None) -> dict[str, str] | None:
    """Return why the last version was not accepted, beside the form that mends it."""
    if item is None:
        return None
    for revision in (item.open_revision, item.delisted_revision):
        if revision is not None and revision.reason_code:
            rule = RULES.get(revision.reason_code)
            return {
                "explanation": revision.explanation,
                "fix": revision.fix,
                "rule": str(rule.title) if rule is not None else "",
                "rule_url": f"{reverse('guidelines')}#rule-{revision.reason_code}",
            }
    return None
