"""The tiny character model: as good as it says, and its story is what the trace holds."""

import math
from itertools import product

import pytest
import torch
from torch import Tensor

from lstm_lens.presets import preset
from lstm_lens.presets.letters.task import ALPHABET, NOUNS, PLACES, VERBS, split
from tests.presets.plain import Gates, cells_of, input_of, lstm_of, readout_of
from tests.presets.stories import assert_summed_up, assert_told, evaluation_of, shown

SHOWN = preset("letters")
EVALUATION = evaluation_of("letters")
OTHER = "the goat near the birds sing"


def one_hot(text: str) -> Tensor:
    return torch.tensor([[[float(character == known) for known in ALPHABET]] for character in text])


def unit_8(text: str) -> Gates:
    return Gates(*(values[:, 0, 8] for values in cells_of(lstm_of(SHOWN), one_hot(text))[0, "forward"]))


def chances(text: str) -> dict[str, float]:
    """What the kept weights expect to follow the text."""
    return dict(zip(ALPHABET, readout_of(SHOWN, one_hot(text))[-1, 0].softmax(dim=-1).tolist(), strict=True))


def every_sentence() -> set[str]:
    """All that the grammar makes, written again without the code that trained."""
    nouns = [(noun + s, s == "") for noun in NOUNS for s in ("", "s")]
    return {
        f"the {subject} {place} the {other} {verb}{'s' if singular else ''}."
        for (subject, singular), place, (other, _), verb in product(nouns, PLACES, nouns, VERBS)
    }


def test_training_never_saw_the_sentences_that_are_held_out() -> None:
    seen, held_out = ({sentence.text for sentence in part} for part in split())
    assert len(held_out) == EVALUATION["sequences"] == 128
    assert len(seen) == EVALUATION["trained_on"]["sentences"]
    assert seen | held_out == every_sentence()
    assert not seen & held_out


def test_held_out_verbs_agree_and_characters_cost_as_stated() -> None:
    bits, characters, right = 0.0, 0, 0
    for text in (sentence.text for sentence in split()[1]):
        logits = readout_of(SHOWN, one_hot(text[:-1]))[:, 0]
        wanted = torch.tensor([ALPHABET.index(character) for character in text[1:]])
        bits -= logits.log_softmax(dim=-1).gather(1, wanted[:, None]).sum().item() / math.log(2)
        characters += len(wanted)
        end = len(text) - (3 if text.endswith("s.") else 2)
        right += int(logits[end].argmax().item()) == ALPHABET.index(text[end + 1])
    held_out = EVALUATION["held_out"]
    assert right / 128 == held_out["accuracy"] == SHOWN.accuracy == 1.0
    assert bits / characters == pytest.approx(held_out["bits_per_character"], abs=1e-3)
    # two of 4 nouns and one of 4 verbs are 6 bits; number twice and place are 3
    assert 9 * 128 / characters == pytest.approx(held_out["fewest_possible"], abs=1e-4)


def test_the_shown_sentence_is_its_tokens_followed_by_its_targets() -> None:
    text = "".join(SHOWN.tokens).replace("␣", " ")
    assert text + "." in every_sentence()
    assert torch.equal(input_of(SHOWN), one_hot(text))
    assert SHOWN.targets == [*SHOWN.tokens[1:], "."]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_says_the_numbers_of_the_trace(language: str) -> None:
    text = "".join(SHOWN.tokens).replace("␣", " ")
    assert text == "the goats near the bird sing"
    i, f, g, o, c, h = unit_8(text)
    weight = SHOWN.readout()["weight"][:, 8]
    other = unit_8(OTHER)
    told = [
        ["t = 8", "goats", f"i = {shown(i[8], 2)}", f"g = {shown(g[8], 2)}"],
        [f"f = {shown(f[8], 2)}", shown(c[7], 2), shown(c[8], 2), shown(other.c[8], 2)],
        ["0.99"],
        ["t = 23", shown(c[23], 2), "the goat near the birds", shown(other.c[23], 2)],
        ["sing", f"o = {shown(o[27], 2)}", f"h = {shown(h[27], 2)}"],
        [shown(weight[ALPHABET.index(character)], 2) for character in ".s"],
    ]
    told[-1] += [OTHER, f"{chances(text)['.']:.0%}", f"{chances(OTHER)['s']:.0%}"]
    assert_told("letters", language, told)
    held_out = EVALUATION["held_out"]
    facts = [f"{held_out[what]:.3f}" for what in ("bits_per_character", "fewest_possible")]
    assert_summed_up("letters", language, [f"{held_out['accuracy']:.0%}", *facts])


def test_unit_8_never_forgets_and_only_an_s_opens_it_wide() -> None:
    text = "".join(SHOWN.tokens)
    i, f, *_ = unit_8(text.replace("␣", " "))
    assert f.min() > 0.99
    assert all((value > 0.98) if character == "s" else (value < 0.43) for value, character in zip(i, text, strict=True))


def test_from_noun_to_verb_unit_8_is_above_zero_for_a_plural_and_below_for_a_singular() -> None:
    for text in sorted(every_sentence())[::7]:
        noun, verb = text.split()[1], text.split()[-1].rstrip(".")
        plural = noun.endswith("s")
        kept = unit_8(text).c[4 + len(noun) : text.rindex(verb) + len(verb) - (not plural)]
        assert kept.min() > 0 if plural else kept.max() < 0
