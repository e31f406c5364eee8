"""Texts of a file made printable: short, on one line, and unique."""

from collections.abc import Iterable, Sequence
from unicodedata import category

from ...schemas.notes import MAX_NAME

#: Visible symbols for invisible characters.
SHOWN = {" ": "␣", "\n": "↵", "\t": "→"}


def clean(text: str) -> str:
    """A text on one line, without control characters, of at most MAX_NAME characters."""
    spaced = "".join(" " if category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in text)
    trimmed = " ".join(spaced.split())
    return trimmed if len(trimmed) <= MAX_NAME else trimmed[: MAX_NAME - 1] + "…"


def shown(token: str) -> str:
    """A token as a label."""
    return SHOWN.get(token) or clean(token) or "·"


def unique(names: Iterable[str], stem: str) -> list[str]:
    """Names that all differ: an empty one becomes `stem` and its number, a second one gets a number of its own."""
    found: dict[str, None] = {}
    for k, given in enumerate(names):
        name = clean(given) or f"{stem} {k + 1}"
        number = 2
        while name in found:
            suffix = f" ({number})"
            name = (clean(given) or f"{stem} {k + 1}")[: MAX_NAME - len(suffix)] + suffix
            number += 1
        found[name] = None
    return list(found)


def listed(items: Sequence[str | int], most: int = 6) -> str:
    """The first items, joined for a sentence."""
    more = f", … (+{len(items) - most})" if len(items) > most else ""
    return ", ".join(str(item) for item in items[:most]) + more
