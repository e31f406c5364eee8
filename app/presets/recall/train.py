"""Train the recall preset anew: python -m app.presets.recall.train (under a minute on one core)."""

from functools import partial
from pathlib import Path
from typing import Any

from .. import keeping, training
from .task import CHANNELS, Delays, draw, fault, share_right

FOLDER = Path(__file__).parent
DELAYS = Delays(2, 12)
RECIPE = training.Recipe(
    inputs=CHANNELS,
    hidden=4,
    answers=1,
    seed=7,
    steps=3000,
    batch=64,
    learning_rate=0.02,
    readout_price=0.003,
    gate_price=0.03,
)
HELD_OUT = Delays(2, 60)
RANGES = (DELAYS, Delays(13, 60), Delays(61, 120), Delays(121, 240))


def train(recipe: training.Recipe = RECIPE) -> training.Model:
    return training.train(recipe, partial(draw, delays=DELAYS), fault)


def measure(model: training.Model, sequences: int = training.UNSEEN) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(delays: Delays) -> dict[str, Any]:
        x, targets = training.unseen(partial(draw, delays=delays), sequences)
        share = share_right(model(x)[0][..., 0], targets)
        return {"delays": [delays.shortest, delays.longest], "accuracy": round(share, 4)}

    return keeping.evaluation(
        RECIPE,
        sequences,
        what="share of sequences answered right at every timestep: both stored bits, and silence everywhere else",
        how="freshly drawn sequences that store twice, with a seed that training did not use",
        trained_on={"delays": [DELAYS.shortest, DELAYS.longest]},
        seed_chosen="by eye among 0 to 11, for one unit that holds bit 1 as a positive c",
        held_out=row(HELD_OUT),
        by_delay=[row(delays) for delays in RANGES],
    )


if __name__ == "__main__":
    keeping.command(FOLDER, train, measure)
