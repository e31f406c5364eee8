"""The model: nn.LSTM(3, 4) and a linear read-out, trained so that its gates can be read."""

import torch
from torch import Generator, Tensor, nn

from app.presets.recall.task import CHANNELS, Delays, draw, share_right

HIDDEN = 4
SEED = 7
STEPS = 3000
BATCH = 64
LEARNING_RATE = 0.02
DELAYS = Delays(2, 12)

ANSWER_WEIGHT = 5.0
"""How much more a timestep with an answer counts than a silent one; there are far fewer of them."""
GATE_PRICE = 0.03
"""A small price on every gate that is not at rest: on writing (i), on erasing (1 - f), on showing (o)."""
READOUT_PRICE = 0.003
"""A small price on the squared read-out weights, so that the gates open wide instead."""


class Model(nn.Module):
    """One LSTM layer and its read-out. Drawn from a generator of its own, never from torch's global one."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        # made on the meta device, where nothing is drawn, since nn.LSTM would draw from the global generator
        self.lstm = nn.LSTM(CHANNELS, HIDDEN, device="meta").to_empty(device="cpu")
        self.linear = nn.Linear(HIDDEN, 1, device="meta").to_empty(device="cpu")
        bound = HIDDEN**-0.5
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound, generator=generator)
            bias = self.lstm.get_parameter("bias_ih_l0")
            bias[HIDDEN : 2 * HIDDEN] += 1.0  # f begins nearer to 1: keep, until it pays to erase

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The read-out (T, N) and the hidden states (T, N, H)."""
        h, _ = self.lstm(x)
        return self.linear(h)[..., 0], h


def restless(lstm: nn.LSTM, x: Tensor, h: Tensor) -> Tensor:
    """How far the gates are from rest, on average. Given h, all pre-activations are one matrix product."""
    before = torch.cat([torch.zeros_like(h[:1]), h[:-1]])  # (T, N, H)
    weight_ih, weight_hh, bias_ih, bias_hh = lstm.parameters()
    z = x @ weight_ih.T + before @ weight_hh.T + bias_ih + bias_hh  # (T, N, 4H)
    i, f, _, o = z.chunk(4, dim=-1)
    return i.sigmoid().mean() + (-f).sigmoid().mean() + o.sigmoid().mean()


def loss_of(model: Model, x: Tensor, targets: Tensor) -> Tensor:
    """Squared error of the read-out, plus the prices that make the gates legible."""
    readout, h = model(x)
    weight = torch.where(targets == 0, 1.0, ANSWER_WEIGHT)  # (T, N)
    error: Tensor = (weight * (readout - targets).square()).mean()
    return error + GATE_PRICE * restless(model.lstm, x, h) + READOUT_PRICE * model.linear.weight.square().sum()


def train(seed: int = SEED, steps: int = STEPS) -> Model:
    """Train on freshly drawn sequences. The same seed and steps give the same weights, on the same kind of machine."""
    generator = torch.Generator().manual_seed(seed)
    model = Model(generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    for _ in range(steps):
        loss = loss_of(model, *draw(generator, BATCH, DELAYS))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model


@torch.no_grad()
def accuracy(model: Model, seed: int, sequences: int, delays: Delays) -> float:
    """The share of freshly drawn sequences that the model answers right at every timestep."""
    x, targets = draw(torch.Generator().manual_seed(seed), sequences, delays)
    return share_right(model(x)[0], targets)
