"""Ids: the only part of a path or a key that clients control."""

ID_LENGTH = 32
_ID_LETTERS = frozenset("0123456789abcdef")


def is_id(text: str) -> bool:
    """Whether a text has the form of an id; nothing else may become part of a path."""
    return len(text) == ID_LENGTH and _ID_LETTERS.issuperset(text)
