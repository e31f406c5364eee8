"""Train the sine preset anew: python -m app.presets.sine.train (under a minute on one core)."""

from functools import partial
from pathlib import Path
from typing import Any

from torch import Tensor

from .. import keeping, training
from .task import CHANNELS, GAP, GAPS, NOISE, PERIODS, VALUE, draw, fault

FOLDER = Path(__file__).parent
SEQ_LEN = 48
RECIPE = training.Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=2,
    steps=2000,
    batch=64,
    learning_rate=0.02,
    readout_price=0.0001,
    gate_price=0.001,
    recurrent_price=0.00003,
)
HELD_OUT = 96
SETTLED = 8
"""Timesteps at the start that are not measured: before them there is too little of the wave to go by."""


def train(recipe: training.Recipe = RECIPE) -> training.Model:
    return training.train(recipe, partial(draw, seq_len=SEQ_LEN), fault)


def rmse(errors: Tensor) -> float:
    return round(errors.square().mean().sqrt().item(), 4)


def measure(model: training.Model, sequences: int = training.UNSEEN) -> dict[str, Any]:
    """The error that preset.json states."""

    def row(seq_len: int) -> dict[str, Any]:
        x, following = training.unseen(partial(draw, seq_len=seq_len), sequences)
        gap = x[SETTLED:, :, GAP] == 1
        off = (model(x)[0][..., 0] - following)[SETTLED:]
        last_value = (x[..., VALUE] - following)[SETTLED:]
        return {
            "seq_len": seq_len,
            "rmse": rmse(off[~gap]),
            "rmse_in_gaps": rmse(off[gap]),
            "rmse_of_repeating_the_last_value": rmse(last_value[~gap]),
        }

    return keeping.evaluation(
        RECIPE,
        sequences,
        what="root mean squared error of the forecast, against the next value of the wave without its noise",
        how=f"freshly drawn sequences, from t = {SETTLED} on, with a seed that training did not use",
        trained_on={"seq_len": SEQ_LEN, "noise": NOISE, "periods": list(PERIODS), "gaps": list(GAPS)},
        seed_chosen="by eye among 0 to 2, for units that fill and empty in turn",
        held_out=row(HELD_OUT),
        by_length=[row(SEQ_LEN)],
    )


if __name__ == "__main__":
    keeping.command(FOLDER, train, measure)
