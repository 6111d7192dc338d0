"""Ages in scripts that put no blanks between words, and in Roman numbers."""

import re

# An age written as a Roman number.
ROMAN = re.compile(
    r"(?<![^\W\d_])(?P<number>[xvi]{2,5})(?![^\W\d_])(?P<old>[\s-]{0,2}(?:years?|yrs?)[\s-]{0,2}(?:old|"
    r"of age)|"
    r"[\s-]{1,2}(?:summers|winters|anni|anos|ans)(?![^\W\d_]))?"
)
ROMAN_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:(?:i'?m|i am|she is|she's|he is|he's|you are|is|turned|turns)\s$|(?:aged?|edad|alter|"
    r"eta|wiek|"
    r"idade)(?: is| of)?[^\w\n]{0,4}$)"
)
# Korean and Chinese or Japanese numbers before their word for years, and Arabic ordinals.
KOREAN = re.compile(
    r"(?P<tens>(?:스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔|백|[이삼사오육칠팔구]십)\s?)?"
    r"(?P<age>열\s?(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)?|다섯|여섯|일곱|여덟|아홉|(?<![가-힣])[한두세네]|"
    r"십[일이삼사오육칠팔구]?)\s?(?:살|세(?![기대]))"
)
_THAI_UNIT = "เอ็ด|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า"
THAI_YEARS = re.compile("ปี|ขวบ|อายุ")
THAI = re.compile(
    rf"(?P<tens>(?:{_THAI_UNIT}|ยี่)?\s?สิบ)?\s?(?P<unit>{_THAI_UNIT})?\s?(?:ปี|ขวบ|ขวบปี)"
    rf"|อายุ[\s:=]{{0,3}}(?P<bare_tens>(?:{_THAI_UNIT}|ยี่)?\s?สิบ)(?P<bare_unit>{_THAI_UNIT})?"
)
HAN = re.compile(
    r"(?<![〇零一二三四五六七八九十百千万])(?P<age>[〇零一二三四五六七八九十百千万两]{1,5})\s?(?:周?[岁歲]|歳|才|さい)"
)
# Without a word for years: "她才十五", "まだ十五だ", "올해 열여섯이 됐다".
BARE_UNSPACED = re.compile(
    r"(?:才|刚满|剛滿|刚过|年方|芳龄|今年|年仅|虚岁|まだ|やっと|たった|今年で)\s?(?P<han>[一二三四五六七八九]?十[一二三四五六七八九]?)"
    r"(?=[。，、,.!！?\s]|$|的|了|だ|です|にな|の少|の女|の男)"
    r"|(?:올해|이제|겨우|갓|막|아직)\s?(?P<korean>열\s?(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)?)(?=이|에|인|밖|된|\.|,|$|\s)"
    r"(?!\s?(?:명|개|번|시|달|년))"
)
LABELLED_UNSPACED = re.compile(
    r"(?:age|年齢|年齡|年龄|나이|나이는|お年|歳)(?:\s?は|[^\w\n]{1,4})(?:(?P<han>[〇零一二三四五六七八九十]{1,4})|"
    r"(?P<korean>열\s?(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉)?|십[일이삼사오육칠팔구]?))(?![^\W\d_])"
)
