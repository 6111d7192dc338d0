"""My account standing: what is restricted, what was decided, and how an automatic lock is lifted."""

from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import passkeys, presenters, queries, services, standing
from accounts.forms import UnlockCodeForm
from accounts.models import User
from core.pages import render_page
from core.pagination import CursorError, get_page
from core.refusals import LimitedError, RefusedError

_PAGE_SIZE = 20
# Two fields called "code" stand on one page.
_APP_IDS = "app_%s"


def _find_person(request: HttpRequest) -> User | None:
    """Return whose standing this is: also a suspended person, who is nobody to the rest of the product."""
    suspended = standing.find_suspended(request)
    if suspended is not None:
        return suspended
    return request.user if isinstance(request.user, User) else None


@require_GET
@never_cache
def show_standing(request: HttpRequest) -> HttpResponse:
    """What is restricted, why, under which rule, until when. A suspended person can read it too (R13)."""
    person = _find_person(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    now = timezone.now()
    current, before = request.GET.get("cursor", ""), request.GET.get("before", "")
    try:
        page = get_page(
            queries.list_active_restrictions(person, now=now),
            order=["-starts_at", "-id"],
            size=_PAGE_SIZE,
            cursor=current,
        )
        history = standing.read_history(
            person, limit=_PAGE_SIZE, cursor=before, now=now, with_row=request.GET.get("decision", "")
        )
    except CursorError as error:
        raise Http404 from error
    is_suspended = not request.user.is_authenticated
    cards = standing.present_cards(person, page.rows, now=now)
    # What stands above with its reasons is not told again below.
    told = {card.decision.anchor for card in cards if card.decision is not None}
    context = {
        "person": person,
        "is_suspended": is_suspended,
        "is_shut_out": is_suspended or queries.is_shut_out(person, now=now),
        "cards": cards,
        "next_url": _url(cursor=page.next_cursor, before=before) if page.next_cursor else "",
        "has_history": standing.has_history(),
        "history": [row for row in history.rows if row.anchor not in told],
        "history_note": history.note,
        "is_newest": history.is_first,
        "history_next_url": (
            f"{_url(cursor=current, before=history.next_cursor)}#history" if history.next_cursor else ""
        ),
    }
    return render_page(request, "accounts/standing.html", context)


def _url(**cursors: str) -> str:
    return f"?{urlencode({name: cursor for name, cursor in cursors.items() if cursor})}"


@require_GET
@never_cache
def export_standing(request: HttpRequest) -> HttpResponse:
    """Give the person everything about their standing as a file."""
    person = _find_person(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    now = timezone.now()
    response = JsonResponse(
        standing.export(person, now=now), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="storychat-standing-{now:%Y-%m-%d}.json"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code that was mailed, or for the second step (R17)."""
    person = queries.signed_in(request)
    form = UnlockCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = services.unlock_by_code(actor=person, code=form.cleaned_data["code"], now=timezone.now())
        except RefusedError as error:
            form.add_error("code", f"{error.refusal.message} {error.refusal.fix}".strip())
        else:
            return _unlocked(request, person, count)
    return _render_verify(request, person, form=form)


@login_required
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    """Mail a code."""
    person = queries.signed_in(request)
    try:
        sent = services.send_unlock_code(actor=person, now=timezone.now())
    except LimitedError as error:
        messages.warning(request, f"{error.refusal.message} {error.refusal.fix}")
        response = _render_verify(request, person, form=UnlockCodeForm())
        response.status_code = 429
        response["Retry-After"] = str(error.retry_after)
        return response
    if sent is None:
        return redirect("settings-standing")
    messages.success(request, _("We sent a code to %(address)s.") % {"address": person.email})
    return redirect("settings-verify")


@login_required
@require_POST
@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """Take a code of the authenticator app, a recovery code, or a passkey."""
    person = queries.signed_in(request)
    is_passkey = "credential" in request.POST
    form = (
        passkeys.ReauthenticateForm(request.POST, user=person)
        if is_passkey
        else ReauthenticateForm(request.POST, user=person, auto_id=_APP_IDS)
    )
    if queries.has_second_factor(person) and form.is_valid():
        form.save()
        count = services.unlock_by_second_factor(actor=person, now=timezone.now())
        return _unlocked(request, person, count)
    forms = {"passkey_form": form} if is_passkey else {"app_form": form}
    return _render_verify(request, person, form=UnlockCodeForm(), **forms)


def _unlocked(request: HttpRequest, person: User, count: int) -> HttpResponse:
    if count:
        # Whoever set the lock off may still be signed in somewhere.
        services.end_other_sessions(actor=person, session_key=request.session.session_key, now=timezone.now())
    if queries.is_shut_out(person, now=timezone.now()):
        if count:
            messages.info(request, _("Thank you. Something else still applies to your account."))
        return redirect("settings-standing")
    messages.success(
        request,
        _(
            "Thank you. Your account is open again. We signed it out everywhere else; if somebody else was "
            "in it, change your password now."
        ),
    )
    return redirect(reverse("discover") if count else reverse("settings-standing"))


def _render_verify(
    request: HttpRequest,
    person: User,
    *,
    form: UnlockCodeForm,
    app_form: ReauthenticateForm | None = None,
    passkey_form: passkeys.ReauthenticateForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    if not queries.list_verifiable_locks(person, now=now).exists():
        return redirect("settings-standing")
    factor = presenters.present_second_factor(person)
    context = {
        "address": person.email,
        "form": form,
        "has_code": queries.has_unlock_code(person, now=now),
        "app_form": None,
        "passkey_form": None,
    }
    if factor.has_app:
        context["app_form"] = app_form or ReauthenticateForm(user=person, auto_id=_APP_IDS)
    if factor.passkey_count:
        context["passkey_form"] = passkey_form or passkeys.ReauthenticateForm(user=person)
        context["js_data"] = {"request_options": begin_authentication(person)}
    return render_page(request, "accounts/verify.html", context)
