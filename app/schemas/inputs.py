"""Input data: how to read it, and the result."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .distinct import Distinct
from .notes import NoteRow
from .responses import ErrorItem

_Name = Annotated[str, Field(min_length=1, max_length=512)]
InputFormat = Literal["csv", "json", "npy", "npz", "safetensors", "text"]
#: Columns that are named in one role.
_MAX_NAMES = 4096
Role = Literal["feature", "time", "sample", "label", "target", "prediction", "skip"]


class ReadQuery(BaseModel):
    """How to read a body. What is left out is detected, and reported in `remarks`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["auto", "csv", "json", "npy", "npz", "safetensors", "text"] = "auto"
    header: bool | None = Field(default=None, description="Whether the first row of a table has the column names.")
    feature: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns to use as features."
    )
    time: _Name | None = Field(default=None, description="The column with the time.")
    sample: _Name | None = Field(default=None, description="The column that identifies the sample of a row.")
    label: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns to use as labels."
    )
    target: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns to use as targets."
    )
    prediction: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns to use as predictions."
    )
    skip: Distinct[_Name] = Field(default=[], max_length=_MAX_NAMES, description="Repeatable: columns to leave out.")
    missing: Literal["error", "forward", "zero"] = Field(
        default="error", description="How to fill a missing value: refuse it, repeat the previous value, or use 0."
    )
    normalisation: Literal["none", "z_score", "min_max"] = Field(
        default="none", description="How to normalise each feature, over the valid timesteps of all samples."
    )
    batch_first: bool = Field(default=False, description="Return the values as (N, T, I) instead of (T, N, I).")
    array: _Name | None = Field(default=None, description="The array of an .npz or safetensors file.")
    layout: Literal["time_first", "sample_first"] = Field(
        default="time_first", description="The first of three axes in arrays and nested lists."
    )
    tokens: Literal["characters", "words"] = Field(default="characters", description="The tokens of a text.")
    lines: bool = Field(default=False, description="Read each line of a text as a sample.")
    unknown: _Name | None = Field(default=None, description="The token that replaces unknown ones.")
    upload: str | None = Field(default=None, max_length=64, description="An upload with a table to look tokens up in.")
    matrix: _Name | None = Field(default=None, description="The name of that table.")

    def roles(self) -> dict[str, Role]:
        """The chosen role of each column, by its name; the last one wins."""
        chosen: list[tuple[Role, list[str]]] = [
            ("feature", self.feature),
            ("label", self.label),
            ("target", self.target),
            ("prediction", self.prediction),
            ("skip", self.skip),
            ("time", [] if self.time is None else [self.time]),
            ("sample", [] if self.sample is None else [self.sample]),
        ]
        return {name: role for role, names in chosen for name in names}


class FeatureScale(BaseModel):
    """What a feature was shifted and divided by: mean and std, or min and max."""

    name: str
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None


class NormalisationResponse(BaseModel):
    """How the values were normalised."""

    method: Literal["none", "z_score", "min_max"]
    features: list[FeatureScale]


class ValuesResponse(BaseModel):
    """Nested lists in the requested layout, ready for a trace request."""

    kind: Literal["values"]
    values: list[Any]


class NotesResponse(BaseModel):
    """The `notes` of a trace request with this input."""

    features: list[str] | None
    times: list[Any] | None
    rows: list[NoteRow]
    normalisation: str | None


class InputResponse(BaseModel):
    """An input, and what belongs to it: copy `input`, `lengths` and `notes` into a trace request."""

    format: InputFormat
    input: ValuesResponse
    seq_len: int
    batch_size: int
    input_size: int
    lengths: list[int] | None = Field(description="Valid timesteps of each sample; null if all are equally long.")
    features: list[str] | None = Field(description="A name for each feature.")
    times: list[Any] | None = Field(description="A label for each timestep, or a list of labels per sample.")
    rows: list[NoteRow]
    normalisation: NormalisationResponse
    notes: NotesResponse
    remarks: list[str] = Field(description="What was detected and done, in sentences.")
    remark_items: list[ErrorItem] = Field(description="The same, with types and values.")


class ColumnPreview(BaseModel):
    """A column: the kind of its content, the role it would have, and its first cells."""

    name: str
    kind: Literal["number", "date", "text", "empty"]
    taken_as: Role
    missing: int
    cells: list[str | None]


class ArrayPreview(BaseModel):
    """An array of a file."""

    name: str
    shape: list[int]
    dtype: str


class PreviewResponse(BaseModel):
    """What a body contains, before it is converted."""

    format: InputFormat
    rows: int
    samples: int
    columns: list[ColumnPreview]
    hidden_columns: int = Field(description="The number of further columns.")
    arrays: list[ArrayPreview] = Field(description="The arrays of a file that has several, to choose from.")
    tokens: list[str] = Field(description="The first tokens of a text.")
    distinct_tokens: int
    remarks: list[str]
    remark_items: list[ErrorItem]
