"""Nested lists of numbers, validated to the last element before numpy or torch gets them."""

from itertools import chain
from typing import Annotated, Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import PlainSerializer, PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from .errors import InvalidCall, Value, problem

_MAX_RANK = 3  # maximum rank of any tensor of an LSTM

VALUES_SCHEMA = {
    "type": "array",
    "description": "Numbers in nested lists of equal lengths.",
    "items": {"anyOf": [{"type": "number"}, {"type": "array", "items": {}}]},
}


def nested_array(value: object) -> NDArray[np.float64]:
    """Convert nested lists to a float64 array of rank 1 to 3 with no empty axis.

    Raises InvalidCall at the first element that is ragged, not a number, or not finite.
    """
    shape = _outline(value)
    level: list[Any] = [value]
    for depth, length in enumerate(shape):
        for position, item in enumerate(level):
            if type(item) is not list:
                raise _fault(shape[:depth], position, "ragged_list", "Input should be a list, like its neighbours")
            if len(item) != length:
                template = "Input should have {expected} elements, like its neighbours, not {found}"
                raise _fault(shape[:depth], position, "ragged", template, expected=length, found=len(item))
        level = list(chain.from_iterable(level))
    return _numbers(level, shape)


def _outline(value: object) -> tuple[int, ...]:
    """The shape according to the first element of each list."""
    shape: tuple[int, ...] = ()
    while isinstance(value, list):
        if not value:
            raise InvalidCall([problem((0,) * len(shape), "empty", "Input should not be empty")])
        if len(shape) == _MAX_RANK:
            template = "Input should have at most {most} levels of lists"
            raise InvalidCall([problem((), "too_deep", template, most=_MAX_RANK)])
        shape += (len(value),)
        value = value[0]
    if not shape:
        raise InvalidCall([problem((), "numbers_type", "Input should be a list of numbers")])
    return shape


def _numbers(leaves: list[Any], shape: tuple[int, ...]) -> NDArray[np.float64]:
    if not {int, float}.issuperset(map(type, leaves)):  # bool is not accepted as a number
        position = next(k for k, leaf in enumerate(leaves) if type(leaf) not in (int, float))
        if type(leaves[position]) is list:
            raise _fault(shape, position, "ragged_number", "Input should be a number, like its neighbours")
        raise _fault(shape, position, "float_type", "Input should be a valid number")
    try:
        array = np.array(leaves, dtype=np.float64)
    except OverflowError:  # an integer too large for a float
        array = np.array([leaf if abs(leaf) < 2**1023 else np.inf for leaf in leaves], dtype=np.float64)
    finite = np.isfinite(array)
    if not finite.all():
        raise _fault(shape, int(finite.argmin()), "finite_number", "Input should be a finite number")
    return array.reshape(shape)


def _fault(shape: tuple[int, ...], position: int, kind: str, template: str, /, **ctx: Value) -> InvalidCall:
    path = tuple(int(k) for k in np.unravel_index(position, shape)) if shape else ()
    return InvalidCall([problem(path, kind, template, **ctx)])


def as_validation_error(title: str, error: InvalidCall) -> ValidationError:
    """The same problems as a pydantic error, so that they join those of the surrounding model."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(p.kind, _literal(p.message), dict(p.ctx) or None), loc=p.path, input=None
        )
        for p in error.problems
    ]
    return ValidationError.from_exception_data(title, details)


def _literal(message: str) -> Any:
    """A message escaped for pydantic's templates, in which braces would be placeholders."""
    return message.replace("{", "(").replace("}", ")")


def nested_values(value: object) -> NDArray[np.float64]:
    """`nested_array` as a pydantic validator; an array has been validated already."""
    if isinstance(value, np.ndarray):
        return value
    try:
        return nested_array(value)
    except InvalidCall as error:
        raise as_validation_error("values", error) from None


#: A pydantic field that accepts nested lists and holds a float64 array.
Values = Annotated[
    NDArray[np.float64],
    PlainValidator(nested_values),
    PlainSerializer(lambda array: array.tolist(), when_used="json"),
    WithJsonSchema(VALUES_SCHEMA),
]


def to_tensor(array: NDArray[Any], dtype: torch.dtype, path: tuple[str | int, ...]) -> torch.Tensor:
    """A tensor of `dtype` with the array's values. Raises InvalidCall if a value overflows the dtype."""
    with np.errstate(over="ignore"):
        cast = array.astype(np.float32 if dtype is torch.float32 else np.float64)
    finite = np.isfinite(cast)
    if not finite.all():
        place = tuple(int(k) for k in np.unravel_index(int(finite.argmin()), cast.shape))
        raise InvalidCall([problem((*path, *place), "too_large_for_dtype", "Input should fit the dtype float32")])
    return torch.from_numpy(cast)
