"""The LSTMs in the configuration of a Keras model, how they are stacked, and the paths of their weights.

The configuration has what no array shows: activations, directions, the inputs of a layer. Its names lead to weights in
two ways. A `.keras` file counts the layers of a class, `lstm`, `lstm_1`, whatever their names; a legacy `.h5` file has
a group for every layer of the outermost model, with paths made of names inside.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ...lstm.errors import InvalidCall, Problem, remark
from .keras_rules import complaint, remarks_of, understood
from .model import GRU, PLAIN_RNN, Refused, bad_file
from .strict_config import items, part, word

_MAX_LAYERS = 2000
MAX_NESTED = 16
_MODELS = ("Sequential", "Functional", "Model")
#: Layers without effect at inference, so that the LSTMs above and below them form one stack.
_TRANSPARENT = ("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "ActivityRegularization")
_HOLDERS = ("LSTM", "CuDNNLSTM", "LSTMCell", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ConvLSTM2DCell")
_OTHERS = {"GRU": GRU, "SimpleRNN": PLAIN_RNN, "CuDNNGRU": GRU}


@dataclass(frozen=True)
class KerasCell:
    """One cell's weights: the path in a .keras file; group, names on the path, and side in an .h5 file."""

    units: int
    bias: bool
    path: str
    group: str
    marks: tuple[str, ...]
    side: str = ""


@dataclass(frozen=True)
class Stack:
    """One layer of a Keras model, as layers of an LSTM, each with its directions.

    below: the layer whose output is its only input, through layers without effect, or None.
    """

    name: str
    layers: tuple[tuple[KerasCell, ...], ...]
    sequences: bool
    remarks: tuple[Problem, ...] = ()
    below: str | None = None


@dataclass
class FoundLayer:
    stacks: list[Stack] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    tables: list[KerasCell] = field(default_factory=list)
    """Embeddings, as cells whose units are meaningless."""


@dataclass(frozen=True)
class _Place:
    """The location of a model's layers: in a .keras file, in an .h5 file, and in the displayed names."""

    path: str = "layers"
    group: str = ""
    marks: tuple[str, ...] = ()
    title: str = ""
    depth: int = 0


def find_layers(model: dict[str, Any], found: FoundLayer, place: _Place | None = None) -> None:
    """Add the LSTMs and embeddings of a model, {class_name, config}, and of the models inside it."""
    place = place or _Place()
    layers = items(part(model, "config"), "layers")[:_MAX_LAYERS]
    below = _below(model, layers)
    masked = any(_masks(layer) for layer in layers)
    counts: dict[str, int] = {}
    for layer in layers:
        kind = word(layer, "class_name")
        name = word(part(layer, "config"), "name") or word(layer, "name")
        inner = _inner(place, _counted(kind, counts), name)
        if kind in _MODELS and place.depth < MAX_NESTED:
            find_layers(layer, found, replace(inner, path=f"{inner.path}/layers", title=f"{inner.title}/"))
        elif kind == "Embedding":
            found.tables.append(KerasCell(0, False, f"{inner.path}/vars", inner.group, inner.marks))
        elif kind in _OTHERS:
            found.refused.append(Refused(inner.title, _OTHERS[kind]))
        elif reason := complaint(layer) or _hidden(layer):
            found.refused.append(Refused(inner.title, reason))
        elif understood(layer):
            sources = below.get(name, ())
            source = f"{place.title}{sources[0]}" if len(sources) == 1 else None
            found.stacks.append(
                Stack(
                    inner.title,
                    tuple(_cells(layer, inner)),
                    _returns_sequences(layer),
                    tuple(remarks_of(layer, masked, given_states=len(sources) > 1)),
                    source,
                )
            )


def no_layers() -> InvalidCall:
    """The error of a configuration without layers."""
    template = "The model's configuration lists no layers, as where the model is a class of its own"
    return bad_file("keras_config_layers", template)


def _inner(place: _Place, counted: str, name: str) -> _Place:
    group = place.group or name
    marks = (*place.marks, name) if place.depth else ()
    return _Place(f"{place.path}/{counted}", group, marks, f"{place.title}{name}", place.depth + 1)


def _cells(layer: dict[str, Any], place: _Place) -> Iterator[tuple[KerasCell, ...]]:
    kind, config = word(layer, "class_name"), part(layer, "config")
    if kind == "LSTM":
        yield (_cell(config, f"{place.path}/cell/vars", place),)
    elif kind == "Bidirectional":
        forward = part(part(config, "layer"), "config")
        yield (
            _cell(forward, f"{place.path}/forward_layer/cell/vars", place, side="forward_"),
            _cell(forward, f"{place.path}/backward_layer/cell/vars", place, side="backward_"),
        )
    elif word(part(config, "cell"), "class_name") == "LSTMCell":
        yield (_cell(part(part(config, "cell"), "config"), f"{place.path}/cell/vars", place),)
    else:
        counts: dict[str, int] = {}
        for inner in items(part(part(config, "cell"), "config"), "cells"):
            own = replace(place, marks=(*place.marks, word(part(inner, "config"), "name")))
            path = f"{place.path}/cell/cells/{_counted('LSTMCell', counts)}/vars"
            yield (_cell(part(inner, "config"), path, own),)


def _returns_sequences(layer: dict[str, Any]) -> bool:
    config = part(layer, "config")
    own = part(part(config, "layer"), "config") if word(layer, "class_name") == "Bidirectional" else config
    return own.get("return_sequences") is True


def _cell(config: dict[str, Any], path: str, place: _Place, side: str = "") -> KerasCell:
    return KerasCell(config["units"], config.get("use_bias") is not False, path, place.group, place.marks, side)


def _counted(kind: str, counts: dict[str, int]) -> str:
    """The name that a .keras file gives the next layer of a class: lstm, lstm_1, lstm_2."""
    name = re.sub(r"\W+", "", kind)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    name = re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
    counts[name] = counts.get(name, -1) + 1
    return f"{name}_{counts[name]}" if counts[name] else name


def _below(model: dict[str, Any], layers: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """For each layer, the layers that it reads from, skipping those without effect."""
    names = [word(part(layer, "config"), "name") or word(layer, "name") for layer in layers]
    if word(model, "class_name") == "Sequential":
        sources: dict[str, tuple[str, ...]] = {name: (before,) for before, name in pairwise(names)}
    else:
        sources = {
            name: tuple(_histories(layer.get("inbound_nodes"))) for name, layer in zip(names, layers, strict=True)
        }
    through = {name for name, layer in zip(names, layers, strict=True) if word(layer, "class_name") in _TRANSPARENT}
    return {name: _look_through(sources, through, name) for name in names}


def _look_through(sources: dict[str, tuple[str, ...]], through: set[str], name: str) -> tuple[str, ...]:
    found = sources.get(name, ())
    for _ in range(len(through)):
        if len(found) != 1 or found[0] not in through:
            break
        found = sources.get(found[0], ())
    return found


def _histories(value: Any) -> Iterator[str]:
    """The layers that tensors come from, as Keras 3 (keras_history) or Keras 2 ([name, 0, 0, {}]) writes them."""
    if isinstance(value, dict):
        history = value.get("keras_history")
        if isinstance(history, list):
            value = history
        else:
            for inner in value.values():
                yield from _histories(inner)
            return
    if isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and all(type(place) is int for place in value[1:3]):
            yield value[0]
        else:
            for inner in value:
                yield from _histories(inner)


def _masks(layer: dict[str, Any]) -> bool:
    kind, config = word(layer, "class_name"), part(layer, "config")
    return kind == "Masking" or (kind == "Embedding" and config.get("mask_zero") is True)


def _hidden(layer: dict[str, Any]) -> Problem | None:
    """Why an LSTM nested in another layer cannot be shown, or None."""
    if understood(layer):
        return None
    level: list[Any] = [layer]
    while level:
        if any(isinstance(item, dict) and item.get("class_name") in _HOLDERS for item in level):
            template = "an LSTM inside of a layer of the class {name}, which is not read here"
            return remark("keras_lstm_inside", template, name=word(layer, "class_name"))
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
    return None
