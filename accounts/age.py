"""Age in whole years. 13 is the least age for an account, 18 the age of an adult."""

from datetime import date

MINIMUM_YEARS = 13
ADULT_YEARS = 18
_OLDEST_YEARS = 120


def years_on(born: date, today: date) -> int:
    """Return the completed years; someone born on 29 February turns older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_plausible(born: date, today: date) -> bool:
    """Whether a person born then can be alive today."""
    return born <= today and years_on(born, today) <= _OLDEST_YEARS
