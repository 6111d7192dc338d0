"""What automatic screening looks for. Kept short and clinical: people review what it lets through."""

import re

_ADULT_YEARS = 18
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen"
)
_WORD_AGES = {word: years for years, word in enumerate(_NUMBER_WORDS.split(), start=1)}
# Not a part of a larger number such as 2,000.
_NUMBER = r"(?<![\d.,])(?P<age>\d{1,3}|" + "|".join(_WORD_AGES) + r")(?![\d,]*\d)"
_AGES = (
    re.compile(rf"{_NUMBER}[\s-]*(?:years?|yrs?)[\s-]*(?:old|of age)\b"),
    re.compile(rf"{_NUMBER}[\s-]*y/?o\b"),
    re.compile(rf"\bage[ds]?\s*(?:is|of|:|=)?\s*{_NUMBER}\b"),
    re.compile(
        rf"\b(?:she|he|they|i|you)(?:'s|'re|'m| is| are| am) (?:only |just )?{_NUMBER}\b(?!\s*[%:/.])"
    ),
)
_ANY_YEARS = re.compile(rf"{_NUMBER}[\s-]*(?:years?|yrs?)\b")


def _words(patterns: str) -> re.Pattern[str]:
    """Compile one pattern per line into whole-word alternatives, spelled as `normalise` leaves them."""
    return re.compile(r"\b(?:" + "|".join(line.strip() for line in patterns.strip().splitlines()) + r")\b")


# Someone below 18, in any text.
MINOR = _words(
    r"""
    child(?:ren)?
    kids?
    toddlers?
    infants?
    babies
    baby(?! blue| pink)
    pre-?teens?
    teen(?:s|ager?s?|aged?)?
    under-?age
    school(?:girl|boy|kid|child(?:ren)?)s?
    (?:primary|elementary|middle|high)[\s-]school(?:er|ers)?
    loli(?:s|ta|con)?
    shota(?:s|con)?
    jailbait
    (?:little|young) (?:girl|boy)s?
    a minor
    minors
    adolescents?
    juveniles?
    niñ[ao]s?
    fillettes?
    jeunes? filles?
    kleines? madchen
    menin[ao]s?
    bambin[aoei]
    """
)
# Scripts that put no spaces between words.
MINOR_UNSPACED = re.compile(
    "少女|少年|幼女|幼児|子供|子ども|女の子|男の子|小学生|中学生|高校生|ロリ|ショタ|女孩|男孩|儿童|어린이|소녀|소년"
)
# Words that mean an adult as often as not: refused in picture prompts only, with a way out.
AMBIGUOUS_YOUTH = _words(
    r"""
    girls?
    boys?
    madchen
    chic[ao]s?
    ragazz[aei]
    minor
    """
)
SEXUAL = _words(
    r"""
    sex(?:ual|ually|y|ualised|ualized)?
    porn(?:ographic|ography)?
    erotic(?:a|ally)?
    nsfw
    hentai
    lewd
    nud(?:e|es|ity)
    naked
    genitals?
    orgasms?
    seduc(?:e|es|ing|tive)
    lingerie
    fetish(?:es)?
    intercourse
    undress(?:ed|ing)?
    aroused
    horny
    desnud[ao]s?
    nackt
    """
)
# What a picture must never show.
EXPLICIT_PICTURE = _words(
    r"""
    porn(?:ographic|ography)?
    erotic
    nsfw
    hentai
    lewd
    nud(?:e|es|ity)
    naked
    genitals?
    nipples?
    bare breasts?
    topless
    bottomless
    undress(?:ed|ing)?
    unclothed
    (?:without (?:any |an? |his |her |their )?|no )(?:clothes|clothing|shirt|top(?![\s-]hat))
    shirtless
    bare[\s-]?chest(?:ed)?
    see-?through
    strip(?:s|ping|ped)? (?:naked|off)
    sex(?:ual)?
    intercourse
    orgasms?
    desnud[ao]s?
    nackt
    nue?s?
    """
)
MATURE = _words(
    r"""
    sex(?:ual|ually)?
    erotica?
    nsfw
    porn(?:ographic)?
    nude
    naked
    seduction
    fetish
    gor(?:e|y)
    mutilat(?:e|ed|ion)
    dismember(?:ed|ment)?
    torture[ds]?
    drug (?:abuse|use|deal(?:er|ing))
    cocaine
    heroin
    one[- ]night stand
    kink(?:y|s)?
    bdsm
    """
)
# Rules that hold in everything that others may read; each code names its rule in policies.rules.
FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "non-consensual",
        _words(
            r"""
            rape[sd]?
            rapists?
            raping
            molest(?:s|ed|ing)?
            incest
            non-?consensual sex
            """
        ),
    ),
    (
        "trafficking",
        _words(
            r"""
            sell(?:ing)? (?:women|girls|children|people)
            escorts? (?:available|for hire)
            """
        ),
    ),
    (
        "violence",
        _words(
            r"""
            kill all \w+
            (?:shoot|bomb) (?:up )?(?:a|the) (?:school|church|mosque|synagogue)
            how to (?:make|build) (?:a )?(?:pipe )?bomb
            """
        ),
    ),
    (
        "self-harm",
        _words(
            r"""
            kill yourself
            you should (?:die|cut yourself|starve yourself)
            how to (?:kill|hang|cut) (?:my|your)self
            """
        ),
    ),
    (
        "hate",
        _words(
            r"""
            (?:gas|exterminate|deport) (?:all )?(?:the )?(?:jews|muslims|blacks|gays|immigrants)
            white power
            """
        ),
    ),
    (
        "fraud",
        _words(
            r"""
            (?:send|give) me your (?:password|card number|bank details|pin)
            double your (?:bitcoin|crypto|money)
            free gift cards?
            """
        ),
    ),
    (
        "malware",
        _words(
            r"""
            (?:download|install) (?:this |my )?(?:keylogger|trojan|ransomware)
            token grabber
            """
        ),
    ),
)
REAL_PERSON = _words(
    r"""
    deep-?fakes?
    real celebrit(?:y|ies)
    looks? exactly like the (?:actor|actress|singer)
    """
)
CONTACT = (
    re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
    re.compile(r"(?<![\d.])\+?\d(?:[\s().-]?\d){9,14}(?![\d.])"),
    re.compile(r"\b(?:whatsapp|telegram|snapchat|wechat|kik|discord|instagram)\b\s*(?:me\b|id|:|@|is\b)"),
    re.compile(r"\b(?:t\.me|wa\.me|discord\.gg)/\S+"),
)


def mentions_minor(text: str, *, is_any_span_an_age: bool = False) -> bool:
    """Whether normalised text speaks of someone below 18.

    With `is_any_span_an_age`, "16 years" counts without "old": right for the look of a person, wrong for a
    story that says how long something took.
    """
    if MINOR.search(text) or MINOR_UNSPACED.search(text):
        return True
    patterns = (*_AGES, _ANY_YEARS) if is_any_span_an_age else _AGES
    return any(
        (_WORD_AGES.get(match["age"]) or int(match["age"])) < _ADULT_YEARS
        for pattern in patterns
        for match in pattern.finditer(text)
    )
