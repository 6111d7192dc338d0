"""Runs an image classifier from a folder, for IMAGE_SAFETY_MODEL."""

import threading
from collections.abc import Callable
from typing import Any

import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification


def load(folder: str, *, device: str) -> Callable[[Image.Image], str]:
    """Return a function that names the most likely label of a picture."""
    where = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    processor: Any = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    model: Any = AutoModelForImageClassification.from_pretrained(
        folder, local_files_only=True, use_safetensors=True
    )
    model.to(where).eval()
    lock = threading.Lock()

    def classify(image: Image.Image) -> str:
        inputs = processor(images=image.convert("RGB"), return_tensors="pt").to(where)
        with lock, torch.inference_mode():
            scores = model(**inputs).logits[0]
        if not torch.isfinite(scores).all():
            raise FloatingPointError("the classifier gave no number")
        return str(model.config.id2label[int(scores.argmax())])

    return classify
