"""What a person's line is about: greetings, feelings, questions."""

import re
from dataclasses import dataclass
from enum import StrEnum

from chat.responders.facts import stems_of


class Kind(StrEnum):
    """What a line does, the most important first."""

    DISTRESS = "distress"
    AI_QUESTION = "ai-question"
    FAREWELL = "farewell"
    LOW = "low"
    ANGRY = "angry"
    TIRED = "tired"
    INTRODUCTION = "introduction"
    GREETING = "greeting"
    HOW_ARE_YOU = "how-are-you"
    WHO_ARE_YOU = "who-are-you"
    DOING = "doing"
    WHERE = "where"
    LIKES = "likes"
    DREAM = "dream"
    MEMORY = "memory"
    STORY = "story"
    ADVICE = "advice"
    LOOKS = "looks"
    LOVE = "love"
    COMPLIMENT = "compliment"
    THANKS = "thanks"
    APOLOGY = "apology"
    HAPPY = "happy"
    LAUGH = "laugh"
    ACTION = "action"
    YES = "yes"
    NO = "no"
    MORE = "more"
    YES_NO_QUESTION = "yes-no-question"
    QUESTION = "question"
    STATEMENT = "statement"


_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.DISTRESS,
        (
            r"\b(?:kill(?:ing)? myself|suicid\w*|end (?:my life|it all)|want(?:ed)? to die|wanna "
            r"die|hurt(?:ing)? myself|"
            r"cut(?:ting)? myself|self[- ]harm|(?:don'?t|do not) want to (?:live|be alive|exist)|"
            r"no reason to live|"
            r"better off without me|can'?t go on)\b"
        ),
    ),
    (
        Kind.AI_QUESTION,
        (
            r"\b(?:are|r) (?:you|u) (?:an? |just an? |really |actually )*(?:ai|bot|robot|real|"
            r"human|person|program|machine|"
            r"computer|chatbot|language model)\b|\bis this (?:an? )?(?:ai|bot|real)\b|\bam i "
            r"talking to an? (?:ai|bot|real)"
        ),
    ),
    (
        Kind.FAREWELL,
        (
            r"\b(?:bye+|goodbye|good night|goodnight|farewell|see you|see ya|gotta go|have to go|"
            r"ttyl|talk later)\b"
        ),
    ),
    (
        Kind.LOW,
        (
            r"\b(?:sad|lonely|alone|depressed|(?:feel(?:ing)?|so|bit|little) down|crying|cried|"
            r"cry|heartbroken|hopeless|miserable|unhappy|hurts?|grief|"
            r"grieving|anxious|anxiety|afraid|scared|worried|nervous|overwhelmed|stressed|lost my|"
            r"miss (?:him|her|them|my)|"
            r"bad day|hard day|rough day|awful day|terrible day|passed away|died|broke up|"
            r"feel(?:ing)? (?:bad|awful|empty|numb|terrible))\b"
        ),
    ),
    (
        Kind.ANGRY,
        (
            r"\b(?:angry|furious|annoyed|mad at|frustrated|fed up|pissed|hate (?:my|this|him|her|"
            r"them|it)|unfair)\b"
        ),
    ),
    (Kind.TIRED, r"\b(?:tired|exhausted|sleepy|worn out|long day|can'?t sleep|insomnia|drained)\b"),
    (Kind.INTRODUCTION, r"\b(?:my name is|my name's|call me|people call me)\b"),
    (
        Kind.HOW_ARE_YOU,
        (
            r"\bhow (?:are|r) (?:you|u|things)\b|\bhow(?:'s| is) (?:it going|your (?:day|evening|"
            r"morning|night|week)|life|everything)\b|"
            r"\bhow (?:do|did) you (?:feel|sleep)\b|\bwhat'?s up\b|\bhow have you been\b|\bare "
            r"you (?:ok|okay|alright|well)\b"
        ),
    ),
    (
        Kind.WHO_ARE_YOU,
        (
            r"\bwho are you\b|\bwhat(?:'s| is) your name\b|\btell me (?:more |something |a bit "
            r")?about (?:yourself|you)\b|"
            r"\bintroduce yourself\b|\bwhat do you do(?: here| for (?:a living|work))?\s*(?:\?|$)|"
            r"\bwhat are you like\b|\bwho am i talking to\b"
        ),
    ),
    (
        Kind.DOING,
        (
            r"\bwhat (?:are|r) (?:you|u) (?:doing|up to|working on|reading|making)\b|\bwhatcha "
            r"doing\b|\bare you busy\b"
        ),
    ),
    (
        Kind.WHERE,
        r"\bwhere (?:are|do|did) (?:you|we)\b|\bwhere is this\b|\bwhat is this place\b|\bwhere'?re you\b",
    ),
    (
        Kind.LIKES,
        (
            r"\bwhat do you (?:like|love|enjoy)\b|\bfavou?rite\b|\b(?:any )?hobbies\b|\bwhat "
            r"makes you (?:happy|smile|laugh)\b|"
            r"\bfree time\b|\bfor fun\b"
        ),
    ),
    (
        Kind.DREAM,
        (
            r"\b(?:dream of|dreams?\b.*\?|wish for|want most|biggest (?:wish|dream|goal)|hope for|"
            r"afraid of\b.*\?|fear most)"
        ),
    ),
    (
        Kind.MEMORY,
        (
            r"\b(?:do you remember|childhood|grow up|grew up|when you were|your past|your family|"
            r"your (?:mother|father|sister|brother))\b"
        ),
    ),
    (
        Kind.STORY,
        (
            r"\b(?:tell me|tell us|share|got|have) (?:me )?(?:a|any|some|your|another|"
            r"the)?\s*(?:\w+ )?(?:story|stories|secret|joke|tale|legend)\b|\bentertain me\b|"
            r"\bi'?m bored\b|\bbored\b"
        ),
    ),
    (
        Kind.ADVICE,
        (
            r"\b(?:what (?:should|can|would) i (?:do|say)|any advice|give me advice|help me "
            r"(?:decide|with)|what would you do|should i)\b"
        ),
    ),
    (
        Kind.LOOKS,
        (
            r"\b(?:what do you look like|describe (?:yourself|your (?:face|look|outfit))|how do "
            r"you look|what are you wearing|your (?:eyes|hair|outfit))\b"
        ),
    ),
    (
        Kind.LOVE,
        (
            r"\b(?:i (?:think i |really |do )?(?:love|adore|fancy) (?:you|u)|i like you|crush on "
            r"you|kiss(?:es)? you|marry me|hugs? you|be my (?:girlfriend|boyfriend|partner)|date "
            r"me|miss(?:ed)? you)\b"
        ),
    ),
    (
        Kind.COMPLIMENT,
        (
            r"\b(?:you(?:'re| are| look| sound| seem) (?:so |very |really |quite |truly "
            r")?(?:beautiful|pretty|lovely|cute|handsome|"
            r"kind|sweet|nice|funny|smart|clever|brave|amazing|wonderful|great|cool|awesome|"
            r"fantastic|interesting|charming|adorable|gorgeous|talented))\b"
        ),
    ),
    (Kind.THANKS, r"\b(?:thank(?:s| you)|thx|ty|cheers|appreciate it|grateful)\b"),
    (Kind.APOLOGY, r"\b(?:sorry|apologi[sz]e|my bad|forgive me|didn'?t mean)\b"),
    (
        Kind.HAPPY,
        (
            r"\b(?:happy|excited|thrilled|glad|delighted|great news|good news|i won|i passed|got "
            r"the job|promoted|proud|"
            r"amazing day|best day|so good|wonderful day|feel(?:ing)? (?:good|great|better))\b|"
            r"\byay+\b|\bwoohoo\b"
        ),
    ),
    (
        Kind.GREETING,
        (
            r"^(?:\W*)(?:hi+|hello+|hey+|heya|hiya|greetings|good (?:morning|evening|afternoon|"
            r"day)|howdy|yo|salut|hola|hallo)\b"
        ),
    ),
    (Kind.LAUGH, r"\b(?:(?:ha){2,}|lol|lmao|rofl|hehe+|xd)\b|[😂🤣😆]"),
    (
        Kind.MORE,
        (
            r"\b(?:tell me more|go on|and then|what happened(?: next)?|continue|more please|"
            r"really|say more|what else|elaborate|explain)\b"
        ),
    ),
    (
        Kind.YES,
        (
            r"^\W*(?:yes+|yeah|yep|yup|sure|of course|definitely|absolutely|ok(?:ay)?|alright|"
            r"agreed|i do|i would|please do|gladly|true|exactly|right)\b"
        ),
    ),
    (Kind.NO, r"^\W*(?:no+|nope|nah|never|not really|i don'?t think so|i disagree|maybe not)\b"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_YES_NO = re.compile(
    (
        r"(?:^|[.!?,]\s*|\band\s+|\bso\s+)(?:do|does|did|are|is|was|were|have|has|can|could|"
        r"will|would|should|shall|may)\s+(?:you|u|your|it|there|we|i|they|the)\b"
    ),
    re.IGNORECASE,
)
_MINE = re.compile(
    (
        r"\bmy ((?:(?!name|own|way|mind|god|bad|life|self)[a-z]{3,14})(?: (?:dog|cat|friend|"
        r"sister|brother|job|exam|boss|garden|party|trip|test|interview|book|game|project))?)\b"
    ),
    re.IGNORECASE,
)
_NAME = re.compile(r"\b(?:my name is|my name's|call me)\s+([^\W\d_][\w'-]{0,24})", re.IGNORECASE)
_SHARED_KINDS_MAX = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A line, understood as far as rules can."""

    kinds: tuple[Kind, ...]
    stems: frozenset[str]
    mine: tuple[str, ...]
    name: str
    is_question: bool
    is_short: bool


def read(text: str) -> Reading:
    """Read a line; there is always at least one kind."""
    plain = text.replace("’", "'")
    spoken = re.sub(r"\*[^*]*\*", " ", plain).strip()
    is_question = "?" in spoken or bool(
        re.match(r"\W*(?:what|who|why|how|where|when|which)\b", spoken, re.IGNORECASE)
    )
    kinds = [kind for kind, pattern in _COMPILED if pattern.search(spoken)]
    if "*" in plain and not spoken:
        kinds.append(Kind.ACTION)
    if is_question:
        kinds.append(Kind.YES_NO_QUESTION if _YES_NO.search(spoken) else Kind.QUESTION)
    if not kinds:
        kinds.append(Kind.STATEMENT)
    found = _NAME.search(plain)
    order = list(Kind)
    return Reading(
        kinds=tuple(sorted(dict.fromkeys(kinds), key=order.index)[:_SHARED_KINDS_MAX]),
        stems=stems_of(spoken),
        mine=tuple(dict.fromkeys(mine.lower() for mine in _MINE.findall(spoken))),
        name=found[1] if found else "",
        is_question=is_question,
        is_short=len(spoken.split()) <= 3,
    )
