"""What torch answers with the weights of a file, beside what the framework that made the file answered."""

from pathlib import Path

import pytest

from tests.readers.weights.running import FILES, answers, assert_same, converted


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("name", ["forecaster", "tagger", "graph"])
def test_keras(name: str, ending: str, tmp_path: Path) -> None:
    kept, lstms = converted(FILES / f"{name}.{ending}", tmp_path)
    assert kept.format == "keras"
    assert set(lstms) == set(answers(name))
    for prefix, (x, y) in answers(name).items():
        assert_same(lstms[prefix], x, y)


def test_keras_layers_on_one_another_are_one_lstm(tmp_path: Path) -> None:
    kept, _ = converted(FILES / "forecaster.keras", tmp_path)
    assert kept.lstms[0]["config"] | {"batch_first": True} == {
        "input_size": 5,
        "hidden_size": 40,
        "num_layers": 2,
        "bias": True,
        "batch_first": True,
        "dropout": 0.0,
        "bidirectional": False,
        "proj_size": 0,
    }
    assert kept.lstms[0]["remarks"] == [
        "Its dropout acts in training only, and is left out",
        "The layers lstm, lstm_1, which stand on one another, are shown as one LSTM of 2 layers",
    ]
    assert kept.others == 2  # Dense


def test_the_forget_bias_that_keras_starts_with_is_not_added_again(tmp_path: Path) -> None:
    _, lstms = converted(FILES / "forecaster.keras", tmp_path)
    forget = lstms["lstm"].bias_ih_l0[40:80]
    assert 0.5 < forget.mean() < 1.5
    assert not lstms["lstm"].bias_hh_l0.any()


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_keras_refusals_and_remarks(ending: str, tmp_path: Path) -> None:
    kept, _ = converted(FILES / f"graph.{ending}", tmp_path)
    assert {one["name"]: one["reason"].split(":")[0] for one in kept.refused} == {
        "hard": "recurrent_activation=hard_sigmoid",
        "relu": "activation=relu",
        "added": "merge_mode=sum",
        "turned": "go_backwards=True alone",
        "gated": "this is a GRU",
    }
    kept, _ = converted(FILES / f"tagger.{ending}", tmp_path)
    assert kept.matrices == [{"name": "words", "shape": [12, 6]}]
    assert all("masked" in lstm["remarks"][0] for lstm in kept.lstms)


def test_flax(tmp_path: Path) -> None:
    kept, lstms = converted(FILES / "flax.safetensors", tmp_path)
    assert kept.format == "flax"
    assert kept.others == 1
    assert set(lstms) == set(answers("flax")) == {"linen.0.cell.", "linen.1.cell.", "nnx/0/cell/", "nnx/1/cell/"}
    for prefix, (x, y) in answers("flax").items():
        assert_same(lstms[prefix], x, y)


@pytest.mark.parametrize("name", ["traced", "exported", "exported_large"])
def test_what_torch_exports_to_onnx(name: str, tmp_path: Path) -> None:
    kept, lstms = converted(FILES / f"{name}.onnx", tmp_path)
    assert kept.format == "onnx"
    (lstm,) = lstms.values()
    assert lstm.num_layers == (3 if name == "traced" else 2)
    assert "are shown as one LSTM" in kept.lstms[0]["remarks"][0]
    assert kept.matrices == [{"name": "embedding.weight", "shape": [9, 3]}]
    ((x, y),) = answers(name).values()
    assert_same(lstm, x, y)
