"""LSTM nodes: what torch answers with their weights beside onnx's reference evaluator, and what is refused by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from lstm_lens.readers.weights import FoundModel, found_in
from tests.readers.weights.onnx_models import RANDOM, answer, model_of, saved, single, stack, weights
from tests.readers.weights.running import assert_same, converted


def found(model: Any, tmp_path: Path) -> FoundModel:
    (tmp_path / "model.onnx").write_bytes(saved(model))
    return found_in(tmp_path / "model.onnx")


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
def test_one_node(direction: str, bias: bool, tmp_path: Path) -> None:
    directions = 2 if direction == "bidirectional" else 1
    model = single(weights(5, 6, directions, bias), direction=direction)
    x = RANDOM.normal(size=(7, 2, 5)).astype(np.float32)
    y = answer(model, x)  # (T, D, N, H)
    (tmp_path / "model.onnx").write_bytes(saved(model))
    _, lstms = converted(tmp_path / "model.onnx", tmp_path)
    assert lstms["only"].bias is bias
    assert_same(lstms["only"], x.swapaxes(0, 1), y.transpose(2, 0, 1, 3).reshape(2, 7, -1))


def test_layout_1_and_weights_that_are_nodes(tmp_path: Path) -> None:
    w, r, b = weights(5, 6, 1)
    nodes = [
        helper.make_node("Constant", [], ["W0"], value=numpy_helper.from_array(w)),
        helper.make_node("Identity", ["W0"], ["W"]),
        helper.make_node("LSTM", ["X", "W", "R", "B"], ["Y"], "only", hidden_size=6, layout=1),
    ]
    model = model_of(nodes, {"R": r, "B": b}, (None, None, 5))
    x = RANDOM.normal(size=(2, 7, 5)).astype(np.float32)
    plain = model_of(
        [helper.make_node("LSTM", ["X", "W", "R", "B"], ["Y"], hidden_size=6)], {"W": w, "R": r, "B": b}, (None,) * 3
    )
    y = answer(plain, x.swapaxes(0, 1))
    (tmp_path / "model.onnx").write_bytes(saved(model))
    _, lstms = converted(tmp_path / "model.onnx", tmp_path)
    assert_same(lstms["only"], x, y[:, 0].swapaxes(0, 1))


def transposed(directions: int, shape: list[int]) -> Any:
    def between(k: int) -> tuple[list[Any], dict[str, Any]]:
        nodes = [
            helper.make_node("Transpose", [f"Y{k}"], [f"T{k}"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", [f"T{k}", "shape"], [f"R{k}"]),
            helper.make_node("Dropout", [f"R{k}"], [f"X{k + 1}"]),
        ]
        return nodes, {"shape": np.array(shape, np.int64)}

    return between


def squeezed(axis: int) -> Any:
    def between(k: int) -> tuple[list[Any], dict[str, Any]]:
        return [helper.make_node("Squeeze", [f"Y{k}", "axis"], [f"X{k + 1}"])], {"axis": np.array([axis], np.int64)}

    return between


@pytest.mark.parametrize("directions", [1, 2])
def test_plain_chains_are_one_lstm(directions: int, tmp_path: Path) -> None:
    model = stack(3, transposed(directions, [0, 0, -1]), directions)
    x = RANDOM.normal(size=(7, 2, 3)).astype(np.float32)
    (tmp_path / "model.onnx").write_bytes(saved(model))
    kept, lstms = converted(tmp_path / "model.onnx", tmp_path)
    assert list(lstms) == ["lstm0"]
    assert lstms["lstm0"].num_layers == 3
    assert "The nodes lstm0, lstm1, lstm2" in kept.lstms[0]["remarks"][0]
    assert_same(lstms["lstm0"], x.swapaxes(0, 1), answer(model, x).swapaxes(0, 1))


def test_squeezed_chains_are_one_lstm_of_one_direction(tmp_path: Path) -> None:
    model = stack(2, squeezed(1))
    x = RANDOM.normal(size=(7, 2, 3)).astype(np.float32)
    (tmp_path / "model.onnx").write_bytes(saved(model))
    _, lstms = converted(tmp_path / "model.onnx", tmp_path)
    assert lstms["lstm0"].num_layers == 2
    assert_same(lstms["lstm0"], x.swapaxes(0, 1), answer(model, x).swapaxes(0, 1))


def test_chains_that_could_mix_timesteps_and_samples_are_not_joined(tmp_path: Path) -> None:
    for shape in ([2, 7, 4], [-1, 0, 4], [7, -1, 4]):
        model = stack(2, transposed(1, shape))
        joined = [lstm.config.num_layers for lstm in found(model, tmp_path).lstms]
        assert joined == ([2] if shape == [-1, 0, 4] else [1, 1])  # 0 keeps the second size, so -1 is the first
    assert len(found(stack(2, squeezed(2)), tmp_path).lstms) == 2


def test_a_node_inside_of_a_condition_is_found(tmp_path: Path) -> None:
    branch = single(weights(5, 6, 1))
    inner = branch.graph
    inner.ClearField("input")
    node = helper.make_node("If", ["c"], ["Y"], then_branch=inner, else_branch=inner)
    model = model_of([node], {"c": np.array([True])}, (None, None, 5))
    model = found(model, tmp_path)
    assert len(model.lstms) == 2
    assert all("inside of a loop or a condition" in lstm.remarks[0].message for lstm in model.lstms)


REFUSED: dict[str, tuple[dict[str, Any], int | None, str]] = {
    "reverse": ({"direction": "reverse"}, None, "direction=reverse alone"),
    "sideways": ({"direction": "sideways"}, None, "its direction is none"),
    "peepholes": ({}, 8, "peepholes"),
    "activations": ({"activations": ["HardSigmoid", "Tanh", "Tanh"]}, None, "its activations are hardsigmoid"),
    "clip": ({"clip": 3.0}, None, "clip"),
    "input_forget": ({"input_forget": 1}, None, "input_forget=1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_torch_has_not_is_refused_by_name(case: str, tmp_path: Path) -> None:
    attributes, inputs, sentence = REFUSED[case]
    model = found(single(weights(2, 3, 1), inputs, **attributes), tmp_path)
    assert not model.lstms
    assert [one.name for one in model.refused] == ["only"]
    assert sentence in model.refused[0].reason.message


def test_what_needs_a_remark_gets_one(tmp_path: Path) -> None:
    model = single(weights(2, 3, 1), 5, activations=["Sigmoid", "tanh", "Tanh"])
    assert "give lengths here" in found(model, tmp_path).lstms[0].remarks[0].message
    model = single(weights(2, 3, 1), 6)
    model.graph.initializer.append(numpy_helper.from_array(np.ones((1, 1, 3), np.float32), "more"))
    assert "h_0 and c_0" in found(model, tmp_path).lstms[0].remarks[0].message


def test_weights_that_are_computed_or_elsewhere_are_refused(tmp_path: Path) -> None:
    model = single(weights(2, 3, 1))
    model.graph.node.insert(0, helper.make_node("Relu", ["W"], ["Z"]))
    model.graph.node[1].input[1] = "Z"
    assert "computed while the model runs" in found(model, tmp_path).refused[0].reason.message
    model = single(weights(2, 3, 1))
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    assert "external_data=False" in found(model, tmp_path).refused[0].reason.message


@pytest.mark.parametrize("kind", [TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.BFLOAT16])
@pytest.mark.parametrize("raw", [True, False])
def test_other_widths_of_numbers(kind: int, raw: bool, tmp_path: Path) -> None:
    arrays = [np.round(array, 1) for array in weights(2, 3, 1)]
    model = single(arrays)
    for tensor, array in zip(model.graph.initializer, arrays, strict=True):
        name = tensor.name
        if raw:
            kind_of = helper.tensor_dtype_to_np_dtype(kind)
            content = array.astype(kind_of).tobytes()
            tensor.CopyFrom(helper.make_tensor(name, kind, array.shape, content, raw=True))
        else:
            tensor.CopyFrom(helper.make_tensor(name, kind, array.shape, array.ravel().tolist()))
    lstm = found(model, tmp_path).lstms[0]
    tensors = lstm.load()
    expected = "float64" if kind == TensorProto.DOUBLE else "float32"
    assert {str(array.dtype) for array in tensors.values()} == {expected}
    forget = arrays[0][0][6:9]  # i, o, f, c: of three units each
    np.testing.assert_allclose(tensors["weight_ih_l0"][3:6], forget, rtol=0.01)
