"""Operations on accounts: the only code that writes them.

Every operation locks the person's row first.
"""

from accounts.services.blocking import (
    BlockRefusedError,
    block_user,
    mute_user,
    unblock_user,
    unmute_user,
)
from accounts.services.people import (
    BirthDateRefusedError,
    SafeModeRefusedError,
    create_verified_user,
    set_date_of_birth,
    set_safe_mode,
    set_time_zone,
)
from accounts.services.restricting import (
    RestrictionRefusedError,
    lift_restriction,
    restrict_user,
    shorten_restriction,
    suspend_user,
    tell_ended,
)
from accounts.services.sessions import clear_sessions, end_other_sessions, remember_device
from accounts.services.suspecting import forget_failed_sign_ins, judge_sign_in, note_failed_sign_in
from accounts.services.unlocking import (
    UnlockRefusedError,
    lock_until_verified,
    send_unlock_code,
    unlock_by_code,
    unlock_by_second_factor,
)

__all__ = [
    "BirthDateRefusedError",
    "BlockRefusedError",
    "RestrictionRefusedError",
    "SafeModeRefusedError",
    "UnlockRefusedError",
    "block_user",
    "clear_sessions",
    "create_verified_user",
    "end_other_sessions",
    "forget_failed_sign_ins",
    "judge_sign_in",
    "lift_restriction",
    "lock_until_verified",
    "mute_user",
    "note_failed_sign_in",
    "remember_device",
    "restrict_user",
    "send_unlock_code",
    "set_date_of_birth",
    "set_safe_mode",
    "set_time_zone",
    "shorten_restriction",
    "suspend_user",
    "tell_ended",
    "unblock_user",
    "unlock_by_code",
    "unlock_by_second_factor",
    "unmute_user",
]
