"""Every page of the staff site that somebody can open, as they are today and as they will be, for tests."""

import re
from html import unescape
from typing import Any

from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from characters.models import ITEM_MODELS

# What says nothing about anybody: the choices of forms and filters, and styles and scripts.
_CHOICES = re.compile(
    r"<(select|script|style|template)\b.*?</\1>|<nav id=\"changelist-filter\".*?</nav>", re.S
)
_LINK = re.compile(r'href="(/admin/[^"?#]*)')
# The last: each look makes another event, and those that there were are read as rows.
_LEFT_OUT = ("/logout/", "/jsi18n/", "/password_change/", "/r/", "/core/auditevent/")


def list_pages() -> set[str]:
    """Return the lists of all models, and the page of each row that there is."""
    found = {reverse("admin:index"), reverse("admin:moderation_counters")}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.add(reverse(f"{name}_changelist"))
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        found |= {reverse(f"{name}_change", args=[key]) for key in keys if has(f"{name}_change")}
        # Django makes the others alike for all rows.
        for page in ("history", "delete"):
            found |= {reverse(f"{name}_{page}", args=[key]) for key in keys[-1:] if has(f"{name}_{page}")}
    for model in ITEM_MODELS.values():
        pages = f"admin:characters_pending{model.revision_model()._meta.model_name}"
        keys = model.revision_model()._default_manager.values_list("pk", flat=True)
        found |= {reverse(f"{pages}_change", args=[key]) for key in keys}
        found |= {f"{reverse(f'{pages}_bulk')}?item={key}" for key in keys}
    found |= {reverse("admin:moderation_person", args=[each.public_id]) for each in User.objects.all()}
    return found


def has(name: str) -> bool:
    try:
        reverse(name, args=[1])
    except NoReverseMatch:
        return False
    return True


def read_all(client: Client) -> dict[str, str]:
    """Return the words of each page that opens, by its address; what the pages link to is read too."""
    found: dict[str, str] = {}
    waiting, seen = list_pages(), set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        response: Any = client.get(path)
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        page = response.content.decode()
        links = {link for link in _LINK.findall(page) if not any(part in link for part in _LEFT_OUT)}
        waiting |= links - seen
        found[path] = unescape(_CHOICES.sub("", page))
    return found
