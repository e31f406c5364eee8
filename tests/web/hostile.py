"""Bodies that no honest client sends, by name: what is wrong with each, and where (None: not JSON, or not an object).

Shared by the test inside the process and the one over a real connection.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

SIZES = {"input_size": 2, "hidden_size": 4}
GOOD: dict[str, Any] = {"config": SIZES}


class Hostile(NamedTuple):
    """A body, and the beginning of the `loc` at which it is to be refused."""

    name: str
    body: bytes
    loc: tuple[str | int, ...]


def _at(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A good request with one value replaced or added."""
    request: Any = json.loads(json.dumps(GOOD | {"input": {"kind": "random"}, "weights": {"kind": "seed"}}))
    inner = request
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    return request  # type: ignore[no-any-return]


def _dumps(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


#: What stands where a size, a seed or a length is expected.
NO_INTEGERS: dict[str, bytes] = {
    "true": b"true",
    "null": b"null",
    "text": b'"8"',
    "float": b"8.0",
    "negative": b"-1",
    "nan": b"NaN",
    "infinity": b"Infinity",
    "overflow": b"1e400",
    "5000_digits": b"9" * 5000,
    "300_digits": b"9" * 300,
    "list": b"[1]",
    "object": b"{}",
    "surrogate": b'"\\ud800"',
}
INTEGER_FIELDS = (
    ("config", "input_size"),
    ("config", "hidden_size"),
    ("config", "num_layers"),
    ("config", "proj_size"),
    ("weights", "seed"),
    ("input", "seq_len"),
    ("input", "batch_size"),
    ("input", "seed"),
    ("dropout_seed",),
)
NO_BOOLEANS = (0, 1, "true", None, [], {}, 0.5)
BOOLEAN_FIELDS = (("config", "bias"), ("config", "batch_first"), ("config", "bidirectional"), ("training",))

#: Values where nested lists are expected, each with the path of the element at fault below the field.
NO_VALUES: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "number": (b"1", ()),
    "text": (b'"ab"', ()),
    "empty": (b"[]", ()),
    "empty_row": (b"[[]]", (0,)),
    "ragged": (b"[[1, 2], [3]]", (1,)),
    "ragged_deep": (b"[[[1, 2]], [[3, 4], [5, 6]]]", (1,)),
    "bool": (b"[[1, true]]", (0, 1)),
    "null": (b"[[1, null]]", (0, 1)),
    "text_inside": (b'[[1, "2"]]', (0, 1)),
    "surrogate_inside": (b'[[1, "\\ud800"]]', (0, 1)),
    "nan": (b"[[1, NaN]]", (0, 1)),
    "infinity": (b"[[1, -Infinity]]", (0, 1)),
    "overflow": (b"[[1, 1e400]]", (0, 1)),
    "5000_digits": (b"[[1, -" + b"7" * 5000 + b"]]", (0, 1)),
    "400_digits": (b"[[1, " + b"7" * 400 + b"]]", (0, 1)),
    "four_levels": (b"[[[[1, 2]]]]", ()),
    "deep": (b"[" * 500 + b"]" * 500, ()),
    "mixed_rank": (b"[[1, 2], 3]", (1,)),
}


def not_json() -> Iterator[Hostile]:
    """Bodies that are no JSON object at all."""
    texts: dict[str, bytes] = {
        "empty": b"",
        "space": b" ",
        "cut": b'{"config": {"input_size": 2,',
        "trailing": json.dumps(GOOD).encode() + b"]",
        "two_objects": json.dumps(GOOD).encode() * 2,
        "single_quotes": b"{'config': {}}",
        "comment": b'{"config": {} /* sizes */}',
        "binary": bytes(range(256)),
        "latin_1": '{"config": "é"}'.encode("latin-1"),
        "utf_16": json.dumps(GOOD).encode("utf-16-le")[:-1],
        "bare_nan": b"NaN",
        "null": b"null",
        "number": b"1",
        "list": b"[]",
        "text": b'"config"',
        "true": b"true",
        "deep_lists": b"[" * 200_000,
        "deep_closed_lists": b"[" * 100_000 + b"]" * 100_000,
        "deep_objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "deep_inside": b'{"config": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "many_digits": b"1" * 100_000,
        "twice": b'{"config": {"input_size": 2, "hidden_size": 4}, "config": {"input_size": 9, "hidden_size": 9}}',
        "twice_inside": b'{"config": {"input_size": 2, "hidden_size": 4, "input_size": 9}}',
        "pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94.",
        "zip": b"PK\x03\x04" + b"\0" * 100,
        "form": b"config=1&dtype=float32",
    }
    for name, body in texts.items():
        yield Hostile(f"body-{name}", body, ("body",))


def wrong_scalars() -> Iterator[Hostile]:
    """Every field that holds one number or flag, with everything that it must not hold."""
    for path in INTEGER_FIELDS:
        for name, text in NO_INTEGERS.items():
            marked = _dumps(_at(path, "MARK")).replace(b'"MARK"', text)
            yield Hostile(f"{'.'.join(path)}-{name}", marked, ("body", *path))
    for path in BOOLEAN_FIELDS:
        for value in NO_BOOLEANS:
            yield Hostile(f"{'.'.join(path)}-{value!r}", _dumps(_at(path, value)), ("body", *path))
    for text in (b"true", b'"0.5"', b"-0.1", b"1.5", b"NaN", b"1e400", b"null", b"[]"):
        marked = _dumps(_at(("config", "dropout"), "MARK")).replace(b'"MARK"', text)
        yield Hostile(f"dropout-{text.decode()}", marked, ("body", "config", "dropout"))
    for dtype in ("float16", "complex64", "int64", "torch.float32", "", None, 32, ["float32"], "\ud800"):
        yield Hostile(f"dtype-{dtype!a}", _dumps(GOOD | {"dtype": dtype}), ("body", "dtype"))


def wrong_values() -> Iterator[Hostile]:
    """Every field that holds nested lists, with lists that hold something else."""
    for path in (("input", "values"), ("h_0",), ("c_0",), ("weights", "tensors", "weight_ih_l0")):
        for name, (text, place) in NO_VALUES.items():
            request = dict(GOOD)
            if path[0] == "input":
                request["input"] = {"kind": "values", "values": "MARK"}
            elif path[0] == "weights":
                request["weights"] = {"kind": "state_dict", "tensors": {"weight_ih_l0": "MARK"}}
            else:
                request[path[0]] = "MARK"
            marked = _dumps(request).replace(b'"MARK"', text)
            yield Hostile(f"{'.'.join(path)}-{name}", marked, ("body", *path, *place))


def wrong_structure() -> Iterator[Hostile]:
    """Missing, unknown and contradictory fields."""
    tensors = {"weight_ih_l0": [[0.0, 0.0]] * 16, "weight_hh_l0": [[0.0] * 4] * 16}
    biased = tensors | {"bias_ih_l0": [0.0] * 16, "bias_hh_l0": [0.0] * 16}
    cases: list[tuple[str, Any, tuple[str | int, ...]]] = [
        ("nothing", {}, ("config",)),
        ("config-missing", {"dtype": "float32"}, ("config",)),
        ("config-null", {"config": None}, ("config",)),
        ("config-list", {"config": [2, 4]}, ("config",)),
        ("config-empty", {"config": {}}, ("config", "input_size")),
        ("hidden_size-missing", {"config": {"input_size": 2}}, ("config", "hidden_size")),
        ("config-unknown", {"config": SIZES | {"device": "cuda"}}, ("config", "device")),
        ("config-proto", {"config": SIZES | {"__proto__": {}}}, ("config", "__proto__")),
        ("proj-equal", {"config": SIZES | {"proj_size": 4}}, ("config", "proj_size")),
        ("proj-above", {"config": SIZES | {"proj_size": 5}}, ("config", "proj_size")),
        ("unknown", GOOD | {"seed": 1}, ("seed",)),
        ("unknown-control", GOOD | {"a\0b\n": 1}, ()),
        ("unknown-surrogate", GOOD | {"\ud800": 1}, ()),
        ("unknown-long", GOOD | {"x" * 100_000: 1}, ()),
        ("unknown-many", GOOD | {f"x{k}": 1 for k in range(5000)}, ("x0",)),
        ("weights-null", GOOD | {"weights": None}, ("weights",)),
        ("weights-no-kind", GOOD | {"weights": {"seed": 1}}, ("weights",)),
        ("weights-kind", GOOD | {"weights": {"kind": "pickle"}}, ("weights",)),
        ("weights-kind-surrogate", GOOD | {"weights": {"kind": "\ud800"}}, ("weights",)),
        ("weights-kind-list", GOOD | {"weights": {"kind": ["seed"]}}, ("weights",)),
        ("weights-url", GOOD | {"weights": {"kind": "seed", "url": "http://127.0.0.1/"}}, ("weights", "url")),
        ("preset-unknown", GOOD | {"weights": {"kind": "preset", "name": "../x"}}, ("weights", "name")),
        ("preset-nul", GOOD | {"weights": {"kind": "preset", "name": "\0"}}, ("weights", "name")),
        ("preset-long", GOOD | {"weights": {"kind": "preset", "name": "x" * 1000}}, ("weights", "name")),
        (
            "preset-other-sizes",
            GOOD | {"weights": {"kind": "preset", "name": "worked_example"}},
            ("weights", "tensors"),
        ),
        ("tensors-none", GOOD | {"weights": {"kind": "state_dict"}}, ("weights", "tensors")),
        ("tensors-empty", _given({}), ("weights", "tensors", "weight_ih_l0")),
        ("tensors-missing", _given(tensors), ("weights", "tensors", "bias_ih_l0")),
        ("tensors-extra", _given(biased | {"weight_hr_l0": [[0.0] * 4]}), ("weights", "tensors", "weight_hr_l0")),
        ("tensors-surrogate", _given(biased | {"\ud800": [0.0]}), ("weights", "tensors")),
        ("tensors-many", _given({f"t{k}": [0.0] for k in range(5000)}), ("weights", "tensors")),
        ("tensor-turned", _given(biased | {"weight_ih_l0": [[0.0] * 16] * 2}), ("weights", "tensors", "weight_ih_l0")),
        ("tensor-flat", _given(biased | {"weight_ih_l0": [0.0] * 32}), ("weights", "tensors", "weight_ih_l0")),
        ("tensor-1e39", _given(biased | {"bias_ih_l0": [0.0] * 15 + [1e39]}), ("weights", "tensors", "bias_ih_l0", 15)),
        ("input-kind", GOOD | {"input": {"kind": "sawtooth?"}}, ("input",)),
        ("input-url", GOOD | {"input": {"kind": "url", "url": "file:///etc/passwd"}}, ("input",)),
        ("input-no-values", GOOD | {"input": {"kind": "values"}}, ("input", "values")),
        ("input-1d", _values([1.0, 2.0]), ("input", "values")),
        ("input-features", _values([[1.0, 2.0, 3.0]]), ("input", "values")),
        ("input-1e39", _values([[1.0, 1e39]]), ("input", "values", 0, 1)),
        ("h_0-trace-unknown", GOOD | {"h_0": {"trace": "0" * 32}}, ("h_0", "trace")),
        ("h_0-trace-path", GOOD | {"h_0": {"trace": "../../etc/passwd"}}, ("h_0", "trace")),
        ("h_0-trace-number", GOOD | {"h_0": {"trace": 1}}, ("h_0", "trace")),
        ("h_0-trace-missing", GOOD | {"h_0": {}}, ("h_0", "trace")),
        ("h_0-trace-extra", GOOD | {"h_0": {"trace": "0" * 32, "at": 1}}, ("h_0", "at")),
        ("h_0-trace-surrogate", GOOD | {"h_0": {"trace": "\ud800"}}, ("h_0", "trace")),
        ("h_0-1d", GOOD | {"h_0": [0.0] * 4}, ("h_0",)),
        ("h_0-batch-first", GOOD | {"h_0": [[[0.0] * 4] * 2]}, ("h_0",)),
        ("h_0-unbatched", _values([[1.0, 2.0]]) | {"h_0": [[[0.0] * 4]]}, ("h_0",)),
        ("c_0-size", GOOD | {"c_0": [[[0.0] * 5]]}, ("c_0",)),
        ("c_0-1e39", GOOD | {"c_0": [[[0.0, 0.0, 0.0, -1e39]]]}, ("c_0", 0, 0, 3)),
        ("lengths-zero", GOOD | {"lengths": [0]}, ("lengths", 0)),
        ("lengths-long", GOOD | {"lengths": [13]}, ("lengths", 0)),
        ("lengths-many", GOOD | {"lengths": [1, 2]}, ("lengths",)),
        ("lengths-none", GOOD | {"lengths": []}, ("lengths",)),
        ("lengths-bool", GOOD | {"lengths": [True]}, ("lengths", 0)),
        ("lengths-negative", GOOD | {"lengths": [-1]}, ("lengths", 0)),
        ("lengths-huge", GOOD | {"lengths": [10**300]}, ("lengths", 0)),
        ("lengths-unbatched", _values([[1.0, 2.0]]) | {"lengths": [1]}, ("lengths",)),
    ]
    for name, request, loc in cases:
        yield Hostile(name, _dumps(request), ("body", *loc))


def _given(tensors: dict[str, Any]) -> dict[str, Any]:
    return GOOD | {"weights": {"kind": "state_dict", "tensors": tensors}}


def _values(values: Any) -> dict[str, Any]:
    return GOOD | {"input": {"kind": "values", "values": values}}


def too_large() -> Iterator[Hostile]:
    """Legal requests that no server should start: refused with 413."""
    most = 2**31 - 1
    sizes = {
        ("config", "input_size"): most,
        ("config", "hidden_size"): most,
        ("config", "num_layers"): most,
        ("input", "seq_len"): most,
        ("input", "batch_size"): most,
    }
    for path, size in sizes.items():
        yield Hostile(f"too-large-{path[1]}", _dumps(_at(path, size)), ("body", *path))
    everything = {"config": dict.fromkeys(("input_size", "hidden_size", "num_layers"), most)}
    everything["input"] = {"kind": "random", "seq_len": most, "batch_size": most}  # type: ignore[dict-item]
    yield Hostile("too-large-everything", _dumps(everything), ("body",))
    layers = {"config": SIZES | {"num_layers": 100_000, "hidden_size": 1}}
    yield Hostile("too-large-100000-layers", _dumps(layers), ("body", "config", "num_layers"))


ILLEGAL = [*not_json(), *wrong_scalars(), *wrong_values(), *wrong_structure()]
TOO_LARGE = list(too_large())
