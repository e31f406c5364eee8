"""How a trained preset is kept: weights and read-out as safetensors, and in preset.json what was measured."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from .training import UNSEEN_SEED, Model, Recipe

WIDTH = 110


def as_json(value: Any, indent: int = 0) -> str:
    """Indented JSON in which whatever fits on a line is one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not isinstance(value, dict | list):
        return line
    inner = indent + 2
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {as_json(part, inner)}" for key, part in value.items()]
    else:
        parts = [as_json(part, inner) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    joined = f",\n{' ' * inner}".join(parts)
    return f"{opening}\n{' ' * inner}{joined}\n{' ' * indent}{closing}"


def evaluation(
    recipe: Recipe,
    sequences: int,
    *,
    what: str,
    how: str,
    trained_on: dict[str, Any],
    seed_chosen: str,
    seed: int = UNSEEN_SEED,
    **rows: Any,
) -> dict[str, Any]:
    """How good a trained model is: `rows` of numbers, `held_out` among them, and what makes them understood.

    `seed` is that of what was measured on; `trained_on` says what the training sequences were like.
    """
    training = {"sequences": recipe.steps * recipe.batch, "seed": recipe.seed, "seed_chosen": seed_chosen}
    facts = {"what": what, "how": how, "seed": seed, "sequences": sequences}
    return {**facts, "trained_on": {**trained_on, **training}, **rows}


def keep(model: Model, evaluation: dict[str, Any], folder: Path) -> None:
    """Keep the weights and what was measured; the rest of preset.json stays as it is."""
    save_file(dict(model.lstm.state_dict()), folder / "weights.safetensors")
    save_file(dict(model.linear.state_dict()), folder / "readout.safetensors")
    path = folder / "preset.json"
    facts = json.loads(path.read_text("utf-8"))
    facts["evaluation"] = evaluation
    facts["accuracy"] = evaluation["held_out"].get("accuracy")
    path.write_text(as_json(facts) + "\n", "utf-8")


def command(folder: Path, train: Callable[[], Model], measure: Callable[[Model], dict[str, Any]]) -> None:
    """The command line of a training script: train, measure, keep, and tell of it.

    Writes weights.safetensors and readout.safetensors, and what was measured into preset.json.
    """
    name = folder.name
    parser = argparse.ArgumentParser(
        prog=f"python -m app.presets.{name}.train", description=f"Train the preset {name} anew."
    )
    parser.add_argument("--folder", type=Path, default=folder, help="where preset.json lies and weights go")
    kept_in = parser.parse_args().folder
    torch.set_num_threads(1)  # sums in one order: the same weights every time
    began = time.monotonic()
    model = train()
    sys.stdout.write(f"trained in {time.monotonic() - began:.0f} s\n")
    with torch.no_grad():
        measured = measure(model)
    keep(model, measured, kept_in)
    sys.stdout.write(f"{as_json(measured)}\n")
