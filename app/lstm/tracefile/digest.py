"""A digest of what a small trace's file says, by which a power cut or a bad disk is noticed whenever it is read."""

from collections.abc import Mapping

from torch import Tensor
from xxhash import xxh3_128

from .checksum import CHECKSUM_KEY

#: What stands there in a large file of an earlier version, which has no digest.
FLUSHED = "flushed"
#: The most bytes of tensors that are digested. Reading them all at each reading of a larger file would cost too much;
#: those are sealed, and seen to be on the disk.
LARGEST = 2**24


def digest(metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> str:
    """The digest of a file's metadata and of its tensors, which are on the CPU, in their order: 32 hexadecimal digits.

    XXH3 (https://xxhash.com) finds accidents, not forgeries.
    """
    found = xxh3_128()
    for key in sorted(metadata.keys() - {CHECKSUM_KEY}):
        found.update(f"{key}={metadata[key]}\0".encode())
    for name, tensor in tensors.items():
        found.update(f"{name}={tensor.dtype}{tuple(tensor.shape)}\0".encode())
        found.update(tensor.contiguous().view(-1).numpy().data)
    return found.hexdigest()
