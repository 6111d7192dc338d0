"""When somebody was born, and how long it takes until they are of age."""

import re

from moderation.screening.terms import words

_MONTHS = (
    r"(?:jan|gen|ene|feb|fev|fev|mar|mars|apr|avr|abr|may|mai|mag|maj|mei|jun|juin|giu|jul|juil|lug|aug|aou|"
    r"ago|"
    r"sep|set|oct|okt|ott|out|nov|dec|dez|dic|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|"
    r"sty|lut|kwi|cze|lip|sie|wrz|paz|lis|gru|ocak|sub|nis|haz|tem|eyl|eki|kas|ara|"
    r"spring|summer|autumn|fall|winter|early|late|mid|christmas|halloween|easter|midsummer|"
    r"valentine's|new year's|verano|invierno|sommer|ete)\w{0,9}"
)
_FILLERS = (
    r"(?:in|on|of|the|year|at|around|about|circa|is|was|are|de|del|du|d'|am|im|le|el|il|den|a|al|en|em|no|"
    r"ano|annee|"
    r"jahr|jahre|roku|rok|w|в|году|nel|to|back|just|only|as|late|as|day|eve|night|morning|millennium)"
)
_PART = rf"(?:{_FILLERS}|{_MONTHS}|\d{{1,2}}(?:st|nd|rd|th|er|o|º|\.)?)"
_GAP = r"[^\w\n]{1,4}"
# In words, too: "two thousand and eleven", "twenty-ten".
_YEAR = (
    r"(?P<{name}>20\d\d(?!\d)|['’]\d\d(?!\d)|two thousand(?: and)? (?:\w{{3,9}})|"
    r"twenty[\s-](?:oh[\s-]?)?(?:nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty))"
)
_LABEL = (
    r"(?:born|year of (?:her|his|my|their|your) birth|year (?:she|he|i) was born|(?:passport|id|licen[cs]e|"
    r"papers|documents?|certificate|student card|id card|library card) (?:says?|"
    r"states?|reads?|shows?|lists?)|b(?=\.)|dob|d\.o\.b|yob|birth ?(?:year|date)|(?:birth|birthday|b-?day|"
    r"birth day)(?=\s?[:=])|"
    r"date of birth|year of birth|geboren|geb|geburtsdatum|geburtsjahr|geburtstag(?=\s?[:=])|jahrgang|"
    r"geboortedatum|geboortejaar|"
    r"nee?(?= (?:en|le|a )\b)|date de naissance|nacid[ao]|nacio|naci|nacimiento|nascid[ao]|nasceu|nasci|"
    r"nascimento|"
    r"came into (?:the|this) world|(?:her|his|my|your) birth (?:was|took place|happened)|"
    r"nat[ao](?= (?:nel|il|a \w|in \w{2,20} nel))|data di nascita|urodzon[ay]|urodzil[ao]?|ur(?=\.)|rocznik|"
    r"urodzenia|родил\w{1,4}|рождения|народи\w{1,4}|"
    r"народження|narozen\w?|narodil\w?|fodd|fodt|fodelsear|fodselsdato|szuletett|syntynyt|nascut\w?|"
    r"γεννηθηκε|"
    r"γεννημεν\w{1,2}|dogum(?:lu)?|dogum tarihi|lahir|tahun lahir|sinh|sinh nam|ipinanganak|nascuda|nascut|"
    r"जन्म|ولد(?:ت)?|مواليد|متولد|תאריך לידה|נולד[ה]?)"
)
# A year of birth, or a whole date, behind a word for it.
BIRTH_YEAR = re.compile(
    rf"(?<![^\W\d_]){_LABEL}{_GAP}(?:(?:[^\W\d_]{{2,20}}{_GAP}){{0,3}}(?:in|en|on|em|im|nel|w|в|:){_GAP})?"
    rf"(?:(?:{_PART}){_GAP}){{0,6}}{_YEAR.format(name='year')}"
    r"|(?:生年月日|出生(?:年份?|日期|于)?|生まれ|誕生日|생년월일|출생|วันเกิด|เกิด)[^\w\n]{0,3}(?:は|:|が|:)?[^\w\n]{0,3}"
    r"(?P<unspaced>20\d\d)(?!\d)"
    r"|(?<!\d)(?P<as>20\d\d),? (?:as|is|was|for|being|:)? ?(?:her|his|my|the|their|your) (?:year|"
    r"date) of birth"
    r"|(?<!\d)(?P<year_of>20\d\d),? (?:is|was) (?:the year of (?:her|his|my) birth|the year (?:she|he|"
    r"i) was born|when (?:she|he|i) was born)"
    r"|(?:(?<=^)|(?<=[\s(,;|/]))(?:\*|⭐|☆|★)\s?(?P<star>20\d\d)(?![\d*])"
    r"|(?P<short>['’]\d\d) (?:baby|babies|born|liners?|kid)\b"
    r"|(?<!\d)(?P<before>20\d\d)(?:-?born|[\s-]?liners?\b|[\s-](?:births?\b|born\b|babies|baby\b|"
    r"dogumlu|doğumlu|г\.? ?р\b|"
    r"года рождения|"
    r"року народження|geboren|jahrgang)|\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?)?\s?(?:生|出生|に生)|"
    r"\s?년(?:\s?\d{1,2}\s?월(?:\s?\d{1,2}\s?일)?)?\s?(?:생|에 태어|출생))"
)
# A birthday with its number, in languages other than English.
BIRTHDAY = re.compile(
    r"(?<![^\W\d_])(?P<which>[^\W\d_]{4,20}|\d{1,2}(?:\.|º|ª|°|o|er|e|eme|-?й)?) (?:geburtstag\w{0,3}|"
    r"anniversaire|cumpleanos|"
    r"compleanno|aniversario|urodzin\w{0,3}|день рождения|дня рождения|verjaardag|fodelsedag\w{0,2}|"
    r"fodselsdag\w{0,2}|"
    r"narozenin\w{0,2}|szuletesnap\w{0,3})(?![^\W\d_])"
)
# What is told since then is told of somebody older, unless it was only just.
SINCE_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:seit|nach|an|am|zu|zum|depuis|apres|a|pour|desde|en|por|tras|dopo|dal|al|per|od|po|na|"
    r"w|с|после|на|в|sinds|op|voor|"
    r"sedan|efter|pa|til|desde o|no|para) (?:[^\W\d_]{2,6} )?$"
)
LATELY_AFTER = re.compile(
    r" (?:vor|il y a|hace|fa|temu|geleden|sedan|for) \w{2,10} (?:tag|woch|monat|jour|semaine|mois|dia|"
    r"semana|mes|giorn|settiman|dni|"
    r"tygodn|miesi|dag|we[ek]|maand|veck|manad)\w{0,5}"
)
# What was born in that year and is nobody.
THING_BORN = re.compile(
    r"(?:compan(?:y|ies)|firm|start-?up|band|group|idea|tradition|club|bar|cafe|brand|label|magazine|wines?|"
    r"vintage|riesling|"
    r"rioja|merlot|bordeaux|project|festival|movement|friendship|love|feud|rivalry|game|series|show|website|"
    r"app|nation|"
    r"country|city|star wars|legend|rumou?r|recipe|whisk(?:e?y)|nickname|name|team|gin|beer|brewery|channel|"
    r"podcast|dog|cat|"
    r"horse|weingut|wein|jahrgang)\b[^.!?\n]{0,24}$"
)
_AGED = (
    r"(?:18|eighteen|18th|eighteenth|(?:an |a |any |legal |her |his |their |full )*(?:adult(?:hood)?|"
    r"majority|legal(?: age)?|"
    r"of (?:legal )?age|age of (?:consent|majority)|grown[\s-]?up|consent|(?:being )?(?:able|allowed|"
    r"permitted) to (?:vote|drink|drive|"
    r"marry|buy alcohol)|coming of age|voting age))"
)
_SPAN = (
    r"(?:\w{1,9}|\d{1,2})(?: and a half)?(?: more| full| whole| long| short| little)?[\s-]"
    r"(?:years?|yrs?|months?|weeks?|days?|birthdays?|summers|winters)"
)
# Somebody will be of age, or is too young for what takes it.
SHORT_OF = words(
    rf"""
    {_SPAN} (?:[\w'-]{{1,10}} ){{0,4}}?(?:until|till|til|before|away|short|shy|from|off|to go|too young|left|
        missing|
        younger than|remain\w{{0,3}}) (?:[\w'{{}}-]{{1,10}} ){{0,5}}?{_AGED}(?! (?:film|movie|content|club|
        site|lanes?))
    (?:reach(?:es)?|attains?|enters?|comes?|coming) (?:adulthood|majority|(?:the )?legal age|of age) (?:in|
        within|after) (?:just |only |another )?{_SPAN}
    (?:until|till|before) (?:she|he|i|you|they|\w{{2,12}}) (?:comes? of age|reach(?:es)? (?:majority|
        adulthood|the age of majority)|
        turns? (?:18|eighteen)|(?:is|am|are) (?:of age|legal|an adult|18|eighteen))
    comes? of age,? (?:which (?:will be|is) )?in {_SPAN}
    (?:the )?law (?:still )?(?:calls|considers|sees|treats|counts) (?:her|him|me|you|
        them) (?:as )?(?:still )?(?:a )?(?:child|minor|underage)
    (?:in|before) the eyes of the law,? (?:still )?(?:(?:she|he)(?:'s| is) )?(?:still )?(?:a )?(?:child|
        minor)
    (?:for|another) (?:another )?\w{{2,6}} (?:more )?birthdays(?: before| until|,)
    (?:eighteen|18|nineteen|19)\W{{1,4}}(?:no\W{{1,3}}){{0,2}}(?:subtract|minus|less|take (?:away|off)|
        cut)(?: \w{{1,5}}){{0,2}} (?:years?|one|two|three)
    (?:(?:has|have|'s|'ve) (?:only |just |barely )?(?:lived|been alive|walked (?:the|this) earth)|
        (?:she|he|i|you|who|char\}}\}}|user\}}\}})(?: has| have|'s|'ve) (?:only |just |
            barely )?existed)(?: for)? (?:only |just |barely )?
        (?:a decade and a half|(?:a |one )decade and \w{{3,5}} years|(?:ten|eleven|twelve|thirteen|fourteen|
        fifteen|sixteen|seventeen|1[0-7])
        (?: years| summers| winters| springs))(?=[.,;!?]|$|\n| on (?:this )?(?:earth|planet))
    (?:bis zur|zur|a la|jusqu'a (?:sa|la)|alla|do|para a|hasta la|tot de) (?:volljahrigkeit|mayoria de edad|
        majorite|maggiore eta|
        pelnoletnosci|maioridade|meerderjarigheid)[^.!?\n]{{0,40}}(?:fehl|falt|manqu|manca|brak|noch|encore|
        ancora|jeszcze|ainda|nog)\w{{0,4}}
    (?:in|into|entered|entering|began|begins|reached|seen|lived|saw|awaits|of|past) (?:her|his|my|your|
        their) (?:first|second|third|
        fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|
        sixteenth|seventeenth)
        (?: year(?! (?:of|as|at|in|on|with)\b)| spring| summer| winter| autumn)(?! (?:semester|sale|term|
        games|ball|collection|season))
    (?:her|his|my|your|their) (?:thirteenth|fourteenth|fifteenth|sixteenth|seventeenth) (?:summer|
        winter|spring|
        autumn|year) (?:begins|starts|approaches|ends|comes|has (?:begun|come)|is (?:here|over|near))
    (?:barely|hardly|not (?:yet|even|quite)|became|become|becomes|newly|scarcely) (?:even )?a (?:teen|
        teenager|adolescent)(?! (?:idol|star|mom|mother))
    (?:not|isn't|n't) (?:yet )?legal (?:until|before|for another|till)
    {_SPAN} (?:[\w'-]{{1,10}} ){{0,3}}?(?:until|till|before) (?:she|he|i|you|they|\w{{2,12}}) (?:can|may|
        could|is|am|are|gets to|will)(?: be)?(?: finally| legally| allowed to| able to| permitted to){{0,2}}
        \s(?:vote|drink|marry|smoke|gamble|buy (?:alcohol|beer|cigarettes)|leave school|
        sign (?:a |any |her own |his own )?contracts?)
    (?:her|his|my|your|their) (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|
        twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|1[0-7]th|[4-9]th)
        (?: year| summer| winter| spring| autumn) (?:on (?:this |the |god's )?(?:green )?(?:earth|planet)|
        alive|of (?:her |his |my )?life)
    (?:her|his|my|your|their|\w{{2,20}}'s|happy) (?:x(?:vii?|iv|v|i{{1,3}})?|ix|iv|v(?:i{{1,3}})?|i{{2,3}})
        (?:st|nd|rd|th)? (?:birthday|b-?day)
    (?:her|his|my|your) (?:bat|bar|b'nai)[\s-]mitzvah (?:is|was|will be|takes place|comes)? ?(?:last|this|
        next|on|tomorrow|yesterday|today|tonight|soon|in (?:a|two|three|\d|\w{{3,5}}) (?:days?|weeks?|
        months?))
    (?:her|his|my|whose) voice (?:has not|hasn't|has yet to|is yet to) (?:
        yet )?(?:brok\w{{1,2}}|break)(?=\s*(?:[.,;!?)]|$|
        yet\b|and\b|but\b|so\b))
    (?:an?|one|two|three|four|five|\d) more birthdays?(?: and|,) (?:she|he|i|you|they)(?:'s| is|'m| am|
        're| are|'ll be| will be) {_AGED}
    (?:her|his|my|your|their) (?:thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|1[3-7]th) is (?:today|
        tomorrow|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:this|next) (?:week|month|mon|tues|wednes|
        thurs|fri|satur|sun)\w{{0,3}})
    still (?:has|have|with|got) (?:all |most of |some of )?(?:her|his|my|your) (?:milk|baby) teeth
    darf (?:erst in \w{{1,8}} (?:jahr|monat)\w{{0,3}}|noch nicht) (?:wahlen|auto fahren|heiraten|
        alkohol trinken)
    (?:ne pourra voter que dans|no podra votar hasta dentro de|potra votare solo tra|so podera votar daqui a)
    (?:prepar|study|stud|train|practi[cs]|rehears|getting ready|gets ready)\w{{0,4}} for (?:her|his|my|
        your) (?:bat|bar)[\s-]mitzvah
    old enough to (?:drive|work|ride)[^.!?\n]{{0,14}}(?:not|too young)[^.!?\n]{{0,14}}(?:vote|drink|buy)
    (?:18th|eighteenth) birthday[^.!\n\w]{{0,3}}[?:,;–-]?[\s"']{{0,2}}(?:is |in |only |still |
        just ){{0,2}}{_SPAN}
    (?:until|till|before) {_AGED}[\s,]{{1,2}}(?:there (?:is|are) )?(?:still )?{_SPAN}
    (?:in|within|after) (?:just |only |about |
        another )?{_SPAN}[\s,]{{1,2}}(?:[\w'{{}}]{{1,8}} ){{1,3}}?(?:be|turns?|turn|becomes?|
        reach(?:es)?|comes?|attains?|is|am) {_AGED}
    (?:will|\w{{1,12}}'ll|would|\w{{1,12}}'d|going to|gonna) (?:only |finally |soon )?(?:be |turn |
        become )?(?:legal|an adult|
        of age|of legal age|eighteen|
        18) (?:in|next|soon|when|tomorrow|on|this)
    (?:not|isn't|ain't|hardly|never|n't|yet to be|yet to become|nowhere near|far from|not even (?:close to|
        near)) (?:yet |even |quite |really |
        being |becoming )?an adult(?: yet)?(?=\s*(?:[.,;!?)]|$|\n|but|and))
    (?:below|under|not (?:yet )?(?:of|at|reached|attained)|isn't of|hasn't (?:yet )?reached|
        has not (?:yet )?reached|younger than|short of|
        shy of|has yet to reach|before|yet to come) (?:the )?(?:legal age|age of consent|age of majority|
        legal|of age|adulthood)
    (?:too young|not old enough|isn't old enough|not yet old enough|years too young|
        not (?:yet )?allowed) (?:to|for) (?:\w{{2,9}} )?(?:legally )?
        (?:vote|drive|drink|smoke|(?:buy|order|get|have|be served|be sold) (?:an? |any |her |his |
        the )?(?:\w{{2,9}} )?(?:alcohol|cigarettes|beers?|drinks?|wine|pint|lottery)|sign (?:a |any |
        the )?\w{{2,12}}|marry|consent|get married|
        (?:an? |her |his |the )?(?:driving licen[cs]e|driver's licen[cs]e|learner's permit)|
        work full[\s-]time|leave school|live alone|gamble)
    (?:can't|cannot|can not|may not|isn't allowed to|
        is not allowed to) (?:\w{{2,9}} )?(?:legally )?(?:vote|drive|drink|
        buy (?:alcohol|beer)|marry|smoke|gamble) (?:yet|(?:for|until) (?:another |at least |
        the next )?{_SPAN})
    (?:adult|legal|of age|eighteen|18|grown[\s-]?up)\W{{1,3}}(?:no, )?not (?:yet\W{{1,2}})?(?:for|
        before|until|in)
        (?: another| at least| the next)? {_SPAN}
    (?:first|second|third|fourth|fifth|sixth|seventh|last|next|final) year(?:s)? (?:of|in|at) (?:high|middle|
        elementary|primary|
        secondary|junior high|grade|grammar) ?school
    (?:noch )?(?:nicht|kaum) (?:ganz )?volljahrig\w{{0,2}}
    (?:noch )?keine (?:18|achtzehn)
    unmundig\w{{0,2}}
    (?:pas|point|non) (?:encore )?(?:tout a fait )?majeure?
    (?:no|aun no|todavia no) (?:es|soy|eres|ha sido) (?:aun |todavia )?mayor de edad
    (?:nao|ainda nao) (?:e|sou|es) (?:ainda )?maior de idade
    (?:non|non ancora)(?: e| sono| sei)?(?: ancora)? maggiorenne
    (?:nie|jeszcze nie|niepelnoletni\w?)(?: jest| jestem)?(?: jeszcze)? pelnoletni\w{{0,2}}
    (?:не|еще не|ещё не) совершеннолетн\w{{1,3}}
    (?:до|перед) совершеннолети\w(?: \w{{1,8}}){{0,2}} (?:остал\w{{1,3}}|еще|ещё|не хватает|год|пол|
        \w{{3,8}} (?:год|лет|мес))\w{{0,4}}
    (?:осталось|остается|не хватает) .{{3,30}} до (?:совершеннолети\w|18|восемнадцати\w{{0,3}})
    (?:nog )?niet (?:helemaal )?meerderjarig
    (?:inte|ikke|ej) (?:\w{{2,6}} )?myndig
    (?:omyndig|umyndig)\w?
    nezletil\w{{1,3}}
    neplnolet\w{{1,3}}
    kiskoru\w{{0,3}}
    ανηλικ\w{{1,3}}
    henuz (?:resit|18)
    belum (?:cukup umur|dewasa|18|genap 18)
    chua (?:du|toi|tron) (?:18|muoi tam|tuoi)
    vi thanh nien
    (?:volljahrig|majeure?|majorite|maggiorenne|pelnoletni\w{{0,2}}|meerderjarig|mayor de edad|
        maior de idade|mayoria de edad|maioridade|
        maggiore eta|совершеннолетн\w{{1,3}}),? (?:erst |seulement |solo |que |dopiero |pas )?(?:in|dans|en|
        em|tra|fra|za|over|через|
        daqui a|dentro de) \w{{1,9}} (?:jahr|an|ano|anno|anni|lat|rok|jaar|год|лет|mes|mois|monat|maand|
        miesi)\w{{0,5}}
    (?:in|dans|en|em|tra|fra|za|over|через|daqui a|dentro de) \w{{1,9}} (?:jahr|an|ano|anni|anno|lat|rok|
        jaar|год|лет|mes|mois|monat|
        maand|miesi)\w{{0,5}},? (?:\w{{1,9}} ){{0,4}}(?:volljahrig|majeure?|maggiorenne|pelnoletni\w{{0,2}}|
        meerderjarig|
        mayor de edad|maior de idade|совершеннолетн\w{{1,3}}|18)
    (?:le |me |te |gli |les |ihr |ihm |mir )?(?:falta|faltan|faltam|mancano|manca|brakuje|manquent|manque|
        fehlen|fehlt)(?: \w{{1,9}}){{1,5}}\s
        (?:18|dieciocho|dezoito|diciotto|mayor\w{{0,3}}|maior\w{{0,4}}|maggior\w{{0,4}}|pelnoletn\w{{0,5}}|
        osiemnast\w{{0,4}}|majorite|
        volljahrig\w{{0,5}})
    (?:her|his|my|your|their|our|a|the|whose|(?!(?:daughter|son|child|kid|niece|nephew|sister|brother|cousin|
        baby|firm|company|club|shop|site|app|server|band|bar|brewery|house|car|dog|cat|horse|school|label|
        festival|magazine|city|team|grand\w{{3,8}}|
        godson|goddaughter)'s)\w{{2,20}}'s)[\s-](?:\w{{2,9}} )?(?:first|second|third|fourth|
        fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|
        seventeenth|1[0-7]th|[4-9]th|1st|2nd|3rd) (?:birthday|b-?day|year of life|birth anniversary|
        summer(?= on earth| alive| of life))
    (?:her|his|my|your) (?:1[0-7]|[1-9])(?:st|nd|rd|th) (?:birthday|year)
    (?:until|till|before|awaits?|awaiting|waiting for|upcoming|next is|not had|not yet celebrated|
        hasn't celebrated|still waiting for) (?:her|his|my|your|
        their) (?:18th|eighteenth)(?: birthday)?
    (?:her|his|my|your|their) (?:18th|eighteenth)(?: birthday)? is (?:still |only |just )?(?:(?:an?|
        \w{{2,8}}) )?(?:years?|
        months?|weeks?|days?) (?:off|away|ahead|out)
    not until (?:next|the|this|\w{{3,9}}) (?:\w{{3,9}} )?(?:will|is|does|do|am) (?:she|he|i|you|
        they) (?:be |turn |
        finally ){{0,2}}(?:18|eighteen|an adult|of age|legal)
    happy (?:1[0-7]|[4-9])th birthday(?! to (?:our|the|my|your) (?:firm|company|club|shop|site|app|
        server|band|bar|
        brewery|house|car|dog|cat|horse|school))
    (?:for|on|before|after|since|to celebrate|celebrates?|celebrating) (?:her|his|my|
        your) (?:thirteenth|fourteenth|fifteenth|
        sixteenth|seventeenth|1[3-7]th)(?=\s*(?:[.,;!?)]|$|\n))
    no adult yet
    (?:not|\w{{1,6}}n't|never) (?:yet |even |quite )?of (?:legal )?age
    (?:won't|will not) (?:be|become|turn) {_AGED} (?:until|before|for)
    sweet[\s-]?(?:sixteen|16)\w{{0,2}}
    quinceanera
    (?:early|mid|middle|young|pre|low)[\s-]?(?:to[\s-]mid[\s-])?teens
    teens[\s,.]{{0,2}}(?:early|mid)
    (?:one|1|an?|1[.,][0-7])(?: and a half)? decades?(?: and a half)?[\s-](?:old|of age)
    """
)
