"""What changed between two texts, word by word."""

import random

import pytest

from characters.diffs import Parts, compare_words

WORDS = ["tea", "fog", "lamp,", "ship.", "日本", "море", "e\u0301cole", "\n\n", "  ", "<b>", "🙂"]


def changed(parts: Parts) -> list[str]:
    return [part.text for part in parts if part.is_changed]


def text_of(parts: Parts) -> str:
    return "".join(part.text for part in parts)


def test_the_words_that_differ_are_marked_and_nothing_else() -> None:
    before, after = compare_words(
        "Mira keeps the northern light and writes letters to ships.",
        "Mira keeps the southern light and often writes letters to ships.",
    )
    assert changed(before) == ["northern "]
    assert changed(after) == ["southern ", "often "]


def test_what_was_only_added_marks_nothing_before() -> None:
    before, after = compare_words("Tea?", "Tea? Or coffee?")
    assert changed(before) == ["Tea?"] or changed(before) == []
    assert "coffee" in "".join(changed(after))


def test_texts_with_little_in_common_are_marked_as_a_whole() -> None:
    before, after = compare_words("Mira keeps the northern light.", "A pirate, and a loud one at that.")
    assert [len(before), len(after)] == [1, 1]
    assert changed(before)
    assert changed(after)


def test_scripts_without_spaces_are_compared_letter_by_letter() -> None:
    _before, after = compare_words("灯台守のミラです", "灯台守のハナです")
    assert changed(after) == ["ハナ"]


def test_the_same_text_has_no_marks() -> None:
    for text in ("", "One line.\nAnother."):
        before, after = compare_words(text, text)
        assert changed(before) == changed(after) == []


@pytest.mark.parametrize("seed", range(40))
def test_the_parts_make_up_both_texts(seed: int) -> None:
    rng = random.Random(seed)
    old, new = ("".join(rng.choices(WORDS, k=rng.randrange(30))) for _side in range(2))
    mixed = old[: len(old) // 2] + new
    for pair in ((old, new), (old, mixed), (mixed, old)):
        before, after = compare_words(*pair)
        assert (text_of(before), text_of(after)) == pair
        same = ["".join(part.text for part in side if not part.is_changed) for side in (before, after)]
        assert same[0] == same[1]


def test_very_long_texts_are_still_compared() -> None:
    """Beyond the limit only what both begin and end with is known to be the same."""
    words = [f"word{number} " for number in range(9000)]
    before, after = compare_words("".join(words), "".join(["new ", *words[:-1], "end"]))
    assert text_of(before) == "".join(words)
    assert text_of(after).startswith("new word0 ")
