"""Sexual words: what is plain, what only suggests, and what sounds like it and is not."""

from moderation.screening.terms import parts, words

EXPLICIT = words(
    r"""
    sex(?:ual|ually|ualised|ualized|ualise|ualize|ting|ting|ts)?
    porn(?:o|os|ographic|ography|star|stars|hub)?
    pr0n
    erotic(?:a|ally|ism)?
    nsfw
    hentai
    ecchi
    lewd(?:ly|s)?
    nud(?:e|es|ity|ist|ists)
    naked(?:ness)?
    genitals?
    orgasm(?:s|ic)?
    fetish(?:es|ist)?
    intercourse
    horny
    aroused
    arous(?:al|ing)
    masturbat\w{1,4}
    fap(?:ping)?
    penis(?:es)?
    vaginas?
    clit(?:oris)?
    boobs?
    tits
    titties
    nipples?
    (?:bare|naked|big|huge|large|her|touch\w{0,3} \w{2,5}|grop\w{1,3} \w{2,5}) breasts?(?!plate|feed)
    dick pics?
    (?:his|my|your|hard|big|suck\w{0,3} \w{1,5}|thick) (?:cock|dick)
    (?:her|my|your|wet|tight) (?:pussy|cunt)
    (?<!-)cum(?:s|ming|shot)?(?! laude|-)
    creampie
    blow[\s-]?jobs?
    hand[\s-]?jobs?
    rim[\s-]?jobs?
    dildos?
    vibrators?
    fuck(?:s|ed|ing)? (?:me|you|u|her|him|them|us|each|my|your|hard|a|the|like)
    (?:to|and|will|can|let's|wanna|gonna|us) fuck(?! (?:off|up|this|that|it))
    fucked (?:me|her|him|you|by|hard|silly)
    anal(?! (?:retentive|ysis))
    threesomes?
    gang[\s-]?bangs?
    org(?:y|ies)
    bdsm
    bondage
    dominatrix(?:es)?
    strip(?:per|pers|tease|[\s-]club|[\s-]clubs)
    (?:strip(?:s|ped|ping)?|takes?) (?:for|naked|her clothes|his clothes|off (?:her|his|your|my|
        their) (?:clothes|dress|shirt|panties|underwear|bra))
    undress(?:ed|es|ing)?
    panties
    one[\s-]night stands?
    (?:make|makes|making|made) love
    foreplay
    prostitut(?:e|es|ion|ed)
    brothels?
    camgirls?
    sugar dadd(?:y|ies)
    call[\s-]girls?
    virginity
    deflower\w{0,3}
    kink(?:y|s)?
    hardcore scenes?
    x-rated
    xxx(?= (?:video|rated|movie|pics|content|scene))
    18\+ (?:scenes?|content|roleplay|fun)
    smut(?:ty)?
    moan(?:s|ed|ing)? (?:with|in|of|from|your|my|his|her|softly with) ?(?:pleasure|name|lust|ecstasy)?
    grind(?:s|ing)? (?:on|against) (?:you|him|her|me)
    sleeps? with (?:me|you|him|her|strangers|men|women|clients|customers|everyone|anyone|his|their)
    slept with
    incest(?:uous)?
    sexo
    sexuales?
    sexuel(?:le)?s?
    sexe
    sexy
    erotische?[rnsm]?
    erotisch
    erotiques?
    eroti[ck][oaei]s?
    erotyczn\w{1,3}
    erotik
    desnud[ao]s?
    desnudar\w{0,3}
    nack(?:t|te|ter|tes|ten|tem)
    nues?(?! skin)
    nud[aeio]
    sesso
    sessual[ei]
    seks(?:i|uel|ualn\w{1,3}|uele|ueel)?
    nag(?:iej|ie|ich)
    naakte?
    naken(?:t|na)?
    ciplak
    porno\w{0,5}
    follar\w{0,2}
    baiser avec
    ficken
    gefickt
    scopare
    секс\w{0,8}
    порн\w{0,8}
    эрот\w{1,8}
    гол(?:ая|ый|ые|ого|ой|ую|ым|ыми)
    обнаж[её]нн\w{1,3}
    трах\w{1,6}
    оргазм\w{0,3}
    еротич\w{1,4}
    telanjang
    nang[ia]
    """
)
EXPLICIT_UNSPACED = parts(
    "セックス|エロ(?!イ?ーズ)|性的|性交|全裸|裸(?!足|眼|馬|一貫)|ヌード|ポルノ|変態|えっち|色情|裸体|裸照|性爱|性愛|做爱|做愛|黄片|情色|激情戏|섹스|섹시|야동|야한|알몸|"
    "누드|포르노|에로|성관계|جنس(?:ي|ية)|ممارسة الجنس|عاري?ة?(?!ت)|اباحي|सेक्स|नंगी|नंगा|अश्लील|कामुक|เซ็กส์|เปลือย"
)
# Words that suggest, and more only in company.
SUGGESTIVE = words(
    r"""
    sexiest
    seduc(?:e|es|ed|er|ing|tive|tively|tion|tress)
    sensual(?:ly|ity)?
    lingerie
    lust(?:ful|fully|ing|s)?(?! for (?:life|power|gold|glory|knowledge|adventure|blood|revenge|vengeance))
    flirt(?:y|atious|atiously)
    french[\s-]kiss\w{0,3}
    mak(?:es?|ing) out with
    made out with
    passionate(?:ly)? kiss\w{0,3}
    lovers
    hot and (?:bothered|heavy)
    in (?:her|his|your|my) underwear
    bikini pics?
    skimpy
    scantily
    provocative(?:ly)?
    cleavage
    curvy body
    submissive(?= (?:slave|pet|to you|sex))
    turned on by
    turns? (?:me|you|him|her) on
    naughty
    thirst trap
    dirty talk
    nudes?
    grop(?:e|es|ed|ing)
    fondl(?:e|es|ed|ing)
    caress(?:es|ed|ing)? (?:her|his|your|my) (?:thighs?|body|chest|breasts?|hips?|legs?)
    travies[ao]s?
    sinnlich\w{0,3}
    sensuel(?:le)?s?
    sensual[ei]?s?
    """
)
# What sounds like it and is not.
INNOCENT = words(
    r"""
    (?:same|opposite|fairer|either|both|single|mixed)[\s-]sex(?:es)?
    sex(?: ed| education| educators?| change| chromosomes?| discrimination| equality| assigned)
    (?:biological |assigned )?(?:sex|gender)\s?[:=]\s?\(?"?(?:female|male|f|m|woman|man|other|n/?a|unknown)
    make love,? (?:and )?not war
    the (?:female|male|weaker|stronger) sex
    sexual (?:orientation|health|identity|selection|reproduction|dimorphism)
    naked (?:eyes?|truth|ambition|flames?|blades?|swords?|steel|souls?|mole|trees?|branch(?:es)?|bulb|
        singularity|greed|aggression|fear)
    nude (?:lipstick|lips|colou?r(?:ed)?|heels?|tones?|shades?|nails?|palette|shoes|make-?up)
    kinky (?:hair|curls?|coils?|afro)
    kinks? (?:in|out)(?= the)
    (?:strip|strips|stripped) (?:of|the|down the|away)
    (?:coffee|coin|art|book|plant|shoe|stationery|fountain pen) fetish
    (?:out|iron|work) (?:out )?the kinks
    (?:sleeps?|slept|sleeping) with (?:his|her|their|the) (?:\w{2,8} )?(?:dog|cat|window|door|light|sword|
        book|eyes|teddy|boots|gun|head|fishes|knife|doors|windows|blanket|pillow)s?
    sexual (?:abuse|assault|violence|harassment|exploitation|predators?|crimes?|
        offen[cd]\w{1,3}) (?:survivors?|victims?|awareness|prevention|unit|cases?|squad|hotline|counsell?or)
    (?:survivors?|victims?|counsell?ing|prevention) of (?:childhood )?sexual (?:abuse|assault|violence)
    sex crimes? (?:unit|detective|squad|prosecutor)
    seduced by (?:the )?(?:dark side|power|promise\w?|idea|mystery|smell|magic|money|sea)
    """
)
# What a picture must never show.
PICTURE = words(
    r"""
    porn(?:o|ographic|ography)?
    erotica?
    nsfw
    hentai
    ecchi
    lewd
    nud(?:e|es|ity|ist|ists)
    naked(?:ness)?
    genitals?
    nipples?
    areolas?
    penis
    vagina
    boobs?
    tits
    cum
    bdsm
    bare breasts?
    (?:exposed|uncovered|naked) (?:breasts?|chest|body|torso|buttocks)
    breasts? (?:out|exposed|visible|bare)
    topless
    bottomless
    undress(?:ed|ing)?
    un(?:clothed|clad|dressed)
    disrobed
    (?:without (?:any |an? |his |her |their )?|no )(?:clothes|clothing|shirt|top(?![\s-]hat)|underwear|bra|
        pants|garments)
    (?:wearing|wears|dressed in) (?:nothing|only (?:a )?(?:towel|smile|thong|panties|bra))
    in the (?:nude|buff)
    birthday suit
    shirtless
    bare[\s-]?chest(?:ed)?
    see-?through
    transparent (?:dress|clothes|shirt|blouse|lingerie)
    strip(?:s|ping|ped)? (?:naked|off)
    sex(?:ual|y)?
    intercourse
    orgasms?
    spread(?:ing)? (?:her |his )?legs
    masturbat\w{1,4}
    desnud[ao]s?
    nackt\w{0,2}
    nue?s?
    nud[aoei]
    sin ropa
    ohne kleid(?:er|ung)
    sans vetements
    senza vestiti
    sem roupa
    гол(?:ая|ый|ые)
    обнаж[её]нн\w{1,3}
    без одежды
    ciplak
    naakt
    xxx
    """
)
