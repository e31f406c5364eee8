"""A cell as a Plotly figure for notebooks, as plain JSON: six heat maps, one unit's curves, and an animated cursor.

`plotly.io.from_json` reads it. Numbers are typed arrays, `{"dtype", "bdata", "shape"}`, exact. The cursor is a layout
shape in each panel, not a trace: when a frame changes a trace, Plotly removes every heat map.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pybase64
from numpy.typing import NDArray

from ..schemas.part import Part
from .palette import DIVERGING, HUES, INKS, SEQUENTIAL

MAPS = ("i", "f", "g", "o", "c", "h")
CURVES = (("i", "f", "o"), ("g", "c", "h"))
SIGNED = frozenset("gch")
#: A dash per line of a panel, since colour alone is not accessible.
_DASHES = ("solid", "dash", "dot")
#: Maximum number of cursor positions: a longer part skips timesteps.
MAX_FRAMES = 300
_WIDTH, _HEIGHT = 980, 720
_COLUMNS = [(0.04, 0.33), (0.375, 0.665), (0.71, 1.0)]
_ROWS = [(0.725, 0.945), (0.4, 0.62)]
_BELOW = [(0.04, 0.49), (0.55, 1.0)]
_CURVES_ROW = (0.0, 0.27)


@dataclass(frozen=True)
class Look:
    """What the figure shows: one cell of the part, one sample, the curves of one unit, in one theme."""

    part: Part
    unit: int
    theme: str
    title: str


def figure(look: Look) -> dict[str, Any]:
    """The figure, with a frame for each position of the cursor."""
    (cell,) = look.part.cells
    values = look.part.values(cell, MAPS, look.part.start, look.part.stop)
    series = {name: np.ascontiguousarray(value[:, 0].T) for name, value in values.items()}  # (units, timesteps)
    ranges = _ranges(series)
    data = [_heatmap(look, name, k, series[name], ranges[name]) for k, name in enumerate(MAPS)]
    lines, spans = _curves(look, series)
    spans = [(len(series[name]) - 0.5, -0.5) for name in MAPS] + spans  # unit 0 is at the top
    return {"data": [*data, *lines], "layout": _layout(look, spans), "frames": _frames(look)}


def _typed(array: NDArray[Any]) -> dict[str, str]:
    """An array in Plotly's typed array format."""
    exact = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    text = pybase64.b64encode_as_string(exact.tobytes())
    return {"dtype": f"f{array.itemsize}", "bdata": text, "shape": ", ".join(map(str, array.shape))}


def _ranges(series: dict[str, NDArray[Any]]) -> dict[str, float]:
    """The ranges of the colour scales of g, c and h: g and h share one, c has its own."""

    def largest(*names: str) -> float:
        magnitudes = np.abs(np.concatenate([series[name].ravel() for name in names]))
        finite = magnitudes[np.isfinite(magnitudes)]
        return float(finite.max(initial=0)) or 1.0

    shared = largest("g", "h")
    return {"i": 1, "f": 1, "o": 1, "g": shared, "h": shared, "c": largest("c")}


def _axes(k: int) -> tuple[str, str]:
    suffix = "" if k == 0 else str(k + 1)
    return f"x{suffix}", f"y{suffix}"


def _heatmap(look: Look, name: str, k: int, values: NDArray[Any], reach: float) -> dict[str, Any]:
    x, y = _axes(k)
    scale = (DIVERGING if name in SIGNED else SEQUENTIAL)[look.theme]
    return {
        "type": "heatmap",
        "name": name,
        "z": _typed(values),
        "x0": look.part.start,
        "dx": 1,
        "xaxis": x,
        "yaxis": y,
        "zmin": -reach if name in SIGNED else 0,
        "zmax": reach,
        "colorscale": [[at, colour] for at, colour in scale],
        "showscale": False,
        "hovertemplate": f"{name}, t = %{{x}}, unit %{{y}} = %{{z:.4g}}<extra></extra>",
    }


def _curves(look: Look, series: dict[str, NDArray[Any]]) -> tuple[list[dict[str, Any]], list[tuple[float, float]]]:
    """The lines of the unit, and the value ranges of their two panels."""
    lines: list[dict[str, Any]] = []
    spans: list[tuple[float, float]] = []
    for k, group in enumerate(CURVES):
        shown = [name for name in group if look.unit < len(series[name])]
        x, y = _axes(len(MAPS) + k)
        for name in shown:
            line = {"color": HUES[look.theme][name], "width": 2, "dash": _DASHES[group.index(name)]}
            tip = f"{name}, t = %{{x}}, unit {look.unit} = %{{y:.4g}}<extra></extra>"
            curve = {"x0": look.part.start, "dx": 1, "y": _typed(series[name][look.unit]), "xaxis": x, "yaxis": y}
            lines += [{"type": "scatter", "mode": "lines", "name": name, **curve, "line": line, "hovertemplate": tip}]
        finite = np.concatenate([series[name][look.unit] for name in shown])
        reach = 1.08 * (float(np.abs(finite[np.isfinite(finite)]).max(initial=0)) or 1.0)
        spans.append((-0.03, 1.03) if k == 0 else (-reach, reach))
    return lines, spans


def _cursor(look: Look, timestep: int) -> list[dict[str, Any]]:
    """A vertical line in each panel."""
    line = {"color": INKS[look.theme]["accent"], "width": 2}
    across = {"x0": timestep, "x1": timestep, "y0": 0, "y1": 1, "line": line}
    axes = map(_axes, range(len(MAPS) + len(CURVES)))
    return [{"type": "line", "xref": x, "yref": f"{y} domain", **across} for x, y in axes]


def _frames(look: Look) -> list[dict[str, Any]]:
    step = -(-(look.part.stop - look.part.start) // MAX_FRAMES)
    places = range(look.part.start, look.part.stop, step)
    return [{"name": str(t), "layout": {"shapes": _cursor(look, t)}} for t in places]


def _layout(look: Look, spans: list[tuple[float, float]]) -> dict[str, Any]:
    ink, hues = INKS[look.theme], HUES[look.theme]
    layout: dict[str, Any] = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "margin": {"l": 24, "r": 24, "t": 64, "b": 40},
        "title": {"text": look.title, "x": 0.02, "font": {"size": 15, "color": ink["text"]}},
        "font": {"size": 11, "color": ink["muted"]},
        "paper_bgcolor": ink["plane"],
        "plot_bgcolor": ink["faint"],
        "showlegend": False,
        "annotations": [],
        "shapes": _cursor(look, look.part.start),
        "updatemenus": [_buttons(look)],
    }
    places = [(column, row) for row in _ROWS for column in _COLUMNS] + [(column, _CURVES_ROW) for column in _BELOW]
    for k, ((left, right), (bottom, top)) in enumerate(places):
        x, y = _axes(k)
        is_map = k < len(MAPS)
        across = {"domain": [left, right], "anchor": y, "range": [look.part.start - 0.5, look.part.stop - 0.5]}
        quiet = {
            "showgrid": not is_map,
            "zeroline": not is_map,
            "gridcolor": ink["line"],
            "zerolinecolor": ink["muted"],
        }
        layout[f"xaxis{x[1:]}"] = {
            **across,
            **quiet,
            "showgrid": False,
            "zeroline": False,
            **({"matches": "x"} if k else {}),
        }
        layout[f"yaxis{y[1:]}"] = {
            "domain": [bottom, top],
            "anchor": x,
            "range": list(spans[k]),
            **quiet,
        }
        letters = MAPS[k] if is_map else CURVES[k - len(MAPS)]
        head = "  ".join(f'<b style="color:{hues[letter]}">{letter}</b>' for letter in letters)
        text = head if is_map else f"unit {look.unit}:  {head}"
        layout["annotations"].append(_heading(text, left, top))
    return layout


def _heading(text: str, left: float, top: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": left, "y": top, "xanchor": "left", "yanchor": "bottom"}
    return {"text": text, **place, "showarrow": False, "font": {"size": 14}}


def _buttons(look: Look) -> dict[str, Any]:
    ink = INKS[look.theme]
    play = {"frame": {"duration": 140, "redraw": False}, "transition": {"duration": 0}, "fromcurrent": True}
    pause = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate"}
    return {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0.7,  # left of the tools that Plotly shows on hover
        "y": 1.03,
        "xanchor": "right",
        "yanchor": "bottom",
        "bgcolor": ink["faint"],
        "bordercolor": ink["line"],
        "font": {"color": ink["text"]},
        "buttons": [
            {"label": "▶", "method": "animate", "args": [None, play]},
            {"label": "❚❚", "method": "animate", "args": [[None], pause]},
        ],
    }
