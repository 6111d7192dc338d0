"""The demo keeps away from a real installation: its administrator has a public password."""

import io
import os
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from accounts.models import User
from characters import photos
from characters.models import Character, State, Story
from core import audit
from imagegen import worker
from imagegen.engine.contract import BadSpecError
from imagegen.models import Picture
from imagegen.safety import SafeByConstruction
from imagegen.studio import Studio
from storychat.demo import DEMO_LOGINS, SEEDED
from storychat.demo_characters import DEMO_CHARACTERS, DemoCharacter, Ending
from storychat.demo_stories import DEMO_STORIES, DemoStory
from storychat.management.commands import seed_demo
from tests.factories import make_character, make_user
from tests.imagegen.fakes import FakeEngine
from tests.processes import ROOT
from tools.check_configuration import list_read
from tools.embedded_model.attributes import VOCABULARY

# What may reach the demo from the environment: it names no data and no service.
_HARMLESS = {
    "IMAGE_DEVICE",
    "IMAGE_FAST",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "PORT",
    "STORYCHAT_DEMO",
    "STORYCHAT_HOME",
}


@pytest.fixture
def demo_settings(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path / "media"


def seed() -> set[str]:
    """Run the command, without the characters, and return who is there."""
    call_command("seed_demo", "--without-pictures", stdout=io.StringIO())
    return set(User.objects.values_list("username", flat=True))


@pytest.fixture(autouse=True)
def no_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_demo, "DEMO_CHARACTERS", ())
    monkeypatch.setattr(seed_demo, "DEMO_STORIES", ())


def make_demo(*arguments: str, exported: dict[str, str]) -> list[dict[str, str]]:
    """Return the environments that the commands of `make demo` get; they only print them."""
    done = subprocess.run(
        ["make", "--old-file=install", "demo", "MANAGE=sh -c 'env; echo --'", *arguments],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **exported}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    parts = done.stdout.split("--\n")[:-1]
    return [dict(line.split("=", 1) for line in part.splitlines() if "=" in line[1:]) for part in parts]


def test_make_demo_takes_no_installation_from_the_environment() -> None:
    exported = dict.fromkeys(list_read() | {"DJANGO_SETTINGS_MODULE", "CELERY_BROKER_WRITE_URL"}, "real")
    for environment in make_demo(exported=exported):
        leaked = {key for key, value in environment.items() if value == "real"}
        assert leaked <= _HARMLESS
        assert environment["STORYCHAT_DEMO"] == "1"


def test_make_demo_takes_what_is_given_to_it() -> None:
    found = make_demo("DATABASE_URL=given", "PORT=9", exported={"DATABASE_URL": "real"})
    assert len(found) == 3
    assert {(each["DATABASE_URL"], each["PORT"]) for each in found} == {("given", "9")}


def test_an_empty_database_becomes_a_demo_and_stays_one(demo_settings: None, now: datetime) -> None:
    names = {email.partition("@")[0] for email, _what in DEMO_LOGINS}
    assert seed() == names
    assert seed() == names
    audit.record(actor=None, kind=SEEDED, at=now, target_kind="demo", target_id="x")
    make_user(username="visitor")
    assert seed() == names | {"visitor"}


def test_a_database_with_real_accounts_is_refused(demo_settings: None) -> None:
    make_user(username="admin", email="admin@storychat.example")
    with pytest.raises(CommandError, match="never a demo's"):
        seed()
    assert User.objects.count() == 1


def test_pictures_of_another_database_are_refused(demo_settings: None) -> None:
    """The hourly sweep would delete them."""
    default_storage.save("pictures/ab/real.png", ContentFile(b"real"))
    with pytest.raises(CommandError, match="media storage has pictures"):
        seed()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_outside_the_demo_nothing_is_seeded() -> None:
    with pytest.raises(CommandError, match="in the demo only"):
        seed()


# --- Its characters ---

# What stands between the words of the vocabulary.
_GLUE = {
    *("face", "skin", "hair", "eyes", "brows", "nose", "lips", "glasses", "earrings", "stud", "hoop", "cut"),
    *("middle", "aged", "shaped", "in", "a", "wearing", "expression", "background", "facing", "light"),
}
_FACE = ("face", "skin", "eyes", "brows", "nose", "lips")


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


@pytest.mark.parametrize("demo", DEMO_CHARACTERS, ids=lambda demo: demo.name)
def test_a_demo_character_is_described_in_words_the_model_knows(demo: DemoCharacter) -> None:
    known = words_of(" ".join(word for words in VOCABULARY.values() for word in words)) | _GLUE
    for text in (demo.appearance, *demo.photos):
        assert words_of(text) <= known
    clauses = demo.appearance.split(", ")
    assert clauses[0].split()[-1] in VOCABULARY["kind"]
    for part in _FACE:
        assert len([clause for clause in clauses if clause.endswith(f" {part}")]) == 1
    # The face stays: a photo asks for nothing of it.
    assert not any(words_of(wish) & {*_FACE, "hair"} for wish in demo.photos)


class FakeWorker:
    """Draws with an engine that needs no weights."""

    def __init__(self) -> None:
        self.engine = FakeEngine()

    def run_pending(self) -> int:
        return worker.Loop(Studio(engine=self.engine, safety=SafeByConstruction())).run()


def test_photos_are_drawn_from_the_portrait(demo_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """R1: the demo's galleries are image-to-image, asked for like everybody's."""
    demo, fake = DEMO_CHARACTERS[0], FakeWorker()
    monkeypatch.setattr(seed_demo, "DEMO_CHARACTERS", (demo,))
    monkeypatch.setattr(seed_demo, "_start_conversation", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(worker, "run_pending", fake.run_pending)
    for _ in range(2):
        call_command("seed_demo", stdout=io.StringIO())
    character = Character.objects.get()
    portrait = character.live_revision.portrait
    gallery = list(photos.list_photos(character))
    assert sorted(photo.prompt for photo in gallery) == sorted(demo.photos)
    assert len(gallery) == 2
    for photo in gallery:
        assert photo.state == Picture.State.READY
        assert photo.mode == Picture.Mode.IMAGE_TO_IMAGE
        assert photo.reference == portrait
        assert photo.appearance == demo.appearance
    assert [spec.reference is None for spec in fake.engine.specs] == [True, False, False]


def test_a_photo_that_comes_to_nothing_is_said(demo_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_demo, "DEMO_CHARACTERS", DEMO_CHARACTERS[:1])
    fake = FakeWorker()
    draw = fake.run_pending

    def break_after_the_portrait() -> int:
        count = draw()
        fake.engine.error = BadSpecError("nothing to draw")
        return count

    monkeypatch.setattr(worker, "run_pending", break_after_the_portrait)
    with pytest.raises(CommandError, match="A photo of Mira Vale is FAILED: bad-request"):
        call_command("seed_demo", stdout=io.StringIO())


# --- Its stories ---


@pytest.mark.parametrize("demo", DEMO_STORIES, ids=lambda demo: demo.name)
def test_a_demo_story_is_played_with_characters_that_all_may_see(demo: DemoStory) -> None:
    cast = {known.name: known for known in DEMO_CHARACTERS}
    for name in demo.cast:
        assert cast[name].safe_mode
        assert cast[name].ending in {Ending.APPROVED, Ending.EDITED}
    assert demo.summary
    assert "{{user}}" in demo.opening_scene


def test_the_stories_are_written_once_and_reviewed(
    demo_settings: None, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """R8: through the same operations; one of them stays a draft."""
    audit.record(actor=None, kind=SEEDED, at=now, target_kind="demo", target_id="x")
    creator = make_user(username="creator", email="creator@demo.test")
    for name in {name for demo in DEMO_STORIES for name in demo.cast}:
        made = make_character(owner=creator, name=name, state=State.APPROVED)
        Character.objects.filter(pk=made.pk).update(creation_key=seed_demo._key(name))
    monkeypatch.setattr(seed_demo, "DEMO_STORIES", DEMO_STORIES)
    monkeypatch.setattr(seed_demo, "_start_conversation", lambda *_args, **_kwargs: None)
    for _ in range(2):
        call_command("seed_demo", stdout=io.StringIO())

    stories = {story.working_revision.name: story for story in Story.objects.all()}
    assert set(stories) == {demo.name for demo in DEMO_STORIES}
    for demo in DEMO_STORIES:
        story = stories[demo.name]
        assert (story.live_revision is not None) == (demo.ending is Ending.APPROVED)
        cast = [member.character.live_revision.name for member in story.working_revision.list_cast()]
        assert cast == list(demo.cast)
        assert story.is_open_to_all == (demo.ending is Ending.APPROVED)
