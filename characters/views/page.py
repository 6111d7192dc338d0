"""A character's page, as its creator and as others see it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from characters import photos, policies, presenters, services
from characters.forms import PhotoForm
from characters.models import Character
from characters.views import common, item_page
from core.pages import render_page
from core.refusals import RefusedError
from imagegen import hints, removals
from imagegen.models import Picture
from imagegen.presenters import present_picture


@require_GET
def character(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who it is; its creator also reads how it stands."""
    found = common.get_visible_or_404(request, slug)
    return _render(request, found, PhotoForm())


@login_required
@require_POST
def photo(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a photo of the character, drawn from its portrait (R1)."""
    found = common.get_own_or_404(request, slug)
    form = PhotoForm(request.POST)
    error: RefusedError | None = None
    if form.is_valid():
        wish = form.cleaned_data["wish"]
        try:
            services.request_photo(
                actor=common.actor_of(request),
                character=found,
                wish=wish,
                creation_key=common.key_of(form.cleaned_data["creation_key"], slug, wish),
                purpose=Picture.Purpose.PHOTO,
                now=timezone.now(),
            )
        except RefusedError as refused:
            error = refused
            form.add_error(None, common.sentence(refused.refusal))
        else:
            if request.headers.get("HX-Request") != "true":
                return redirect(f"{reverse('character', kwargs={'slug': slug})}#photos")
            form = PhotoForm()
    return common.limit_response(_render(request, found, form), error)


def _render(request: HttpRequest, found: Character, form: PhotoForm) -> HttpResponse:
    viewer = request.user
    card = presenters.present_card(found, viewer)
    revision = found.revision_for(viewer)
    context = item_page.build_context(request, found, card, home="discover") | {
        "photo_hint": None,
        "bio": revision.bio if revision is not None else "",
    }
    is_owner = context["is_owner"]
    if is_owner:
        now = timezone.now()
        shown = list(photos.list_photos(found))
        decisions = removals.find_removals(shown)
        context |= {
            "portrait": (
                present_picture(revision.portrait, now=now, alt=_portrait_alt(card.name))
                if revision is not None and revision.portrait is not None and not card.portrait
                else None
            ),
            "photo_form": form,
            "photo_refusal": policies.photo_refusal(common.actor_of(request), found),
            "photo_hint": hints.present_hint(hints.PHOTO_KINDS),
            "photos": [
                present_picture(
                    picture,
                    now=now,
                    alt=_("%(name)s: %(wish)s") % {"name": card.name, "wish": picture.prompt},
                    viewer=viewer,
                    decisions=decisions,
                )
                for picture in shown
            ],
        }
    return render_page(request, "characters/character.html", context, partial="photos" if is_owner else None)


def _portrait_alt(name: str) -> str:
    return _("Portrait of %(name)s") % {"name": name}
