"""The example that the article prints, to its four decimals."""

import torch

from lstm_lens.presets import preset
from tests.presets.plain import input_of, lstm_of

# Samples 1 and 2 are equal. The weights are printed to four decimals too, so the last one may differ.
PRINTED = [
    [[0.0, 0.0, 0.0, 0.0], [0.0064, 0.1402, -0.0282, 0.02], [0.0064, 0.1402, -0.0282, 0.02]],
    [[0.0, 0.0, 0.0, 0.0], [-0.0089, 0.0553, -0.0138, 0.005], [-0.0089, 0.0553, -0.0138, 0.005]],
]


def test_torch_gives_the_printed_output() -> None:
    shown = preset("worked_example")
    output, (h_n, c_n) = lstm_of(shown)(input_of(shown))
    torch.testing.assert_close(output, torch.tensor(PRINTED), atol=1e-4, rtol=0)
    assert h_n.shape == c_n.shape == (1, 3, 4)
    assert torch.equal(h_n[0], output[-1])


def test_the_request_is_the_printed_call() -> None:
    shown = preset("worked_example")
    lstm = lstm_of(shown)
    assert repr(lstm) == "LSTM(2, 4, bias=False)"
    assert input_of(shown).tolist() == [[[0, 0], [1, 1], [1, 1]], [[0, 0], [0, 0], [0, 0]]]
    assert lstm.weight_ih_l0[0].tolist() == torch.tensor([-0.131, 0.033]).tolist()
    assert lstm.weight_hh_l0[15].tolist() == torch.tensor([0.0581, -0.3744, 0.4785, -0.0365]).tolist()
