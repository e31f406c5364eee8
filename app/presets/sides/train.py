"""Train the sides preset anew: python -m app.presets.sides.train (under a minute on one core)."""

from functools import partial
from pathlib import Path
from typing import Any

from .. import keeping, training
from .task import CHANNELS, draw, fault, share_right

FOLDER = Path(__file__).parent
SEQ_LEN = 24
RECIPE = training.Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=2,
    seed=0,
    steps=1200,
    batch=64,
    learning_rate=0.02,
    readout_price=0.0001,
    gate_price=0.1,
    recurrent_price=0.003,
    bidirectional=True,
)
HELD_OUT = 200


def train(recipe: training.Recipe = RECIPE) -> training.Model:
    return training.train(recipe, partial(draw, seq_len=SEQ_LEN), fault)


def measure(model: training.Model, sequences: int = training.UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(seq_len: int) -> dict[str, Any]:
        x, targets = training.unseen(partial(draw, seq_len=seq_len), sequences)
        return {"seq_len": seq_len, "accuracy": round(share_right(model(x)[0], targets), 4)}

    return keeping.evaluation(
        RECIPE,
        sequences,
        what="share of sequences answered right on both sides at every timestep",
        how="freshly drawn sequences, longer than in training, with a seed that training did not use",
        trained_on={"seq_len": SEQ_LEN},
        seed_chosen="by eye among 0 to 2, at a few prices, for one unit in each direction that marks",
        held_out=row(HELD_OUT),
        by_length=[row(SEQ_LEN)],
    )


if __name__ == "__main__":
    keeping.command(FOLDER, train, measure)
