"""A text classifier from a folder, with untrained weights that are told what to say."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from imagegen.engine import text_classifier

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "calm", "harsh"]
WINDOW = 16


def save(folder: Path, *, many: bool = False, weight: float = 40.0) -> str:
    """Save a model whose second label grows with the share of the word "harsh"."""
    tokenizer = Tokenizer(models.WordLevel({word: key for key, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=WINDOW,
    ).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, max_position_embeddings=WINDOW, id2label={0: "calm", 1: "harsh"},
        label2id={"calm": 0, "harsh": 1}, problem_type="multi_label_classification" if many else None,
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    model.classifier.weight.data.mul_(weight)
    model.save_pretrained(folder, safe_serialization=True)
    return str(folder)


@pytest.fixture
def classify(tmp_path: Path) -> Callable[[str], dict[str, float]]:
    return text_classifier.load(save(tmp_path), device="cpu")


def test_the_shares_of_labels_that_exclude_each_other_are_one(
    classify: Callable[[str], dict[str, float]],
) -> None:
    shares = classify("calm harsh")
    assert set(shares) == {"calm", "harsh"}
    assert math.isclose(sum(shares.values()), 1.0)


def test_labels_that_may_come_together_have_a_share_each(tmp_path: Path) -> None:
    shares = text_classifier.load(save(tmp_path, many=True), device="cpu")("calm harsh")
    assert all(0 < share < 1 for share in shares.values())
    assert not math.isclose(sum(shares.values()), 1.0)


def test_what_stands_at_the_end_of_a_long_text_counts(classify: Callable[[str], dict[str, float]]) -> None:
    """The highest share of any window is the text's, so no filling hides a word."""
    window = " ".join(["harsh"] * (WINDOW - 2))
    hidden = " ".join(["calm"] * 200 + ["harsh"] * (WINDOW - 2))
    alone, plain = classify(window), classify(" ".join(["calm"] * 200))
    label = max(alone, key=lambda name: alone[name] - plain[name])
    assert alone[label] > plain[label]
    assert classify(hidden)[label] == pytest.approx(alone[label], abs=1e-6)


def test_a_model_that_gives_no_number_says_so(tmp_path: Path) -> None:
    folder = save(tmp_path, weight=math.nan)
    with pytest.raises(FloatingPointError):
        text_classifier.load(folder, device="cpu")("calm")
