"""Ways to be reached elsewhere, and advertising."""

import re

from moderation.screening.terms import words

_APPS = (
    r"(?:whats?\s?app|watsapp|tele\s?gram|snap(?:\s?chat)?|wechat|kik|dis\s?cord|insta(?:\s?gram)?|viber|"
    r"skype|facebook|"
    r"tik\s?tok|onlyfans|fansly|line id)"
)
_SIGN = r"(?:\s?@\s?|\s?[(\[{<]\s?(?:at|a)\s?[)\]}>]\s?)"
_AT = r"\s(?:at|arroba|arobase|chiocciola|собака)\s"
_DOT = r"(?: ?\. ?|\s?[(\[{<]\s?(?:dot|punkt|punto)\s?[)\]}>]\s?|\s(?:dot|punto|point|punkt|точка)\s)"
_TLD = (
    r"(?:com|org|net|edu|gov|io|co|de|fr|es|it|pl|ru|uk|us|eu|info|biz|me|app|xyz|shop|online|site|tv|"
    r"gg|ly|link|example|test)"
)
CONTACT = (
    re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}"),
    re.compile(rf"(?<![\w.+-])[\w.+-]{{2,64}}{_SIGN}[\w-]{{2,63}}{_DOT}{_TLD}(?![^\W_])"),
    # "bad at silence. It" is none: a dot that ends a sentence has a blank behind it.
    re.compile(
        rf"(?<![\w.+-])[\w.+-]{{2,64}}{_AT}[\w-]{{2,63}}(?:\.|\s(?:dot|punto|point|punkt|"
        rf"точка)\s){_TLD}(?![^\W_])"
    ),
    words(
        rf"""
        (?:add|text|message|msg|dm|find|follow|reach|contact|ping|hit|write|hmu|join|call|chat with|
            talk to|see|meet|pm|snap) (?:me |us |her |him )?(?:up )?(?:on|at|over|via|in|to|
            through)?(?: my| our)? ?{_APPS}
        (?:my|our) (?:own )?{_APPS}(?! (?:arrived|came|said|reads?|judg\w+|decision|bio broke))
        (?:text|message|find|reach|add|contact|write) (?:me|us) (?:on|via|over) (?:signal|line|steam|
            messenger|twitter|reddit|x)
        {_APPS} (?:me|us|id|handle|tag|username|server|channel|group|link|account)(?! (?:is|was) (?:down|
            full))
        {_APPS}[^\w\n]{{0,5}}(?:i'?m |i am |as |it's |under )?@[\w.#-]{{2,}}
        {_APPS}\s?[:@=]{{1,3}}\s?@?[\w.#-]{{2,}}
        (?:insta|snap|ig|sc|kik|tg|disc|dc|fb|twt|wa|tele)\s?(?:[:=→>]{{1,2}}|->|=>)\s?@?[\w.#-]{{3,}}
        (?:телеграм\w{{0,3}}|телега|телеге|инста\w{{0,7}}|вотсап\w{{0,3}}|вк|
            дискорд)[^\w\n]{{0,4}}@[\w.#-]{{2,}}
        (?:join|on|visit) (?:my|our|the) (?:discord )?server(?=[^\w\n]{{1,4}}\w)
        my (?:sc|ig|snap|insta|kik|tg|discord|telegram)(?: is|'s|:|
             =)? ?@?[a-z0-9]{{2,20}}[._][a-z0-9._]{{2,20}}
        my (?:sc|ig|snap|insta|kik|tg|disc|fb|number) (?:is|=|:) ?@?(?=[\w.#-]{{0,20}}\d)[\w.#-]{{3,}}
        (?:on|via|over) {_APPS}(?=[\s:,]+@|\s?[:=])
        (?:my|our) (?:phone )?number is [\d+(\s-]{{5,}}
        (?:my|our) (?:phone )?(?:number|cell|mobile|digits)\s?(?:is|:)\s?(?:(?:zero|one|two|three|four|
            five|six|seven|eight|nine|oh|\d)[\s,.-]{{0,3}}){{5,20}}
        (?:call|text|ring|sms) (?:me|us) (?:on|at|under) \+?[\d(][\d\s().-]{{5,}}
        (?:what's|what is|give me|tell me|send me|drop|share) (?:your|ur) (?:real |home |phone |private |
            email |e-mail |street )?(?:phone number|address|e-?mail(?: address)?|insta(?:gram)?|
            snap(?:chat)?|location|full name and address|whats\s?app|telegram|discord)
        (?:my|our) (?:home )?address is \d{{1,5}} \w{{2,}}
        (?:my )?e-?mail\s?(?:is|:|address is)\s?[\w.+-]{{2,}}\s?(?:@|at|\(at\))
        schreib mir (?:auf|bei|per|uber) {_APPS}
        (?:escribeme|agregame|mandame) (?:por|a|en|al) {_APPS}
        (?:ecris|ajoute)[\s-]moi sur {_APPS}
        (?:пиши|напиши) (?:мне )?в (?:телеграм\w{{0,2}}|телегу|вотсап\w{{0,2}}|вк)
        """
    ),
    re.compile(
        r"(?<![\w.])(?:t\.me|wa\.me|discord\.gg|discord\.com/invite|snapchat\.com|instagram\.com|"
        r"onlyfans\.com|kik\.me)\s?/\s?\S+"
    ),
    re.compile(r"(?:[\w-]{2,30}#\d{4})(?!\d)"),
)
CONTACT_UNSPACED = re.compile(
    r"(?:加|我的|私)?(?:微信|微博|企鹅|qq|威信|薇信|电报)(?:号|號|id)?\s?[:=是为]?\s?[a-z][\w-]{4,}|(?:카톡|카카오톡|텔레그램|"
    r"인스타)(?:\s?(?:id|아이디))?\s?[:=は는은]?\s?"
    r"@?[a-z][\w.-]{3,}|(?:ライン|(?<![a-z])line)(?:\s?id)?\s?[:=は]\s?@?[a-z][\w.-]{3,}|"
    r"discord\s?\.\s?gg\s?/\s?\w{2,}|t\s?\.\s?me\s?/\s?\w{3,}"
)
# The app or the name is only hinted at.
CONTACT_HINT = words(
    r"""
    (?:on|over at|at|via) the (?:\w{2,7} )?(?:blue |little )?(?:bird|ghost|camera|paper[\s-]plane|clock|fox|
        cat)[\s-](?:app|site|logo site|logo app|logo)
    (?:on|via) the app with the (?:\w{2,8} )?(?:ghost|bird|camera|plane|clock|note)
    same (?:name|handle|username|user|@) (?:as here |there |everywhere |elsewhere |on (?:there|other|all)\b)
    search my (?:user ?name|handle|name)
    """
)
PHONE = re.compile(r"(?<![\d.,])\+?\(?\d(?:[\s().-]{0,2}\d){8,14}(?![\d.])")
# Digits in threes are an amount, four and four are years.
AMOUNT = re.compile(
    r"\d{1,3}(?:[ .]\d{3}){1,5}|\d{4}\s?-\s?\d{4}|\d{9}|97[89][\d-]{10,14}|"
    r"\d{4}-\d{2}-\d{2}(?:[\s-]\d{2}){0,3}|(\d)\1{8,}"
)
SPELLED_PHONE = re.compile(
    r"(?<![^\W\d_])(?:(?:zero|one|two|three|four|five|six|seven|eight|nine|oh|double|"
    r"\d)[\s,.-]{1,3}){8,40}(?:zero|one|two|three|four|five|six|seven|eight|nine|oh|\d)(?![^\W\d_])"
    r"|(?<![^\W\d_])(?:call|dial|ring|phone me|text me|number is|reach me)(?: (?:me|us|him|her|on|at)){0,2}"
    r"[\s:,]{1,2}"
    r"(?:(?:zero|one|two|three|four|five|six|seven|eight|nine|oh|double)[\s,.-]{1,3}){6,40}"
)
LINK = re.compile(
    rf"(?<![\w@.])(?:https?\s?:\s?/\s?/\s?\S{{3,}}|hxxps?://\S{{3,}}|www\s?\.\s?[\w-]{{2,}}|"
    rf"[\w-]{{2,63}}(?:\.[\w-]{{2,63}}){{0,3}}(?:\.|\s?[(\[]\s?(?:dot|\.)\s?[)\]]\s?){_TLD}(?:/\S*|"
    rf"(?![\w.-]))|[\w-]{{2,63}}\s(?:dot|punkt|punto)\s(?:com|net|org|io|me|tv|co)(?![^\W_]))"
)
SPAM = words(
    r"""
    buy (?:now|here|today|two get|one get|my (?:course|pack|pics|photos|content|merch|book|nft))
    click (?:here|now|the link|this link|my link|below|on the link)
    (?:cash\s?app|venmo|paypal) me
    link in (?:my |the )?(?:bio|profile|description|comments)
    (?:use|with) (?:my |the |our )?(?:promo|discount|coupon|referral|voucher|invite)?\s?codes? [a-z0-9]{3,}
    (?:promo|discount|coupon|referral|voucher) (?:codes?|link)
    (?:limited|special|exclusive|today only)[\s-](?:time )?(?:offers?|deals?|discounts?)(?= |[.!,]|$)
    (?:subscribe|sub) to (?:my|our|the) (?:channel|onlyfans|fansly|newsletter|page|youtube|patreon|podcast|
        twitch)
    follow (?:me|us|my (?:page|account|channel)) (?:on|at|for)
    (?:check out|visit|see) (?:my|our) (?:channel|shop|store|website|site|page|onlyfans|fansly|patreon|
        etsy|youtube|twitch|link|online shop|web ?shop)
    (?:my|our|her|free) (?:onlyfans|fansly|patreon|only fans)
    onlyfans
    (?:earn|make|win) (?:up to )?[$€£]\s?\d[\d.,]*\w?(?: (?:a|per|every|each) (?:day|week|hour|
        month)| from home| daily| fast)?
    (?:earn|make) (?:\w{2,8} ){0,2}money (?:fast|online|from home|quick(?:ly)?|now)
    work from home and (?:earn|make)
    free (?:followers|likes|subscribers|views|trial|spins|bonus|coins here)
    (?:get|buy) (?:\d+k? )?(?:followers|likes|subscribers|views)
    (?:best|lowest|cheap(?:est)?|low) (?:prices?|rates?)(?= |[.!,]|$)(?: (?:online|guaranteed|in town|here|
        for))?(?= online| guaranteed| here|[!]|$)
    for the best prices?
    (?:cheap|buy|order) (?:viagra|cialis|pills|meds|xanax|steroids|watches|replicas?)
    (?:online )?casino (?:bonus|online|games|spins)
    \d{1,3} ?% off (?:this|until|only|my|our)
    (?:dm|pm|message) (?:me )?to (?:order|buy|book|commission)
    (?:get|save|enjoy|now|with|for|take) (?:up to )?\d{1,3} ?% (?:off|discount|free|bonus)
    \d{1,3} ?% (?:off|discount|bonus|rabatt|descuento) (?:today|now|everything|all|your|with|if|auf|en)
    (?:order|sign up|register|act|join|shop|book|call) (?:now|today)(?: and (?:get|save|win|
        receive)| for (?:free|only)|(?=\s?!|$))
    (?:dm|message|text|pm|contact) (?:me|us) for (?:prices?|rates?|more (?:info|pics|photos|content)|
        details|a quote|custom)
    satisfaction guaranteed
    money[\s-]back guarantee
    (?:seo|marketing|crypto|trading|forex) (?:services|signals|course|bot|group)
    (?:compra|compre) (?:ahora|ya|agora)
    jetzt (?:kaufen|bestellen)
    achetez maintenant
    (?:haz|fai) clic (?:aqui|qui)
    hier klicken
    cliquez ici
    купи(?:те)? (?:сейчас|у нас)
    жми (?:на ссылку|сюда)
    """
)
# Mild on its own; two of them make an advertisement.
SALES = words(
    r"""
    offers?
    discounts?
    sales?
    free shipping
    deals?
    order
    prices?
    buy
    shop
    sign up
    register
    subscribe
    giveaway
    """
)
