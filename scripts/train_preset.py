"""Train a preset anew, under a minute on one core: python -m scripts.train_preset NAME [--folder FOLDER]

Writes weights.safetensors and readout.safetensors, and into preset.json what was measured.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from lstm_lens.presets import FOLDER
from lstm_lens.presets.training import Model, tasks

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


def save(model: Model, evaluation: dict[str, Any], folder: Path) -> None:
    """Write the weights and what was measured; the rest of preset.json stays as it is."""
    save_file(dict(model.lstm.state_dict()), folder / "weights.safetensors")
    save_file(dict(model.linear.state_dict()), folder / "readout.safetensors")
    path = folder / "preset.json"
    facts = json.loads(path.read_text("utf-8"))
    facts["evaluation"] = evaluation
    facts["accuracy"] = evaluation["held_out"].get("accuracy")
    path.write_text(as_json(facts) + "\n", "utf-8")


def main() -> int:
    known = tasks()
    parser = argparse.ArgumentParser(prog="python -m scripts.train_preset", description="Train a preset anew.")
    parser.add_argument("name", choices=known)
    parser.add_argument("--folder", type=Path, help="where preset.json lies and weights go; else that of the preset")
    arguments = parser.parse_args()
    task = known[arguments.name]
    torch.set_num_threads(1)  # sums in one order: the same weights every time
    began = time.monotonic()
    model = task.train()
    print(f"trained in {time.monotonic() - began:.0f} s")
    with torch.no_grad():
        measured = task.measure(model)
    save(model, measured, arguments.folder or FOLDER / arguments.name)
    print(as_json(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
