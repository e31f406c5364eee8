"""LSTM cells of flax among the tensors of a safetensors file, by the names and shapes of its parameter trees.

Names are joined by dots or slashes. linen's LSTMCell and OptimizedLSTMCell, and nnx's LSTMCell, have a small matrix for
each gate: ii, if (nnx: if_), ig, io from the input, hi, hf, hg, ho from h. nnx's OptimizedLSTMCell has two, dense_i and
dense_h, with columns i, f, g, o. All are transposed relative to torch, and only those of h have biases.
"""

import re
from collections.abc import Callable, Mapping

import numpy as np

from ...lstm.config import GATES
from ...lstm.errors import InvalidCall, remark
from .model import HALF_PRECISION, PLAIN_RNN, Array, FoundModel, Lstm, Refused, bad_file, finite, not_floats
from .safetensors_file import SafetensorsFile
from .torch_shapes import inferred

_NAME = re.compile(
    r"(?P<prefix>(?:.*[./])?)(?P<stem>[ih][ifgo]|if_|dense_[ih])[./](?P<what>kernel|bias)(?:[./]value)?", re.DOTALL
)
_REMARKS = (
    remark("cell", "a cell, shown as an LSTM of one layer"),
    remark("flax_activations", "flax keeps no activations in its trees; sigmoid and tanh, its defaults, are taken"),
)
_KINDS = {3: remark("flax_gru", "this is a GRU, since dense_h has 3 columns for each of its rows"), 1: PLAIN_RNN}

#: The tensors of a cell, by side ("i" or "h") and by kind.
_Parts = dict[tuple[str, str], list[str]]


def find_cells(file: SafetensorsFile, names: list[str], model: FoundModel) -> set[str]:
    """Add the cells among these tensors to a model; returns the names of their tensors."""
    groups: dict[str, dict[tuple[str, str], str]] = {}
    for name in names:
        if found := _NAME.fullmatch(name):
            stem = "if" if found["stem"] == "if_" else found["stem"]
            groups.setdefault(found["prefix"], {})[stem, found["what"]] = name
    taken: set[str] = set()
    for prefix, group in groups.items():
        stems = {stem for stem, what in group if what == "kernel"}
        if not ({"dense_i", "dense_h"} <= stems or {f"{side}{gate}" for side in "ih" for gate in GATES} <= stems):
            continue  # other layers have such names too
        taken |= set(group.values())
        try:
            model.lstms.append(_lstm(prefix, group, file))
        except InvalidCall as error:
            model.refused.append(Refused(prefix or "(no prefix)", error.problems[0]))
    return taken


def _lstm(prefix: str, group: Mapping[tuple[str, str], str], file: SafetensorsFile) -> Lstm:
    parts = _parts(group)
    shapes: dict[str, tuple[int, ...]] = {}
    for (side, what), names in parts.items():
        if not all(file.is_float(name) for name in names):
            raise not_floats()
        shapes[_own(side, what)] = _stacked(names, what, file)
    rows, columns = shapes["weight_hh"]
    if rows != 4 * columns and columns and rows / columns in _KINDS:
        raise InvalidCall([_KINDS[rows // columns]])
    if "bias_ih" in shapes or "bias_hh" in shapes:
        shapes |= {name: shapes.get(name, (rows,)) for name in ("bias_ih", "bias_hh")}
    config = inferred({f"{name}_l0": shape for name, shape in shapes.items()})
    remarks = [*_REMARKS]
    if {file.tensors[name].dtype for names in parts.values() for name in names} & {"F16", "BF16"}:
        remarks.append(HALF_PRECISION)
    return Lstm(prefix, config, _loader(parts, file, config.bias), tuple(remarks))


def _parts(group: Mapping[tuple[str, str], str]) -> _Parts:
    """The tensors of each side in the order of the gates. Raises InvalidCall if only some gates have a bias."""
    parts: _Parts = {}
    for side in "ih":
        one = (f"dense_{side}", "kernel") in group
        stems = [f"dense_{side}"] if one else [f"{side}{gate}" for gate in GATES]
        for what in ("kernel", "bias"):
            names = [group[stem, what] for stem in stems if (stem, what) in group]
            if names and len(names) < len(stems):
                template = "only some of its gates have a {what} on the side of {side}"
                raise bad_file("flax_some_gates", template, what=what, side=side)
            if names:
                parts[side, what] = names
    if ("i", "kernel") not in parts or ("h", "kernel") not in parts:
        raise bad_file("flax_two_kinds", "its matrices are of two kinds")
    return parts


def _stacked(names: list[str], what: str, file: SafetensorsFile) -> tuple[int, ...]:
    """The shape in torch of one parameter made of these parts."""
    shapes = {file.tensors[name].shape for name in names}
    axes = 2 if what == "kernel" else 1
    if len(shapes) != 1 or len(shape := shapes.pop()) != axes:
        template = "its {what}s should have the same shape, of {axes} axes"
        raise bad_file("flax_shapes", template, what=what, axes=axes)
    return (shape[-1] * len(names), *shape[:-1])


def _own(side: str, what: str) -> str:
    return f"{'weight' if what == 'kernel' else 'bias'}_{side}h"


def _loader(parts: _Parts, file: SafetensorsFile, bias: bool) -> Callable[[], dict[str, Array]]:
    def load() -> dict[str, Array]:
        found: dict[str, Array] = {}
        for (side, what), names in parts.items():
            arrays = [finite(name, file.array(name)).T for name in names]
            found[f"{_own(side, what)}_l0"] = np.ascontiguousarray(np.concatenate(arrays))
        if bias:
            zeros = np.zeros(len(found["weight_hh_l0"]), found["weight_hh_l0"].dtype)
            found = {"bias_ih_l0": zeros, "bias_hh_l0": zeros} | found
        return found

    return load
