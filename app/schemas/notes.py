"""Notes: names of the parts of an input, labels of timesteps, rows of annotations. They do not change any number."""

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any, Literal
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from ..lstm import InvalidCall, LSTMConfig, Problem, problem
from ..lstm.values import as_validation_error

MAX_NAME = 64
MAX_FEATURES = 4096
MAX_ROWS = 8
#: Maximum number of entries in one row, or of the labels: of all samples together.
MAX_ENTRIES = 200_000
MAX_SENTENCE = 4000

#: One entry per timestep, or one such list per sample; timesteps after the last entry have none.
Series = list[str | float | None] | list[list[str | float | None]]


def _is_plain(text: str) -> bool:
    """Whether a text has no control characters and no lone surrogates."""
    return all(category(letter) not in ("Cc", "Cs") for letter in text)


def _plain(text: str) -> str:
    if not _is_plain(text):
        raise PydanticCustomError("control_characters", "Input should have no control characters")
    return text


_Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_plain)]


def _series(value: object, *, numbers: bool) -> Series:
    """Validate a list of texts, null and (with `numbers`) numbers, or a list of such lists, down to its last entry."""
    try:
        if not isinstance(value, list):
            raise InvalidCall([problem((), "list_type", "Input should be a valid list")])
        nested = any(isinstance(entry, list) for entry in value)
        rows = value if nested else [value]
        if sum(len(row) if isinstance(row, list) else 1 for row in rows) > MAX_ENTRIES:
            raise InvalidCall(
                [problem((), "series_entries", "Input should have at most {most} entries", most=MAX_ENTRIES)]
            )
        for n, row in enumerate(rows):
            if not isinstance(row, list):
                raise InvalidCall([problem((n,), "ragged_list", "Input should be a list, like its neighbours")])
            for t, entry in enumerate(row):
                wrong = _wrong((n, t) if nested else (t,), entry, numbers)
                if wrong:
                    raise InvalidCall([wrong])
    except InvalidCall as error:
        raise as_validation_error("notes", error) from None
    return value


def _wrong(path: tuple[int, ...], entry: object, numbers: bool) -> Problem | None:
    if entry is None:
        return None
    if numbers and isinstance(entry, int | float) and not isinstance(entry, bool):
        fits = abs(entry) < 2**53 if isinstance(entry, int) else isfinite(entry)
        return None if fits else problem(path, "finite_number", "Input should be a finite number")
    if not isinstance(entry, str):
        if numbers:
            return problem(path, "annotation_type", "Input should be a text, a number or null")
        return problem(path, "label_type", "Input should be a text or null")
    if len(entry) > MAX_NAME:
        return problem(
            path, "string_too_long", "String should have at most {max_length} characters", max_length=MAX_NAME
        )
    return None if _is_plain(entry) else _control_characters(path)


def _control_characters(path: tuple[str | int, ...]) -> Problem:
    return problem(path, "control_characters", "Input should have no control characters")


def _schema(of: str) -> WithJsonSchema:
    entry: dict[str, Any] = {"type": ["string", "number", "null"] if of == "annotations" else ["string", "null"]}
    items = {"anyOf": [entry, {"type": "array", "items": entry}]}
    return WithJsonSchema(
        {"type": "array", "items": items, "description": f"{of} of the timesteps, or a list a sample"}
    )


_AsIs = PlainSerializer(lambda series: series)
Labels = Annotated[Series, PlainValidator(lambda value: _series(value, numbers=False)), _AsIs, _schema("labels")]
Annotations = Annotated[
    Series, PlainValidator(lambda value: _series(value, numbers=True)), _AsIs, _schema("annotations")
]


class NoteRow(BaseModel):
    """A row of annotations: one label, target or prediction for each timestep."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    name: _Name
    kind: Literal["label", "target", "prediction"]
    values: Annotations


class Notes(BaseModel):
    """Names and annotations of an input, stored with its trace."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    features: list[_Name] | None = Field(default=None, max_length=MAX_FEATURES, description="A name for each feature.")
    times: Labels | None = Field(default=None, description="A label for each timestep, such as its date or token.")
    rows: list[NoteRow] = Field(default=[], max_length=MAX_ROWS)
    normalisation: str | None = Field(default=None, max_length=MAX_SENTENCE, description="How values were normalised.")

    def problems(self, config: LSTMConfig, seq_len: int, batch_size: int | None) -> list[Problem]:
        """Where the notes do not fit the input."""
        found: list[Problem] = []
        if self.features is not None and len(self.features) != config.input_size:
            template = "Input should have input_size = {expected} names, not {found}"
            sizes = {"expected": config.input_size, "found": len(self.features)}
            found.append(problem(("notes", "features"), "feature_names", template, **sizes))
        if self.normalisation is not None and not _is_plain(self.normalisation):
            found.append(_control_characters(("notes", "normalisation")))
        if self.times is not None:
            found += _misfits(self.times, ("notes", "times"), seq_len, batch_size or 1)
        for k, row in enumerate(self.rows):
            found += _misfits(row.values, ("notes", "rows", k, "values"), seq_len, batch_size or 1)
        return found


def _misfits(series: Series, path: tuple[str | int, ...], seq_len: int, batch_size: int) -> Iterator[Problem]:
    """A series is at most as long as the input; if it has a list per sample, it has one for every sample."""
    nested = [row for row in series if isinstance(row, list)]
    if nested and len(nested) != batch_size:
        template = "Input should have a list for each of the {expected} samples, not {found}"
        yield problem(path, "series_samples", template, expected=batch_size, found=len(nested))
    for n, row in enumerate(nested or [series]):
        if len(row) > seq_len:
            place = (*path, n) if nested else path
            template = "Input should have at most {most} entries, one a timestep, not {found}"
            yield problem(place, "series_length", template, most=seq_len, found=len(row))
