"""From arrays to samples: selects the input array, its axes, and the arrays that annotate it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...lstm.errors import remark
from .arrays import FoundArray
from .draft import Draft, Entry, Numbers, Row, ValuePlace
from .names import listed
from .options import Options, check_size, input_problem, wrong_option

#: Names by which the input is recognised in an archive of several arrays.
_INPUTS = ("x", "X", "input", "inputs", "values", "data", "array")
_LENGTHS = "lengths"
_BESIDE = {"label": "label", "labels": "label", "target": "target", "targets": "target", "y": "target"}
_BESIDE |= {"prediction": "prediction", "predictions": "prediction", "y_hat": "prediction"}


def from_arrays(found: Mapping[str, FoundArray], options: Options) -> Draft:
    """The samples of a file of arrays. Raises InvalidCall, TooLong."""
    name = _input_of(found, options)
    check_size(int(np.prod([float(size) for size in found[name].shape])), options)
    draft = from_array(found[name].load(), options)
    remarks = [remark("array_taken", "The input is {name}.", name=name)] if len(found) > 1 else []
    draft = replace(draft, remarks=[*draft.remarks, *remarks])
    if _LENGTHS in found and name != _LENGTHS:
        draft = _cut(draft, found[_LENGTHS])
    rows = [_beside(draft, other, one, options) for other, one in found.items() if other in _BESIDE and other != name]
    return replace(draft, rows=[row for row in rows if row is not None])


def _input_of(found: Mapping[str, FoundArray], options: Options) -> str:
    if options.array is not None:
        if options.array not in found:
            template = "No array has this name; there are {names}"
            raise wrong_option("array", "unknown_array", template, names=listed(list(found)))
        return options.array
    fitting = [name for name, one in found.items() if name not in _BESIDE and name != _LENGTHS]
    named = [name for name in _INPUTS if name in found]
    if named:
        return named[0]
    if len(fitting) == 1:
        return fitting[0]
    if not found:
        raise input_problem("no_array", "The file holds no array of real numbers")
    template = "The file holds several arrays, {names}: choose one by its name"
    raise wrong_option("array", "several_arrays", template, names=listed(list(found)))


def from_array(array: Numbers, options: Options) -> Draft:
    """The samples of an array (T,), (T, I), or with three axes in the layout that the options name."""
    if array.ndim not in (1, 2, 3):
        raise input_problem("array_rank", "The array should have 1 to 3 axes, not {found}", found=array.ndim)
    if 0 in array.shape:
        raise input_problem("empty_array", "The array of shape {shape} holds no numbers", shape=str(array.shape))
    check_size(array.size, options)
    if array.ndim < 3:
        samples = [array.reshape(len(array), -1)]
    else:
        turned = array if options.layout == "sample_first" else array.transpose(1, 0, 2)
        samples = list(turned)

    def where(n: int, t: int, i: int) -> ValuePlace:
        three = (n, t, i) if options.layout == "sample_first" else (t, n, i)
        return ValuePlace(three if array.ndim == 3 else (t, i)[: array.ndim], {"n": n, "t": t, "i": i})

    return Draft([np.ascontiguousarray(sample, np.float64) for sample in samples], where)


def _cut(draft: Draft, found: FoundArray) -> Draft:
    """The samples cut to the lengths in an array."""
    longest = len(draft.samples[0])
    lengths = found.load().ravel() if found.shape == (len(draft.samples),) else np.zeros(0)
    if len(lengths) != len(draft.samples) or not all(1 <= n <= longest and n == int(n) for n in lengths):
        template = "lengths should hold a whole number from 1 to {most} for each of the {count} samples"
        raise input_problem("lengths", template, _LENGTHS, most=longest, count=len(draft.samples))
    samples = [sample[: int(length)] for sample, length in zip(draft.samples, lengths, strict=True)]
    return replace(draft, samples=samples)


def _beside(draft: Draft, name: str, found: FoundArray, options: Options) -> Row | None:
    """An array with a number per timestep, (T,) or for every sample, as a row of annotations."""
    batch, longest = len(draft.samples), max(map(len, draft.samples))
    shape = (
        found.shape[:-1]
        if len(found.shape) > 1 and found.shape[-1] == 1 and found.shape != (longest, batch)
        else found.shape
    )
    wanted = (batch, longest) if options.layout == "sample_first" else (longest, batch)
    if shape not in (wanted, (longest,)) or (len(shape) == 1 and batch > 1):
        return None
    numbers = found.load().reshape(shape)
    by_sample: NDArray[np.float64] = (
        numbers[None] if numbers.ndim == 1 else numbers if options.layout == "sample_first" else numbers.T
    )
    values: list[list[Entry]] = [
        [float(value) if np.isfinite(value) else None for value in by_sample[n][: len(sample)]]
        for n, sample in enumerate(draft.samples)
    ]
    return Row(name, _BESIDE[name], values)
