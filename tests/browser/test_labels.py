"""Every number on the page is the quantity that its label names, and every row of arithmetic adds up.

The page walks through cells, timesteps, stages and quantities. What it shows is read back, each label is looked up in
the trace that the server computed, and each row is evaluated from its printed numbers.
"""

import base64
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.printed import check_row, evaluated, exactly, printed
from tests.browser.reading import GO, WATCH, Json, pointed, read

Floats = NDArray[np.float64]
GATES = "ifgo"
WEIGHTS = {"x": "ih", "h": "hh", "m": "hr"}
UNIT = 1
TITLES = {"c": "Cell state c", "h": "Hidden state h", "m": "o \u00b7 tanh c before projection m"}


def seeded(**config: Any) -> Json:
    return {
        "config": {"input_size": 2, "hidden_size": 3, **config},
        "input": {"kind": "random", "seq_len": 5, "batch_size": 1, "seed": 0},
    }


def states(rows: int, size: int, first: float) -> list[Any]:
    """Initial states that are all different and none of them zero."""
    return [[[round(first + 0.1 * (row * size + unit), 3) for unit in range(size)]] for row in range(rows)]


#: A preset by its name, or a request.
RUNS: dict[str, str | Json] = {
    "recall": "recall",
    "brackets": "brackets",
    "bidirectional": "article_bidirectional",
    "projected": seeded(proj_size=2, bidirectional=True)
    | {"h_0": states(2, 2, -0.3), "c_0": states(2, 3, -0.2), "lengths": [4]},
    "dropout": seeded(num_layers=2, bidirectional=True, dropout=0.5) | {"training": True, "dropout_seed": 3},
}


def numbers(values: Any) -> Floats:
    return np.array(values, dtype=np.float64)


@dataclass(frozen=True)
class Cell:
    """A cell of the trace at one timestep of the first sample: what each name of the page means there."""

    trace: Json
    layer: int
    direction: str
    timestep: int

    @property
    def recorded(self) -> Json:
        key = (self.layer, self.direction)
        return next(cell for cell in self.trace["cells"] if (cell["layer"], cell["direction"]) == key)

    @property
    def length(self) -> int:
        return int((self.trace["request"]["lengths"] or [len(self.trace["input"])])[0])

    @property
    def past(self) -> int:
        return self.timestep + (-1 if self.direction == "forward" else 1)

    def at(self, timestep: int) -> "Cell":
        return Cell(self.trace, self.layer, self.direction, timestep)

    def state(self, letter: str, timestep: int) -> Floats:
        assert 0 <= timestep < self.length, f"no timestep {timestep} has a {letter}"
        return numbers(self.recorded[letter][timestep][0])

    def initial(self, letter: str) -> Floats:
        given = self.trace["request"][f"{letter}_0"]
        rows = [(cell["layer"], cell["direction"]) for cell in self.trace["cells"]]
        row = rows.index((self.layer, self.direction))
        return numbers(given[row][0]) if given else np.zeros(len(self.recorded[letter][0][0]))

    def before(self, letter: str) -> Floats:
        return self.state(letter, self.past) if 0 <= self.past < self.length else self.initial(letter)

    def input(self) -> Floats:
        if self.layer == 0:
            return numbers(self.trace["input"][self.timestep][0])
        below = [cell for cell in self.trace["cells"] if cell["layer"] == self.layer - 1]
        joined = np.concatenate([numbers(cell["h"][self.timestep][0]) for cell in below])
        masks = {mask["layer"]: mask["values"] for mask in self.trace.get("dropout_masks", [])}
        mask = masks.get(self.layer - 1)
        return joined if mask is None else joined * numbers(mask[self.timestep][0])

    def parameter(self, kind: str) -> Floats:
        suffix = "_reverse" if self.direction == "reverse" else ""
        name = f"{kind}_l{self.layer}{suffix}"
        return numbers(next(one["values"] for one in self.trace["parameters"] if one["name"] == name))

    def share(self, source: str) -> Floats:
        """What x, or h before, adds to the pre-activations of all gates."""
        weight, operand = ("ih", self.input()) if source == "x" else ("hh", self.before("h"))
        bias = self.parameter(f"bias_{weight}") if self.trace["request"]["config"]["bias"] else 0
        return np.asarray(self.parameter(f"weight_{weight}") @ operand + bias)

    def value(self, letter: str, below: str) -> Floats:
        """The vector, or matrix, of a letter with what stands below it, as the equations of an LSTM mean it."""
        if letter in "Wb":
            return self.parameter(f"{'weight' if letter == 'W' else 'bias'}_{below}")
        if letter == "z":
            source, _, gate = below.partition(",")
            if source in GATES:
                return self.rows(self.share("x") + self.share("h"), source)
            return self.rows(self.share(source), gate) if gate else self.share(source)
        if letter == "x":
            assert below in ("", "t")
            return self.input()
        if below == "0":
            assert not 0 <= self.past < self.length, f"{letter}_0 is not what was before t = {self.timestep}"
            return self.initial(letter)
        shift = {"": 0, "t": 0, "t\u22121": -1, "t+1": 1}[below]
        return self.state(letter, self.timestep + shift)

    def rows(self, stacked: Floats, gate: str) -> Floats:
        size = len(stacked) // 4
        return stacked[GATES.index(gate) * size :][:size]

    def of_unit(self, unit: int) -> Any:
        return lambda letter, below: exactly(float(self.value(letter, below)[unit]))

    def named(self, label: str) -> Floats:
        """The vector of a label that stands by itself: c_{t+1}, z_{f}, b_{ih}, tanh c."""
        bare = label.removeprefix("tanh ")
        letter, _, below = bare.partition("_{")
        value = self.value(letter, below.rstrip("}"))
        return np.tanh(value) if bare != label else value


def means(shown: str, value: float, label: object) -> None:
    assert printed(shown).meets(exactly(float(value))), f"{label} is {value}, and the page says {shown}"


def check_circuit(cell: Cell, page: Json) -> None:
    for label, shown in page["circuit"]:
        if shown:
            means(shown, cell.named(label)[UNIT], label)
    assert sum(1 for _, shown in page["circuit"] if shown) >= 7


def check_equation(cell: Cell, page: Json) -> None:
    written = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh}
    for line in page["symbols"]:
        left, right = (evaluated(side, cell.value, written) for side in line.split("="))
        np.testing.assert_allclose(left, right, atol=1e-5, err_msg=line)
    rows: list[str] = []
    for line in page["numbers"]:
        if line[0] in "=+":
            rows[-1] += line
        else:
            rows.append(line)
    assert rows
    for row in rows:
        check_row(row, cell.of_unit(UNIT))
    words = {"cell state": "c", "hidden state": "h", "before projection": "m", "projection": "h"}
    assert page["symbols"][0].startswith(words.get(page["stage"], "")), page["stage"]


def check_products(cell: Cell, page: Json) -> None:
    found = re.match(r"What made (\w) of unit (\d+)\?", page["question"])
    assert found
    letter, total = found[1], exactly(0)
    row = GATES.index(letter) * len(cell.value("c", "")) + UNIT if letter in GATES else UNIT
    for label, factors, product in page["products"]:
        left, _, right = factors.partition(" \u00b7 ")
        operand = re.fullmatch(r"([xhm])_\{(.+), (\d+)\}", label)
        if operand:
            weight = WEIGHTS[operand[1]]
            index = int(operand[3])
            means(left, cell.value("W", weight)[row, index], f"W_{weight}[{row}, {index}]")
            means(right, cell.value(operand[1], operand[2])[index], label)
        elif label.startswith("b"):
            means(left, cell.named(label)[row], label)
        else:
            for name, shown in zip(label.split(" \u00b7 "), (left, right), strict=True):
                means(shown, cell.named(name)[UNIT], label)
        check_row(f"{left}\u00b7{right}={product}" if right else f"{left}={product}", cell.of_unit(UNIT))
        total += printed(product)
    made = cell.named(f"z_{{{letter}}}" if letter in GATES else letter)[UNIT]
    assert total.meets(exactly(float(made))), f"{letter} is made of {page['products']}, which is not {made}"


def check_gate_table(cell: Cell, page: Json) -> None:
    head, *rows = page["gate"]
    for column, label in enumerate(head[1:], 1):
        operand = re.fullmatch(r"([xhm])_\{(.+), (\d+)\}", label)
        for row in rows:
            if row[0] != "operand":
                weights = WEIGHTS[operand[1]] if operand else ""
                known = gate_rows(cell, f"W_{{{weights}}}" if operand else label, page)[int(row[0])]
                means(row[column], known[int(operand[3])] if operand else known, f"{label} of unit {row[0]}")
            elif operand:
                means(row[column], cell.value(operand[1], operand[2])[int(operand[3])], label)


def gate_rows(cell: Cell, label: str, page: Json) -> Floats:
    """Of parameters, the rows of the gate that the panel is of."""
    value, letter = cell.named(label), page["title"][-1]
    return cell.rows(value, letter) if label[0] in "Wb" and letter in GATES else value


def check_canvas(cell: Cell, page: Json) -> None:
    """The picture of the gate: each heading over its numbers, and each row with the signs between its columns."""
    texts = page["canvas"]
    pairs = [(one, f"{one['text']}_{{{below['text']}}}") for one, below in pairwise(texts)]
    heads = [(one, label) for one, label in pairs if one["size"] == "12"]
    level = heads[-1][0]["y"]
    centred = [one for one in texts if one["align"] == "center"]
    tiles = [one for one in centred if one["size"] == "10" and re.match(r"[\d\u2212]", one["text"])]
    columns = [label for one, label in heads if one["y"] == level]
    matrices = [label for one, label in heads if one["y"] != level]
    signs = [one for one in centred if one["size"] in ("9", "15") and one["y"] == level]
    lines: dict[float, list[Json]] = {}
    for one in tiles:
        lines.setdefault(one["y"], []).append(one)
    ordered = [sorted(line, key=lambda one: one["x"]) for _, line in sorted(lines.items())]
    operands = {one["x"]: one["text"] for one in ordered.pop(0)} if matrices else {}
    named = [float(value) for label in matrices for value in cell.named(label)]
    for shown, value in zip(operands.values(), named, strict=True):
        means(shown, value, matrices)
    assert operands or page["title"][-1] in "chm"
    for unit, line in enumerate(ordered):
        sides = [one for one in line if one["x"] not in operands]
        weights = [one for one in line if one["x"] in operands]
        row = "+".join(f"({one['text']})\u00b7({operands[one['x']]})" for one in weights)
        before = [one["text"] for one in sorted(signs, key=lambda one: one["x"])]
        for sign, one, label in zip(before if row else ["", *before], sides, columns, strict=True):
            means(one["text"], gate_rows(cell, label, page)[unit], f"{label} of unit {unit}")
            row = joined(row, sign, one["text"])
        for part in row.split("\n"):
            check_row(part, cell.of_unit(unit))


def joined(row: str, sign: str, number: str) -> str:
    """A column after its sign: of a function the next number is the value, and another row begins."""
    if sign in ("\u03c3", "tanh"):
        return f"{row}\n{sign}({row.rpartition('=')[2]})={number}"
    return f"{row}\u00b7tanh({number})" if sign == "\u00b7 tanh" else f"{row}{sign}({number})"


def check_tables(cell: Cell, page: Json) -> None:
    head, *rows = page["cell"]
    for row in rows:
        for label, shown in zip(head[1:], row[1:], strict=True):
            if shown:
                means(shown, cell.named(label)[int(row[0])], label)
    for label, shown in page["readings"] + page["headings"]:
        means(shown, cell.named(label)[UNIT], label)
    letter, scalar = page["crumbs"][2], page["crumbs"][3]
    means(scalar.partition("= ")[2], cell.named(letter)[UNIT], f"{letter}, {scalar}")
    assert page["title"] == TITLES.get(letter, f"Gate {letter}")


SUBSCRIPTS = {"\u209c\u208b\u2081": "_{t\u22121}", "\u209c\u208a\u2081": "_{t+1}", "\u209c": "_{t}", "\u2080": "_{0}"}
REMARKS = ("read from the input", "added to the sum, whatever the input")
PLACE = re.compile(r"(\S+?)(?:\[(\d+)\])?, layer (\d+), (forward|reverse)(?:, t = (\d+))?(?:, unit (\d+))?")


def place_of(cell: Cell, words: str) -> tuple[Cell, str, float | Floats]:
    """What a place in words is: the cell there, the quantity, and its number, or vector where no unit is named."""
    found = PLACE.fullmatch(words)
    assert found, words
    letter, entry, layer, direction, timestep, unit = found.groups()
    if letter.endswith("_0"):
        assert timestep is None
        there = Cell(cell.trace, int(layer), direction, cell.timestep)
        vector = there.initial(letter[0])
    else:
        there = Cell(cell.trace, int(layer), direction, int(timestep))
        name, _, gate = letter.partition("_")
        vector = there.value(name, gate)
    index = entry or unit
    return there, letter, vector if index is None else float(vector[int(index)])


def check_hover(cell: Cell, said: Json) -> None:
    shown = said["value"].removeprefix("= ")
    weight = re.fullmatch(r"((?:weight|bias)_[ih][hr]_l\d(?:_reverse)?)\[(\d+)(?:, (\d+))?\]", said["title"])
    if weight:
        name, row, column = weight.groups()
        values = numbers(next(one["values"] for one in cell.trace["parameters"] if one["name"] == name))
        value = float(values[int(row)] if column is None else values[int(row), int(column)])
        there, letter = cell, "w"
    else:
        there, letter, found = place_of(cell, said["title"])
        if not isinstance(found, float):
            assert said["lines"][0] == f"mean |{letter}| " + said["lines"][0].rpartition(" ")[2]
            means(said["lines"][0].rpartition(" ")[2], float(np.abs(found).mean()), said["title"])
            return
        value = found
    means(shown, value, said["title"])
    unit = int(said["title"].rpartition(" ")[2].strip("x[]")) if not weight else 0
    factor = None
    for line in said["lines"]:
        equal = re.fullmatch(r"it is (.+?)(, times the dropout mask)?", line)
        times = re.fullmatch(r"times (.+) = (\S+)", line)
        if times:
            means(times[2], float(place_of(cell, times[1])[2]), times[1])
        elif equal:
            factor = float(place_of(cell, equal[1])[2])
            assert equal[2] or factor == pytest.approx(value, abs=1e-6), f"{said['title']} is {value}, not {line}"
        elif re.search(r"\d\.\d", line):
            if factor is not None:
                means(line.partition(" ")[0], factor, line)
            check_row(line if "=" in line else f"{line}={shown}", there.of_unit(0))
        elif re.search(r"[\u209c\u00b7(]|W_", line) and letter[0] in "ifgochmz":
            check_formula(there, letter, unit, value, line)
        else:
            assert line in REMARKS or letter.endswith("_0"), line
    if letter == "x" and there.layer > 0:
        assert factor is not None


def check_formula(cell: Cell, letter: str, unit: int, value: float, line: str) -> None:
    for sign, below in SUBSCRIPTS.items():
        line = line.replace(sign, below)
    line = re.sub(r"([Wb])_(\w\w)", r"\1_{\2}", line)
    made = evaluated(line, cell.value, {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh})
    row = GATES.index(letter[-1]) * len(cell.value("c", "")) + unit if letter[-1] in GATES else unit
    assert made[row] == pytest.approx(value, abs=1e-5), f"{letter} of unit {unit} is {value}, not {line}"


def check_readout(cell: Cell, said: Json) -> None:
    line = re.sub(r"([xhm])_(t(?:\u22121|\+1)?|0)\[", r"\1_{\2}[", said["readout"])
    weight = re.fullmatch(r"(\w+)\[(\d+), (\d+)\] = (\S+), times (.+)\[(\d+)\] = (\S+): (\S+)", line)
    column = re.fullmatch(r"(\S+), unit (\d+) = (\S+)", line)
    operand = re.fullmatch(r"(.+)\[(\d+)\] = (\S+)", line)
    if weight:
        means(weight[7], cell.named(weight[5])[int(weight[6])], line)
        check_row(f"({weight[4]})\u00b7({weight[7]})={weight[8]}", cell.of_unit(0))
    elif column:
        letter, _, below = column[1].partition("_")
        assert float(column[3].replace("\u2212", "-")) == pytest.approx(
            float(cell.value(letter, below)[int(column[2])]), abs=1e-5
        ), line
    else:
        assert operand, line
        if "bias" not in operand[1]:
            assert float(operand[3].replace("\u2212", "-")) == pytest.approx(
                float(cell.named(operand[1])[int(operand[2])]), abs=1e-6
            ), line


def cursors(cell: Json, stages: int, timestep: int) -> list[str]:
    """One of each gate at the stages that lead to it, and each state."""
    chosen = [(0, "i"), (1, "f"), (2, "g"), (2, "o"), (3, "c"), *((stage, "h") for stage in range(4, stages))]
    place = f"{cell['layer']}.{cell['direction']}.{timestep}"
    return [f"{place}.{stage}.{UNIT}.0.{quantity}" for stage, quantity in chosen]


CHECKS = (check_circuit, check_equation, check_products, check_gate_table, check_canvas, check_tables)


def walk(page: Page, origin: str, trace: Json) -> None:
    projected = trace["request"]["config"]["proj_size"] > 0
    stacked = trace["request"]["config"]["num_layers"] > 1
    length = (trace["request"]["lengths"] or [len(trace["input"])])[0]
    for recorded in trace["cells"]:
        forward = recorded["direction"] == "forward"
        first, later = (0, 2) if forward else (length - 1, length - 3)
        # Of a stack the lower layer begins, and the upper one goes on.
        timesteps = (first, later) if not stacked else (later,) if recorded["layer"] else (first,)
        for timestep in timesteps:
            cell = Cell(trace, recorded["layer"], recorded["direction"], timestep)
            for cursor in cursors(recorded, 6 if projected else 5, timestep):
                where = f"layer {cell.layer}, {cell.direction}, t = {timestep}"
                page.evaluate(GO, [f"#{origin}&at={cursor}&level=scalar", where])
                shown = read(page)
                for check in CHECKS:
                    check(cell, shown)
                # The circuit at each place; weights and their operands, and tanh c, once a cell.
                if cursor.split(".")[3] in ("134" if timestep == timesteps[0] else "3"):
                    for said in pointed(page):
                        check_hover(cell, said)
                        if said["readout"]:
                            check_readout(cell, said)


@pytest.mark.parametrize("name", RUNS)
def test_every_number_is_what_its_label_says(open_page: Open, server: str, name: str) -> None:
    run = RUNS[name]
    packed = base64.urlsafe_b64encode(json.dumps(run).encode()).decode().rstrip("=")
    origin = f"preset={run}" if isinstance(run, str) else f"request={packed}"
    page = open_page(f"/?lang=en#{origin}&at=0.forward.1.0.0.0.i&level=scalar", width=1900, height=2000)
    presets = page.request.get(f"{server}/api/presets").json()["presets"]
    request = next(one["request"] for one in presets if one["name"] == run) if isinstance(run, str) else run
    trace = page.request.post(f"{server}/api/traces", data=request).json()
    page.evaluate(WATCH)
    for fold in ("#gate-table-fold", "#cell-table-fold"):
        page.click(f"{fold} summary")
    if page.is_visible("#terms-rest-fold summary"):
        page.click("#terms-rest-fold summary")
    walk(page, origin, trace)
