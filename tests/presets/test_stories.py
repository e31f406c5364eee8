"""Every number in a story is the number on the trace, in both languages."""

import pytest
import torch

from lstm_lens.presets import preset
from tests.presets.plain import cells_of, input_of, lstm_of
from tests.presets.stories import assert_told, shown


def worked_example() -> list[list[str]]:
    cell = cells_of(lstm_of(preset("worked_example")), input_of(preset("worked_example")))[0, "forward"]
    i, f, g, o, c, h = (values[:, 1, 1] for values in cell)
    return [
        [f"i = {shown(i[0], 4)}"],
        [f"c = i × g = {shown(i[0], 4)} × {shown(g[0], 4)} = {shown(c[0], 4)}"],
        [f"h = o × tanh(c) = {shown(o[0], 4)} × {shown(c[0].tanh(), 4)} = {shown(h[0], 4)}"],
        [f"f = {shown(f[1], 4)}", shown(f[1] * c[0], 4), shown(i[1] * g[1], 4), f"h = {shown(h[1], 4)}"],
        ["i = f = o = 0.5", "g = c = h = 0"],
    ]


def article_bidirectional() -> list[list[str]]:
    lstm, x = lstm_of(preset("article_bidirectional")), input_of(preset("article_bidirectional"))
    output, _ = lstm(x)
    return [
        [str(tuple(x.shape)), str(tuple(x.transpose(0, 1).shape)), str(tuple(x[:, 0].shape))],
        ["weight_ih_l0", str(tuple(lstm.weight_ih_l0.shape)), "weight_ih_l0_reverse"],
        [f"t = {len(x) - 1}", "t = 0"],
        [str(tuple(lstm.weight_ih_l1.shape)), str(tuple(lstm.weight_hh_l1.shape))],
        [str(tuple(output.shape)), "output[0, :, 6:]", "h_n[3]", "output[-1]"],
        ["0.41", "0.60"],
    ]


def recall() -> list[list[str]]:
    cell = cells_of(lstm_of(preset("recall")), input_of(preset("recall")))[0, "forward"]
    i, f, g, o, c, h = (values[:, 0, 3] for values in cell)
    readout = {name: torch.from_numpy(array) for name, array in preset("recall").readout().items()}
    says = cell.h[9, 0] @ readout["weight"][0] + readout["bias"][0]
    return [
        ["t = 1", f"i = {shown(i[1], 2)}"],
        [f"f = {shown(f[1], 2)}", f"g = {shown(g[1], 2)}", f"c = {shown(c[1], 2)}"],
        ["t = 2", "t = 8", "0.04", "0.99", shown(c[8], 2)],
        [f"o = {shown(o[8], 2)}", "0.01"],
        ["t = 9", f"o = {shown(o[9], 2)}", f"h = {shown(h[9], 3)}", shown(says, 3)],
        ["t = 11", f"f = {shown(f[11], 2)}", shown(c[10], 2), shown(c[11], 2), "t = 15", f"h = {shown(h[15], 2)}"],
    ]


STORIES = {"worked_example": worked_example, "article_bidirectional": article_bidirectional, "recall": recall}


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_says_the_numbers_of_the_trace(name: str, language: str) -> None:
    assert_told(name, language, STORIES[name]())


def test_zeros_without_biases_leave_every_gate_half_open() -> None:
    cell = cells_of(lstm_of(preset("worked_example")), input_of(preset("worked_example")))[0, "forward"]
    assert all((values[:, 0] == 0.5).all() for values in (cell.i, cell.f, cell.o))
    assert all((values[:, 0] == 0).all() for values in (cell.g, cell.c, cell.h))


def test_the_reverse_direction_begins_at_the_end_and_closes_at_the_start() -> None:
    lstm, x = lstm_of(preset("article_bidirectional")), input_of(preset("article_bidirectional"))
    output, (h_n, _) = lstm(x)
    reverse = cells_of(lstm, x)[0, "reverse"]
    torch.testing.assert_close(reverse.c[-1], reverse.i[-1] * reverse.g[-1])
    assert torch.equal(output[0, :, 6:], h_n[3])
    assert torch.equal(output[-1, :, :6], h_n[2])
    assert not torch.allclose(output[-1, :, 6:], h_n[3])


def test_reverse_has_weights_of_its_own_and_only_weight_ih_of_layer_1_widens() -> None:
    lstm = lstm_of(preset("article_bidirectional"))
    shapes = {name: tuple(value.shape) for name, value in lstm.named_parameters()}
    assert {shape for name, shape in shapes.items() if "_hh_" in name} == {(24, 6)}
    assert {shape for name, shape in shapes.items() if "_ih_l0" in name} == {(24, 3)}
    assert {shape for name, shape in shapes.items() if "_ih_l1" in name} == {(24, 12)}
    assert not torch.equal(lstm.weight_ih_l0, lstm.weight_ih_l0_reverse)


def test_an_untrained_layer_1_decides_nothing() -> None:
    cells = cells_of(lstm_of(preset("article_bidirectional")), input_of(preset("article_bidirectional")))
    for cell in (cells[1, "forward"], cells[1, "reverse"]):
        assert all(gate.min() > 0.41 and gate.max() < 0.60 for gate in (cell.i, cell.f, cell.o))


def test_unit_3_holds_the_bit_from_store_to_recall() -> None:
    cell = cells_of(lstm_of(preset("recall")), input_of(preset("recall")))[0, "forward"]
    i, f, _, o, c, h = (values[:, 0, 3] for values in cell)
    for delay, sign in ((slice(2, 9), 1), (slice(12, 15), -1)):
        assert i[delay].max() < 0.04
        assert f[delay].min() > 0.99
        assert o[delay].max() < 0.0105
        assert h[delay].abs().max() < 0.01
        assert (sign * c[delay]).min() > 0.85
