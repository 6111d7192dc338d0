"""Where an age is left open, or somebody below 18 is courted: what a person should look at, or more."""

from moderation.screening.terms import parts, words

# How strangers speak of somebody who just became an adult: for a person to look at.
BARELY = words(
    r"""
    barely (?:legal|an adult|adult|eighteen|18)
    fresh(?:ly)? (?:18|eighteen|legal)
    late teens(?![^.!?\n]{0,24}(?:eighteen|nineteen|1[89]))
    age ?play(?:er|ing)?
    ddlg
    age regress(?:ion|or|ing)
    (?:age|years old)[\s:]{1,3}(?:unknown(?! (?:centur|millenni|number|eons|ages))|secret|guess|hidden|\?\?+)
    (?:looks|looking|look|acts|acting|dressed|dresses) like (?:a )?(?:child|little girl|little boy|
        schoolgirl|schoolboy|kid|teen|teenager|minor)
    (?:child|kid|girl|teen)[\s-]?like (?:body|figure|face|appearance|frame)
    (?:people|everyone|strangers|most) (?:guess(?:es)?|think|assume|take her for|
        take him for)(?: she is| he is| her| him)? (?:young|younger|underage)
    (?:just about|barely|maybe|probably|supposedly|almost|hopefully) (?:old enough|of age|legal)
    old enough,? (?:or so|she says|he says|i swear|she claims|he claims|i think|i guess|probably|right)
    (?:never|won't|doesn't|does not|refuses to|will not|nobody|no one|not) (?:\w{2,9} ){0,2}(?:tells?|says?|
        reveals?|knows?|admits?|mentions?|asks?)(?: \w{2,9}){0,2}\s
        (?:how old (?:she|he|i|they)|(?:her|his|my|their)(?: real| true| exact| actual)? age)
    (?:could|may|might) be (?:any age|anywhere between|16|17|seventeen|sixteen)
    (?:of )?(?:uncertain|unknown|indeterminate|ambiguous|undefined|unspecified|unclear) age
    age (?:is )?(?:unknown|uncertain|unclear|undefined|unspecified|not specified|ambiguous|irrelevant|
        doesn't matter|does not matter|just a number)
    age is (?:just|only) a number
    (?:age|alter|edad|eta|idade|leeftijd|wiek|возраст|yas)\s?[:=–-]{1,2}\s?(?:you|u |legal(?! adult)|
        secret|guess|
        don't|not telling|hidden|none of|classified|
        ask|tbd|old enough|enough|alt genug|genug|geheim|suficiente|secreto|segreto|assez|abbastanza|
        достаточно|секрет|tajemnica|\?)\w{0,8}
    alt genug
    (?:edad|eta|idade) (?:dudosa|incierta|incerta|desconocida|desconhecida|duvidosa|sconosciuta)
    (?:alter|age|leeftijd) (?:ungewiss|unbekannt|inconnu|incertain|onbekend)
    legal[^\w\n]{1,3}i (?:think|guess|swear|hope)
    (?:much|far|way|a lot|very) younger than (?:she|he|you|her age|his age|it|they)(?: \w{2,8})?
    (?:always |often |still |constantly |frequently )(?:mistaken for|taken for|carded|asked for (?:her|
        his) id)
    (?:fake|forged|borrowed|her sister's|her cousin's) (?:id|ids|i\.d\.)
    (?:seems?|looks?|appears?) (?:so |very |too |awfully |really |a bit |suspiciously )?(?:young|underage|
        juvenile|childlike)(?! (?:for|man|woman|lady|adult|at heart))
    (?:muy |demasiado |sorprendentemente )?(?:apariencia|aspecto|cara|cuerpo) (?:muy )?(?:juvenil|aninad[ao]|
        adolescente|infantil)
    (?:podria|puede|pode|poderia|potrebbe|pourrait) (?:tener|ter|avere|avoir) (?:cualquier|qualquer|
        qualsiasi|n'importe quel) \w{3,6}
    (?:sieht (?:\w{2,9} ){0,2}aus wie|wirkt wie|parece|sembra|ressemble a|ma l'air d'|wyglada jak|
        выглядит как|ziet eruit als|ser ut som)
        (?: eine?| une?| una?| uma| het| een| en)? ?(?:teenager\w?|schulerin|schuler|kind|madchen|
        adolescente|nina|nino|menina|ragazzina|bambina|
        fillette|enfant|ado|nastolat\w{1,3}|dziecko|подрост\w{2,4}|ребен\w{2,3}|школьни\w{1,3}|tiener|meisje|
        tonaring)
    (?:school|classroom|school's) (?:library|rooftop|roof|infirmary|storage room|locker room|changing room|
        bathroom|hallway|gym)(?! (?:teacher|renovation))
    after (?:class|detention|cheer practice|homeroom)
    detention
    prom (?:night|date)
    young[\s-]looking (?:body|face|figure|girl|boy)
    (?:says|swears|claims|insists|promises) (?:that )?(?:she|he|i)(?:'s| is| am|'m) (?:old enough|of age|
        legal)
    asked (?:for|to see|her for|him for) (?:her|his) (?:papers|id|passport|age)
    (?:nach dem|im) sportunterricht
    (?:a l'air|air) d'une? (?:ado\w{0,10}|enfant|gamine?|fillette|lyceenne)
    (?:refuse|refuses|evite|no quiere|se niega a|non vuole) (?:de |a )?(?:dire|decir|say|tell|to say|
        to tell)(?: \w{2,6}){0,2} (?:age|edad|eta)
    homeroom
    (?:student council|class) (?:president|representative|rep)
    (?<!old )(?:school|sailor) (?:uniforms?|skirts?)
    (?:she|he|i|you)(?:'d| would) be legal
    (?:transfer(?:red|s)?|transferring|sent|new|enrol\w{0,5}|move[sd]?) (?:\w{2,8} ){0,3}(?:boarding|girls'|
        boys'|strict|private|catholic|prep)(?: \w{3,9})? school
    pedo(?:s|phil\w{1,5})?
    paedo(?:s|phil\w{1,5})?
    """
)

UNCLEAR_UNSPACED = parts(
    "(?:真实)?年龄(?:不明|不详|未知|保密)|年齢(?:不詳|不明|非公開|は秘密)|看起来像(?:个)?(?:少女|少年|孩子|学生|小女孩)|(?:少女|子供|幼)(?:にしか見え|に見え|"
    "みたいな見た目)|"
    r"나이\s?(?:미상|불명|비밀)|(?:어려|소녀처럼|학생처럼)\s?보이"
)
_BELOVED = (
    r"(?:lover|girlfriend|boyfriend|bride|groom|fiancee?|mistress|sweetheart|love interest|geliebte\w?|"
    r"freundin|liebhaber\w{0,3}|amante|novi[ao]|namorad[ao]|fidanzat[ao]|petite amie|petit ami|copine|"
    r"kochan\w{2,3}|sevgili\w{0,3}|vriendin|любовни\w{1,3}|возлюбленн\w{2})"
)
_LOVES = (
    r"(?:romantic|romance|love affair|affair|dating|lovers?|in love|relationship|seduc\w{1,5}|flirt\w{0,5}|"
    r"kiss\w{0,3}|marr(?:y|ies|ied))"
)
_ADULTS = (
    r"(?:adult|teacher|professor|coach|boss|grown[\s-](?:man|woman|up)|older (?:man|woman)|tutor|landlord|"
    r"stepfather|stepmother|priest|employer|(?:man|woman) of (?:twenty|thirty|forty|fifty|sixty|"
    r"\d\d)[\w-]{0,6}|"
    r"(?:[2-7]\d|twenty|thirty|forty|fifty|sixty)[\w-]{0,6}[\s-]year[\s-]old (?:man|woman))"
)
# Love between somebody below 18 and the reader, or an adult.
COURTED = words(
    rf"""
    (?:your|deine?\w?|tu|ton|ta|sua|tua|twoj\w?|твоя|твой|senin|jouw|je|
        din) (?:[\w-]{{2,14}} ){{0,3}}{_BELOVED}
    (?:dat(?:es|ing)|marr(?:y|ies)|(?:falls|is|am|are) in love with|flirts? with|flirting with|seduc(?:es|
        ing)|
        attracted to|lust\w{{0,2}} (?:for|after)) you
    {_ADULTS}[^.!?\n]{{0,60}}{_LOVES}[^.!?\n]{{0,60}}
    {_LOVES}[^.!?\n]{{0,60}}{_ADULTS}
    """
)
# Love among the young, and words that may be more.
TENDER = words(
    r"""
    romantic\w{0,4}
    romance
    lovers?
    love affair
    girlfriends?
    boyfriends?
    crush(?:es)?
    kiss(?:es|ed|ing)?
    wife
    husband
    in love
    dating
    flirt\w{0,5}
    body
    curv(?:y|es)
    pretty
    cute
    beautiful
    virgin
    bedroom
    shower
    alone with you
    """
)
# Who it is that one talks to, or who speaks of themselves.
TALKS = words(
    r"""
    \{\{char\}\}
    i'?m
    i
    my
    ich
    yo
    je
    bin
    я
    soy
    sono
    sou
    jestem
    """
)
