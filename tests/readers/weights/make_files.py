"""The files in tests/readers/weights/files, made by the frameworks themselves, each beside what the framework answers.

They are kept, since to import Keras takes seconds, and jax and torch's exporter are large. To make them anew, in an
environment of its own (these were made by keras 3.15.1, flax 0.12.8 with jax 0.10.2, torch 2.13.0, onnxscript 0.7.2):

    pip install keras flax torch onnx onnxscript safetensors h5py
    KERAS_BACKEND=torch python tests/readers/weights/make_files.py

NAME.answers.safetensors holds `PREFIX.x` and `PREFIX.y`, the input (N, T, I) and output (N, T, D*H) of the LSTM of that
prefix; flax's are of one sample.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "torch")
FILES = Path(__file__).parent / "files"
RANDOM = np.random.default_rng(0)


def signal(*shape: int) -> Any:
    return RANDOM.normal(size=shape).astype(np.float32)


def keep_answers(name: str, answers: dict[str, tuple[Any, Any]]) -> None:
    from safetensors.numpy import save_file

    tensors = {}
    for prefix, (x, y) in answers.items():
        tensors[f"{prefix}.x"] = np.ascontiguousarray(x, np.float32)
        tensors[f"{prefix}.y"] = np.ascontiguousarray(y, np.float32)
    save_file(tensors, FILES / f"{name}.answers.safetensors")


def shaken(model: Any) -> Any:
    """A Keras model whose biases and matrices are none that it starts with."""
    model.set_weights(
        [(weight + RANDOM.normal(size=weight.shape) * 0.2).astype(np.float32) for weight in model.get_weights()]
    )
    return model


def keras_models() -> dict[str, tuple[Any, dict[str, tuple[list[Any], list[Any]]]]]:
    """Models, and for the LSTM of each prefix the layers that lead to its input, and those that are it."""
    import keras
    from keras import layers as kl

    forecaster = keras.Sequential(
        [
            keras.Input((30, 5)),
            kl.LSTM(40, return_sequences=True),
            kl.Dropout(0.2),
            kl.LSTM(40, return_sequences=True, dropout=0.1),
            kl.Dense(1),
        ],
        name="forecaster",
    )
    tagger = keras.Sequential(
        [
            keras.Input((9,), dtype="int32"),
            kl.Embedding(12, 6, mask_zero=True, name="words"),
            kl.Bidirectional(kl.LSTM(5, return_sequences=True), name="both"),
            kl.Bidirectional(kl.LSTM(5, return_sequences=True, use_bias=False), name="upper"),
            kl.LSTM(7, return_sequences=True, name="seven"),
        ],
        name="tagger",
    )
    entry = keras.Input((8, 3))
    inner = keras.Sequential([keras.Input((8, 6)), kl.LSTM(4, return_sequences=True, name="deep")], name="inner")
    first = kl.LSTM(6, return_sequences=True, name="z_first")(entry)
    second = kl.LSTM(6, return_sequences=True, name="a_second")(first)
    nested = inner(second)
    cells = kl.RNN([kl.LSTMCell(5), kl.LSTMCell(5)], return_sequences=True, name="cells")(entry)
    single = kl.RNN(kl.LSTMCell(2), return_sequences=True, name="single")(cells)
    bent = kl.LSTM(3, recurrent_activation="hard_sigmoid", name="hard")(entry)
    relu = kl.LSTM(3, activation="relu", name="relu")(entry)
    added = kl.Bidirectional(kl.LSTM(3), merge_mode="sum", name="added")(entry)
    turned = kl.LSTM(3, go_backwards=True, name="turned")(entry)
    gru = kl.GRU(3, name="gated")(entry)
    graph = keras.Model(entry, [nested, single, bent, relu, added, turned, gru], name="graph")
    return {
        "forecaster": (shaken(forecaster), {"lstm": ([], forecaster.layers[:3])}),
        "tagger": (
            shaken(tagger),
            {"both": (tagger.layers[:1], tagger.layers[1:3]), "seven": (tagger.layers[:3], tagger.layers[3:4])},
        ),
        "graph": (
            shaken(graph),
            {
                "z_first": ([], [graph.get_layer("z_first"), graph.get_layer("a_second")]),
                "inner/deep": ([graph.get_layer("z_first"), graph.get_layer("a_second")], [inner]),
                "cells": ([], [graph.get_layer("cells")]),
                "single": ([graph.get_layer("cells")], [graph.get_layer("single")]),
            },
        ),
    }


def make_keras() -> None:
    import torch

    for name, (model, lstms) in keras_models().items():
        answers = {}
        for prefix, (before, own) in lstms.items():
            shape = model.input_shape[1:]
            x = RANDOM.integers(1, 12, (2, *shape)) if len(shape) == 1 else signal(2, *shape)
            with torch.no_grad():
                for layer in before:
                    x = layer(x)
                y = x
                for layer in own:
                    y = layer(y)
            answers[prefix] = (np.asarray(x), np.asarray(y))
        keep_answers(name, answers)
        for ending in ("keras", "h5"):
            model.save(FILES / f"{name}.{ending}")


def make_flax() -> None:
    import jax
    from flax import linen, nnx
    from flax.traverse_util import flatten_dict
    from safetensors.numpy import save_file

    answers: dict[str, tuple[Any, Any]] = {}
    trees: dict[str, Any] = {}
    x = signal(7, 3)
    for k, cell in enumerate((linen.LSTMCell(4), linen.OptimizedLSTMCell(4, bias_init=linen.initializers.normal(0.3)))):
        rnn = linen.RNN(cell)
        variables = rnn.init(jax.random.key(k), x)
        trees |= flatten_dict({"linen": {str(k): variables["params"]}}, sep=".")
        (prefix,) = {name.rsplit(".", 2)[0] + "." for name in trees if name.startswith(f"linen.{k}.")}
        answers[prefix] = (x[None], rnn.apply(variables, x)[None])
    for k, kind in enumerate((nnx.LSTMCell, nnx.OptimizedLSTMCell)):
        rnn = nnx.RNN(kind(3, 4, bias_init=nnx.initializers.normal(0.3), rngs=nnx.Rngs(k)), rngs=nnx.Rngs(k))
        flat = dict(nnx.to_flat_state(nnx.state(rnn, nnx.Param)))
        trees |= {"/".join(("nnx", str(k), *map(str, path))): np.asarray(value[...]) for path, value in flat.items()}
        answers[f"nnx/{k}/cell/"] = (x[None], rnn(x)[None])
    trees["linen.head.kernel"] = signal(4, 2)
    save_file({name: np.ascontiguousarray(value) for name, value in trees.items()}, FILES / "flax.safetensors")
    keep_answers("flax", answers)


def make_onnx() -> None:
    import onnx
    import torch
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self, **arguments: Any) -> None:
            super().__init__()
            self.embedding = nn.Embedding(9, 3)
            self.lstm = nn.LSTM(3, **arguments)

        def forward(self, words: torch.Tensor) -> torch.Tensor:
            output: torch.Tensor = self.lstm(self.embedding(words))[0]
            return output

    cases = {
        "traced": (False, {"hidden_size": 4, "num_layers": 3, "batch_first": True, "dropout": 0.3}),
        "exported": (True, {"hidden_size": 4, "num_layers": 2, "bidirectional": True}),
        "exported_large": (True, {"hidden_size": 48, "num_layers": 2, "bidirectional": True, "batch_first": True}),
    }
    for k, (name, (dynamo, arguments)) in enumerate(cases.items()):
        torch.manual_seed(k)
        model = Tagger(**arguments).eval()
        words = torch.randint(0, 9, (2, 6))
        if dynamo:
            sizes = ({0: torch.export.Dim("a"), 1: torch.export.Dim("b")},)
            more: dict[str, Any] = {"external_data": False, "dynamic_shapes": sizes}
        else:
            more = {"input_names": ["words"], "dynamic_axes": {"words": [0, 1]}}
        path = FILES / f"{name}.onnx"
        torch.onnx.export(model, (words,), str(path), dynamo=dynamo, **more)
        proto = onnx.load(path)
        for part in (proto, proto.graph, *proto.graph.node, *proto.graph.value_info, *proto.graph.input):
            part.ClearField("metadata_props")  # the folders of the machine, for instance
            part.ClearField("doc_string")
        onnx.save(proto, path)
        with torch.no_grad():
            x, y = model.embedding(words), model(words)
        if not arguments.get("batch_first"):
            x, y = x.transpose(0, 1), y.transpose(0, 1)
        keep_answers(name, {"": (x.numpy(), y.numpy())})


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    FILES.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or ["keras", "flax", "onnx"]
    for kind, make in {"keras": make_keras, "flax": make_flax, "onnx": make_onnx}.items():
        if kind in wanted:
            make()
