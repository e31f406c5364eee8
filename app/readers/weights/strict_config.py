"""JSON configurations in which no value's type is trusted."""

import json
from typing import Any

from ...lstm.errors import InvalidCall
from .model import bad_file

_MAX_DEPTH = 64


def parse_config(content: str | bytes) -> dict[str, Any]:
    """A JSON object. Raises InvalidCall for anything else, duplicate keys, and excessive nesting."""
    try:
        found = json.loads(content, object_pairs_hook=_unique)
    except InvalidCall:
        raise
    except (ValueError, RecursionError):
        raise bad_file("keras_config_json", "The model's configuration is no valid JSON") from None
    if not isinstance(found, dict) or _too_deep(found):
        raise bad_file("keras_config_depth", "The model's configuration should be a JSON object of modest depth")
    return found


def part(value: Any, key: str) -> dict[str, Any]:
    """The object under a key, empty if there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def items(value: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list under a key, empty if there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def word(value: Any, key: str) -> str:
    """The text under a key, made printable; empty if there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return printable(found) if isinstance(found, str) else ""


def printable(text: object, most: int = 256) -> str:
    """An untrusted name, made printable: of limited length, and without control characters.

    protobuf returns a text as bytes if it is not UTF-8.
    """
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:most])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise bad_file("keras_config_key", "A key occurs twice in an object of the model's configuration")
    return found


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
