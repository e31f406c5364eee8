"""The cases of the page's shape check, each tried on torch: what is returned or raised, and whether each fix runs.

tests/js/features/shape-check.test.js holds the page to the same file: so the page agrees with torch, whose rules it
spells out.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

CONTENT = json.loads((Path(__file__).parent.parent / "shape-cases.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = CONTENT["cases"]
#: What torch does not check: it may answer nonsense, or end the process. These cases are not tried.
UNCHECKED = {"packed_features", "packed_states", "lengths_batch"}
ARGUMENTS = ("input_size", "hidden_size", "num_layers", "batch_first", "bidirectional", "proj_size")


def question_of(case: dict[str, Any]) -> dict[str, Any]:
    return {**CONTENT["defaults"], **case["question"]}


def label(case: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in case["question"].items())


def built(question: dict[str, Any]) -> nn.LSTM:
    return nn.LSTM(**{name: question[name] for name in ARGUMENTS})


def called(lstm: nn.LSTM, x: Tensor, lengths: list[int] | None, h_0: Tensor | None) -> dict[str, Tensor]:
    """What the call returns, a packed output padded again; c_0 always fits."""
    hx = None
    if h_0 is not None:
        batch = () if x.dim() == 2 else (len(lengths) if lengths else x.shape[0 if lstm.batch_first else 1],)
        hx = (h_0, torch.zeros(lstm.num_layers * (2 if lstm.bidirectional else 1), *batch, lstm.hidden_size))
    with torch.no_grad():
        if lengths is None:
            output, (h_n, c_n) = lstm(x, hx)
        else:
            packed = pack_padded_sequence(x, torch.tensor(lengths), lstm.batch_first, enforce_sorted=False)
            output, (h_n, c_n) = lstm(packed, hx)
            output, _ = pad_packed_sequence(output, lstm.batch_first)
    return {"output": output, "h_n": h_n, "c_n": c_n}


def tried(question: dict[str, Any]) -> dict[str, Tensor]:
    h_0 = None if question["h_0"] is None else torch.zeros(question["h_0"])
    return called(built(question), torch.randn(question["shape"]), question["lengths"], h_0)


@pytest.mark.parametrize("case", [case for case in CASES if "fault" not in case], ids=label)
def test_torch_returns_these_shapes_and_these_parts_are_the_same(case: dict[str, Any]) -> None:
    returned = tried(question_of(case))
    assert {name: list(tensor.shape) for name, tensor in returned.items()} == case["returns"]
    for one, other in case["same"]:
        assert torch.equal(eval(one, {}, returned), eval(other, {}, returned)), (one, other)  # noqa: S307 (our own file)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "fault" in case and case["fault"]["reason"] not in UNCHECKED], ids=label
)
def test_torch_raises_this_error(case: dict[str, Any]) -> None:
    with pytest.raises((ValueError, RuntimeError, IndexError)) as raised:
        tried(question_of(case))
    assert type(raised.value).__name__ == case["fault"]["type"]
    if case["fault"]["message"] is not None:
        assert str(raised.value) == case["fault"]["message"]


@pytest.mark.parametrize("case", [case for case in CASES if "packing" in case], ids=label)
def test_torch_packs_in_this_order(case: dict[str, Any]) -> None:
    question, packing = question_of(case), case["packing"]
    x, lengths = torch.randn(question["shape"]), torch.tensor(question["lengths"])
    packed = pack_padded_sequence(x, lengths, question["batch_first"], enforce_sorted=False)
    assert packed.batch_sizes.tolist() == packing["batchSizes"]
    assert packed.sorted_indices is not None
    assert packed.sorted_indices.tolist() == packing["order"]
    assert packing["sorted"] == (question["lengths"] == sorted(question["lengths"], reverse=True))


@pytest.mark.parametrize("case", [case for case in CASES if "fixes" in case], ids=label)
def test_every_fix_runs_as_it_is_written(case: dict[str, Any]) -> None:
    question = question_of(case)
    for fix in case["fixes"]:
        names: dict[str, Any] = {
            "torch": torch,
            "nn": nn,
            "lstm": None if question["proj_size"] >= question["hidden_size"] else built(question),
            "x": torch.randn(question["shape"]),
            "h_0": None if question["h_0"] is None else torch.zeros(question["h_0"]),
            "lengths": question["lengths"],
        }
        exec("\n".join(fix["lines"]), names)  # noqa: S102 (our own file)
        assert list(names["x"].shape) == fix["shape"]
        lengths = None if fix["lengths"] is None else names["lengths"]
        assert lengths == fix["lengths"]
        assert names["h_0"] is None or list(names["h_0"].shape) == fix["h_0"]
        called(names["lstm"], names["x"], lengths, names["h_0"])


def test_what_is_read_as_time_carries_over_and_what_is_read_as_samples_stays_apart() -> None:
    x = torch.randn(4, 10, 3)  # (N, T, I), read as (T, N, I)
    lstm = nn.LSTM(3, 5)
    with torch.no_grad():
        before = lstm(x)[0]
        sample, timestep = x.clone(), x.clone()
        sample[0] += 1
        timestep[:, 0] += 1
        carried, apart = (((lstm(changed)[0] - before).abs() > 0).any(-1) for changed in (sample, timestep))
    assert bool(carried.all())
    assert bool(apart[:, 0].all())
    assert not bool(apart[:, 1:].any())
