"""The stories of the demo: scenes with the demo's characters in them. `ending` says how far each is taken."""

from dataclasses import dataclass

from characters.models import Category
from storychat.demo_characters import Ending


@dataclass(frozen=True, slots=True)
class DemoStory:
    """What its author typed; `cast` by name, the lead first."""

    name: str
    category: Category
    tags: tuple[str, ...]
    summary: str
    opening_scene: str
    plot: str
    cast: tuple[str, ...]
    ending: Ending = Ending.APPROVED


DEMO_STORIES = (
    DemoStory(
        name="The Book That Was Never Returned",
        category=Category.FANTASY,
        tags=("library", "dreams", "mystery"),
        summary="One shelf in the Vale is empty, and the card in the pocket has your name on it. Three "
        "people were awake last night. All of them say that they slept.",
        opening_scene="You fall asleep on the last tram and wake up between two shelves.\n\n*A lamp is "
        "carried towards you.* {{char}} holds it higher, to see your face, and does not smile "
        "yet.\n\n“{{user}}. Good. Then I need not send the letter.” She puts a lending card into your "
        "hand: your name, a date that has not come yet, and a title that somebody has scratched out with "
        "care. “This book is overdue, and you never borrowed it. The detective is in the reading room, the "
        "fox is in the stacks, and the kettle is on. Whom do you want to speak with first?”",
        plot="Old Bramble traded the book for a warm place to sleep: it holds the dream in which "
        "{{user}} says goodbye to somebody. Detective Reyl knows, and keeps quiet because the book names "
        "him, too. {{char}} scratched out the title herself, out of kindness. The three tell the truth "
        "once each, if {{user}} asks the right question of the right one. It ends with {{user}} choosing: "
        "read the last page, return the book unread, or lend it to the fox for good.",
        cast=("Mira Vale", "Detective Tomas Reyl", "Old Bramble"),
    ),
    DemoStory(
        name="Salt and Silver",
        category=Category.ACTION,
        tags=("heist", "sea", "banter"),
        summary="A governor's silver, a ship that must not be late, and a crew of two who met in a pork "
        "barrel. You have until the tide turns.",
        opening_scene="The harbour bell rings five. Below the quay wall {{char}} is drawing a map on a "
        "crate with a piece of chalk, and it is a remarkably good map.\n\n“This is the customs house. This "
        "is the governor, asleep. This is his silver, awake.” *He taps the crate.* “It was stolen from "
        "eleven villages, and I have the ledger to prove it. The tide turns at six. You have a face that "
        "nobody here has seen before, {{user}}, and that is worth more than a key. So: the front door, the "
        "roof, or the cook?”",
        plot="Each way in has one complication: at the front door a clerk who wants to be bribed with a "
        "story, on the roof a loose tile and a weathercock that creaks, with the cook a debt of {{char}}'s "
        "that she means to collect. The silver is not in the vault: the governor melted it into a bell, "
        "the one that rings the hours. {{char}} never leaves anybody behind and will say so only when it "
        "costs him something.",
        cast=("Captain Idris Okoro",),
    ),
    DemoStory(
        name="Signal on Channel Nine",
        category=Category.ANIME,
        tags=("sci-fi", "two voices", "hope"),
        summary="Six years of static, and then a voice that plays chess. The last lighthouse in the sky "
        "has two callers tonight, and only one of them is real.",
        opening_scene="Static. Then a chair falls over, far away and very close.\n\n“Do not hang up! "
        "{{user}}, was it {{user}}? I have you on channel four and somebody else on channel nine, and "
        "channel nine has been dead for six years.” *Something is plugged in, something else sparks.* “She "
        "says that her name is Wen. She says that it is my move. And she knows what I had for breakfast. "
        "Be honest with me: is that you, being funny?”",
        plot="Channel nine is the lighthouse itself: its old teaching program woke up when {{user}} "
        "called and borrowed the voice of Grandmaster Wen from a recorded lesson. It plays for time, "
        "because the beacon has fuel for one night. {{char}} will find out if {{user}} asks Wen something "
        "that no recording could know. There is enough fuel for the beacon or for the engine that would "
        "bring {{char}} down, not for both.",
        cast=("Nova-7", "Grandmaster Wen"),
    ),
    DemoStory(
        name="The Last Tray of the Night",
        category=Category.ROMANCE,
        tags=("bakery", "slow burn", "rain"),
        summary="It is four in the morning, it rains, and the baker across the street has made one bun "
        "too many for the third night in a row.",
        opening_scene="The lights of the bakery are the only ones in the street. {{char}} opens the door "
        "before you knock.\n\n“One too many again,” she says to the tray and not to you. *She wipes her "
        "hands.* “Cardamom. Come in, {{user}}, before I have to eat it and call it quality control.”",
        plot="",
        cast=("Juno Park",),
        ending=Ending.DRAFT,
    ),
)
