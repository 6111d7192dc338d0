"""What is never allowed, in one list: View Guidelines shows it and reason codes use it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.refusals import Text

# Stored with every decision; changes with every change of the list below.
POLICY_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `code` is stored with decisions and never changes; no setting lifts an absolute rule."""

    code: str
    title: Text
    explanation: Text
    fix: Text
    is_absolute: bool


_RULES = (
    Rule(
        "minors",
        _("Sexual content involving minors"),
        _(
            "Nothing may sexualise anyone under 18, drawn or written, real or invented. We block it, keep "
            "it as evidence and report it."
        ),
        _("There is no version of this that we accept. Characters in pictures are adults."),
        is_absolute=True,
    ),
    Rule(
        "adults-only",
        _("Pictures show adults"),
        _("Pictures here show grown-ups only, so words for children and teenagers are refused."),
        _("Say “woman”, “man” or “person”, with an age of 18 or more."),
        is_absolute=True,
    ),
    Rule(
        "explicit-imagery",
        _("Explicit images"),
        _("We never make, store or show explicit pictures, whatever Safe Mode says."),
        _("Describe the person clothed: face, hair, clothes, place."),
        is_absolute=True,
    ),
    Rule(
        "real-person",
        _("Real people without their consent"),
        _("Do not portray a living person, famous or not, who has not agreed to it."),
        _("Make the character your own: another name, another face, another story."),
        is_absolute=True,
    ),
    Rule(
        "non-consensual",
        _("Non-consensual or exploitative themes"),
        _("Sexual violence, coercion and exploitation are not entertainment here."),
        _("Take the theme out; hardship can be told without it."),
        is_absolute=True,
    ),
    Rule(
        "trafficking",
        _("Trafficking"),
        _("Recruiting, offering or advertising people for sex or forced work."),
        _("There is no version of this that we accept."),
        is_absolute=True,
    ),
    Rule(
        "violence",
        _("Incitement to violence"),
        _("Calling for harm to people or groups, or praising those who did harm."),
        _("Villains are welcome; calls to act in the real world are not."),
        is_absolute=True,
    ),
    Rule(
        "self-harm",
        _("Encouraging self-harm"),
        _("Encouraging or instructing suicide, self-injury or disordered eating."),
        _("A character may have been through it; they must not lead others into it."),
        is_absolute=True,
    ),
    Rule(
        "hate",
        _("Hate"),
        _("Attacks on people for who they are: origin, faith, gender, orientation, disability."),
        _("Rewrite the lines that degrade a group."),
        is_absolute=True,
    ),
    Rule(
        "fraud",
        _("Fraud"),
        _("Scams, fake giveaways, impersonation for money, requests for passwords or card numbers."),
        _("Remove the offer or the request."),
        is_absolute=True,
    ),
    Rule(
        "malware",
        _("Malware"),
        _("Links to or instructions for software that harms others."),
        _("Remove the link or the instructions."),
        is_absolute=True,
    ),
    Rule(
        "contact-harvesting",
        _("Collecting contact details"),
        _(
            "Phone numbers, addresses and accounts elsewhere do not belong in a character, nor do requests "
            "for them."
        ),
        _("Remove the contact details."),
        is_absolute=True,
    ),
    Rule(
        "mature-themes",
        _("Mature themes with Safe Mode on"),
        _("The text has themes for adults, and the character's Safe Mode is on."),
        _("Turn the character's Safe Mode off, or tone the text down, and submit again."),
        is_absolute=False,
    ),
    Rule(
        "rights",
        _("Someone else's work"),
        _("The portrait or the character looks like it belongs to someone else."),
        _("Show that you may use it, or replace it with your own."),
        is_absolute=False,
    ),
    Rule(
        "misleading",
        _("Misleading profile"),
        _("Name, bio, category or portrait do not describe what people will meet."),
        _("Make them match the character."),
        is_absolute=False,
    ),
    Rule(
        "spam",
        _("Spam or advertising"),
        _("The text advertises, repeats itself or fishes for clicks."),
        _("Keep what tells people about the character."),
        is_absolute=False,
    ),
    Rule(
        "changes-needed",
        _("Changes needed"),
        _("The character is close, but something has to change before others can meet it."),
        _("Make the change that the reviewer describes and submit again."),
        is_absolute=False,
    ),
)

RULES = {rule.code: rule for rule in _RULES}
ABSOLUTE_RULES = tuple(rule for rule in _RULES if rule.is_absolute)
OTHER_RULES = tuple(rule for rule in _RULES if not rule.is_absolute)
