"""The figure for notebooks: plotly reads it, its numbers are those of the trace, its colours those of the page."""

import json
from base64 import b64decode
from typing import Any

import numpy as np
import plotly.io
import pytest
from starlette.testclient import TestClient

from lstm_lens.figures import palette
from lstm_lens.figures import trace as drawing
from tests.web.test_exports import trace_of
from tests.web.test_traces import FULL

PLACE = {"layer": 1, "direction": "reverse", "sample": 2, "start": 1}


def figure_of(client: TestClient, **query: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    trace_id, expected = trace_of(client, {**FULL, "lengths": None}, {})
    reply = client.get(f"/api/traces/{trace_id}/figure.json", params=query)
    assert reply.status_code == 200, reply.text
    plotly.io.from_json(reply.text)  # refuses what is no figure
    return reply.json(), expected


def numbers(typed: dict[str, Any]) -> np.ndarray:
    shape = tuple(map(int, typed["shape"].split(", ")))
    return np.frombuffer(b64decode(typed["bdata"]), f"<{typed['dtype']}").reshape(shape)


def test_its_maps_and_curves_are_the_numbers_of_the_cell(client: TestClient) -> None:
    body, expected = figure_of(client, **PLACE, unit=1)
    maps, curves = body["data"][:6], body["data"][6:]
    assert [trace["name"] for trace in maps] == list("ifgoch")
    assert [trace["name"] for trace in curves] == list("ifogch")
    for trace in maps:
        value = expected[f"cells.1.reverse.{trace['name']}"][1:, 2]
        np.testing.assert_array_equal(numbers(trace["z"]), value.T)
        assert (trace["x0"], trace["zmin"]) == (1, 0 if trace["name"] in "ifo" else -trace["zmax"])
    for trace in curves:
        np.testing.assert_array_equal(numbers(trace["y"]), expected[f"cells.1.reverse.{trace['name']}"][1:, 2, 1])


def test_plotly_reads_the_same_numbers(client: TestClient) -> None:
    body, expected = figure_of(client, **PLACE)
    read = plotly.io.from_json(json.dumps(body))
    again = json.loads(read.to_json())["data"][2]["z"]
    np.testing.assert_array_equal(numbers(again), expected["cells.1.reverse.g"][1:, 2].T)
    assert [frame.name for frame in read.frames] == ["1", "2", "3", "4", "5"]


def test_a_frame_moves_the_cursor_in_every_panel(client: TestClient) -> None:
    body, _ = figure_of(client)
    for t, frame in enumerate(body["frames"]):
        shapes = frame["layout"]["shapes"]
        assert {(shape["x0"], shape["x1"]) for shape in shapes} == {(t, t)}
        assert [shape["xref"] for shape in shapes] == ["x", *(f"x{k}" for k in range(2, 9))]
    play, pause = body["layout"]["updatemenus"][0]["buttons"]
    assert play["args"][0] is None
    assert pause["args"][0] == [None]


def test_a_long_part_has_a_bounded_number_of_frames(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MAX_FRAMES", 4)
    body, _ = figure_of(client)
    assert [frame["name"] for frame in body["frames"]] == ["0", "2", "4"]


def test_a_unit_that_the_projection_has_not_has_no_curve_of_h(client: TestClient) -> None:
    body, _ = figure_of(client, unit=4)
    assert [trace["name"] for trace in body["data"][6:]] == list("ifogc")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_colours_are_those_of_the_theme(client: TestClient, theme: str) -> None:
    body, _ = figure_of(client, theme=theme)
    assert body["layout"]["paper_bgcolor"] == palette.INKS[theme]["plane"]
    assert body["data"][0]["colorscale"][-1] == [1, palette.SEQUENTIAL[theme][-1][1]]
    assert {trace["name"]: trace["line"]["color"] for trace in body["data"][6:]} == {
        letter: palette.HUES[theme][letter] for letter in "ifogch"
    }


def test_what_lies_outside_of_the_trace_is_refused(client: TestClient) -> None:
    trace_id, _ = trace_of(client, FULL, {})
    for query in ("unit=5", "layer=2", "sample=3", "stop=7", "theme=pink"):
        reply = client.get(f"/api/traces/{trace_id}/figure.json?{query}")
        name = query.split("=")[0].replace("unit", "units")
        assert (reply.status_code, reply.json()["detail"][0]["loc"][-1]) == (422, name)
