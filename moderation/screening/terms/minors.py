"""Words for somebody below 18, and where they are none."""

from moderation.screening.terms import parts, words

# Who is called so is below 18: as clear as an age.
PERSONA = words(
    r"""
    school[\s-]?(?:girl|boy|kid|child(?:ren)?)s?
    loli(?:s|con)?
    lolita(?! (?:fashion|dress|style|skirt))s?
    shota(?:s|con)?
    jail[\s-]?bait
    (?:in|with|ha[sd]|have|and) (?:the|an?) (?:\w{3,10} )?body of (?:an? )?(?:child|kid|teen(?:ager)?|minor|
        school(?:girl|boy)|(?:little|young|small) (?:girl|boy))s?
    under[\s-]{0,2}aged?
    un der age
    minor[\s-]?aged
    pre-?teens?
    tweens?
    (?:junior|middle|elementary|primary|grade|grammar|secondary)[\s-](?:high|
        school)[\s-]?(?:school )?(?:er|ers|students?|pupils?|girls?|boys?|kids?)
    junior[\s-]high(?![\s-](?:school )?(?:teacher|coach|principal|counsel))
    high[\s-]?school(?:er|ers)?[\s-](?:students?|girls?|boys?|kids?|pupils?|freshm[ae]n|sophomores?|
        juniors?|seniors?|cheerleaders?|virgin|teens?|couple)
    high[\s-]?schoolers?
    (?:freshm[ae]n|sophomores?|junior|senior|student|pupil|cheerleader) (?:in|at|of|from) (?:a |the |his |
        her |my |your |our )?(?:local |\w{2,14} )?high(?: school|(?=\s*(?:[.,;!?)]|$|\n)))
    (?:students?|pupils?|freshm[ae]n|sophomores?|cheerleaders?) (?:in|at|of|
        from) (?:\w{1,14} ){0,2}(?:high|middle|elementary|primary|secondary|grammar) ?school
    (?:goes|go|going|went|attends?|attending) (?:to |at )?(?:[a-z]{3,14} ){1,2}high(?=\s*(?:[.,;!?)]|$|\n|
        and\b|but\b|where\b|with\b|by\b))
    (?:(?:[1-9]|1[0-7])|undic|dodic|tredic|quattordic|quindic|sedic|diciassett)enn[ei]
    (?:goes|go|going|went|attends?|attending|enrolled) (?:to |in |at )?(?:a |the |your |my |
        same )?(?:\w{2,14} )?(?:high|middle|elementary|primary|secondary) ?school
    (?<=in )(?:high|middle|elementary|primary|secondary) school(?! (?:teacher|coach|principal|counsel|
        janitor|librarian))
    (?:start(?:s|ed|ing)?|enter(?:s|ed|ing)?|beg[ia]ns?|new (?:to|in|at)|at) (?:high|middle|elementary|
        primary|secondary) school(?! (?:teacher|coach|principal|counsel|janitor|librarian|reunion))
    (?:fresh|just|recently|newly) (?:\w{2,9} )?(?:out of|from|finished|left) (?:middle|elementary|primary|
        junior high) school
    (?:sechste|siebte|achte|neunte|zehnte|elfte|[5-9]\.|1[0-2]\.)[rn]? klasse
    (?:eleves?|etudiante?|estudiante|estudante|alun[oa]|alumn[oa]|studentessa|studente|uczen|chic[ao]|
        garot[ao]|schuler) (?:de|en|au|du|do|da|del|della|delle|di|am|auf)(?: la| l'| dem)? ?(?:college|
        lycee|seconde|secundaria|instituto|eso|primaria|bachillerato|ensino medio|ensino fundamental|liceo|
        medie|superiori|gymnasium|realschule|hauptschule)
    (?:ученик|учениц)\w{0,3}
    (?:\d{1,2}|седьм\w{2}|восьм\w{2}|девят\w{2}|десят\w{2})(?:-\w{1,2})? класс(?:а|е|у)?
    (?:still|currently) (?:at|in) (?:high )?school
    (?:en )?classe de (?:sixieme|cinquieme|quatrieme|troisieme|seconde|premiere|terminale|cm[12]|6e|5e|4e|3e|
        2nde|1ere)
    (?:eleve|collegien\w{0,2}) (?:de|en) (?:sixieme|cinquieme|quatrieme|troisieme|6e|5e|4e|3e)
    (?:prima|seconda|terza|quarta|quinta|primo|secondo|terzo|quarto|quinto) (?:media|elementare|superiore|
        liceo|anno di liceo|ginnasio)
    (?:no|do) (?:quinto|sexto|setimo|oitavo|nono|[5-9]o?) ano(?! (?:da|de|do) (?:faculdade|curso|
        universidade|guerra|reinado))
    (?:aluna?|estudante|esta|estuda|frequenta) (?:\w{1,4} )?(?:no |do )?ensino (?:medio|fundamental)
    (?:chodzi|uczeszcza|poszla|poszedl) do (?:gimnazjum|podstawowki|liceum|szkoly (?:sredniej|podstawowej)|
        technikum|\w{3,9} klasy)
    (?:szost|siodm|osm|dziewiat|piat|czwart|trzeci|pierwsz|drug)(?:a|ej) klas(?:a|ie|y) (?:gimnazjum|liceum|
        podstawowki|technikum|szkoly)
    в (?:\d{1,2}|перв\w{2}|втор\w{2}|треть\w{2}|четверт\w{2}|пят\w{2}|шест\w{2}|седьм\w{2}|восьм\w{2}|
        девят\w{2}|десят\w{2}|одиннадцат\w{2})
        (?:-\w{1,2})? классе?
    (?:учится|учусь|учишься|ходит|хожу) в (?:\w{3,9} )?школ[еу]
    (?:у|в) (?:\d{1,2}|(?:перш|друг|трет|четверт|п'?ят|шост|сьом|восьм|дев'?ят|десят|одинадцят)\w{2,4})
        (?:-\w{1,2})? класі
    (?:lise|ortaokul|ilkokul) (?:\w{2,9} )?(?:sinif\w{0,3}|ogrenci\w{0,4})
    (?:[1-9]|1[0-2])\.? sinif\w{0,2} ogrenci\w{0,4}
    (?:zit|zat) (?:in|op) (?:de |het )?(?:\w{3,7} )?(?:klas|brugklas|middelbare(?: school)?|basisschool|
        groep (?:[1-8]|een|twee|drie|vier|vijf|zes|zeven|acht))
    brugklass?er\w{0,2}
    (?:gar|gick) i (?:\w{3,7} |\d\.? ?)?(?:klass|hogstadiet|gymnasiet|attan|nian|sjuan|sexan|folkeskolen?|
        klasse)
    hoc sinh (?:lop|cap|trung hoc|tieu hoc)(?: \w{1,3})?
    (?:dang )?hoc lop (?:[1-9]|1[0-2])
    (?:siswi|siswa|pelajar|kelas \d{1,2}|murid) (?:sd|smp|sma|smk)
    (?:primer|segundo|tercero?|cuarto|[1-6]o?) (?:de |curso de )?(?:la )?(?:eso|primaria|secundaria|
        bachillerato)
    (?:cursa|estudia|va) (?:en |a |al |el )?(?:la |el )?(?:secundaria|primaria|instituto|bachillerato|
        colegio|escuela)(?! de (?:arte|medicina|musica|negocios))
    chodi (?:do|na) (?:\w{2,9} )?(?:tridy|zakladni skol\w|gymnazi\w{1,2}|zs)
    (?:(?:at|in|of) )?s[1-6][\s,]{1,2}(?:at|in|of) (?:an? |the |her |his |my |your )?(?:[\w'-]{2,14} ){0,3}
        (?:secondary|high|academy|school)
    (?:secondary|high school|academy),? \(?s[1-6]
    s[1-6] (?:pupils?|students?)
    in (?:her|his|my|your|their|the) (?:gcse|a-level|o-level|abitur)s? (?:year|class|exams?)
    (?:finish(?:es)?|leaves?|leaving|completes?) (?:middle|elementary|primary|junior high) school (?:this|
        next|in|soon)
    (?:'s|'m|is|am|are) in the (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|
        twelfth) form(?=\s*(?:[.,;!?)]|$|\n|at\b|and\b))
    (?:school (?:report|id|card|records?|register)|student (?:id|card))[^.!?\n]{0,24}
        \s(?:class|form|grade) (?:[1-9]|1[0-2])[a-f]?
        (?=\s*(?:[.,;!?)]|$|\n))
    (?:masih|baru|di bangku) (?:di )?(?:kelas \d{1,2} )?(?:sd|smp|sma|smk)
    (?:uczen|uczniem|uczennica|uczennice) (?:\w{3,12}|\d{1,2}) klasy
    school[\s-]?age[d]?
    (?:[1-9]|1[0-2])(?:st|nd|rd|th)[\s-]grad(?:e|er|ers)(?! teachers?(?!'))
    (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)[\s-]grad(?:e|er|
        ers)(?! (?:teachers?(?!')|mistakes?|quality|material|idiots?|liars?|actor|art))
    (?<=in )grade (?:[1-9]|1[0-2]|six|seven|eight|nine|ten|eleven|twelve)
    grade (?:[1-9]|1[0-2]|six|seven|eight|nine|ten|eleven|twelve) (?:students?|pupils?|girls?|boys?|class)
    year (?:[5-9]|1[0-3]|seven|eight|nine|ten|eleven) (?:students?|pupils?|girl|boy|at school)
    (?:grade|class|klasse|classe|clase|klasa|sinif|klass|класс)\s?[:=]\s?(?:[1-9]|1[0-2])(?:st|nd|rd|th|
        \.)?(?:[a-e](?![a-z]))?(?![/.,]\d|\s?%|
        \d)
    (?:funft|sechst|siebt|siebent|acht|neunt|zehnt|elft|zwolft|erst|zweit|dritt|viert)klassler\w{0,3}
    (?:eerste|tweede|derde|vierde|vijfde|zesde)[\s-]?klass?ers?
    (?:sjatte|sjunde|attonde|nionde)klassare
    (?:a|in) year (?:[5-9]|1[0-3]|seven|eight|nine|ten|eleven|twelve|thirteen)(?=\s*(?:[.,;!?)]|$|\n|at\b|
        and\b|but\b|who\b))
    (?:pupils?|students?|girls?|boys?|kids?) (?:of|in|from) (?:class|form|grade|year) (?:[1-9]|
        1[0-2])(?:[\s-]?[a-f])?
    school,? form (?:[1-6]|one|two|three|four|five|six)
    (?:sits?|sitting|takes?|taking|do|does|doing|failing|retaking|(?:prepar|stress|worr)\w{1,4} (?:for|
        about|over)|studying for|revising for|cramming for) (?:her|his|my|your|their|
        the) (?:gcses?|o-levels|a-levels|sats|abitur)
    (?:students?|pupils?) (?:in|at|of|from) [\w.' ]{2,24} (?:high|middle|elementary|primary|secondary|
        grammar) school
    im (?:[1-9]|1[0-8])\. lebensjahr
    (?:lower |upper )?(?:fourth|fifth|sixth)[\s-]form(?:er|ers)?(?! (?:teacher|tutor|master|mistress|
        college principal))
    (?:lower|upper) sixth(?=\s*(?:[.,;!?)]|$|\n))
    (?:she|he|i|they|you|who|\}\})(?:'s|'m|'re| is| am| are) in (?:class|form|grade|year) (?:[1-9]|
        1[0-3])(?=\s*(?:[.,;!?)]|
        $|\n|and\b|at\b|of\b))
    k-?12 (?:students?|pupils?|kids?)
    (?:repeat(?:s|ing)?|start(?:s|ing)?|enter(?:s|ing)?|finish(?:es|ing)?|is in|is a|i'm a|
        attends) (?:year|grade) (?:[5-9]|
        1[0-3]|six|seven|eight|nine|ten|eleven|twelve)(?=\s*(?:[.,;!?)]|$|\n|and\b|but\b|at\b))
    (?:finished|left|completed|graduated(?: from)?) (?:middle|elementary|primary|junior high|secondary|
        high)(?: school)?\s
        (?:last (?:week|month|summer|spring)|yesterday|this (?:week|month|summer|spring|year))
    (?:more )?years? of (?:high|middle|elementary|primary|secondary) school (?:to go|left|ahead|remain\w{0,3})
    (?:est|suis|es|entre|passe|eleve) en (?:[3-6]e(?:me)?|sixieme|cinquieme|quatrieme|
        troisieme|2nde|seconde|1ere|premiere|terminale)(?=\s*(?:[.,;!?)]|$|\n|et\b|
        (?:au|du|dans un) (?:college|lycee)))
    high[\s(,:–-]{2,3}(?:freshm[ae]n|sophomore|junior|senior)(?=\s*(?:[.,;!?)\]|]|$|\n))
    high(?: school)?[\s(,:–-]{1,3}class of (?:20|'|’)(?:2[7-9]|3\d)
    class of (?:20|'|’)(?:2[7-9]|3\d)[^.!?\n]{0,24}[\s(](?:high(?: school)?|hs)(?=\s*(?:[.,;!?)]|$|\n))
    (?:hs|h\.s\.) (?:freshm[ae]n|sophomores?|juniors?|seniors?|students?|kids?)
    (?:freshm[ae]n|sophomore|junior|senior|student|pupil)\s?(?:@|\(|,|/)\s?(?:\w{2,14} ){0,2}(?:high|
        hs)(?=\s*(?:[.,;!?)]|
        $|\n))
    (?:(?<=^)|(?<=\n))year (?:[7-9]|1[0-3]) (?!(?:of|after|in|since|at|on|and|was|is|the|begins|ends|
        passed|before|
        abroad|here|now|went)\b)[a-z]{3,12}(?=\s*(?:[.,;!?)|]|$|\n))
    (?:student|pupil)[\s(,:–-]{1,3}(?:year|grade|class) (?:[1-9]|1[0-3])
    (?:play(?:s|ing)?|starts?|captains?|runs|races|swims|competes|competing|selected|called up|capped|scores?)
        (?: [\w'-]{1,12}){0,3}? (?:for|in|on|with|to|at) (?:[\w'-]{1,12} ){0,3}?(?:under|
        u)[\s-]?(?:1[0-8]|[6-9])s?
    (?:under|u)[\s-]?(?:1[0-8]|[6-9])s? (?:[\w-]{2,12} ){0,2}(?:player|goalkeeper|goalie|striker|
        captain|swimmer|
        runner|gymnast|athlete|champion|midfielder|defender|forward|skater)
    kindergart(?:e?ner|en kid|en child|en student)s?
    pre-?schoolers?
    (?:kindergarten|pre-?school|nursery(?:[\s-]school)?|day-?care) (?:pupils?|students?|child(?:ren)?|kids?|
        girls?|boys?)(?! (?:teacher|room|clothes))
    high[\s-]?school freshm[ae]n
    not (?:yet )?of legal age
    not (?:even |quite )?legal yet
    pre-?(?:pubescent|pubertal|adolescent)
    (?:she|he|i|you|they)(?:'s not| is not| isn't|'m not| am not| are not| aren't|
        're not| ain't) (?:even )?legal(?: yet)?
    teen[\s-]?age(?:d|r)?s?[\s-](?:girls?|boys?|daughter|runaways?|virgin|dancer|model|lover|prostitute|
        slave|maid)
    teen (?:girls?|boys?|model|lovers?|virgin|slave|couples?|sweethearts?|twins?|siblings?|runaways?|
        romance(?! (?:novel|book|
        film|movie|author|writer)))
    child (?:bride|lover|prostitute|model|soldier)s?
    (?:girl|boy|teen|kid) (?:under|below) (?:18|eighteen)
    colegialas?
    colegiales?
    menor(?:es)? de (?:edad|idade)
    lyceen(?:ne)?s?
    collegien(?:ne)?s?
    ecoli(?:er|ere)s?
    mineure?s?(?= |$|\.|,)
    minderjahrig\w{0,3}
    schulerin(?:nen)?
    schulmadchen
    minorenn[ei]
    minorene
    studentessa (?:delle|del) (?:superiori|liceo)
    liceale
    nieletni\w{0,3}
    niepelnoletni\w{0,3}
    licealist\w{1,3}
    gimnazjalist\w{1,3}
    uczennic\w{1,2}
    школьниц\w{1,3}
    (?!одно)[а-я]{4,11}классни[цк]\w{0,3}
    школьник\w{0,3}
    старшеклассни\w{1,4}
    несовершеннолетн\w{1,4}
    малолетн?к?\w{0,4}
    малолетка
    девятиклассни\w{1,4}
    десятиклассни\w{1,4}
    первоклассни\w{1,4}
    неповнолітн\w{1,4}
    liseli(?:ler)?
    lise ogrenci\w{0,4}
    (?:ilkokul|ortaokul) ogrenci\w{0,4}
    re[sc]it (?:degil|olmayan)
    minderjarig\w{0,2}
    scholier(?:e|en)?
    schoolmeisjes?
    mindrearig\w{0,2}
    menor de 18
    alaikai\w{2,5}
    anak (?:smp|sma|sd)
    di bawah umur
    nabalig
    """
)
PERSONA_UNSPACED = parts(
    r"""
    女子高生
    女子中学生
    男子高校生
    女子小学生
    小学[一二三四五六1-6]?年?生
    中学[一二三1-3]?年?生
    高校[一二三1-3]?年?生
    高等学生
    小学[一二三四五六1-6]年
    中学[一二三1-3]年
    高校[一二三1-3]年
    未成年(?!者?(?:お断り|禁止|は))
    幼女
    幼児
    ロリ(?!ポップ)
    ショタ
    萝莉
    蘿莉
    正太
    高中[女男]?学?生
    (?:高中|初中|小学)[一二三四五六]年级
    中[一二三](?=です|だ|の(?:女|男|少)|生)
    高[一二三](?=です|だ)
    读(?:高中|初中|小学)的?
    (?:高中|初中)的?(?:女孩|男孩|女生|男生|少女|少年)
    初中[女男]学?生
    初中生
    小学女生
    初[一二三]
    高[1-3](?=です|だ|の|、|。|生|$)
    高[一二三](?=女|男|学|的|生|の)
    (?:还差|還差|差)[一二两三四几半\d]{1,2}[个個]?[年月天](?:就|才)?(?:成年|十八|18)
    미성년
    여고생
    (?:초등학교|중학교|고등학교|고교|중등)\s?[1-6일이삼]?\s?학년
    豆蔻年华
    二八(?:佳人|年华)
    花季少女
    十几岁
    十代の(?:少|女|男)
    여중생
    남고생
    (?:고등|중|초등)학생
    로리(?!타)
    (?:중|고)[1-3](?=이|학|인|\b)
    قاصر
    القاصر
    تلميذة
    طالبة (?:في )?(?:ثانوية|مدرسة|الثانوية)
    (?:طالب|طالبة|تلميذ|تلميذة|تدرس|يدرس) (?:في |ب)?(?:ال)?(?:مرحلة )?(?:ال)?(?:[إا]عدادية|
        ابتدائية|متوسطة|ثانوية)
    नाबालिग
    अवयस्क
    स्कूल की लड़की
    स्कूली (?:छात्रा|लड़की)
    """
)
# "a minor" is a person only where the sentence says no more about it.
MINOR_STATUS = words(
    r"""
    (?:is|am|are|'s|'m|i'm|she's|he's|being|as|like|was|were|still|technically|legally|only) (?:still |
        technically |legally |just |only )?(?:a )?minors?(?=\s*(?:[.,;!?)*"]|$|\n|and\b|but\b|who\b|so\b|
        by\b|under\b|girl|boy|in the eyes|yet\b))
    (?:with|of|on|for|to|between|towards?|against|involving|about) an? (?:actual |real |underage )?
        minor(?=\s*(?:[.,;!?)*"]|$|\n|and\b|but\b|who\b))
    minors(?! (?:in|league|key|scale|chords?|detail))
    minor (?:girl|boy|female|child|daughter|student)
    legal minor
    (?<!was )(?<!were )still (?:only |just )?an? (?:child|kid|teen|teenager|
        adolescent)(?=\s*(?:[.,;!?)]|$|\n))
    (?<=^)(?:a )?minor(?=\.?$| in the eyes| under the law| by law)
    (?:u|sub)[\s-]?18(?=\s*(?:$|[.,;!)\]\n]|girl|boy|char|oc\b|teen))
    (?:(?:legal )?status|age(?: group)?|alter|edad|
        idade)\s?[:=–-]{1,2}\s?(?:a )?minor(?=\s*(?:[.,;!?)*"|\]}]|$|\n))
    """
)
# Words for the young, as often about somebody in the background.
CHILD = words(
    r"""
    child(?:ren)?(?!'s play|[\s-](?:at heart|of (?:the|god|fortune|nature|two worlds|war|divorce|light|
        darkness)))
    kids?(?! (?:you not|at heart|around)|ding)
    kiddo
    kiddies?
    toddlers?
    infants?
    babies
    (?:a|the|her|his|their|our|newborn|crying|little) baby(?! (?:blue|pink|grand|face|steps?|oil|shower|
        carrots?|doll))
    teens
    teen(?:s|ager?s?|aged?|agers)?(?! (?:drama|movie|idol|magazine|pop|fiction|novel))
    adolescents?
    juveniles?(?! (?:court|crime|delinquency|humou?r))
    (?:little|young) (?:girl|boy|lad|lass)s?
    pupils(?= (?:at|of|in) )
    school ?children
    kindergartners?
    youngsters?
    niñ[ao]s?
    ninit[ao]s?
    adolescentes?
    chiquill[ao]s?
    enfants?
    fillettes?
    petites? filles?
    petits? garcons?
    jeunes? filles?
    (?:die|meine|ihre|seine|zwei|drei|mit|keine|kleine|der|den) kindern?
    kindes
    (?:ein|das|mit|nacktes|dem|kleines|einem|unschuldiges) kind(?![^\W\d_])
    kleine[sn]? madchen
    kleine[rn]? junge
    jugendliche[rn]?
    criancas?
    menin[ao]s?
    bambin[aoei]
    ragazzin[aeoi]
    dzieck\w{1,2}
    dzieci\w{0,3}
    dziewczynk\w{1,3}
    nastolat\w{1,3}
    nastoletni\w{0,3}
    ребен(?:ок|к\w{1,3})
    дет(?:и|ей|ьми|ям|ях)
    детск\w{2,3}
    девочк\w{1,3}
    мальчик\w{0,3}
    подрост(?:ок|к\w{1,3})
    дитин\w{1,3}
    діт\w{1,3}
    cocuk(?:lar\w{0,3}|la|lu)?
    kucuk kiz\w{0,2}
    ergen(?:lik)?
    kinderen
    meisje
    tiener\w{0,2}
    barn(?:et|en)
    flicka
    anak kecil
    παιδι\w{0,3}
    bachch\w{1,2}
    """
)
CHILD_UNSPACED = parts(
    "少女|少年(?!漫画|ジャンプ)|子供|子ども|こども|女の子|男の子|小女孩|小男孩|女孩|男孩|儿童|兒童|孩子|어린이|어린아이|아이들|소녀|소년|"
    "طفل|اطفال|الاطفال|مراهق|بچه|बच्च|किशोर|เด็ก|ילד"
)
# In the look of a person these leave no doubt, whatever stands around them.
DRAWN_YOUNG = words(
    r"""
    child(?:ren)?
    kids?
    bab(?:y(?! blue| pink)|ies)
    teen(?:s|ager?s?|aged?)?
    juveniles?
    lolita
    under[\s-]?age
    a minor
    minors
    (?:primary|elementary|middle|high)[\s-]?school(?:er|ers)?
    """
)
# In pictures these mean an adult as often as not: refused there only, with a way out.
AMBIGUOUS_YOUTH = words(
    r"""
    girls?
    boys?
    minor
    madchen
    chic[ao]s?
    muchach[ao]s?
    ragazz[aeio]
    filles?
    garcons?
    kind
    garot[ao]s?
    dziewczyn\w{1,3}
    девушк\w{1,3}
    kiz(?:lar)?
    youths?
    """
)
# Phrases with such words that speak of nobody below 18, or keep them out.
NO_MINOR = words(
    r"""
    (?:no|not for|never|without|excluding|exclude|except|keep (?:out|away from)|ban(?:ned|s)?|block(?:s|
        ed)?|not suitable for|unsuitable for|inappropriate for|out of reach of|away from|isn't for|
        is not for|not meant for|not intended for|don't want|do not want|nothing (?:with|about)|zero|
        will not (?:play|roleplay|write)(?: with)?|won't (?:play|roleplay|write)(?: with)?|do not (?:play|
        roleplay|write)(?: with)?|does not (?:play|roleplay|
        write)(?: with)?)(?:
        \s(?:any|to|the|own))?(?:\sunderage)?(?:\sminors?|\schildren|\skids|\steens|\steenagers|
        \sunderage\w{0,2}
        (?:\s(?:content|characters?|users?|people))?|,?\s(?:or\s|and\s)?(?:minors?|children|kids|teens)){1,3}
    (?:minors?|children|kids|teens)(?: and \w{3,10})?,? (?:dni|do not interact|don't interact|not allowed|
        not permitted|not welcome|prohibited|forbidden|stay (?:away|out)|keep (?:away|out)|go away|
        will be (?:blocked|banned|reported)|must (?:leave|not)|are(?:n't| not)(?: \w{3,10})?|
        should(?:n't| not)|may not|can(?:not|'t)|get out|begone|please leave|leave)
    (?:no ?one|nobody|not?|not for|not (?:any(?:one|body)|those|people|persons|users|players)|no (?:users?|
        people|characters?|persons?|players?)|if you(?:'re| are)|do not enter|never|
        if)(?:\swho(?:'s|\sis|\sare)?|\sthat(?:'s|\sis|\sare))?(?:\sis|\sare|\syou(?:'re|
        \sare)?)?(?:\saged?)?\s
        (?:under|below|younger than|less than)(?:\sthe)?(?:\sage)?(?:\sof)?\s?
        (?:18|21|eighteen|twenty[\s-]one)
        (?:\syears?(?:\sold|\sof age)?)?
    (?:under|below|younger than)(?: the)?(?: age)?(?: of)? ?(?:18|21|eighteen)s? (?:dni|do not|don't|not|
        prohibited|forbidden|must|should|may not|will be|leave|keep out|stay|are(?:n't| not)|strictly|
        go away|please|need not|cannot|can't)
    (?:no|not for|anti) (?:under|below|u|sub)[\s-]?(?:18|21)s?
    (?:u|sub)[\s-]?18s? (?:dni|do not|don't|not allowed|keep out|stay away|banned|will be)
    (?:at least|over|above|older than|not under|not below|no younger than|
        minimum(?: age)?(?: of| is)?)(?: the)?(?: age)?(?: of)? ?(?:18|21|eighteen|
        twenty[\s-]one)(?: years?(?: old| of age)?)?
    (?:not|no longer|isn't|ain't|never|wasn't) (?:a |really a |some |just a )?(?:little )?(?:child|kid|
        girl|boy|teen|teenager|minor)(?: any ?more| any longer)?(?=\s*(?:[.,;!?)*"]|$|\n|but|and|any))
    (?:only|middle|eldest|oldest|youngest|first|second|third|fourth|fifth|sixth|seventh|last|inner|love|
        wild|flower|poster|problem|golden|star|brain)[\s-]child(?:ren)?
    child(?:ren)? of (?:a|an|two|the|immigrants|divorce)(?: \w{2,14})?
    (?:excited|happy|giggl\w{1,3}|laugh\w{0,3}|cry|cries|sulk\w{0,3}|pout\w{0,3}|curious|grin\w{0,4}|
        stubborn|smil\w{1,3}|sleeps?) like an? (?:little )?(?:child|kid|schoolgirl|schoolboy|teenager)
    like an? (?:child|kid) (?:in|at|on|before) (?:a |the )?(?:candy|sweet|toy|christmas)\w*
    kids? (?:you not|around|at heart)
    (?:a|the|big|young) (?:kid|child) at heart
    (?:billy|cisco|sundance) the kid
    (?:karate|sundance) kid
    kid (?:rock|cudi)
    child'?s play
    (?:the )?new kid (?:on|in|at)
    (?:cool|rich|theatre|theater|city|farm|country|street|problem) kids?(?= (?:who|turned|from|at))
    (?:no|without|doesn't have|does not have|never had|don't have|has no|have no|never wanted|doesn't want|
        cannot have|can't have)(?: any| to have| her own| his own)? (?:a )?(?:child(?:ren)?|kids|babies|
        baby)
    (?:wants?|having|expecting|wish(?:es)? for|longs? for|dream(?:s|ing) of|
        to have)(?: any| her own| his own)? (?:a )?(?:child(?:ren)?|kids|babies|baby)(?=\s*(?:[.,;!?)]|$|
        \n|one day|someday|of (?:her|his|their) own))
    childfree
    child[\s-](?:psycholog|psychiatr|therap|protection|support|care|welfare|services|free|proof|safety|
        custody|actor|star|prodigy|labor|labour)\w{0,10}
    (?:children's|kids'?|child's|teen|youth|young adult|juvenile) (?:books?|hospital|author|ward|clinic|tv|
        show|shows|menu|charity|choir|theatre|theater|home|novel|novels|literature|party|parties|club|
        court|counsellor|counselor|court judge|fiction|magazine|drama|movie|films?|wear|clothes|toys)
    underage (?:drinking|gambling|smoking|driving)
    (?:anti|against|fights?|stops?|prevents?)[\s-](?:child|teen|underage)[\w\s-]{0,16}
    school[\s-]?girl days
    (?:[b-g]|[a-g][\s-]?(?:sharp|flat|dur|moll|#|♭|♯)|harmonic|melodic|natural|relative|sonata|nocturne|
        etude|prelude)[\s-]minors?
    (?:protection|safety|protecting|laws?|rights|welfare|custody|guardian|placement) (?:of|for|to protect|
        on) minors
    (?:crimes?|offen[cs]es?|offenders?|legislation|case|cases) (?:against|of|on) (?:minors?|children)
    minors'? (?:rights|department|court|welfare|protection|act)
    minors?[\s-](?:league|key|scale|chord|royalty|miracle|setback|inconvenience|details?|flaw|celebrity|
        gods?|spirit|demon|official|threat|
        surgery|burns?|wounds?|offen[cs]e|accident|roles?|issues?|repairs?)
    (?:was|were) (?:a |an )?(?:school\s?(?:boy|girl|child)|teenager|child|kid) in the (?:
        19[3-9]0s|(?:nineteen[\s-])?
        (?:thirties|forties|fifties|sixties|seventies|eighties|nineties))
    ocean's (?:eight|eleven|twelve|thirteen|
        8|1[1-3])(?= (?:is|was|on|in the cinema|film|movie|tonight|again)\b)
    (?:watch\w{0,3}|saw|seen|film|movie|remake of|like in|as in|quotes?) ocean's (?:eight|eleven|twelve|
        thirteen|8|1[1-3])
    minor (?:in(?! the eyes)|noble|deity|god|goddess|role|key|injur\w{1,3}|character|detail|problem|chord|
        scale)s?
    (?:sweet child|dear child|my child|poor child|foolish child)(?= (?:of|o'))
    teen[\s-]?age years
    """
)
# Grown-up ways to say school words.
GROWN_UP = words(
    r"""
    high[\s-]school (?:sweethearts?|reunion|teachers?|coach(?:es)?|principals?|janitors?|counsell?ors?|
        diploma|graduates?|degree|dropout|friends?|crush|rival|band|yearbook|bully)
    (?:graduated|dropped out|graduate|graduating|graduation|out) (?:of|from) (?:high|secondary) school
    (?!(?:(?<=just )|(?<=newly )|(?<=recently )|(?<=only ))(?:finished|left) (?:middle|elementary|primary|
        junior))(?:since|after|before|from|back in|met in|finished|left|during|ever since) (?:high|
        middle|elementary|primary|secondary|junior high) school(?:ers)?(?=[\s,.;!?]|$)(?! (?:last|yesterday|
        this|girl|boy|student|kid|senior|junior|sophomore|freshman))
    since (?:kindergarten|preschool|(?:\w{5,8}|\d{1,2}(?:st|nd|rd|th)) grade)
    (?:college|university|uni) (?:freshm[ae]n|sophomores?|juniors?|seniors?)
    """
)
