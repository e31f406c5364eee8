"""What every trained preset is made of: one nn.LSTM layer, a linear read-out, and prices that make gates legible."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Generator, Tensor, nn

Draw = Callable[[Generator, int], tuple[Tensor, Tensor]]
"""From a generator and a number of samples N: sequences (T, N, I), and what to answer at each timestep (T, N, ...)."""
Loss = Callable[[Tensor, Tensor], Tensor]
"""From the read-out (T, N, A) and the targets: one number, which training makes small."""

#: What accuracy is measured on, where sequences can be drawn without end: so many, from a seed that no training uses.
UNSEEN, UNSEEN_SEED = 5000, 1_000_003


@dataclass(frozen=True)
class Recipe:
    """Every number that decides the trained weights."""

    inputs: int
    hidden: int
    answers: int
    seed: int
    steps: int
    batch: int
    learning_rate: float
    readout_price: float
    """A small price on the squared read-out weights, so that the gates open wide instead."""
    gate_price: float
    """A small price on every gate that is not at rest: on writing (i), on erasing (1 - f), on showing (o)."""
    recurrent_price: float = 0.0
    """A small price on each weight from h to a gate, so that gates listen to the input where that will do."""
    bidirectional: bool = False


class Model(nn.Module):
    """One LSTM layer and its read-out. Drawn from a generator of its own, never from torch's global one."""

    def __init__(self, recipe: Recipe, generator: Generator) -> None:
        super().__init__()
        # made on the meta device, where nothing is drawn, since nn.LSTM would draw from the global generator
        lstm = nn.LSTM(recipe.inputs, recipe.hidden, bidirectional=recipe.bidirectional, device="meta")
        wide = recipe.hidden * (1 + recipe.bidirectional)
        self.lstm = lstm.to_empty(device="cpu")
        self.linear = nn.Linear(wide, recipe.answers, device="meta").to_empty(device="cpu")
        bound = recipe.hidden**-0.5
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound, generator=generator)
            for name, parameter in self.lstm.named_parameters():
                if name.startswith("bias_ih"):  # f begins nearer to 1: keep, until it pays to erase
                    parameter[recipe.hidden : 2 * recipe.hidden] += 1.0

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The read-out (T, N, A) and the hidden states (T, N, H), or of both directions (T, N, 2H)."""
        h, _ = self.lstm(x)
        return self.linear(h), h


def restless(lstm: nn.LSTM, x: Tensor, h: Tensor) -> Tensor:
    """How far the gates are from rest, on average. Given h, all pre-activations are one matrix product."""
    suffixes = ("", "_reverse") if lstm.bidirectional else ("",)
    prices = []
    for suffix, own in zip(suffixes, h.split(lstm.hidden_size, dim=-1), strict=True):
        first = torch.zeros_like(own[:1])
        before = torch.cat([own[1:], first] if suffix else [first, own[:-1]])  # (T, N, H)
        weight_ih, weight_hh, bias_ih, bias_hh = (
            lstm.get_parameter(f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        z = x @ weight_ih.T + before @ weight_hh.T + bias_ih + bias_hh  # (T, N, 4H)
        i, f, _, o = z.chunk(4, dim=-1)
        prices.append(i.sigmoid().mean() + (-f).sigmoid().mean() + o.sigmoid().mean())
    return torch.stack(prices).mean()


def prices_of(recipe: Recipe, model: Model, x: Tensor, h: Tensor) -> Tensor:
    """What the recipe charges for gates away from rest and for large weights."""
    prices = recipe.gate_price * restless(model.lstm, x, h)
    prices = prices + recipe.readout_price * model.linear.weight.square().sum()
    for name, parameter in model.lstm.named_parameters():
        if recipe.recurrent_price and name.startswith("weight_hh"):
            prices = prices + recipe.recurrent_price * parameter.abs().sum()
    return prices


def unseen(draw: Draw, samples: int) -> tuple[Tensor, Tensor]:
    """Sequences that training did not see, and what to answer at each timestep."""
    return draw(Generator().manual_seed(UNSEEN_SEED), samples)


def train(recipe: Recipe, draw: Draw, loss: Loss) -> Model:
    """Train on freshly drawn sequences. One recipe gives the same weights every time, on the same kind of machine."""
    generator = torch.Generator().manual_seed(recipe.seed)
    model = Model(recipe, generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=recipe.steps)
    for _ in range(recipe.steps):
        x, targets = draw(generator, recipe.batch)
        readout, h = model(x)
        price = loss(readout, targets) + prices_of(recipe, model, x, h)
        optimizer.zero_grad()
        price.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model


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


class Measure(Protocol):
    """From a trained model: what `evaluation` makes of its answers to so many sequences."""

    def __call__(self, model: Model, sequences: int = ...) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Task:
    """What one preset is trained to do: the data, what training makes small, and how well it is done in the end."""

    recipe: Recipe
    draw: Draw
    loss: Loss
    measure: Measure

    def train(self, recipe: Recipe | None = None) -> Model:
        """A model trained by the recipe of the preset, or by another."""
        return train(recipe or self.recipe, self.draw, self.loss)


def tasks() -> dict[str, Task]:
    """The task of each trained preset: TASK in the module presets/NAME/task.py."""
    names = sorted(path.parent.name for path in Path(__file__).parent.glob("*/task.py"))
    return {name: import_module(f".{name}.task", __package__).TASK for name in names}
