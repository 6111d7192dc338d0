"""What a worker asks of an engine to keep a face, and what it keeps of the answer."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from imagegen import services
from imagegen.engine import description, prompts
from imagegen.models import Picture
from tests.imagegen.conftest import fresh
from tests.imagegen.fakes import DESCRIPTION, FakeEngine, draw_pending

pytestmark = pytest.mark.django_db


def test_the_models_own_scale_of_identity_is_sent(ask):
    portrait = ask()
    draw_pending()
    ask(mode=Picture.Mode.IMAGE_TO_IMAGE, reference=fresh(portrait))
    engine = FakeEngine(description=replace(DESCRIPTION, identity_scale=0.7))
    (spec,) = draw_pending(engine=engine).specs
    assert spec.identity_scale == 0.7
    # The face is the reference's.
    assert spec.face is spec.reference


def test_a_long_appearance_leaves_room_for_the_wish(ask):
    look = "young woman, red hair, " + ", ".join(f"freckle number {count}" for count in range(60))
    ask(appearance=look, prompt="at the beach")
    engine = FakeEngine(description=replace(DESCRIPTION, prompt_tokens=77))
    (spec,) = draw_pending(engine=engine).specs
    assert spec.prompt.startswith("young woman, red hair, freckle number 0")
    assert spec.prompt.endswith(", at the beach")
    assert 60 < prompts.count_tokens(spec.prompt) <= 75


def test_a_look_is_told_as_it_was_drawn(ask, monkeypatch):
    model = replace(DESCRIPTION, prompt_tokens=40)
    look = "young woman, red hair, " + ", ".join(f"freckle number {count}" for count in range(20))
    picture = ask(appearance=look, prompt="at the beach")
    monkeypatch.setattr(description, "read", lambda _model: model)
    (spec,) = draw_pending(engine=FakeEngine(description=model)).specs
    assert services.look_of(picture) == spec.prompt
    assert "freckle number 19" not in spec.prompt


@pytest.mark.parametrize("likeness", [0.0, 0.83, 1.0, None])
def test_how_alike_it_is_stands_with_the_picture(ask, likeness):
    picture = ask()
    assert picture.likeness is None
    draw_pending(engine=FakeEngine(likeness=likeness))
    assert fresh(picture).likeness == likeness


@pytest.mark.parametrize("likeness", [-0.01, 1.01])
def test_likeness_is_a_share(ask, likeness):
    picture = ask()
    with pytest.raises(IntegrityError, match="imagegen_picture_likeness"), transaction.atomic():
        Picture.objects.filter(pk=picture.pk).update(likeness=likeness)
