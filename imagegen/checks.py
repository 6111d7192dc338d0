"""System checks: pictures can be drawn, and every one of them can be judged."""

import importlib.util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from imagegen import safety
from imagegen.engine.description import INDEX_FILE


@register("imagegen")
def check_image_model(**_kwargs: Any) -> list[CheckMessage]:
    """IMAGE_MODEL is there, and IMAGE_SAFETY_MODEL stands beside any model but ours."""
    model = settings.IMAGE_MODEL
    is_embedded = safety.is_embedded(model)
    found: list[CheckMessage] = []
    is_path = is_embedded or Path(model).is_absolute() or model.startswith(".")
    if is_path and not (Path(model) / INDEX_FILE).is_file():
        found.append(
            Error(
                f"IMAGE_MODEL is {model}, and there is no diffusers model in that folder ({INDEX_FILE}).",
                hint="Point IMAGE_MODEL at a diffusers folder or a hub id, or leave it empty for ours.",
                id="imagegen.E001",
            )
        )
    if not is_embedded and not settings.IMAGE_SAFETY_MODEL:
        found.append(
            Error(
                f"IMAGE_MODEL is {model}, and IMAGE_SAFETY_MODEL is not set: nobody can judge its pictures.",
                hint=(
                    "Set IMAGE_SAFETY_MODEL to the folder of an image classifier, or to the dotted path of "
                    "an adapter; or leave IMAGE_MODEL empty."
                ),
                id="imagegen.E002",
            )
        )
    return found


@register("imagegen")
def check_safety_model(**_kwargs: Any) -> list[CheckMessage]:
    """IMAGE_SAFETY_MODEL, where it is set, is a classifier's folder or the dotted path of an adapter."""
    model = settings.IMAGE_SAFETY_MODEL
    if not model or (Path(model) / "config.json").is_file():
        return []
    if "/" in model or Path(model).is_dir():
        problem = "there is no image classifier in that folder (config.json)"
    elif not _has_module(model):
        problem = "there is no such module"
    else:
        return []
    return [
        Error(
            f"IMAGE_SAFETY_MODEL is {model}, and {problem}.",
            hint="Name the folder of an image classifier, or an adapter as package.module.function.",
            id="imagegen.E004",
        )
    ]


def _has_module(dotted_path: str) -> bool:
    """Whether the module of the adapter is there. It is not imported: web processes have no torch."""
    module = dotted_path.rpartition(".")[0]
    try:
        return bool(module) and importlib.util.find_spec(module) is not None
    except ModuleNotFoundError as error:
        # A package that is there and misses torch is a worker's business.
        return not f"{module}.".startswith(f"{error.name}.")


@register("imagegen", deploy=True)
def check_embedded_weights(**_kwargs: Any) -> list[CheckMessage]:
    """The embedded weights are the ones that were pinned; workers look at that again when they load them."""
    if not safety.is_embedded(settings.IMAGE_MODEL) or settings.IMAGE_SAFETY_MODEL:
        return []
    if problem := safety.embedded_problem():
        return [
            Error(
                f"IMAGE_MODEL is the embedded model, but {problem}: workers draw nothing.",
                hint="Restore imagegen/models/embedded, or set IMAGE_SAFETY_MODEL.",
                id="imagegen.E003",
            )
        ]
    return []
