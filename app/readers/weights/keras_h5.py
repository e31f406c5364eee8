"""The `.h5` file of Keras 1 to 3: the model's configuration is an attribute, weights are under the names of layers."""

from pathlib import Path

from .hdf5_file import Hdf5File
from .keras_config import FoundLayer, KerasCell, find_layers, no_layers
from .keras_lstm import Paths, model_of
from .model import FoundModel, bad_file
from .strict_config import items, parse_config, part

_ROOT = "model_weights"


def read(path: Path) -> FoundModel:
    """The LSTMs of an .h5 file. Raises InvalidCall for an invalid file."""
    file = Hdf5File(path)
    content = file.text("model_config")
    if content is None:
        template = (
            "This HDF5 file holds weights without the model's configuration, which says what its activations are; "
            'save the whole model: model.save("model.keras")'
        )
        raise bad_file("keras_config_absent", template)
    config = parse_config(content)
    if not items(part(config, "config"), "layers"):
        raise no_layers()
    found = FoundLayer()
    find_layers(config, found)
    return model_of(found, file, lambda cell: _paths(cell, file), lambda cell: _tables(cell, file))


def _paths(cell: KerasCell, file: Hdf5File) -> Paths:
    found: dict[str, str] = {}
    for path in _weights(cell, file):
        *parts, last = path.split("/")
        name = last.split(":")[0]
        fits = all(mark in parts for mark in cell.marks) and any(part.startswith(cell.side) for part in parts or [""])
        if fits and name in ("kernel", "recurrent_kernel", "bias"):
            if name in found:
                raise bad_file(
                    "keras_weights_ambiguous", "its weights cannot be told apart from those of another layer"
                )
            found[name] = f"{_ROOT}/{cell.group}/{path}"
    if "kernel" not in found or "recurrent_kernel" not in found or (cell.bias and "bias" not in found):
        raise bad_file("keras_weights_misplaced", "its weights are not where Keras keeps them")
    return Paths(found["kernel"], found["recurrent_kernel"], found["bias"] if cell.bias else None)


def _tables(cell: KerasCell, file: Hdf5File) -> list[str]:
    return [
        f"{_ROOT}/{cell.group}/{path}"
        for path in _weights(cell, file)
        if path.split("/")[-1].split(":")[0] == "embeddings" and all(mark in path.split("/") for mark in cell.marks)
    ]


def _weights(cell: KerasCell, file: Hdf5File) -> list[str]:
    return file.texts(f"{_ROOT}/{cell.group}", "weight_names")
