"""People who look at pages."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from tests import factories


@pytest.fixture
def creator(db: None) -> User:
    return factories.make_user(username="creator")


@pytest.fixture
def stranger(db: None) -> User:
    return factories.make_user(username="stranger")


@pytest.fixture
def open_as() -> Callable[[User | None], Client]:
    """Return a function that opens the product as somebody, or signed out."""

    def open_as(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return open_as


@pytest.fixture
def as_creator(open_as: Callable[[User | None], Client], creator: User) -> Client:
    return open_as(creator)


@pytest.fixture
def as_stranger(open_as: Callable[[User | None], Client], stranger: User) -> Client:
    return open_as(stranger)


@pytest.fixture
def make_png() -> Callable[..., SimpleUploadedFile]:
    """Return a function that makes a small picture file."""

    def make_png(name: str = "face.png", colour: tuple[int, int, int] = (180, 90, 60)) -> SimpleUploadedFile:
        stream = io.BytesIO()
        Image.new("RGB", (320, 320), colour).save(stream, "PNG")
        return SimpleUploadedFile(name, stream.getvalue(), content_type="image/png")

    return make_png
