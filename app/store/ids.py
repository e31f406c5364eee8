"""Ids: the only part of a path, or of a key, that a client has a say in."""

ID_LENGTH = 32
_ID_LETTERS = frozenset("0123456789abcdef")


def is_id(text: str) -> bool:
    """Whether a text has the form of an id; nothing else may become part of a path."""
    return len(text) == ID_LENGTH and _ID_LETTERS.issuperset(text)
