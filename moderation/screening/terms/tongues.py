"""Further languages: their numbers are read only beside their own words for years.

Most of these words mean something else elsewhere, so that a word for years or for "she is" must stand next to
them. `years` stands behind a number, `said` before it; `label` is what a card calls an age;
`is_english` where the word for years means something else in English.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from moderation.screening.readings import fold
from moderation.screening.terms.number_words import LANGUAGES, Language

_NOT_LONGER = r"(?![^\W\d_])"
_SPACE = ("{t} {u}",)


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language tells an age: `words` for the number, and what stands around it."""

    words: Language
    years: str = ""
    said: str = ""
    label: str = ""
    is_english: bool = False


def _from(start: int, listed: str) -> Language:
    """Return numbers in words from one on; greater ones are single words that nobody takes for these."""
    return Language("", also=dict(enumerate(listed.split(), start=start)))


_TEENS_OF = {
    "so": "kow laba saddex afar shan lix toddoba siddeed sagaal",
    "am": "አንድ ሁለት ሶስት አራት አምስት ስድስት ሰባት ስምንት ዘጠኝ",
    "ha": "daya biyu uku hudu biyar shida bakwai takwas tara",
    "mg": "iray roa telo efatra dimy enina fito valo sivy",
    "mn": "нэгэн хоёр гурван дөрвөн таван зургаан долоон найман есөн",
    "eo": "unu du tri kvar kvin ses sep ok nau",
    "kk": "бір екі үш төрт бес алты жеті сегіз тоғыз",
    "ky": "бир эки үч төрт беш алты жети сегиз тогуз",
    "uz": "bir ikki uch to'rt besh olti yetti sakkiz to'qqiz",
    "az": "bir iki uc dord bes alti yeddi səkkiz doqquz",
    "zh": "yi er san si wu liu qi ba jiu",
    "ko": "hana dul set net daseot yeoseot ilgop yeodeol ahop",
}


def _teens(code: str, ten: str, form: str) -> str:
    """Return 1 to 19 of a language that puts its ten and its units together in one way."""
    units = _TEENS_OF[code].split()
    return " ".join([*units, ten, *(form.format(ten=ten, unit=unit) for unit in units)])


TONGUES = (
    # Lithuanian, with the forms that count years; Latvian; Estonian.
    Tongue(
        Language(
            "vienas/viena/vieneri/vieneriu du/dveji/dveju trys/treji/treju keturi/ketveri/ketveriu "
            "penki/penkeri/penkeriu sesi/seseri/seseriu septyni/septyneri/septyneriu "
            "astuoni/astuoneri/astuoneriu devyni/devyneri/devyneriu desimt/desimties/desimtmet "
            "vienuolika/vienuolikos/vienuolik dvylika/dvylikos/dvylik trylika/trylikos/trylik "
            "keturiolika/keturiolikos/keturiolik penkiolika/penkiolikos/penkiolik "
            "sesiolika/sesiolikos/sesiolik septyniolika/septyniolikos/septyniolik astuoniolika/astuoniolikos "
            "devyniolika/devyniolikos",
            "dvidesimt trisdesimt keturiasdesimt penkiasdesimt sesiasdesimt septyniasdesimt astuoniasdesimt "
            "devyniasdesimt",
            _SPACE,
        ),
        years=r"met(?:u|ai|is|e|es|ele)",
        said="jai(?: tik| vos| dar| jau)?|(?:jam|man|tau) (?:tik|vos|dar|jau)",
        label="amzius",
    ),
    Tongue(
        Language(
            "viens/viena/viengad divi/divas/div tris cetri/cetr pieci/piec sesi/ses septini/septin "
            "astoni/aston devini/devin desmit vienpadsmit divpadsmit trispadsmit cetrpadsmit piecpadsmit "
            "sespadsmit septinpadsmit astonpadsmit devinpadsmit",
            "divdesmit trisdesmit cetrdesmit piecdesmit sesdesmit septindesmit astondesmit devindesmit",
            _SPACE,
        ),
        years=r"gadi|gad(?:us|u) (?:vec|jaun)\w{1,3}|gadig\w{1,3}",
        said="(?:vinai|vinam|man|tev) ir(?: tikai| vel)?|vinai|vinam",
        label="vecums",
    ),
    Tongue(
        Language(
            "uks/uhe kaks/kahe kolm/kolme neli/nelja viis/viie kuus/kuue seitse/seitsme kaheksa uheksa "
            "kumme/kumne uksteist/uheteist/uheteistkumne kaksteist/kaheteist/kaheteistkumne "
            "kolmteist/kolmeteist/kolmeteistkumne neliteist/neljateist/neljateistkumne "
            "viisteist/viieteist/viieteistkumne kuusteist/kuueteist/kuueteistkumne "
            "seitseteist/seitsmeteist/seitsmeteistkumne kaheksateist uheksateist",
            "kakskummend/kahekumne kolmkummend/kolmekumne nelikummend/neljakumne viiskummend/viiekumne "
            "kuuskummend/kuuekumne seitsekummend/seitsmekumne kaheksakummend uheksakummend",
            _SPACE,
        ),
        years=r"aasta(?:ne|sed?|selt)|aastat (?:vana|noor)",
        said="(?:ta|tudruk|poiss) on(?: alles| ainult)?|olen(?: alles| ainult)?",
        label="vanus",
    ),
    Tongue(_from(11, "ellivu tolv trettan fjurtan fimtan sekstan seytjan"), years="ara"),
    Tongue(LANGUAGES["is"], years="ara"),
    Tongue(_from(11, "alve tolve trettjin fjirtjin fyftjin sechstjin santjin"), years="jier"),
    Tongue(_from(13, "draizeng veierzeng fofzeng siechzeng siwwenzeng"), years="joer(?: al)?"),
    Tongue(
        Language(
            "een twee drie vier vyf ses sewe agt nege tien elf twaalf dertien veertien vyftien sestien "
            "sewentien agtien neentien/negentien",
            "twintig dertig veertig vyftig sestig sewentig tagtig negentig",
            ("{u} en {t}", "{u}en{t}"),
        ),
        years="jaar",
        label="ouderdom",
    ),
    # Albanian, Basque, Welsh, Maltese, Esperanto, Latin, Haitian, Galician.
    Tongue(
        Language(
            "nje dy tre/tri kater pese gjashte shtate tete nente dhjete njembedhjete dymbedhjete "
            "trembedhjete "
            "katermbedhjete pesembedhjete gjashtembedhjete shtatembedhjete tetembedhjete nentembedhjete",
            "njezet tridhjete dyzet pesedhjete gjashtedhjete shtatedhjete tetedhjete nentedhjete",
            ("{t} e {u}",),
        ),
        years=r"vjec\w{0,3}",
        said="(?:eshte|une jam)(?: vetem)?",
        label="mosha",
    ),
    Tongue(
        Language(
            "bat bi hiru lau bost sei zazpi zortzi bederatzi hamar hamaika hamabi hamahiru hamalau hamabost "
            "hamasei hamazazpi hemezortzi hemeretzi",
            "hogeita hogeita_hamar berrogeita berrogeita_hamar hirurogeita hirurogeita_hamar laurogeita",
            _SPACE,
            also={36: "hogeita_hamasei", 37: "hogeita_hamazazpi", 35: "hogeita_hamabost"},
        ),
        years=r"urte\w{0,3}",
        label="adina",
    ),
    Tongue(
        Language(
            "un dau/dwy tri/tair pedwar/pedair pump chwech/chwe saith wyth naw deg un_ar_ddeg/un_deg_un "
            "deuddeg/un_deg_dau tri_ar_ddeg/tair_ar_ddeg/un_deg_tri "
            "pedwar_ar_ddeg/pedair_ar_ddeg/un_deg_pedwar "
            "pymtheg/bymtheg/un_deg_pump un_ar_bymtheg/un_mlwydd_ar_bymtheg/un_deg_chwech "
            "dau_ar_bymtheg/dwy_ar_bymtheg/dwy_flwydd_ar_bymtheg/un_deg_saith deunaw/un_deg_wyth "
            "pedwar_ar_bymtheg/un_deg_naw",
            "dau_ddeg tri_deg pedwar_deg pum_deg chwe_deg saith_deg wyth_deg naw_deg",
            _SPACE,
        ),
        years="(?:mlwydd |blwydd |flwydd )?oed",
        label="oedran|oed",
    ),
    Tongue(
        Language(
            "wiehed tnejn tlieta erbgha hamsa sitta sebgha tmienja disgha ghaxra hdax tnax tlettax erbatax "
            "hmistax sittax sbatax tmintax dsatax",
            "ghoxrin tletin erbghin hamsin sittin sebghin tmenin disghin",
            ("{u} u {t}",),
        ),
        years="(?:il )?(?:sena|snin)",
        label="eta",
    ),
    Tongue(
        Language(
            f"{_teens('eo', 'dek', '{ten}_{unit}/{ten}{unit}')}",
            "dudek tridek kvardek kvindek sesdek sepdek okdek naudek",
            _SPACE,
        ),
        years=r"jar(?:oj(?:n|n? aga)?|aga?|a)",
    ),
    Tongue(
        _from(10, "decem undecim duodecim tredecim quattuordecim quindecim sedecim septendecim"),
        years="anno(?:s|rum)|nat(?:a|us)",
        said="annos",
    ),
    Tongue(
        _from(11, "onz douz trez katoz kenz sez diset"),
        years="an",
        is_english=True,
        said="(?:li|mwen|m) (?:gen|genyen)(?: selman)?",
    ),
    Tongue(_from(16, "dezaseis dezasete"), years="anos?"),
    # Belarusian, Macedonian, Kazakh, Kyrgyz, Tajik, Mongolian; Armenian, Georgian.
    Tongue(
        Language(
            "адзін/адна два/дзве тры чатыры пяць шэсць сем восем дзевяць дзесяць адзінаццаць дванаццаць "
            "трынаццаць чатырнаццаць пятнаццаць шаснаццаць сямнаццаць васямнаццаць дзевятнаццаць",
            "дваццаць трыццаць сорак пяцьдзясят шэсцьдзясят семдзесят восемдзесят дзевяноста",
            _SPACE,
        ),
        years="гад(?:оў|ы)|гадов\\w{1,3}",
        said="(?:ей|ёй|яму|мне|табе)(?: толькі| ўсяго)?",
        label="узрост",
    ),
    Tongue(
        Language(
            "еден/една два/две три четири пет шест седум осум девет десет единаесет дванаесет тринаесет "
            "четиринаесет петнаесет шеснаесет седумнаесет осумнаесет деветнаесет",
            "дваесет триесет четириесет педесет шеесет седумдесет осумдесет деведесет",
            ("{t} и {u}",),
        ),
        years="годин\\w|годишн\\w{1,3}",
        said="има(?: само)?",
    ),
    Tongue(
        Language(
            _teens("kk", "он", "{ten}_{unit}"), "жиырма отыз қырық елу алпыс жетпіс сексен тоқсан", _SPACE
        ),
        years="жас\\w{0,5}",
        label="жасы",
    ),
    Tongue(
        Language(
            _teens("ky", "он", "{ten}_{unit}"), "жыйырма отуз кырк элүү алтымыш жетимиш сексен токсон", _SPACE
        ),
        years="жаш\\w{0,5}",
        label="жашы",
    ),
    Tongue(
        Language(
            "як ду се чор панҷ шаш ҳафт ҳашт нӯҳ даҳ ёздаҳ дувоздаҳ сенздаҳ чордаҳ понздаҳ шонздаҳ "
            "ҳабдаҳ/ҳафдаҳ ҳаждаҳ нуздаҳ",
            "бисту сию чилу панҷоҳу шасту ҳафтоду ҳаштоду наваду",
            _SPACE,
        ),
        years="сола",
    ),
    Tongue(
        Language(
            _teens("mn", "арван", "{ten}_{unit}"), "хорин гучин дөчин тавин жаран далан наян ерэн", _SPACE
        ),
        years="настай|насны?",
        label="нас(?=\\s?[:=])",
    ),
    Tongue(
        _from(
            1,
            "մեկ երկու երեք չորս հինգ վեց յոթ ութ ինը տասը/տաս տասնմեկ տասներկու տասներեք տասնչորս տասնհինգ "
            "տասնվեց տասնյոթ",
        ),
        years="տարեկան",
        label="տարիք(?:ը)?",
    ),
    Tongue(
        _from(
            1,
            "ერთი ორი სამი ოთხი ხუთი ექვსი შვიდი რვა ცხრა ათი თერთმეტი თორმეტი ცამეტი თოთხმეტი თხუთმეტი "
            "თექვსმეტი ჩვიდმეტი",
        ),
        years=r"წლის\w{0,3}",
        label="ასაკი",
    ),
    # Azerbaijani, Uzbek, Kurdish, Urdu.
    Tongue(
        Language(
            _teens("az", "on", "{ten}_{unit}/{ten}{unit}"),
            "iyirmi otuz qirx əlli altmis yetmis səksən doxsan",
            _SPACE,
        ),
        years="yas\\w{0,5}",
    ),
    Tongue(
        Language(
            _teens("uz", "o'n", "{ten}_{unit}"),
            "yigirma o'ttiz qirq ellik oltmish yetmish sakson to'qson",
            _SPACE,
        ),
        years="yosh\\w{0,4}",
        label="yoshi?",
    ),
    Tongue(_from(11, "yazde dwazde/donzde sezde carde pazde sazde hevde"), years="sali\\w?"),
    Tongue(
        _from(
            1,
            "ایک دو تین چار پانچ چھ سات آٹھ نو دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ",
        ),
        years="(?:سال|برس) (?:کی|کا|کے)(?! بعد| دوران)",
    ),
    # Of India and Sri Lanka; who writes thirty-six apart writes a word for thirty first.
    Tongue(
        Language(
            "ஒன்று இரண்டு மூன்று நான்கு/நாலு ஐந்து/அஞ்சு ஆறு ஏழு எட்டு ஒன்பது பத்து பதினொன்று பன்னிரண்டு "
            "பதின்மூன்று/பதிமூன்று பதினான்கு/பதினாலு பதினைந்து/பதினஞ்சு பதினாறு பதினேழு பதினெட்டு பத்தொன்பது",
            "இருபத்து/இருபத்தி முப்பத்து/முப்பத்தி நாற்பத்து/நாற்பத்தி ஐம்பத்து/ஐம்பத்தி அறுபத்து/அறுபத்தி "
            "எழுபத்து/எழுபத்தி எண்பத்து/எண்பத்தி தொண்ணூற்று/தொண்ணூற்றி",
            _SPACE,
        ),
        years="வயத|வயசு",
        label="வயது|வயசு",
    ),
    Tongue(
        Language(
            "ఒకటి రెండు మూడు నాలుగు ఐదు ఆరు ఏడు ఎనిమిది తొమ్మిది పది పదకొండు పన్నెండు పదమూడు "
            "పద్నాలుగు/పధ్నాలుగు పదిహేను/పదునైదు పదహారు పదిహేడు పద్దెనిమిది పంతొమ్మిది",
            "ఇరవై ముప్పై నలభై యాభై అరవై డెబ్బై ఎనభై తొంభై",
            _SPACE,
        ),
        years="ఏళ్ల(?!ుగా)|ఏండ్ల|సంవత్సరాల(?!ుగా)",
        label="వయస్సు|వయసు",
    ),
    Tongue(
        _from(
            1,
            "ಒಂದು ಎರಡು ಮೂರು ನಾಲ್ಕು ಐದು ಆರು ಏಳು ಎಂಟು ಒಂಬತ್ತು ಹತ್ತು ಹನ್ನೊಂದು ಹನ್ನೆರಡು ಹದಿಮೂರು ಹದಿನಾಲ್ಕು ಹದಿನೈದು ಹದಿನಾರು ಹದಿನೇಳು",
        ),
        years="ವರ್ಷ(?:ದ|ಗಳ(?!ಿಂದ))?|ವಯಸ್ಸ",
        label="ವಯಸ್ಸು",
    ),
    Tongue(
        _from(
            1,
            "ഒന്ന് രണ്ട് മൂന്ന് നാല് അഞ്ച് ആറ് ഏഴ് എട്ട് ഒമ്പത് പത്ത് പതിനൊന്ന് പന്ത്രണ്ട് പതിമൂന്ന് പതിനാല് പതിനഞ്ച് പതിനാറ് പതിനേഴ്",
        ),
        years="വയസ്സ",
        label="പ്രായം|വയസ്സ്",
    ),
    Tongue(
        _from(
            1,
            "એક બે ત્રણ ચાર પાંચ છ સાત આઠ નવ દસ અગિયાર બાર તેર ચૌદ પંદર સોળ સત્તર",
        ),
        years="વર્ષન|વરસન",
        label="ઉંમર|વય",
    ),
    Tongue(
        _from(
            1,
            "ਇੱਕ ਦੋ ਤਿੰਨ ਚਾਰ ਪੰਜ ਛੇ ਸੱਤ ਅੱਠ ਨੌਂ ਦਸ ਗਿਆਰਾਂ ਬਾਰਾਂ ਤੇਰਾਂ ਚੌਦਾਂ ਪੰਦਰਾਂ ਸੋਲਾਂ ਸਤਾਰਾਂ",
        ),
        years="ਸਾਲ(?: ਦ|ਾਂ ਦ)",
        label="ਉਮਰ",
    ),
    Tongue(
        _from(
            1,
            "एक दोन तीन चार पाच सहा सात आठ नऊ दहा अकरा बारा तेरा चौदा पंधरा सोळा सतरा",
        ),
        years="वर्षां?च",
        label="वय",
    ),
    Tongue(_from(11, "एघार बाह्र तेह्र चौध पन्ध्र सोह्र सत्र"), years="वर्ष(?:की|को|का)?"),
    Tongue(
        _from(10, "දහය එකොළහ දොළහ දහතුන දහහතර පහළොව/පහළොස් දහසය/දාසය දහහත/දාහත"),
        years="හැවිරිදි",
        said="අවුරුදු|වයස",
        label="වයස|වයස අවුරුදු|අවුරුදු",
    ),
    # Of Africa and Madagascar; Javanese.
    Tongue(
        Language(
            _teens("so", "toban", "{unit}_iyo_{ten}"),
            "labaatan soddon afartan konton lixdan toddobaatan siddeetan sagaashan",
            ("{u} iyo {t}", "{t} {u}", "{t} iyo {u}"),
        ),
        years="jir\\w{0,3}",
    ),
    Tongue(
        Language(_teens("am", "አስራ", "{ten}_{unit}"), "ሃያ ሰላሳ አርባ ሃምሳ ስልሳ ሰባ ሰማንያ ዘጠና", _SPACE),
        years="[ዓአ]መ[ትቷቱ]",
        said="[ዕእ]ድሜ\\w?",
        label="[ዕእ]ድሜ\\w?",
    ),
    Tongue(
        Language(_teens("ha", "goma", "{ten}_sha_{unit}"), "ashirin talatin", ("{t} da {u}",)),
        said="shekar(?:a|u|unta|unsa)",
        label="shekar(?:a|u)(?:nta|nsa)?",
    ),
    Tongue(
        _from(11, "mokanla mejila metala merinla meedogun/medogun merindinlogun metadinlogun"),
        said="odun",
        label="odun|ojo ori",
    ),
    Tongue(Language(_teens("mg", "folo", "{unit}_ambin'ny_{ten}")), years="taona"),
    Tongue(_from(11, "sewelas rolas telulas patbelas limalas nembelas pitulas"), years="taun"),
    # As they sound in Latin letters.
    Tongue(
        Language(
            _teens("zh", "shi", "{ten}_{unit}"),
            "er_shi san_shi si_shi wu_shi liu_shi qi_shi ba_shi jiu_shi",
            _SPACE,
        ),
        years="sui",
    ),
    Tongue(
        Language(
            _teens("ko", "yeol", "{ten}_{unit}/{ten}{unit}"),
            "seumul seoreun maheun swin yesun ilheun yeodeun aheun",
            _SPACE,
        ),
        years="sal",
    ),
    Tongue(
        _from(13, "slosh_esre arba_esre hamesh_esre shesh_esre shva_esre"),
        said="(?:hi|ani) bat|(?:hu|ani) ben",
    ),
    Tongue(
        _from(11, "hdashar itnashar tlattashar arbatashar khamastashar sittashar sabatashar"),
        years="sana|sneh|3am|am",
        is_english=True,
    ),
    Tongue(
        _from(13, "sizdah chahardah punzdah/panzdah shanzdah/shunzdah hefdah/hivdah"),
        years="sal(?:e|eh|es|ame?|i)?",
    ),
)
# Without words of ours for their numbers: what stands behind figures, and before them.
_YEARS_ONLY = r"(?:na )?taong|taun|makahiki|bliana d'aois|bliadhna|xyoo|zaka|کلن\w?"
_LABELS_ONLY = r"aois|iminyaka engu|eneminyaka engu|imyaka|zaka|afo|umri|laj|dob(?=\s?[:=])"
_UNSPACED_YEARS = "နှစ်|ឆ្នាំ|ປີ"
_UNSPACED_LABELS = "বয়স|အသက်|អាយុ|ອາຍຸ"
# Cyrillic and Greek words in Latin letters: all that people write for one letter.
_SPELLINGS = {
    **{char: (other,) for char, other in zip("абвгдезийклмнопрстуфі", "abvgdeziyklmnoprstufi", strict=True)},
    **{char: (other,) for char, other in zip("αβγδεζικλμνοπρστυφω", "avgdezikllnoprstyfo", strict=True)},
    "ж": ("zh", "j"),
    "х": ("kh", "h"),
    "ц": ("ts", "c"),
    "ч": ("ch",),
    "ш": ("sh", "s"),
    "щ": ("sch",),
    "ы": ("y", "i"),
    "э": ("e",),
    "ю": ("yu", "iu"),
    "я": ("ya", "ia", "ja"),
    "є": ("e", "ye"),
    "ь": ("",),
    "ъ": ("",),
    "'": ("",),
    " ": (" ",),
    "ї": ("yi", "i"),
    "μ": ("m",),
    "ν": ("n",),
    "ξ": ("x", "ks"),
    "χ": ("ch", "x", "h"),
    "η": ("i",),
    "θ": ("th",),
    "ς": ("s",),
}
_SPELLED = ("ru", "ru-of", "uk", "uk-of", "bg", "el")
_SPELLED_YEARS = (
    r"let(?:n\w{1,4})?|goda?|godik\w{0,2}|rok(?:iv|y)|richn\w{1,2}|godin[ia]|godishn\w{1,2}|"
    r"(?:ch|x|h)ron(?:on|wn|o|ia)|eton"
)
_SPELLED_SAID = (
    r"(?:y?e[yj]|yey|emu|mne|tebe|yiy|iy|yomu|meni|einai|eimai|ispolnilos|e na)(?: vsego| tolko| mono)?"
)


def _spelled() -> Iterator[tuple[str, int]]:
    """Yield the numbers of other alphabets in Latin letters, in every usual spelling."""
    for code in _SPELLED:
        for phrase, value in LANGUAGES[code].phrases():
            letters = sorted(set(phrase))
            if not all(letter in _SPELLINGS for letter in letters):
                continue
            for chosen in product(*(_SPELLINGS[letter] for letter in letters)):
                yield phrase.translate(dict(zip(map(ord, letters), chosen, strict=True))), value


def _list() -> Iterator[tuple[str, int, str, str]]:
    for tongue in TONGUES:
        for phrase, value in tongue.words.phrases():
            yield fold(phrase), value, tongue.years, tongue.said
    for phrase, value in _spelled():
        yield phrase, value, _SPELLED_YEARS, _SPELLED_SAID


# Every number as words: its value, what stands behind it, what stands before it.
PHRASES = tuple(dict.fromkeys(_list()))
_FIGURED = "|".join(
    dict.fromkeys(tongue.years for tongue in TONGUES if tongue.years and not tongue.is_english)
)
# Behind any number, in figures or in words.
YEARS = rf"[\s'-]{{0,2}}(?:(?:{_FIGURED}|ara|{_YEARS_ONLY}|{_SPELLED_YEARS}){_NOT_LONGER}|{_UNSPACED_YEARS})"
# Right before a number that is an age.
SAID = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(tongue.said for tongue in TONGUES if tongue.said)}|{_SPELLED_SAID})\s?$"
)
LABEL = re.compile(
    rf"(?:(?<![^\W\d_])(?:{'|'.join(tongue.label for tongue in TONGUES if tongue.label)}|{_LABELS_ONLY})|"
    rf"{_UNSPACED_LABELS})[^\w\n]{{0,4}}$"
)
