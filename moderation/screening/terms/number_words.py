"""Numbers from 1 to 99 as words, in the languages that people write here.

Each language gives its words from 1 to 19, its tens, and how it puts tens and units together: `{t}` and `{u}`
stand for their words. Forms of one number are parted by "/"; words of one form by "_".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from moderation.screening.readings import fold

_TENS = range(20, 100, 10)


@dataclass(frozen=True, slots=True)
class Language:
    """How a language counts. tens: from 20 on; tens_glued: their forms inside of longer words."""

    small: str
    tens: str = ""
    joins: tuple[str, ...] = ()
    tens_glued: str = ""
    also: dict[int, str] = field(default_factory=dict)

    def phrases(self) -> Iterator[tuple[str, int]]:
        """Yield every number as words, with its value."""
        small = [_forms(forms) for forms in self.small.split()]
        for value, forms in enumerate(small, start=1):
            for form in forms:
                yield form, value
        for tens in (self.tens, self.tens_glued):
            for ten, forms in zip(_TENS, map(_forms, tens.split()), strict=False):
                for form in forms:
                    yield from self._compose(form, ten, small, is_glued=tens is self.tens_glued)
        for value, listed in self.also.items():
            for form in _forms(listed):
                yield form, value

    def _compose(
        self, form: str, ten: int, small: list[list[str]], *, is_glued: bool
    ) -> Iterator[tuple[str, int]]:
        if not is_glued:
            yield form, ten
        for unit, units in enumerate(small[:9], start=1):
            for word in units:
                for join in ("{t}{u}",) if is_glued else self.joins:
                    yield join.format(t=form, u=word), ten + unit


def _forms(listed: str) -> list[str]:
    return [form.replace("_", " ") for form in listed.split("/")]


def _counted(listed: str, start: int = 1) -> dict[int, str]:
    return dict(enumerate(listed.split(), start=start))


_ARABIC_TENS = (
    "عشرون/عشرين/عشرينا ثلاثون/ثلاثين اربعون/اربعين خمسون/خمسين "
    "ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين"
)
_FRENCH_SMALL = (
    "un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix_sept dix_huit dix_neuf"
)
_FRENCH_HIGH = {
    base + unit: "/".join(
        f"{ten}_{join}{word}"
        for ten in tens.split("/")
        for join in ("", "et_")
        if join == "" or unit in {1, 11}
    )
    for base, tens in ((60, "soixante"), (80, "quatre_vingt/quatre_vingts"))
    for unit, word in enumerate(_FRENCH_SMALL.replace("un/une", "un").split(), start=1)
}
_ITALIAN_SMALL = (
    "uno/una/un due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    "sedici diciassette diciotto diciannove"
)
_RUSSIAN_TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"
_UKRAINIAN_TENS = "двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто"
_HINDI = (
    "एक दो तीन चार पांच/पाँच छह/छः/छे सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह/पन्द्रह सोलह सत्रह "
    "अठारह/अट्ठारह उन्नीस "
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस/सत्ताइस अट्ठाईस/अठाईस/अट्ठाइस उनतीस/उन्तीस तीस "
    "इकतीस/इकत्तीस "
    "बत्तीस तैंतीस/तेंतीस चौंतीस/चौतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस/उन्तालीस चालीस इकतालीस बयालीस "
    "तैंतालीस "
    "चौवालीस/चवालीस पैंतालीस छियालीस/छयालीस सैंतालीस अड़तालीस उनचास/उन्चास पचास इक्यावन बावन तिरपन/तिरेपन "
    "चौवन/चौअन "
    "पचपन छप्पन सत्तावन अट्ठावन/अठावन उनसठ साठ इकसठ बासठ तिरसठ/तिरेसठ चौंसठ/चौसठ पैंसठ छियासठ सड़सठ/सरसठ "
    "अड़सठ उनहत्तर "
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी/उन्यासी अस्सी इक्यासी "
    "बयासी तिरासी चौरासी "
    "पचासी छियासी सत्तासी/सतासी अट्ठासी/अठासी नवासी नब्बे इक्यानवे/इक्यानबे बानवे/बानबे तिरानवे/तिरानबे "
    "चौरानवे/चौरानबे "
    "पचानवे/पंचानवे/पंचानबे छियानवे/छियानबे सत्तानवे/सत्तानबे अट्ठानवे/अट्ठानबे निन्यानवे/निन्यानबे"
)
_HINDI_SPELLED = (
    "ek do teen char/chaar paanch/panch chhe/chhah/che saat aath nau das gyarah/gyaarah barah/baarah "
    "terah chaudah "
    "pandrah/pandra solah/sola satrah/satra atharah/athara unnis bees ikkis/ikkees bais/baees teis/teyis "
    "chaubis/chaubees "
    "pachchis/pachees chhabbis sattais atthais untis tees"
)
_BENGALI = (
    "এক দুই তিন চার পাঁচ ছয় সাত আট নয় দশ এগারো/এগার বারো/বার তেরো/তের চৌদ্দ/চোদ্দ পনেরো/পনের ষোলো/ষোল "
    "সতেরো/সতের "
    "আঠারো/আঠার ঊনিশ/উনিশ বিশ/কুড়ি একুশ বাইশ তেইশ চব্বিশ পঁচিশ/পচিশ ছাব্বিশ সাতাশ আটাশ/আঠাশ "
    "ঊনত্রিশ/উনত্রিশ ত্রিশ"
)
_TAGALOG = "isa dalawa tatlo apat lima anim pito walo siyam"

LANGUAGES: dict[str, Language] = {
    "en": Language(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
        "twenty thirty forty/fourty fifty sixty seventy eighty ninety",
        ("{t} {u}", "{t}{u}", "{t} and {u}", "{u} and {t}"),
    ),
    "es": Language(
        "uno/una/un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
        "dieciseis/diez_y_seis diecisiete/diez_y_siete dieciocho/diez_y_ocho diecinueve/diez_y_nueve",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        ("{t} y {u}",),
        tens_glued="veinti treintai cuarentai cincuentai sesentai setentai ochentai noventai",
    ),
    "pt": Language(
        "um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze catorze/quatorze quinze "
        "dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        ("{t} e {u}",),
    ),
    "fr": Language(
        _FRENCH_SMALL,
        "vingt trente quarante cinquante soixante septante huitante/octante nonante",
        ("{t} {u}", "{t} et {u}"),
        also={**_FRENCH_HIGH, 80: "quatre_vingt/quatre_vingts"},
    ),
    "it": Language(
        _ITALIAN_SMALL,
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        ("{t}{u}", "{t} {u}"),
        tens_glued="vent trent quarant cinquant sessant settant ottant novant",
    ),
    "ro": Language(
        "unu/una/un doi/doua trei patru cinci sase sapte opt noua zece unsprezece/unspe "
        "doisprezece/douasprezece/doispe treisprezece/treispe paisprezece/paispe cincisprezece/cinspe "
        "saisprezece/sasesprezece/saispe saptesprezece/saptispe optsprezece/optispe nouasprezece/nouaspe",
        "douazeci treizeci patruzeci cincizeci saizeci saptezeci optzeci nouazeci",
        ("{t} si {u}",),
    ),
    "ca": Language(
        "un/una dos/dues tres quatre cinc sis set vuit nou deu onze dotze tretze catorze quinze setze "
        "disset/desset divuit/devuit dinou/denou",
        "vint trenta quaranta cinquanta seixanta setanta vuitanta noranta",
        ("{t} {u}", "{t} i {u}"),
    ),
    "de": Language(
        "eins/ein/eine zwei/zwo drei vier funf/fuenf sechs sieben acht neun zehn elf zwolf/zwoelf dreizehn "
        "vierzehn funfzehn/fuenfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreissig/dreizig vierzig funfzig/fuenfzig sechzig siebzig achtzig neunzig",
        ("{u}und{t}", "{u} und {t}"),
    ),
    "nl": Language(
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
        "zeventien achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        ("{u}en{t}", "{u} en {t}"),
    ),
    "sv": Language(
        "ett/en tva tre fyra fem sex sju atta nio tio elva tolv tretton fjorton femton sexton sjutton "
        "arton/aderton nitton",
        "tjugo trettio fyrtio femtio sextio sjuttio attio nittio",
        ("{t}{u}", "{t} {u}"),
    ),
    "da": Language(
        "en/et to tre fire fem seks syv/sju otte/atte ni ti elleve tolv tretten fjorten femten seksten "
        "sytten atten nitten",
        "tyve/tjue tredive/tretti fyrre/forti halvtreds/femti tres/seksti halvfjerds/sytti firs/atti "
        "halvfems/nitti",
        ("{u}og{t}", "{u} og {t}", "{t}{u}", "{t} {u}"),
    ),
    "is": Language(
        "einn/ein tveir þrir/thrir fjorir fimm sex sjo atta niu tiu ellefu tolf threttan/þrettan fjortan "
        "fimmtan "
        "sextan sautjan atjan nitjan",
        "tuttugu þrjatiu/thrjatiu fjorutiu fimmtiu sextiu sjotiu attatiu niutiu",
        ("{t} og {u}",),
    ),
    "fi": Language(
        "yksi kaksi kolme nelja viisi kuusi seitseman kahdeksan yhdeksan kymmenen yksitoista kaksitoista "
        "kolmetoista neljatoista viisitoista kuusitoista seitsemantoista kahdeksantoista yhdeksantoista",
        "kaksikymmenta kolmekymmenta neljakymmenta viisikymmenta kuusikymmenta seitsemankymmenta "
        "kahdeksankymmenta yhdeksankymmenta",
        ("{t}{u}", "{t} {u}"),
    ),
    "hu": Language(
        "egy ketto/ket harom negy ot hat het nyolc kilenc tiz tizenegy tizenketto/tizenket tizenharom "
        "tizennegy tizenot tizenhat tizenhet tizennyolc tizenkilenc",
        "husz harminc negyven otven hatvan hetven nyolcvan kilencven",
        ("{t}{u}",),
        tens_glued="huszon",
    ),
    "tr": Language(
        "bir iki uc dort bes alti yedi sekiz dokuz on on_bir/onbir on_iki/oniki on_uc/onuc on_dort/ondort "
        "on_bes/onbes on_alti/onalti on_yedi/onyedi on_sekiz/onsekiz on_dokuz/ondokuz",
        "yirmi otuz kirk elli altmis yetmis seksen doksan",
        ("{t} {u}", "{t}{u}"),
    ),
    "pl": Language(
        "jeden/jedna/jedno dwa/dwie trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie "
        "dwanascie trzynascie czternascie pietnascie szesnascie siedemnascie osiemnascie dziewietnascie",
        "dwadziescia trzydziesci czterdziesci piecdziesiat szescdziesiat siedemdziesiat osiemdziesiat "
        "dziewiecdziesiat",
        ("{t} {u}",),
    ),
    # "W wieku szesnastu lat", "szesnastoletnia".
    "pl-of": Language(
        "jednego/jedno dwoch/dwu trzech/trzy czterech/cztero pieciu/piecio szesciu/szescio siedmiu/siedmio "
        "osmiu/osmio dziewieciu/dziewiecio dziesieciu/dziesiecio jedenastu/jedenasto dwunastu/dwunasto "
        "trzynastu/trzynasto czternastu/czternasto pietnastu/pietnasto szesnastu/szesnasto "
        "siedemnastu/siedemnasto osiemnastu/osiemnasto dziewietnastu/dziewietnasto",
        "dwudziestu/dwudziesto trzydziestu/trzydziesto czterdziestu/czterdziesto "
        "piecdziesieciu/piecdziesiecio "
        "szescdziesieciu/szescdziesiecio siedemdziesieciu/siedemdziesiecio osiemdziesieciu/osiemdziesiecio "
        "dziewiecdziesieciu/dziewiecdziesiecio",
        ("{t} {u}", "{t}{u}"),
    ),
    "cs": Language(
        "jeden/jedna/jedno dva/dve tri ctyri pet sest sedm osm devet deset jedenact dvanact trinact ctrnact "
        "patnact sestnact sedmnact osmnact devatenact",
        "dvacet tricet ctyricet padesat sedesat sedmdesat osmdesat devadesat",
        ("{t} {u}", "{u}a{t}"),
    ),
    "cs-of": Language(
        "jednoho dvou tri/tri ctyr peti sesti sedmi osmi deviti deseti jedenacti dvanacti trinacti ctrnacti "
        "patnacti sestnacti sedmnacti osmnacti devatenacti",
        "dvaceti triceti ctyriceti padesati sedesati sedmdesati osmdesati devadesati",
        ("{t} {u}", "{t}{u}"),
    ),
    "sk": Language(
        "jeden/jedna dva/dve tri styri pat sest sedem osem devat desat jedenast dvanast trinast strnast "
        "patnast sestnast sedemnast osemnast devatnast",
        "dvadsat tridsat styridsat patdesiat sestdesiat sedemdesiat osemdesiat devatdesiat",
        ("{t}{u}", "{t} {u}"),
    ),
    "sr": Language(
        "jedan/jedna dva/dve/dvije tri cetiri pet sest sedam osam devet deset jedanaest dvanaest trinaest "
        "cetrnaest petnaest sesnaest sedamnaest osamnaest devetnaest",
        "dvadeset trideset cetrdeset pedeset sezdeset sedamdeset osamdeset devedeset",
        ("{t} {u}", "{t} i {u}"),
    ),
    "sr-cyrillic": Language(
        "један/једна два/две три четири пет шест седам осам девет десет једанаест дванаест тринаест "
        "четрнаест "
        "петнаест шеснаест седамнаест осамнаест деветнаест",
        "двадесет тридесет четрдесет педесет шездесет седамдесет осамдесет деведесет",
        ("{t} {u}", "{t} и {u}"),
    ),
    "sl": Language(
        "ena/en dve/dva tri stiri pet sest sedem osem devet deset enajst dvanajst trinajst stirinajst "
        "petnajst sestnajst sedemnajst osemnajst devetnajst",
        "dvajset trideset stirideset petdeset sestdeset sedemdeset osemdeset devetdeset",
        ("{u}in{t}",),
    ),
    "bg": Language(
        "един/една/едно два/две три четири пет шест седем осем девет десет единадесет/единайсет "
        "дванадесет/дванайсет тринадесет/тринайсет четиринадесет/четиринайсет петнадесет/петнайсет "
        "шестнадесет/шестнайсет седемнадесет/седемнайсет осемнадесет/осемнайсет деветнадесет/деветнайсет",
        "двадесет/двайсет тридесет/трийсет четиридесет/четирийсет петдесет шестдесет/шейсет седемдесет "
        "осемдесет деветдесет",
        ("{t} и {u}",),
    ),
    "ru": Language(
        "один/одна/одно два/две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
        "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
        _RUSSIAN_TENS,
        ("{t} {u}",),
    ),
    # "Шестнадцати лет", "шестнадцатилетняя".
    "ru-of": Language(
        "одного/одной/одно двух/дву трех/трё четырех/четырё пяти шести семи восьми девяти десяти одиннадцати "
        "двенадцати тринадцати четырнадцати пятнадцати шестнадцати семнадцати восемнадцати девятнадцати",
        "двадцати тридцати сорока пятидесяти шестидесяти семидесяти восьмидесяти девяноста",
        ("{t} {u}", "{t}{u}"),
    ),
    "uk": Language(
        "один/одна два/дві три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять "
        "чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять",
        _UKRAINIAN_TENS,
        ("{t} {u}",),
    ),
    "uk-of": Language(
        "одного/одно двох/дво трьох/три чотирьох/чотири п'яти шести семи восьми дев'яти десяти одинадцяти "
        "дванадцяти тринадцяти чотирнадцяти п'ятнадцяти шістнадцяти сімнадцяти вісімнадцяти дев'ятнадцяти",
        "двадцяти тридцяти сорока п'ятдесяти шістдесяти сімдесяти вісімдесяти дев'яноста",
        ("{t} {u}", "{t}{u}"),
    ),
    "el": Language(
        "ενα/μια/ενας δυο τρια/τρεις/τριων τεσσερα/τεσσερις/τεσσαρων πεντε εξι/εξ επτα/εφτα οκτω/οχτω "
        "εννεα/εννια "
        "δεκα εντεκα δωδεκα δεκατρια/δεκατριων δεκατεσσερα/δεκατεσσαρων δεκαπεντε δεκαεξι/δεκαξι "
        "δεκαεπτα/δεκαεφτα "
        "δεκαοκτω/δεκαοχτω δεκαεννεα/δεκαεννια",
        "εικοσι τριαντα σαραντα πενηντα εξηντα εβδομηντα ογδοντα ενενηντα",
        ("{t} {u}", "{t}{u}"),
    ),
    "id": Language(
        "satu dua tiga empat lima enam tujuh delapan/lapan sembilan sepuluh sebelas dua_belas tiga_belas "
        "empat_belas lima_belas enam_belas tujuh_belas delapan_belas/lapan_belas sembilan_belas",
        "dua_puluh tiga_puluh empat_puluh lima_puluh enam_puluh tujuh_puluh delapan_puluh/lapan_puluh "
        "sembilan_puluh",
        ("{t} {u}",),
    ),
    "tl": Language(
        f"{_TAGALOG} sampu labing_isa/labing_isang labindalawa/labindalawang labintatlo/labintatlong "
        "labing_apat labinlima/labinlimang labing_anim/labinganim labimpito/labimpitong "
        "labingwalo/labing_walo "
        "labinsiyam",
        "dalawampu tatlumpu apatnapu limampu animnapu pitumpu walumpu siyamnapu",
        ("{t} at {u}", "{t}'t {u}"),
        also={16: "disisais/disisays", 17: "disisyete/disisiyete", 15: "kinse", 14: "katorse", 13: "trese"},
    ),
    "sw": Language(
        "moja/mmoja mbili/miwili tatu/mitatu nne/minne tano/mitano sita saba nane/minane tisa kumi "
        "kumi_na_moja/kumi_na_mmoja kumi_na_mbili/kumi_na_miwili kumi_na_tatu/kumi_na_mitatu "
        "kumi_na_nne/kumi_na_minne kumi_na_tano/kumi_na_mitano kumi_na_sita kumi_na_saba "
        "kumi_na_nane/kumi_na_minane kumi_na_tisa",
        "ishirini thelathini arobaini hamsini sitini sabini themanini tisini",
        ("{t} na {u}",),
    ),
    "vi": Language(
        "mot/mốt hai ba bon/tu nam/lam/nham sau bay tam chin muoi muoi_mot muoi_hai muoi_ba muoi_bon "
        "muoi_lam "
        "muoi_sau muoi_bay muoi_tam muoi_chin",
        "hai_muoi ba_muoi bon_muoi nam_muoi sau_muoi bay_muoi tam_muoi chin_muoi",
        ("{t} {u}",),
    ),
    "ar": Language(
        "واحد/واحدة اثنان/اثنين/اثنتان/سنتان ثلاث/ثلاثة اربع/اربعة خمس/خمسة ست/ستة سبع/سبعة "
        "ثماني/ثمانية/ثمان تسع/تسعة "
        "عشر/عشرة احد_عشر/احدى_عشرة اثنا_عشر/اثني_عشر/اثنتا_عشرة/اثنتي_عشرة ثلاثة_عشر/ثلاث_عشرة "
        "اربعة_عشر/اربع_عشرة خمسة_عشر/خمس_عشرة ستة_عشر/ست_عشرة سبعة_عشر/سبع_عشرة "
        "ثمانية_عشر/ثماني_عشرة/ثمان_عشرة "
        "تسعة_عشر/تسع_عشرة",
        _ARABIC_TENS,
        ("{u} و{t}", "{u} و {t}"),
    ),
    "fa": Language(
        "یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده/پونزده شانزده/شونزده هفده/هیفده "
        "هجده/هیجده نوزده",
        "بیست سی چهل پنجاه شصت هفتاد هشتاد نود",
        ("{t} و {u}",),
    ),
    "he": Language(
        "אחת/אחד שתיים/שתים/שניים שלוש/שלושה ארבע/ארבעה חמש/חמישה שש/שישה שבע/שבעה שמונה תשע/תשעה עשר/עשרה "
        "אחת_עשרה/אחד_עשר שתים_עשרה/שתיים_עשרה/שנים_עשר שלוש_עשרה/שלושה_עשר ארבע_עשרה/ארבעה_עשר "
        "חמש_עשרה/חמישה_עשר שש_עשרה/שישה_עשר שבע_עשרה/שבעה_עשר שמונה_עשרה/שמונה_עשר תשע_עשרה/תשעה_עשר",
        "עשרים שלושים ארבעים חמישים שישים/ששים שבעים שמונים תשעים",
        ("{t} ו{u}",),
    ),
    "hi": Language("", also=_counted(_HINDI)),
    "hi-spelled": Language("", also=_counted(_HINDI_SPELLED)),
    "bn": Language("", also=_counted(_BENGALI)),
}


def spell() -> dict[str, int]:
    """Return every number as words, as readings leave them, with its value; English wins."""
    found: dict[str, int] = {}
    for language in LANGUAGES.values():
        for phrase, value in language.phrases():
            found.setdefault(fold(phrase), value)
    return found
