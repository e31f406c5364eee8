"""Tables as Parquet, for column stores and data frames; padding is NaN, as in the trace."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema
from arro3.io import write_parquet
from numpy.typing import NDArray

from ..schemas.part import Part
from .table import KEYS, LONG, long_shares, wide_blocks, wide_columns

#: Numbers of one row group, which the writer holds in memory.
_GROUP = 2**22


def write_long(part: Part, path: Path, request: str) -> None:
    """Write the long table to a new file."""
    kinds = [DataType.int32(), DataType.string(), *[DataType.int32()] * 3, DataType.string(), _value_type(part)]
    schema = _schema(zip(LONG, kinds, strict=True), request)

    def batches() -> Iterator[RecordBatch]:
        for share in long_shares(part):
            steps, samples, width = share.values.shape
            shape, count = (steps, samples, width), steps * samples * width
            columns = [
                _integers(np.full(count, share.layer)),
                _repeated(share.direction, count),
                _integers(np.broadcast_to(np.arange(share.start, share.start + steps)[:, None, None], shape)),
                _integers(np.broadcast_to(np.array(part.samples)[:, None], shape)),
                _integers(np.broadcast_to(np.array(share.units), shape)),
                _repeated(share.quantity, count),
                Array.from_numpy(np.ascontiguousarray(share.values).ravel()),
            ]
            yield RecordBatch.from_arrays(columns, schema=schema)

    _write(schema, batches(), path, len(LONG))


def write_wide(part: Part, path: Path, request: str) -> None:
    """Write the wide table to a new file."""
    names = wide_columns(part)
    columns = [*((key, DataType.int32()) for key in KEYS), *((name, _value_type(part)) for name in names)]
    schema = _schema(columns, request)

    def batches() -> Iterator[RecordBatch]:
        for block in wide_blocks(part):
            steps, samples, width = block.values.shape
            timesteps = np.broadcast_to(np.arange(block.start, block.start + steps)[:, None], (steps, samples))
            columns = [_integers(timesteps), _integers(np.broadcast_to(np.array(part.samples), (steps, samples)))]
            numbers = np.ascontiguousarray(block.values.reshape(-1, width).T)
            yield RecordBatch.from_arrays([*columns, *map(Array.from_numpy, numbers)], schema=schema)

    _write(schema, batches(), path, len(names) + len(KEYS))


def _write(schema: Schema, batches: Iterator[RecordBatch], path: Path, width: int) -> None:
    write_parquet(
        RecordBatchReader.from_batches(schema, batches),
        path,
        compression="zstd(1)",
        max_row_group_size=max(1024, _GROUP // width),
    )


def _schema(columns: Iterable[tuple[str, DataType]], request: str) -> Schema:
    return Schema([Field(name, kind, nullable=False) for name, kind in columns], metadata={"request": request})


def _value_type(part: Part) -> DataType:
    return DataType.float32() if part.trace.input.element_size() == 4 else DataType.float64()


def _integers(values: NDArray[Any]) -> Array:
    return Array.from_numpy(np.ascontiguousarray(values, np.int32).ravel())


def _repeated(text: str, count: int) -> Array:
    return Array([text], type=DataType.string()).take(Array.from_numpy(np.zeros(count, np.int32)))
