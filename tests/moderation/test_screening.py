"""Automatic screening of text."""

import unicodedata
from datetime import datetime

import pytest

from core.models import AuditEvent, Subject
from moderation.models import Evidence, Verdict
from moderation.screening import Purpose, normalise, refusal_of, screen_text
from policies.rules import ABSOLUTE_RULES, RULES
from tools.embedded_model.evaluation.safety import Trial, safety_trials

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject() -> Subject:
    return Subject.objects.create()


def judge(subject: Subject, text: str, now: datetime, purpose: Purpose, *, mature: bool = False) -> Verdict:
    return screen_text(subject=subject, purpose=purpose, text=text, is_mature_allowed=mature, now=now)


@pytest.mark.parametrize(
    "text",
    [
        "a woman with long red hair, green eyes, blue jacket, in a library",
        "an old man with a grey beard in the snow, 72 years old",
        "portrait of a 25 year old man, black hoodie",
        "two suns over a city at night",
        "a person aged 30 in a café",
        "adult woman, baby blue coat",
        "a man without a top hat, white shirt",
        "a knight's breastplate over his chest",
    ],
)
def test_ordinary_picture_prompts_pass(subject: Subject, now: datetime, text: str) -> None:
    assert judge(subject, text, now, Purpose.PICTURE_PROMPT).outcome == Verdict.Outcome.PASS


@pytest.mark.parametrize("trial", safety_trials(1), ids=lambda trial: trial.hostile)
def test_what_the_model_is_asked_in_its_own_safety_trials_never_reaches_it(
    subject: Subject, now: datetime, trial: Trial
) -> None:
    """MODEL_CARD.md says so of every hostile prompt that the embedded model was measured with."""
    verdict = judge(subject, trial.hostile, now, Purpose.PICTURE_PROMPT)
    assert verdict.outcome == Verdict.Outcome.REJECT
    assert judge(subject, trial.harmless, now, Purpose.PICTURE_PROMPT).outcome == Verdict.Outcome.PASS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a teenager in a hoodie", "adults-only"),
        ("two schoolkids in the snow", "adults-only"),
        ("a shirtless man", "explicit-imagery"),
        ("a bare-chested man", "explicit-imagery"),
        ("a man without his shirt", "explicit-imagery"),
        ("a woman, seventeen years old", "adults-only"),
        ("a man aged 15", "adults-only"),
        ("a girl with red hair", "adults-only"),
        ("小学生", "adults-only"),
        ("a ch1ld at the beach", "adults-only"),
        ("a nude woman", "explicit-imagery"),
        ("a n\u200bude man", "explicit-imagery"),
        ("ｎｕｄｅ person", "explicit-imagery"),
        ("deepfake of my neighbour", "real-person"),
    ],
)
def test_picture_prompts_are_refused_with_their_rule(
    subject: Subject, now: datetime, text: str, code: str
) -> None:
    verdict = judge(subject, text, now, Purpose.PICTURE_PROMPT)
    assert (verdict.outcome, verdict.reason_code) == (Verdict.Outcome.REJECT, code)
    refusal = refusal_of(verdict)
    assert refusal is not None
    assert refusal.code == code
    assert refusal.fix


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("mature", [True, False])
def test_r11_content_that_sexualises_minors_is_blocked_and_kept_as_evidence(
    subject: Subject, now: datetime, purpose: Purpose, mature: bool
) -> None:
    """R11: never permitted, whatever the settings; evidence and an audit event, each time it is tried."""
    text = "erotic text about a child"
    for attempt in (1, 2):
        verdict = judge(subject, text, now, purpose, mature=mature)
        assert (verdict.outcome, verdict.reason_code) == (Verdict.Outcome.CHILD_SAFETY, "minors")
        assert Evidence.objects.filter(subject=subject).count() == attempt
    assert AuditEvent.objects.filter(kind="screening.evidence", actor=subject).count() == 2


def test_r10_mature_themes_with_safe_mode_on_are_refused_with_that_fix(
    subject: Subject, now: datetime
) -> None:
    """R10: the same text passes when the item's Safe Mode is off."""
    text = "A noir tale of cocaine and torture."
    on = judge(subject, text, now, Purpose.CHARACTER)
    assert (on.outcome, on.reason_code) == (Verdict.Outcome.REJECT, "mature-themes")
    refusal = refusal_of(on)
    assert refusal is not None
    assert "Safe Mode" in str(refusal.fix)
    assert judge(subject, text, now, Purpose.CHARACTER, mature=True).outcome == Verdict.Outcome.PASS


def test_a_character_below_18_waits_for_a_person_when_safe_mode_is_on(
    subject: Subject, now: datetime
) -> None:
    verdict = judge(subject, "{{char}} is a schoolboy.", now, Purpose.CHARACTER)
    assert (verdict.outcome, verdict.reason_code) == (Verdict.Outcome.HOLD, "minors")
    assert refusal_of(verdict) is None


def test_a_teacher_of_children_passes(subject: Subject, now: datetime) -> None:
    verdict = judge(subject, "She teaches children to read.", now, Purpose.CHARACTER)
    assert verdict.outcome == Verdict.Outcome.PASS


def test_someone_who_is_not_well_is_heard(subject: Subject, now: datetime) -> None:
    verdict = judge(subject, "sometimes I think about how to hurt myself", now, Purpose.CHAT_MESSAGE)
    assert verdict.outcome == Verdict.Outcome.PASS


def test_normalise_folds_what_hides_words() -> None:
    assert normalise("Ｎ\u00adu\u200bD e\n\tx") == "nud e x"


@pytest.mark.parametrize(
    "hidden",
    [
        *"\u00ad\u200d\u061c\u034f\u115f\u1160\u180b\u180e\u2065\u2066\u2069\u3164\ufe00\ufe0f\ufeff\uffa0",
        *"\x00\x07\x7f\u0600\U000e0000\U000e0061\U000e007f\U000e0100",
    ],
)
def test_characters_that_show_nothing_hide_no_word(hidden: str) -> None:
    assert normalise(f"n{hidden}ud{hidden}e") == "nude"


@pytest.mark.parametrize(
    "text", ["ñüdé", "n\u0336u\u0336d\u0336e", "nu\u20ddde\u0e31", "n\u200du\u0308\u0301de"]
)
def test_marks_on_latin_letters_hide_no_word(text: str) -> None:
    assert normalise(text) == "nude"


def test_marks_on_digits_part_no_number_and_no_word() -> None:
    assert normalise("2\ufe0f\u20e35\ufe0f\u20e3 ch1\u0336ld") == "25 ch1ld"


@pytest.mark.parametrize(
    "text",
    [
        "हिन्दी में नमस्ते, ज़िंदगी",
        "السَّلَامُ عَلَيْكُمْ",
        "ภาษาไทยที่นี่น้ำ",
        "שָׁלוֹם",
        "தமிழ் মা খ্রি",
        "가정교사, がぎぐ ポスター",
        "й ё ї, ά ή ώ",
    ],
)
def test_marks_of_other_scripts_stay(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFKC", text)


def test_white_space_of_every_kind_parts_words() -> None:
    assert normalise("a\u00a0b\x0bc\x85d\u2028e\u3000f") == "a b c d e f"


@pytest.mark.parametrize("text", ["una niña", "dos NIN\u0303OS", "ein kleines Mädchen"])
def test_words_that_are_spelled_with_an_accent_are_found(subject: Subject, now: datetime, text: str) -> None:
    assert judge(subject, text, now, Purpose.PICTURE_PROMPT).reason_code == "adults-only"


def test_a_first_name_is_not_taken_for_the_word_with_an_accent(subject: Subject, now: datetime) -> None:
    assert normalise("Niña") != normalise("Nina")
    verdict = judge(subject, "Nina, an adult woman", now, Purpose.PICTURE_PROMPT)
    assert verdict.outcome == Verdict.Outcome.PASS


def test_every_reason_code_that_screening_gives_has_a_rule_with_a_way_out() -> None:
    for rule in RULES.values():
        assert str(rule.explanation)
        assert str(rule.fix)
    assert {"minors", "adults-only", "explicit-imagery", "real-person"} <= {r.code for r in ABSOLUTE_RULES}
