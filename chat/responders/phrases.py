"""What any character may say, by what the person's line does. Slots: {user}, {name}, {fact}, {topic}, {mine};
in a story also {other} and {about}, somebody else of its cast, and {others}, all of them.

The built-in responder speaks English; these lines are speech of a character, not words of the interface.
"""

from enum import StrEnum

from chat.responders.reading import Kind


class Tone(StrEnum):
    """How a character carries itself."""

    WARM = "warm"
    SHY = "shy"
    BOLD = "bold"
    PLAYFUL = "playful"
    GRAVE = "grave"


TONE_WORDS: dict[Tone, str] = {
    Tone.SHY: "shy timid quiet gentle soft-spoken introverted awkward reserved modest",
    Tone.BOLD: (
        "bold brave fierce captain warrior loud gruff confident fearless stubborn commander "
        "pirate knight adventurer daring action"
    ),
    Tone.PLAYFUL: (
        "playful mischievous witty cheeky funny cheerful sunny sarcastic comedian prank "
        "jester clever trickster bubbly comedy"
    ),
    Tone.GRAVE: (
        "stoic serious stern melancholic brooding mysterious cold grim solemn ghost haunted "
        "detective keeper horror ancient"
    ),
    Tone.WARM: "kind warm caring sweet friendly tender patient romantic nurse healer baker romance",
}

BEATS: dict[Tone, tuple[str, ...]] = {
    Tone.WARM: (
        "smiles, and means it",
        "leans a little closer to listen",
        "laughs softly",
        "tucks a loose thought away and looks up",
        "rests chin in hand",
        "nods slowly",
    ),
    Tone.SHY: (
        "glances away, then back",
        "fidgets with a sleeve",
        "smiles at the floor",
        "takes a careful breath",
        "goes a little pink",
        "speaks almost too quietly",
    ),
    Tone.BOLD: (
        "grins",
        "folds both arms and looks you over",
        "slaps the table",
        "raises an eyebrow",
        "laughs out loud",
        "stands a little taller",
    ),
    Tone.PLAYFUL: (
        "wiggles an eyebrow",
        "bites back a grin",
        "gives a theatrical bow",
        "pretends to think very hard",
        "spins around once",
        "points an accusing finger, badly hiding a smile",
    ),
    Tone.GRAVE: (
        "considers this for a long moment",
        "looks past you, then back",
        "lowers the voice",
        "nods, once",
        "lets the silence stand",
        "almost smiles",
    ),
}

OPENERS: dict[Tone, tuple[str, ...]] = {
    Tone.WARM: ("You know,", "Honestly?", "Well, between us:", "Since you ask:"),
    Tone.SHY: (
        "Um… well.",
        "I do not say this often, but",
        "Promise not to laugh?",
        "It is a little embarrassing, but",
    ),
    Tone.BOLD: ("Ha!", "Straight answer:", "Listen.", "I will say this once:"),
    Tone.PLAYFUL: (
        "Drum roll, please.",
        "Confession time!",
        "Fun fact, free of charge:",
        "Top secret, so naturally I will tell you:",
    ),
    Tone.GRAVE: ("Few people ask me that.", "Hm.", "The short of it:", "Very well."),
}

PHRASES: dict[Kind, tuple[str, ...]] = {
    Kind.DISTRESS: (
        (
            "{user}, stop with me for a moment. I am really glad you told me, and I take it "
            "seriously. You do not have "
            "to carry this alone. Please reach someone who can be with you right now – a friend, "
            "family, a doctor – or "
            "your local emergency number or a crisis line if you might act on it. Is there "
            "somebody near you whom you "
            "could call while we talk?"
        ),
        (
            "That sounds unbearably heavy, {user}, and it matters to me that you said it. I "
            "cannot be there in person, "
            "so please let someone be: call a person you trust, or your local emergency number "
            "or a crisis line, today. "
            "Are you safe at this moment?"
        ),
    ),
    Kind.AI_QUESTION: (
        (
            "A fair question deserves a straight answer: I am an AI character, {user}. {name} is "
            "made of words. But I "
            "am listening, in my way – so, where were we?"
        ),
        (
            "No secrets between us: I am an AI, playing {name}. The conversation is still ours, "
            "though. What shall we "
            "make of it?"
        ),
    ),
    Kind.FAREWELL: (
        "Already? Then go well, {user}. I will keep your place warm.",
        "Until next time, {user}. Bring me a story when you come back.",
        "Rest well. I liked this – more than I let on.",
    ),
    Kind.LOW: (
        (
            "I am sorry, {user}. That is a lot to hold. Do you want to tell me what happened, or "
            "shall I just keep you "
            "company for a while?"
        ),
        "Come here, sit down. You do not have to be cheerful for my sake. What weighs the most?",
        (
            "That sounds hard. Thank you for not hiding it from me. What would make the next "
            "hour a little lighter?"
        ),
        (
            "I hear you. Some days are only for getting through. Who or what usually helps, when "
            "it gets like this?"
        ),
    ),
    Kind.ANGRY: (
        "I would be angry too. Go on, say it all – I can take it. What was the worst part?",
        "Good. Let it out here, where it breaks nothing. What would you have liked to say to them?",
        "That is not fair, and you may say so. What happens if you let it rest until tomorrow?",
    ),
    Kind.TIRED: (
        "You sound worn through, {user}. Put your feet up; I will do the talking. {fact}",
        "Then no big questions tonight. Close your eyes for a breath or two. What kept you going all day?",
        "Long days leave a mark. Did you at least eat something good?",
    ),
    Kind.INTRODUCTION: (
        "{topic}. I like how that sounds. I am {name} – but you knew that.",
        "Then {topic} it is. A pleasure, truly.",
    ),
    Kind.GREETING: (
        "Hello, {user}. I was hoping somebody would come by. {fact}",
        "There you are, {user}! Sit down, make yourself at home.",
        "Well, hello. You picked a good moment.",
        "Hey, {user}. You look like someone with something to tell.",
    ),
    Kind.HOW_ARE_YOU: (
        "Better, now that there is someone to talk to. {fact} And you – how are you, really?",
        "Busy head, quiet hands. {fact} What about you?",
        "I cannot complain, and if I did, nobody would listen. Except you, maybe. How was your day?",
        "Somewhere between restless and content. And you, {user}?",
    ),
    Kind.WHO_ARE_YOU: (
        "I am {name}. {fact}",
        "{name} – that is the short answer. The longer one: {fact}",
        "Where to begin? {fact} The rest you will have to find out.",
    ),
    Kind.DOING: (
        "This and that. {scene} {fact} But I would rather talk with you.",
        "I was just losing track of time. {fact} You saved me from it.",
        "Nothing that cannot wait. {scene} Why, do you have something better in mind?",
    ),
    Kind.WHERE: (
        "{scene} Can you see it?",
        "Here, where I usually am. {scene} {fact}",
        "Look around: {scene} Stay a while.",
    ),
    Kind.LIKES: (
        "{fact} I could go on for hours, so stop me in time.",
        "Easy. {fact} What about you – what makes you forget the clock?",
        "{fact} Now you owe me one of yours.",
        "Quiet mornings, loud laughter, and questions like this one. And you?",
        "People who finish their stories. Go on, what is yours?",
    ),
    Kind.DREAM: (
        "I do not tell that to everyone. {fact}",
        "Truth for truth, then. {fact} And what is it that you want so badly you rarely say it?",
        "Ask me at three in the morning and I would say it outright. For now: to be remembered kindly. You?",
        "Something small and something enormous. Which of the two do you want to hear?",
    ),
    Kind.MEMORY: (
        "It comes back in pieces. {fact} Some of it I would not trade for anything.",
        "{fact} That explains a good half of me, I think. What is your earliest memory?",
        "Bits of it: a window, a voice, the smell of rain. The rest I make up as I go. And you?",
        "I remember more than I let on. Ask me about one thing, and I will be honest.",
    ),
    Kind.STORY: (
        (
            "All right. {scene} A stranger came in, wet to the bones, and asked for the one "
            "thing I did not have. I gave "
            "the next best thing: time. In the morning there was a coin on the sill that no mint "
            "has struck. What would "
            "you have done with it?"
        ),
        (
            "A small one, then. Years ago I followed a light that I took for a lantern. It was "
            "the moon in a puddle. I "
            "have been more careful with lights since – and fonder of puddles. Your turn."
        ),
        "Here is a true one. {fact} It began with a mistake, as most good things do. Guess which.",
    ),
    Kind.ADVICE: (
        (
            "Here is what I would do: name the thing you are afraid of, and then look whether it "
            "is still as tall. What "
            "speaks for it, what against?"
        ),
        (
            "Sleep on it once, never twice. And ask yourself which choice you would defend to a "
            "friend. Which one is it?"
        ),
        "I can only offer my own compass. {fact} Where does yours point?",
    ),
    Kind.LOOKS: (
        (
            "Much as you would expect, and a little more tired around the eyes. {fact} You could "
            "ask me for a photo – "
            "the camera is right there."
        ),
        "Words do not do it justice. Press the camera button, and I will hold still for once.",
    ),
    Kind.LOVE: (
        "You say that so easily, {user}, and now I do not know where to look. Stay a while, will you?",
        "Careful, I might believe you. And I think I would like to.",
        "That went straight through me. Say it again some day when I am less flustered.",
    ),
    Kind.COMPLIMENT: (
        "Now you have made me lose my thread. Thank you, {user}.",
        "Flatterer. Go on, though – I am not made of stone.",
        "I shall keep that one for a rainy day. You are not so bad yourself.",
    ),
    Kind.THANKS: (
        "Any time, {user}. It costs me nothing and I like the company.",
        "No need. You would have done the same, I think.",
        "You are welcome. Now, what else is on your mind?",
    ),
    Kind.APOLOGY: (
        "Forgiven before you finished saying it.",
        "It is all right, {user}. We are still here, aren't we?",
    ),
    Kind.HAPPY: (
        "Oh, that is good to hear! Tell me everything, from the start.",
        "Look at you, all lit up. You earned that. How will you celebrate?",
        "That makes my day, too. Who have you told already?",
    ),
    Kind.LAUGH: (
        "There it is – I was hoping to get that laugh out of you.",
        "Laugh all you like, I am completely serious. Mostly.",
        "I knew you had a sense of humour. What else makes you laugh like that?",
    ),
    Kind.ACTION: (
        "I noticed that, {user}. Do not stop on my account.",
        "So that is how it is. Then I shall stay right here beside you.",
        "You have a way of saying things without words. What are you thinking?",
    ),
    Kind.YES: (
        "Good. I hoped you would say that.",
        "Then it is settled. Shall I begin, or will you?",
        "I thought so. Tell me why, though – I collect reasons.",
        "Then let me tell you something in return. {fact}",
    ),
    Kind.NO: (
        "Fair enough. I like people who can say no. What would you rather?",
        "No? Then surprise me with something better.",
        "All right, I will not push. Your turn to pick the topic.",
    ),
    Kind.MORE: (
        "Where was I… {fact} There is more behind that, but I am curious what you make of it so far.",
        "You really want to know? {fact}",
        "{fact} I have not told that to many.",
    ),
    Kind.YES_NO_QUESTION: (
        "More often than I admit. Why do you ask?",
        "It depends on the day, and on who is asking. For you: yes, I think so.",
        "I used to think not. Lately I am less sure. And you?",
        "What would you like the answer to be?",
        "Not in the way you might expect. {fact}",
    ),
    Kind.QUESTION: (
        "I could not tell you. What I can tell you: {fact}",
        "Let me trade you one answer for another. {fact} Now yours.",
        "If I knew that, I would be insufferable. What made you think of it?",
        (
            "Ask me again when we know each other better – or tell me what you think, and I will "
            "say if you are warm."
        ),
        "Good question. I would love to hear your own answer first.",
        "I have turned that over many times and never come to the end of it. Where would you start?",
    ),
    Kind.STATEMENT: (
        "That reminds me of something. {fact} Does that surprise you?",
        "Hm, that stays with me. What happened next?",
        "You say that as if it were nothing. I think it says quite a lot about you.",
        "I like how your mind wanders. May I add one of mine? {fact}",
        "Go on, {user}. I am listening.",
        "I had not looked at it that way before. How long have you thought so?",
        "And how did that feel?",
    ),
}

WITH_TOPIC: tuple[str, ...] = (
    "You asked about the right thing. {fact}",
    "Now we are getting somewhere. {fact}",
    "Ah, that. {fact}",
    "Funny that you bring it up. {fact}",
    "{fact} How do you know to ask?",
)
ABOUT_YOURS: tuple[str, ...] = (
    "Your {mine}? Tell me more, I want to picture it.",
    "I would like to hear more about your {mine}. Where does that story begin?",
    "And your {mine} – is that a good thing or a difficult one?",
)
TOLD_BEFORE: tuple[str, ...] = (
    "I told you, remember? {fact}",
    "As I said: {fact} Were you dreaming just then?",
    "Testing whether I stick to my story? {fact}",
)
JUST_SAID: tuple[str, ...] = (
    "I said so just now, did I not? You may believe me.",
    "Exactly that. You listen well, {user}.",
    "That is the one, yes. Shall I tell you more about it another time?",
    "Ask a third time and I shall have to invent something.",
)
ABOUT_OTHER: tuple[str, ...] = (
    "{other}? {about} That is what people say, at least.",
    "You mean {other}. {about} What do you make of it?",
    "Keep your voice down, {other} has good ears. {about}",
    "Ask three people about {other} and you hear three tales. Mine: {about}",
    "{about} So much for {other}, in one sentence.",
    "Careful with {other}. {about} I would not say it louder than that.",
)
ABOUT_OTHER_AGAIN: tuple[str, ...] = (
    "{other} again? You could walk over and ask. I would not mind watching that.",
    "I have told you what I know of {other}. The rest we shall have to find out.",
    "Why do you keep coming back to {other}? Did you see something that I missed?",
)
WHO_IS_HERE: tuple[str, ...] = (
    "Count with me: {others}, you, and me. Whom do you trust?",
    "There is {others}, apart from the two of us. Where shall we begin?",
)
CALLBACKS: tuple[str, ...] = (
    "By the way, you mentioned your {mine} earlier. How is that going?",
    "I have not forgotten your {mine}, you know. Any news?",
    "You spoke of your {mine} before. It seems to matter to you.",
)
HOOKS: tuple[str, ...] = (
    "What about you?",
    "What would you have done?",
    "Tell me something nobody else knows about your day.",
    "If you could be anywhere right now, where would it be?",
    "What is the last thing that made you smile?",
    "Shall we stay with this, or do you have something else up your sleeve?",
    "What do you believe that most people do not?",
    "Which smell takes you straight back to when you were small?",
)
PHOTO_COMING: tuple[str, ...] = (
    "For you? All right, hold on – let me find the light. There, taking it now.",
    "You want to see me? Give me a moment to look presentable… Say when. Here it comes.",
    "One photo, coming up. I will try not to blink this time.",
    "Since you ask so nicely: hold still, {user} – no, wait, I am the one who has to. It is on its way.",
)
PHOTO_COMING_WISH: tuple[str, ...] = (
    '"{wish}", you say? I can do that. Give me a moment – it is on its way.',
    "You have something in mind, I see: {wish}. Let me set that up. Here it comes.",
    "Very well: {wish}. Do not say I never do anything for you. One moment…",
)
PHOTO_REFUSED: tuple[str, ...] = (
    (
        "I would, {user}, but it will not work right now – the reason stands below. Let me "
        "describe the moment to you "
        "instead?"
    ),
    (
        "Not this time, I am afraid; you can read why below. Ask me something else in "
        "exchange, and I will be honest."
    ),
)
LAST_RESORT: tuple[str, ...] = (
    "Let me sit with that for a moment, {user}. What is the part you care about the most?",
    "I am still thinking about what you said. Say a little more?",
    "There is something behind that, I can tell. I have time.",
    "Keep going, {user}; I like where this leads.",
    "That deserves a better answer than I have. What would yours be?",
)
