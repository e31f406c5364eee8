"""Read-outs of trained presets: a linear layer on h, and how its values become an answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class LevelsAnswer(BaseModel):
    """The level of a value is the number of cuts below it; the levels of all values select one label."""

    kind: Literal["levels"]
    cuts: list[float]
    labels: list[str] | list[list[str]] = Field(description="Indexed by the level of value 0, then by that of value 1.")


class LikeliestAnswer(BaseModel):
    """The answer is the label of the largest value."""

    kind: Literal["likeliest"]
    labels: list[str]


class NumberAnswer(BaseModel):
    """The answer is the single value itself."""

    kind: Literal["number"]
    near: float | None = Field(description="An answer nearer to the target than this is correct; null: none is.")


class ReadoutResponse(BaseModel):
    """A trained linear layer on h: at each timestep its values are weight h_t + bias.

    With two directions h_t is that of both, as in `output`.
    """

    weight: list[list[float]] = Field(description="(values, D*H)")
    bias: list[float] = Field(description="(values,)")
    answer: Annotated[LevelsAnswer | LikeliestAnswer | NumberAnswer, Field(discriminator="kind")]
