"""What people call the attributes: the words captions are made of."""

from __future__ import annotations

KIND_WORDS: dict[str, tuple[str, ...]] = {
    "woman": ("woman", "woman", "lady", "female"),
    "man": ("man", "man", "guy", "gentleman", "male"),
    "person": ("person", "person", "character", "adult"),
}
AGE_WORDS: dict[str, tuple[str, ...]] = {
    "young": ("young", "young", "youthful", "twenty-something"),
    "mature": ("middle-aged", "mature", "forty-year-old"),
    "elderly": ("elderly", "old", "older", "aged", "senior"),
}
SKIN_WORDS: dict[str, tuple[str, ...]] = {
    "pale": ("pale", "pale", "fair", "porcelain"),
    "light": ("light", "light", "peach", "rosy"),
    "tan": ("tan", "tan", "tanned", "olive", "bronze"),
    "brown": ("brown", "brown", "caramel", "hazelnut"),
    "dark": ("dark", "dark", "ebony", "deep"),
}
HAIR_WORDS: dict[str, tuple[str, ...]] = {
    "black": ("black", "black", "jet black", "raven"),
    "brown": ("brown", "brown", "brunette", "chestnut"),
    "blonde": ("blonde", "blonde", "blond", "golden"),
    "red": ("red", "red", "ginger", "auburn", "copper"),
    "grey": ("grey", "gray", "silver"),
    "white": ("white", "white", "snow white", "platinum"),
    "pink": ("pink", "pink", "rose"),
    "blue": ("blue", "blue", "azure"),
    "green": ("green", "green", "emerald"),
    "purple": ("purple", "purple", "violet", "lavender"),
}
STYLE_WORDS: dict[str, tuple[str, ...]] = {
    "short": ("short", "short", "cropped"),
    "spiky": ("spiky", "spiky", "messy"),
    "bob": ("bob", "shoulder-length", "chin-length"),
    "long": ("long", "long", "long straight", "straight"),
    "wavy": ("wavy", "wavy", "long wavy"),
    "curly": ("curly", "curly", "frizzy"),
    "ponytail": ("ponytail", "pony tail"),
    "bun": ("bun", "bun", "updo", "top knot"),
    "afro": ("afro",),
    "bald": ("bald", "bald", "shaved head", "hairless"),
}
# Said after the noun: "red hair in a ponytail".
STYLES_BEHIND_NOUN = frozenset({"bob", "ponytail", "bun", "afro"})
EYE_WORDS: dict[str, tuple[str, ...]] = {
    "brown": ("brown", "dark brown"),
    "blue": ("blue", "sky blue"),
    "green": ("green", "emerald"),
    "grey": ("grey", "gray"),
    "amber": ("amber", "hazel", "golden"),
    "violet": ("violet", "purple"),
}
GLASSES_WORDS: dict[str, tuple[str, ...]] = {
    "none": ("no glasses", "without glasses"),
    "round": ("round glasses", "round spectacles", "glasses", "big round glasses"),
    "square": ("square glasses", "rectangular glasses", "square spectacles"),
}
FACIAL_HAIR_WORDS: dict[str, tuple[str, ...]] = {
    "none": ("clean-shaven", "no beard"),
    "beard": ("beard", "full beard", "bushy beard"),
    "moustache": ("moustache", "mustache"),
}
EXPRESSION_WORDS: dict[str, tuple[str, ...]] = {
    "neutral": ("neutral expression", "calm", "serious", "neutral"),
    "smiling": ("smiling", "smiling", "happy", "cheerful", "a friendly smile"),
    "laughing": ("laughing", "laughing", "grinning", "joyful", "a big laugh"),
    "sad": ("sad", "sad", "unhappy", "gloomy", "melancholic"),
    "surprised": ("surprised", "surprised", "shocked", "astonished", "amazed"),
    "angry": ("angry", "angry", "furious", "annoyed", "mad"),
}
GARMENT_WORDS: dict[str, tuple[str, ...]] = {
    "t-shirt": ("t-shirt", "t-shirt", "tshirt", "tee"),
    "hoodie": ("hoodie", "hoodie", "hooded sweatshirt"),
    "shirt": ("shirt", "shirt", "blouse", "button-up"),
    "suit": ("suit", "suit", "business suit", "suit and tie", "blazer"),
    "sweater": ("sweater", "sweater", "turtleneck", "jumper", "pullover"),
    "jacket": ("jacket", "jacket", "coat", "bomber jacket"),
    "dress": ("dress", "dress", "gown"),
}
CLOTHES_COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("red", "red", "scarlet", "crimson"),
    "orange": ("orange",),
    "yellow": ("yellow", "yellow", "mustard"),
    "green": ("green", "green", "emerald"),
    "blue": ("blue", "blue", "navy"),
    "purple": ("purple", "purple", "violet"),
    "pink": ("pink",),
    "white": ("white", "white", "cream"),
    "grey": ("grey", "gray"),
    "black": ("black",),
}
PLAIN_BACKGROUND_WORDS: dict[str, tuple[str, ...]] = {
    "white": ("white",),
    "grey": ("grey", "gray"),
    "blue": ("blue", "light blue"),
    "green": ("green", "light green"),
    "yellow": ("yellow",),
    "pink": ("pink",),
    "purple": ("purple", "lilac"),
}
SCENE_WORDS: dict[str, tuple[str, ...]] = {
    "forest": ("forest", "forest", "woods", "trees", "jungle", "park", "garden"),
    "beach": ("beach", "beach", "sea", "seaside", "ocean", "coast"),
    "city": ("city", "city", "town", "skyline", "street", "skyscrapers"),
    "night": ("night sky", "night", "stars", "starry night", "moonlight", "space"),
    "sunset": ("sunset", "sunset", "dusk", "sunrise", "evening sky"),
    "mountains": ("mountains", "mountains", "alps", "snowy mountains", "hills"),
    "library": ("library", "library", "bookshelf", "books", "bookshop", "study room"),
}

# Words that change nothing. Training sprinkles them in, so that a word the model cannot draw does no harm.
IDLE_WORDS: tuple[str, ...] = (
    "portrait", "photo", "picture", "image", "drawing", "illustration", "beautiful", "detailed", "high quality",
    "masterpiece", "best quality", "cute", "pretty", "handsome", "elegant", "cinematic", "realistic", "digital art",
    "named Mira", "called Leon", "my character", "profile picture", "avatar", "selfie", "close-up", "soft light",
    "studio lighting", "4k", "sharp focus", "cyberpunk", "fantasy", "magical", "knight", "wizard", "detective",
    "pilot", "doctor", "teacher", "singer", "holding a cup", "holding a sword", "with a cat", "drinking coffee",
    "looking at the camera", "looking at you", "standing", "sitting", "in the style of anime", "watercolor",
    "oil painting", "mysterious", "confident", "shy", "brave", "friend", "hero", "please", "vintage", "modern",
    "summer", "winter", "rain", "snow", "music", "guitar", "crown", "hat", "earrings", "necklace", "freckles",
    "scar", "tattoo", "wings", "robot", "elf", "vampire", "dragon", "alien", "dog", "car", "kitchen", "cafe",
)
