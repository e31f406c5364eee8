"""The `.keras` file of Keras 3: a zip of the model's configuration and an HDF5 file of its weights.

Nothing of Keras is called, whose loader can rebuild code.
"""

from pathlib import Path

from .hdf5_file import Hdf5File
from .keras_config import Cell, FoundLayer, find
from .keras_lstm import Paths, model_of
from .model import Model, bad_file
from .strict_config import items, parsed, part
from .zip_file import member, open_zip

MAX_CONFIG = 16 * 2**20
MAX_WEIGHTS = 512 * 2**20


def read(path: Path) -> Model:
    """The LSTMs of a .keras file. Raises InvalidCall for a file that is not sound."""
    with open_zip(path) as archive:
        config = parsed(member(archive, "config.json", MAX_CONFIG))
        weights = member(archive, "model.weights.h5", MAX_WEIGHTS)
    if not items(part(config, "config"), "layers"):
        raise bad_file("config", "The model's configuration lists no layers, as where the model is a class of its own")
    found = FoundLayer()
    find(config, found)
    return model_of(found, Hdf5File(weights), _paths, lambda cell: [f"{cell.path}/0"])


def _paths(cell: Cell) -> Paths:
    """Keras numbers the variables of a cell: kernel, recurrent_kernel, bias."""
    return Paths(f"{cell.path}/0", f"{cell.path}/1", f"{cell.path}/2" if cell.bias else None)
