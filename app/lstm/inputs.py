"""Input sequences by their `kind`, each a small description from which a tensor is made.

Each has `sizes`, which returns T and N, N being None for an unbatched input, and raises InvalidCall if the shape does
not fit; and `make`, which returns the input in the layout of the call.
"""

from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from .config import LSTMConfig, Size
from .errors import InvalidCall, problem
from .signals import ImpulseInput, NoiseInput, OneHotInput, SawtoothInput, SineInput, StepInput
from .values import Values, to_tensor
from .weights import MAX_SEED


class RandomInput(BaseModel):
    """`torch.randn` of the call's shape, (T, N, I) or with batch_first (N, T, I), from a generator with that seed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: Literal["random"] = "random"
    seq_len: Size = 12
    batch_size: Size = 1
    seed: int = Field(default=0, ge=0, le=MAX_SEED)

    def sizes(self, config: LSTMConfig) -> tuple[int, int | None]:
        return self.seq_len, self.batch_size

    def make(self, config: LSTMConfig, dtype: torch.dtype) -> Tensor:
        batch_dims = (self.batch_size, self.seq_len) if config.batch_first else (self.seq_len, self.batch_size)
        generator = torch.Generator().manual_seed(self.seed)
        return torch.randn(*batch_dims, config.input_size, generator=generator, dtype=dtype)


class ValuesInput(BaseModel):
    """Nested lists in the layout of the call: (T, I), (T, N, I) or with batch_first (N, T, I)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)

    kind: Literal["values"]
    values: Values

    def sizes(self, config: LSTMConfig) -> tuple[int, int | None]:
        shape = self.values.shape
        if len(shape) not in (2, 3):
            template = "Input should have 2 levels of lists (unbatched) or 3 (a batch), not {found}"
            raise InvalidCall([problem(("values",), "levels", template, found=len(shape))])
        if shape[-1] != config.input_size:
            template = "Input should have input_size = {expected} numbers per timestep, not {found}"
            found = {"expected": config.input_size, "found": shape[-1]}
            raise InvalidCall([problem(("values",), "numbers_per_timestep", template, **found)])
        if len(shape) == 2:
            return shape[0], None
        return (shape[1], shape[0]) if config.batch_first else (shape[0], shape[1])

    def make(self, config: LSTMConfig, dtype: torch.dtype) -> Tensor:
        return to_tensor(self.values, dtype, ("values",))


#: Any input, by its `kind`.
AnyInput = RandomInput | ValuesInput | ImpulseInput | StepInput | SineInput | SawtoothInput | NoiseInput | OneHotInput
