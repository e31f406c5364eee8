"""The standalone file: the page as it is served, with its styles, its modules and a trace embedded.

Its content security policy allows only what it contains: each script and style sheet by its hash, and no requests.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..assets import SHEET, STATIC, page_sheet
from ..bundle import bundle
from ..i18n import LANGUAGES, Language, catalog
from ..render import json_in_html, render_template

#: First the module that assembles the page, then the page's own entry.
ENTRIES: Final = ["js/standalone/boot.js", "js/main.js"]
#: Replacements of modules that would call the server, or start a new run.
INSTEAD: Final = {
    "js/server/api.js": "js/standalone/api.js",
    "js/features/tour/pages.js": "js/standalone/tour-pages.js",
}

_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)
_FILE = re.compile(r"static:([\w./-]+)")
#: The hash of the empty style sheet that Plotly adds.
_EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


class _Frame(NamedTuple):
    """The file without its data: the parts before and after it."""

    before: str
    after: str


def page_of(data: Mapping[str, Any]) -> bytes:
    """The file, in UTF-8. data: as described in js/standalone/data.js, for orjson."""
    frame = _frame()
    content = f'<script type="application/json" id="lens-data">{json_in_html(data)}</script>'
    return "".join((frame.before, content, frame.after)).encode()


def frame_bytes() -> int:
    """The size of the file without its data."""
    return sum(len(part.encode()) for part in _frame())


@cache
def _frame() -> _Frame:
    pages = {language: render_template("index.html", language, lambda path: f"static:{path}") for language in LANGUAGES}
    style = "\n".join([_fit(page_sheet(), SHEET), _read("css/standalone.css")])
    theme, plotly, app = _read("js/pages/theme-boot.js"), _read("plotly/plotly-cartesian.min.js"), _app()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, (theme, plotly, app)))}",
            f"style-src-elem {_hash(style)} {_EMPTY_STYLE}",
            "style-src-attr 'unsafe-inline'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    before = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>LSTM Lens</title>
<link rel="icon" href="{_data_url("icons/lens.svg")}">
<script>{theme}</script>
<style>{style}</style>
</head>
<body data-standalone>
{"".join(_body(language, page) for language, page in pages.items())}
"""
    after = f"""
<script>{plotly}</script>
<script type="module">{app}</script>
</body>
</html>
"""
    return _Frame(before, after)


def _app() -> str:
    return bundle(ENTRIES, _read, INSTEAD)


def _body(language: Language, html: str) -> str:
    """The page in one language, inert until that language is chosen."""
    found = _BODY.search(html)
    assert found, "the page has no body"
    body = _FILE.sub(lambda match: _data_url(match[1]), found[1])
    return f'<template data-language="{language}" data-title="{catalog(language)["page.title"]}">{body}</template>\n'


def _read(path: str) -> str:
    """A file below static/, escaped for a script or style element."""
    return _fit((STATIC / path).read_text(encoding="utf-8"), path)


def _fit(text: str, path: str) -> str:
    text = text.replace("\r\n", "\n")
    if re.search(r"</(?:script|style)|<!--", text, re.IGNORECASE):
        raise ValueError(f"{path} would end the element that it stands in")
    return text


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _data_url(path: str) -> str:
    assert path.endswith(".svg"), f"{path} is no picture that the file can hold"
    return f"data:image/svg+xml;base64,{b64encode((STATIC / path).read_bytes()).decode()}"
