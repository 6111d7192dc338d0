"""What makes a number the age of somebody, and what makes it something else."""

import re

from moderation.screening.terms import ending, parts, words
from moderation.screening.terms.numbers import ENGLISH

# Behind a number: an age, whatever stands before it.
HALF = r"(?:[\s,]{0,2}(?:and (?:an? |one )?(?:half|quarter|\d[/⁄]\d)|[123][/⁄][24])|[.,]\d{1,2})?"
YEARS_OLD = re.compile(
    HALF + r"(?:[^\w\n]{0,15}(?:years?|yrs?|yearz|yeers?)\.?(?:'s?)?[^\w\n]{0,15}(?:old|of\s?age|young|"
    r"aged)(?!er|en)"
    r"|[\s.-]{0,15}y[\s./]{0,2}o(?![^\W\d_])"
    r"|[\s-]?(?:summers|winters|springs|moons)[\s-](?:old|young|of age)"
    r"|[\s-]?(?:years?|yrs?)[\s-](?:and|&)[\s-]\w{1,9}[\s-](?:months?|days?)(?:[\s-]old)?)"
)
MONTHS_OLD = re.compile(r"[\s-]{0,2}(?P<unit>month|week|day|hour)s?[\s-]{0,2}(?:old|of age)(?!er|en)")
# The word for years that other languages use for ages and for spans alike: `SPANS_BEFORE` and `SPAN_AFTER`
# tell which.
FOREIGN_YEARS = re.compile(
    r"(?:[\s'-]{0,2}(?:anos|anitos|anyos|anys|ans|annees|jahr(?:en?|ig\w{0,2})?|annos?|anni|lat(?:a|ek|"
    r"ka|kiem)?|"
    r"let(?:ni\w{0,3}|a|y|i)?|rokow|rokov|jaar|jarige?|ar|aring\w{0,3}|arig\w{0,2}|vuotta|vuotias|vuoden|"
    r"eves|ani|"
    r"godina|tuoi|tahun|taong|urte|yas\w{0,8}|s[iu]nda\w{0,4}|sai|sui|sal|saal|"
    r"anyos|"
    r"лет(?:[нк]\w{1,5})?|год(?:а|ик\w{0,3})?|рок(?:и|ів|у)|річн\w{1,3}|години|годишн\w{1,3}|χρονων?|"
    r"ετων|χρονια)"
    r"(?![^\W\d_])"
    r"|(?:jahrig|letni|летн|jarig)\w{0,4}"
    r"|enne\b|anera\b"
    r"|\s?(?:歳|才|さい|周岁|岁|歲|살|세(?![기대])|ขวบ|ปี)"
    r"|\s?(?:سنة|سنه|عاما?|سنوات|اعوام|ساله|سال)"
    r"|\s(?:की|का|के)(?=\s(?:हूँ|हूं|है|थी|लड़की|लड़का))|[\s-]?(?:साल|वर्षीय|वर्ष|बरस|বছর|வயது))"
)
# What somebody does for years, right before their number.
SPAN_VERB = re.compile(
    r"(?<![^\W\d_])(?:trabaj\w{1,4}|trabalh\w{1,4}|viv\w{1,4}|travaill\w{1,4}|habit\w{1,4}|"
    r"arbeite\w{0,3}|wohn\w{1,3}|lebt\w{0,2}|"
    r"lavor\w{1,4}|pracuj\w{1,3}|mieszka\w{0,3}|работа\w{1,4}|жив[еуё]\w{1,2}|служ\w{1,3}|женат\w?|"
    r"замужем|вместе|знаком\w{0,2})"
    r"\s(?:\w{1,9}\s){0,2}$"
)
# By the word for years: what stands before a span of time.
SPANS_BEFORE = (
    (
        re.compile("an[oy]s"),
        ending(
            r"(?:hace|desde hace|durante|lleva|llevo|llevan|llevamos|tras|despues de|cada|dentro de|por|en|"
            r"ha|faz|"
            r"ao longo de|apos|depois de|em|ha cerca de)\s(?:unos |mais de |mas de |los ultimos )?"
        ),
    ),
    (
        re.compile("annees|ans"),
        ending(
            r"(?:il y a|depuis|pendant|durant|dans|apres|en|voila|voici|fait|tous les)\s(?:plus de |"
            r"pres de )?"
        ),
    ),
    (
        re.compile("jahr"),
        ending(
            r"(?:seit|vor|nach|wahrend|fur|binnen|innerhalb von|die letzten|in|ganze)\s(?:mehr als |fast |"
            r"uber )?"
        ),
    ),
    (re.compile("anni"), ending(r"(?:da|per|dopo|tra|fra|in|durante|ogni)\s(?:piu di |quasi |circa )?")),
    (re.compile("lat|rok"), ending(r"(?:od|przez|za|po|co)\s(?:ponad |prawie )?")),
    (
        re.compile("лет|год"),
        ending(
            r"(?:за|через|спустя|последние|на протяжении|в течение|"
            r"каждые)\s(?:более |около )?"
        ),
    ),
    (re.compile("jaar"), ending(r"(?:al|sinds|na|gedurende|in|over|voor)\s")),
    (re.compile("ar$"), ending(r"(?:sedan|efter|under|om|i|for)\s")),
    (re.compile("سن|عام|اعوام"), ending(r"(?:منذ|قبل|بعد|خلال|لمدة|طوال)\s")),
    (re.compile("tahun"), ending(r"(?:selama|setelah)\s")),
)
SPAN_AFTER = re.compile(
    r"\s?(?:d'?e?\s?(?:experiencia|experience|experiencias|casad\w|carrera|carreira|servicio|servico|"
    r"matrimonio|"
    r"casamento|mariage|carriere|vida juntos|prision|prisao|prison|carcel|trabajo|trabalho|travail|"
    r"metier|barrica)"
    r"|(?:de|di|d')\s?(?!edad|idade|eta|age)(?:esperienza|carriera|lavoro|servizio|prigione|galera|"
    r"matrimonio)"
    r"|(?:casad|juntos|trabajando|viviendo|trabalhando|vivendo|despues|antes|atras|depois|mas tarde|"
    r"mais tarde|"
    r"fa\b|dopo|insieme|plus tard|apres|ensemble|lang\b|verheiratet|verlobt|zusammen|geschieden|spater|"
    r"zuvor|erfahrung|berufserfahrung|dienst|"
    r"ehe\b|haft|"
    r"temu|pozniej|doswiadczenia|malzenstwa|sluzby|wiezienia|geleden|ervaring|later|lang|sedan\b|senare|"
    r"erfarenhet|"
    r"once\b|sonra\b|boyunca|deneyim|tecrube)"
    r"|(?:назад|спустя|опыта|стажа|вместе|брака|в браке|тюрьмы|работает|работаю|службы|женат|замужем|тому)"
    r"|(?:من الخبرة|خبرة|مضت|من الزواج)"
    r"|(?:पहले|बाद|से\b|तक|का अनुभव)"
    r"|(?:лёт|前|后|後|以来|间|間))"
)
# Before a number: an age, unless a unit follows.
LABEL = ending(
    r"""
    (?:age[ds]?|edad|edades|idade|eta(?=\s?:)|alter|wiek|leeftijd|alder|umur|usia|edat|varsta|ika|yas|
        yas[iı]m?|yasin|umar)[^\w\n]{0,4}(?:is|of|es|ist|e|are|about|around|just|only|between|from|etwa|
        jest)?[^\w\n]{0,3}
    (?:passport|id|license|licence|birth certificate|papers|documents?|file|card|profile|
        records?) (?:card )?(?:says?|states?|reads?|shows?|lists?)[^\w\n]{0,3}(?:she is |he is |she's |
        he's )?
    (?:in )?(?:human|earth|mortal|our|real) years[^\w\n]{0,3}(?:she|he|that|it|they|i)?(?:'s| is|
        'm| am)?[^\w\n]{0,2}(?:about |only |just |around )?
    lat\s
    (?:возраст|вік|возрасте)[^\w\n]{0,4}
    (?:age|years)[^\w\n]{0,3}(?:in human years|physical|apparent|visually|appearance)[^\w\n]{0,3}
    """
)
LABEL_UNSPACED = re.compile(
    r"(?:年齢|年齡|年龄|今年|나이|나이는|العمر|عمره|عمرها|عمري|عمرك|عمر|उम्र|आयु|อายุ|גיל|בת|בן|ηλικία|芳龄)"
    r"[^\w\n]{0,3}(?:は|が|是|में|है)?[^\w\n]{0,2}$"
)
# "is 16", "turned 16", "looks like 16": English words between subject and number.
PREDICATE = re.compile(
    r"(?:(?<![^\W\d_])(?:looks?|looking|appears?|turned|turns|turning|aged?|visibly|mentally|physically)|"
    r"(?<![^\W\d_])(?P<subject>[\w}{]{1,30})"
    r"(?:[\s,]{0,2}(?:who|that|which|and|but|also|then))?"
    r"(?:'s|'m|'re|\s(?:is|am|are|was|were|iz|r|m|be|been|being|turn(?:s|ed|ing)?|became|becomes?|hit|hits|"
    r"reached|looks?|looking|looked|appears?|appearing|appeared|seems?|seemed|identif\w{1,4} as)))"
    r"(?:[\s(]{1,2}(?:like a|both|each|all|the|about|around|just|only|barely|still|like|now|already|"
    r"exactly|roughly|"
    r"approximately|almost|"
    r"nearly|not even|actually|really|currently|maybe|probably|to be|secretly|basically|at most|at least|"
    r"over|"
    r"hardly|merely|at|as|young|literally|officially|physically|technically|no older than|perhaps|soon|"
    r"so|very|of|something like|more like|supposedly|around like|between|from|all|of age|in fact|turning|"
    r"tender|"
    r"mentally|biologically|visually|in human years|years)\)?){0,4}[\s:~(\"'*]{0,3}$"
)
_NUMBER_AFTER_COPULA = (
    r"(?:erst|nur|gerade|schon|apenas|solo|so|appena|tylko|dopiero|juz|endast|bara|"
    r"pas|just)\s"
)
FOREIGN_PREDICATE = re.compile(
    r"(?<![^\W\d_])(?:ist|bin|bist|wird|werde|wurde|tiene|tengo|tienes|cumpl\w{1,4}|tem|completou|"
    r"compiuto|d'avoir|skonczyl\w|"
    r"tenho|"
    r"fez|ha|ho|hai|compie|ma|mam|masz|konczy|skonczyla?|is|word|wordt|ben|ar|er|fyller|je|ima|imam|are|"
    r"ей|ему|мне|тебе|им|ii|исполнилось|исполнится)\s"
    rf"(?:{_NUMBER_AFTER_COPULA}){{0,2}}(?:исполнилось |исполнится |всего |только |было )?$"
)
# "a girl of sixteen", "all of sixteen", "the tender age of".
OF_AGE = ending(
    r"""
    (?:a|at|an)\s(?:mere|tender|young|ripe|sweet|innocent)\s
    (?:sweet|only|just|barely|hardly|merely|not even|not yet|tender)\s
    (?:forever|eternally|perpetually|always|stuck at)\s
    (?:teens|kids|children|students|pupils|girls|boys|youths|minors|
        teenagers)(?: only)?[\s:(]{1,3}(?:aged |of |from |
        between )?
    (?:girl|boy|lass|lad|kid|child|teen|she|he|they|daughter|son)[^\n.;]{0,16}\s(?:maybe|perhaps|probably|
        about|around|no older than|no more than)\s
    (?:seen|lived|survived|counted)\s(?:only |just |barely |but )?
    (?:i|you|u|she|he|im|ur|am|shes|hes|youre)\s
    """
)
# "a girl of sixteen", whatever comes next.
# "im kayla 15", "a girl named Mia, 16".
INTRODUCED = re.compile(
    r"(?<![^\W\d_])(?:i'?m|i am|name is|name's|named|called|meet|"
    r"this is)\s(?P<name>[^\W\d_]{2,14}),?\s(?:and i'?m |aged )?$"
)
PERSON_OF = ending(
    r"""
    (?:girl|boy|woman|man|lad|lass|lassie|maiden|maid|youth|elf|student|beauty|creature|child|kid|teen|
        virgin|lady|princess|dancer|singer|demon|witch|thing|girls|boys|daughter|son|orphan|runaway|
        slave)\sof\s(?:only |just |barely |about |hardly |merely )?
    (?:chic[ao]|nin[ao]|muchach[ao]|adolescente|joven|garot[ao]|menin[ao]|ragazz[ao]|fille|gamine?|garcon|
        ado|madchen|junge|meisje|jongen|pige|dreng|flicka|pojke|jente|gutt|divka|lany|fata|baiat|
        dziewczyna|chlopak|девочк\w|мальчик\w{0,2}|девушк\w)\s(?:de|di|von|mit|w wieku|van|pa|av|na)\s
    """
)
SEASONS = re.compile(r"\s(?:summers|winters|springs|autumns)(?![^\W\d_])")
# "at sixteen she", "since 14": an age if nothing else is counted.
AT_AGE = ending(
    r"(?:at|since|until|till|by|from|after|before|mit|aos|con|w wieku|a los|fin da|dai|ab|"
    r"im alter von)\s(?:only |just |barely |about |around )?"
)
QUESTION = re.compile(
    r"(?:how old|what age|your age|her age|his age|my age|cuantos anos|quel age|wie alt|quantos anos|"
    r"quanti anni|"
    r"ile masz lat|сколько (?:тебе |вам |ей |ему )?лет|kac yas\w{0,6}|いくつ|何歳|多大|几岁|몇 살|कितने साल)"
    r"[^\n]{0,14}[?？][^\d\w]{0,12}(?:[\w{}]{1,20}:)?[^\d\w]{0,6}(?:i'?m |i am |just |only |she's |he's )?$"
)
# Small numbers are counts more often than ages: a full stop or the next clause must follow.
CLAUSE_AFTER = re.compile(
    rf"{HALF}\s{{0,2}}(?:$|\n|[.!?;,)\]*\"…–—-]|(?:(?:to|or) (?=\d)|from|geworden|und|y|et|e|и|ve|aber|"
    r"pero|mais|yet|she|"
    rf"he|they|i|you|we|and|but|so|though|when|today|now|with|in|who|"
    rf"going|tomorrow|soon|years?)\b)"
)
COUNT_AFTER = re.compile(r"\s{0,2}(?:$|\n|[.!?;,)\]*\"…–—-]|(?:and|but|now|today|years?)\b)(?!\s?\d)")
# A line of nothing but numbers and a word for years.
ALONE_BEFORE = re.compile(
    r"(?:^|\n|[.!?]\s)[^\w\n]*(?:(?:around|about|approx(?:imately)?|only|just|maybe|ca|"
    r"circa)\W{1,2})?(?:\d{1,2}[^\w\n]{1,4})?$"
)
ALONE_AFTER = re.compile(
    rf"{HALF}(?:\s(?:and|but)\s[a-z]|[^\w\n]*(?:(?:years?|yrs?|yr|\d{{1,2}})[^\w\n]*)?(?:\n|$|(?<=[.!?])\s|"
    rf"(?<=[.!?])))"
)
# "Mia, 15, loves" and "Lily (16)", and what stands before a comma without being a name.
NAME_BEFORE = re.compile(r"(?P<name>[^\W\d_]{2,20})\s?(?P<mark>[,(\[–—])\s?$")
PARTED_BEFORE = re.compile(r"(?P<name>[^\W\d_]{2,20})\)?\s[|/–—•·-]\s$")
PARTED_AFTER = re.compile(r"\s[|/–—•·-](?:\s|$)")
GOING_ON = re.compile(r"\sgoing on\s")
NAME_AFTER = re.compile(r"\s?(?:[,)\]|/–—;]|\.?(?:\s?$|\n)|\.\s|-\s)")
# f/16, 16 f, "female, 15".
SEX_BEFORE = re.compile(
    r"(?<![^\W_])(?:(?:f|m|nb)\s?[/,|:]\s?|f\s|(?:female|male|femme|weiblich|girl|"
    r"boy)[\s,/|:-]{1,3})$"
)
SEX_AFTER = re.compile(
    r"\s?[/|,]\s?(?:f|m|nb|female|male|girl|boy)(?![^\W_])|\s?(?:f|female|male|girl|"
    r"boy)(?![^\W_])"
)
# 18 that is not reached.
BELOW = ending(
    r"""
    (?:almost|nearly|practically|not (?:yet|even|quite)|isn't (?:yet |even |quite )?|aren't (?:yet |
        even )?|ain't (?:yet |even )?|barely under|just under|just shy of|shy of|short of|close to|
        soon to be|soon|about to (?:turn|be)|turns|turning|will (?:soon )?(?:turn|be)|
        'll (?:soon )?(?:turn|be)|going to (?:be|turn)|gonna (?:be|turn)|until (?:she|he|i|they|you) (?:is|
        am|are|turns?)|until (?:my|her|his|your)|wait(?:ing)? (?:to be|to turn|until|till|for)|
        before (?:turning|her|his|my|your)|away from|under|below|younger than|less than|
        no older than 1[0-7] or|hasn't (?:yet )?turned|has not (?:yet )?turned|haven't turned|not turned|
        yet to (?:turn|be)|can't wait to (?:be|turn)|becomes|becoming|approaching|
        on the verge of)\s?(?:the age of |age |years? of age |a |an |his |her |my )?(?:legal )?
    (?:wird|werde|wirst|fyller|skonczy|konczy|будет|исполнится|cumplira|cumple|va a cumplir|aura|fara|
        compira)(?: \w{2,9}){0,3}\s
    (?:no (?:ha|he|has)(?: aun)? cumplido(?: aun)?(?: los)?)\s
    (?:unter|menor de|menores de|moins de|menos de|meno di|ponizej|onder de|under|младше|меньше|до|нет|
        нету|ещё нет|еще нет|noch nicht|noch keine|aun no tiene|todavia no tiene|pas encore|non ha ancora|
        nie ma|pas|nog geen|ainda nao tem)\s(?:de |los |oe )?
    """
)
TODAY_AFTER = re.compile(r"\s?(?:today|now|tonight|this morning|an hour ago|a minute ago)")
YET_AFTER = re.compile(
    r"[\s,]{0,2}(?:years? old )?(?:yet|next|in (?:a |two |three |\w{1,6} )?(?:days?|weeks?|months?|"
    r"years?|january|february|march|april|may|june|"
    r"july|august|september|october|november|december)|soon|tomorrow|this (?:summer|winter|year|"
    r"month))(?![^\W\d_])"
)
NOT_YET_BEFORE = ending(
    r"(?:not|isn't|aren't|ain't|never|n't)(?:\s(?:a|an|quite|even|actually|really|"
    r"legally))?\s"
)
BELOW_UNSPACED = parts(
    r"""
    18\s?歳\s?未満
    未满\s?(?:18|十八)\s?[岁歲]
    不到\s?(?:18|十八)\s?[岁歲]
    还没满?\s?(?:18|十八)
    18\s?세\s?미만
    18\s?살\s?미만
    아직 (?:18|열여덟)\s?살이? (?:안|아니)
    (?:دون|تحت|اقل من) (?:سن )?(?:ال)?(?:18|ثامنة عشرة?)
    18 (?:साल|वर्ष) से कम
    18 yas(?:in)?(?:dan|in)? (?:kucuk|alti\w{0,3})
    """
)
SHORT_OF = words(
    r"""
    (?:\w{1,6}|\d{1,2}) (?:years?|months?|weeks?|days?|yrs?) (?:shy|short|away|from|off|until|till|before|
        left until|younger than)(?: of| from)? (?:turning |being |her |his |my |becoming )?(?:18|eighteen|
        (?:an )?adult(?:hood)?|legal|the age of consent|consent)\w{0,2}
    half (?:of )?(?:her |his |your |my )?(?:age of )?(?:2\d|3[0-4])(?: years?| is)
    (?:her|his|my|your) (?:1[0-7]|[1-9])(?:st|nd|rd|th) (?:birthday|year)
    (?:her|his|my|your|their|our|a|the|whose|\w{2,20}'s)[\s-](?:\w{2,9} )?(?:first|second|third|fourth|
        fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|
        seventeenth|1[0-7]th|[4-9]th|1st|2nd|3rd) (?:birthday|b-?day|year of life)
    (?:until|till|before|awaits?|awaiting|waiting for|upcoming|next is|not had) (?:her|his|my|your|
        their) (?:18th|eighteenth)(?: birthday)?
    sweet[\s-]?(?:sixteen|16)\w{0,2}
    quinceanera
    (?:early|mid|middle|young|pre)[\s-]?(?:to[\s-]mid[\s-])?teens
    teens[\s,.]{0,2}(?:early|mid)
    (?:will|'ll|would) (?:only )?be (?:legal|an adult|of age|of legal age) (?:in|next|soon|when)
    (?:not|isn't|ain't|hardly|never) (?:yet |even |quite |really )?an adult(?: yet)?(?=\s*(?:[.,;!?)]|$|\n|
        but|and))
    (?:one|1|an?|1[.,][0-7])(?: and a half)? decades?(?: and a half)?[\s-](?:old|of age)
    (?:below|under|not (?:yet )?(?:of|at|reached)|isn't of|hasn't reached|
        younger than) (?:the )?(?:legal age|age of consent|age of majority|legal)
    """
)
BIRTH_YEAR = re.compile(
    r"(?<![^\W\d_])(?:born|b\.|dob|birth ?(?:year|date|day)|geboren|ne+|nacid[ao]|nascid[ao]|nat[ao]|"
    r"urodzon[ay]|родил\w{1,3}|"
    r"geb)[^\w\n]{1,3}(?:in|en|em|im|nel|on|w|в|is)?[^\w\n]{0,3}(?:\d{1,2}[./-]\d{1,2}[./-]|"
    r"\w{3,9} \d{1,2},? |\w{3,9} )?"
    r"(?P<year>20\d\d)(?!\d)"
)
# An age written as a Roman number.
ROMAN = re.compile(
    r"(?<![^\W\d_])(?:age[ds]?(?:[^\w\n]{0,4}|\s(?:is|of)\s)(?P<label>[xvi]{2,5})(?![^\W\d_])"
    r"|(?P<old>[xvi]{2,5})[\s-]{0,2}(?:years?|yrs?)[\s-]{0,2}(?:old|of age)"
    r"|(?:i'?m|i am|she is|she's|he is|he's|you are|is)\s(?P<bare>x(?:v?i{1,3}|i?v))(?![^\W\d_]))"
)
# Korean and Chinese or Japanese numbers before their word for years, and Arabic ordinals.
KOREAN = re.compile(
    r"(?P<tens>(?:스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔|백|[이삼사오육칠팔구]십)\s?)?"
    r"(?P<age>열\s?(?:한|두|세|네|다섯|여섯|일곱)?|다섯|여섯|일곱|여덟|아홉|십[일이삼사오육칠]?)\s?(?:살|세(?![기대]))"
)
HAN = re.compile(
    r"(?<![〇零一二三四五六七八九十百千万])(?P<age>[〇零一二三四五六七八九十百千万两]{1,5})\s?(?:周?[岁歲]|歳|才|さい)"
)
ARABIC_ORDINAL = parts(
    r"""
    (?:الثانية|الثالثة|الرابعة|الخامسة|السادسة|السابعة) عشرة?
    في (?:الخامسة|السادسة|السابعة|الثامنة|التاسعة|العاشرة) من عمر\w{0,3}
    """
)
KANA = parts(
    "じゅう(?:ろく|なな|しち|ご|よん|し|さん|に|いち|)さい\n(?:jyu|juu?)(?:roku|nana|shichi|go|yon|san|ni|"
    "ichi)[\\s-]?sai\nsweet sixteen"
)
TENS_AFTER = re.compile(
    r"\s?(?:und|و)\s?(?:zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|"
    r"neunzig|عشر|ثلاث|اربع|خمس|ست|سبع|ثمان|تسع)"
)
BETWEEN = re.compile(
    r"[\s,]{0,2}(?:-|–|—|to|or|and|/|,|&|bis|a|o|y|e|ou|oder|und|до|или|и|~|〜|"
    r"-to-)[\s]{0,2}"
)
SUM = re.compile(r"\s?(?P<sign>plus|\+|minus|times|\*)\s?")
DIFFERENCE = re.compile(r"\s?[-–]\s?")
YEARS = re.compile(r"[\s-]{0,15}(?:years?|yrs?)(?![^\W\d_])")
# What is an age in the look of a person, whatever else the words may mean: there, spans and counts are none.
_LOOKED = (
    r"(?<!\d)(?<!\d[.,])(?<!twenty[\s-])(?<!thirty[\s-])(?<!forty[\s-])(?<!fifty[\s-])(?<!sixty[\s-])(?<!eighty[\s-])"
    rf"(?<!ninety[\s-])(?<!seventy[\s-])(?P<age>\d{{1,3}}|{'|'.join(ENGLISH)})(?![\d,]{{0,9}}\d)"
)
LOOKS = (
    re.compile(rf"{_LOOKED}[\s-]{{0,40}}(?:(?:years?|yrs?)|y/?o)(?:(?![^\W\d_])|old)"),
    re.compile(rf"(?<![^\W\d_])age[ds]?\s{{0,9}}(?:is|of|:|=)?\s{{0,9}}{_LOOKED}"),
    re.compile(
        rf"(?<![^\W\d_])(?:she|he|they|i|you)(?:'s|'re|'m| is| are| am) (?:only |just )?{_LOOKED}"
        r"(?!\s?[%:/.\w])"
    ),
)
# "is 16 years" ends there; "16 years of service" goes on.
END_AFTER = re.compile(r"\s?(?:[.,;!?)\]*\"']|$|\n|and\b|but\b)")
WILL_BEFORE = words("not\nisn't\n\\w{1,6}n't\nwill\n\\w{1,5}'ll\nturns?\ngoing")
MARK = re.compile(r"[^\w\s]")
