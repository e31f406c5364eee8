"""The colours of the page and of every figure, by theme: static/js/base/palette.json, which JavaScript imports too."""

import json
from typing import Any, Final

from ..core.resources import resources

_PALETTE: Final[dict[str, Any]] = json.loads((resources("static") / "js/base/palette.json").read_text("utf-8"))

Stops = list[tuple[float, str]]

#: Of the letters.
HUES: Final[dict[str, dict[str, str]]] = _PALETTE["hues"]
#: Of text, lines and planes.
INKS: Final[dict[str, dict[str, str]]] = _PALETTE["inks"]
#: Scales from 0 to 1, and around zero.
SEQUENTIAL: Final[dict[str, Stops]] = _PALETTE["sequential"]
DIVERGING: Final[dict[str, Stops]] = _PALETTE["diverging"]


def custom_properties() -> str:
    """Hues and inks for style sheets: `--q-LETTER` and `--ink-NAME` of either theme."""
    rules = []
    for theme, root in (("light", ":root"), ("dark", ':root[data-theme="dark"]')):
        hues = [f"--q-{letter}: {hue};" for letter, hue in HUES[theme].items()]
        inks = [f"--ink-{name}: {ink};" for name, ink in INKS[theme].items()]
        rules.append(f"{root} {{ {' '.join([*hues, *inks])} }}")
    return "\n".join(rules)
