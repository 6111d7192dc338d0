"""View Guidelines."""

import pytest
from django.test import Client
from django.urls import reverse

from moderation.services import repeats
from policies.rules import RULES

pytestmark = pytest.mark.django_db


def test_r11_the_page_shows_every_rule_that_reason_codes_use(client: Client) -> None:
    """R11: one list, shown here and used by reason codes."""
    page = client.get(reverse("guidelines")).content.decode()
    for rule in RULES.values():
        assert f'id="rule-{rule.code}"' in page


def test_r4_the_creation_page_gets_the_same_text_as_a_fragment(client: Client) -> None:
    """R4: it opens over the form, without the page around it."""
    response = client.get(reverse("guidelines"), headers={"HX-Request": "true"})
    fragment = response.content.decode()
    assert "<html" not in fragment
    assert 'id="rule-minors"' in fragment
    assert "HX-Request" in response["Vary"]


def test_it_needs_no_query_for_visitors(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        client.get(reverse("guidelines"))


def test_r13_the_page_says_what_strikes_lead_to(client: Client) -> None:
    """R13: from the same table that decides it."""
    page = client.get(reverse("guidelines")).content.decode()
    assert f"a strike for {repeats.STRIKE_DAYS} days" in " ".join(page.split())
    assert "3 strikes: Publishing restricted for 7 days." in page
    assert "4 strikes: Publishing restricted for 30 days." in page
    assert "5 strikes: The whole account restricted for 7 days." in page
    assert "6 strikes or more: two people decide about a suspension." in page


def test_the_page_leads_to_appeals_and_to_the_numbers(client: Client) -> None:
    page = client.get(reverse("guidelines")).content.decode()
    assert f'href="{reverse("appeal")}"' in page
    assert f'href="{reverse("transparency")}"' in page
    assert "within 14 days" in " ".join(page.split())


def test_r4_the_fragment_leads_nowhere_else(client: Client) -> None:
    """R4: a link in it would lose what was typed behind it."""
    fragment = client.get(reverse("guidelines"), headers={"HX-Request": "true"}).content.decode()
    assert "href=" not in fragment
