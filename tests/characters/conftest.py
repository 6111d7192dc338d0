"""What the tests of characters and stories share."""

import pytest

from characters.models import ITEM_MODELS


@pytest.fixture(params=ITEM_MODELS)
def kind(request: pytest.FixtureRequest) -> str:
    """A kind of item: a test that asks for it runs for each of them."""
    return str(request.param)
