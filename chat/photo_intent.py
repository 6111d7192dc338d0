"""Does this line ask to see the character? Rules with vetoes: a missed request costs a tap on the camera
button, a wrong one costs a picture nobody wanted, so doubt means no (R2)."""

import re
from dataclasses import dataclass

_ANALYSED_CHARACTERS_MAX = 320
_ANALYSED_LINES_MAX = 4
_WISH_CHARACTERS_MAX = 300
_WISH_SOURCE_CHARACTERS_MAX = 4_000
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]|`[^`]*`|(?<!\w)'[^']{6,}'(?!\w)|(?m:^\s*>.*$)")
_DECORATION = re.compile(
    r"\*[^*]*\*|[:;]'?-?[()DPp3](?!\w)|[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]|\blol\b|<3", re.IGNORECASE
)
_COMMAND = re.compile(r"^/(?:photo|selfie|pic(?:ture)?)\b[ \t:]*(?P<wish>.*)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhotoIntent:
    """Whether a line asks for a photo, and what it should show."""

    is_request: bool
    wish: str = ""


NO_REQUEST = PhotoIntent(is_request=False)

_NOUN = r"(?:photo(?:graph)?s?|pic(?:ture)?s?|selfies?|snapshots?|snap(?= of you)|image|portrait)"
_QUALIFIER = (
    r"(?:(?:quick|little|new|nice|cute|recent|good|full|full[- ]body|silly|funny|happy|"
    r"beautiful|lovely|sneaky|another|cheeky|single|fresh|candid)\s+)"
)
_ONE = (
    rf"(?:a|an|one more|another one|another|one|some|your|any|"
    rf"more)?\s*(?:of\s+your\s+)?{_QUALIFIER}{{0,2}}{_NOUN}"
)
_POLITE = (
    r"(?:please|pls|plz|kindly|just|maybe|perhaps|so|ok(?:ay)?|hey|hi|oh|and|then|now|"
    r"well|come on|um+|hmm+|haha|lol|aww?|yes|yeah|sure|btw|also|by the way|alright|but|"
    r"ooh+|pretty please|babe|dear|love|honey|darling|sweetie)"
)
# What chat style puts before a request without a comma.
_OPENER = r"(?:good (?:morning|afternoon|evening|night|day)|gm|h(?:i|ey)+)"
_LEAD = (
    rf"^(?:[^,!?;:]{{1,24}}[,;:!]\s*){{0,2}}(?:(?:hi|hey|hello|dear|yo)\s+(?!can\b|could\b|"
    rf"will\b|would\b|send\b|show\b|take\b)[\w'-]+\s+)?(?:(?:{_POLITE}|{_OPENER})[,!.…\s-]+){{0,4}}"
)
_CAN_YOU = (
    r"(?:(?:can|could|would|will|may|won't|can't|couldn't)\s+(?:you|u|ya)\s+(?:please\s+|"
    r"pls\s+|maybe\s+|perhaps\s+|just\s+|also\s+|possibly\s+|at least\s+)?"
    r"|(?:would|do)\s+you\s+mind\s+"
    r"|any chance (?:you\s+(?:can|could|would)|of you)\s+"
    r"|how about (?:you\s+(?=(?:send|show|share|give)\b)|(?=(?:send|show|shar|giv)ing\b))"
    r"|(?:i'd|i would|id)\s+(?:really\s+)?(?:love|like)\s+(?:it\s+)?(?:for you\s+to\s+|if "
    r"you\s+(?:could\s+|would\s+)?|you\s+to\s+)"
    r"|(?:i\s+)?(?:wish|want|need)\s+you\s+(?:to|would)\s+"
    r"|(?:why\s+)?don'?t\s+you\s+|(?:go ahead and|you should|you could|you can|you have "
    r"to|you gotta|you must|feel free to)\s+)"
)
_GIVE = r"(?:send|show|share|give|gimme|take|snap|post|get|drop|text)"
_GIVING = r"(?:sending|showing|sharing|giving|taking|snapping)"
_ME = r"(?:\s*(?:me|us|with me|over))?"
_CAN_I = (
    r"(?:(?:can|could|may|might)\s+(?:i|we)\s+(?:please\s+|maybe\s+|just\s+|at least\s+|possibly\s+)?"
    r"(?:see|get|have|ask for|request|look at|peek at)"
    r"|(?:(?:i'd|i would|id|would)\s+(?:really\s+|so\s+|just\s+)?(?:love|like)|"
    r"i\s+(?:really\s+|kinda\s+|so\s+|just\s+|do\s+)?(?:want|wanna|need|wish))\s*"
    r"(?:to\s+)?(?:see|get|have|look at)?"
    r"|(?:let(?:'?s| me| us)|lemme)\s+(?:see|have|get|look at)"
    r"|(?:any chance (?:i|of)|is it ok(?:ay)? (?:if i|to)|mind if i|do you think "
    r"i)\s*(?:could|can|may|might|to)?\s*(?:seeing|getting|see|get|have|ask for|asked "
    r"for)?"
    r"|how about|what about|time for|i'm dying to see|im dying to see|i'm curious to see|"
    r"ready to see|dare you to (?:send|show)(?: me)?"
    r"|i(?:'m| am)? (?:asking for|requesting))"
)
_YOURS = (
    r"your (?:face|smile|outfit|dress|look|hair|eyes|pretty face|lovely "
    r"face|beautiful face|new (?:look|outfit|dress|hair(?:cut)?|coat|jacket|suit|clothes)|"
    r"costume|uniform|haircut|hairstyle|coat|jacket|clothes)"
)
_YOU = rf"(?:you|yourself|{_YOURS})"
# "Show me you" mostly goes on with what is to be proved: you care, you are brave.
_YOU_SHOWN = (
    r"(?:you|yourself)\b(?=\s*(?:$|[?!.,…;:)])|\s+(?:in(?! fact\b)|at(?! least\b)|on|wearing|smiling|"
    r"laughing|with|please|pls|plz|now)\b)"
)
# A coat of arms, a dress code.
_NOT_PART_OF_A_NAME = (
    r"(?!\s+(?:of|codes?|ideas?|designs?|sketch(?:es)?|sizes?|shop|collection|books?|is|are|can|could|how|"
    r"really)\b)"
)

# What a photo is the first word of.
_PHOTO_THING = (
    r"(?:frames?|framing|albums?|books?|apps?|edit(?:s|ing|ors?)|shoots?|contests?|competitions?|"
    r"exhibitions?|gallery|credits?|sticks?|ids?|print(?:s|ers?|ing)|cameras?|papers?|tips?|files?|links?|"
    r"quiz(?:zes)?|filters?|studios?|booths?|permits?|passes|class(?:es)?|lessons?|courses?)"
)
_HAND_OVER = (
    r"(?:send|give|share|show|post|text|drop|upload|submit|sending|giving|sharing|showing|posting)\b"
    r"(?! (?:me|us)\b)"
)
_IN_PUBLIC = (
    r"(?:online|(?:on|onto|to|in|for) (?:insta(?:gram)?|ig|facebook|fb|twitter|tiktok|snapchat|reddit|"
    r"discord|whatsapp|telegram|youtube|pinterest|tumblr|tinder|linkedin|social media|"
    r"the (?:internet|web|forum)|your (?:profile|story|feed|page|blog|timeline|website|channel)))"
)

_REQUESTS = tuple(
    re.compile(pattern)
    for pattern in (
        # (can you) send me a photo …
        rf"{_LEAD}(?:(?:{_CAN_YOU})?{_GIVE}|{_CAN_YOU}{_GIVING}){_ME}\s+(?:{_POLITE}\s+)?{_ONE}\b",
        # draw me a picture of you: of anything else it is no photo
        rf"{_LEAD}(?:{_CAN_YOU})?(?:draw|paint|make){_ME}\s+{_ONE}\s+of\s+(?:you|yourself)\b",
        # can I see a photo …, I'd love to see a picture of you
        rf"{_LEAD}{_CAN_I}\s+(?:{_POLITE}\s+)?{_ONE}\b",
        # send me one of your selfies, got any pictures of yourself?
        (
            rf"{_LEAD}(?:(?:do|have)\s+you\s+(?:maybe\s+|perhaps\s+)?(?:have|got)|you\s+got|got|is "
            rf"there|are there)\s+(?:{_ONE})\s+(?:of|from)\s+(?:you|yourself|u)\b"
        ),
        # show me your face / show yourself / show me what you look like / show me how you look
        rf"{_LEAD}(?:{_CAN_YOU})?show(?:ing)?{_ME}\s+(?:{_YOU_SHOWN}|{_YOURS}\b{_NOT_PART_OF_A_NAME})",
        (
            rf"{_LEAD}(?:{_CAN_YOU})?show{_ME}\s+(?:what you look like|how you look|what you(?:'re|"
            rf" are) wearing)\b"
        ),
        # do you have any selfies, got a pic, any pics of you?
        (
            rf"{_LEAD}(?:(?:do|have)\s+you\s+(?:have|got)|you\s+got|got)\s+(?:a|any|"
            rf"some)?\s*(?:selfies?|pics?)\s*(?:for me\s*)?[?.!]*$"
        ),
        rf"{_LEAD}{_NOUN} or it (?:didn't|did not|never) happen",
        (
            rf"{_LEAD}(?:i'd|i would) be (?:so |very |really )?(?:happy|glad|thrilled|grateful) if "
            rf"you (?:sent|showed|shared|took){_ME}\s+{_ONE}\b"
        ),
        rf"{_LEAD}any\s+{_QUALIFIER}?(?:{_NOUN})\s+(?:of\s+(?:you|yourself)|for me)\b",
        # would it be okay if you sent me a photo?
        (
            rf"{_LEAD}(?:would|is) it (?:be )?(?:ok(?:ay)?|alright|fine|possible) (?:if you|for "
            rf"you to|to) (?:sent|send|showed?|shared?|took|take|get|have|see){_ME}\s+{_ONE}\b"
        ),
        (
            rf"{_LEAD}(?:can i|could i|may i|let me) (?:get|have|take) a (?:good |better |little "
            rf")?(?:look|peek) at (?:you|your face)\b"
        ),
        # let me see you, can I see you, I want to see your face
        (
            rf"{_LEAD}(?:let me|let'?s|lemme|can i|could i|may i|can we|would love to|i (?:really "
            rf")?(?:want|wanna|need|wish)(?: to| i could)?|i'd (?:really )?(?:love|like) to|i "
            rf"would (?:really )?(?:love|like) to)\s+(?:please\s+)?see\s+"
            rf"(?:{_YOU}(?=\s*(?:[?!.…,]|$|please|now|then|again$|today$|smile|smiling|laugh|in "
            rf"(?:your|a|an|that|the)\b|wearing|with your|dressed|at the beach|for real))|what you "
            rf"look like\b|how you look\b|what you(?:'re| are) wearing\b)"
        ),
        # photo please / selfie? / pic of you?
        (
            rf"{_LEAD}(?:a\s+|one more\s+|one\s+|another\s+|your\s+)?(?:(?:quick|new|silly|full[- "
            rf"]body|recent|little|fresh)\s+)?{_NOUN}(?:\s+of\s+(?:you|yourself)\b[^.!?]*|"
            rf"\s+of\s+your\s+(?:face|outfit)\b)?\s*(?:,?\s*(?:please|pls|plz|now|then|time|maybe|"
            rf"pretty please))*(?:,?\s*but (?:smiling|laughing|wearing|with|in|at|on)\b[^.!?]*)?\s*[?!.]*$"
        ),
        # take a selfie for me, strike a pose for the camera
        (
            rf"{_LEAD}(?:{_CAN_YOU})?(?:strike a pose|pose for (?:me|a (?:photo|picture|selfie))|"
            rf"smile for (?:the camera|me and send)|let me take (?:a|your) "
            rf"{_QUALIFIER}{{0,1}}{_NOUN}(?: of you)?)\b"
        ),
        # what do you look like? send a picture is another sentence; the question alone is answered in words
        (
            rf"{_LEAD}(?:i\s+)?(?:wanna|want|need|would love|would like|'d love|'d "
            rf"like)\s+(?:to\s+see\s+)?{_ONE}\s+of\s+(?:you|yourself)\b"
        ),
        # mind sending / would you be up for / how about a selfie
        (
            rf"{_LEAD}(?:mind|fancy|care|up for|would you be up for|are you up for|feel like|you "
            rf"up for)\s+(?:to\s+)?(?:sending|sharing|showing|taking|send|share|show|take|a|"
            rf"another)?{_ME}\s*{_ONE}\b"
        ),
    )
)

_VETOES = tuple(
    re.compile(pattern)
    for pattern in (
        # Negation.
        (
            rf"(?<!why )\b(?:don'?t|do not|doesn'?t|didn'?t|never|no need to|needn'?t|stop|without|"
            rf"rather not|not (?:going to|gonna)|wouldn'?t want|shouldn'?t|must not|mustn'?t|no "
            rf"longer|no more|not? (?:a|another|any))\b(?! happen)[^.!?]{{0,40}}\b(?:{_NOUN}|send|"
            rf"show|see you|see your)\b"
        ),
        (
            rf"\bno (?:{_NOUN})\b|\b(?:{_NOUN}) (?:isn'?t|aren'?t|not|is not) (?:necessary|needed|"
            rf"important|now)\b"
        ),
        # The person's own picture, or somebody else's.
        rf"\bmy (?:own |new |old |latest |last |first |favou?rite |profile |wedding |passport )?{_NOUN}\b",
        (
            rf"(?<!share a )(?<!sharing a )(?<!share your )"
            rf"\b(?:{_NOUN}) (?:of|from|with) (?:me|myself|us|mine|my|him|her|them|his|our|their|"
            rf"someone|somebody|people|everyone)\b(?! and you)"
        ),
        (
            rf"\b(?:i|i've|i'd|i'll|i'm|we|we've|he|she|they|it|my \w+|who|everyone|someone|mom|"
            rf"mum|dad)\b(?: \w+){{0,2}} (?:took|take|takes|taken|taking|snapped|sent|send|sends|"
            rf"sending|showed|shown|show|shows|posted|post|shot|drew|painted|bought|hung|framed|"
            rf"found|deleted|uploaded|shared|share|edited|printed|saw|lost)\b[^.!?]*\b{_NOUN}\b"
        ),
        (
            rf"\b(?:(?:can|could|may|should|shall|let|wants?|mind if|ok if|okay if) (?:i|me|we) "
            rf"(?:to )?|(?:i|we|i'd|we'd|i would|we would) (?:want|like|love|wanted) to )(?:send|"
            rf"show|share|take|post|upload|give|text)\b(?! (?:a|your) {_NOUN} of "
            rf"you)[^.!?]*\b{_NOUN}\b"
        ),
        # Past photos and photos as a subject of talk.
        rf"\b(?:thanks?|thank you|thx)\b[^.!?]*\b{_NOUN}\b",
        (
            rf"\b(?:that|this|those|these|the (?:last|first|previous|old|other)|your (?:last|first|"
            rf"previous|old|other|profile)) {_NOUN}\b"
        ),
        (
            rf"(?<!ok if )(?<!okay if )(?<!fine if )(?<!happy if )(?<!glad if )(?<!thrilled if "
            rf")(?<!grateful if )\b(?:you (?:sent|showed|shared|took|posted|gave)|was|were|looked|"
            rf"reminds?|remember(?:ed)?|yesterday|last (?:week|night|time|year|month|summer)|"
            rf"earlier|ago|already|used to|when i was)\b[^.!?]*\b(?:{_NOUN})\b|"
            rf"\b(?:{_NOUN})\b[^.!?]*\b(?:you (?:sent|showed|shared|took|posted|gave)|was|were|"
            rf"yesterday|last (?:week|night|time|year|month|summer)|ago|already|used to)\b"
        ),
        # How it is done, and photography itself.
        (
            r"\bshow (?:me|us) (?:how|where|why|when|the way|the ropes|around|your (?:moves|"
            r"skills?|world|city|town|house|home|place|work|workshop|garden|room|kitchen|notes|"
            r"code|plan|map|list|cards|collection|cat|dog|library|ship|shop|book|books|favou?rite|"
            r"powers?|magic|tricks?|true|strength|hand|support|love|respect|appreciation))\b(?! "
            r"you look)"
        ),
        (
            rf"\b(?:how (?:do|does|can|could|would|should|to|did|many|much|often)|what(?:'s| is| "
            rf"are| makes| kind| sort| do you think)|which|who|where|when|why(?! don'?t you)|do "
            rf"you (?:like|love|enjoy|prefer|take|think|remember|ever|know|hate|mind being)|have "
            rf"you (?:ever|seen|taken)|did you|are you (?:in|good|a|any|taking|into)|were "
            rf"you)\b(?! (?:you )?look)[^.!?]*\b(?:{_NOUN}|photography|camera|photographer)\b"
        ),
        (
            rf"\b(?:{_NOUN}) (?:of (?:your|the|a|an) (?!face|smile|outfit|dress|look|hair|eyes|"
            rf"costume|uniform|coat|jacket|clothes|self|lovely|pretty|beautiful|new)\w+|of (?!you|"
            rf"yourself|u\b|ya\b|the|a\b|an\b)\w+|{_PHOTO_THING}|taken)\b"
        ),
        rf"\b{_NOUN},? (?:it'?ll |it will |they'?ll |it )?lasts? longer\b",
        # For somebody else, or for everybody.
        (
            rf"\b{_HAND_OVER}[^.!?,]*\b{_NOUN}(?: of (?:you|yourself))? (?:over )?to (?!me\b|us\b|cheer\b|"
            rf"prove\b|make\b|brighten\b|go\b|keep\b|help\b|remind\b)"
        ),
        (
            rf"\b(?:share|sharing)\b(?! (?:with )?(?:me|us)\b)[^.!?,]*\b{_NOUN} (?:with (?!me\b|us\b)|of "
            rf"(?:you|yourself) with (?:strangers|others|people|friends|every|any|some|the (?:police|world)))"
        ),
        rf"\b(?:{_HAND_OVER}|take|taking)[^.!?]*\b{_NOUN}\b[^.!?]*\b{_IN_PUBLIC}\b",
        # The end of a list: they eat, dance, take pictures.
        (
            r", (?:and )?tak(?:e|ing) (?:some |many )?(?:photos|pictures|pics|selfies)\b"
            r"(?![^.!?]*\b(?:of you|yourself|me)\b)"
        ),
        # A question about habits and courage.
        (
            rf"\bwould you (?:take|snap|post|share|give|pose for)\b(?! (?:me|us)\b)(?![^.!?]*\b(?:for me|to "
            rf"me|with me|please|pls)\b)[^.!?]*\b{_NOUN} (?:with|at|near|during|while|if|when) "
            rf"(?:an?|any|some\w*|strangers?|you|they|there)\b"
        ),
        (
            rf"\b(?:{_NOUN}) (?:is|are) (?!ok|fine|all i)\w+|\bpicture (?:this|it|that|yourself|us|"
            rf"me|a|the)\b|\b(?:get|got|big|whole|bigger|full|perfect|mental|clear) (?:the "
            rf")?picture\b(?! of you)|\bin (?:the|this|that) {_NOUN}\b|\bout of the picture\b|"
            rf"\bphoto(?:copy|synthesis|genic|graphic|n)\b"
        ),
        (
            rf"\b{_NOUN} (?:for|on|in) (?:my|our|his|her|their|the|a|an)?\s*(?:passport|profile|"
            rf"album|school|work|project|report|website|blog|id|visa|yearbook|wall|cv|resume|"
            rf"licen[cs]e)\b"
        ),
        (
            r"\bsnaps? (?:out|at|back|your fingers|judg)|\bsnap (?:decision|peas?)\b|\bmotion "
            r"picture|\bpicture (?:show|book|frame|perfect)\b"
        ),
        # Not now.
        (
            rf"\b(?:someday|some day|one day|maybe later|later|next time|in the future|not "
            rf"now)\b[^!?]*\b(?:{_NOUN}|see you|show)\b|\b(?:{_NOUN})\b[^.!?]*\b(?:someday|some "
            rf"day|one day|maybe later|later|in the future|when you(?:'re| are) (?:ready|older))\b"
        ),
        # Showing up, seeing one another, seeing a point.
        (
            r"\bsee (?:you|u|ya) (?:later|soon|tomorrow|again|around|tonight|then|next|there|on|"
            r"at \d|in (?:a|the) (?:bit|while|morning|evening|minute)|when|as|for who|happy|cry|"
            r"suffer|try|through|like|more|every)\b|\bsee your (?:point|side|reason|logic|problem|"
            r"pain)\b|\bshow (?:yourself out|up|off|your)\b(?! (?:face|smile|outfit))"
        ),
    )
)

# Hypothetical, reported, quoted: these reach over a comma to the request that they frame.
_FRAMES = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?<!ok )(?<!okay )(?<!fine )(?<!happy )(?<!glad )(?<!thrilled )(?<!grateful "
            rf")\b(?:if (?:i|you|we|he|she|they|someone)(?! (?:could|would|don'?t mind|want|like|"
            rf"have time|can)\b)|imagine|suppose|what if|pretend|hypothetically|would you "
            rf"ever)\b[^!?]*\b(?:{_NOUN}|see you|show)\b"
        ),
        r"^(?:(?:and|but|so|or) )?(?:when(?:ever)?|unless|until)\b",
        (
            r"\b(?:said|says|say|asked|asks|told|tells|wrote|writes|texted|yelled|shouted|"
            r"whispered|begged|demanded|called|titled|named|means?)\b"
        ),
    )
)
# Something that is read, sung or watched may hold the request; inside a wish it is only what the photo shows.
_WORK = re.compile(r"\b(?:song|poem|lyrics?|novel|movie|film|meaning|translate|word|phrase|sentence|spell)\b")
_WISH_TAIL = re.compile(rf"(?<=\b)({_NOUN} (?:of (?:you|yourself)\b|while\b|\w+ing\b)).*$")
# Where a request begins after something else was said; what stands before cannot veto it.
_CLAUSE = re.compile(
    r"(?:[,;]|\s[-–—]+|\s(?=but\b|so\b)|\bi (?:miss|love) (?:you|u)(?: so much)?\s)\s*"
    r"(?:(?:and|but|so|then|now)\s+)*"
    r"(?=(?:can|could|will) (?:you|u|ya)\b|would you (?:mind|please|send|show|share)\b|(?:can|could|may) i\b|"
    r"(?:please|pls|plz) (?:send|show|take|share)\b|(?:send|show|give|drop|text) (?:me|us|an?|your|ur|"
    r"another|one)\b|gimme\b|(?:let me|lemme) see\b|how about\b|i(?:'d| would) (?:love|like)\b)",
    re.IGNORECASE,
)


def read_command(text: str) -> str | None:
    """Return the wish of `/photo wish` (may be empty), or None when the line is no such command."""
    found = _COMMAND.match(text.strip())
    return None if found is None else _tidy(found["wish"])


def detect(text: str, *, name: str = "") -> PhotoIntent:
    """Say whether the person clearly asks to see the character, in their own words.

    name: the character's, which is a call and no wish.
    """
    if len(text) > _ANALYSED_CHARACTERS_MAX or text.count("\n") >= _ANALYSED_LINES_MAX or "```" in text:
        return NO_REQUEST
    spoken = _QUOTED.sub(" ", text.replace("’", "'").replace("‘", "'"))
    spoken = _DECORATION.sub(" ", spoken)
    for sentence in _SENTENCE_END.split(spoken):
        if any(frame.search(_plain(sentence)) for frame in _FRAMES):
            continue
        for clause in (sentence, *(sentence[found.end() :] for found in _CLAUSE.finditer(sentence))):
            if _is_request(_plain(clause)):
                return PhotoIntent(is_request=True, wish=wish_of(clause, name=name))
    return NO_REQUEST


def _plain(text: str) -> str:
    """Spell what the rules read: lower case, without the abbreviations of chats."""
    return re.sub(r"\bu\b(?!-)", "you", re.sub(r"\bur\b", "your", text.strip().lower()))


def _is_request(clause: str) -> bool:
    if any(veto.search(clause) for veto in _VETOES) or _WORK.search(_WISH_TAIL.sub(r"\1", clause)):
        return False
    return any(request.search(clause) for request in _REQUESTS)


# The photo itself is looked for first: "I'd like to see your picture at sea" shows no picture.
_WISH_AFTER = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        (
            rf"\b{_NOUN}\b(?:\s+(?:please|pls|now)\b)?(?:\s+of\s+(?:you|yourself|u|your|ur)\b|"
            rf"\s+(?:from you|for me|to me|with me)\b)?(?P<wish>.*)$"
        ),
        (
            r"\b(?:(?:what|how)\s+(?:you|u)\s+look(?:\s+like)?|what\s+(?:you(?:'re|\s+are)|ur)\s+wearing)\b"
            r"(?P<wish>.*)$"
        ),
        r"\b(?:show|see)(?:\s+(?:me|us))?\s+(?:you|u|yourself|your|ur)\b(?P<wish>.*)$",
    )
)
_FILLER = re.compile(
    (
        r"\b(?:when(?:ever)? you (?:can|have time|like)|you know|asap|anywhere|then$|"
        r"today$|please|pls|plz|for me|right now|now|if you (?:can|could|want|like|don't "
        r"mind)|would you|could you|can you|ok(?:ay)?|thanks?|thank you|pretty please)\b"
    ),
    re.IGNORECASE,
)
# What the person says about themselves, or asks for next, after the wish.
_ASIDE = re.compile(
    r"\s*(?:[,;]|\s[-–—]+)\s*(?:(?:and|but|so) )?(?:i|i'\w+|we|my|he|she|they|what|how|where|do|did|are you|"
    r"you(?:'re| are| look| must)|because|since|it'?s been)\b.*$"
    r"|\s+(?:because|cause|cuz|so (?:that )?i|since i)\b.*$"
    r"|\s*\b(?:and|then) (?:please )?(?:send|show|give|share) (?:it|me|us|them)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_EDGES = " \t,.;:!?…-–\"'"
_TERMS_OF_ADDRESS = r"(?:my )?(?:captain|babe|baby|dear|honey|darling|sweetie|sweetheart|love)"
# A capitalised word alone after a comma; after another such word it may be a place: Paris, France.
_CALLED = re.compile(r"(?P<before>^|(?:^|\s)[^\sA-Z,]\S*)\s*,\s*[A-Z][\w'-]*[\s?!.…]*$")


def wish_of(text: str, *, is_all_wish: bool = False, name: str = "") -> str:
    """Return what a photo should show beside the person in it; empty when the line does not say.

    is_all_wish: the camera button was pressed, so words that name no photo describe one.
    name: the character's, which is a call and no wish.
    """
    # Cut and without runs of blanks: the patterns below are tried at each of them.
    text = " ".join(text[:_WISH_SOURCE_CHARACTERS_MAX].replace("’", "'").split())
    for pattern in _WISH_AFTER:
        if found := pattern.search(text):
            wish = _CALLED.sub(r"\g<before>", _ASIDE.sub("", found["wish"]))
            return _tidy(wish, name=name)
    return _tidy(text, name=name) if is_all_wish else ""


def _tidy(wish: str, *, name: str = "") -> str:
    called = "|".join([_TERMS_OF_ADDRESS, *map(re.escape, filter(None, (name, *name.split()[:1])))])
    wish = re.sub(rf"(?:^|,)\s*(?:{called})\s*(?=[,?!.…]|$)", " ", wish, flags=re.IGNORECASE)
    wish = _FILLER.sub(" ", wish.rstrip(_EDGES))
    wish = re.sub(r"\s+", " ", wish).strip(_EDGES)
    wish = re.sub(
        r"^(?:of (?:you|yourself)|and|but|that is|where you are|where you're|when you're|while)\s+", "", wish
    )
    return wish[:_WISH_CHARACTERS_MAX].strip()
