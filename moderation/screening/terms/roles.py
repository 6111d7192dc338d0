"""Whether somebody below 18 takes part in a scene, or is family, work, or long ago."""

import re

from moderation.screening.terms import ending, words

_KIN = (
    r"(?:daughters?|sons?|kids?|child(?:ren)?|twins|triplets|bab(?:y|ies)|toddlers?|little (?:boy|girl)s?|"
    r"sisters?|brothers?|"
    r"siblings?|niece|nephew|nieces|nephews|cousins?|grand(?:son|daughter|child|children|kids)s?|"
    r"goddaughter|godson|"
    r"step-?(?:son|daughter|child|children|sister|brother|sis|bro)s?|little ones?|eldest|oldest|youngest|"
    r"first-?born|"
    r"hij[oa]s?|niet[oa]s?|herman[oa]s?|filles?|fils|enfants?|soeur|frere|tochter|sohn|sohne|kinder|"
    r"schwester|bruder|"
    r"filh[oa]s?|irmaos?|irmas?|netos?|figli[aoe]?|figli|sorella|fratello|nipote|cork\w{1,2}|syn\w{0,3}|"
    r"siostr\w{1,2}|brat|"
    r"дочь|дочк\w{1,2}|дочер\w{1,2}|сын\w{0,3}|сестр\w{1,2}|брат\w{0,2}|дети|внук\w{0,2}|внучк\w{1,2}|"
    r"oglu|kizi|kardesi|zoon|dochter|kinderen|zus|broer|dotter|son|barn)"
)
_OWNER = (
    r"(?:his|her|their|my|our|its|(?!(?:she|he|it|that|there|who|what|let|here)'s)\w{2,20}'s|\w{2,20}s'|"
    r"mi|mis|sus?|mon|son(?=\s(?:fils|frere|petit))|ma|mes|sa|ses|leurs?|mein\w{0,2}|"
    r"sein\w{0,2}|"
    r"ihr\w{0,2}|minha|meu|meus|seu|sua|seus|suas|mia|mio|miei|suo|sua|suoi|moj\w{0,2}|jego|jej|мо[йяи]|"
    r"ег[оo]|е[её]|"
    r"их|свой|onun|benim|zijn|haar|mijn|hennes|hans|min)"
)
# "her daughter is", "his two kids are", "mother of a", right before an age.
KIN_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?:{_OWNER}|ha[sd]|have|with|tiene[ns]?|tengo|tem|tenho|ha|ho|hat|habe|haben|heeft|"
    rf"ma|mam|elle a|il a|j'ai|ont|raises?|raising|raised|(?:mother|father|mom|mum|dad|parent|guardian|"
    r"grandmother|grandfather|uncle|aunt|pere|mere|madre|padre|mutter|vater|mae|pai)s? (?:of|to|de|di|"
    r"von|d'))\s"
    rf"(?:(?!of\b|the\b)[\w'-]{{1,12}}\s){{0,3}}{_KIN}(?![^\W\d_])[\s,(:]{{1,2}}(?:(?!(?:and|she|he|i|"
    rf"you|they|we|but|while|whose|she's|he's|i'm|you're)\b)"
    rf"[\w'-]{{1,12}}[\s,(]{{1,2}}){{0,4}}$"
)
# In a romance a step-sibling of the one who speaks, or of the reader, is whom it is about.
OWN_STEP = re.compile(
    r"(?<![^\W\d_])(?:my|our|your)\s(?:[\w'-]{1,12}\s){0,2}step-?(?:sis|bro|sister|brother)s?\b"
)
# "her grandchildren ... the youngest is".
KIN_LATER = re.compile(
    rf"(?<![^\W\d_]){_OWNER}\s(?:[\w'-]{{1,12}}\s){{0,3}}{_KIN}(?![^\W\d_])[^.!?\n]{{0,50}}\s(?:the )?"
    r"(?:youngest|oldest|eldest|second|first|elder|younger|older|other|little)"
    r"(?: one)?(?: is| was| just turned| turned|,)\s$"
)
# "his 9-year-old son": an owner before the age, the family behind it.
OWNER_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?:{_OWNER}|ha[sd](?: an?| two| three)?|have(?: an?| two| three)?|with (?:a|an|two|"
    rf"three)|(?:raises?|raising|raised)"
    r"(?: an?)?|(?:mother|father|mom|mum|dad|parent|guardian|grandmother|grandfather|uncle|aunt|pere|"
    r"mere|madre|padre|mutter|"
    r"vater|mae|pai)s?,? (?:of|to|de|di|von|d')(?: an?| une?| unas?| einer| einem| uma?| two| three)?|"
    r"a mother,? a father and their)\s"
    r"(?:[\w'-]{1,12}\s){0,2}$"
)
KIN_AFTER = re.compile(
    rf"[\s-]{{0,2}}(?:old[\s-])?(?:(?!(?:and|of|with|in|at)\b)[\w-]{{1,12}}\s)?{_KIN}(?![^\W\d_])"
)
PARENT_OF_AFTER = re.compile(
    r"(?<![^\W\d_])(?:(?:mother|father|mom|mum|dad|parent|guardian)s?,? (?:of|to) (?:an?|two|three|his|"
    r"her)|"
    r"(?:has|have|had|raises?|raising|raised) (?:an?|two|three))\s$"
)
# Family that wants something of somebody is more than family.
ROMANCE = words(
    r"""
    crush(?:es)? on
    in love with
    flirt\w{0,7}
    kiss\w{0,3}
    dat(?:es|ing) (?:you|her|him|his|my|your|the|an?|one|with)
    girlfriend
    boyfriend
    seduc\w{1,6}
    attracted to
    makes? a move
    wants you
    lover
    bed with
    """
)
# "the kids, 8 and 11", where the text is about a family.
KIN_ALONE_BEFORE = re.compile(
    r"(?:,|(?<![^\W\d_])(?:the|and|two|three|four))\s(?:[\w-]{2,10}\s)?(?:kids|children|twins|son|"
    r"daughter|sons|daughters|siblings|baby|"
    r"toddler|brothers|sisters)(?:\s[^\W\d_]{2,12})?[\s,(]{1,2}(?:(?:aged|are|is|who are|who is|just|"
    r"turned|both)\s){0,3}$"
)
ARTICLE_BEFORE = re.compile(r"(?<![^\W\d_])(?:the|an?|and|their)\s$")
FAMILY = words(r"famil(?:y|ies)|(?:grand)?(?:mother|father|parent)s?|mom|mum|dad|widow(?:er)?|wife|husband")
# Family that comes to the reader: for a person to look at.
MEETS = words("(?:for|at|to|with|visits?|greets?|joins?|sees?|shows?|watch(?:es)?|invites?) you")
READER = words("you\nyour\nuser")
# The owner is the reader.
YOURS = re.compile(
    r"(?<![^\W\d_])(?:your|ur|\{\{user\}\}'?s?|user's|players?'s?|deine?\w?|tu|ton|ta|tes|"
    r"votre|tua?|твоя|твой)\s(?:[\w'-]{1,12}\s){0,3}[\w'\s,-]{0,16}$"
)
SOMEBODY_ELSES = re.compile(r"(?<![^\W\d_])your\s(?:[\w-]{1,12}\s){0,2}[\w-]{2,20}'s\s")
OWN_CHILD = re.compile(
    r"(?<!step)(?<!step-)(?<![^\W\d_])(?:daughters?|sons?|kids?|child|children|baby|"
    r"twins|toddlers?|hij[oa]|fille|fils|tochter|sohn|filh[oa]|figli[ao])(?![^\W\d_]|'s)"
)
# The same where no blank stands between words.
KIN_UNSPACED_BEFORE = re.compile(r"(?:有(?:一)?(?:个|個|位|名)?|には|家有)\s?$")
KIN_OWNED = re.compile(
    r"(?<![^\W\d_])(?:(?:o|a|os|as|il|la|le|der|die|das|de|het) (?:filh[oa]s?|irmaos?|irmas?|net[oa]s?|"
    r"figli[aoe]|sohn|tochter|zoon|dochter) "
    r"(?:dela|dele|deles|di lei|di lui|von ihr|von ihm|van haar|van hem)(?: \w{2,6})?|(?:oglu|kizi|kardesi|"
    r"torunu|cocugu|yegeni|"
    r"fiul (?:ei|lui)|fiica (?:ei|lui)))\s$"
)
KIN_UNSPACED_SUBJECT = re.compile(
    r"(?:彼女?の|彼らの|私の|她的?|他的?|我的?|그녀의|그의|내|우리)\s?(?:息子|娘|子供|子ども|弟|妹|儿子|女儿|孩子|弟弟|妹妹|아들|딸|동생)"
    r"(?:は|が|も|今年|才|已经|은|는|이|가)?\s?(?:まだ|今年|もう)?\s?$"
)
KIN_UNSPACED_AFTER = re.compile(
    r"\s?[のな的]?\s?(?:娘|息子|女儿|女兒|儿子|兒子|孩子|子供|딸|아들|아이)(?P<has>が(?:いる|おり|い)|"
    r"を(?:持|育)|と暮|[을를] (?:둔|키)|[이가] 있)?"
)
# Before an owner: the family is who the text is about.
IS_THEM = re.compile(
    r"(?:\{\{char\}\}|(?<![^\W\d_])(?:i|you|she|he|\{\{user\}\}))(?:'s|'m|'re|\s(?:is|am|are|was|plays?|"
    r"be)),?\s"
    r"(?:(?:(?:his|her|their|my|our|your|\w{2,20}'s|\w{2,20}s')\s)?(?:[\w'-]{1,14}\s){0,3}"
    r"|(?:his|her|their|my|our|your|\w{2,20}'s|\w{2,20}s')\s(?:[\w'-]{1,14}[\s,(]{1,2}){0,4})$"
    r"|(?:(?:play|plays|playing|as|being|roleplay as|be)\s)(?:his|her|their|my|our|your|\w{2,20}'s)\s"
    r"(?:[\w'-]{1,14}\s){0,2}$"
    r"|\{\{char\}\},\s(?:his|her|their|my|your)\s[\w\s-]{0,16},?\s?(?:is\s)?$"
)
ANY_YOURS = words("your\n(?:the )?user's\nplayer's\ndeine?\\w?\nta\ntes\ntu")
_COUNTS = (
    r"(?:an?|one|two|three|four|five|six|seven|several|many|some|grown(?:-up)?|small|young|little|adult|"
    r"lovely|his|her|their|"
    r"own|adopted|teenage|school-age|beautiful|\d{1,2})"
)
PARENTHOOD = words(
    rf"""
    (?:mother|father|mom|mum|dad|daddy|parent|widow|widower|divorcee|milf|grandmother|
        grandfather)s?,? (?:of|to|with) (?:{_COUNTS} ){{0,3}}(?:kids|children|twins|toddlers|babies|
        teenagers|
        child|kid|baby|toddler|teens)
    (?:has|have|had|raise[sd]?|raising|adopted|adopts|supports?|bore|misses|loves|adores|
        visits) (?:{_COUNTS} ){{0,3}}(?:kids|children|twins|toddlers|child|kid)
    """
)
# People who work with the young.
CARES_FOR = re.compile(
    r"(?<![^\W\d_])(?:teach(?:es|ing)?|taught|teachers?|coach(?:es|ing|ed)?|tutor(?:s|ing|ed)?|"
    r"instructs?|instructor|nurses?|doctor|"
    r"p(?:a?e)?diatrician|babysits?|babysitting|nanny|au pair|mentors?|mentored|mentoring|counsel\w{0,6}|"
    r"leads|leader|therapist|"
    r"guides?|librarian|trains|trained|a class of|classes of|class of|a group of|volunteers?|reads to|"
    r"choir of|team of|camp for|"
    r"school for|program for|educat\w{2,4}|unterrichtet|lehrerin|lehrer|profesora?|maestr[ao]|enseigne|"
    r"institutrice|insegna\w{0,4}|учит(?!ся|сь)\w{0,6})"
    r"\s(?:(?!(?:and|is|are|was|who|but|that|while|when|because|she|he|i|since|from|by|until|after|"
    r"before|age)\b)[\w'-]{1,14}\s){0,5}$"
)
# "... at seventeen and is now a cook of forty".
GROWN_SINCE = re.compile(
    r"[\s,;]{1,3}(?:and |but )?(?:(?:she|he|i) )?(?:is|am|'s|'m) now (?:[\w'-]{1,12} ){0,4}"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|[2-8]\d)(?![\w%:/]|\s(?:times|days|weeks|months))"
)
GROUP_AFTER = re.compile(r"[\s-]?olds(?![^\W\d_])|s(?![^\W\d_])")
# Somebody to whom things happen.
OBJECT_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:saves?|saved|rescues?|rescued|protects?|protected|adopts?|adopted|buried|mourns?|"
    r"treats?|treated|helps?|helped|"
    r"found|lost|kidnapped|missing|murder of|death of|killed|case of|search for|searching for|"
    r"looking for|disappearance of)\s"
    r"(?:[\w'-]{1,12}\s){0,3}$"
)
# Long ago, right before an age.
PAST_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:(?:when|while|since|after|before|until|till|once|as|because|at the time|"
    r"by the time|the (?:day|year|summer|winter|night))"
    r"(?:\s(?!now|today)[\w'{}]{1,14}){1,3}\s(?:was|were|had been|turned|became|'d been)(?:\s(?:only|"
    r"just|about|around|barely|still|a|an|all|in|the|at|not even)){0,3}"
    r"|(?:cuando|quand|lorsque|quando|als|gdy|kiedy|toen|nar|когда)(?:\s[\w'{}]{1,14}){0,4}\s?(?:tenia|"
    r"tuve|avait|avais|eut|aveva|avevo|tinha|"
    r"mial[ao]?m?|było|было|исполнилось|cumplio|was|var|er|sie|ich)"
    r"|(?:since|until|till) (?:she|he|they|i) (?:was|were)"
    r"|first \w{2,9} at|(?:remember(?:s|ed)?|recalls?|misses|missed|hated|loved|stopped|stops) being"
    r"|since (?:turning|the age of|age|being)"
    r"|عندما كان\w{0,3}(?:\s\w{1,8}){0,2}|जब (?:वह|मैं|वो))\s$"
)
PAST_AFTER = re.compile(
    r"[\s-]?(?:year[\s-]old )?(?:self(?![^\W\d_])|when(?![^\W\d_])|at the time(?! of (?:this|the|our|"
    r"these|your))|back then|in (?:19|"
    r"1[0-8])\d\d|war\b|の時|の頃|のとき|のころ|の頃|で(?![す、,あも])|时|時(?!々)|"
    r"那年|的时候|的時候|때|에|ya[sz]?indayken|iken|का था|की थी|का हुआ|की हुई)"
)
# "at sixteen": long ago if the sentence tells what happened then.
AT = re.compile(
    r"(?<![^\W\d_])(?:(?:at|since|by|until|till|from|before|after|mit|aos|a los|con|w wieku|a l'age de|"
    r"im alter von|"
    r"all'eta di|в|с|op|vid|em|في سن|for|on)\s(?:only |just |the age of |age of |age |the (?:tender |"
    r"young )?age of |"
    r"a (?:mere |tender |young )|la edad de |l'eta di |l'age de |de |alter von |idade de )?"
    r"|(?:in|during|throughout)\s(?:the )?)$"
)
AS_A = re.compile(
    r"(?<!reborn )(?<!reincarnated )(?<!back )(?<!summoned )(?<!disguised )(?<!up )(?<!transmigrated )"
    r"(?<![^\W\d_])as (?:an?|the)\s(?:mere |young |little |small |only )?$"
)
# "a 16-year-old queen": whatever stands before it, somebody is that old now.
ADJECTIVE = re.compile(r"year[\s-]old$|[\s-]jahrig|летн|letni|enne$|jarig")
# "the girl at the bar is": who is meant stands before the place.
HEAD = re.compile(
    r"(?<![^\W\d_])(?P<head>[\w}{]{1,30})\s(?:in|at|from|of|on|behind|near|inside|outside|across|by|to|"
    r"with|for|next to|under|"
    r"over)\s(?:(?:the|a|an|his|her|my|your|our|their|this|that)\s)?(?:[\w'-]{1,14}\s)?$"
)
LATIN_AT = re.compile(r"(?:^|[\s,(])a\s$")
PAST_VERB = words(
    r"""
    was
    were
    had
    did
    left
    ran
    lost
    began
    met
    became
    went
    got
    fled
    fell
    died
    took
    won
    saw
    found
    made
    came
    told
    sold
    wrote
    sent
    built
    stole
    grew
    fought
    began
    knew
    taught
    (?!(?:haired|eyed|aged|named|called|naked|bored|tired|wicked|sacred|skilled|gifted|talented|
        experienced|hundred|kindred|beloved|blessed|cursed|minded|hearted|skinned|legged|armed|bodied|
        faced|indeed|dressed|masked|hooded|spoiled|shared|supposed|married|retired|
        divorced)(?![a-z]))[a-z]{2,12}ed
    orphaned
    (?:married|retired|divorced)(?= (?:at|in|since|by))
    (?:huyo|perdio|dejo|murio|empezo|aprendio|llego|nacio|quedo|gano|conocio|se fue|escapo)
    (?:fugiu|perdeu|deixou|morreu|aprendeu|comecou|chegou|ganhou|saiu)
    (?:perse|lascio|fuggi|imparo|inizio|scappo|mori|vinse)
    (?:elle|il|on|j')\s?(?:a|est|ai) (?:\w{3,12}(?:e|i|u|t|is))
    (?:verliess|verlor|zog|ging|starb|lernte|wurde|floh|kam|begann|war|hatte)
    (?:uciekla|uciekl|stracila?|umarl[ao]?|nauczyla?|opuscila?|zaczela|zaczal|zostala?)
    \w{2,12}(?:ла|лся|лась|ли)
    (?:умер|ушел|ушёл|погиб|потерял|сбежал|начал|стал)
    (?:verliet|verloor|ging|stierf|leerde|werd|vluchtte)
    """
)
PRESENT_VERB = words(
    r"""
    is
    am
    are
    he's
    she's
    i'm
    you're
    they're
    has
    have
    works
    starts
    begins
    enters
    attends
    studies
    leads
    runs
    plays
    loves
    lives
    wants
    rules
    serves
    dances
    sings
    goes
    (?:already|now|currently|this year)
    es
    est
    ist
    jest
    hat
    lebt
    arbeitet
    vive
    vit
    trabaja
    trabalha
    lavora
    tanzt
    """
)
# Time does not pass for them.
AGELESS = words(
    r"""
    (?:not|n't|never|stopped|without|nor|no longer) (?:\w{2,9} )?(?:ag(?:ed?|ing)|grow(?:n|ing)? (?:up|
        older|old)|chang(?:ed|ing))
    (?:forever|eternally|frozen|stuck|trapped|permanently)
    still (?:looks?|appears?|seems?|has the body)
    immortal
    ageless
    (?:ghost|spirit|revenant|spect(?:re|er)|phantom|zombie)(?! (?:hunter|town|writer|story|stories))
        [^.!?\n]{0,40}(?:died|drowned|killed|murdered|perished|passed away)
    """
)
# "{{char}} is a teenager", "you play a child": the one who takes part.
IS_A = re.compile(
    r"(?:\{\{(?:char|user)\}\}|(?<![^\W\d_])(?:i|you|she|he|[^\W\d_]{2,20}))"
    r"(?:'s|'m|'re|\s(?:is|am|are|plays?|as|be|becomes?|remains?|looks like|seems|roleplays? as|acts? as))"
    r"(?:\s(?:still|just|only|really|actually|technically|legally|by law|practically|essentially|"
    r"officially|clearly|secretly|basically|now|currently|not|but|like|"
    r"always)){0,2}\s"
    r"(?:(?:a|an|the|your|some|this|such)\s)?(?:(?!of\b|with\b|and\b|to\b|for\b|in\b|on\b|at\b|"
    r"who\b)[\w'-]{2,14},?\s){0,3}$"
)
STARTS = re.compile(
    r"(?:^|\n|[.!?]\s)(?:(?:an?|the|this|your|you are an?|you're an?)\s)?(?:(?!(?:of|with|and|to|for|in|"
    r"on|at|who|is|are|was|by|from|about|no|not|mom|dad|mum|mother|father|parents|family|oh|ah|dear|my|"
    r"come|hello|hey|hi|now|well|listen|yes|two|three|four|five|every|each|any|some|many|all|most|few|"
    r"she|he|i|you|they|"
    r"we|it|do|does|did|don't|doesn't|can't|won't|loves?|hates?|likes?|teach\w{0,3}|helps?|has|have|had|"
    r"raises?|meets?)\b)[\w'-]{2,14},?\s){0,3}$"
)
STARTS_AFTER = re.compile(
    r"\s{0,2}(?:$|\n|[.,;!?)]|[^\W\d_]{2,20}\s?(?:$|\n)|(?:who|with|that|in|from|and|trying|looking|living|"
    r"learning|wants|loves|"
    r"has|is|always|girl|boy|named|called|wizard|detective|hero|heroine|student|adventurer|spy|thief|"
    r"witch|princess|prince)\b)"
)
IN_SCENE = ending(
    r"(?:named|called|meets?|date|dates|dating|with)\s(?:an?|the|this|"
    r"your)\s(?:[\w'-]{2,14}\s){0,2}"
)
