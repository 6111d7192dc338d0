"""What people call the attributes: the words captions are made of.

A word that stands twice in a row is used twice as often. Words that fit two values of one field are left out,
or belong to the value that is drawn for them: "glasses" alone are round ones, "earrings" are studs, and
"from the side" is the left side.
"""

from __future__ import annotations

Table = dict[str, tuple[str, ...]]

KIND_WORDS: Table = {
    "woman": ("woman", "woman", "woman", "lady", "female character"),
    "man": ("man", "man", "man", "guy", "gentleman", "male character"),
    "person": ("person", "person", "adult", "individual", "androgynous person"),
}
# Words that name the kind and an old age at once.
ELDERS: Table = {
    "woman": ("grandmother", "grandma", "granny"),
    "man": ("grandfather", "grandpa"),
    "person": ("grandparent",),
}
# Said of somebody, to somebody, before what is somebody's.
PRONOUNS: dict[str, tuple[str, str, str]] = {
    "woman": ("she", "her", "her"),
    "man": ("he", "him", "his"),
    "person": ("they", "them", "their"),
}
AGE_WORDS: Table = {
    "young": ("young", "young", "young", "youthful", "twenty-something", "25-year-old"),
    "mature": ("middle-aged", "middle-aged", "mature", "forty-something", "45-year-old"),
    "elderly": ("elderly", "old", "old", "older", "aged", "senior", "70-year-old"),
}
# The decade of life: "a man in his forties".
DECADES: Table = {"young": ("twenties",), "mature": ("forties", "fifties"), "elderly": ("seventies",)}
FACE_WORDS: Table = {
    "oval": ("oval", "oval", "egg-shaped"),
    "round": ("round", "round", "rounded"),
    "square": ("square", "square", "angular", "square-jawed"),
    "heart": ("heart-shaped", "heart-shaped", "heart"),
}
SKIN_WORDS: Table = {
    "pale": ("pale", "pale", "fair", "porcelain", "ivory"),
    "light": ("light", "light", "light", "peach", "rosy"),
    "tan": ("tan", "tan", "tanned", "olive", "sun-kissed"),
    "bronze": ("bronze", "bronze", "bronzed", "caramel", "golden-brown"),
    "brown": ("brown", "brown", "brown", "chestnut", "hazelnut"),
    "dark": ("dark", "dark", "dark brown", "ebony", "black"),
}
EYE_WORDS: Table = {
    "brown": ("brown", "brown", "dark brown", "chocolate"),
    "blue": ("blue", "blue", "sky-blue", "azure", "sapphire"),
    "green": ("green", "green", "emerald"),
    "grey": ("grey", "gray", "silver", "steel-grey"),
    "amber": ("amber", "amber", "golden", "honey-coloured", "hazel"),
    "violet": ("violet", "violet", "purple", "amethyst"),
}
EYE_SHAPE_WORDS: Table = {
    "round": ("round", "round", "big", "large"),
    "almond": ("almond", "almond-shaped"),
    "narrow": ("narrow", "narrow", "slim"),
}
BROW_WORDS: Table = {
    "thin": ("thin", "thin", "fine", "delicate"),
    "thick": ("thick", "thick", "bushy", "heavy"),
}
NOSE_WORDS: Table = {
    "small": ("small", "small", "little", "tiny", "button"),
    "long": ("long", "long", "pointed"),
    "wide": ("wide", "wide", "broad"),
}
LIP_WORDS: Table = {"thin": ("thin", "thin", "narrow"), "full": ("full", "full", "plump", "thick")}
HAIR_WORDS: Table = {
    "black": ("black", "black", "black", "jet-black", "raven"),
    "brown": ("brown", "brown", "brown", "brunette", "chestnut", "chocolate brown"),
    "blonde": ("blonde", "blonde", "blond", "golden", "fair"),
    "red": ("red", "red", "ginger", "auburn", "copper"),
    "grey": ("grey", "gray", "silver", "silver-grey"),
    "white": ("white", "white", "snow-white"),
    "pink": ("pink", "pink", "rose-pink", "bubblegum pink"),
    "blue": ("blue", "blue", "royal blue", "cobalt blue"),
    "green": ("green", "green", "emerald green"),
    "purple": ("purple", "purple", "violet"),
}
# People themselves, named by their hair.
HAIR_PEOPLE: Table = {"blonde": ("blonde",), "red": ("redhead", "redhead"), "brown": ("brunette",)}
DYED = frozenset({"pink", "blue", "green", "purple"})
# Before "hair".
STYLE_ADJECTIVES: Table = {
    "buzz cut": ("buzzed", "buzz-cut"),
    "short": ("short", "short", "short", "cropped"),
    "side-parted": ("side-parted", "side-parted", "neatly parted"),
    "slicked-back": ("slicked-back", "slicked-back", "combed-back", "swept-back"),
    "spiky": ("spiky", "spiky", "spiked", "messy"),
    "pixie": ("pixie-cut",),
    "bob": ("bobbed", "chin-length", "shoulder-length"),
    "long": ("long", "long", "long", "long straight", "waist-length"),
    "wavy": ("wavy", "wavy", "long wavy"),
    "curly": ("curly", "curly", "curled"),
    "afro": ("afro",),
    "braid": ("braided", "plaited"),
}
# Worn as a thing: "a black bob".
STYLE_NOUNS: Table = {
    "buzz cut": ("buzz cut", "buzz cut", "buzzcut", "crew cut"),
    "side-parted": ("side parting",),
    "mohawk": ("mohawk", "mohawk", "mohican"),
    "pixie": ("pixie cut", "pixie cut", "pixie haircut"),
    "bob": ("bob", "bob", "bob cut"),
    "wavy": ("waves",),
    "curly": ("curls",),
    "afro": ("afro",),
    "ponytail": ("ponytail", "ponytail", "pony tail", "high ponytail"),
    "bun": ("bun", "bun", "topknot", "updo"),
    "braid": ("braid", "braid", "plait"),
    "dreadlocks": ("dreadlocks", "dreadlocks", "dreads", "locs"),
}
# Styles for which the thing is the usual word.
NOUN_STYLES = frozenset(
    {"buzz cut", "mohawk", "pixie", "bob", "afro", "ponytail", "bun", "braid", "dreadlocks"}
)
TIED_STYLES = frozenset({"ponytail", "bun", "braid"})
BALD_NOUNS = ("bald head", "shaved head")
STYLE_WORDS: Table = {
    "bald": ("bald", "shaved", *BALD_NOUNS),
    **{
        style: (*STYLE_ADJECTIVES.get(style, ()), *STYLE_NOUNS.get(style, ()))
        for style in STYLE_ADJECTIVES | STYLE_NOUNS
    },
}
FACIAL_HAIR_WORDS: Table = {
    "none": ("no beard", "no facial hair"),
    "stubble": ("stubble", "stubble", "three-day stubble", "designer stubble"),
    "moustache": ("moustache", "moustache", "mustache"),
    "goatee": ("goatee", "goatee", "pointed goatee"),
    "beard": ("beard", "beard", "beard", "full beard", "bushy beard"),
}
FACIAL_HAIR_ADJECTIVES: Table = {
    "none": ("clean-shaven", "beardless"),
    "stubble": ("unshaven", "stubbly"),
    "beard": ("bearded",),
}
GLASSES_WORDS: Table = {
    "none": ("no glasses",),
    "round": ("round glasses", "round glasses", "round spectacles", "glasses"),
    "square": ("square glasses", "square glasses", "rectangular glasses", "square spectacles"),
    "cat-eye": ("cat-eye glasses", "cat-eye glasses", "cat eye glasses", "cat-eye spectacles"),
    "sunglasses": ("sunglasses", "sunglasses", "dark glasses", "shades"),
}
EARRING_WORDS: Table = {
    "none": ("no earrings",),
    "studs": ("stud earrings", "stud earrings", "ear studs", "small earrings", "earrings"),
    "hoops": ("hoop earrings", "hoop earrings", "hoops", "big hoop earrings", "creole earrings"),
}
HEADWEAR_WORDS: Table = {
    "none": ("no hat", "no headwear"),
    "cap": ("cap", "cap", "baseball cap"),
    "beanie": ("beanie", "beanie", "knitted beanie", "woolly hat"),
    "hat": ("hat", "hat", "wide-brimmed hat", "straw hat", "sun hat", "fedora"),
    "headband": ("headband", "headband", "hairband"),
    "headscarf": ("headscarf", "headscarf", "hijab", "head scarf"),
}
HATLESS = ("bareheaded", "hatless")
EXPRESSION_WORDS: Table = {
    "neutral": ("calm", "serious", "neutral", "composed", "relaxed"),
    "smiling": ("smiling", "smiling", "happy", "cheerful", "friendly"),
    "laughing": ("laughing", "laughing", "grinning", "joyful", "overjoyed"),
    "sad": ("sad", "sad", "unhappy", "gloomy", "melancholic", "sorrowful"),
    "surprised": ("surprised", "surprised", "shocked", "astonished", "amazed", "startled"),
    "angry": ("angry", "angry", "furious", "annoyed", "mad", "grumpy"),
}
EXPRESSION_NOUNS: Table = {
    "neutral": ("a neutral expression", "a calm face", "a serious look", "a neutral face"),
    "smiling": ("a smile", "a friendly smile", "a gentle smile", "a happy face"),
    "laughing": ("a big laugh", "a broad grin", "a laughing face"),
    "sad": ("a sad look", "a sad face", "a sad expression"),
    "surprised": ("a surprised look", "a shocked face", "a surprised expression"),
    "angry": ("an angry look", "an angry face", "an angry glare"),
}
GARMENT_WORDS: Table = {
    "t-shirt": ("t-shirt", "t-shirt", "tshirt", "tee"),
    "hoodie": ("hoodie", "hoodie", "hooded sweatshirt"),
    "shirt": ("shirt", "shirt", "blouse", "button-up shirt"),
    "suit": ("suit", "suit", "business suit", "blazer"),
    "sweater": ("sweater", "sweater", "turtleneck", "jumper", "pullover"),
    "jacket": ("jacket", "jacket", "bomber jacket", "windbreaker"),
    "dress": ("dress", "dress", "gown", "summer dress"),
    "overalls": ("overalls", "overalls", "dungarees", "pair of overalls"),
    "coat": ("coat", "coat", "overcoat", "trench coat"),
}
GARMENT_NOUNS = ("outfit", "clothes", "top", "clothing")
CLOTHES_COLOUR_WORDS: Table = {
    "red": ("red", "red", "red", "scarlet", "crimson"),
    "orange": ("orange", "orange", "tangerine"),
    "yellow": ("yellow", "yellow", "sunny yellow"),
    "green": ("green", "green", "emerald"),
    "blue": ("blue", "blue", "royal blue", "cobalt blue"),
    "purple": ("purple", "purple", "violet"),
    "pink": ("pink", "pink", "rose-pink"),
    "white": ("white", "white", "snow-white"),
    "grey": ("grey", "gray", "slate grey"),
    "black": ("black", "black", "jet-black"),
}
PLAIN_BACKGROUND_WORDS: Table = {
    "white": ("white", "white", "pure white"),
    "grey": ("grey", "gray", "light grey"),
    "blue": ("blue", "light blue", "sky-blue"),
    "green": ("green", "light green", "mint green", "mint"),
    "yellow": ("yellow", "light yellow", "pale yellow"),
    "pink": ("pink", "light pink", "pale pink"),
    "purple": ("purple", "light purple", "lilac", "lavender"),
}
# Words that take "the" and stand before "background".
SCENE_NOUNS: Table = {
    "room": ("room", "living room", "apartment", "bedroom"),
    "library": ("library", "library", "bookshelves", "bookshop", "study"),
    "cafe": ("cafe", "cafe", "café", "coffee shop", "bar", "restaurant"),
    "forest": ("forest", "forest", "woods", "trees", "jungle", "park", "garden"),
    "beach": ("beach", "beach", "sea", "seaside", "ocean", "coast"),
    "mountains": ("mountains", "mountains", "alps", "mountain range", "peaks"),
    "snow": ("snow", "snow", "snowy landscape", "winter landscape"),
    "city": ("city", "city", "town", "skyline", "street", "skyscrapers"),
    "night city": ("night city", "city at night", "neon city", "nighttime skyline", "city lights"),
    "sunset": ("sunset", "sunset", "sunrise", "evening sky", "setting sun"),
    "space": ("stars", "galaxy", "planets", "night sky", "starry sky"),
}
BACKGROUND_NOUNS: Table = PLAIN_BACKGROUND_WORDS | SCENE_NOUNS
SCENE_PLACES: Table = {
    "room": ("in a room", "in the living room", "at home", "indoors", "in an apartment", "in the bedroom"),
    "library": ("in a library", "in the library", "in front of bookshelves", "in a bookshop", "in a study"),
    "cafe": ("in a cafe", "in a café", "in a coffee shop", "at the bar", "in a restaurant"),
    "forest": ("in the forest", "in the woods", "among trees", "in the jungle", "in the park", "in a garden"),
    "beach": ("on the beach", "at the beach", "by the sea", "at the seaside", "by the ocean", "on the coast"),
    "mountains": ("in the mountains", "in the mountains", "in the alps", "in front of mountains"),
    "snow": ("in the snow", "in winter", "in a snowy landscape", "in a winter landscape"),
    "city": ("in the city", "in town", "on a street", "downtown", "in the city by day"),
    "night city": ("in the city at night", "at night in the city", "in a neon city", "in the night city"),
    "sunset": ("at sunset", "at sunset", "at dusk", "at sunrise", "under a golden evening sky"),
    "space": ("in space", "in outer space", "among the stars", "under the night sky", "in front of a galaxy"),
}
BACKGROUND_WORDS: Table = {
    **PLAIN_BACKGROUND_WORDS,
    **{scene: (*SCENE_NOUNS[scene], *SCENE_PLACES[scene]) for scene in SCENE_NOUNS},
}
# Before "of a woman".
FRAMING_NOUNS: Table = {
    "close-up": ("close-up", "close-up", "closeup", "headshot", "extreme close-up", "close up"),
    "bust": ("bust portrait", "bust portrait", "bust shot", "head-and-shoulders portrait"),
    "half body": (
        "half-body shot",
        "half-length portrait",
        "half body portrait",
        "upper body shot",
        "waist-up shot",
    ),
}
FRAMING_PHRASES: Table = {
    "close-up": ("close-up", "closeup", "only the face", "extreme close-up of the face"),
    "bust": ("bust", "from the chest up", "head and shoulders", "seen from the chest up"),
    "half body": ("half body", "from the waist up", "waist-up", "upper body", "half-length"),
}
FRAMING_WORDS: Table = {
    framing: (*FRAMING_NOUNS[framing], *FRAMING_PHRASES[framing]) for framing in FRAMING_NOUNS
}


def _turned(side: str) -> tuple[str, ...]:
    return (
        f"facing {side}",
        f"facing {side}",
        f"looking {side}",
        f"looking to the {side}",
        f"turned to the {side}",
        f"facing to the {side}",
        f"in three-quarter view to the {side}",
    )


TURN_WORDS: Table = {
    "left": (*_turned("left"), "from the side", "in profile"),
    "front": (
        "facing forward",
        "facing the camera",
        "looking at the viewer",
        "in front view",
        "looking straight ahead",
        "from the front",
        "looking at the camera",
    ),
    "right": _turned("right"),
}
LIGHT_WORDS: Table = {
    "soft": ("soft light", "soft light", "soft lighting", "gentle light"),
    "warm": ("warm light", "warm light", "warm lighting", "golden light", "a warm glow"),
    "cool": ("cool light", "cool light", "cool lighting", "cold light", "bluish light"),
    "dramatic": ("dramatic light", "dramatic lighting", "strong shadows", "high contrast lighting"),
}

TABLES: dict[str, Table] = {
    "kind": KIND_WORDS,
    "age": AGE_WORDS,
    "face_shape": FACE_WORDS,
    "skin": SKIN_WORDS,
    "eyes": EYE_WORDS,
    "eye_shape": EYE_SHAPE_WORDS,
    "brows": BROW_WORDS,
    "nose": NOSE_WORDS,
    "lips": LIP_WORDS,
    "hair_colour": HAIR_WORDS,
    "hair_style": STYLE_WORDS,
    "facial_hair": FACIAL_HAIR_WORDS,
    "glasses": GLASSES_WORDS,
    "earrings": EARRING_WORDS,
    "headwear": HEADWEAR_WORDS,
    "expression": EXPRESSION_WORDS,
    "garment": GARMENT_WORDS,
    "clothes_colour": CLOTHES_COLOUR_WORDS,
    "background": BACKGROUND_WORDS,
    "framing": FRAMING_WORDS,
    "turn": TURN_WORDS,
    "light": LIGHT_WORDS,
}

# What stands between the parts of a description; \u2013 is the en dash.
JOINTS = (
    ", ",
    "; ",
    ". ",
    " - ",
    " | ",
    "\n",
    " & ",
    " + ",
    " ",
    " and ",
    ", also ",
    ", then ",
    " (",
    " \u2013 ",
)


def _listed(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split(", "))


# Words of a sentence that say nothing about the picture.
FILLERS: tuple[str, ...] = _listed(
    "the, very, really, some, that, this, so, kind of, I want, give, make sure, you can see, we have",
    "featuring, as well as, together with, of course, imagine, maybe, always, who, is, are, has, of, on, to",
    "for, lovely, my, me, it, let us, today, just, while, because, where, tell, see, then, what",
    "by the way, quite, all, obviously, I think, a bit, at the moment, if possible, ideally, such, there",
    "once more, not forgetting",
)
# Words that change nothing. Training sprinkles them in, so that a word the model cannot draw does no harm.
IDLE_WORDS: tuple[str, ...] = _listed(
    "portrait, photo, picture, image, drawing, illustration, painting, sketch, artwork, avatar, selfie",
    "beautiful, detailed, highly detailed, high quality, masterpiece, best quality, cute, pretty, handsome",
    "elegant, attractive, charming, stylish, cinematic, realistic, photorealistic, digital art",
    "4k, 8k, hd, sharp focus, bokeh, trending, award-winning, in the style of anime",
    "watercolor, oil painting, pixel art, comic style, cartoon, manga style, flat design",
    "vector art, 3d render",
    "named Mira, called Leon, Luna, Kai, Professor Brandt, Aria, Viktor, known as Ines, Captain Zork",
    "my friend, my favourite, from Berlin, from Japan, from Brazil",
    "cyberpunk, steampunk, fantasy, science fiction, medieval, magical, vintage, retro, modern, gothic",
    "knight, wizard, witch, detective, pilot, doctor, teacher, singer, nurse, baker, scientist, hacker",
    "pirate, musician, painter, soldier, farmer, queen, king, samurai, engineer",
    "robot, elf, vampire, dragon, alien, ghost, angel, demon, hero, villain, friend",
    "holding a cup, holding a sword, holding a book, with a cat, with a dog, drinking tea, standing, sitting",
    "waving, thinking, reading, cooking, dancing, working, playing the guitar, talking",
    "mysterious, confident, shy, brave, clever, kind, funny, wise, sarcastic, loyal, please, thanks",
    "rain, fog, music, guitar, sword, crown, necklace, freckles, scar, tattoo, wings, horns, backpack",
    "umbrella, car, bicycle, laptop, phone, flowers, balloons, pizza, castle, teapot, chessboard",
)
