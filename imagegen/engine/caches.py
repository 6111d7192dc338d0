"""What was computed once and is likely to be asked for again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PIL import Image

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Keeps the values used last, at most `size` of them. For one thread."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key, made now if it is not known."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        # Before and not after: on a full device the new one needs the place of the oldest.
        while self._values and len(self._values) >= self._size:
            self._values.popitem(last=False)
        value = make()
        if self._size:
            self._values[key] = value
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()

    def __len__(self) -> int:
        return len(self._values)


def picture_key(picture: Image.Image) -> bytes:
    """Return what is the same for pictures of the same pixels only."""
    head = f"{picture.mode} {picture.size}".encode()
    return hashlib.sha256(head + picture.tobytes()).digest()
