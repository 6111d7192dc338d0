"""Appeals: choosing a decision, the form, one's own appeals. Suspended people appeal too (R7, R13)."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.standing import find_suspended
from core import attachments, serving
from core.pages import render_page
from core.pagination import CursorError, Page, get_page
from core.refusals import LimitedError, Refusal, RefusedError
from moderation import media, policies, presenters, queries, services
from moderation.appeal_forms import FILES_AGAIN, AppealForm
from moderation.models import Appeal, Decision
from moderation.services.appeals import ANSWER_DAYS
from moderation.services.explaining import APPEAL_DAYS

_PAGE_SIZE = 20
_NEWEST = ("-created_at", "-id")

View = Callable[..., HttpResponseBase]


def _for_person(view: View) -> View:
    """Give the view whoever asks, a suspended person too, who is nobody to the rest of the product."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        person = request.user if isinstance(request.user, User) else find_suspended(request)
        if person is None:
            return redirect_to_login(request.get_full_path())
        return view(request, person, **kwargs)

    return guarded


@require_http_methods(["GET", "POST"])
@never_cache
@_for_person
def new_appeal(request: HttpRequest, person: User) -> HttpResponse:
    """Appeal against the decision in `?decision=`; without it, choose one."""
    public_id = request.GET.get("decision", "")
    if not public_id and "about" in request.GET:
        return _find(request, person)
    if not public_id:
        return _choose(request, person)
    decision = queries.find_decision(public_id)
    role = queries.find_role(person, decision) if decision is not None else None
    if decision is None or role is None:
        raise Http404
    wishes = policies.list_wishes(decision, role)
    form = AppealForm(
        request.POST or None,
        request.FILES or None,
        wishes=wishes,
        is_report=role == Appeal.Role.REPORTER,
        is_account=decision.target_kind == "user",
    )
    if request.method == "POST":
        return _take(request, person, decision, form)
    if (refusal := _find_refusal(person, decision, role)) is not None:
        return _refuse(request, person, decision, refusal)
    return _show_form(request, person, decision, form)


@require_GET
@never_cache
@_for_person
def list_appeals(request: HttpRequest, person: User) -> HttpResponse:
    """A person's own appeals, the newest first."""
    page = _get_page(request, queries.list_appeals(person), order=_NEWEST)
    cards = presenters.present_appeals(page.rows, person=person, now=timezone.now())
    context = {"appeals": cards, "next_url": _next_url(page)}
    return render_page(request, "moderation/appeals/list.html", context)


@require_GET
@never_cache
@_for_person
def show_appeal(request: HttpRequest, person: User, public_id: str) -> HttpResponse:
    """What was asked, what came of it."""
    appeal = _get_appeal(person, public_id)
    context = {
        "appeal": _present(appeal, person),
        "outcome": presenters.present_outcome(appeal, now=timezone.now()),
        "files": presenters.present_files(appeal.files.order_by("pk")),
    }
    return render_page(request, "moderation/appeals/detail.html", context)


@require_GET
@_for_person
def download_file(request: HttpRequest, person: User, public_id: str, file_id: str) -> HttpResponseBase:
    """Give a person what they sent along; also when they are suspended, and nobody to other files."""
    del request
    file = _get_appeal(person, public_id).files.filter(public_id=file_id).first()
    if file is None:
        raise Http404
    return serving.serve(media.as_download(file))


@require_http_methods(["GET", "POST"])
@never_cache
@_for_person
def withdraw(request: HttpRequest, person: User, public_id: str) -> HttpResponse:
    """Ask once more, then take the appeal back."""
    appeal = _get_appeal(person, public_id)
    if request.method == "POST":
        try:
            services.withdraw_appeal(actor=person, appeal=appeal, now=timezone.now())
        except RefusedError as error:
            messages.error(request, str(error.refusal.message))
        else:
            messages.success(request, _("Your appeal is withdrawn."))
        return redirect("appeal-detail", public_id=public_id)
    if appeal.state != Appeal.State.OPEN:
        return redirect("appeal-detail", public_id=public_id)
    context = {"appeal": _present(appeal, person)}
    return render_page(request, "moderation/appeals/withdraw.html", context)


def _find(request: HttpRequest, person: User) -> HttpResponse:
    """Lead from what somebody made to the appeal against what was decided about it, or to the form."""
    decision = queries.find_decision_about(
        person,
        target_kind=request.GET["about"],
        target_id=request.GET.get("id", ""),
        revision_hash=request.GET.get("version", ""),
        kinds=policies.APPEALABLE,
    )
    if decision is None:
        raise Http404
    made = queries.find_appeal(person, decision)
    if made is not None:
        return redirect("appeal-detail", public_id=made.public_id)
    return redirect(f"{reverse('appeal')}?{urlencode({'decision': decision.public_id})}")


def _choose(request: HttpRequest, person: User) -> HttpResponse:
    rows = queries.list_appealable(
        person,
        kinds=policies.APPEALABLE,
        reporter_kinds=policies.REPORTER_APPEALABLE,
        since=timezone.now() - timedelta(days=APPEAL_DAYS),
    )
    page = _get_page(request, rows, order=queries.NEWEST)
    context = {
        "decisions": presenters.present_decisions(page.rows, person=person),
        "next_url": _next_url(page),
        "appeal_days": APPEAL_DAYS,
    }
    return render_page(request, "moderation/appeals/choose.html", context)


def _take(request: HttpRequest, person: User, decision: Decision, form: AppealForm) -> HttpResponse:
    """Store the files and make the appeal; what comes back keeps every word that was typed."""
    if not form.is_valid():
        form.ask_files_again()
        return _show_form(request, person, decision, form, status=422)
    files: list[attachments.Attachment] = []
    is_new = False
    try:
        files = attachments.store(form.cleaned_data["attachments"])
        appeal, is_new = services.appeal(
            actor=person,
            decision=decision,
            request=form.as_request(),
            files=files,
            creation_key=form.cleaned_data["creation_key"],
            now=timezone.now(),
        )
    except attachments.AttachmentRefusedError as error:
        form.add_error("attachments", [_say(error.refusal), str(FILES_AGAIN)])
        return _show_form(request, person, decision, form, status=422)
    except LimitedError as error:
        form.add_error(None, _say(error.refusal))
        form.ask_files_again()
        response = _show_form(request, person, decision, form, status=429)
        response["Retry-After"] = str(error.retry_after)
        return response
    except RefusedError as error:
        return _refuse(request, person, decision, error.refusal)
    finally:
        if not is_new:
            attachments.remove(files)
    messages.success(
        request, _("Your appeal is with us. Somebody who did not take this decision looks at it.")
    )
    return redirect("appeal-detail", public_id=appeal.public_id)


def _show_form(
    request: HttpRequest, person: User, decision: Decision, form: AppealForm, *, status: int = 200
) -> HttpResponse:
    (card,) = presenters.present_decisions([decision], person=person)
    context = {"form": form, "decision": card, "answer_days": ANSWER_DAYS}
    return render_page(request, "moderation/appeals/new.html", context, status=status)


def _refuse(request: HttpRequest, person: User, decision: Decision, refusal: Refusal) -> HttpResponse:
    (card,) = presenters.present_decisions([decision], person=person)
    before = queries.find_appeal(person, decision)
    context = {
        "refusal": refusal,
        "decision": card,
        "appeal_url": reverse("appeal-detail", args=[before.public_id]) if before is not None else "",
    }
    return render_page(request, "moderation/appeals/refused.html", context, status=409)


def _find_refusal(person: User, decision: Decision, role: Appeal.Role) -> Refusal | None:
    """Return why there is nothing to fill in; the service asks the same again."""
    before = queries.find_appeal(person, decision)
    return policies.repeat_refusal(before) or policies.appeal_refusal(
        decision, role, now=timezone.now(), until=services.deadline(decision)
    )


def _get_appeal(person: User, public_id: str) -> Appeal:
    appeal = queries.list_appeals(person).filter(public_id=public_id).first()
    if appeal is None:
        raise Http404
    return appeal


def _present(appeal: Appeal, person: User) -> presenters.AppealCard:
    (card,) = presenters.present_appeals([appeal], person=person, now=timezone.now())
    return card


def _get_page(request: HttpRequest, rows: Any, *, order: tuple[str, ...]) -> Page[Any]:
    try:
        return get_page(rows, order=order, size=_PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except CursorError as error:
        raise Http404 from error


def _next_url(page: Page[Any]) -> str:
    return f"?{urlencode({'cursor': page.next_cursor})}" if page.next_cursor else ""


def _say(refusal: Refusal) -> str:
    return f"{refusal.message} {refusal.fix}".strip()
