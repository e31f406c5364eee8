"""Lists without duplicates, as which every repeatable query parameter is declared: each value costs work."""

from collections.abc import Hashable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

T = TypeVar("T", bound=Hashable)


def _distinct(values: list[T]) -> list[T]:
    seen: set[T] = set()
    for position, value in enumerate(values, 1):
        if value in seen:
            template = "Value {position} was given before; each should be given once"
            raise PydanticCustomError("repeated_value", template, {"position": position})
        seen.add(value)
    return values


Distinct = Annotated[list[T], AfterValidator(_distinct), Field(json_schema_extra={"uniqueItems": True})]
