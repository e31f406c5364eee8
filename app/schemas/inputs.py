"""Data that is brought as an input: how it is to be read, and what it was read as."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .distinct import Distinct
from .notes import NoteRow

_Name = Annotated[str, Field(min_length=1, max_length=512)]
InputFormat = Literal["csv", "json", "npy", "npz", "safetensors", "text"]
#: Columns that are named in one role.
_MAX_NAMES = 4096
Role = Literal["feature", "time", "sample", "label", "target", "prediction", "skip"]


class ReadQuery(BaseModel):
    """How a body is to be read. What is left out is found out, and told in `remarks`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["auto", "csv", "json", "npy", "npz", "safetensors", "text"] = "auto"
    header: bool | None = Field(default=None, description="Whether the first row of a table holds names.")
    feature: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns that are features."
    )
    time: _Name | None = Field(default=None, description="The column that says when.")
    sample: _Name | None = Field(default=None, description="The column that says which sample a row belongs to.")
    label: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns that become rows of labels."
    )
    target: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns that become rows of targets."
    )
    prediction: Distinct[_Name] = Field(
        default=[], max_length=_MAX_NAMES, description="Repeatable: columns that become rows of predictions."
    )
    skip: Distinct[_Name] = Field(default=[], max_length=_MAX_NAMES, description="Repeatable: columns to leave out.")
    missing: Literal["error", "forward", "zero"] = Field(
        default="error", description="What stands for a missing value: nothing may, the value before it, or 0."
    )
    normalisation: Literal["none", "z_score", "min_max"] = Field(
        default="none", description="What is done to each feature, over the valid timesteps of all samples."
    )
    batch_first: bool = Field(default=False, description="The layout of the values: (T, N, I), or (N, T, I).")
    array: _Name | None = Field(default=None, description="Which array of an .npz or safetensors file.")
    layout: Literal["time_first", "sample_first"] = Field(
        default="time_first", description="What the first of three axes is, in arrays and nested lists."
    )
    tokens: Literal["characters", "words"] = Field(default="characters", description="What a text is cut into.")
    lines: bool = Field(default=False, description="Whether each line of a text is a sample.")
    unknown: _Name | None = Field(default=None, description="The token that those are taken for that are unknown.")
    upload: str | None = Field(default=None, max_length=64, description="An upload with a table to look tokens up in.")
    matrix: _Name | None = Field(default=None, description="The name of that table.")

    def roles(self) -> dict[str, Role]:
        """What columns are to be taken as, by their names; the last word counts."""
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
    """What was done to the values."""

    method: Literal["none", "z_score", "min_max"]
    features: list[FeatureScale]


class ValuesResponse(BaseModel):
    """Nested lists in the layout that was asked for, ready for a request."""

    kind: Literal["values"]
    values: list[Any]


class NotesResponse(BaseModel):
    """The `notes` of a request with this input."""

    features: list[str] | None
    times: list[Any] | None
    rows: list[NoteRow]
    normalisation: str | None


class InputResponse(BaseModel):
    """An input, with what a request says beside it: `input`, `lengths` and `notes` go into one as they are."""

    format: InputFormat
    input: ValuesResponse
    seq_len: int
    batch_size: int
    input_size: int
    lengths: list[int] | None = Field(description="Valid timesteps of each sample; null where all are as long.")
    features: list[str] | None = Field(description="A name of each feature.")
    times: list[Any] | None = Field(description="A label of each timestep, or a list of them a sample.")
    rows: list[NoteRow]
    normalisation: NormalisationResponse
    notes: NotesResponse
    remarks: list[str] = Field(description="What was found out and done, in sentences.")


class ColumnPreview(BaseModel):
    """A column: what it holds, what it would be taken as, and its first cells."""

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
    """What a body holds, before anything is made of it."""

    format: InputFormat
    rows: int
    samples: int
    columns: list[ColumnPreview]
    hidden_columns: int = Field(description="How many columns more there are.")
    arrays: list[ArrayPreview] = Field(description="Where a file holds several, those to choose from.")
    tokens: list[str] = Field(description="The first tokens of a text.")
    distinct_tokens: int
    remarks: list[str]
