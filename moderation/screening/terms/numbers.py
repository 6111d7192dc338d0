"""Numbers as words, in the languages that people write here."""

import re

_ENGLISH = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
"""
# For each number from 2 on, in other languages; "one" is mostly an article there.
_OTHERS = {
    2: "dos dois duas deux due zwei dwa два две twee iki दो",
    3: "tres trois tre drei trzy три drie uc तीन",
    4: "cuatro quatro quatre quattro vier cztery четыре dort चार",
    5: "cinco cinq cinque funf piec пять пяти vijf bes पांच पाँच",
    6: "seis sei sechs szesc шесть шести zes alti छह छः छे",
    7: "siete sete sept sette sieben siedem семь семи zeven yedi सात",
    8: "ocho oito huit otto acht osiem восемь восьми sekiz आठ",
    9: "nueve nove neuf neun dziewiec девять девяти negen dokuz नौ",
    10: "diez dez dix dieci zehn dziesiec dziesiecio десять десяти tien tio kymmenen दस",
    11: "once onze undici elf jedenascie jedenasto одиннадцать одиннадцати elva ग्यारह gyarah",
    12: "doce doze douze dodici zwolf dwanascie dwunasto двенадцать двенадцати twaalf tolv बारह barah",
    13: "trece treze treize tredici dreizehn trzynascie trzynasto тринадцать тринадцати dertien tretton तेरह "
    "terah",
    14: "catorce catorze quatorze quattordici vierzehn czternascie czternasto четырнадцать четырнадцати "
    "veertien fjorton चौदह chaudah",
    15: "quince quinze quindici funfzehn pietnascie pietnasto пятнадцать пятнадцати vijftien femton पंद्रह "
    "पन्द्रह pandrah",
    16: "dieciseis dezesseis dezasseis seize sedici sechzehn szesnascie szesnasto шестнадцать шестнадцати "
    "шістнадцять zestien sexton सोलह solah sola",
    17: "diecisiete dezessete dezassete diciassette siebzehn siedemnascie siedemnasto семнадцать семнадцати "
    "сімнадцять zeventien sjutton सत्रह satrah",
}
_PHRASES = {
    "diez y seis": 16,
    "diez y siete": 17,
    "dix-sept": 17,
    "dix sept": 17,
    "on bir": 11,
    "on iki": 12,
    "on uc": 13,
    "on dort": 14,
    "on bes": 15,
    "on alti": 16,
    "on yedi": 17,
    "onbir": 11,
    "oniki": 12,
    "onuc": 13,
    "ondort": 14,
    "onbes": 15,
    "onalti": 16,
    "onyedi": 17,
    "a dozen": 12,
    "dozen": 12,
    "a decade": 10,
    "a decade and a half": 15,
    "أحد عشر": 11,
    "احد عشر": 11,
    "احدى عشرة": 11,
    "اثنا عشر": 12,
    "اثني عشر": 12,
    "اثنتا عشرة": 12,
    "ثلاثة عشر": 13,
    "ثلاث عشرة": 13,
    "اربعة عشر": 14,
    "اربع عشرة": 14,
    "خمسة عشر": 15,
    "خمس عشرة": 15,
    "ستة عشر": 16,
    "ست عشرة": 16,
    "سبعة عشر": 17,
    "سبع عشرة": 17,
    "خمس": 5,
    "ست": 6,
    "سبع": 7,
    "ثماني": 8,
    "تسع": 9,
    "عشر": 10,
    # Slips and sounds that read the same.
    "sixten": 16,
    "siksteen": 16,
    "sixtin": 16,
    "fiften": 15,
    "forteen": 14,
    "fourten": 14,
    "seventen": 17,
    "sevnteen": 17,
    "sevteen": 17,
    "thirten": 13,
}
ENGLISH = {word: value for value, word in enumerate(_ENGLISH.split(), start=1)}
FOREIGN = {word: value for value, forms in _OTHERS.items() for word in forms.split()}
SMALL = {**FOREIGN, **_PHRASES, **ENGLISH}
# Words that stand for much else, too: ages only where a word for years follows or a label stands before.
NOT_BARE = FOREIGN.keys() | {"a dozen", "dozen", "a decade", "a decade and a half"}

_TEENS = {
    "thir": 13,
    "three": 13,
    "five": 15,
    "four": 14,
    "fif": 15,
    "six": 16,
    "seven": 17,
    "eigh": 18,
    "eight": 18,
    "nine": 19,
}
TEENS = {**_TEENS, **{str(digit): 10 + digit for digit in range(3, 10)}}
SLIPS = {
    "thir": 13, "four": 14, "for": 14, "fif": 15, "fith": 15, "six": 16, "siks": 16, "sev": 17,
    "seven": 17,
}  # fmt: skip
KOREAN = {
    "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "열한": 11, "열두": 12,
    "열세": 13, "열네": 14, "열다섯": 15, "열여섯": 16, "열일곱": 17, "십": 10, "십일": 11,
    "십이": 12, "십삼": 13, "십사": 14, "십오": 15, "십육": 16, "십칠": 17,
}  # fmt: skip
KANJI = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
ROMAN = {
    "ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12,
    "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17,
}  # fmt: skip

_ENGLISH_WORDS = "|".join(sorted(ENGLISH, key=len, reverse=True))
_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_FRENCH = "une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?"
# Numbers of 18 and more that end in a smaller one.
GREAT = re.compile(
    r"(?<![^\W\d_])(?:"
    rf"(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)(?:[\s-]?(?:{_UNITS}))?"
    r"|(?:hundreds?|thousands?|million|dozens)(?:[\s-]and)?[\s-](?:twenty|thirty|forty|fifty|sixty|seventy|"
    rf"eighty|ninety)[\s-]?(?:{_UNITS})?"
    rf"|(?:hundreds?|thousands?|million)(?:[\s-]and)?[\s-](?:{_ENGLISH_WORDS})"
    r"|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)\sy\s[a-z]{3,7}"
    r"|(?:vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa)\se\s[a-z]{2,7}"
    r"|(?:vingt|trente|quarante|cinquante|soixante|quatre[\s-]vingts?)"
    rf"(?:[\s-](?:et[\s-])?(?:{_FRENCH})){{1,3}}"
    r"|dix[\s-](?:huit|neuf)"
    r"|(?:двадцат[ьи]|тридцат[ьи]|сорока?|пятьдесят|пятидесяти|шестьдесят|семьдесят|восемьдесят|"
    r"девяносто)\s?"
    r"(?:один|одного|два|двух|три|тр[её]х|четыре|четыр[её]х|пят[ьи]|шест[ьи]|сем[ьи]|восем[ьи]|девят[ьи])"
    r"|(?:dwadziescia|trzydziesci|czterdziesci|piecdziesiat|szescdziesiat|siedemdziesiat|osiemdziesiat|"
    r"dziewiecdziesiat)\s[a-z]{3,9}"
    r"|(?:yirmi|otuz|kirk|elli|altmis|yetmis|seksen|doksan)\s?(?:bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz)"
    r"|(?:einhundert|hundert|tausend)\s?[a-z]{3,16}"
    r"|(?:eighteen|nineteen)"
    r")(?![^\W\d_](?!ear|r|o))"
)
