"""Staff pages of characters; each kind stands in a module of characters.staff."""

from characters.staff import items, queue

__all__ = ["items", "queue"]
