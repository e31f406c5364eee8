"""Requests of the programs: the page's own, small ones that are all different, and one that takes long."""

from typing import Any

from lstm_lens.presets import presets

TRACES = "/api/traces?encoding=base64"


def default_preset() -> dict[str, Any]:
    """What the page asks for when it is opened: the first preset."""
    return next(iter(presets())).request


def seeded(seed: int) -> dict[str, Any]:
    """The same run with other weights for each seed."""
    return default_preset() | {"weights": {"kind": "seed", "seed": seed}}


def slow(seed: int) -> dict[str, Any]:
    """A run of many seconds. With dropout it is one piece, so that it hears of nothing until it is done."""
    return {
        "config": {"input_size": 2, "hidden_size": 1, "num_layers": 64, "dropout": 0.5},
        "input": {"kind": "random", "seq_len": 75_000},
        "weights": {"kind": "seed", "seed": seed},
        "training": True,
    }


def greedy(seed: int) -> dict[str, Any]:
    """A run whose input alone takes 800 MB."""
    return {
        "config": {"input_size": 1000, "hidden_size": 4},
        "input": {"kind": "random", "seq_len": 2000, "batch_size": 100, "seed": seed},
    }
