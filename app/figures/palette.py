"""The colours of the page, for figures that leave it: static/js/base/palette.js has them too, and a test compares."""

from typing import Final

Stops = list[tuple[float, str]]

HUES: Final[dict[str, dict[str, str]]] = {
    "light": {
        "x": "#5a6675",
        "i": "#00756a",
        "f": "#0a66a6",
        "g": "#9c5300",
        "o": "#8b3a9c",
        "c": "#bb2740",
        "m": "#4d5563",
        "h": "#1b2129",
    },
    "dark": {
        "x": "#9aa6b5",
        "i": "#45c4b0",
        "f": "#62b5f2",
        "g": "#e9a352",
        "o": "#d693e2",
        "c": "#ff8590",
        "m": "#b4bdc9",
        "h": "#eef1f5",
    },
}

INKS: Final[dict[str, dict[str, str]]] = {
    "light": {
        "text": "#3d4551",
        "muted": "#5d6571",
        "line": "#d9d7cf",
        "plane": "#ffffff",
        "faint": "#eeece6",
        "accent": "#4340d2",
        "good": "#1c6b3c",
        "bad": "#a3261f",
    },
    "dark": {
        "text": "#cdd3db",
        "muted": "#98a1ae",
        "line": "#313845",
        "plane": "#14181e",
        "faint": "#1f252e",
        "accent": "#a3a5ff",
        "good": "#6fce96",
        "bad": "#ff9d94",
    },
}

SEQUENTIAL: Final[dict[str, Stops]] = {
    "light": [(0, "#f6f4ed"), (0.25, "#cfded4"), (0.5, "#8dbab0"), (0.75, "#3e8883"), (1, "#0b4547")],
    "dark": [(0, "#171d22"), (0.25, "#1d4347"), (0.5, "#2b7673"), (0.75, "#61ada0"), (1, "#d6f0df")],
}

DIVERGING: Final[dict[str, Stops]] = {
    "light": [(0, "#0f4c81"), (0.25, "#6ba3cd"), (0.5, "#f7f5ef"), (0.75, "#e6a05f"), (1, "#9a4408")],
    "dark": [(0, "#8cc8ff"), (0.25, "#3a78ad"), (0.5, "#1b2027"), (0.75, "#b3672a"), (1, "#ffbe85")],
}
