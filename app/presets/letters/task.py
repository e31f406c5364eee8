"""The task: predict the next character of small sentences, in which the verb agrees with a noun far before it."""

from dataclasses import dataclass
from itertools import product

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

NOUNS = ("cat", "dog", "bird", "goat")
PLACES = ("near", "behind")
VERBS = ("run", "sing", "nap", "hide")
ALPHABET = " .abcdeghinoprstu"
SPLIT_SEED = 42
HELD_OUT = 128
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
    return [every[k] for k in order[HELD_OUT:]], [every[k] for k in order[:HELD_OUT]]


def encode(sentences: list[Sentence]) -> tuple[Tensor, Tensor]:
    """Characters one-hot (T, N, 17), and for each timestep the index of the next character (T, N)."""
    longest = max(len(sentence.text) for sentence in sentences)
    indices = torch.full((longest, len(sentences)), NOTHING)
    for n, sentence in enumerate(sentences):
        indices[: len(sentence.text), n] = torch.tensor([ALPHABET.index(character) for character in sentence.text])
    one_hot = F.one_hot(indices[:-1].clamp(min=0), len(ALPHABET)).float()
    return one_hot * (indices[:-1] != NOTHING)[..., None], indices[1:]


def fault(readout: Tensor, following: Tensor) -> Tensor:
    """Cross entropy of the next character, in nats."""
    return F.cross_entropy(readout.flatten(0, 1), following.flatten(), ignore_index=NOTHING)


def share_agreeing(readout: Tensor, following: Tensor, sentences: list[Sentence]) -> float:
    """The share of sentences whose verb gets its s, or none, as its noun wants: the likeliest character is right."""
    ends = torch.tensor([sentence.verb_end for sentence in sentences])
    samples = torch.arange(len(sentences))
    said = readout[ends, samples].argmax(dim=-1)
    return (said == following[ends, samples]).float().mean().item()
