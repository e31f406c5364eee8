"""The scan equals the recurrence taken one timestep after the other, and its pieces equal the whole."""

import pytest
import torch

from lstm_lens.lstm.cell import cell_state
from lstm_lens.lstm.recording.scan import BLOCK, WIDE, scan


def case(seq_len: int, dtype: torch.dtype, width: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seq_len)
    f = torch.rand(seq_len, 2, width, generator=generator, dtype=dtype)
    added = torch.randn(seq_len, 2, width, generator=generator, dtype=dtype)
    return f, added, torch.randn(2, width, generator=generator, dtype=dtype)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("seq_len", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 5 * BLOCK + 7])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-14)])
@pytest.mark.parametrize("width", [3, WIDE])
def test_equals_one_timestep_after_the_other(
    seq_len: int, reverse: bool, dtype: torch.dtype, tolerance: float, width: int
) -> None:
    f, added, carry = case(seq_len, dtype, width)
    expected, state = torch.empty_like(added), carry
    for t in reversed(range(seq_len)) if reverse else range(seq_len):
        expected[t] = state = cell_state(f[t], state, added[t], torch.ones_like(state))
    c = added.clone()
    last = scan(f, c, carry, reverse=reverse)
    torch.testing.assert_close(c, expected, rtol=0, atol=tolerance)
    assert torch.equal(last, c[0 if reverse else -1])


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("cut", [BLOCK, 3 * BLOCK])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_pieces_that_end_at_blocks_are_bit_equal_to_the_whole(cut: int, reverse: bool, dtype: torch.dtype) -> None:
    f, added, carry = case(5 * BLOCK + 7, dtype)
    whole, pieces = added.clone(), added.clone()
    scan(f, whole, carry, reverse=reverse)
    halves = [slice(0, cut), slice(cut, None)]
    for half in reversed(halves) if reverse else halves:
        carry = scan(f[half], pieces[half], carry, reverse=reverse)
    assert torch.equal(whole, pieces)


def test_gates_that_close_make_no_numbers_that_are_not_numbers() -> None:
    f, c = torch.zeros(100, 4), torch.ones(100, 4)
    scan(f, c, torch.full((4,), 3e38), reverse=False)
    assert torch.equal(c, torch.ones(100, 4))


@pytest.mark.parametrize("reverse", [False, True])
def test_cells_side_by_side_are_scanned_where_they_lie(reverse: bool) -> None:
    f, added, _ = case(40, torch.float32)
    apart = torch.zeros(2, 40, 3).transpose(0, 1)
    apart.copy_(added)
    together = added.clone()
    scan(f, apart, torch.zeros(2, 3), reverse=reverse)
    scan(f, together, torch.zeros(2, 3), reverse=reverse)
    assert torch.equal(apart, together)
