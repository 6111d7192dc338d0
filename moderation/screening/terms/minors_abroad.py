"""Words for somebody below 18 in further languages, as clear as an age."""

from moderation.screening.terms import parts, words

PERSONA = words(
    r"""
    nesovershenn?oletn\w{1,4}
    maloletk\w
    shkoln(?:ik|its|ic)\w{0,3}
    nepovnolitn\w{1,3}
    nepilnamet\w{1,4}
    nepilngadi\w{1,4}
    alaeali(?:ne|se|sed)
    olograda?
    (?:i|e) mitur
    on (?:bir|iki|uc|dort|bes|alt[iı]|yedi)(?:s?[iı]n[ea]|une) (?:\w{2,6} )?(?:bas|gir)\w{1,5}
    malol(?:et|jet)n\w{1,4}
    malolet[aey]
    mladoletn\w{1,4}
    adingabe\w{1,3}
    menor d'edat
    menors d'edat
    minor(?:a|i|ul)? de varsta
    es(?:te)? minora?
    (?:soy|sou|eres|(?:ella|el|ele|ela|aun|todavia|ainda) (?:es|e)|sigue siendo) (?:aun |todavia |
        ainda )?menor(?! (?:que|do))
    (?:co be|cau be|nu sinh|nam sinh|hoc sinh) lop (?:[1-9]|1[0-2])
    (?:ika-?\s?(?:[1-9]|1[0-2])|ikapito|ikawalo|ikasiyam|ikasampu)(?:ng|n)? (?:na )?baitang
    osiemnastk\w (?:dopiero|jeszcze)
    непаўналетн\w{1,3}
    малолетн\w{1,3}
    непълнолетн\w{1,2}
    nepalnoletn\w{1,2}
    кәмелетке толмаған
    voyaga yetmagan
    yetkinlik yasina catmay\w{1,4}
    անչափահաս
    არასრულწლოვანი
    (?:aon|dha|tri|ceithre|cuig|se|seacht) m?bh?liai?na? dh?eag
    (?:aon|da|tri|ceithir|coig|sia|seachd) bliadhna dh?eug
    onmondig\w{0,2}
    """
)
PERSONA_UNSPACED = parts(
    r"(?:离|離|距|距离)成年(?:还|還)?(?:有|差)|(?:छठी|सातवीं|आठवीं|नौवीं|नवीं|दसवीं|ग्यारहवीं|बारहवीं|"
    r"\d{1,2}वीं) (?:कक्षा |क्लास )?(?:की|का|में)(?= छात्र|\s?(?:है|हूँ|पढ़))|"
    r"(?:في )?الصف ال(?:اول|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر|حادي عشر)|"
    r"ב?כיתה (?:[א-ט]|י[אב]?)(?![א-ת])|"
    "அல்வயது|अल्पवयीन|नाबालग|नाबालिक|মাইনর|নাবালিকা|নাবালক|نابالغ|قاصرة|קטינה|ผู้เยาว์|ไม่บรรลุนิติภาวะ"
)
