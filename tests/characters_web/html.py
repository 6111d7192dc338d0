"""A page, as a test asks about it: by tag, attribute, label and text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use"})


@dataclass
class Element:
    """A tag with its attributes; `text` is everything inside, blanks folded."""

    tag: str
    attrs: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def find_all(self, tag: str, **attrs: str) -> list["Element"]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            element
            for element in self.walk()
            if element.tag == tag and all(element.attrs.get(name) == value for name, value in wanted.items())
        ]

    def find(self, tag: str, **attrs: str) -> "Element":
        found = self.find_all(tag, **attrs)
        assert found, f"no <{tag}> with {attrs}"
        return found[0]

    def buttons(self) -> list[str]:
        return [button.text for button in self.find_all("button")]

    def links(self) -> list[str]:
        return [link.text for link in self.find_all("a")]

    def control(self, label: str) -> "Element":
        """The control that a label with exactly this text belongs to."""
        named = [found for found in self.find_all("label") if found.text == label and "for" in found.attrs]
        assert named, f"no label {label!r}"
        target = named[0].attrs["for"]
        return next(element for element in self.walk() if element.attrs.get("id") == target)

    def value(self, label: str) -> str:
        """What the control with this label shows."""
        control = self.control(label)
        if control.tag == "textarea":
            return "".join(child for child in control.children if isinstance(child, str)).removeprefix("\n")
        return control.attrs.get("value", "")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(response: HttpResponse | Any) -> Element:
    """Return the page's root."""
    builder = _Builder()
    builder.feed(response.content.decode())
    return builder.root
