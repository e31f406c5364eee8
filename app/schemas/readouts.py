"""What a trained preset answers with: its linear layer on h, and how its values are read as an answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class LevelsAnswer(BaseModel):
    """The level of a value is how many of the cuts lie below it; the levels of all values choose one label."""

    kind: Literal["levels"]
    cuts: list[float]
    labels: list[str] | list[list[str]] = Field(description="labels[level of value 0], or [of value 0][of value 1].")


class LikeliestAnswer(BaseModel):
    """The label of the largest value."""

    kind: Literal["likeliest"]
    labels: list[str]


class NumberAnswer(BaseModel):
    """The one value, as a number."""

    kind: Literal["number"]
    near: float | None = Field(description="It is right when nearer to the target than this; null: never called right.")


class ReadoutResponse(BaseModel):
    """The linear layer that was trained on top of h: at each timestep, weight h_t + bias are its values.

    With two directions h_t is that of both, as in `output`.
    """

    weight: list[list[float]] = Field(description="(values, D*H)")
    bias: list[float] = Field(description="(values,)")
    answer: Annotated[LevelsAnswer | LikeliestAnswer | NumberAnswer, Field(discriminator="kind")]
