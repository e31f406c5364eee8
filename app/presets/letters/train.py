"""Train the letters preset anew: python -m app.presets.letters.train (under a minute on one core)."""

import math
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

from .. import keeping, training
from .task import ALPHABET, HELD_OUT, SPLIT_SEED, Sentence, encode, fault, share_agreeing, split

FOLDER = Path(__file__).parent
RECIPE = training.Recipe(
    inputs=len(ALPHABET),
    hidden=16,
    answers=len(ALPHABET),
    seed=0,
    steps=1500,
    batch=64,
    learning_rate=0.02,
    readout_price=0.0,
    gate_price=0.01,
    recurrent_price=0.001,
)
CHOICES = 9
"""Bits that a sentence leaves to chance: two nouns and a verb, each of four; singular or plural twice; two places."""


def train(recipe: training.Recipe = RECIPE) -> training.Model:
    x, following = encode(split()[0])

    def draw(generator: Generator, samples: int) -> tuple[Tensor, Tensor]:
        chosen = torch.randint(0, x.shape[1], (samples,), generator=generator)
        return x[:, chosen], following[:, chosen]

    return training.train(recipe, draw, fault)


def measure(model: training.Model, sequences: int = HELD_OUT) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(sentences: list[Sentence]) -> dict[str, Any]:
        x, following = encode(sentences)
        readout, _ = model(x)
        characters = sum(len(sentence.text) - 1 for sentence in sentences)
        return {
            "accuracy": round(share_agreeing(readout, following, sentences), 4),
            "bits_per_character": round(fault(readout, following).item() / math.log(2), 4),
            "fewest_possible": round(CHOICES * len(sentences) / characters, 4),
        }

    seen, held_out = split()
    return keeping.evaluation(
        RECIPE,
        sequences,
        what="share of sentences whose verb ends as its noun wants; bits per character: over all characters",
        how="on the sentences that training never saw; fewest_possible: of whoever knows how sentences are made",
        seed=SPLIT_SEED,
        trained_on={"sentences": len(seen)},
        seed_chosen="by eye among 0 to 5, at a few prices, for one unit whose c has the sign of the number",
        held_out=row(held_out[:sequences]),
        by_sentences=[row(seen)],
    )


if __name__ == "__main__":
    keeping.command(FOLDER, train, measure)
