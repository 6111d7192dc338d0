"""Count how far pictures agree with what they were to show. Pure functions over words; no network here.

A case is a pair of dictionaries from field to word: what was wanted of a picture, and what is read from it.
Fields that nobody asked for, or that cannot be seen, are not in the first one and so do not count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.embedded_model.attributes import (
    CHANGEABLE_FIELDS,
    IDENTITY_FIELDS,
    PLAIN_BACKGROUNDS,
    VOCABULARY,
    Portrait,
    visible_fields,
)

Words = Mapping[str, str]
Case = tuple[Words, Words]
# What canonical captions leave unsaid, because silence means it.
SILENT = {
    "glasses": "none",
    "earrings": "none",
    "facial_hair": "none",
    "headwear": "none",
    "turn": "front",
    "light": "soft",
}
COLOURS = ("skin", "eyes", "hair_colour", "clothes_colour", "background")
# Mistakes of one field that are listed.
_LISTED = 3


def canonical_mentions(portrait: Portrait) -> frozenset[str]:
    """Return the fields that the whole canonical caption names."""
    said = {field for field in VOCABULARY if getattr(portrait, field) != SILENT.get(field)}
    if portrait.hair_style == "bald" and portrait.facial_hair == "none":
        said.discard("hair_colour")
    return frozenset(said)


def wanted(portrait: Portrait, fields: Iterable[str]) -> dict[str, str]:
    """Return the words of those of `fields` that can be seen."""
    seen = visible_fields(portrait)
    return {field: getattr(portrait, field) for field in VOCABULARY if field in fields and field in seen}


def kept(before: Portrait, after: Portrait) -> dict[str, str]:
    """Return what belongs to the person and can be seen in both pictures."""
    return wanted(after, visible_fields(before) & {*IDENTITY_FIELDS})


def followed(before: Portrait, after: Portrait, named: Iterable[str]) -> dict[str, str]:
    """Return what the text names and is to look different in the new picture."""
    changes = {field for field in CHANGEABLE_FIELDS if getattr(before, field) != getattr(after, field)}
    return wanted(after, changes & {*named})


def within(words: Words, vocabulary: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what a smaller vocabulary has words for."""
    return {field: word for field, word in words.items() if word in vocabulary.get(field, ())}


def wilson(hits: float, trials: float, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share (Wilson 1927, JASA 22)."""
    if trials == 0:
        return 0.0, 1.0
    share = hits / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def independent_trials(counts: Sequence[tuple[int, int]]) -> float:
    """Return how many independent trials say as much as these (hits, trials) of whole pictures.

    Attributes of one picture fail together: counted one by one they would promise too narrow an interval
    (Kish 1965, the design effect of clusters).
    """
    trials = sum(count for _, count in counts)
    if trials == 0 or len(counts) < 2:
        return float(trials)
    share = sum(hits for hits, _ in counts) / trials
    spread = sum((hits - share * count) ** 2 for hits, count in counts) * len(counts) / (len(counts) - 1)
    variance = spread / trials**2
    return min(trials, share * (1 - share) / variance) if variance else float(trials)


def share(hits: int, trials: int, independent: float | None = None) -> dict[str, Any]:
    """Describe a share with its 95 % interval; of no trials the share is None."""
    weight = trials if independent is None else independent
    low, high = wilson(weight * hits / trials if trials else 0, weight)
    return {
        "share": round(hits / trials, 4) if trials else None,
        "ci95": [round(low, 4), round(high, 4)],
        "n": trials,
    }


def overall(cases: Sequence[Case]) -> dict[str, Any]:
    """Return the share of right words over all pictures and fields."""
    counts = [
        (sum(read[field] == word for field, word in asked.items()), len(asked)) for asked, read in cases
    ]
    counts = [(hits, trials) for hits, trials in counts if trials]
    hits, trials = sum(hits for hits, _ in counts), sum(trials for _, trials in counts)
    return share(hits, trials, independent_trials(counts)) | {"pictures": len(counts)}


def by_field(cases: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """Return for each field that was ever asked for its share of right words."""
    result = {}
    for field in VOCABULARY:
        rows = [read[field] == asked[field] for asked, read in cases if field in asked]
        if rows:
            result[field] = share(sum(rows), len(rows))
    return result


def summary(cases: Sequence[Case], floor: float = 0.0) -> dict[str, Any]:
    """Return the shares over all, over fields, and which fields are below the floor."""
    fields = by_field(cases)
    shares = [one["share"] for one in fields.values()]
    return {
        "overall": overall(cases),
        "mean_of_fields": round(sum(shares) / len(shares), 4) if shares else None,
        "fields": fields,
        "below_floor": [field for field, one in fields.items() if one["share"] < floor],
    }


def confusions(cases: Sequence[Case]) -> dict[str, list[str]]:
    """Return for each field its most frequent mistakes, as "asked for as read, so often"."""
    result = {}
    for field in VOCABULARY:
        mistakes = Counter(
            (asked[field], read[field])
            for asked, read in cases
            if field in asked and asked[field] != read[field]
        )
        if mistakes:
            ranked = sorted(mistakes.items(), key=lambda entry: (-entry[1], entry[0]))
            result[field] = [f"{asked} as {read}, {count}" for (asked, read), count in ranked[:_LISTED]]
    return result


def misplaced_colours(cases: Sequence[Case]) -> dict[str, int]:
    """Count wrong colours, and how many of them were asked for on something else in the same text."""
    wrong = elsewhere = 0
    for asked, read in cases:
        for field in COLOURS:
            # A scene is no colour that could have been put elsewhere.
            scene = field == "background" and asked.get(field) not in PLAIN_BACKGROUNDS
            if field not in asked or scene or asked[field] == read[field]:
                continue
            wrong += 1
            elsewhere += read[field] in {
                asked[other] for other in COLOURS if other != field and other in asked
            }
    return {"wrong": wrong, "asked_for_elsewhere": elsewhere}
