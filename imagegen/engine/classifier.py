"""Runs an image classifier from a folder, for IMAGE_SAFETY_MODEL."""

import threading
from collections.abc import Callable
from typing import Any

import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification


def load(folder: str, *, device: str) -> Callable[[Image.Image], dict[str, float]]:
    """Return a function that gives the probability of every label for a picture; together they are 1.

    The function raises FloatingPointError when the model gives no number.
    """
    where = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    processor: Any = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    model: Any = AutoModelForImageClassification.from_pretrained(
        folder, local_files_only=True, use_safetensors=True
    )
    model.to(where).eval()
    lock = threading.Lock()

    def classify(image: Image.Image) -> dict[str, float]:
        inputs = processor(images=image.convert("RGB"), return_tensors="pt").to(where)
        with lock, torch.inference_mode():
            logits = model(**inputs).logits[0]
        if not torch.isfinite(logits).all():
            raise FloatingPointError("the classifier gave no number")
        shares: dict[str, float] = {}
        for number, share in enumerate(logits.cpu().double().softmax(dim=0).tolist()):
            label = str(model.config.id2label[number])
            shares[label] = shares.get(label, 0.0) + share
        return shares

    return classify
