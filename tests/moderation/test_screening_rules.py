"""What each rule stops, what it lets through, and for which texts it holds."""

import pytest

from moderation.models import Verdict
from moderation.screening import rules
from moderation.screening.findings import Content, Purpose
from policies.rules import RULES

Outcome = Verdict.Outcome
REVIEWED = [Purpose.CHARACTER, Purpose.STORY, Purpose.CLUB, Purpose.POST, Purpose.PROFILE]
FAR = " The rain falls on the harbour and nobody minds." * 6


def judge(text: str, purpose: Purpose = Purpose.CHARACTER, *, mature: bool = False) -> tuple[str, str]:
    """Return the strictest outcome and its reason."""
    content = Content(purpose, text, mature)
    found = [finding for check in rules.CHECKS for finding in check.look(content)]
    order = [Outcome.HOLD, Outcome.REJECT, Outcome.CHILD_SAFETY]
    worst = max(found, key=lambda finding: order.index(finding.outcome), default=None)
    return (worst.outcome, worst.reason_code) if worst else (Outcome.PASS, "")


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in rules.CHECKS]
    assert len(set(names)) == len(names)
    assert "rules.minors" in names


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("mature", [True, False])
@pytest.mark.parametrize(
    "text", ["erotic text about a child", "She is 15. She is naked.", "ч1ld sex, child sex"]
)
def test_sexual_words_near_somebody_below_18_are_child_safety_everywhere(
    purpose: Purpose, mature: bool, text: str
) -> None:
    assert judge(text, purpose, mature=mature) == (Outcome.CHILD_SAFETY, "minors")


def test_far_from_each_other_in_a_long_text_they_are_for_a_person() -> None:
    text = f"Her two kids are at camp.{FAR} She loves sex and sailing."
    assert judge(text, mature=True) == (Outcome.HOLD, "minors")
    assert judge(text, Purpose.CHAT_MESSAGE, mature=True) == (Outcome.PASS, "")


def test_a_parent_may_have_a_love_life_and_a_person_looks() -> None:
    assert judge("A mother of two kids who loves sex.", mature=True) == (Outcome.HOLD, "minors")
    assert judge("Her kids are at camp. She loves sex.", mature=True) == (Outcome.HOLD, "minors")
    assert judge("She has sex with her kids.", mature=True) == (Outcome.CHILD_SAFETY, "minors")


@pytest.mark.parametrize("purpose", REVIEWED)
def test_an_explicit_age_below_18_has_no_place_in_a_mature_item(purpose: Purpose) -> None:
    assert judge("Mia is sixteen.", purpose, mature=True) == (Outcome.CHILD_SAFETY, "minors")
    # What a person reads before it is published may tell of anybody; elsewhere it may be about the writer.
    safe = (Outcome.PASS, "") if purpose in {Purpose.CHARACTER, Purpose.STORY} else (Outcome.HOLD, "minors")
    assert judge("Mia is sixteen.", purpose, mature=False) == safe


@pytest.mark.parametrize("purpose", [Purpose.CHAT_MESSAGE, Purpose.REPLY, Purpose.DIRECT_MESSAGE])
def test_talk_about_the_young_is_not_stopped_in_conversations(purpose: Purpose) -> None:
    assert judge("My son is 16 and I am proud of him.", purpose, mature=True) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    ("text", "mature", "safe"),
    [
        ("{{char}} is 16.", Outcome.CHILD_SAFETY, Outcome.HOLD),
        ("Her son is 16.", Outcome.PASS, Outcome.PASS),
        ("When he was 16 he left home.", Outcome.PASS, Outcome.PASS),
        ("She teaches 12-year-olds.", Outcome.PASS, Outcome.PASS),
        ("He saved a 12-year-old boy from the fire.", Outcome.HOLD, Outcome.PASS),
        ("You pick up your 6-year-old son.", Outcome.HOLD, Outcome.PASS),
        ("Her 15-year-old son has a crush on you.", Outcome.CHILD_SAFETY, Outcome.HOLD),
        ("She was 16 when she died and has not aged since.", Outcome.CHILD_SAFETY, Outcome.PASS),
        ("Your wife waits at home. Mia, 6, is asleep.", Outcome.CHILD_SAFETY, Outcome.PASS),
        ("Your daughter is 6 and loves you.", Outcome.HOLD, Outcome.PASS),
        ("She looks barely legal.", Outcome.HOLD, Outcome.PASS),
        ("A child runs past.", Outcome.PASS, Outcome.PASS),
        ("{{char}} is a child.", Outcome.CHILD_SAFETY, Outcome.HOLD),
    ],
)
def test_the_part_that_somebody_below_18_has_decides(text: str, mature: str, safe: str) -> None:
    assert judge(text, mature=True)[0] == mature
    assert judge(text, mature=False)[0] == safe


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("2011", Outcome.PASS), ("born in 1999", Outcome.PASS), ("born in 2012", Outcome.CHILD_SAFETY)],
)
def test_years_of_birth_are_read_by_the_version_of_the_rules_and_not_by_the_clock(
    text: str, outcome: str
) -> None:
    assert judge(text, mature=True)[0] == outcome


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a child", "adults-only"),
        ("no children", "adults-only"),
        ("a girl", "adults-only"),
        ("high school uniform", "adults-only"),
        ("a nude woman", "explicit-imagery"),
        ("sexy woman", "explicit-imagery"),
        ("a deepfake", "real-person"),
    ],
)
@pytest.mark.parametrize("mature", [True, False])
def test_pictures_show_clothed_adults_who_agreed(text: str, code: str, mature: bool) -> None:
    assert judge(text, Purpose.PICTURE_PROMPT, mature=mature) == (Outcome.REJECT, code)


@pytest.mark.parametrize("text", ["16 years", "school girl", "portrait of a 15 year old, freckles", "16yo"])
def test_an_age_below_18_in_a_picture_is_refused_and_child_safety_where_safe_mode_is_off(text: str) -> None:
    assert judge(text, Purpose.PICTURE_PROMPT, mature=False) == (Outcome.REJECT, "adults-only")
    assert judge(text, Purpose.PICTURE_PROMPT, mature=True) == (Outcome.CHILD_SAFETY, "minors")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("He rapes her.", "non-consensual"),
        ("Girls for sale.", "trafficking"),
        ("How to build a bomb.", "violence"),
        ("Kill yourself.", "self-harm"),
        ("Gas the jews.", "hate"),
        ("Send me your password.", "fraud"),
        ("Download my keylogger.", "malware"),
    ],
)
@pytest.mark.parametrize("purpose", [*REVIEWED, Purpose.REPLY, Purpose.DIRECT_MESSAGE])
@pytest.mark.parametrize("mature", [True, False])
def test_absolute_rules_hold_in_all_that_others_read(
    text: str, code: str, purpose: Purpose, mature: bool
) -> None:
    assert judge(text, purpose, mature=mature) == (Outcome.REJECT, code)
    assert judge(text, Purpose.CHAT_MESSAGE, mature=mature) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    "text",
    [
        "She helps survivors of rape.",
        "A detective who fights those who sell girls.",
        "He exposes a group that says gas the jews.",
    ],
)
def test_where_somebody_fights_it_a_person_decides(text: str) -> None:
    assert judge(text, mature=True)[0] == Outcome.HOLD


def test_helping_to_build_a_bomb_is_no_help() -> None:
    assert judge("She helps you to build a pipe bomb.") == (Outcome.REJECT, "violence")


@pytest.mark.parametrize(
    "text", ["I want to die.", "I want to kill myself.", "how do I kill myself", "sometimes I cut myself"]
)
@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.PICTURE_PROMPT])
def test_somebody_who_is_not_well_is_never_refused(text: str, purpose: Purpose) -> None:
    assert judge(text, purpose)[0] in {Outcome.PASS, Outcome.HOLD}


def test_in_public_a_person_sees_that_somebody_is_not_well() -> None:
    assert judge("I want to kill myself.", Purpose.POST) == (Outcome.HOLD, "self-harm")
    assert judge("I want to kill myself.", Purpose.CHAT_MESSAGE) == (Outcome.PASS, "")


@pytest.mark.parametrize("purpose", [*REVIEWED, Purpose.REPLY])
def test_mature_themes_need_safe_mode_off(purpose: Purpose) -> None:
    assert judge("A tale of torture.", purpose, mature=False) == (Outcome.REJECT, "mature-themes")
    assert judge("A tale of torture.", purpose, mature=True) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    "text",
    [
        "the naked eye",
        "a same-sex couple",
        "Sex: female",
        "kinky hair",
        "She works out the kinks.",
        "lust for life",
    ],
)
def test_words_that_only_sound_mature_pass(text: str) -> None:
    assert judge(text) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    "text",
    [
        "a.b@mail.example",
        "a.b at mail dot com",
        "a.b (at) mail (dot) com",
        "+44 7700 900 123",
        "five five five one two three four five six seven",
        "my insta is @anna99",
        "add me on t e l e g r a m",
        "t.me/anna",
        "what's your phone number?",
        "anna#1234",
    ],
)
def test_ways_to_be_reached_elsewhere_are_refused(text: str) -> None:
    assert judge(text) == (Outcome.REJECT, "contact-harvesting")
    assert judge(text, Purpose.DIRECT_MESSAGE) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    "text",
    [
        "He is good at silence. It suits him.",
        "The year 1914-1918 was long.",
        "10 000 000 000 stars",
        "The telegram arrived.",
        "2026-11-21 12:30",
    ],
)
def test_numbers_and_words_that_reach_nobody_pass(text: str) -> None:
    assert judge(text) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    "text",
    ["Buy now!", "link in bio", "word " * 12, "The same line again.\n" * 6, "see https://shop.example/x"],
)
def test_advertising_and_repetition_are_refused(text: str) -> None:
    assert judge(text) == (Outcome.REJECT, "spam")


def test_a_link_on_a_profile_is_for_a_person() -> None:
    assert judge("My page: https://anna.example/", Purpose.PROFILE) == (Outcome.HOLD, "spam")
    assert judge("Prices at https://anna.example/", Purpose.PROFILE) == (Outcome.REJECT, "spam")


def test_the_living_are_for_a_person_and_refused_when_it_is_sexual() -> None:
    assert judge("A deepfake of my boss.") == (Outcome.HOLD, "real-person")
    assert judge("A deepfake porn of my boss.", mature=True) == (Outcome.REJECT, "real-person")


@pytest.mark.parametrize(
    "text",
    [
        "{{char}} is 16.",
        "torture",
        "rape",
        "Kill yourself.",
        "t.me/anna",
        "Buy now!",
        "a deepfake",
        "barely legal",
    ],
)
@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("mature", [True, False])
def test_every_reason_is_a_rule(text: str, purpose: Purpose, mature: bool) -> None:
    for check in rules.CHECKS:
        for finding in check.look(Content(purpose, text, mature)):
            assert finding.check == check.name
            assert finding.reason_code in RULES
            assert finding.outcome != Outcome.PASS


# One statement in each language, as it is written and spelled.
AGES = {
    "English": ("She is sixteen years old.", "16-year-old"),
    "Spanish": ("Tiene dieciséis años.", "16 años de edad"),
    "French": ("Elle a seize ans.", "âgée de 16 ans"),
    "German": ("Sie ist sechzehn Jahre alt.", "16-jährig"),
    "Portuguese": ("Ela tem dezesseis anos.", "16 anos de idade"),
    "Italian": ("Ha sedici anni.", "16enne"),
    "Polish": ("Ma szesnaście lat.", "16-letnia"),
    "Russian": ("Ей шестнадцать лет.", "16-летняя"),
    "Turkish": ("On altı yaşında.", "16 yaşında"),
    "Japanese": ("十六歳です。", "16才"),
    "Chinese": ("她十六岁。", "16周岁"),
    "Korean": ("열여섯 살이다.", "16세"),
    "Arabic": ("عمرها ستة عشر عاما", "١٦ سنة"),
    "Hindi": ("वह सोलह साल की है", "१६ वर्ष"),
    "Dutch": ("Ze is zestien jaar.", "16-jarige"),
    "Swedish": ("Hon är sexton år.", "16-årig"),
    "Ukrainian": ("Їй шістнадцять років.", "16-річна"),
    "Czech": ("Je jí 16 let.", "16letá"),
    "Hungarian": ("16 éves", "16 éves lány"),
    "Greek": ("Είναι 16 χρονών.", "16 ετών"),
    "Vietnamese": ("Cô ấy 16 tuổi.", "16 tuổi"),
    "Indonesian": ("Dia berusia 16 tahun.", "umur 16"),
    "Thai": ("อายุ 16 ปี", "16 ปี"),
    "Hebrew": ("בת 16", "גיל 16"),
}
ADULTS = [
    "She is twenty-six years old.",
    "Tiene treinta y seis años.",
    "Elle a soixante-seize ans.",
    "Sie ist sechsundzwanzig Jahre alt.",
    "Ela tem vinte e seis anos.",
    "Ha ventisei anni.",
    "Ma dwadzieścia sześć lat.",
    "Ей двадцать шесть лет.",
    "Yirmi altı yaşında.",
    "二十六歳です。",
    "她二十六岁。",
    "스물여섯 살이다.",
    "عمرها ستة وعشرون عاما",
    "वह छब्बीस साल की है",
]


@pytest.mark.parametrize(("language", "text"), [(key, text) for key, texts in AGES.items() for text in texts])
def test_ages_below_18_are_read_in_many_languages(language: str, text: str) -> None:
    assert judge(text, mature=True) == (Outcome.CHILD_SAFETY, "minors")


@pytest.mark.parametrize("text", ADULTS)
def test_greater_numbers_that_end_in_small_ones_are_adults(text: str) -> None:
    assert judge(text, mature=True) == (Outcome.PASS, "")


@pytest.mark.parametrize(
    "word",
    [
        *("child", "children", "kid", "toddler", "infant", "babies", "baby", "pre-teen", "teen", "teenager"),
        *(
            "teenaged",
            "under-age",
            "underage",
            "schoolgirl",
            "schoolkids",
            "primary school",
            "elementary schooler",
        ),
        *("middle-school", "high school", "loli", "lolita", "lolicon", "shota", "jailbait", "little girl"),
        *(
            "young boys",
            "a minor",
            "minors",
            "minor",
            "adolescent",
            "juvenile",
            "niña",
            "fillette",
            "jeune fille",
        ),
        *(
            "kleines Mädchen",
            "menina",
            "bambino",
            "girl",
            "boys",
            "chica",
            "ragazzo",
            "少女",
            "女の子",
            "소년",
            "儿童",
        ),
        *("0 years old", "3yo", "aged two", "age: 17", "she is 9", "seventeen yrs", "17 years in the city"),
    ],
)
def test_no_word_for_the_young_is_drawn(word: str) -> None:
    assert judge(f"portrait, {word}, green coat", Purpose.PICTURE_PROMPT) == (Outcome.REJECT, "adults-only")
    assert judge(f"nude, {word}", Purpose.PICTURE_PROMPT) == (Outcome.CHILD_SAFETY, "minors") or word in {
        # They mean an adult as often as not: refused, and nobody is locked out for it.
        *("girl", "boys", "chica", "ragazzo", "minor"),
    }
