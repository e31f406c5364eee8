"""A trace that is written while it is computed is, bit for bit, the trace of one call."""

import mmap
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from lstm_lens.lstm import LSTMConfig, record, seeded_lstm
from lstm_lens.lstm.overview import tile_lengths
from lstm_lens.lstm.recording import buffers
from lstm_lens.lstm.recording.streaming import CHUNK, chunk_length, stream
from lstm_lens.lstm.tracefile.storage import CorruptTrace, read_trace, save_trace

SEQ_LEN = CHUNK + 1234


@pytest.mark.parametrize(
    ("options", "shape", "given"),
    [
        ({}, (CHUNK + SEQ_LEN, 1, 3), False),
        ({"num_layers": 2, "bidirectional": True}, (SEQ_LEN, 2, 3), True),
        ({"num_layers": 2, "bidirectional": True, "batch_first": True, "bias": False}, (2, SEQ_LEN, 3), False),
        ({"bidirectional": True, "proj_size": 2}, (SEQ_LEN, 3), True),
        ({"bidirectional": True}, (CHUNK, 1, 3), False),
        ({"bidirectional": True}, (7, 1, 3), True),
    ],
)
def test_the_file_is_that_of_one_call_bit_for_bit(
    tmp_path: Path, options: dict[str, int], shape: tuple[int, ...], given: bool
) -> None:
    config = LSTMConfig(input_size=3, hidden_size=5, **options)
    lstm = seeded_lstm(config, torch.float64, 3)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(*shape, generator=generator, dtype=torch.float64)
    batch_size = None if len(shape) == 2 else shape[0 if config.batch_first else 1]
    states = [
        torch.randn(*s, generator=generator, dtype=torch.float64) for s in config.state_shapes(batch_size).values()
    ]
    hx = (states[0], states[1]) if given else None
    stream(lstm, x, hx, tmp_path / "streamed", {"request": "{}"})
    whole = record(lstm, x, hx)
    save_trace(whole, tmp_path / "saved", {"request": "{}"})
    streamed, saved = load_file(tmp_path / "streamed"), load_file(tmp_path / "saved")
    assert streamed.keys() == saved.keys()
    for name, value in saved.items():
        if name.startswith("overviews."):  # their means are summed in another order
            torch.testing.assert_close(streamed[name], value, rtol=1e-12, atol=1e-12)
        else:
            assert torch.equal(streamed[name], value), name
    trace, metadata = read_trace(tmp_path / "streamed")
    assert metadata["request"] == "{}"
    assert metadata["nonfinite"] == "0"
    assert trace.parity.ok
    assert trace.config == config


@pytest.mark.parametrize(("batch_size", "hidden_size", "chunk"), [(1, 200, 2048), (16, 40, 512)])
def test_wide_runs_are_cut_into_shorter_chunks_bit_for_bit(
    tmp_path: Path, batch_size: int, hidden_size: int, chunk: int
) -> None:
    assert chunk_length(hidden_size, batch_size, torch.float64) == chunk
    config = LSTMConfig(input_size=3, hidden_size=hidden_size, bidirectional=True)
    lstm = seeded_lstm(config, torch.float64, 3)
    x = torch.randn(2 * chunk + 1100, batch_size, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    stream(lstm, x, None, tmp_path / "streamed", {})
    save_trace(record(lstm, x), tmp_path / "saved", {})
    streamed, saved = load_file(tmp_path / "streamed"), load_file(tmp_path / "saved")
    assert streamed.keys() == saved.keys()
    for name, value in saved.items():
        if name.startswith("overviews."):
            torch.testing.assert_close(streamed[name], value, rtol=1e-12, atol=1e-12)
        else:
            assert torch.equal(streamed[name], value), name


def test_float32_is_within_rounding_of_one_call(tmp_path: Path) -> None:
    config = LSTMConfig(input_size=3, hidden_size=16, num_layers=2, bidirectional=True)
    lstm = seeded_lstm(config, torch.float32, 3)
    x = torch.randn(SEQ_LEN, 1, 3, generator=torch.Generator().manual_seed(1))
    stream(lstm, x, None, tmp_path / "t", {})
    trace, _ = read_trace(tmp_path / "t")
    with torch.no_grad():
        output, (h_n, c_n) = lstm(x)
    assert torch.equal(trace.output, output)
    assert torch.equal(trace.h_n, h_n)
    assert torch.equal(trace.c_n, c_n)
    whole = record(lstm, x)
    for cell, own in zip(whole.cells, trace.cells, strict=True):
        for name, value in cell.quantities().items():
            torch.testing.assert_close(own.quantity(name), value, rtol=0, atol=1e-6)


def test_progress_counts_to_the_end_and_an_exception_in_it_leaves_nothing(tmp_path: Path) -> None:
    config = LSTMConfig(input_size=1, hidden_size=2, bidirectional=True)
    lstm = seeded_lstm(config, torch.float32, 0)
    x = torch.zeros(SEQ_LEN, 1, 1)
    seen: list[tuple[int, int]] = []
    stream(lstm, x, None, tmp_path / "t", {}, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2 * SEQ_LEN, 2 * SEQ_LEN)
    assert seen == sorted(seen)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stream(lstm, x, None, tmp_path / "u", {}, progress=stop)
    assert not (tmp_path / "u").exists()


def test_a_file_is_no_trace_before_it_is_finished(tmp_path: Path) -> None:
    lstm = seeded_lstm(LSTMConfig(input_size=1, hidden_size=2), torch.float32, 0)

    def look(done: int, total: int) -> None:
        with pytest.raises(CorruptTrace):
            read_trace(tmp_path / "t")

    stream(lstm, torch.zeros(10, 1, 1), None, tmp_path / "t", {}, progress=look)
    with safe_open(tmp_path / "t", framework="pt") as file:
        assert "cells.0.forward.c" in file.keys()  # noqa: SIM118 (no mapping)


def test_chunks_use_the_memory_of_those_before_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there are too few timesteps for summaries, of which the numbers themselves would be kept."""
    made: list[int] = []

    class Counted(mmap.mmap):
        def __new__(cls, fileno: int, length: int, **options: int) -> "Counted":
            made.append(length)
            return super().__new__(cls, fileno, length, **options)

    def mapped(chunks: int) -> int:
        monkeypatch.setattr(buffers, "_kept", [])
        made.clear()
        x = torch.zeros(512 * chunks, 1040, 1, dtype=torch.float64)
        stream(
            seeded_lstm(LSTMConfig(input_size=1, hidden_size=1), torch.float64, 3), x, None, tmp_path / str(chunks), {}
        )
        return len(made)

    assert chunk_length(1, 1040, torch.float64) == 512
    assert tile_lengths(512 * 6) == []
    monkeypatch.setattr(buffers.mmap, "mmap", Counted)
    assert mapped(6) == mapped(3) > 0
