"""How long something takes or took: years that are nobody's age."""

import re

from moderation.screening.terms import ending

# What somebody does for years, right before their number.
VERB = re.compile(
    r"(?<![^\W\d_])(?:trabaj\w{1,4}|trabalh\w{1,4}|viv\w{1,4}|travaill\w{1,4}|habit\w{1,4}|"
    r"arbeite\w{0,3}|wohn\w{1,3}|lebt\w{0,2}|"
    r"lavor\w{1,4}|pracuj\w{1,3}|mieszka\w{0,3}|работа\w{1,4}|жив[еуё]\w{1,2}|служ\w{1,3}|женат\w?|"
    r"замужем|вместе|знаком\w{0,2})"
    r"\s(?:\w{1,9}\s){0,2}$"
)
# "Experience: 16 years".
LABEL = ending(
    r"""
    (?:experience|service|tenure|career|seniority|sentence|term|duration|marriage|married|together|sober|
        reign|in office|on the force|
        on duty|length|stage|warranty|years (?:married|happy|sober|together|of \w{3,12}|in \w{3,12}|
        on (?:the )?(?:force|job|road|sea|stage))|
        erfahrung|berufserfahrung|dienstzeit|dienstjahre|haft|laufzeit|experiencia|antiguedad|servicio|
        casad[ao]s?|experiencia|servico|
        anciennete|metier|carriere|esperienza|servizio|anzianita|staz|doswiadczenie|sluzba|malzenstwo|
        ervaring|dienst|erfarenhet|
        deneyim|tecrube|kidem)[^\w\n]{0,3}[:=–—-]\s?
    (?:стаж|опыт|служба|срок|брак|в браке|стаж работы|опыт работы|досвід)[^\w\n]{0,3}[:=–—-]?\s?
    """
)
LABEL_UNSPACED = re.compile(
    r"(?:경력|근속|경험|결혼|経験|勤続|職歴|工龄|工齡|经验|經驗|从业|婚龄|خبرة|الخبرة|مدة|अनुभव|सेवा|ประสบการณ์|"
    r"ניסיון)[^\w\n]{0,3}[:=は]?\s?$"
)
# By the word for years: what stands before a span of time.
BEFORE = (
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
            r"каждые)\s(?:более |около )?|(?:^|[.!?\n] ?)(?:вот )?уже\s"
        ),
    ),
    (re.compile("vuotta"), ending(r"(?:naimisissa|yhdessa|toissa|asunut|tyoskennellyt|jo)\s")),
    (re.compile("jaar"), ending(r"(?:al|sinds|na|gedurende|in|over|voor)\s")),
    (re.compile("ar$"), ending(r"(?:sedan|efter|under|om|i|for)\s")),
    (re.compile("سن|عام|اعوام"), ending(r"(?:منذ|قبل|بعد|خلال|لمدة|طوال)\s")),
    (re.compile("tahun"), ending(r"(?:selama|setelah)\s")),
)
AFTER = re.compile(
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
    r"ehe\b|haft|(?:im|in|als|bei|auf|mit|an|fur) [^.!?\n]{2,30} (?:gelebt|gearbeitet|verbracht|gewohnt|"
    r"studiert|gedient|gespielt)|"
    r"temu|pozniej|doswiadczenia|malzenstwa|sluzby|wiezienia|geleden|ervaring|later|lang|sedan\b|senare|"
    r"erfarenhet|"
    r"once\b|sonra\b|boyunca|deneyim|tecrube)"
    r"|(?:назад|спустя|опыта|стажа|вместе|брака|в браке|тюрьмы|работает|работаю|службы|женат|замужем|тому)"
    r"|(?:من الخبرة|خبرة|مضت|من الزواج)"
    r"|(?:पहले|बाद|से(?!\S)|तक|का अनुभव)"
    r"|(?:лёт|前|后|後|以来|间|間))"
)
