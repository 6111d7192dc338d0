"""Who may call each URL. A route that is missing here fails the tests, which also walk all of them.

Views enforce access; this is what they promise, in one place to read. Routes go by their URL name, those
without one by their pattern.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Who(StrEnum):
    """Who is let in, and how everybody else is turned away."""

    # Everybody. What a page shows may still depend on who looks.
    ANYBODY = "anybody"
    # Everybody; for those who may not see what the address names, it does not exist (404).
    WHO_SEES_IT = "who sees it"
    # As above, but signed in: others are asked to sign in.
    MEMBER_WHO_SEES_IT = "member who sees it"
    # Everybody who is signed in.
    MEMBER = "member"
    # Members who are 18 or older; younger ones are refused with the reason (403).
    ADULT = "adult"
    # The one person to whom the thing belongs; for the others it does not exist (404).
    OWNER = "owner"
    # Whoever is in the middle of signing in or up; the others are sent to where that begins.
    SIGNING_IN = "signing in"
    # Whoever holds the link: it came by mail and is the permission.
    LINK_HOLDER = "link holder"
    # Staff with one of the permissions; other staff are refused (403), and members and visitors sent away.
    STAFF = "staff"
    # Programs that look after the installation.
    SERVICE = "service"
    # No one: Django's admin offers it, we do not.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Access:
    """One rule. permissions: for STAFF, any of them is enough; none means that being staff is."""

    who: Who
    permissions: tuple[str, ...] = ()


ANYBODY = Access(Who.ANYBODY)
WHO_SEES_IT = Access(Who.WHO_SEES_IT)
MEMBER_WHO_SEES_IT = Access(Who.MEMBER_WHO_SEES_IT)
MEMBER = Access(Who.MEMBER)
ADULT = Access(Who.ADULT)
OWNER = Access(Who.OWNER)
SIGNING_IN = Access(Who.SIGNING_IN)
LINK_HOLDER = Access(Who.LINK_HOLDER)
SERVICE = Access(Who.SERVICE)
NOBODY = Access(Who.NOBODY)


def staff(*permissions: str) -> Access:
    """Return the rule for staff with any of the permissions."""
    return Access(Who.STAFF, permissions)


REVIEWER = staff("moderation.add_decision")

# Answered before any URL is looked up; see storychat/health.py.
HEALTH_PAGES = {"/healthz": ANYBODY, "/readyz": ANYBODY, "/metrics": SERVICE}

_CHARACTERS = {
    "discover": ANYBODY,
    "category": ANYBODY,
    "library": MEMBER,
    "character-new": MEMBER,
    "character-preview": MEMBER,
    "portrait-draft": MEMBER,
    "portrait-upload": MEMBER,
    "character": WHO_SEES_IT,
    "character-edit": OWNER,
    "character-why": OWNER,
    "character-photo": OWNER,
    "character-submit": OWNER,
    "character-withdraw": OWNER,
    "character-discard": OWNER,
    "character-visibility": OWNER,
}
_STORIES = {
    "stories": ANYBODY,
    "stories-category": ANYBODY,
    "library-stories": MEMBER,
    "story-new": MEMBER,
    "story-preview": MEMBER,
    "story-cast": MEMBER,
    "story": WHO_SEES_IT,
    "story-play": MEMBER_WHO_SEES_IT,
    "story-edit": OWNER,
    "story-why": OWNER,
    "story-submit": OWNER,
    "story-withdraw": OWNER,
    "story-discard": OWNER,
    "story-visibility": OWNER,
}
_CHAT = {
    "chats": MEMBER,
    "chat-start": MEMBER_WHO_SEES_IT,
    "chat": OWNER,
    "chat-send": OWNER,
    "chat-photo": OWNER,
    "chat-stop": OWNER,
    "chat-retry": OWNER,
    "chat-greeting": OWNER,
    "chat-updates": OWNER,
    "chat-events": OWNER,
}
_PICTURES = {
    "picture": WHO_SEES_IT,
    "picture-cancel": OWNER,
    "picture-retry": OWNER,
    "picture-reroll": OWNER,
    "picture-events": MEMBER_WHO_SEES_IT,
    "media": WHO_SEES_IT,
}
_SETTINGS = {
    "settings": ANYBODY,  # leads to the first of them
    "settings-safety": MEMBER,
    "settings-safety-off": ADULT,
    "settings-birth-date": MEMBER,
    "settings-security": MEMBER,
    "settings-sign-out-elsewhere": MEMBER,
    "settings-standing": MEMBER,
    "settings-standing-export": MEMBER,
    "settings-verify": MEMBER,
    "settings-verify-send": MEMBER,
    "settings-verify-second-step": MEMBER,
    "settings-blocked": MEMBER,
    "settings-notifications": MEMBER,
    "person-block": MEMBER,
    "person-unblock": MEMBER,
    "person-mute": MEMBER,
    "person-unmute": MEMBER,
}
_NOTICES = {
    "notifications": MEMBER,
    "notifications-read": MEMBER,
    "notifications-unsubscribe": LINK_HOLDER,
    "notifications-unsubscribe-undo": LINK_HOLDER,
}
_HELP = {
    "guidelines": ANYBODY,
    "transparency": ANYBODY,
    "transparency-json": ANYBODY,
    "report": MEMBER_WHO_SEES_IT,
    # Suspended people too, whose session says who they are.
    "appeals": MEMBER,
    "appeal": MEMBER,
    "appeal-detail": OWNER,
    "appeal-file": OWNER,
    "appeal-withdraw": OWNER,
    # Components in each of their states, while developing.
    "gallery": NOBODY,
}
# allauth's.
_SIGN_IN = {
    "account_login": ANYBODY,
    "account_logout": ANYBODY,
    "account_signup": ANYBODY,
    "account_inactive": ANYBODY,
    "account_reauthenticate": MEMBER,
    "account_email": MEMBER,
    "account_email_verification_sent": SIGNING_IN,
    "account_confirm_email": LINK_HOLDER,
    "account_change_password": MEMBER,
    "account_set_password": MEMBER,
    "account_reset_password": ANYBODY,
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": LINK_HOLDER,
    "account_reset_password_from_key_done": ANYBODY,
    "account_confirm_login_code": SIGNING_IN,
    "mfa_index": MEMBER,
    "mfa_authenticate": SIGNING_IN,
    "mfa_reauthenticate": MEMBER,
    "mfa_activate_totp": MEMBER,
    "mfa_deactivate_totp": MEMBER,
    "mfa_view_recovery_codes": MEMBER,
    "mfa_generate_recovery_codes": MEMBER,
    "mfa_download_recovery_codes": MEMBER,
    "mfa_list_webauthn": MEMBER,
    "mfa_add_webauthn": MEMBER,
    "mfa_reauthenticate_webauthn": MEMBER,
    "mfa_remove_webauthn": OWNER,
    "mfa_edit_webauthn": OWNER,
    "mfa_login_webauthn": SIGNING_IN,
    "socialaccount_login_cancelled": ANYBODY,
    "socialaccount_login_error": ANYBODY,
    "socialaccount_signup": SIGNING_IN,
    "socialaccount_connections": MEMBER,
    "openid_connect_login": ANYBODY,
    "openid_connect_callback": ANYBODY,
    # Addresses that lead to another one.
    "usersessions_list": ANYBODY,
    "accounts/social/login/cancelled/": ANYBODY,
    "accounts/social/login/error/": ANYBODY,
    "accounts/social/signup/": SIGNING_IN,
    "accounts/social/connections/": ANYBODY,
}
# Of the admin as a whole.
_ADMIN = {
    "admin:index": staff(),
    "admin:login": staff(),
    "admin/login/": staff(),
    "admin:logout": ANYBODY,
    "admin:password_change": staff(),
    "admin:password_change_done": staff(),
    "admin:autocomplete": staff(),
    "admin:jsi18n": staff(),
    "admin:view_on_site": staff(),
    "admin:app_list": staff(),
    "admin/(?P<url>.*)$": staff(),
}
_STEPS = {
    **{
        f"admin:characters_{item}_{step}": REVIEWER
        for item in ("character", "story")
        for step in ("delist", "reinstate", "approve_after_all")
    },
    **{
        f"admin:characters_{revision}_{step}": REVIEWER
        for revision in ("pendingrevision", "pendingstoryrevision")
        for step in (
            *("approve", "reject", "escalate", "claim", "note"),
            *("next", "bulk", "bulk_decide", "second"),
        )
    },
    **{f"admin:moderation_appeal_{step}": REVIEWER for step in ("answer", "claim", "note", "next")},
    **{f"admin:moderation_case_{step}": REVIEWER for step in ("step", "claim", "note", "next")},
    "admin:moderation_counters": REVIEWER,
    "admin:moderation_decision_lift": REVIEWER,
    "admin:moderation_person": REVIEWER,
    "admin:moderation_proposal_answer": REVIEWER,
    "admin:moderation_reviewer_settings": REVIEWER,
    "admin:moderation_safetycase_decide": staff("moderation.change_safetycase"),
    "admin:moderation_safetycase_evidence": staff("moderation.view_safetycase"),
    "admin:moderation_safetycase_proposal": staff("moderation.change_safetycase"),
    "admin:moderation_safetycase_appeal": staff("moderation.change_safetycase"),
}


@dataclass(frozen=True, slots=True)
class AdminModel:
    """Who may see, add and delete rows of a model in the admin. Who sees it may ask to change it."""

    view: Access
    add: Access = NOBODY
    delete: Access = NOBODY


def _read_only(label: str) -> AdminModel:
    """Pages of core.staff.ReadOnlyAdmin: whoever has Django's permission looks, services change."""
    app, model = label.split(".")
    return AdminModel(staff(f"{app}.view_{model}", f"{app}.change_{model}"))


def _stock(label: str) -> AdminModel:
    """Pages as Django makes them."""
    app, model = label.split(".")
    return AdminModel(
        staff(f"{app}.view_{model}", f"{app}.change_{model}"),
        staff(f"{app}.add_{model}"),
        staff(f"{app}.delete_{model}"),
    )


_REVIEWERS_ONLY = (
    "characters.pendingrevision",
    "characters.pendingstoryrevision",
    "moderation.appeal",
    "moderation.case",
    "moderation.proposal",
    "moderation.secondreview",
)
_READ_ONLY = (
    "accounts.restriction",
    "accounts.user",
    "core.auditevent",
    "core.featureswitch",
    "imagegen.picture",
    "imagegen.worker",
    "moderation.decision",
    "moderation.evidence",
    "moderation.safetycase",
    "notifications.mail",
)
_STOCK = (
    "account.emailaddress",
    "auth.group",
    "mfa.authenticator",
    "socialaccount.socialaccount",
    "socialaccount.socialapp",
    "socialaccount.socialtoken",
    "usersessions.usersession",
)
# What django-axes writes down: nobody adds to it by hand.
_RECORDED = ("axes.accessattempt", "axes.accessfailurelog", "axes.accesslog")
ADMIN_MODELS = {
    "characters.character": AdminModel(staff("moderation.add_decision", "characters.view_character")),
    "characters.story": AdminModel(staff("moderation.add_decision", "characters.view_story")),
    **{label: AdminModel(REVIEWER) for label in _REVIEWERS_ONLY},
    **{label: _read_only(label) for label in _READ_ONLY},
    **{label: _stock(label) for label in _STOCK},
    **{label: replace(_stock(label), add=NOBODY) for label in _RECORDED},
}


def _admin_routes(label: str, rule: AdminModel) -> dict[str, Access]:
    """Return the six routes that Django makes for each model."""
    app, model = label.split(".")
    stem = f"admin:{app}_{model}"
    return {
        f"{stem}_changelist": rule.view,
        f"{stem}_change": rule.view,
        f"{stem}_history": rule.view,
        f"{stem}_add": rule.add,
        f"{stem}_delete": rule.delete,
        # A former address of the page, which redirects there.
        f"admin/{app}/{model}/<path:object_id>/": staff(),
    }


_DECLARED: dict[str, Access] = {
    **_CHARACTERS,
    **_STORIES,
    **_CHAT,
    **_PICTURES,
    **_SETTINGS,
    **_NOTICES,
    **_HELP,
    **_SIGN_IN,
    **_ADMIN,
    **_STEPS,
}
for _label, _rule in ADMIN_MODELS.items():
    _DECLARED |= _admin_routes(_label, _rule)


def find(key: str) -> Access | None:
    """Return who may call a route, by its name or pattern; None for one that nobody declared."""
    return _DECLARED.get(key)


def list_declared() -> list[str]:
    """Return the keys of all routes that are declared."""
    return sorted(_DECLARED)
