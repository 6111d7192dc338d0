"""R4, R6: what the editor says of a version that reviewers did not accept."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from characters.models import State
from policies.rules import RULES
from tests import factories
from tests.characters_web.html import parse

pytestmark = pytest.mark.django_db

KINDS = ("character", "story")


@pytest.mark.parametrize("state", [State.REJECTED, State.DELISTED])
@pytest.mark.parametrize("kind", KINDS)
def test_the_editor_names_the_rule_and_leads_to_it(
    kind: str, state: State, as_creator: Client, creator: User
) -> None:
    """The link opens beside the form, so that nothing typed is lost, and its target is on the page."""
    item = factories.make_item(kind, owner=creator, state=state)

    page = parse(as_creator.get(reverse(f"{kind}-edit", args=[item.slug])))

    note = page.find("div", class_="stack editor-notes")
    assert "The bio is too short." in note.text
    assert "Tell more." in note.text
    assert str(RULES["changes-needed"].title) in note.text
    link = note.find("a", target="_blank")
    address, _, anchor = link.attrs["href"].partition("#")
    assert (address, anchor) == (reverse("guidelines"), "rule-changes-needed")
    assert parse(as_creator.get(address)).find("div", id=anchor).find("dt").text in note.text


@pytest.mark.parametrize("kind", KINDS)
def test_an_editor_without_a_decision_names_no_rule(kind: str, as_creator: Client, creator: User) -> None:
    item = factories.make_item(kind, owner=creator)

    page = parse(as_creator.get(reverse(f"{kind}-edit", args=[item.slug])))

    assert "Rule:" not in page.text
