"""What the pages of stories show while they are looked at."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.models import User
from characters.models import CAST_LIMIT, Character, State, Story, Visibility
from characters.services import set_visibility
from chat import services as chat_services
from core import ids
from tests import factories

if TYPE_CHECKING:
    from tests.browser.scenes import Scene

LONG_NAME = "The Extraordinarily-Long Afternoon of Wilhelmina Holm"
_SCENE = "Rain, {{user}}.\n\n*{{char}} lights the lamp.* “Who knocks?” **Nobody** answers."


def make_member(owner: User, **fields: Any) -> Character:
    """Return an approved character whose portrait is a real file."""
    portrait = factories.make_picture(owner=owner, with_file=True)
    return factories.make_character(owner=owner, state=State.APPROVED, portrait_id=portrait.pk, **fields)


def make_story(owner: User, *, size: int = 3, **fields: Any) -> Story:
    """Return a story with so many in its cast."""
    cast = [make_member(owner, name=f"Number {number} of the long list") for number in range(size)]
    fields.setdefault("state", State.APPROVED)
    return factories.make_story(owner=owner, cast=cast, **{"opening_scene": _SCENE, **fields})


def discovery(scene: "Scene") -> str:
    """One with a cast of each size there is, one with a long title, one in other letters."""
    for size, name in ((1, "Salt"), (CAST_LIMIT, LONG_NAME), (2, "日本語の題名")):
        make_story(scene.other, size=size, name=name)
    return reverse("stories")


def of_others(scene: "Scene") -> str:
    return make_story(scene.other, size=CAST_LIMIT, name=LONG_NAME).get_absolute_url()


def own_draft(scene: "Scene") -> str:
    return factories.make_story(owner=scene.member, cast=[]).get_absolute_url()


def own_with_somebody_missing(scene: "Scene") -> str:
    return _make_one_missing(scene).get_absolute_url()


def editor(scene: "Scene") -> str:
    """A full cast, of which one is not available any more."""
    return reverse("story-edit", kwargs={"slug": _make_one_missing(scene).slug})


def editor_with_choice(scene: "Scene") -> str:
    make_member(scene.other, name="Olaf of the Northern Kitchen")
    make_member(scene.member, name="Mira")
    story = make_story(scene.member, size=2, state=State.REJECTED)
    return reverse("story-edit", kwargs={"slug": story.slug})


def why(scene: "Scene") -> str:
    return reverse("story-why", kwargs={"slug": _make_one_missing(scene).slug})


def full_library(scene: "Scene") -> str:
    for state in State:
        make_story(scene.member, size=2, state=state, name=f"In {state.label}")
    return reverse("library-stories")


def game(scene: "Scene") -> str:
    return _play(scene, make_story(scene.other, name=LONG_NAME))


def closed_game(scene: "Scene") -> str:
    story = make_story(scene.other, name=LONG_NAME)
    path = _play(scene, story)
    set_visibility(actor=scene.other, item=story, visibility=Visibility.PRIVATE, now=factories.NOW)
    return path


def list_of_games(scene: "Scene") -> str:
    closed_game(scene)
    game(scene)
    return reverse("chats")


def _make_one_missing(scene: "Scene") -> Story:
    gone = make_member(scene.other, name="Olaf of the Northern Kitchen")
    cast = [make_member(scene.member, name=f"Number {number}") for number in range(CAST_LIMIT - 1)]
    story = factories.make_story(owner=scene.member, cast=[gone, *cast], state=State.APPROVED)
    set_visibility(actor=scene.other, item=gone, visibility=Visibility.PRIVATE, now=factories.NOW)
    return story


def _play(scene: "Scene", story: Story) -> str:
    begun, _created = chat_services.play_story(
        actor=scene.member,
        story=factories.get_fresh(story),
        creation_key=ids.new_public_id(),
        now=factories.NOW,
    )
    return reverse("chat", kwargs={"public_id": begun.public_id})
