"""A digest of what a trace's file says, by which a file that a power cut or a bad disk has changed is noticed."""

from collections.abc import Mapping

from torch import Tensor
from xxhash import xxh3_128

#: The metadata that the digest is kept in, and that it does not cover.
KEY = "digest"
#: What stands there in a file that has been seen to be on the disk.
FLUSHED = "flushed"
#: The most bytes of tensors that are digested. Reading them all at each reading of a larger file would cost more than
#: seeing once that it is on the disk.
LARGEST = 2**24


def digest(metadata: Mapping[str, str], tensors: Mapping[str, Tensor]) -> str:
    """The digest of a file's metadata and of its tensors, which are on the CPU, in their order: 32 hexadecimal digits.

    XXH3 (https://xxhash.com) finds accidents, not forgeries.
    """
    found = xxh3_128()
    for key in sorted(metadata.keys() - {KEY}):
        found.update(f"{key}={metadata[key]}\0".encode())
    for name, tensor in tensors.items():
        found.update(f"{name}={tensor.dtype}{tuple(tensor.shape)}\0".encode())
        found.update(tensor.contiguous().view(-1).numpy().data)
    return found.hexdigest()
