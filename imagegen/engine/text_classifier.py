"""Runs a text classifier from a folder, for SCREENING_TEXT_MODEL."""

import threading
from collections.abc import Callable
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

# What a window shares with the one before, so that nothing is cut in two.
_OVERLAP_TOKENS = 32
_WINDOW_TOKENS_MAX = 512
_MANY_LABELS = "multi_label_classification"


def load(folder: str, *, device: str) -> Callable[[str], dict[str, float]]:
    """Return a function that gives a share between 0 and 1 to every label for a text of any length.

    A long text is read in windows, and each label gets its highest share. The function raises
    FloatingPointError when the model gives no number.
    """
    where = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model: Any = AutoModelForSequenceClassification.from_pretrained(
        folder, local_files_only=True, use_safetensors=True
    )
    model.to(where).eval()
    window = min(tokenizer.model_max_length, _WINDOW_TOKENS_MAX)
    lock = threading.Lock()

    def classify(text: str) -> dict[str, float]:
        inputs = tokenizer(
            text,
            truncation=True,
            max_length=window,
            stride=min(_OVERLAP_TOKENS, window // 4),
            return_overflowing_tokens=True,
            padding=True,
            return_tensors="pt",
        )
        inputs.pop("overflow_to_sample_mapping", None)
        with lock, torch.inference_mode():
            logits = model(**inputs.to(where)).logits
        if not torch.isfinite(logits).all():
            raise FloatingPointError("the classifier gave no number")
        scores = logits.cpu().double()
        is_many = model.config.problem_type == _MANY_LABELS
        shares = (scores.sigmoid() if is_many else scores.softmax(dim=-1)).amax(dim=0)
        return {str(model.config.id2label[number]): share for number, share in enumerate(shares.tolist())}

    return classify
