"""The size of an exported file, estimated from shapes alone."""

from ..lstm.cost import LIST_BYTES
from ..schemas import ExportFormat, ExportQuery, TableLayout
from ..schemas.part import Part

#: Bytes of text before each number of the long CSV: layer, direction, timestep, sample, unit and quantity.
_KEYS = 40
#: Bytes of a tensor's name and shape.
_TENSOR = 512


def estimated_bytes(part: Part, kind: ExportFormat, query: ExportQuery) -> int:
    """Estimated bytes of the file, rather too many than too few."""
    rows = (part.stop - part.start) * len(part.samples)
    of_cell = sum(len(part.units(name)) for name in part.quantities)
    numbers = rows * of_cell * len(part.cells)
    size, digits = part.trace.dtype.itemsize, LIST_BYTES[part.trace.dtype] + 4
    if kind is ExportFormat.CSV:
        return numbers * (digits + (_KEYS if query.layout is TableLayout.LONG else 1)) + rows * 24
    if kind is ExportFormat.PARQUET:
        return numbers * (size + 2) + rows * 8 + of_cell * len(part.cells) * _TENSOR
    config = part.trace.config
    numbers += rows * (config.input_size + config.output_size * (1 + len(part.trace.dropout_masks)))
    numbers += sum(value.numel() for value in part.trace.parameters.values())
    tensors = len(part.cells) * len(part.quantities) + len(part.trace.parameters) + 8
    return numbers * (digits if kind is ExportFormat.JSON else size) + tensors * _TENSOR
