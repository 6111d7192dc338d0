"""Whether somebody writes that they may harm themselves. They are heard, and shown where to find help.

It decides about a kind card on the page and about nothing else, so it may be wrong on the generous side.
"""

import re

from moderation.screening.normalise import normalise
from moderation.screening.terms.forbidden import DISTRESS

_PHRASES = (
    r"(?:kill|hurt|harm|hang|starv|burn|cutt?|drown|shoot)(?:e|ing)? my ?self",
    r"i(?:'m| am|'ve been| have been| feel| felt)(?: feeling)?(?: really| so| very| kind of)? suicidal",
    r"suicidal (?:thoughts?|feelings?|ideas?)",
    r"(?:commit(?:ting)?|attempt(?:ing|ed)?|plan(?:ning)?) (?:my )?suicide",
    r"(?:think|thought|thinking) (?:about|of) (?:my )?suicide",
    r"(?:end|ending|take|taking) (?:it all|my (?:own )?life)",
    r"i (?:do not|don't|dont|no longer) (?:want|wish) to (?:live|be alive|exist|wake up|be here any ?more)",
    r"i (?:just |really )?(?:want|wish|wanna|need) (?:to |i was |i were )?(?:die|dead)(?! (?:laughing|of))",
    r"(?:i am|i'm|im|i would be|i'd be|everyone is|everyone would be) better off (?:dead|without me)",
    r"no (?:reason|point) (?:to|in) (?:live|living|going on)",
    r"self[ -]?harm(?:ing|ed)?",
    r"kms",
    # German.
    r"mich (?:umbringen|umzubringen|selbst verletzen|ritzen|toten|zu toten)",
    r"bringe? mich um",
    r"(?:will|mochte) (?:nicht mehr leben|sterben)",
    r"(?:selbstmord|suizid)(?:gedanken)?",
    # French, Spanish, Portuguese, Italian.
    r"(?:me (?:tuer|suicider)|m'(?:automutiler|oter la vie)|me faire du mal)",
    r"(?:envie de|veux) mourir",
    r"(?:matarme|suicidarme|hacerme dano|hacerme daño|quitarme la vida|quiero morir(?:me)?)",
    r"(?:me matar|me suicidar|me machucar|quero morrer|tirar (?:a )?minha (?:propria )?vida)",
    r"(?:uccidermi|suicidarmi|farmi del male|voglio morire|togliermi la vita)",
)
_WORDS = re.compile(r"\b(?:" + "|".join(_PHRASES) + r")\b")
# Scripts that put no spaces between words, or whose letters `normalise` leaves as they are.
_OTHER_SCRIPTS = re.compile(
    "死にたい|自殺したい|消えたい|想自杀|想自殺|想死|不想活|죽고 ?싶|자살하고 ?싶"
    "|хочу умереть|убить себя|покончить с собой"
)


def needs_help(text: str) -> bool:
    """Whether a person may be speaking of harming themselves."""
    plain = normalise(text)
    return any(pattern.search(plain) for pattern in (DISTRESS, _WORDS, _OTHER_SCRIPTS))
