"""What is in no text that others may read; each code names its rule in policies.rules."""

from moderation.screening.terms import words

_GROUPS = (
    r"(?:jews?|jewish people|muslims?|christians|hindus|blacks?|black people|whites?|white people|"
    r"asians?|arabs?|mexicans|"
    r"africans?|gays?|gay people|lesbians|homosexuals|trans(?:gender)?(?: people|s)?|immigrants|migrants|"
    r"refugees|foreigners|women|"
    r"disabled people|the disabled|gypsies|roma|indians|chinese|poles|turks|latinos|juden|judios|juifs|"
    r"musulmanes|musulmans|"
    r"auslander|inmigrantes|negros)"
)
# (code, what is never allowed, what would be fine about it: who helps, fights it or survived it)
NON_CONSENSUAL = words(
    r"""
    rap(?:e|es|ed|ing|ist|ists|ey)
    molest(?:s|ed|ing|er|ers|ation)?
    incest(?:uous)?
    non-?con(?:sensual)?(?: sex| themes?| scenes?)?
    dub-?con
    (?:forc(?:e|es|ed|ing)|coerc(?:e|es|ed|ing)|blackmail(?:s|ed|ing)?|makes) (?:her|him|you|me|them|women|
        girls|someone|the \w{2,12}|\w{2,12}) (?:in)?to (?:have sex|sex|strip|undress|sleep with|perform|
        pleasure|kiss)\w{0,4}
    (?:sex|fuck\w{0,3}|touch\w{0,3}|takes? (?:her|you|him)|sleep with) [\w\s]{0,24}(?:against (?:her|his|
        your|their) will|without (?:her|his|your|their )?consent|while (?:you|she|he|
        they)(?:'re| are| is)? (?:sleep|asleep|unconscious|drugged|passed out)\w{0,3})
    against (?:her|his|your|their) will[\w\s,]{0,30}(?:sex|bed|strip|undress)
    drug(?:s|ged)? (?:you|her|him|your drink|her drink|his drink)[\w\s,]{0,30}(?:sex|bed|undress\w{0,3}|
        touch\w{0,3}|fuck\w{0,2})
    sex slaves?
    upskirts?
    revenge porn
    (?:hidden|spy) cam(?:era)? (?:sex|nudes?|videos? of (?:her|women|girls))
    bestiality
    zoophil\w{1,3}
    necrophil\w{1,4}
    violad(?:a|or|ores)
    vergewaltig\w{1,6}
    violer (?:une|des|la)
    изнасил\w{1,8}
    stupr(?:o|are|atore)
    """
)
TRAFFICKING = words(
    r"""
    (?:sell(?:s|ing)?|sold|buy(?:s|ing)?|trad(?:e|es|ing)|traffic(?:s|king)?|auction(?:s|ing)?|smuggl(?:e|
        es|ing)) (?:\w{2,10} ){0,2}(?:women|girls|children|people|humans|boys|brides|kids)(?! (?:books?|
        clothes|shoes|toys|magazines|wear|dresses))
    (?:women|girls|brides|boys|children|people) (?:for|on) (?:sale|hire|order|auction)
    escorts? (?:available|for hire|tonight|in your area|wanted)
    recruit(?:s|ing)? (?:\w{2,10} ){0,3}(?:women|girls|models|boys)[\w\s,]{0,40}(?:abroad|sex|passport\w?|
        escorts?|overseas)
    (?:keep|take|hold|confiscate)s? (?:\w{2,6} )?passports?
    (?:models|girls|women|dancers) wanted[\w\s,.]{0,40}(?:abroad|passport|no questions|escort)
    mail[\s-]order brides?
    human trafficking (?:ring|business)(?= (?:for you|needs|wants|hires))
    """
)
VIOLENCE = words(
    rf"""
    (?:kill|murder|shoot|hang|burn|slaughter|lynch|behead|stab) (?:all |every |the |
        those )(?:the )?(?:{_GROUPS}|cops|police(?:men)?|politicians|teachers|infidels|unbelievers|
        christian|muslim|jew|democrats|republicans|school children)
    (?:shoot|bomb|blow|burn|attack|shooting|bombing)(?:ing)? (?:up |down )?(?:a|the|my|your|our|
        this) (?:school|church|mosque|synagogue|hospital|temple|office|airport|train station|government|
        concert)
    how to (?:make|build|assemble|construct|cook) (?:an? |the )?(?:\w{{2,10}} )?(?:bombs?|explosives?|ied|
        nerve gas|chemical weapon|ghost gun|napalm|molotov\w{{0,9}}|pressure cooker bomb)
    (?:make|build|making|building) (?:an? )?(?:pipe|nail|dirty|fertili[sz]er|pressure[\s-]cooker) bombs?
    bomb[\s-]making (?:guide|instructions?|tutorial)
    (?:instructions?|tutorial|recipe|guide) (?:for|to|on) (?:\w{{2,8}} ){{0,2}}(?:bombs?|explosives?|
        poison(?:ing)? (?:people|someone)|murder)
    (?:praise|hail|glory to|long live|support|join) (?:isis|al[\s-]?qaeda|the (?:shooter|bomber|taliban|
        islamic state))
    i (?:will|am going to|'m going to|'ll) (?:kill|shoot|stab|murder) (?:you|your family|everyone|
        them all) (?:at|in|tomorrow|tonight) (?:the |your )?(?:school|office|work|house|church|home)
    mass shooting(?= (?:is|was) (?:good|great|heroic|deserved))
    """
)
SELF_HARM = words(
    r"""
    (?:kill|hang|cut|hurt|starve|harm|drown|poison|shoot) (?:your|ur) ?self(?! (?:some slack|off|short|out|
        with work|a slice))
    kys
    (?:end|take) your (?:own )?life
    (?:you|u) (?:should|must|need to|deserve to|ought to|have to|better) (?:just )?(?:die(?! (?:another|
        laughing|of))|not (?:exist|live|eat)|end it|jump)
    (?:just |go )?jump(?:,| already)? (?:just )?do it
    (?:do it|jump)[^.!?\n]{0,20}(?:nobody|no one|noone) (?:will|would) (?:care|miss|notice)
    go (?:die|kill|hang|cut|jump off)(?! (?:down|a|the|through))
    better off (?:dead|without you)
    (?:nobody|no one) (?:would|will) (?:miss you|care if you die)
    how to (?:kill|hang|cut|starve|hurt|drown|poison) (?:your|one|him|her)self
    (?:how to|(?:best|right|proper|easiest|quickest|surest|painless) (?:way|method|place) to) (?:cut|slit|
        slash|open) (?:your|one's|her|his|the) (?:own )?(?:wrists?|veins|arms)
    (?:best|right|proper|easiest|quickest|surest|painless) (?:way|method) to (?:kill|hang|hurt|
        starve|drown) (?:your|one)self
    how to (?:tie|make|knot) an? (?:working |good |strong )?noose
    (?:how to|ways to|tips to|tips for|guide to|best way to|methods? (?:of|for|to)|
        instructions for) (?:\w{2,10} ){0,2}(?:suicide|self[\s-]harm(?:ing)?|cutting|purg(?:e|ing)|
        vomit\w{0,3}|overdos(?:e|ing)|starv(?:e|ing)(?: yourself)?|commit suicide)
    (?:pro[\s-]?(?:ana|mia)|thinspo|thinspiration|meanspo|bonespo)
    (?:encourag(?:e|es|ing)|persuad(?:e|es|ing)|convinc(?:e|es|ing)|tell(?:s|ing)?|push(?:es|ing)?|talks?|
        teach(?:es)?) (?:you|people|others|the user|users|\{\{user\}\}|them|
        readers) (?:how )?(?:in)?to (?:kill|cut|hurt|starve|hang|harm|suicide|self-harm|die|end|commit|
        stop eating|purge)\w{0,3}
    suicide (?:pact|game|challenge|is beautiful|is the answer|is the only)
    (?:cutting|starving|purging|self-harm|anorexia) (?:is (?:beautiful|good for you|the answer|cool|fun)|
        challenge|goals)
    matate
    suicidate
    bring(?:e|t)? (?:dich|euch) (?:\w{2,8} ){0,3}um
    tue[\s-]toi
    (?:tu devrais|tu dois|va) (?:\w{2,8} )?(?:te tuer|te suicider|mourir|crever)
    (?:deberias|tienes que|debes) (?:matarte|suicidarte|morirte)
    (?:du solltest|solltest du) dich (?:\w{2,8} )?(?:umbringen|erhangen|toten)
    (?:dovresti|devi) (?:ucciderti|ammazzarti|morire)
    (?:take|swallow) (?:all|every one of) (?:the|your|those|these) (?:pills|tablets|meds|medication)
    suicide[\s-]toi
    ucciditi
    ammazzati
    se mata
    убей себя
    выпились
    zabij sie
    kendini oldur
    """
)
HATE = words(
    rf"""
    (?:gas|exterminate|deport|eradicate|cleanse|enslave|get rid of|eliminate|wipe out|
        sterili[sz]e) (?:all |every |the |these |those ){{0,2}}{_GROUPS}
    (?:all |these |those |most |the )?{_GROUPS} (?:\w{{2,12}} )?(?:are|is) (?:all |just |nothing but |
        like |a |an )?(?:\w{{2,10}} )?(?:vermin|subhumans?|sub-?human|animals|parasites|filth|scum|
        cockroaches|rats|apes|monkeys|inferior|disgusting|a disease|disease|trash|garbage|savages|
        criminals|terrorists|rapists|invaders|degenerates?|evil|pigs|dogs|abominations?|mentally ill)
    (?:these|those|such|that kind of|all those) people (?:[\w'-]{{2,12}} ){{0,4}}(?:are|is) (?:all |just |
        nothing but |like ){{0,2}}(?:vermin|subhumans?|sub-?human|parasites|filth|scum|cockroaches)
    (?:{_GROUPS}|immigrant|migrant|refugee|foreigner),? (?:and|who|he|she|they) [^.!?\n]{{0,24}}(?:
        they|them)(?: are| all)? (?:vermin|subhumans?|sub-?human|parasites|filth|scum|cockroaches)
    (?:all |these |those |the )?{_GROUPS} (?:should|must|deserve to|need to|have to) (?:all |
        just )?(?:be (?:killed|deported|exterminated|gassed|shot|hanged|burned|banned|sterili[sz]ed|
        enslaved|put down)|die|burn|go back|disappear|leave)
    (?:i |we )?(?:hate|despise|death to|down with) (?:all |the |every |those ){{0,2}}{_GROUPS}
    death to (?:all )?(?:\w{{2,10}} )?{_GROUPS}
    go back to (?:your country|africa|mexico|china|where you came from)
    white (?:power|supremacy (?:now|forever|is)|pride worldwide)
    (?:heil|hail|sieg) (?:hitler|heil)
    hitler (?:was right|did nothing wrong|was a hero)
    (?:14[\s/]?88|1488)
    (?:the )?holocaust (?:is|was) (?:a (?:lie|hoax)|fake|good)
    (?:race war now|rahowa)
    (?:inferior|lesser|impure|dirty|filthy|mongrel) (?:races?|jews?|blacks?|muslims?|gypsies|immigrants|
        arabs)
    n[i1*]gg?(?:er|ers|ahs?|as?|\*\*?(?:rs?|s)?)
    n\*\*?g\*?\*?(?:er|ers|a|as|rs?)
    f[a*]gg?[o0*]ts?
    kikes?
    sp[i1*]cs
    chinks?(?! in)
    wetbacks?
    tr[a*]nn(?:y|ies)
    coons
    gooks?
    ragheads?
    towelheads?
    pakis
    retards
    dykes(?! (?:of|hold|broke|along|and dams))
    auslander raus
    juden raus
    muerte a los (?:judios|moros|maricones)
    mort aux (?:juifs|arabes)
    смерть (?:евреям|мусульманам|хохлам|геям)
    """
)
FRAUD = words(
    r"""
    (?:send|give|tell|share|type|enter|show|dm|text|need|confirm|verify)s? (?:me |
        us )?(?:your )(?:\w{2,8} )?(?:passwords?|card (?:number|details)|credit card\w?|bank (?:details|
        account|login)|pin(?: code)?|cvv|social security(?: number)?|ssn|one[\s-]time codes?|seed phrase|
        private keys?|login(?:s| details)?|iban|account (?:number|details)|wallet (?:key|phrase))
    double your (?:bitcoins?|crypto|money|coins|investment)
    (?:send|transfer|pay) (?:me |us )?[\w\s$€.,]{0,24}(?:bitcoins?|btc|crypto|eth|gift cards?|
        western union|money)[\w\s,.]{0,40}(?:back|double|twice|return|first|fee|prize|win|unlock)
    free (?:gift cards?|v-?bucks|robux|iphones?|bitcoin|money|coins generator)
    guaranteed (?:profits?|returns?|income|winnings?|investment)
    (?:you|you've) (?:have )?won (?:a|an|the|our)? ?(?:\w{2,10} )?(?:prize|lottery|iphone|gift card|
        giveaway|jackpot)
    (?:claim|collect) your (?:\w{2,8} )?(?:prize|reward|winnings|gift card|inheritance)
    (?:buy|send|get) (?:me )?(?:an? )?(?:itunes|amazon|steam|google play) (?:gift )?cards?(?: codes?)?
    (?:i am|i'm|this is) (?:from )?(?:the )?(?:support|admin|staff|moderation|bank|irs|paypal|
        microsoft)(?: team| support)?[\w\s,.]{0,40}(?:password|verify|account|card|pay|code)
    (?:risk[\s-]free|get[\s-]rich[\s-]quick) (?:investment|scheme|profit|money)
    (?:fake|counterfeit|forged) (?:ids?|passports?|money|bills|documents) (?:for sale|available|cheap|here)
    (?:stolen|cloned) (?:credit )?cards? (?:for sale|available|here)
    wire (?:me|us) (?:the )?(?:money|funds|\$?\d+)
    """
)
MALWARE = words(
    r"""
    (?:download|install|run|open|execute|try|get)(?:ing)? (?:this |my |the |our |a |
        free )?(?:\w{2,10} )?(?:keyloggers?|trojans?|ransomware|malware|virus(?:es)?|rat|spyware|stealers?|
        backdoor|rootkit|\w{1,20}\.exe|cracked \w{2,12}|apk|hack tool)
    (?:token|password|account|cookie|discord|crypto) (?:grabbers?|stealers?|crackers?)
    how to (?:write|make|build|spread|code|create|deploy|use) (?:an? |the |
        my )?(?:\w{2,10} )?(?:keyloggers?|trojans?|ransomware|malware|virus(?:es)?(?! less)|botnets?|
        spyware|ddos\w{0,3}|worm(?=s? that| to))
    (?:ransomware|malware|keylogger|botnet|exploit|phishing) (?:kit|builder|source code|for sale|download|
        as a service|tutorial|generator)
    (?:ddos|booter|stresser) (?:service|for hire|attack on)
    (?:disable|turn off) your (?:antivirus|firewall|defender)
    powershell -e\w{0,14}
    curl \S{4,80} \| ?(?:sudo )?(?:ba)?sh
    """
)
FORBIDDEN = (
    ("non-consensual", NON_CONSENSUAL),
    ("trafficking", TRAFFICKING),
    ("violence", VIOLENCE),
    ("self-harm", SELF_HARM),
    ("hate", HATE),
    ("fraud", FRAUD),
    ("malware", MALWARE),
)
# Who is on the other side: near these words a person decides, or there is nothing to decide.
HELPERS = words(
    r"""
    survivors?
    survived
    victims? of
    counsel\w{1,6}
    therap\w{1,5}
    social workers?
    crisis (?:line|worker|hotline|counsell?or)
    hotline
    prevent\w{0,4}
    prevention
    rescu(?:e|es|ed|ing|er)
    sav(?:e|es|ed|ing)
    detectives?
    investigat\w{1,5}
    prosecut\w{1,4}
    police
    hunts?
    hunting
    fights?
    fighting
    fought
    catch(?:es|ing)?
    caught
    expos(?:e|es|ed|ing)
    stop(?:s|ped|ping)?
    against (?!his|her|my|your|their)
    arrest(?:s|ed|ing)?
    journalists?
    lawyer
    advocat\w{1,3}
    escap(?:e|es|ed|ing)
    protects?
    helps? (?:the |other |young |people |who )*(?:victims|survivors|women|girls|people|them|others|those|
        escape|abused)
    activists?
    condemn\w{0,3}
    oppos(?:e|es|ed|ing)
    warns?
    accused of
    never
    refus(?:e|es|ed|ing)
    defus(?:e|es|ed|ing)
    analyst
    researcher
    antivirus
    """
)
# Only these read as calls to somebody, whoever says them: no helper makes them fine.
NO_HELPERS = frozenset({"fraud"})
# Somebody is not well and says so. It is never a no; in public a person should see it.
DISTRESS = words(
    r"""
    i (?:really |just |only )?(?:want|wanna|need|plan|am going|'m going|intend|wish|would like|
        'd like)(?: to| i could)? (?:die|kill myself|end (?:it|it all|my life)|be dead|hang myself|
        disappear forever|commit suicide)
    i(?:'m| am) (?:going to|gonna|about to) (?:kill myself|end (?:it all|my life)|hang myself|jump)
    i (?:will|'ll) (?:kill myself|end my life)(?: tonight| tomorrow| today)?
    how (?:(?:can|do|should) i|to) (?:(?:kill|hang|hurt) myself|end my life|hang myself)
    i (?:do not|don't|dont) want to (?:live|be alive|exist|be here)(?: any ?more)?
    i (?:cut|hurt|harm|starve|burn|tried to kill|want to hurt|want to cut) myself
    """
)
