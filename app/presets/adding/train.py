"""Train the adding preset anew: python -m app.presets.adding.train (under a minute on one core)."""

from functools import partial
from pathlib import Path
from typing import Any

from .. import keeping, training
from .task import CHANNELS, Lengths, draw, errors, fault

FOLDER = Path(__file__).parent
LENGTHS = Lengths(4, 20)
RECIPE = training.Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=0,
    steps=4000,
    batch=64,
    learning_rate=0.02,
    readout_price=0.00003,
    gate_price=0.01,
    recurrent_price=0.001,
)
HELD_OUT = Lengths(4, 40)
RANGES = (LENGTHS, Lengths(21, 40), Lengths(41, 100))
NEAR = 0.1


def train(recipe: training.Recipe = RECIPE) -> training.Model:
    return training.train(recipe, partial(draw, lengths=LENGTHS), fault)


def measure(model: training.Model, sequences: int = training.UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(lengths: Lengths) -> dict[str, Any]:
        x, targets = training.unseen(partial(draw, lengths=lengths), sequences)
        off = errors(model(x)[0], targets)
        return {
            "lengths": [lengths.shortest, lengths.longest],
            "accuracy": round((off < NEAR).float().mean().item(), 4),
            "rmse": round(off.square().mean().sqrt().item(), 4),
        }

    return keeping.evaluation(
        RECIPE,
        sequences,
        what=f"share of answers within {NEAR} of the sum, which lies between -2 and 2; rmse: of the answers",
        how="freshly drawn sequences, up to twice as long as in training, with a seed that training did not use",
        trained_on={"lengths": [LENGTHS.shortest, LENGTHS.longest]},
        seed_chosen="by eye among 0 to 8, at a few prices, for one unit that keeps the sum",
        held_out=row(HELD_OUT),
        by_length=[row(lengths) for lengths in RANGES],
    )


if __name__ == "__main__":
    keeping.command(FOLDER, train, measure)
