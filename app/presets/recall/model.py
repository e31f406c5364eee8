"""The model: nn.LSTM(3, 4) and a linear read-out, trained so that its gates can be read."""

import torch
from torch import Generator, Tensor

from app.presets import training
from app.presets.recall.task import CHANNELS, Delays, draw, share_right
from app.presets.training import Model, Recipe

RECIPE = Recipe(
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
DELAYS = Delays(2, 12)

ANSWER_WEIGHT = 5.0
"""How much more a timestep with an answer counts than a silent one; there are far fewer of them."""


def fault(readout: Tensor, targets: Tensor) -> Tensor:
    """Squared error of the read-out (T, N, 1)."""
    weight = torch.where(targets == 0, 1.0, ANSWER_WEIGHT)  # (T, N)
    return (weight * (readout[..., 0] - targets).square()).mean()


def train(recipe: Recipe = RECIPE) -> Model:
    """Train on freshly drawn sequences."""
    return training.train(recipe, lambda generator, samples: draw(generator, samples, DELAYS), fault)


@torch.no_grad()
def accuracy(model: Model, seed: int, sequences: int, delays: Delays) -> float:
    """The share of freshly drawn sequences that the model answers right at every timestep."""
    x, targets = draw(Generator().manual_seed(seed), sequences, delays)
    return share_right(model(x)[0][..., 0], targets)
