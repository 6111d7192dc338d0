"""Stage 2: tokenizer and text encoder.

The encoder first learns to read, alone: to tell from a caption, in whatever words, the attributes it names.
That takes minutes of text, where learning the same through pictures would take most of the budget.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import nn
from torch.nn import functional
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from tools.embedded_model import dataset
from tools.embedded_model.attributes import VOCABULARY, Portrait
from tools.embedded_model.captioning import captions
from tools.embedded_model.training import precision
from tools.embedded_model.training.checkpoint import Checkpoint
from tools.embedded_model.training.networks import TOKENS
from tools.embedded_model.training.schedule import Budget

PEAK_RATE = 1.5e-3
START, END = "<|startoftext|>", "<|endoftext|>"
# The same splitting that transformers' CLIPTokenizer applies when it reads the vocabulary.
_SPLIT = r"""<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""


def train_tokenizer(seed: int, texts: int = 20_000, entries: int = 1280) -> CLIPTokenizer:
    """Learn a byte-level vocabulary from generated captions; any text at all can be encoded with it."""
    rng = random.Random(seed)
    tokenizer = Tokenizer(models.BPE(continuing_subword_prefix="", end_of_word_suffix="</w>", unk_token=END))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_SPLIT), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        # Every byte also ends a word somewhere; without these entries a last letter never seen in training
        # would become the unknown token, which is the end mark.
        vocab_size=entries,
        special_tokens=[*sorted(alphabet), *(f"{byte}</w>" for byte in sorted(alphabet))],
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(
        (captions.free_caption(portrait, rng)[0] for portrait in dataset.records(texts, seed)), trainer
    )
    state = tokenizer.to_str()
    merges, vocabulary = _merges(state)
    for word in (START, END):
        vocabulary[word] = len(vocabulary)
    return CLIPTokenizer(
        vocab=vocabulary,
        merges=merges,
        bos_token=START,
        eos_token=END,
        unk_token=END,
        pad_token=END,
        model_max_length=TOKENS,
    )


def _merges(state: str) -> tuple[list[tuple[str, str]], dict[str, int]]:
    model = json.loads(state)["model"]
    return [(left, right) for left, right in model["merges"]], dict(model["vocab"])


def tokenize(tokenizer: CLIPTokenizer, texts: list[str]) -> torch.Tensor:
    """Return ids, (B, TOKENS) int64, padded as the pipeline pads."""
    return tokenizer(
        texts, padding="max_length", max_length=TOKENS, truncation=True, return_tensors="pt"
    ).input_ids


def trimmed(ids: torch.Tensor, end_id: int) -> torch.Tensor:
    """Cut the columns in which every text has ended; an encoder that looks only back sees no difference."""
    return ids[:, : int((ids == end_id).int().argmax(dim=1).max()) + 1]


def labels(portraits: list[Portrait], mentioned: list[frozenset[str]]) -> torch.Tensor:
    """Return class indices, (B, fields); an attribute not mentioned has the class behind the last one."""
    return torch.tensor(
        [
            [
                words.index(getattr(portrait, field)) if field in said else len(words)
                for field, words in VOCABULARY.items()
            ]
            for portrait, said in zip(portraits, mentioned, strict=True)
        ]
    )


class Heads(nn.Module):
    """Linear read-outs of every attribute; thrown away after this stage."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.summary = nn.ModuleList(nn.Linear(width, len(words) + 1) for words in VOCABULARY.values())
        self.state = nn.ModuleList(nn.Linear(width, len(words) + 1) for words in VOCABULARY.values())

    def forward(self, summary: torch.Tensor, state: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Return logits per attribute, from the summary and the penultimate end state, both (B, width)."""
        return [
            (first(summary), second(state)) for first, second in zip(self.summary, self.state, strict=True)
        ]


def end_states(hidden: torch.Tensor, ids: torch.Tensor, end_id: int) -> torch.Tensor:
    """Pick the state at each text's first end mark: (B, TOKENS, width) to (B, width)."""
    place = (ids == end_id).int().argmax(dim=1)
    return hidden[torch.arange(len(ids)), place]


@torch.no_grad()
def unseen_share(
    encoder: CLIPTextModelWithProjection, heads: Heads, tokenizer: CLIPTokenizer, texts: int = 256
) -> float:
    """Return the share of attributes read rightly from sentence patterns that training never uses."""
    rng = random.Random(5)
    portraits = dataset.records(texts, 5, held_out=True)
    written, mentioned = zip(
        *(captions.held_out_mentions(portrait, rng) for portrait in portraits), strict=True
    )
    wanted = labels(portraits, list(mentioned))
    summaries = encoder(tokenize(tokenizer, list(written))).text_embeds
    hits = said = 0
    for index, words in enumerate(VOCABULARY.values()):
        named = wanted[:, index] < len(words)
        right = heads.summary[index](summaries).argmax(1) == wanted[:, index]
        hits, said = hits + int(right[named].sum()), said + int(named.sum())
    return hits / said


def train(
    encoder: CLIPTextModelWithProjection,
    tokenizer: CLIPTokenizer,
    checkpoint: Path,
    budget: Budget,
    *,
    seed: int,
    batch: int = 96,
) -> None:
    """Train the encoder to read until the budget ends; resumes from `checkpoint`."""
    end_id = tokenizer.eos_token_id
    heads = Heads(encoder.config.projection_dim)
    values = [*encoder.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(values, lr=PEAK_RATE, weight_decay=0.01)
    saved = Checkpoint(checkpoint, {"encoder": encoder, "heads": heads, "optimiser": optimiser}, budget)
    rng = random.Random(seed + budget.done)
    share = 0.0
    encoder.train()
    while budget.goes_on():
        for group in optimiser.param_groups:
            group["lr"] = budget.rate(PEAK_RATE, warm_up=100)
        portraits = dataset.records(batch, rng.randrange(2**31))
        texts, mentioned = zip(*(captions.free_caption(portrait, rng) for portrait in portraits), strict=True)
        ids = trimmed(tokenize(tokenizer, list(texts)), end_id)
        answers = labels(portraits, list(mentioned))
        with precision.mixed():
            output = encoder(ids, output_hidden_states=True)
            state = end_states(output.hidden_states[-2], ids, end_id)
            logits = heads(output.text_embeds, state)
        loss = torch.stack(
            [
                functional.cross_entropy(part.float(), answers[:, index])
                for index, pair in enumerate(logits)
                for part in pair
            ]
        ).mean()
        # The denoiser takes these vectors as they come: keep them near unit size.
        loss = loss + 0.01 * (output.text_embeds.float().square().mean() - 1).square()
        loss = loss + 0.01 * (output.hidden_states[-2].float().square().mean() - 1).square()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        budget.done += 1
        hits = torch.stack([(pair[0].argmax(1) == answers[:, index]) for index, pair in enumerate(logits)])
        share = 0.95 * share + 0.05 * hits.float().mean().item()
        if budget.done % 100 == 0:
            budget.log("text", loss=loss.item(), read=share)
        if budget.done % 500 == 0:
            budget.log("text unseen patterns", read=unseen_share(encoder, heads, tokenizer))
        saved.save_when_due()
    saved.save()
    encoder.eval()
