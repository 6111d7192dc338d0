"""Private files: no rule, no file."""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from core import ids, media

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    """A stored file of a kind that only "the owner" may read."""
    name = default_storage.save("papers/one.txt", ContentFile(b"private"))
    public_id = ids.new_public_id()

    def rule(viewer, asked_id):
        is_allowed = asked_id == public_id and viewer.is_authenticated
        return media.MediaFile(name, "text/plain", "one.txt") if is_allowed else None

    media.register("paper", rule)
    yield SimpleNamespace(name=name, public_id=public_id, rule=rule)
    del media._rules["paper"]


def url_of(kind, public_id):
    return reverse("media", kwargs={"kind": kind, "public_id": public_id})


def test_an_unknown_kind_is_refused(admin_client, paper):
    assert admin_client.get(url_of("unknown", paper.public_id)).status_code == 404
    assert media.find("unknown", viewer=None, public_id=paper.public_id) is None


def test_who_may_not_read_it_sees_the_same_as_if_it_were_not_there(client, admin_client, paper):
    assert client.get(url_of("paper", paper.public_id)).status_code == 404
    assert admin_client.get(url_of("paper", ids.new_public_id())).status_code == 404


def test_a_file_is_private_and_inert(admin_client, paper):
    response = admin_client.get(url_of("paper", paper.public_id))
    assert b"".join(response.streaming_content) == b"private"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_is_gone_is_not_an_error(admin_client, paper):
    default_storage.delete(paper.name)
    assert admin_client.get(url_of("paper", paper.public_id)).status_code == 404


def test_object_storage_gets_a_signed_address(admin_client, paper, monkeypatch):
    monkeypatch.setattr(default_storage, "querystring_auth", True, raising=False)
    monkeypatch.setattr(default_storage, "url", lambda name: f"https://files.test/{name}?signature=x")
    response = admin_client.get(url_of("paper", paper.public_id))
    assert response.status_code == 302
    assert response["Location"].startswith("https://files.test/")
    assert response["Cache-Control"] == "private, no-store"


def test_a_kind_has_one_rule(paper):
    media.register("paper", paper.rule)
    with pytest.raises(ValueError, match="two rules"):
        media.register("paper", lambda viewer, public_id: None)
