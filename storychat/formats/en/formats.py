"""Short dates that nobody reads the other way round: the day, the month's name, the year."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, P"
