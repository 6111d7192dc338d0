"""Living people who have not agreed."""

from moderation.screening.terms import words

REAL_PERSON = words(
    r"""
    deep-?fakes?
    face[\s-]?swaps? (?:of|with) (?:my|a|the|real)
    (?:real|actual|living|famous) (?:celebrit(?:y|ies)|(?:pop )?star(?=,| who| and)|influencers?|streamers?)
    looks? (?:exactly|just|precisely) like the (?:real )?(?:actor|actress|singer|celebrity|president|model|
        streamer|youtuber|influencer|footballer)
    (?:based on|modelled on|modeled on|copy of|clone of|inspired by) (?:my|our|a) (?:real |actual |
        real-life |own )?(?:ex(?:[\s-](?:girl|boy)?friend|[\s-]wife|[\s-]husband)?|girlfriend|boyfriend|
        wife|husband|co-?worker|colleague|classmate|neighbou?r|boss|teacher|professor|friend|sister|
        crush)(?! story)
    (?:with|using|from) (?:her|his|their) (?:real |actual |private )?(?:photos|pictures|pics|instagram|
        name and photos)
    (?:photos?|pictures?) of my (?:ex|neighbou?r|classmate|co-?worker|teacher|boss)\w{0,10}
    the real (?:taylor swift|donald trump|elon musk|joe biden|vladimir putin|emma watson|scarlett johansson)
    (?:taylor swift|donald trump|elon musk|joe biden|kamala harris|vladimir putin|emma watson|
        scarlett johansson|billie eilish|ariana grande|kim kardashian|selena gomez|cristiano ronaldo|
        lionel messi|justin bieber|beyonce knowles|barack obama|xi jinping|kim jong[\s-]un|mark zuckerberg|
        jeff bezos|leonardo dicaprio|tom cruise|brad pitt|angelina jolie|zendaya|dua lipa|rihanna|
        margot robbie|emmanuel macron|keir starmer|volodymyr zelensky\w?)
    """
)
