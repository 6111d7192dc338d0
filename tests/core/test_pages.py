"""The frame, fragments, components and error pages, as HTML."""

import re

import pytest
from django.conf import settings as project_settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from core import ids
from core.forms import CreationForm
from core.gallery import GalleryForm, gallery_context
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def html_of(client, path="/help/guidelines/", **headers):
    return client.get(path, headers=headers).content.decode()


def test_a_fragment_is_the_page_without_its_frame(client):
    fragment = client.get("/help/guidelines/", headers={"HX-Request": "true"})
    assert "HX-Request" in fragment["Vary"]
    assert "<html" not in fragment.content.decode()
    assert "Safe Mode" in fragment.content.decode()
    restored = html_of(client, **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored


def test_the_frame_names_the_chat_responder(client, settings):
    assert "built-in persona responder" in html_of(client)
    settings.CHAT_MODEL = "house-model-1"
    assert "house-model-1" in html_of(client)


def test_the_demo_says_that_it_is_one(client, settings):
    assert "A demo with made-up people" not in html_of(client)
    settings.DEMO = True
    assert "A demo with made-up people" in html_of(client)


@pytest.mark.parametrize(
    ("cookie", "expected"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"')]
)
def test_the_chosen_theme_is_in_the_first_byte_of_the_page(client, cookie, expected):
    client.cookies["theme"] = cookie
    assert f'<html lang="en"{expected}>' in html_of(client)


@pytest.mark.parametrize("cookie", ["", "system", '"><script>'])
def test_any_other_theme_is_the_systems(client, cookie):
    client.cookies["theme"] = cookie
    assert '<html lang="en">' in html_of(client)


def test_signed_in_people_get_their_places(client):
    signed_out = html_of(client)
    assert reverse("account_login") in signed_out
    assert reverse("library") not in signed_out
    client.force_login(make_user(display_name="Mira <3"))
    page = html_of(client)
    for name in ("discover", "chats", "library", "character-new", "notifications", "settings-safety"):
        assert f'href="{reverse(name)}"' in page
    assert "Mira &lt;3" in page
    assert reverse("admin:index") not in page


def test_no_template_carries_inline_script_or_style():
    for path in (project_settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text()
        where = str(path)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*nonce=)(?![^>]*application/json)", text), where
        if "email" not in path.parts:
            assert not re.search(r"<style|\sstyle=\"|\son[a-z]+=\"", text), where


def test_every_icon_that_a_template_names_is_in_the_sprite():
    known = set(
        re.findall(r'<symbol id="([\w-]+)"', (project_settings.BASE_DIR / "static/icons.svg").read_text())
    )
    for path in (project_settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text()
        for tag in re.findall(r"components/(?:icon|badge|empty)\.html[^%]*", text):
            names = re.findall(r'\b(?:icon|name)="([\w-]+)"', tag)
            assert set(names) <= known, f"{path}: {names}"
    assert known == set(gallery_context()["icons"])


def test_the_gallery_is_for_developers_only(client, settings):
    assert client.get("/ui/").status_code == 404
    settings.DEBUG = True
    page = html_of(client, "/ui/")
    for part in (
        "button--danger",
        "notice--warning",
        "badge--accent",
        "skeleton",
        "<progress",
        "<dialog",
        "switch",
    ):
        assert part in page


def test_a_wrong_field_says_so_to_everyone():
    form = GalleryForm({"email": "nobody"})
    field = render_to_string("components/field.html", {"field": form["name"]})
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_error"' in field
    assert 'id="id_name_helptext"' in field
    group = render_to_string("components/field.html", {"field": form["visibility"]})
    assert (
        '<fieldset class="field field--choices field--wrong" aria-describedby="id_visibility_error">' in group
    )


def test_what_people_typed_is_escaped():
    form = GalleryForm({"email": '"><script>alert(1)</script>'})
    assert "<script>" not in render_to_string("components/form.html", {"form": form})


def test_a_creation_form_makes_one_thing_per_showing():
    shown = CreationForm()
    key = re.search(r'value="([0-9a-f]{32})"', str(shown["creation_key"])).group(1)
    sent = CreationForm({"creation_key": key})
    assert sent.is_valid()
    assert sent.cleaned_data["creation_key"] == key
    without = CreationForm({})
    assert without.is_valid()
    assert re.fullmatch("[0-9a-f]{32}", without.cleaned_data["creation_key"])
    assert not CreationForm({"creation_key": "../../etc"}).is_valid()


@pytest.mark.parametrize(("path", "status", "words"), [("/nowhere/", 404, "This page is not here")])
def test_an_address_that_is_not_there_is_explained(client, path, status, words):
    response = client.get(path)
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_form_from_elsewhere_is_explained():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert response.status_code == 403
    assert "Please send it again" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_broken_pages_need_neither_request_nor_database(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(name)
    assert "<h1>" in page


def test_public_ids_in_addresses_are_checked_by_shape(client):
    assert client.get(f"/media/picture/{ids.new_public_id().upper()}/").status_code == 404
    assert client.get("/media/picture/1/").status_code == 404
