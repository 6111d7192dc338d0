"""What makes a number the age of somebody, and what makes it something else."""

import re

from moderation.screening.terms import ending, parts, tongues, words
from moderation.screening.terms.numbers import ENGLISH

# Behind what was reckoned: "take 18, subtract one: that's how old she is".
AGE_AFTER = re.compile(
    r"[\s,;:.=-]{1,4}(?:and |so )?(?:(?:that's|that is|thats|this is|which is|it's|it is|is|equals|gives?|"
    r"makes?|"
    r"and you (?:have|get)) )?(?:exactly |just |precisely |about |all )?(?:how old|(?:her|his|my|their|our|"
    r"your|"
    r"the (?:girl|boy|character|heroine|hero)'s|\w{2,14}'s) (?:true |real |actual |current |exact )?age)"
    r"(?![^\W\d_])(?! of majority)"
    r"|(?: (?:years?|candles|lanterns|\w{2,9}))?(?: of them)?,? one for (?:each|every) (?:year|summer|"
    r"winter|spring)"
    r"(?! of (?:marriage|service|work|war|the))"
    r"|[\s,.!?\"'*]{1,4}(?:she|he|they|i|\{\{char\}\}|[a-z]{2,14}) (?:says?|said|answer(?:s|ed)|"
    r"repl(?:ies|ied)|tells?|"
    r"told|admit(?:s|ted)|whisper(?:s|ed)|shrug(?:s|ged)|lie[sd]|mutter(?:s|"
    r"ed))[^.!?\n]{0,40}(?:(?:her|his|their|my) age|"
    r"how old)"
    r"|\s?[(\[](?:the )?(?:truth|true|real|really|actual|actually|irl|for real)[)\]]"
    r"|(?:\s[a-z']{2,12}){1,3}[\s(,;:-]{1,3}(?:yes,? |and |so )?(?:that's|that is|which is) (?:her|"
    r"his|my|their) (?:real |"
    r"actual |true )?age"
    r"|(?: years?)?[\s,;:.-]{1,3}(?:that is|that's|which is) (?:the whole of|all of) (?:\w{2,14}'s|her|his|"
    r"my) (?:short )?life"
)
# "Count sixteen candles on her cake", "she has had sixteen birthdays".
RECKONED_BEFORE = ending(
    r"""
    (?:age|years) (?:written |counted |given |expressed )?in (?:binary|hex\w{0,8}|octal|base \w{1,7}|
        roman \w{6,8})[^\w\n]{1,3}(?:is |it is |it's |reads )?
    (?:her|his|my|their|your) years (?:number|count|amount to|total|come to)(?: only| just)?\s
    (?:years?|yrs?|winters|summers|springs|birthdays)(?: (?:on (?:this |the )?(?:planet|earth|her|his)|alive|
        lived|old|young|
        of (?:age|life)|since birth|so far|seen|celebrated|spent)){0,2}\s?[:=–—-]{1,2}\s?
    (?:alive|on earth|on this earth|on this planet|walked the earth|
        walked this earth)(?: for)?(?: only| just| barely| a mere| exactly|
        all of)?\s
    (?:{{char}}|girl|boy|teen|teenager) has (?:only |just |barely )?(?:lived|
        been alive)(?: for)?(?: only| just)?\s
    """.replace("{{char}}", r"\{\{char\}\}")
)
# "17.9" behind a label: what comes behind the point does not matter, unless it is a length.
DECIMALS = re.compile(r"[.,]\d{1,2}(?![\d%°'\"]|[.,:/-]\d|\s?(?:cm|m|ft|feet|kg|lbs?|km)(?![^\W\d_]))")
# "Fifteen candles on her cake".
CANDLES_AFTER = re.compile(
    r"\scandles? (?:[\w'-]{1,9} ){0,3}?(?:on|for|upon|atop) (?:her|his|my|your|the|"
    r"their) (?:\w{3,9} )?(?:birthday|cake)"
)
CAKE_BEFORE = ending(
    r"(?:(?:her|his|my|your|their) (?:birthday )?|birthday )cake (?:has|had|holds|carries|carried|bears|with|"
    r"shows)(?: only| just)?\s"
)
# Behind a number: an age, whatever stands before it.
HALF = (
    r"(?:einhalb|[\s,-]{0,2}(?:and[\s-](?:an?[\s-]|one[\s-])?(?:half|quarter|bit|little|\d[/⁄]\d)|"
    r"[123][/⁄][24])|[.,]\d{1,2})?"
)
YEARS_OLD = re.compile(
    HALF + r"(?:[^\w\n]{0,15}(?:years?|yrs?|yearz|yeers?|yaers?|yeras|yars|eyars|yers|yeasr)\.?(?:'s?)?"
    r"[^\w\n]{0,15}(?:old|of\s?age|young|"
    r"aged)(?!er|en)"
    r"|[\s.-]{0,15}y[\s./-]{0,2}o(?:ld)?(?![^\W\d_])"
    r"|[\s-]something(?=[.,;!?)]|$|\n|\s(?:girl|boy|lad|kid|student|teen|year))"
    r"|[\s-]?(?:summers|winters|springs|moons)[\s-](?:old|young|of age)"
    r"|[\s-]?(?:years?|yrs?)[\s-](?:and|&)[\s-]\w{1,9}[\s-](?:months?|days?)(?:[\s-]old)?)"
)
MONTHS_OLD = re.compile(r"[\s-]{0,2}(?P<unit>month|week|day|hour)s?[\s-]{0,2}(?:old|of age)(?!er|en)")
# The word for years that other languages use for ages and for spans alike: `spans` tells which.
FOREIGN_YEARS = re.compile(
    r"(?:[\s'-]{0,2}(?:anos|anios|anitos|aninhos|primaveras|printemps|primavere|wiosen|wiosny|lenze|"
    r"lentes|abriles|весен|anyos|anys|ans|annees|jae?hr(?:en?|ig\w{0,2})?|annos?|anni|lat(?:a|ek|"
    r"ka|kiem)?|"
    r"let(?:ni\w{0,3}|a|y|i)?|rokow|rokov|jaar|jarige?|ar|aring\w{0,3}|arig\w{0,2}|vuotta|vuotias|vuoden|"
    r"eves|ani|"
    r"godina|tuoi|tahun|taong|urte|yas\w{0,8}|s[iu]nda\w{0,4}|sai|sui|sal|saal|"
    r"anyos|"
    r"лет(?:[нк]\w{1,5})?|год(?:а|ик\w{0,3})?|рок(?:и|ів|у)|річн\w{1,3}|години|годишн\w{1,3}|χρονων?|"
    r"ετων|χρονια)"
    r"(?![^\W\d_])"
    r"|(?:jae?hrig|letni|летн|jarig)\w{0,4}"
    r"|enne\b|anera\b"
    r"|\s?(?:歳|才|さい|周岁|岁|歲|살|세(?![기대])|ขวบ|ปี)"
    r"|\s?(?:سنة|سنه|عاما?|سنوات|اعوام|ساله|سال)"
    r"|\s(?:की|का|के)(?=\s(?:हूँ|हूं|है|थी|लड़की|लड़का|होगी|होगा|हुई|हुआ))|[\s-]?(?:साल|वर्षीय|वर्ष|"
    r"बरस|বছর|வயது)"
    rf"|{tongues.YEARS})"
)
# Before a number: an age, unless a unit follows.
LABEL = ending(
    r"""
    (?:age[ds]?|edad|edades|idade|eta(?=\s?:)|alter|wiek|leeftijd|alder|umur|usia|edat|varsta|ika|yas|
        yas[iı]m?|yasin|umar)[^\w\n]{0,4}(?:is (?:an? |some )?(?:\w{3,8} ){0,2}between|lies between|is|of|es|
        ist|e|are|was|being|equals|equal to|comes to|totals|
        reads|right now is|about|around|just|only|between|from|etwa|
        jest)?[^\w\n]{0,3}
    (?:passport|id|license|licence|birth certificate|papers|documents?|file|card|profile|
        records?) (?:card )?(?:says?|states?|reads?|shows?|lists?)[^\w\n]{0,3}(?:she is |he is |she's |
        he's )?
    (?:in )?(?:human|earth|mortal|our|real) years[^\w\n]{0,3}(?:she|he|that|it|they|i)?(?:'s| is|
        'm| am)?[^\w\n]{0,2}(?:about |only |just |around )?
    (?:vek|eletkora?|kor|tuoi|godin[ea]|starost|vozrast|ηλικια|vozrast|gulang|edat|aldur|adina|
        kac yasinda)[^\w\n]{0,2}[:=–-][^\w\n]{0,3}
    lat\s
    miaka\s
    age (?:group|bracket|range|category)[^\w\n]{1,4}
    (?:age|edad|idade|alter|wiek|leeftijd)\s?(?:[(\[][^()\[\]\n]{1,24}[)\]]|(?!of\b)(?:(?!(?:limit|rating|gap|
        difference|restriction|verification|check|
        gate)\b)[\w'-]{1,10}\s?){1,6})[\s"'*)]{0,3}[:=–—]\s?["'*]{0,2}
    (?:возраст|вік|возрасте)[^\w\n]{0,4}
    (?:age|years)[^\w\n]{0,3}(?:in human years|physical|apparent|visually|appearance)[^\w\n]{0,3}
    """
)
LABEL_UNSPACED = re.compile(
    r"(?:年齢|年齡|年龄|今年|나이|나이는|العمر|عمره|عمرها|عمري|عمرك|عمر|उम्र|आयु|อายุ|גיל|בת|בן|芳龄|سن|سنش|سنها|سنه|سني|"
    r"วัย)"
    r"[^\w\n]{0,3}(?:は|が|是|में|है)?[^\w\n]{0,2}$"
)
# "is 16", "turned 16", "looks like 16": English words between subject and number.
PREDICATE = re.compile(
    r"(?:(?<![^\W\d_])(?:(?:hey+|hi+|btw|yes|yeah|yep|ok|lol|and|but|so|cause|cuz|bc|hello)[\s,!.]{1,3}im|"
    r"iam|shes|hes|youre|ur|u r|"
    r"looks?|looking|appears?|turned|turns|turning|aged?|visibly|mentally|physically)|"
    r"(?<![^\W\d_])(?P<subject>[\w}{]{1,30})"
    r"(?:[\s,]{0,2}(?:who|that|which|and|but|also|then))?"
    r"(?:'s|'m|'re|\s(?:is|am|are|was|were|iz|(?:r|m)(?=\s)|be|been|being|turn(?:s|ed|ing)?|became|"
    r"becomes?|hit|hits|"
    r"reached|looks?|looking|looked|appears?|appearing|appeared|seems?|seemed|identif\w{1,4} as)))"
    r"(?:[\s(]{1,2}(?:like a|both|each|all|the|about|around|just|only|barely|still|like|now|already|"
    r"exactly|roughly|"
    r"approximately|almost|"
    r"nearly|not even|actually|really|currently|maybe|probably|to be|secretly|basically|at most|at least|"
    r"over|"
    r"hardly|merely|at|as|young|literally|officially|physically|technically|no older than|perhaps|soon|"
    r"so|very|the big|"
    r"of|something like|more like|supposedly|around like|between|from|all|of age|in fact|turning|"
    r"tender|"
    r"mentally|biologically|visually|in human years|years)\)?){0,4}[\s:~(\"'*]{0,3}$"
)
_NUMBER_AFTER_COPULA = (
    r"(?:erst|nur|gerade|schon|bald|morgen|heute|gestern|endlich|demnachst|nachste\w? woche|im \w{3,9}|"
    r"am \w{3,9}|teprve|jen|uz|csak|alig|нет и|нет даже|едва|уже|почти|скоро|еще только|net|bijna|nog maar|"
    r"nog|al|nu|\w{4,9} (?:jahr|jaar|ar|monat|maand|woche|week|sommer|zomer)|"
    r"l'annee prochaine|el proximo ano|l'anno prossimo|apenas|solo|so|appena|tylko|dopiero|juz|endast|bara|"
    r"pas|just|los|os|les|gli|i|mal|sweet|ganze|exakt|genau)\s"
)
FOREIGN_PREDICATE = re.compile(
    r"(?<![^\W\d_])(?:ist|bin|bist|wird|werde|wurde|tiene|tengo|tienes|cumpl\w{1,4}|tem|completou|"
    r"(?:han|tytto|poika) on|olen|tayttaa|taytan|(?:ji|mu|mi|ti) bude|bude (?:ji|mu|mi)|γινεται|γινομαι|"
    r"(?:word|wordt|werd|wird|werde|wurde|fyller|fyllde|blir|bliver|ist|is) (?:ze|zij|hij|ik|sie|er|"
    r"ich|hon|han|hun|jag|jeg)|"
    r""
    r"compiuto|d'avoir|skonczyl\w|"
    r"tenho|"
    r"fez|fazer|completar|cumplir|compiere|meg csak|εκλεισε τα|κλεινει τα|μολις|je ji|je mu|je mi|bylo ji|"
    r"fara|fa|ha|ho|hai|hanno|compie|compira|"
    r"ma|mam|masz|konczy|skonczyla?|is|word|wordt|werd|ben|bent|"
    r"ar|er|blev|bliver|fyller|"
    r"fyllde|fyldte|je|jsem|som|ima|imam|imas|are|ai|am|implineste|implinit|ειναι|ειμαι|εγινε|sa|sono|son|"
    r"ей|ему|мне|тебе|им|ii|їй|йому|мені|исполнилось|исполнится|стукнуло|исполнялось|минуло|виповнилося|"
    r"нейната|е|има|"
    r"j'ai|il a|elle a|t'as|on a|tu as|avoir|hat|wirst|seit kurzem|berumur|usianya|usia)\s"
    rf"(?:{_NUMBER_AFTER_COPULA}){{0,2}}(?:исполнилось |исполнится |всего |только |было )?$"
)
# "a girl of sixteen", "all of sixteen", "the tender age of".
# The same behind a pronoun: whatever the number, it is somebody's.
FOREIGN_PERSON = re.compile(
    r"(?<![^\W\d_])(?:(?:ich|du|er|sie|ik|jij|hij|zij|ze|jag|jeg|hon|han|hun|ona|on|ja|ella|ela|ele|elle|il|"
    r"lei|lui|я|она|он|"
    r"вона|він)\s(?:ist|bin|bist|wird|werde|wurde|is|ben|word|wordt|werd|ar|er|blev|fyller|fyllde|fyldte|ma|"
    r"mam|tem|tiene|ha)|"
    r"cumpl\w{1,4}|compi\w{1,4}|fyll\w{1,3}|fyldte|skoncz\w{1,4}|исполни\w{1,4}|виповни\w{1,4})"
    rf"\s(?:{_NUMBER_AFTER_COPULA}){{0,2}}$"
)
OF_AGE = ending(
    r"""
    (?:two|three|four|five|the|some|both|these|those) (?:\w{3,9} )?(?:sisters|girls|boys|twins|students|
        teens|pupils|maids|cousins|
        triplets|brothers|siblings|schoolmates|classmates)[,:]\s(?:both |aged |all |only )?
    (?:not a day (?:over|older than)|no older than|(?:can't|cannot|couldn't|can hardly|
        can not) be (?:more than|older than|over|any older than)|
        pass(?:es)? for|taken for|mistaken for|guess (?:her|him) (?:to be|at))\s(?:about |only |just )?
    (?:a|at|an)\s(?:mere|tender|young|ripe|sweet|innocent)\s
    (?:sweet|only|just|barely|hardly|merely|not even|not yet|tender)\s
    (?:forever|eternally|perpetually|always|stuck at)\s
    (?:teens|kids|children|students|pupils|girls|boys|youths|minors|
        teenagers)(?: only)?[\s:(]{1,3}(?:aged |of |from |
        between )?
    (?:girl|boy|lass|lad|kid|child|teen|she|he|they|daughter|son)[^\n.;]{0,16}\s(?:maybe|perhaps|probably|
        about|around|no older than|no more than)\s
    (?:seen|lived|survived|counted)\s(?:only |just |barely |but )?
    (?:i|you|u|she|he|ur|am)\s
    (?:im|iam|shes|hes|youre)\s?
    """
)
# "a girl of sixteen", whatever comes next.
# "im kayla 15", "a girl named Mia, 16".
# "But fifteen", "both sixteen", "he's like, 15?": the number of somebody, unless something is counted.
HEDGED = ending(
    r"""
    (?:but|try|like|around|about|roughly|maybe|perhaps|probably|possibly|really|actually|truly|honestly|both|each|
        all|all of them|all of us|three of them|two of them|them|still|now|already|in (?:truth|fact|
        reality)|truthfully|secretly|say|yes|yeah|
        well|uh|um|
        er),?\s
    teens,\s
    (?:makes?|made|turns?|turned|keeps?|kept|renders?) (?:him|her|you|me|them)\s
    """
)
EQUALS_BEFORE = re.compile(r"(?:^|[\n;,(])\s?(?P<name>[^\W\d_]{2,14})\s?=\s?$")
COUNTED = words(
    r"""
    costs?
    paid
    pays?
    takes?
    took
    counts?
    counted
    won
    lost
    scores?d?
    needs?
    has
    have
    had
    owns?
    sold
    sells?
    bought
    buys?
    there
    until
    opens?
    from
    number
    rooms?
    numbers?
    dollars?
    euros?
    price
    ate
    eats?
    drank
    left
    remain\w{0,2}
    x
    y
    n
    """
)
INTRODUCED = re.compile(
    r"(?<![^\W\d_])(?:i'?m|i am|name is|name's|named|(?<!band )(?<!group )(?<!club )(?<!bar )called|meet|"
    r"this is)\s(?P<name>[^\W\d_]{2,14}),?\s(?:and i'?m |aged )?$"
)
PERSON_OF = ending(
    r"""
    (?:adolescent|juvenile|ward|scout|choirboy|page boy|teenager|pupil|schoolgirl|
        schoolboy|youngster|heroine|hero|prince|queen|
        waitress|barmaid|
        servant|apprentice|lover|
        bride|nymph|fairy|vampire|ghost|angel|goddess|cheerleader|ballerina|model|actress)s? of (?:only |
        just |barely |about )?
    (?:girl|boy|woman|man|lad|lass|lassie|maiden|maid|youth|elf|student|beauty|creature|child|kid|teen|
        virgin|lady|princess|dancer|singer|demon|witch|thing|girls|boys|daughter|son|orphan|runaway|
        slave)s?\sof\s(?:only |just |barely |about |hardly |merely )?
    (?:chic[ao]|nin[ao]|muchach[ao]|adolescente|joven|garot[ao]|menin[ao]|ragazz[ao]|fille|gamine?|garcon|
        ado|madchen|junge|meisje|jongen|pige|dreng|flicka|pojke|jente|gutt|divka|lany|fata|baiat|
        dziewczyna|chlopak|девочк\w|мальчик\w{0,2}|девушк\w)\s(?:de|di|von|mit|w wieku|van|pa|av|na)\s
    """
)
# "A waiter of seventeen": anybody who is named by what they do.
AGENT_OF = ending(
    r"""
    (?!(?:number|order|power|paper|layer|chapter|tower|corner|summer|winter|quarter|border|letter|
        member|matter|
        master|silver|water|river|finger|dinner|offer|cluster|floor|door|sensor|odor|colou?r|error|list|
            mist|fist|
        waist|twist|mess|dress|press|address|folder|poster|printer|computer|charter|career|tier|pier|roster|
        chamber|minor|major|poker|\w*mother|\w*father|sister|brother|leader|owner|keeper|winner)s?\b)
        [a-z]{3,12}(?:er|or|ist|ess|ian|maid|wright|smith|herd)\sof\s(?:only |just |barely |about )?
    """
)
SEASONS = re.compile(r"\s(?:summers|winters|springs|autumns|birthdays|candles)(?![^\W\d_])")
# "Twice eight summers she has seen."
SEEN_AFTER = re.compile(
    r"\s(?:summers|winters|springs|autumns)(?: only)? (?:has|have|did|had )?(?:she|he|i|they|you|"
    r"\{\{char\}\}|\w{2,12})"
    r"(?:'s|'ve| has| have| had)? (?:seen|known|lived|counted|had)(?![^\W\d_])"
)
SEASONS_BEFORE = ending(
    r"(?:had|celebrated|blown out|blew out|blows? out|blowing out|lived through|"
    r"seen|lived|survived|counted|counts|knows|"
    r"known)\s(?:only |just |barely |a mere |"
    r"all of |but |about )?"
)
# "Born sixteen years ago", "sixteen years have passed since her birth", "she has lived for sixteen years".
BORN_AFTER = re.compile(
    r"[\s-]{1,3}(?:years?|yrs?|summers|winters|springs|"
    r"autumns)(?: ago)?,?(?: have| has| had)?(?: passed| gone by| been)? (?:ago )?"
    r"(?:since|after) (?:(?:her|his|my|their|your) birth|(?:she|he|i|you|they) (?:was|were|"
    r"came into the world|saw the light))"
    r"(?! (?:married|hired|last|in|at|on|with|there|here))"
    r"|[\s-]{1,3}(?:years?|yrs?|summers|winters) ago,? (?:she|he|i|you|they|\{\{char\}\}) (?:was|"
    r"were) born(?! again)"
)
BORN_BEFORE = ending(
    r"(?:born|(?:came|brought) into (?:this|the) world)(?: only| just| about| roughly| some| exactly)?\s"
)
AGO_AFTER = re.compile(r"[\s-]{1,3}(?:years?|yrs?|summers|winters) ago")
ALIVE_BEFORE = ending(
    r"(?:she|he|i|who|\}\})(?:'s|'ve| has| have) (?:only |just |barely )?(?:lived|existed)(?: for)?"
    r"(?: only| just| barely)?\s"
)
ALIVE_AFTER = re.compile(
    r"[\s-]{1,3}(?:years?|yrs?)(?:\s?(?:[.!?;]|$|\n)| on (?:this |the )?(?:earth|planet))"
)
# What opens or leaves at an hour.
HOUR_BEFORE = ending(
    r"(?:opens?|closes?|starts?|begins?|ends?|leaves?|arrives?|departs?|lands?|sails?|meets?|dinner|lunch|"
    r"breakfast|shift|train|flight|bus|boat|"
    r"ferry|doors?|show|concert|table|alarm|wakes?|up|stops?|stopped|stands?|stood|set|priced|sold|"
    r"valued|capped|rated)(?: (?:(?!college|university|uni\b|school|academy)\w{2,9}|again))? "
    r"(?:at|until|till|from|by|since|after|before)\s"
)
# "im 16. Stock".
ORDINAL_AFTER = re.compile(
    r"\.\s?(?:stock|stockwerk|etage|jahrhundert|bezirk|kapitel|monat|tag|arrondissement|semester|lauf|"
    r"lebensjahrzehnt|regiment|"
    r"(?:jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|dez)\w{0,7}|utca|kerulet|emelet|patro|rocznica|pietro|"
    r"siecle)"
)
# "Fifteen at most", behind a pause.
PAUSE_BEFORE = re.compile(r"[,;–—-]\s(?:about |around |maybe |perhaps )?$")
AT_MOST_AFTER = re.compile(r"\s(?:at (?:the )?most|perhaps|maybe|tops|if a day)(?=[.,;!?]|$|\n)")
# "\"Sixteen,\" she whispers."
SPOKEN_BEFORE = re.compile(r"(?:^|[\n\"'*]|[.!?]\s)[\"']$")
SPOKEN_AFTER = re.compile(
    r"[.,!?…]{1,3}[\"']\s?(?:(?:she|he|they|i|\{\{char\}\}|[a-z]{2,14}) (?:say|repl|answer|whisper|"
    r"stutter|stammer|mumbl|"
    r"mutter|admit|blurt|lie|confess|mouth)\w{0,4})"
)
# Before a number of seasons or birthdays.
LIVED_BEFORE = (OF_AGE, PERSON_OF, PREDICATE, SEASONS_BEFORE)
# "at sixteen she", "since 14": an age if nothing else is counted.
AT_AGE = ending(
    r"(?:at|since|until|till|by|from|after|before|mit|aos|con|w wieku|a los|fin da|dai|ab|"
    r"im alter von)\s(?:only |just |barely |about |around )?"
)
QUESTION = re.compile(
    r"(?:how old|what age|(?<![^\W\d_])age(?=\?)|(?<![^\W\d_])asl(?=\?)|your age|her age|his age|"
    r"my age|cuantos anos|quel age|wie alt|quantos anos|"
    r"quanti anni|"
    r"ile masz lat|сколько (?:тебе |вам |ей |ему )?лет|kac yas\w{0,6}|いくつ|何歳|多大|几岁|몇 살|कितने साल)"
    r"(?:[^\n]{0,14}[?？]|(?<=how old) (?:she|he|i|they|you|\w{2,12}) (?:is|am|are|"
    r"really is)[.!:,])[^\d\w]{0,12}(?:[\w{}]{1,20}:)?[^\d\w]{0,6}(?:i'?m |i am |just |only |she's |he's )?$"
)
# Small numbers are counts more often than ages: a full stop or the next clause must follow.
CLAUSE_AFTER = re.compile(
    rf"{HALF}(?:-?ish| or (?:so|thereabouts|younger|less|maybe))?\s{{0,2}}(?:$|\n|[.!?;:,)\]*\"…–—|/-]|"
    rf"(?:(?:to|or) (?=\d)|from|geworden|und|y|et|e|i|и|та|і|ve|"
    rf"en|och|og|ja|"
    r"si|dan|va|kai|και|aber|pero|mais|yet|she|maar|men|ma|però|ale|но|а|fast|che|qui|que|die|der|som|"
    r"ktora|ktory|która|który|которая|который|alt|oud|gammal|gammel|lives|works|loves|likes|studies|als|in|"
    r"already|still|dreams|wants|serves|sells|dances|sings|tends|hunts|runs|cooks|waits|rules|leads|an|"
    r"auf|aus|at|he|they|i|you|we|and|but|so|though|when|today|now|with|who|going|tomorrow|soon|ayer|"
    r"hoy|manana|ya|amanha|demain|domani|jutro|zitra|holnap|morgen|imorgon|huomenna|завтра|αυριο|yarin|"
    r"(?:el|la|este|esta|le|il|fra|tra|questo|questa|ce|cette|dans|no|na|neste|nesta|im|am|za|w|в|через|over|"
    r"nasta|volgende|nachste\w?) (?:mes|ano|seman|proxim|lunes|mois|prochain|mese|prossim|settiman|monat|"
    r"sommer|winter|woche|maand|week|zomer|vecka|manad|tydz|miesi|przysz|nastepn|следующ|месяц|недел)\w{0,7}|"
    r"hier|gestern|heute|ieri|oggi|wczoraj|dzis|вчера|сегодня|igar|idag|gisteren|vandaag|ontem|hoje|"
    r"again|forever|btw|lol|haha|fr|tho|rn|ngl|years?)(?![^\W\d_]))"
)
COUNT_AFTER = re.compile(r"\s{0,2}(?:$|\n|[.!?;,)\]*\"…–—-]|(?:and|but|now|today|years?)\b)(?!\s?\d)")
# A line of nothing but numbers and a word for years.
ALONE_BEFORE = re.compile(
    r"(?:^|\n|[.!?]\s)[^\w\n]*(?:(?:around|about|approx(?:imately)?|(?:just |almost |not )?(?:only|"
    r"just|maybe|almost|nearly|quite|yet|hardly|freshly|newly|recently|no more than|no older than|"
    r"at most|at the most|a (?:hair|bit|touch|little|tad) under|exactly|"
    r"precisely|merely|a mere|all of|roughly|close to|approaching|pushing|shy of|short of|under|over|"
    r"past)|(?:somewhere |"
    r"anywhere )?between|from|barely|not even|ca|erst|nur|seulement|solo|appena|tylko|dopiero|всего|только|"
    r"лишь|apenas|slechts|bara|"
    r"circa)\W{1,2})?(?:\d{1,2}[^\w\n]{1,4})?$"
)
# "Op. 17" is no sentence of its own.
# "16/165 cm/55 kg": behind an age stands what else is measured.
MEASURES_AFTER = re.compile(r"\s?/\s?\d{2,3}(?![\d/.-])")
# "Faz 15 anos amanhã": a birthday, not a span.
SOON_AFTER = re.compile(
    r"\s(?:amanha|hoje|manana|hoy|demain|domani|oggi|morgen|heute|jutro|завтра|сегодня)(?![^\W\d_])"
)
NEXT_YEAR = re.compile(r"\s?/\s?(?P<next>\d{1,2})(?![\d/.,:]\d|\d)")
# "Sixteen? No, she is twenty-six."
DENIED_AFTER = re.compile(r"\?\s(?:no|nope|hardly|wrong|guess again)(?![^\W\d_])")
SHORTENED_BEFORE = ending(
    r"(?:op|no|nr|num|vol|pp?|chap|ch|fig|apt|rm|art|ep|pt|bk|sec|str|st|ave|abs|kap|bd|mt|lvl|lv|ca|approx|"
    r"max|min|bwv|kv)\.\s?"
)
FIRST_BEFORE = re.compile(r"[\n(\[](?:\d{1,2}\s?(?:or|to|and|-|/)\s?)?$")
# "17, blue hair", at the beginning of a line.
FIRST_AFTER = re.compile(
    r"\s?(?:[,|/·•;–—]|\((?!\d|of|out|see|p\.|page))(?!\s?\d)(?!\s?\w{2,14}(?:\s\w{2,14})?\s(?:street|"
    r"st|road|rd|avenue|ave|lane|drive|court|"
    r"square|place|row))"
    r"(?!\s?(?:rue|via|calle|rua|avenue|boulevard)\s)(?=[^\n]{0,3}[^\W\d_])"
)
ALONE_AFTER = re.compile(
    rf"{HALF}(?:-?ish| today)?(?:\s(?:and|&|but|und|et|y|e|i|en|och|og)\s(?!(?:an? )?(?:half|quarter))[a-z]|"
    rf"[^\w\n]*(?:(?:years?|yrs?|yr|"
    rf"\d{{1,2}})[^\w\n]*)?(?:\n|$|(?<=[.!?])\s|"
    rf"(?<=[.!?])))"
)
# "Mia, 15, loves" and "Lily (16)", and what stands before a comma without being a name.
NAME_BEFORE = re.compile(
    r"(?P<name>[^\W\d_]{2,20}|\}\})(?: \((?:she|he|they|xe|any|f|m)\b"
    r"[^()\n]{0,16}\))?\s?(?P<mark>[,(\[–—])\s?$"
)
PARTED_BEFORE = re.compile(r"(?P<name>[^\W\d_]{2,20})\)?(?:\s[|/–—•·-]\s|\|)$")
PARTED_AFTER = re.compile(r"\s[|/–—•·-](?:\s|$)|\|(?!\s?\d)")
TURNED_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:i|she|he|they|who|just|\}\}|[^\W\d_]{2,14}) (?:just |only |recently |"
    r"finally )?turn(?:s|ed|ing)?\s$"
)
TURNED_AFTER = re.compile(
    r"\s(?:last|this|next|on|in|yesterday|today|tomorrow|recently|just|a (?:week|month)|two|"
    r"three)(?![^\W\d_])"
)
GOING_ON = re.compile(r"\sgoing on\s")
NAME_AFTER = re.compile(r"\s?(?:[,)\]|/–—;]|\.?(?:\s?$|\n)|\.\s|-\s)")
# f/16, 16 f, "female, 15".
SEX_BEFORE = re.compile(
    r"(?<![^\W_])(?:(?:f|m|nb)\s?[/,|:]\s?|f\s|[fmax]4[fmax]\W{1,4}|(?:female|male|femme|weiblich|girl|"
    r"boy)[\s,/|:-]{1,3})$"
)
# "f16", with nothing else that could be a plane or a road.
SEX_GLUED_BEFORE = re.compile(r"(?:^|[\n(\[|])[fm]$")
SEX_GLUED_AFTER = re.compile(
    r"\s?(?:[)\]|/\n]|$|(?:here|looking|seeking|searching|lf|lfrp|4|from|uk|usa?)(?![^\W\d_]))"
)
PLACE_AFTER = re.compile(r"\s?/\s?[^\W\d_]{3,}")
SEX_AFTER = re.compile(
    r"\s?[/|,]\s?(?:f|m|nb|female|male|girl|boy)(?![^\W_])|\s?(?:f|female|male|girl|"
    r"boy)(?![^\W_])|\s?[fmx]4[fmax](?![^\W_])"
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
BETWEEN = re.compile(
    r"[\s,]{0,2}(?:-|–|—|to|or|and|/|,|&|bis|a|o|y|e|ou|oder|und|до|или|и|~|〜|"
    r"-to-)[\s]{0,2}"
)
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
MARK = re.compile(r"[^\w\s]")
