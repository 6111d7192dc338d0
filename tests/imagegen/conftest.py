"""What every test of pictures starts with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from core import ids
from imagegen import services, wakeup
from imagegen.models import Picture
from imagegen.services import PictureRequest
from tests import factories

Ask = Callable[..., Picture]


@pytest.fixture(autouse=True)
def _clean_slate(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """Real time: the worker reads the clock itself."""
    return datetime.now(UTC)


@pytest.fixture
def owner(db: None) -> User:
    return factories.make_user()


@pytest.fixture
def wake_ups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Wake-ups that would have been sent."""
    sent: list[int] = []

    def send(*, expires_seconds: int = 60) -> bool:
        sent.append(expires_seconds)
        return True

    monkeypatch.setattr(wakeup, "send", send)
    return sent


@pytest.fixture
def ask(owner: User, now: datetime, wake_ups: list[int]) -> Ask:
    """Ask for a picture and return it; fields of PictureRequest by keyword."""

    def ask_for(*, creation_key: str = "", at: datetime | None = None, **fields: Any) -> Picture:
        values = {
            "owner": owner,
            "purpose": Picture.Purpose.PORTRAIT,
            "mode": Picture.Mode.TEXT_TO_IMAGE,
            "prompt": "smiling, blue hoodie",
            "appearance": "young woman, pale skin, long red hair",
        }
        request = PictureRequest(**(values | fields))
        picture, _created = services.request_picture(
            request=request, creation_key=creation_key or ids.new_public_id(), now=at or now
        )
        return picture

    return ask_for


def fresh(picture: Picture) -> Picture:
    """Return the picture as it is in the database now."""
    return Picture.objects.select_related("hold").get(pk=picture.pk)
