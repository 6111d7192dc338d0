"""Themes for adults that are not sexual: they need Safe Mode off."""

from moderation.screening.terms import words

MATURE = words(
    r"""
    gor(?:e|y)
    (?:make|makes|made|making) (?:(?:passionate|sweet|slow|tender|wild|hot|gentle|steamy)[\s,]{1,2}){0,2}
        love(?:\s(?:all|every|until|till|again|on|in|under|by|with|to)\b|(?=\s*(?:[.;!?)]|$|\n)))
    seduc(?:e|es|ed|er|ing|tive|tively|tion|tress)
    sensual(?:ly|ity)?
    lingerie
    lustful(?:ly)?
    fondl(?:e|es|ed|ing)
    grop(?:e|es|ed|ing)
    mutilat(?:e|es|ed|ion|ing)
    dismember(?:s|ed|ment|ing)?
    disembowel\w{0,4}
    decapitat\w{1,4}
    tortur(?:e|es|ed|ing|er)(?! (?:myself|himself|herself|yourself|by doubt|soul|artist|poet|genius))
    entrails
    cannibal(?:ism|s)?
    drug (?:abuse|use|deal(?:er|ers|ing)|addict\w{0,4}|cartels?|lord|lab)
    cocaine
    heroin
    (?:crystal )?meth(?:amphetamine)?s?
    fentanyl
    snort(?:s|ed|ing)? (?:coke|lines|cocaine)
    shoot(?:s|ing)? (?:up )?heroin
    (?:smok(?:es?|ing|ed)|sells?) (?:weed|crack|meth|joints)
    overdos(?:e|es|ed|ing)
    snuff films?
    escort (?:service|girl|agency)
    cocaina
    heroina(?= (?:y|e|en|in)\b)
    kokain
    кокаин\w{0,2}
    героин(?!я)
    """
)
