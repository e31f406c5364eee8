"""Train the recall preset anew: python -m app.presets.recall.train (under a minute on one core).

Writes weights.safetensors and readout.safetensors, and the measured accuracy into preset.json.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from app.presets.recall.model import BATCH, DELAYS, SEED, STEPS, Model, accuracy, train
from app.presets.recall.task import Delays

FOLDER = Path(__file__).parent
HELD_OUT_SEED = 1_000_003
SEQUENCES = 5000
HELD_OUT = Delays(2, 60)
RANGES = (DELAYS, Delays(13, 60), Delays(61, 120), Delays(121, 240))
WIDTH = 110


def measure(model: Model) -> dict[str, Any]:
    """The accuracy that preset.json states, and how it was measured."""

    def row(delays: Delays) -> dict[str, Any]:
        share = accuracy(model, HELD_OUT_SEED, SEQUENCES, delays)
        return {"delays": [delays.shortest, delays.longest], "accuracy": round(share, 4)}

    return {
        "what": "share of sequences answered right at every timestep: both stored bits, and silence everywhere else",
        "how": "freshly drawn sequences that store twice, with a seed that training did not use",
        "seed": HELD_OUT_SEED,
        "sequences": SEQUENCES,
        "trained_on": {
            "delays": [DELAYS.shortest, DELAYS.longest],
            "sequences": STEPS * BATCH,
            "seed": SEED,
            "seed_chosen": "by eye among 0 to 11, for one unit that holds bit 1 as a positive c",
        },
        "held_out": row(HELD_OUT),
        "by_delay": [row(delays) for delays in RANGES],
    }


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


def write(model: Model, folder: Path) -> dict[str, Any]:
    """Keep the weights and state what was measured, which is returned; the rest of preset.json stays as it is."""
    save_file(dict(model.lstm.state_dict()), folder / "weights.safetensors")
    save_file(dict(model.linear.state_dict()), folder / "readout.safetensors")
    path = folder / "preset.json"
    facts = json.loads(path.read_text("utf-8"))
    evaluation = facts["evaluation"] = measure(model)
    facts["accuracy"] = evaluation["held_out"]["accuracy"]
    path.write_text(as_json(facts) + "\n", "utf-8")
    return evaluation


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.presets.recall.train", description="Train the recall preset.")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where preset.json lies and weights go")
    folder = parser.parse_args().folder
    torch.set_num_threads(1)  # sums in one order: the same weights every time
    began = time.monotonic()
    model = train()
    sys.stdout.write(f"trained in {time.monotonic() - began:.0f} s\n")
    measured = write(model, folder)
    sys.stdout.write(f"{as_json(measured)}\n")


if __name__ == "__main__":
    main()
