"""View Guidelines."""

import pytest
from django.test import Client
from django.urls import reverse

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
