"""Zip archives, Keras models and pickles that no honest program writes, each with a part of what is said of it."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import h5py
import numpy as np
import torch

from tests.readers.weights.hostile_safetensors import Hostile

LAYER: dict[str, Any] = {
    "class_name": "LSTM",
    "config": {"name": "lstm", "units": 3, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True},
}


def config(*layers: Any, **more: Any) -> str:
    return json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": list(layers or [LAYER])}} | more)


def changed(**facts: Any) -> dict[str, Any]:
    return {"class_name": "LSTM", "config": LAYER["config"] | facts}


def archive(members: list[tuple[str, bytes]], packing: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packing) as file:
        for name, data in members:
            file.writestr(name, data)
    return content.getvalue()


def hdf5(fill: Callable[[Any], None]) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def write_cell(file: Any, **arrays: Any) -> None:
    usual: dict[str, Any] = {"0": np.full((2, 12), 0.1), "1": np.full((3, 12), 0.1), "2": np.full(12, 0.1)}
    for name, array in (usual | arrays).items():
        if array is not None:
            file[f"layers/lstm/cell/vars/{name}"] = np.asarray(array)


@cache
def plain_weights() -> bytes:
    return hdf5(write_cell)


def keras(text: str | None = None, weights: bytes | None = None, packing: int = zipfile.ZIP_STORED) -> bytes:
    members = [("config.json", (text or config()).encode("utf-8", "surrogatepass")), ("metadata.json", b"{}")]
    return archive([*members, ("model.weights.h5", plain_weights() if weights is None else weights)], packing)


def legacy(text: str) -> bytes:
    def fill(file: Any) -> None:
        file.attrs["model_config"] = text
        group = file.create_group("model_weights/lstm")
        group.attrs["weight_names"] = [b"lstm/kernel:0", b"lstm/recurrent_kernel:0", b"lstm/bias:0"]
        for name, shape in (("kernel", (2, 12)), ("recurrent_kernel", (3, 12)), ("bias", (12,))):
            group[f"lstm/{name}:0"] = np.full(shape, 0.1)

    return hdf5(fill)


def zips() -> Iterator[Hostile]:
    fine = keras()
    damaged = "zip archive is damaged"
    yield Hostile("zip-garbage", b"PK\x03\x04" + bytes(range(256)) * 8, damaged)
    yield Hostile("zip-truncated", fine[: len(fine) // 2], damaged)
    yield Hostile("zip-byte-changed", fine.replace(b'"units": 3', b'"units": 4', 1), damaged)  # its checksum says so
    bomb = archive([("config.json", b" " * 17 * 2**20), ("model.weights.h5", b"")], zipfile.ZIP_DEFLATED)
    yield Hostile("zip-bomb-config", bomb, "above the limit of 16,777,216")
    bomb = keras(weights=bytes(32 * 2**20), packing=zipfile.ZIP_DEFLATED)
    yield Hostile("zip-bomb-weights", bomb, "more than 100 times larger")
    yield Hostile("zip-size-lies-small", _lying(fine, 10), damaged)
    yield Hostile("zip-size-lies-large", _lying(fine, 2**31), "above the limit")
    yield Hostile(
        "zip-size-lies-a-little", _lying(fine, len(plain_weights()) + 1000), "is shorter than the archive says"
    )
    yield Hostile("zip-without-config", archive([("model.weights.h5", b"")]), "no Keras model")
    yield Hostile("zip-weights-empty", keras(weights=b""), "are no HDF5 file")
    copies = archive([("config.json", b"{}"), ("confix.json", b"{}"), ("model.weights.h5", b"")])
    yield Hostile("zip-member-twice", copies.replace(b"confix.json", b"config.json"), "it has it 2 times")
    yield Hostile("zip-bzip2", keras(packing=zipfile.ZIP_BZIP2), "packed in a way")
    encrypted = bytearray(fine)
    place = fine.rindex(b"PK\x01\x02", 0, fine.rindex(b"config.json"))
    encrypted[place + 8] |= 1
    yield Hostile("zip-encrypted", bytes(encrypted), "is encrypted")
    listing = archive([(f"{'n' * 300}{k}", b"") for k in range(13_000)])
    yield Hostile("zip-13000-long-names", listing, damaged)
    yield Hostile("npz", archive([("a.npy", b"\x93NUMPY")]), "an .npz archive of arrays")


def _lying(content: bytes, size: int) -> bytes:
    """The archive with another size of its weights in the list at its end."""
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"model.weights.h5"))
    return content[: place + 24] + struct.pack("<I", size) + content[place + 28 :]


def configs() -> Iterator[Hostile]:
    no_json, no_layers = "no valid JSON", "lists no layers"
    cases: dict[str, tuple[str, str]] = {
        "not-json": ("{", no_json),
        "list": ("[]", "a JSON object of modest depth"),
        "deep": ('{"a":' * 100_000 + "1" + "}" * 100_000, no_json),
        "deep-lists": ('{"a":' + "[" * 500 + "]" * 500 + "}", "modest depth"),
        "duplicate": ('{"class_name":"Sequential","class_name":"x"}', "occurs twice"),
        "empty": ("{}", no_layers),
        "layers-number": ('{"config":{"layers":3}}', no_layers),
        "layers-numbers": ('{"config":{"layers":[1,null,"a"]}}', no_layers),
        "custom-class": ('{"class_name":"Mine","config":{}}', no_layers),
        "units-text": (config(changed(units="3")), "whole number above 0"),
        "units-true": (config(changed(units=True)), "whole number above 0"),
        "units-zero": (config(changed(units=0)), "whole number above 0"),
        "units-huge": (config(changed(units=2**62)), "whole number above 0"),
        "units-other": (config(changed(units=4)), "Expected shape [16, 2], found [12, 2]"),
        "no-activation": (config(changed(activation=None)), "does not say what its activation is"),
        "activation-markup": (config(changed(activation="<script>")), "activation=<script>"),
        "activation-control": (config(changed(activation="\x1b\ud800")), "activation=\ufffd"),
        "foreign-class": (config(LAYER | {"module": "evil.layers"}), "comes from evil.layers"),
        "hidden": (config({"class_name": "TimeDistributed", "config": {"layer": LAYER}}), "inside of a layer"),
        "name-number": (config(changed(name=7) | {"class_name": "ConvLSTM2D"}), "ConvLSTM2D is not read here"),
    }
    for name, (text, sentence) in cases.items():
        yield Hostile(f"keras-{name}", keras(text), sentence)
        if "surrogate" not in name and "control" not in name:
            yield Hostile(f"h5-{name}", legacy(text), sentence)


class Evil:
    """A pickle that would leave a trace if it were read."""

    ran = "pickle-ran"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return open, (self.ran, "w")  # type: ignore[return-value]


def pickles() -> Iterator[Hostile]:
    command = "lstm-lens convert"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield Hostile(f"pickle-protocol-{protocol}", pickle.dumps({"a": Evil()}, protocol), command)
        yield Hostile(f"pickle-object-protocol-{protocol}", pickle.dumps(Evil(), protocol), command)
    for zipped in (True, False):
        content = io.BytesIO()
        torch.save({"weight_ih_l0": torch.ones(12, 2)}, content, _use_new_zipfile_serialization=zipped)
        yield Hostile(f"torch-save-{'zip' if zipped else 'old'}", content.getvalue(), command)


ARCHIVES = [*zips(), *configs(), *pickles()]
