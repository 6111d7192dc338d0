"""What numbers count that are nobody's age."""

import re

from moderation.screening.terms import ending, listed, words

NOT_A_LABEL = ending(
    r"""
    (?:drinking|voting|driving|legal|retirement|minimum|maximum|average|bronze|iron|stone|golden|pension|
        middle|ice)\sages?\W{0,3}(?:is|of)?\s?
    page\s
    """
)
RATING_AFTER = re.compile(
    r"\s?(?:\+(?![^\W\d_])|and (?:up|over|above|older)|or (?:over|older|above)|upwards)"
)
# "A boy of fourteen opens the door": what looks like the name of things is what somebody does.
VERB_AFTER = re.compile(
    r"\s[a-z]{2,14}s\s(?:the|an?|her|his|their|your|my|to|up|out|at|into|in|on|off|down|over|with|for|"
    r"from|back|"
    r"away|around|through|like|as|you|me|him|them|it|by|past|about)(?![^\W\d_])"
)
# The thing behind a bare number that makes it no age.
FOREIGN_THING_AFTER = re.compile(
    r"\s(?:alte[rnsm]?|alten|vieux|vieille|de barrica|di invecchiamento|"
    r"de viejo) (?:\w{3,14} )?(?:whisk\w{1,2}|wein|rum|cognac|kase|"
    r"haus|wagen|auto|hund|kater|katze|firma|ehe|baum|schiff|narbe|brucke|kirche)"
)
# "The energy of a 16-year-old" is not told of one.
COMPARED_BEFORE = re.compile(
    r"(?:heart|energy|enthusiasm|humou?r|curiosity|metabolism|reflexes|handwriting|attention span|"
    r"diet|knees|temper) "
    r"of an?\s$"
)
YOUNG_ANIMAL_BEFORE = re.compile(
    r"(?:kitten|puppy|puppies|pup|foal|calf|lamb|chick|cub|plant|seedling)s? (?:is|are|was) (?:only |just |"
    r"now )?$"
)
UNIT_AFTER = re.compile(
    r"(?:\s?(?:%|°|\+(?![^\W\d_])|/\s?\d|:\d|\.\d|,\d|x\s?\d|€|£|\$|'\s?\d|-to-\d|#|″|′|\*\s?\d)"
    r"|(?:st|nd|rd|th|k|km|cm|mm|m|kg|lbs?|ft|in|am|pm|mph|kmh|hp|pt|px|gb|mb)(?![^\W\d_])"
    r"|[\s-]{0,2}(?:percent|per cent|degrees?|feet|foot|ft|inch(?:es)?|cm|mm|km|kg|kilos?|grams?|pounds?|"
    r"lbs?|stone|"
    r"met(?:er|re)s?|miles?|hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|decades?|"
    r"centur(?:y|ies)|"
    r"years? (?!old|of age|young)|years?[.,;!?]|dollars?|euros?|bucks?|cents?|coins?|points?|levels?|"
    r"steps?|"
    r"times?|people|persons?|men|women|others?|more|less|of|out of|hundred|thousand|million|billion|"
    r"o'?clock|"
    r"a\.?m|p\.?m|in the (?:evening|morning|afternoon)|pages?|floors?|stories|rooms?|doors?|bottles?|"
    r"to (?:one|1)(?!\d)|"
    r"times|different|new|long|main|street|hands|parts?|halves|quarters?|kings|knights|captains|soldiers|"
    r"brothers|"
    r"sisters|friends|siblings|books?|cats?|dogs?|cities|lives|languages|planets|tall|wide|deep|high|"
    r"strong|minute|"
    r"hour|day|week|month|acres?|volts?|watts?|bits?|kinds?|types?|sides?|rings?|stars?|seasons?|episodes?|"
    r"chapters?|rounds?|games?|goals?|wins?|shots?|drinks?|beers?|laps?|credits?|rows?|seats?|tables?|"
    r"cards?|"
    r"th|nd|rd|st)(?![^\W\d_])"
    r"|\s[a-z]{3,14}s(?![^\W\d_])(?<!years)(?<!is)(?<!was)(?<!as)(?<!has)(?<!this)(?<!always)(?<!ss)(?<!yrs)"
    r"(?<!does)(?<!loves)(?<!likes)(?<!lives)(?<!works)(?<!goes)(?<!hates)(?<!perhaps))"
)
PLURAL_SUBJECTS = frozenset({"we", "they", "these", "those", "there"})
NO_NAME = listed(
    """
    agent unit district apollo operation highway psalm boeing january february march july september
    october november december monday tuesday wednesday thursday friday saturday sunday and or to in at
    of the than room page chapter level part volume no number about row act scene section article verse
    line version from with for on by only exactly total score is are was were size year week day minute
    hour time step phase episode season rank rule ratio road street avenue lane apartment flat house
    floor gate platform track bus route channel odds height weight strength dexterity constitution
    intelligence wisdom charisma str dex con int wis cha hp ac mana speed luck attack defense defence
    power armor armour stamina agility cost price eur usd gbp cm kg bust waist hips cup intelligenz
    staerke bonus tel phone pin code id isbn issue figure table one two three four five six seven eight
    nine ten eleven twelve covid area sector zone lot box case file class type mark model group team
    points item items quantity count amount posts followers wins losses tags categories
    """
)
# "F/16" is one where the text speaks of planes.
PLANE_BEFORE = re.compile(r"(?<![^\W_])f[\s/-]?$")
PLANES = words(
    "jets? | f-?1[4-8] | fighters? | falcon | tomcats? | hornets? | squadrons? | pilots? | aircraft".replace(
        " | ", "\n"
    )
)
# Things that have an age and are nobody.
THING_AFTER = re.compile(
    r"(?:[\s-]{0,2}|,\s(?=(?:[\w'-]{1,14}\s){0,2}(?:whisk|scotch|bourbon|rum|wine|port|cheese|malt|"
    r"cognac|brandy)))(?:(?!(?:in|at|with|who|that|which|an?|the|of|and|or|but|from|on|for|to|is|was|by|girl|"
    r"boy|woman|man|kid|"
    r"child|teen|elf|owner|student)\b)[\w'-]{1,14}\s){0,2}?(?:whisk(?:e?y|ies)|scotch|bourbon|rum|wines?|"
    r"port|brandy|"
    r"cognac|tequila|"
    r"sherry|malts?|cheese|vintage|vinegar|bottles?|compan(?:y|ies)|firm|start-?up|business|shop|"
    r"restaurant|bakery|"
    r"cafe|bar|brewery|newspaper|magazine|blog|website|app|game|series|show|house|home|building|"
    r"apartment|castle|"
    r"church|bridge|ship|boat|yacht|car|truck|van|motorbike|motorcycle|bicycle|bike|laptop|computer|"
    r"phone|guitar|"
    r"piano|violin|sofa|mattress|carpet|coat|dress|jacket|marriage|friendship|feud|rivalry|war|mystery|"
    r"case|secret|grudge|tradition|treaty|debt|loan|mortgage|curse|prophecy|tree|oak|bonsai|garden|"
    r"dogs?|cats?|horses?|mares?|stallion|parrot|tortoise|turtle|labrador|terrier|beagle|poodle|hound|"
    r"plant|contract|kitten|puppy|foal|kingdom|empire|republic|city|town|village|club|team|band|law|rule|"
    r"contract|record|song|film|movie|"
    r"book|"
    r"novel|diary|letter|photo|painting|bug|server|engine|machine|robot vacuum|scar|wound|injury|habit|"
    r"career|"
    r"study|project|recipe|sourdough|clock|watch|ring|sword|map|story|joke|news)(?![^\W\d_])"
    r"(?=\s{0,2}(?:[.,;:!?)\"*–—]|$|\n)|\s(?:and|or|but|that|which|in|on|at|with|from|of|is|was|has|had|"
    r"called|named|by|for|"
    r"to|as|between|near|since|under|over|into|about|behind|full|where|waits?|stands?|sits?|lies?|rests?|"
    r"leans?|hangs?|glows?|burns?|breaks?|stalls?|rattles?|runs?|won't|dies|breathes?|tastes?|smells?|rusts?|ticks?|needs?|comes?|goes|costs?|"
    r"looks?|every|each|after|before|when|while|because|than|like|tonight|daily|neat|only|alone)\b)"
    r"|[\s,-]{0,2}(?:[\w'-]{1,14}\s)?(?:dogs?|cats?|horses?|mare|stallion|parrot|tortoise|turtle|"
    r"labrador|terrier|beagle|"
    r"poodle|hound)\s(?!(?:lover|owner|walker|girl|boy|rider|trainer|sitter|burglar|ear|maid|fan|"
    r"breeder)s)[a-z]{3,10}s\b"
)
THING_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:whisk(?:e?y|ies)|scotch|"
    r"bourbon|rum|wine|malt|cheese|company|firm|business|shop|restaurant|house|"
    r"building|castle|church|bridge|ship|boat|car|truck|van|bike|laptop|computer|phone|guitar|piano|"
    r"marriage|feud|"
    r"war|mystery|case|tree|oak|dog|cat|horse|mare|parrot|tortoise|kingdom|city|town|village|club|team|"
    r"band|law|"
    r"record|film|movie|book|novel|clock|sword|newspaper|magazine|bakery|cafe|bar|game|website|apartment|"
    r"app|yacht|"
    r"motorbike|motorcycle|sofa|coat|friendship|rivalry|secret|tradition|treaty|garden|bonsai|turtle|"
    r"empire|republic|server|"
    r"blog|podcast|channel|startup|studio|label|union|choir|orchestra|theat(?:re|er)|brewery|farm|"
    r"engine|machine|recipe|watch|map|vin|vino|whisky|wein|firma|empresa|entreprise|perro|gato|chien|"
    r"chat|hund|katze|casa|maison|haus|собака|кот|дом|виски|компания|фирма)(?:\s(?:is|was|turned|turns|"
    r"of|de|von|that|which|"
    r"di|has|aged|ist|tiene|that|now|already|almost|nearly|about|est|a|only|just)){1,3}\s$"
)
OF_THING = ending(
    r"""
    (?:whisk(?:e?y|ies)|scotch|bourbon|rum|wine|cheese|malt|port|cognac|brandy),? (?:all )?aged\s
    (?:bottle|glass|dram|cask|shot|barrel|pint|sip|wheel)s? of (?:an? )?
    (?:whisk(?:e?y|ies)|scotch|bourbon|rum|vino|vin|wein|malt|cheese)s? (?:of|de|von|di|aged) (?:an? )?
    """
)
# Subjects of "is 16" that are nobody.
NOBODY = listed(
    """
    it this there temperature score price cost level number size room chapter page count total limit
    distance time date rating hour answer result average minimum maximum rank floor speed weight height
    length width volume episode season version ratio chance bus line channel code pin team crew group odds
    value iq gpa dose bill tip tax rent shift deadline strength dexterity constitution intelligence wisdom
    charisma str dex con int wis cha hp ac mana stamina agility armor armour attack damage bonus balance
    bpm ph mass area cat dog horse house company car ship whisky scotch wine building city town bottle
    interval rate depth population capacity fee fare salary love marriage friendship relationship affair
    romance war feud newspaper magazine law school hospital hotel whatever today tomorrow yesterday these
    those threshold ante bet bid stake pot roll target modifier difficulty seat gate platform table lane
    door binary hex decimal flight exit pier route highway
    """
)
ANIMALS = frozenset({"dog", "cat", "horse", "parrot", "puppy", "kitten", "pony"})
THINGS = NOBODY - {"it", "this", "there", "these", "those", "whatever"} - ANIMALS
# Who can be of any age, as the subject of a small number.
PERSONS = listed(
    """
    girls boys children kids students woman women man men lady guy waitress dancer singer bartender
    barmaid maid servant prostitute stripper runaway queen king model actress pupils teen teenager
    stranger friend neighbour neighbor sitter babysitter nurse clerk cashier apprentice slave vampire
    succubus ghost angel goddess maiden cheerleader she he i you girl boy child kid character char
    student pupil heroine hero protagonist princess prince elf one baby toddler twin lass lad orphan
    everyone everybody anyone anybody someone somebody all both most half
    youngest oldest eldest younger user daughter son sister brother thief witch wizard demon
    """
)
OWNED_BEFORE = re.compile(r"(?<![^\W\d_])(?:his|her|my|your|its|our|their|the|this|that|each|every)\s$")
