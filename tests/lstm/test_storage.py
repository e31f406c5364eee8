"""Trace files that a power cut or a bad disk has changed are noticed, small ones by the checksum of their tensors."""

import gc
import os
import sys
from pathlib import Path

import pytest
import torch

from lstm_lens.lstm import record
from lstm_lens.lstm.tracefile import checksum, storage
from lstm_lens.lstm.tracefile.storage import CorruptTrace, read_trace, save_trace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trace.safetensors"


def write(path: Path) -> None:
    save_trace(record(torch.nn.LSTM(2, 3, num_layers=2), torch.randn(5, 1, 2)), path, {"request": '{"config":{}}'})


def test_a_sound_file_is_read(path: Path) -> None:
    write(path)
    trace, metadata = read_trace(path)
    assert trace.seq_len == 5
    assert metadata["request"] == '{"config":{}}'


def test_any_changed_byte_is_noticed(path: Path) -> None:
    write(path)
    sound = path.read_bytes()
    header = 8 + int.from_bytes(sound[:8], "little")
    described = sound.rstrip().rindex(b"}", 0, header) + 1
    for place in (*range(0, described, 7), *range(header, len(sound), 13), len(sound) - 1):
        changed = bytearray(sound)
        changed[place] ^= 0x01
        path.write_bytes(changed)
        with pytest.raises(CorruptTrace):
            read_trace(path)


@pytest.mark.parametrize("lost", [1, 4096, 10**9])
def test_a_lost_end_is_noticed_whether_cut_off_or_zero(path: Path, lost: int) -> None:
    write(path)
    sound = path.read_bytes()
    kept = max(0, len(sound) - lost)
    for content in (sound[:kept], sound[:kept] + bytes(len(sound) - kept)):
        path.write_bytes(content)
        if content != sound:
            with pytest.raises(CorruptTrace):
                read_trace(path)


@pytest.fixture
def large(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that counts as a large one."""
    monkeypatch.setattr(storage, "MAX_TENSOR_BYTES", 0)
    write(path)
    return path


def test_a_large_file_is_on_the_disk_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    write(path)
    assert not flushed
    path.unlink()
    monkeypatch.setattr(storage, "MAX_TENSOR_BYTES", 0)
    write(path)
    assert len(flushed) == 1
    assert read_trace(path)[1]["digest"].startswith("file:")


def test_any_changed_byte_of_a_large_file_is_noticed(large: Path) -> None:
    assert read_trace(large)[0].seq_len == 5
    sound = large.read_bytes()
    header = 8 + int.from_bytes(sound[:8], "little")
    for place in (*range(0, header, 11), *range(header, len(sound), 13), len(sound) - 1):
        changed = bytearray(sound)
        changed[place] ^= 0x01
        large.write_bytes(changed)
        with pytest.raises(CorruptTrace):
            read_trace(large)


def test_a_file_that_was_found_sound_is_not_read_whole_again(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_trace(large)
    monkeypatch.setattr(checksum, "_computed", None)
    read_trace(large.rename(large.with_name("other")))


def test_a_large_file_of_an_earlier_version_is_read_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path)
    content = path.read_bytes()
    kept = read_trace(path)[1]["digest"].encode()
    length = int.from_bytes(content[:8], "little")
    old = content[8 : 8 + length].replace(kept, b"flushed").ljust(length)
    path.write_bytes(content[:8] + old + content[8 + length :])
    assert read_trace(path)[0].seq_len == 5


def test_reading_leaves_nothing_behind(path: Path) -> None:
    write(path)

    def blocks() -> int:
        gc.collect()
        return sys.getallocatedblocks()

    for _ in range(20):
        read_trace(path)
    before = blocks()
    for _ in range(200):
        read_trace(path)
    assert blocks() - before < 200  # not one block of memory for each time


def test_what_is_read_is_changed_in_memory_alone(path: Path) -> None:
    write(path)
    trace, _ = read_trace(path)
    kept = trace.output.clone()
    trace.output.fill_(7)
    assert torch.equal(read_trace(path)[0].output, kept)
