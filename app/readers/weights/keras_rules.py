"""Which Keras layers can be represented by torch's LSTM, and remarks on them.

Defaults that the configuration does not state are not guessed: older Keras had hard_sigmoid where newer has sigmoid.
"""

from collections.abc import Iterator
from typing import Any

from ...lstm.errors import Problem, remark
from .strict_config import items, part, printable, word

_OWN_MODULES = ("keras", "tf_keras", "tensorflow")
_MAX_UNITS = 2**20


def understood(layer: dict[str, Any]) -> bool:
    """Whether a layer is a kind of LSTM, supported or not: LSTM, Bidirectional(LSTM), RNN(LSTMCell), RNN of several."""
    kind, config = word(layer, "class_name"), part(layer, "config")
    if kind == "Bidirectional":
        return word(part(config, "layer"), "class_name") == "LSTM"
    if kind == "RNN":
        cell = part(config, "cell")
        cells = items(part(cell, "config"), "cells") if word(cell, "class_name") == "StackedRNNCells" else [cell]
        return bool(cells) and all(word(inner, "class_name") == "LSTMCell" for inner in cells)
    return kind == "LSTM"


def complaint(layer: dict[str, Any]) -> Problem | None:
    """Why torch has no such LSTM, or None."""
    if word(layer, "class_name") in ("CuDNNLSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"):
        return remark("keras_class", "{name} is not read here", name=word(layer, "class_name"))
    return next(_complaints(layer), None) if understood(layer) else None


def _complaints(layer: dict[str, Any]) -> Iterator[Problem]:
    config = part(layer, "config")
    for inner in (layer, *_parts(layer)):
        module = word(inner, "module")
        if module and module.split(".")[0] not in _OWN_MODULES:
            template = "its class comes from {module}, whose equations are not known here"
            yield remark("keras_module", template, module=module)
    if word(layer, "class_name") == "Bidirectional":
        yield from _of_directions(config)
    elif config.get("go_backwards") is True:
        template = "go_backwards=True alone: torch reads from the end only beside a forward direction"
        yield remark("keras_backwards_alone", template)
    cells = [part(inner, "config") for inner in _cells(layer)]
    for cell in cells:
        yield from _of_cell(cell)
    if any(cell["units"] != cells[0]["units"] for cell in cells):
        yield remark("keras_units_differ", "its cells have different units; the layers of a torch LSTM have the same")
    if config.get("time_major") is True:
        yield remark("keras_time_major", "time_major=True is not read here")


def _of_directions(config: dict[str, Any]) -> Iterator[Problem]:
    if config.get("merge_mode") != "concat":
        mode = printable(str(config.get("merge_mode")), 20)
        template = "merge_mode={mode}: torch puts the two directions side by side, which is merge_mode=concat"
        yield remark("keras_merge_mode", template, mode=mode)
    forward = part(part(config, "layer"), "config")
    if forward.get("go_backwards") is True:
        yield remark("keras_forward_backwards", "its forward layer has go_backwards=True")
    if "backward_layer" in config:
        backward = part(config, "backward_layer")
        own = part(backward, "config")
        same = all(own.get(key) == forward.get(key) for key in ("units", "use_bias"))
        if word(backward, "class_name") != "LSTM" or own.get("go_backwards") is not True or not same:
            yield remark("keras_backward_layer", "its backward layer is not an LSTM like the forward one")


def _of_cell(cell: dict[str, Any]) -> Iterator[Problem]:
    for key, only in (("recurrent_activation", "sigmoid"), ("activation", "tanh")):
        name = _function(cell.get(key))
        if not name:
            yield remark("keras_activation_unknown", "the file does not say what its {name} is", name=key)
        elif name != only:
            yield remark("keras_activation", "{key}={name}: torch has {only} alone", key=key, name=name, only=only)
    units = cell.get("units")
    if type(units) is not int or not 1 <= units <= _MAX_UNITS:
        yield remark("keras_units", "units should be a whole number above 0")
    if cell.get("use_bias") not in (True, False, None):
        yield remark("keras_use_bias", "use_bias should be true or false")


def _function(value: Any) -> str:
    """The name of an activation, in any notation."""
    if isinstance(value, dict):
        value = value.get("config") if value.get("class_name") == "function" else value.get("class_name")
    return printable(value, 40) if isinstance(value, str) else ""


def _cells(layer: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts that have units and activations: the layer itself, both of a Bidirectional, or the cells of an RNN."""
    return _parts(layer) or [layer]


def _parts(layer: dict[str, Any]) -> list[dict[str, Any]]:
    kind, config = word(layer, "class_name"), part(layer, "config")
    if kind == "Bidirectional":
        return [part(config, key) for key in ("layer", "backward_layer") if key in config]
    if kind == "RNN":
        cell = part(config, "cell")
        return items(part(cell, "config"), "cells") if word(cell, "class_name") == "StackedRNNCells" else [cell]
    return []


def remarks_of(layer: dict[str, Any], masked: bool, given_states: bool) -> Iterator[Problem]:
    """Remarks for the user on an LSTM that can be shown."""
    if masked:
        template = "Keras skips timesteps that are masked; leave them out here, or give lengths"
        yield remark("keras_masking", template)
    if given_states:
        template = "In the model it starts from states, or reads several inputs, that other layers make"
        yield remark("keras_states", template)
    cells = [part(inner, "config") for inner in _cells(layer)]
    for key in ("dropout", "recurrent_dropout"):
        if any(cell.get(key) not in (0, None) for cell in cells):
            yield remark("keras_dropout", "Its {name} acts in training only, and is left out", name=key)
