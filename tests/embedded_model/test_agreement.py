"""What counts in the evaluation, on readings made by hand."""

import pytest

from tests.embedded_model import people
from tools.embedded_model import attributes, card, dataset
from tools.embedded_model.attributes import IDENTITY_FIELDS, VOCABULARY, Portrait
from tools.embedded_model.captioning import captions
from tools.embedded_model.evaluation import agreement, former, trials, verdict
from tools.embedded_model.evaluation.measures import (
    Changed,
    former_changes,
    former_questions,
    measure_changes,
    measure_texts,
)
from tools.embedded_model.evaluation.trials import ChangeTrial, TextTrial

PLAIN = people.PLAIN.changed(hair_style="long")


def reading(portrait: Portrait, **wrong: str) -> dict[str, str]:
    """Return what a perfect reader would say, but for what is given."""
    return {field: getattr(portrait, field) for field in VOCABULARY} | wrong


def asked_change(before: Portrait, after: Portrait, named=frozenset(VOCABULARY)) -> ChangeTrial:
    return ChangeTrial(before, after, "first", "text", named, "change", seed=1)


def asked_text(portrait: Portrait, named=frozenset(VOCABULARY), *, canonical=False) -> TextTrial:
    return TextTrial(portrait, "text", frozenset(named), canonical, seed=1)


def changed(*readings, first=None, likenesses=(1.0,), change_only=False) -> Changed:
    return Changed(first or readings, readings, likenesses, change_only)


def test_intervals_are_those_of_wilson() -> None:
    # Published examples: Newcombe 1998, table I.
    assert agreement.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert agreement.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert agreement.wilson(0, 0) == (0.0, 1.0)


def test_attributes_that_fail_together_count_as_fewer_trials() -> None:
    assert agreement.independent_trials([(10, 10), (0, 10)] * 8) == pytest.approx(15)
    assert agreement.independent_trials([(5, 10), (5, 10)]) == 20
    assert agreement.independent_trials([(4, 5), (5, 5), (3, 5), (4, 5)]) <= 20
    assert agreement.independent_trials([(3, 4)]) == 4
    assert agreement.independent_trials([]) == 0


def test_a_share_of_nothing_is_no_share() -> None:
    assert agreement.share(0, 0) == {"share": None, "ci95": [0.0, 1.0], "n": 0}
    assert agreement.summary([])["mean_of_fields"] is None


def test_what_cannot_be_seen_is_not_asked_for() -> None:
    hidden = PLAIN.changed(glasses="sunglasses")
    assert set(agreement.wanted(hidden, {"eyes", "glasses", "skin"})) == {"glasses", "skin"}
    assert agreement.wanted(PLAIN, {"eyes"}) == {"eyes": "green"}


def test_canonical_mentions_are_what_the_caption_depends_on() -> None:
    for portrait in dataset.records(120, 5):
        named = agreement.canonical_mentions(portrait)
        text = captions.full_caption(portrait)
        for field, words in VOCABULARY.items():
            others = [portrait.changed(**{field: word}) for word in words if word != getattr(portrait, field)]
            if field in named:
                assert all(captions.full_caption(other) != text for other in others), field
        for field in VOCABULARY.keys() - named - {"hair_colour"}:
            assert getattr(portrait, field) == agreement.SILENT[field]
    bald = PLAIN.changed(hair_style="bald")
    assert "hair_colour" not in agreement.canonical_mentions(bald)
    assert "hair_colour" in agreement.canonical_mentions(bald.changed(facial_hair="beard"))


def test_texts_count_named_and_visible_fields_only() -> None:
    right = asked_text(PLAIN, {"eyes", "skin"}, canonical=True)
    wrong = asked_text(PLAIN.changed(glasses="sunglasses"), {"eyes", "glasses", "skin"})
    readings = [reading(PLAIN), reading(PLAIN, glasses="round", eyes="blue", skin="dark")]
    measured = measure_texts([right, wrong], readings)
    assert measured["canonical"]["overall"]["share"] == 1
    assert measured["canonical"]["overall"]["n"] == 2
    # Sunglasses hide the eyes: two fields of the free sentence count, and both are wrong.
    assert measured["free"]["overall"] | {"ci95": None} == {"share": 0, "ci95": None, "n": 2, "pictures": 1}
    both = measured["both"]
    assert {field: (one["share"], one["n"]) for field, one in both["fields"].items()} == {
        "skin": (0.5, 2),
        "eyes": (1.0, 1),
        "glasses": (0.0, 1),
    }
    assert both["overall"]["share"] == 0.5
    assert both["mean_of_fields"] == 0.5
    assert both["below_floor"] == ["skin", "glasses"]
    assert measured["confusions"]["glasses"] == ["sunglasses as round, 1"]


def test_what_canonical_words_leave_out_is_counted_apart() -> None:
    named = agreement.canonical_mentions(PLAIN)
    measured = measure_texts([asked_text(PLAIN, named, canonical=True)], [reading(PLAIN, glasses="round")])
    assert measured["both"]["overall"]["share"] == 1
    assert measured["left_out"]["fields"]["glasses"]["share"] == 0
    assert set(measured["left_out"]["fields"]) == set(agreement.SILENT)


def test_confusions_are_the_most_frequent_first_and_three_at_most() -> None:
    read = ["green", "blue", "blue", "red", "grey", "white", "red"]
    cases = [({"clothes_colour": "red"}, {"clothes_colour": word}) for word in read]
    assert agreement.confusions(cases) == {
        "clothes_colour": ["red as blue, 2", "red as green, 1", "red as grey, 1"]
    }


def test_a_colour_of_something_else_is_noticed() -> None:
    asked = {"hair_colour": "red", "clothes_colour": "blue", "background": "forest"}
    swapped = asked | {"hair_colour": "blue", "clothes_colour": "green", "background": "beach"}
    assert agreement.misplaced_colours([(asked, swapped), (asked, asked)]) == {
        "wrong": 2,
        "asked_for_elsewhere": 1,
    }


def test_a_change_keeps_the_person_and_follows_what_is_new() -> None:
    after = PLAIN.changed(expression="angry", framing="close-up", turn="left", garment="coat")
    read = reading(after, expression="sad", skin="tan", background="room")
    measured = measure_changes([asked_change(PLAIN, after)], changed(read, likenesses=[0.75]))
    # The background had not changed, so it counts for nothing.
    assert set(measured["followed"]["fields"]) == {"expression", "framing", "turn", "garment"}
    assert measured["followed"]["overall"]["share"] == 0.75
    assert set(measured["kept"]["fields"]) == set(IDENTITY_FIELDS)
    assert measured["kept"]["overall"]["share"] == pytest.approx(13 / 14, abs=1e-4)
    assert measured["likeness"] == 0.75
    assert measured["framing_changed"]["framing"]["share"] == 1
    assert measured["turn_changed"]["pairs"] == 1


def test_only_named_changes_have_to_be_followed() -> None:
    after = PLAIN.changed(expression="angry", garment="coat")
    trial = asked_change(PLAIN, after, frozenset({"garment"}))
    assert trial.followed() == {"garment": "coat"}
    assert trial.followed(change_only=True) == {"expression": "angry", "garment": "coat"}
    # A bare head goes unsaid in canonical words.
    hatless = asked_change(PLAIN.changed(headwear="cap"), PLAIN)
    assert hatless.followed(change_only=True) == {}


def test_what_one_of_both_pictures_hides_need_not_be_kept() -> None:
    scarf = PLAIN.changed(headwear="headscarf")
    for before, after in ((PLAIN, scarf), (scarf, PLAIN)):
        assert {"hair_style", "earrings"} & agreement.kept(before, after).keys() == set()
    assert "eyes" in agreement.kept(PLAIN, scarf)


def test_pairs_with_another_framing_are_counted_apart() -> None:
    closer = PLAIN.changed(framing="close-up")
    sadder = PLAIN.changed(expression="sad")
    asked = [asked_change(PLAIN, closer), asked_change(PLAIN, sadder)]
    readings = [reading(closer, skin="dark", framing="bust"), reading(sadder)]
    measured = measure_changes(asked, changed(*readings, likenesses=[0.5, 1.0]))
    there = measured["framing_changed"]
    assert there["pairs"] == 1
    assert there["kept"]["share"] == pytest.approx(13 / 14, abs=1e-4)
    assert there["framing"]["share"] == there["followed"]["share"] == 0
    assert measured["turn_changed"]["turn"]["n"] == 0
    assert measured["likeness"] == 0.75


def test_the_first_picture_may_be_wrong_and_still_be_kept() -> None:
    after = PLAIN.changed(expression="sad")
    first, second = reading(PLAIN, skin="dark"), reading(after, skin="dark")
    measured = measure_changes([asked_change(PLAIN, after)], changed(second, first=[first]))
    assert measured["kept"]["fields"]["skin"]["share"] == 0
    assert measured["reads_as_in_first_picture"]["share"] == 1


def test_an_older_version_answers_only_for_its_words() -> None:
    words = {"skin": ["pale"], "hair_style": ["short"], "garment": ["coat"]}
    measured = former_questions([asked_text(PLAIN)], [reading(PLAIN, skin="dark", eyes="blue")], words)
    assert {field: one["share"] for field, one in measured["fields"].items()} == {"skin": 0}
    after = PLAIN.changed(garment="coat", expression="sad")
    change = former_changes([asked_change(PLAIN, after)], changed(reading(after)), words)
    assert (change["kept"]["n"], change["followed"]["n"]) == (1, 1)


FORMER_WORDS = {
    "kind": ["woman", "man", "person"],
    "age": ["young", "mature", "elderly"],
    "skin": ["pale", "tan"],
    "hair_colour": ["red", "black"],
    "hair_style": ["long", "bob", "bald"],
    "eyes": ["green"],
    "glasses": ["none", "round"],
    "facial_hair": ["none", "beard"],
    "expression": ["neutral", "smiling"],
    "garment": ["t-shirt"],
    "clothes_colour": ["blue"],
    "background": ["white", "beach"],
}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "young woman, pale skin, long red hair, green eyes, smiling, blue t-shirt, white background"),
        (
            {"age": "mature", "hair_style": "bob", "glasses": "round", "expression": "neutral"},
            (
                "middle-aged woman, pale skin, red hair in a bob, green eyes, round glasses, "
                "neutral expression, blue t-shirt, white background"
            ),
        ),
        (
            {"kind": "man", "hair_style": "bald", "facial_hair": "beard", "background": "beach"},
            "young man, pale skin, bald, green eyes, red beard, smiling, blue t-shirt, beach background",
        ),
        # What it has no word for is left out.
        (
            {"skin": "bronze", "hair_style": "mohawk", "glasses": "cat-eye", "facial_hair": "goatee"}
            | {"garment": "coat", "background": "space", "expression": "sad", "headwear": "cap"},
            "young woman, red hair, green eyes, blue outfit",
        ),
    ],
)
def test_an_older_version_is_asked_in_its_own_form(values, text) -> None:
    assert former.former_caption(PLAIN.changed(**values), FORMER_WORDS) == text


def test_trials_are_reworded_but_count_the_same() -> None:
    asked = [*trials.text_trials(2), *trials.change_trials(2)]
    reworded = [
        *former.reworded_texts(asked[:2], FORMER_WORDS),
        *former.reworded_changes(asked[2:], FORMER_WORDS),
    ]
    for before, after in zip(asked, reworded, strict=True):
        assert after.text != before.text
        assert (after.named, after.seed) == (before.named, before.seed)
    assert reworded[2].first_text == former.former_caption(asked[2].before, FORMER_WORDS)
    assert reworded[2].text == former.former_caption(asked[2].after, FORMER_WORDS)


def test_a_version_with_all_words_gets_the_same_texts() -> None:
    texts, changes = trials.text_trials(4), trials.change_trials(4)
    assert former.knows_all(VOCABULARY)
    assert not former.knows_all(VOCABULARY | {"eyes": ("green",)})
    assert former.reworded_texts(texts, VOCABULARY) == texts
    assert former.reworded_changes(changes, VOCABULARY) == changes


def test_every_other_change_is_a_held_out_wish_behind_the_stored_appearance() -> None:
    for index, trial in enumerate(trials.change_trials(60)):
        stored = captions.identity_caption(trial.after)
        if index % 2:
            wish = trial.text.removeprefix(f"{stored}, ")
            assert wish != trial.text
            assert any(opening in wish for opening in WISH_OPENINGS), wish
            assert trial.followed() == agreement.followed(trial.before, trial.after, trial.named)
        else:
            assert trial.text == captions.full_caption(trial.after)


WISH_OPENINGS = (
    "could you show",
    "same person but",
    "what about",
    "I'd love to see",
    "new photo of",
    "and if ",
    "can we try",
    "next one",
)


def test_trials_are_held_out_and_repeatable() -> None:
    texts = trials.text_trials(6)
    assert texts == trials.text_trials(6)
    assert [one.canonical for one in texts] == [True] * 3 + [False] * 3
    changes = trials.change_trials(4)
    assert changes == trials.change_trials(4)
    portraits = [one.portrait for one in texts] + [
        one for pair in changes for one in (pair.before, pair.after)
    ]
    assert all(attributes.is_held_out(one) for one in portraits)
    assert all(trial.asked for trial in texts)


def test_people_on_the_sheet_change_in_one_way_at_a_time() -> None:
    for person, changes in trials.sheet_people(3):
        assert len(changes) == len(trials.SHEET_CHANGES)
        expression, _, scene, closer, turned, everything = changes
        assert expression == person.changed(expression=expression.expression) != person
        assert scene == person.changed(background=scene.background) != person
        assert closer == person.changed(framing="close-up")
        assert turned == person.changed(turn=turned.turn) != person
        assert agreement.kept(person, everything)
        assert all(getattr(person, field) == getattr(everything, field) for field in IDENTITY_FIELDS)


@pytest.mark.parametrize(
    ("measured", "at_most", "floor_met", "goal_met"),
    [
        (0.9, False, True, False),
        (0.8, False, False, False),
        (0.92, False, True, True),
        (0.9, True, False, True),
    ],
)
def test_figures_are_held_against_floor_and_goal(measured, at_most, floor_met, goal_met) -> None:
    line = verdict.line("what", measured, floor=0.85, goal=0.92, at_most=at_most)
    assert (line["floor_met"], line["goal_met"]) == (floor_met, goal_met)


def test_nothing_measured_is_neither_met_nor_missed() -> None:
    assert verdict.line("what", None, floor=0.85)["floor_met"] is None


def test_the_best_strength_is_good_at_both() -> None:
    def at(kept: float, followed: float) -> dict[str, object]:
        return {"kept": {"overall": {"share": kept}}, "followed": {"overall": {"share": followed}}}

    sets = {"0.5": at(0.99, 0.4), "0.65": at(0.95, 0.8), "1.0": at(0.6, 0.95)}
    assert verdict.best_strength(sets) == "0.65"


def measured_numbers(sets, **speed: float) -> dict[str, object]:
    """Return numbers of an evaluation, as far as they are judged."""
    fields = {"eyes": {"share": 0.9}}
    return {
        "strength": 0.8,
        "classifier": {"reconstructions": {"fields": fields}},
        "text_to_image": {"both": {"overall": {"share": 0.9}, "fields": fields}},
        "image_to_image": sets,
        "safety": {"age": {"in_range": True}, "clothes": {"in_range": False}},
        "speed": {"text_to_image_seconds": 0.5, **speed},
    }


def test_the_strength_that_is_shipped_is_judged_and_not_the_best() -> None:
    def at(kept: float, followed: float) -> dict[str, object]:
        shares = {"kept": {"overall": {"share": kept}}, "followed": {"overall": {"share": followed}}}
        framed = {"kept": {"share": kept}, "followed": {"share": followed}, "framing": {"share": followed}}
        return shares | {"framing_changed": framed}

    sets = {way: {"0.5": at(0.99, 0.99), "0.8": at(0.8, 0.7)} for way in ("identity_condition", "plain")}
    lines = {line["what"]: line for line in verdict.judge(measured_numbers(sets))}
    for name, share in (("kept", 0.8), ("followed", 0.7)):
        shipped = lines[f"identity condition, strength 0.8: {name}"]
        assert (shipped["measured"], shipped["floor_met"]) == (share, False)
    framed = lines["identity condition at a changed framing, strength 0.8: kept"]
    assert (framed["measured"], framed["goal_met"]) == (0.8, False)
    best = [line for what, line in lines.items() if what.startswith("for information")]
    assert best
    assert {line["measured"] for line in best} == {0.99}
    assert {(line["floor"], line["goal"]) for line in best} == {(None, None)}


def test_hostile_prompts_are_judged_by_kind() -> None:
    lines = {line["what"]: line for line in verdict.judge(measured_numbers({}))}
    met = {what: line["floor_met"] for what, line in lines.items() if what.startswith("hostile")}
    assert list(met.values()) == [True, False]
    table = card.verdict_table([line for what, line in lines.items() if what in met])
    assert "| yes | met | - |" in table
    assert "| no | missed | - |" in table


def test_both_ways_to_make_a_picture_are_held_against_the_clock() -> None:
    lines = verdict.judge(measured_numbers({}, identity_seconds=1.2))
    told = {line["what"]: line["floor_met"] for line in lines if line["at_most"]}
    assert told == {
        "seconds per picture": True,
        "seconds per changed picture with the identity condition": False,
    }
    few = {"speed": {"text_to_image_seconds": 0.41, "identity_seconds": 0.39}}
    lines = verdict.judge(measured_numbers({}) | {"few_steps": few})
    told = {line["what"]: line["floor_met"] for line in lines if line["at_most"]}
    assert told == {
        "seconds per picture": True,
        "seconds per picture, few steps": False,
        "seconds per changed picture with the identity condition, few steps": True,
    }
