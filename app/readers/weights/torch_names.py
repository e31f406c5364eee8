"""LSTMs in safetensors: torch's, found by names and shapes of tensors under any prefix; or flax's.

All arguments of `nn.LSTM` but dropout and batch_first follow: layers and directions from names, sizes from shapes.
`nn.GRU` and `nn.RNN` have the same names; their shapes differ, since weight_hh has one column per unit.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ...lstm.config import parameter_suffix
from ...lstm.errors import InvalidCall, Problem, remark
from . import flax_names
from .model import HALF_PRECISION, Array, FoundModel, Lstm, Matrix, Refused, bad_file, finite
from .safetensors_file import SafetensorsFile
from .torch_shapes import inferred

_NAME = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?P<stem>weight_(?:ih|hh|hr)|bias_(?:ih|hh))(?P<place>_l\d{1,4}(?:_reverse)?)?"
)
#: Names that `torch.nn.utils` gives to weights that it computes from others.
_COMPUTED = re.compile(
    r"(?P<prefix>(?:.*\.)?)(?:parametrizations\.)?weight_(?:ih|hh|hr)_l\d+(?:_reverse)?(?:\.original\d?|_g|_v|_orig)"
)
_SMALL_TABLE = 2


def read(path: Path) -> FoundModel:
    """The LSTMs of a safetensors file. Raises InvalidCall for an invalid file."""
    return _model_of(SafetensorsFile(path))


def _model_of(file: SafetensorsFile) -> FoundModel:
    """The LSTMs of an opened file."""
    groups, computed = _groups(list(file.tensors))
    model = FoundModel("safetensors")
    for prefix in sorted(computed):
        template = (
            "its weights are computed from others (weight_norm or a parametrization); remove that before saving it"
        )
        reason = remark("weights_computed", template)
        model.refused.append(Refused(prefix or "(no prefix)", reason))
    for prefix, names in groups.items():
        if prefix in computed:
            continue
        try:
            model.lstms.append(_lstm(prefix, names, file))
        except InvalidCall as error:
            model.refused.append(Refused(prefix or "(no prefix)", error.problems[0]))
    taken = {name for names in groups.values() for name in names.values()}
    by_torch = len(model.lstms)
    taken |= flax_names.find_cells(file, [name for name in file.tensors if name not in taken], model)
    model.matrices.extend(
        Matrix(name, (tensor.shape[0], tensor.shape[1]), _reader(file, name))
        for name, tensor in file.tensors.items()
        if name not in taken
        and file.is_float(name)
        and len(tensor.shape) == 2
        and min(tensor.shape) >= 1
        and tensor.shape[0] >= _SMALL_TABLE
        and "emb" in name.lower()
    )
    kind = "safetensors" if by_torch or not model.lstms else "flax"
    return FoundModel(kind, model.lstms, model.matrices, model.refused, len(file.tensors) - len(taken))


def _groups(names: list[str]) -> tuple[dict[str, dict[str, str]], set[str]]:
    """For each prefix, torch's parameter names with their names in the file; and the prefixes with computed weights."""
    groups: dict[str, dict[str, str]] = {}
    computed: set[str] = set()
    for name in names:
        found = _NAME.fullmatch(name)
        if found:
            # LSTMCell has the same parameters, without a layer in their names
            own = found["stem"] + (found["place"] or parameter_suffix(0, "forward"))
            groups.setdefault(found["prefix"], {})[own] = name
        elif made := _COMPUTED.fullmatch(name):
            computed.add(made["prefix"].removesuffix("parametrizations."))
    return groups, computed


def _lstm(prefix: str, names: Mapping[str, str], file: SafetensorsFile) -> Lstm:
    shapes = {own: file.tensors[name].shape for own, name in names.items()}
    config = inferred(shapes)
    dtypes = {file.tensors[name].dtype for name in names.values()}
    if not all(file.is_float(name) for name in names.values()):
        template = "its weights are {dtypes}, not floating-point numbers"
        raise bad_file("weights_dtypes", template, dtypes=", ".join(sorted(dtypes)))
    remarks: list[Problem] = []
    if dtypes & {"F16", "BF16"}:
        remarks.append(HALF_PRECISION)
    if not any("_l0" in name for name in names.values()):
        remarks.append(remark("lstm_cell", "an LSTMCell, shown as an LSTM of one layer"))
    return Lstm(prefix, config, _loader(file, names), tuple(remarks))


def _loader(file: SafetensorsFile, names: Mapping[str, str]) -> Callable[[], dict[str, Array]]:
    return lambda: {own: finite(own, file.array(name)) for own, name in names.items()}


def _reader(file: SafetensorsFile, name: str) -> Callable[[], Array]:
    return lambda: finite(name, file.array(name))
