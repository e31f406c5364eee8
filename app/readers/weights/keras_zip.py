"""The `.keras` file of Keras 3: a zip with the model's configuration and an HDF5 file of its weights.

Keras itself is not used, since its loader can run code from the file.
"""

from pathlib import Path

from .hdf5_file import Hdf5File
from .keras_config import FoundLayer, KerasCell, find_layers, no_layers
from .keras_lstm import Paths, model_of
from .model import FoundModel
from .strict_config import items, parse_config, part
from .zip_file import member, open_zip

MAX_CONFIG = 16 * 2**20
MAX_WEIGHTS = 512 * 2**20


def read(path: Path) -> FoundModel:
    """The LSTMs of a .keras file. Raises InvalidCall for an invalid file."""
    with open_zip(path) as archive:
        config = parse_config(member(archive, "config.json", MAX_CONFIG))
        weights = member(archive, "model.weights.h5", MAX_WEIGHTS)
    if not items(part(config, "config"), "layers"):
        raise no_layers()
    found = FoundLayer()
    find_layers(config, found)
    return model_of(found, Hdf5File(weights), _paths, lambda cell: [f"{cell.path}/0"])


def _paths(cell: KerasCell) -> Paths:
    """The paths of a cell's variables, which Keras numbers: kernel, recurrent_kernel, bias."""
    return Paths(f"{cell.path}/0", f"{cell.path}/1", f"{cell.path}/2" if cell.bias else None)
