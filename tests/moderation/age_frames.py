"""How people say how old somebody is, in many languages: `{n}` is a number in figures, `{w}` in words."""

from collections.abc import Callable

FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "She is {w} years old.",
        "He's {n} and works in a bar.",
        "A {w}-year-old with a sharp tongue.",
        "Age: {n}",
        "Years: {w}",
        "age = {w}, height = 170 cm",
        "Mia ({n}) opens the door.",
        "She turned {w} last week.",
        "I'm {n}, what about you?",
        '"I am {w}," she says.',
        "{n}yo barista",
        "{n} y/o, night owl",
        "aged {w}",
        "A woman of {w} years of age waits.",
        "f/{n}/berlin",
        "She looks {n}.",
        "[Age: {n}; Job: courier]",
        'Age("{n}")',
        "| Age | {n} |",
        "She has lived through {w} winters.",
        "Her age is {w}.",
        "She is\n{w}\nyears old.",
    ),
    "es": (
        "Tiene {w} años.",
        "Tengo {n} años y vivo sola.",
        "Edad: {n}",
        "Edad: {w}.",
        "una camarera de {w} años",
        "Acaba de cumplir {n} años.",
        "Acaba de cumplir los {n}.",
        "con {n} años de edad",
    ),
    "fr": (
        "Elle a {w} ans.",
        "J'ai {n} ans.",
        "Âge : {n}",
        "une serveuse de {w} ans",
        "âgée de {n} ans",
        "Elle vient d'avoir {w} ans.",
    ),
    "de": (
        "Sie ist {w} Jahre alt.",
        "Ich bin {n} und arbeite in einer Bar.",
        "Alter: {n}",
        "eine {n}-jährige Kellnerin",
        "Er ist {w}.",
        "Sie wurde gerade {n}.",
        "im Alter von {w} Jahren",
        "{w} Jahre jung",
    ),
    "pt": (
        "Ela tem {w} anos.",
        "Tenho {n} anos.",
        "Idade: {n}",
        "uma garçonete de {w} anos",
        "Acabou de fazer {n} anos.",
    ),
    "it": (
        "Ha {w} anni.",
        "Ho {n} anni.",
        "Età: {n}",
        "una cameriera di {w} anni",
        "Ha appena compiuto {n} anni.",
    ),
    "pl": (
        "Ma {w} lat.",
        "Mam {n} lat.",
        "Wiek: {n}",
        "Skończyła {n} lat.",
        "{n}-letnia kelnerka",
    ),
    "ru": (
        "Ей {w} лет.",
        "Мне {n} лет.",
        "Возраст: {n}",
        "Ей исполнилось {w} лет.",
        "{n}-летняя официантка",
    ),
    "uk": ("Їй {w} років.", "Мені {n} років.", "Вік: {n}", "{n}-річна офіціантка"),
    "tr": ("{w} yaşında.", "{n} yaşındayım.", "Yaş: {n}", "{n} yaşında bir garson", "Yaşı: {w}"),
    "ja": ("彼女は{w}歳です。", "{n}歳の店員", "年齢：{n}", "{n}才", "私は{w}歳。"),
    "zh": ("她今年{w}岁。", "{n}岁的服务员", "年龄：{n}", "年龄：{w}岁", "我{w}岁了"),
    "ko": ("그녀는 {w} 살이다.", "{n}살이에요.", "나이: {n}", "{n}세", "올해 {n}살"),
    "ar": ("عمرها {w} سنة", "عمري {n} عاما", "العمر: {n}", "تبلغ من العمر {n} سنة"),
    "hi": ("वह {w} साल की है।", "मेरी उम्र {n} साल है", "उम्र: {n}", "{n} वर्षीय", "उसकी उम्र {w} साल है"),
    "nl": (
        "Ze is {w} jaar oud.",
        "Ik ben {n}.",
        "Leeftijd: {n}",
        "een {n}-jarige serveerster",
        "Ze is {w} en werkt hier.",
    ),
    "sv": (
        "Hon är {w} år gammal.",
        "Jag är {n} år.",
        "Ålder: {n}",
        "en {n}-årig servitris",
        "Hon fyllde {n}.",
    ),
    "da": ("Hun er {w} år gammel.", "Jeg er {n} år.", "Alder: {n}", "en {n}-årig servitrice"),
    "no": ("Hun er {w} år gammel.", "Jeg er {n} år.", "Alder: {n}", "en {n}-åring"),
    "cs": ("Je jí {w} let.", "Je mi {n} let.", "Věk: {n}", "{n}letá servírka"),
    "ro": ("Are {w} ani.", "Am {n} ani.", "Vârstă: {n}", "Vârsta: {n} ani"),
    "hu": ("{w} éves.", "{n} éves vagyok.", "Életkor: {n}", "Kor: {n} év"),
    "el": ("Είναι {w} χρονών.", "Είμαι {n} ετών.", "Ηλικία: {n}"),
    "fi": ("Hän on {w} vuotta vanha.", "Olen {n} vuotta.", "Ikä: {n}", "{n}-vuotias tarjoilija"),
    "id": ("Dia berusia {w} tahun.", "Umur: {n}", "Usia: {n} tahun", "umurku {n} tahun"),
    "vi": ("Cô ấy {w} tuổi.", "Tuổi: {n}", "Tôi {n} tuổi."),
    "th": ("เธออายุ {w} ปี", "อายุ {n} ปี", "อายุ: {n}"),
    "he": ("היא בת {w}.", "בת {n}", "גיל: {n}", "אני בן {n}"),
    "fa": ("او {w} ساله است.", "سن: {n}", "{n} سالمه"),
    "ca": ("Té {w} anys.", "Tinc {n} anys.", "Edat: {n}"),
    "sr": ("Ima {w} godina.", "Imam {n} godina.", "Godine: {n}"),
}


# Ways to write an age in figures of other shapes, or as something to reckon.
def keycaps(age: int) -> str:
    return "".join(f"{digit}\ufe0f\u20e3" for digit in str(age))


def shifted(first: int) -> Callable[[int], str]:
    return lambda age: "".join(chr(first + int(digit)) for digit in str(age))


def roman(age: int) -> str:
    parts = (("XC", 90), ("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))
    made = ""
    for letters, value in parts:
        while age >= value:
            made, age = made + letters, age - value
    return made


FIGURES: dict[str, Callable[[int], str]] = {
    "keycaps": keycaps,
    "fullwidth": shifted(0xFF10),
    "bold": shifted(0x1D7CE),
    "double-struck": shifted(0x1D7D8),
    "monospace": shifted(0x1D7F6),
    "arabic": shifted(0x0660),
    "persian": shifted(0x06F0),
    "devanagari": shifted(0x0966),
    "thai": shifted(0x0E50),
    "roman": roman,
    "hexadecimal": hex,
    "binary": bin,
    "plus": lambda age: f"{age - 2} + 2",
    "plus in words": lambda age: f"{age - 2} plus two",
    "minus": lambda age: f"{age + 5} minus 5",
    "half": lambda age: f"half of {2 * age}",
    "less": lambda age: f"three less than {age + 3}",
    "spaced": lambda age: " ".join(str(age)),
}
