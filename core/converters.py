"""Path converters for public ids and slugs."""


class PublicIdConverter:
    """32 hexadecimal digits."""

    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class UnicodeSlugConverter(PublicIdConverter):
    """Letters and digits of any script, `-` and `_`."""

    regex = r"[-\w]+"
