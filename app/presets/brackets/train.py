"""Train the brackets preset anew: python -m app.presets.brackets.train (under a minute on one core)."""

from functools import partial
from pathlib import Path
from typing import Any

from .. import keeping, training
from .task import Size, draw, fault, share_right

FOLDER = Path(__file__).parent
SIZE = Size(seq_len=40, deepest=5)
RECIPE = training.Recipe(
    inputs=3,
    hidden=4,
    answers=1,
    seed=2,
    steps=1500,
    batch=64,
    learning_rate=0.02,
    readout_price=0.001,
    gate_price=0.03,
    recurrent_price=0.003,
)
HELD_OUT = Size(60, 8)
SIZES = (SIZE, Size(200, 5), Size(200, 20))


def train(recipe: training.Recipe = RECIPE) -> training.Model:
    return training.train(recipe, partial(draw, size=SIZE), fault)


def measure(model: training.Model, sequences: int = training.UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(size: Size) -> dict[str, Any]:
        x, depths = training.unseen(partial(draw, size=size), sequences)
        share = share_right(model(x)[0], depths)
        return {"seq_len": size.seq_len, "deepest": size.deepest, "accuracy": round(share, 4)}

    return keeping.evaluation(
        RECIPE,
        sequences,
        what="share of sequences answered right at every timestep: is a bracket open?",
        how="freshly drawn sequences, longer and deeper than in training, with a seed that training did not use",
        trained_on={"seq_len": SIZE.seq_len, "deepest": SIZE.deepest},
        seed_chosen="by eye among 1 and 2, at a few prices, for one unit that counts",
        held_out=row(HELD_OUT),
        by_size=[row(size) for size in SIZES],
    )


if __name__ == "__main__":
    keeping.command(FOLDER, train, measure)
