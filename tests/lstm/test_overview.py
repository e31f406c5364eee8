"""An overview is the min, mean and max of just the numbers that its edges say."""

from itertools import pairwise

import pytest
import torch

from lstm_lens.lstm.overview import MAX_TILES, SHORTEST, Pyramid, tile_lengths
from lstm_lens.lstm.overview import pyramid as summaries

SEQ_LEN, BATCH, UNITS = 50_003, 2, 5


def pyramid(lengths: list[int] | None = None) -> Pyramid:
    generator = torch.Generator().manual_seed(0)
    value = torch.randn(SEQ_LEN, BATCH, UNITS, generator=generator, dtype=torch.float64).cumsum(0)
    if lengths is not None:
        for sample, length in enumerate(lengths):
            value[length:, sample] = float("nan")
    return Pyramid(value, summaries(value, lengths), lengths)


@pytest.mark.parametrize("lengths", [None, [SEQ_LEN, 20_001]])
@pytest.mark.parametrize(
    ("start", "stop", "width", "height"),
    [
        (0, SEQ_LEN, 100, 5),
        (0, SEQ_LEN, 1, 1),
        (0, SEQ_LEN, 1000, 2),
        (12_345, 12_400, 20, 5),
        (19_900, 20_100, 400, 3),
        (1_000, 30_000, 77, 4),
        (SEQ_LEN - 1, SEQ_LEN, 10, 10),
        (0, 40_000, 10**6, 10**6),
    ],
)
def test_each_tile_is_of_the_numbers_between_its_edges(
    lengths: list[int] | None, start: int, stop: int, width: int, height: int
) -> None:
    whole = pyramid(lengths)
    for sample in range(BATCH):
        found = whole.overview(start, stop, width, height, sample)
        assert found.time_edges[0] <= start
        assert found.time_edges[-1] >= stop
        assert found.low.shape == found.mean.shape == found.high.shape
        assert found.low.shape[0] <= width
        assert found.low.shape[1] <= height
        assert found.low.numel() <= MAX_TILES
        assert found.low.shape == (len(found.time_edges) - 1, len(found.unit_edges) - 1)
        for row in range(0, found.low.shape[0], max(1, found.low.shape[0] // 17)):
            times = slice(found.time_edges[row], found.time_edges[row + 1])
            for column, units in enumerate(pairwise(found.unit_edges)):
                numbers = whole.value[times, sample, slice(*units)]
                numbers = numbers[~numbers.isnan()]
                tile = torch.stack([found.low[row, column], found.mean[row, column], found.high[row, column]])
                if not numbers.numel():
                    assert tile.isnan().all()
                    continue
                expected = torch.stack([numbers.min(), numbers.mean(), numbers.max()])
                torch.testing.assert_close(tile, expected, rtol=1e-9, atol=1e-9)


def test_a_short_quantity_has_no_pyramid() -> None:
    assert tile_lengths(SHORTEST - 1) == []
    value = torch.arange(12.0).reshape(12, 1, 1)
    found = Pyramid(value, {}).overview(0, 12, 4, 1)
    assert found.time_edges == [0, 3, 6, 9, 12]
    assert found.low.flatten().tolist() == [0, 3, 6, 9]
    assert found.mean.flatten().tolist() == [1, 4, 7, 10]
    assert found.high.flatten().tolist() == [2, 5, 8, 11]


def test_a_window_is_answered_from_few_numbers() -> None:
    assert tile_lengths(1_000_000)[-1] * 200 > 1_000_000
    ratio = sum(3 / length for length in tile_lengths(1_000_000))
    assert ratio < 0.15  # of the quantity's own size


@pytest.mark.parametrize("height", [1, 2, 5])
def test_units_stand_in_the_order_that_is_asked_for(height: int) -> None:
    """The same as of a quantity whose units are in that order from the start; one that is not there is none."""
    plain, order = pyramid(), [3, 0, 4, 1, 2]
    turned = Pyramid(plain.value[..., order], {k: v[..., order] for k, v in plain.summaries.items()})
    found = plain.overview(0, 30_000, 50, height, units=order)
    expected = turned.overview(0, 30_000, 50, height)
    assert found.unit_edges == expected.unit_edges
    for name in ("low", "mean", "high"):
        torch.testing.assert_close(getattr(found, name), getattr(expected, name), rtol=0, atol=0)
    missing = plain.overview(0, 30_000, 50, 2, units=[UNITS, 1])
    assert missing.mean[:, 0].isnan().all()
    assert not missing.mean[:, 1].isnan().any()
    joined = plain.overview(0, 30_000, 50, 1, units=[UNITS, 1])
    torch.testing.assert_close(joined.mean[:, 0], missing.mean[:, 1])
    torch.testing.assert_close(joined.low[:, 0], missing.low[:, 1])
