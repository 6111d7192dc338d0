"""The start page of the staff site: each kind of staff sees what they work with."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from storychat import staff_groups
from storychat.staff_site import is_ours
from tests.clients import client_of
from tests.factories import make_staff

pytestmark = pytest.mark.django_db

OTHERS = {model._meta.label_lower for model in admin.site._registry if not is_ours(model._meta.app_label)}


def member_of(name: str) -> User:
    person = make_staff(is_reviewer=False)
    person.groups.add(Group.objects.get(name=name))
    return User.objects.get(pk=person.pk)


def parts_of(person: User) -> dict[str, list[str]]:
    request = RequestFactory().get("/admin/")
    request.user = person
    return {
        part["app_label"]: [model["model"]._meta.label_lower for model in part["models"]]
        for part in admin.site.get_app_list(request)
    }


@pytest.mark.parametrize(
    ("group", "labels"),
    [
        (staff_groups.MODERATORS, ["moderation", "characters", "imagegen", "accounts", "core"]),
        (staff_groups.LEADS, ["moderation", "characters", "imagegen", "accounts", "core"]),
        (staff_groups.SUPPORT, ["moderation", "imagegen", "accounts", "notifications"]),
        (staff_groups.CHILD_SAFETY, ["moderation"]),
    ],
)
def test_staff_see_what_they_work_with(group: str, labels: list[str]) -> None:
    found = parts_of(member_of(group))
    assert list(found) == labels
    assert not OTHERS & {label for models in found.values() for label in models}


def test_administrators_see_what_libraries_bring_in_one_group_at_the_end() -> None:
    found = parts_of(make_staff(is_superuser=True))
    assert list(found)[-1] == "technical"
    assert set(found["technical"]) == OTHERS
    assert "axes.accessattempt" in OTHERS
    assert next(iter(found)) == "moderation"


def test_a_right_alone_puts_nothing_of_a_library_on_the_page() -> None:
    person = make_staff(is_reviewer=False)
    person.user_permissions.add(Permission.objects.get(codename="view_emailaddress"))
    assert parts_of(User.objects.get(pk=person.pk)) == {}


@pytest.mark.parametrize("label", ["axes", "moderation"])
def test_the_page_of_one_app_is_for_those_who_see_it(label: str) -> None:
    path = reverse("admin:app_list", args=[label])
    assert client_of(make_staff(is_superuser=True)).get(path).status_code == 200
    answer = client_of(member_of(staff_groups.CHILD_SAFETY)).get(path)
    assert answer.status_code == (404 if label == "axes" else 200)


def test_the_start_page_of_an_administrator_links_to_each() -> None:
    page = client_of(make_staff(is_superuser=True)).get(reverse("admin:index")).content.decode()
    assert "Technical" in page
    assert reverse("admin:axes_accessattempt_changelist") in page
    assert page.index("Reports") < page.index("Technical")
