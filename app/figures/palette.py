"""The colours of the page and of all figures, by theme, from static/js/base/palette.json, which JavaScript shares."""

import json
from typing import Any, Final

from ..core.resources import resources

_PALETTE: Final[dict[str, Any]] = json.loads((resources("static") / "js/base/palette.json").read_text("utf-8"))

Stops = list[tuple[float, str]]

#: Colours of the quantities, by letter.
HUES: Final[dict[str, dict[str, str]]] = _PALETTE["hues"]
#: Colours of text, lines and surfaces.
INKS: Final[dict[str, dict[str, str]]] = _PALETTE["inks"]
#: Colour scales from 0 to 1, and around zero.
SEQUENTIAL: Final[dict[str, Stops]] = _PALETTE["sequential"]
DIVERGING: Final[dict[str, Stops]] = _PALETTE["diverging"]


def custom_properties() -> str:
    """Hues and inks as CSS custom properties: `--q-LETTER` and `--ink-NAME`, for both themes."""
    rules = []
    for theme, root in (("light", ":root"), ("dark", ':root[data-theme="dark"]')):
        hues = [f"--q-{letter}: {hue};" for letter, hue in HUES[theme].items()]
        inks = [f"--ink-{name}: {ink};" for name, ink in INKS[theme].items()]
        rules.append(f"{root} {{ {' '.join([*hues, *inks])} }}")
    return "\n".join(rules)
