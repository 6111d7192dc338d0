"""Staff pages of moderation; each kind stands in a module of moderation.staff."""

from moderation.staff import appeals, cases, child_safety, decisions, reviewing

__all__ = ["appeals", "cases", "child_safety", "decisions", "reviewing"]
