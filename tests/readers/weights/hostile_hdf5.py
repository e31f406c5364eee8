"""HDF5 files that no honest program writes, each with a part of what is said of it."""

from collections.abc import Callable, Iterator
from typing import Any

import h5py
import numpy as np

from tests.readers.weights.hostile_archives import config, hdf5, keras, legacy, plain_weights, write_cell
from tests.readers.weights.hostile_safetensors import Hostile

CELL = "layers/lstm/cell/vars"


def one(name: str, fill: Callable[[Any], None], sentence: str) -> Hostile:
    return Hostile(f"hdf5-{name}", keras(weights=hdf5(fill)), sentence)


def files() -> Iterator[Hostile]:
    fine = plain_weights()
    yield Hostile("hdf5-garbage", b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 40, "HDF5 file is damaged")
    yield Hostile("hdf5-truncated", legacy(config())[:3000], "HDF5 file is damaged")
    yield Hostile("hdf5-half", keras(weights=fine[: len(fine) // 2]), "HDF5 file is damaged")
    yield Hostile("hdf5-without-config", fine, "without the model's configuration")
    yield one("missing", lambda file: write_cell(file, **{"1": None}), "its weights are not at")
    yield one("turned", lambda file: write_cell(file, **{"0": np.ones((12, 2))}), "found [2, 12]")
    yield one("rank-5", lambda file: write_cell(file, **{"0": np.ones((1, 1, 1, 2, 12))}), "contradicts the file")
    yield one("nan", lambda file: write_cell(file, **{"2": np.full(12, np.nan)}), "12 of 12 numbers that are NaN")
    yield one("integers", lambda file: write_cell(file, **{"2": np.ones(12, int)}), "should be floating-point numbers")
    yield one(
        "complex", lambda file: write_cell(file, **{"2": np.ones(12, complex)}), "should be floating-point numbers"
    )
    numbers = hdf5(lambda file: file.attrs.__setitem__("model_config", np.arange(9)))
    yield Hostile("hdf5-config-numbers", numbers, "model_config should be a text")
    texts = hdf5(lambda file: file.attrs.__setitem__("model_config", ["a", "b"]))
    yield Hostile("hdf5-config-list", texts, "model_config should be a text")


def objects(file: Any) -> None:
    write_cell(file, **{"2": None})
    file.create_dataset(f"{CELL}/2", (12,), h5py.string_dtype())


def soft(file: Any) -> None:
    write_cell(file, **{"2": None})
    file["bias"] = np.ones(12)
    file[f"{CELL}/2"] = h5py.SoftLink("/bias")


def external(file: Any) -> None:
    write_cell(file, **{"2": None})
    file[f"{CELL}/2"] = h5py.ExternalLink("/etc/hostname", "/")


def elsewhere(file: Any) -> None:
    write_cell(file, **{"2": None})
    file.create_dataset(f"{CELL}/2", (12,), "<f8", external=[("/etc/passwd", 0, 96)])


def virtual(file: Any) -> None:
    write_cell(file, **{"2": None})
    layout = h5py.VirtualLayout((12,), "<f8")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (12,))
    file.create_virtual_dataset(f"{CELL}/2", layout)


def packed(file: Any) -> None:
    write_cell(file, **{"0": None})
    file.create_dataset(f"{CELL}/0", data=np.zeros((2, 12)), compression="gzip")


def unwritten(file: Any) -> None:
    write_cell(file, **{"0": None})
    file.create_dataset(f"{CELL}/0", (2**31, 2**20), "<f8", chunks=(16, 16))


def loop(file: Any) -> None:
    write_cell(file, **{"2": None})
    file[f"{CELL}/2"] = file["layers"]


def links() -> Iterator[Hostile]:
    yield one("objects", objects, "should be floating-point numbers")
    yield one("soft-link", soft, "is not followed")
    yield one("external-link", external, "is not followed")
    yield one("external-storage", elsewhere, "kept elsewhere")
    yield one("virtual", virtual, "kept elsewhere")
    yield one("compressed", packed, "is compressed")
    yield one("unwritten-2^54-bytes", unwritten, "contradicts the file")
    yield one("loop", loop, "should be numbers")
    yield one("many", lambda file: [file.create_group(f"g{k}") for k in range(20_001)], "more than 20,000 groups")


HDF5 = [*files(), *links()]
