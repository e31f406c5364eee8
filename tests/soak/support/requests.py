"""Requests of the programs: the page's own, small ones that are all different, and one that takes long."""

from typing import Any

from app.presets import presets

TRACES = "/api/traces?encoding=base64"


def default_preset() -> dict[str, Any]:
    """What the page asks for when it is opened: the first preset."""
    return next(iter(presets())).request


def seeded(seed: int) -> dict[str, Any]:
    """The same run with other weights for each seed."""
    return default_preset() | {"weights": {"kind": "seed", "seed": seed}}


def slow(seed: int, seq_len: int = 60_000) -> dict[str, Any]:
    """A run of seconds. With dropout it is one piece, so that it hears of nothing until it is recorded."""
    return {
        "config": {"input_size": 2, "hidden_size": 32, "num_layers": 4, "dropout": 0.5},
        "input": {"kind": "random", "seq_len": seq_len},
        "weights": {"kind": "seed", "seed": seed},
        "training": True,
    }
