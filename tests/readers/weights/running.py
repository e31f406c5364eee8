"""A converted LSTM, run by torch, beside what the framework that its file comes from answers."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn

from lstm_lens.readers.weights import convert, converted_facts, converted_tensors

FILES = Path(__file__).parent / "files"
#: Answers are of order 1, and in float32.
TOLERANCE = 1e-6


def converted(source: Path, tmp_path: Path) -> tuple[Any, dict[str, nn.LSTM]]:
    """What was found in a file, and each LSTM by its prefix, batch first."""
    target = tmp_path / "converted.safetensors"
    convert(source, target)
    kept = converted_facts(target)
    return kept, {lstm["prefix"]: module(target, lstm) for lstm in kept.lstms}


def module(path: Path, facts: dict[str, Any]) -> nn.LSTM:
    """An LSTM of a converted file as torch's."""
    lstm = nn.LSTM(**(facts["config"] | {"batch_first": True}), dtype=getattr(torch, facts["dtype"]))
    tensors = {name: torch.from_numpy(array) for name, array in converted_tensors(path, facts["prefix"]).items()}
    lstm.load_state_dict(tensors, strict=True)
    return lstm.requires_grad_(False)


def answers(name: str) -> dict[str, tuple[Any, Any]]:
    """By prefix the input (N, T, I) that a framework was given, and its output (N, T, D*H)."""
    tensors = load_file(FILES / f"{name}.answers.safetensors")
    prefixes = [key[:-2] for key in tensors if key.endswith(".x")]
    return {prefix: (tensors[f"{prefix}.x"], tensors[f"{prefix}.y"]) for prefix in prefixes}


def assert_same(lstm: nn.LSTM, x: Any, expected: Any) -> None:
    """Whether torch answers what the framework did."""
    output, _ = lstm(torch.from_numpy(np.ascontiguousarray(x)))
    assert np.abs(expected).max() > 0.05, "an answer of zeros would say nothing"
    np.testing.assert_allclose(output.numpy(), expected, rtol=0, atol=TOLERANCE)
