"""The task: predict the next character of small sentences, in which the verb agrees with a noun far before it."""

import math
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from ..training import Model, Recipe, Task, evaluation

NOUNS = ("cat", "dog", "bird", "goat")
PLACES = ("near", "behind")
VERBS = ("run", "sing", "nap", "hide")
ALPHABET = " .abcdeghinoprstu"
SPLIT_SEED = 42
HELD_OUT_SENTENCES = 128
NOTHING = -1
"""The target where a shorter sentence of a batch has ended."""


@dataclass(frozen=True)
class Sentence:
    """As in: the goats near the bird sing. The verb goes with the first noun, and the second one distracts."""

    noun: str
    plural: bool
    place: str
    other: str
    other_plural: bool
    verb: str

    @property
    def text(self) -> str:
        noun, other = self.noun + "s" * self.plural, self.other + "s" * self.other_plural
        return f"the {noun} {self.place} the {other} {self.verb}{'' if self.plural else 's'}."

    @property
    def verb_end(self) -> int:
        """The timestep of the last letter that both forms of the verb share; s or . is to follow."""
        return self.text.rindex(self.verb) + len(self.verb) - 1


def split() -> tuple[list[Sentence], list[Sentence]]:
    """All sentences that there are: those to train on, and those that training never sees."""
    every = [Sentence(*facts) for facts in product(NOUNS, (False, True), PLACES, NOUNS, (False, True), VERBS)]
    order = torch.randperm(len(every), generator=Generator().manual_seed(SPLIT_SEED)).tolist()
    return [every[k] for k in order[HELD_OUT_SENTENCES:]], [every[k] for k in order[:HELD_OUT_SENTENCES]]


def encode_sentences(sentences: list[Sentence]) -> tuple[Tensor, Tensor]:
    """Characters one-hot (T, N, 17), and for each timestep the index of the next character (T, N)."""
    longest = max(len(sentence.text) for sentence in sentences)
    indices = torch.full((longest, len(sentences)), NOTHING)
    for n, sentence in enumerate(sentences):
        indices[: len(sentence.text), n] = torch.tensor([ALPHABET.index(character) for character in sentence.text])
    one_hot = F.one_hot(indices[:-1].clamp(min=0), len(ALPHABET)).float()
    return one_hot * (indices[:-1] != NOTHING)[..., None], indices[1:]


@cache
def _training_sentences() -> tuple[Tensor, Tensor]:
    return encode_sentences(split()[0])


def draw(generator: Generator, samples: int) -> tuple[Tensor, Tensor]:
    """Random sentences out of those to train on, as `encode_sentences` gives them."""
    x, following = _training_sentences()
    chosen = torch.randint(0, x.shape[1], (samples,), generator=generator)
    return x[:, chosen], following[:, chosen]


def loss(readout: Tensor, following: Tensor) -> Tensor:
    """Cross entropy of the next character, in nats."""
    return F.cross_entropy(readout.flatten(0, 1), following.flatten(), ignore_index=NOTHING)


def share_agreeing(readout: Tensor, following: Tensor, sentences: list[Sentence]) -> float:
    """The share of sentences whose verb gets its s, or none, as its noun wants: the likeliest character is right."""
    ends = torch.tensor([sentence.verb_end for sentence in sentences])
    samples = torch.arange(len(sentences))
    said = readout[ends, samples].argmax(dim=-1)
    return (said == following[ends, samples]).float().mean().item()


RECIPE = Recipe(
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


def measure(model: Model, sequences: int = HELD_OUT_SENTENCES) -> dict[str, Any]:
    """The accuracy that preset.json states."""

    def row(sentences: list[Sentence]) -> dict[str, Any]:
        x, following = encode_sentences(sentences)
        readout, _ = model(x)
        characters = sum(len(sentence.text) - 1 for sentence in sentences)
        return {
            "accuracy": round(share_agreeing(readout, following, sentences), 4),
            "bits_per_character": round(loss(readout, following).item() / math.log(2), 4),
            "fewest_possible": round(CHOICES * len(sentences) / characters, 4),
        }

    seen, held_out = split()
    return evaluation(
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


TASK = Task(RECIPE, draw, loss, measure)
