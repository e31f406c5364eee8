"""The texts of the page: flat catalogs in static/i18n, one folder per language, with English as the fallback."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args

from ..core.resources import resources

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
CATALOGS = resources("static") / "i18n"


@cache
def catalog(language: Language) -> Mapping[str, str]:
    """All messages of a language by key."""
    messages: dict[str, str] = {} if language == "en" else dict(catalog("en"))
    for path in sorted((CATALOGS / language).glob("*.json")):
        messages.update(json.loads(path.read_text(encoding="utf-8")))
    return messages


def choose(asked: str | None, accepted: str | None) -> Language:
    """The language of a reply: the one in the address, else the first accepted one that exists, else English."""
    for candidate in (asked or "", *(accepted or "").split(",")):
        tag = candidate.split(";")[0].strip().lower().split("-")[0]
        for language in LANGUAGES:
            if tag == language:
                return language
    return "en"
