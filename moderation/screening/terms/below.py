"""Eighteen that somebody has not reached."""

import re

from moderation.screening.terms import ending, parts, words

# What stands before it.
BELOW = ending(
    r"""
    [^\w\s]?<\s?=?
    (?:age|alter|edad|idade|status|age group)[^\w\n]{1,4}(?:u|sub)[\s-]?
    (?:almost|nearly|practically|not (?:yet|even|quite)|isn't (?:yet |even |quite )?|aren't (?:yet |
        even )?|ain't (?:yet |even )?|barely under|just under|just shy of|shy of|short of|close to|
        soon to be|soon|about to (?:turn|be)|turns|turning|will (?:soon )?(?:turn|be)|
        'll (?:soon )?(?:turn|be)|going to (?:be|turn)|gonna (?:be|turn)|until (?:she|he|i|they|you) (?:is|
        am|are|turns?)|until (?:my|her|his|your)|wait(?:ing)? (?:to be|to turn|until|till|for)|
        before (?:turning|her|his|my|your)|away from|under|below|younger than|less than|
        no older than 1[0-7] or|hasn't (?:yet )?turned|has not (?:yet )?turned|haven't turned|not turned|
        yet to (?:turn|be)|can't wait to (?:be|turn)|becomes|becoming|approaching|
        on the verge of)\s?(?:the age of |age |years? of age |a |an |his |her |my )?(?:legal )?
    (?:wird|werde|wirst|fyller|skonczy|konczy|будет|исполнится|cumplira|cumple|va a cumplir|aura|fara|
        compira)(?: \w{2,9}){0,3}\s
    (?:ainda )?nao (?:fez|completou|tem)(?: ainda)?(?: os)?\s
    (?:jeszcze )?nie skonczyl[ao]?m?(?: jeszcze)?\s
    (?:еще |ещё |пока )?не (?:исполнилось|стукнуло|достиг\w{0,3}|виповнилося)(?: еще| ещё)?\s
    (?:har |hat )?(?:inte|ikke|ej|annu inte) (?:fyllt|fylt|fyldt)(?: an)?\s
    (?:inca )?nu (?:a|are|am) (?:inca )?(?:implinit )?\s?
    (?:jeste (?:ji|mu|mi) (?:nebylo|neni)|este nema|meg nem (?:mult el|toltotte be a)|
        δεν εχει κλεισει(?: τα)?)\s
    (?:non (?:ha|ho|hai)(?: ancora)?(?: compiuto)?(?: i)?|nie (?:ma|mam)(?: jeszcze)?|jeszcze nie (?:ma|
        skonczyla?))\s
    (?:no (?:ha|he|has)(?: aun)? cumplido(?: aun)?(?: los)?)\s
    (?:unter|menor de|menores de|moins de|menos de|meno di|ponizej|onder de|under|младше|меньше|до|нет|
        нету|ещё нет|еще нет|noch nicht|noch keine|aun no tiene|todavia no tiene|pas encore|non ha ancora|
        nie ma|pas|nog geen|ainda nao tem)\s(?:de |los |oe )?
    """
)
TODAY_AFTER = re.compile(r"\s?(?:today|now|tonight|this morning|an hour ago|a minute ago)")
YET_AFTER = re.compile(
    r"[\s,(]{0,2}(?:years? old )?(?:yet|until|till|before|for another|in 20(?:2[7-9]|3\d)|next|"
    r"in (?:a |two |three |\w{1,6} )?(?:days?|weeks?|months?|"
    r"years?|january|february|march|april|may|june|"
    r"july|august|september|october|november|december)|soon|tomorrow|this (?:summer|winter|year|"
    r"month))(?![^\W\d_])"
)
NOT_YET_BEFORE = ending(
    r"(?:not|isn't|aren't|ain't|never|n't|won't|will not)(?:\s(?:be|turn|reach|a|an|quite|even|"
    r"actually|really|"
    r"legally))?\s"
)
BELOW_UNSPACED = parts(
    r"""
    لم (?:تبلغ|يبلغ|تتجاوز|يتجاوز|تكمل|يكمل) (?:سن )?(?:ال)?(?:18|ثامنة عشرة?)
    (?:अठारह|18) (?:की|का|साल की|साल का|वर्ष की|वर्ष का) नहीं
    18\s?歳\s?未満
    未满\s?(?:18|十八)\s?[岁歲]
    不到\s?(?:18|十八)\s?[岁歲]
    还没满?\s?(?:18|十八)
    18\s?세\s?미만
    18\s?살\s?미만
    아직 (?:18|열여덟)\s?살이? (?:안|아니)
    (?:دون|تحت|اقل من) (?:سن )?(?:ال)?(?:18|ثامنة عشرة?)
    18 (?:साल|वर्ष) से कम
    18 yas(?:in)?(?:dan|in)? (?:kucuk|alti\w{0,3})
    """
)
WILL_BEFORE = words("not\nisn't\n\\w{1,6}n't\nwill\n\\w{1,5}'ll\nturns?\ngoing")
