"""A trace as a script in plain torch, which recomputes it in a readable loop and asserts that its numbers are equal.

What torch draws from a seed is drawn again. Other numbers are printed if they are few; else the script reads them from
the trace's safetensors file beside it, or at the path it is given.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..lstm import Trace
from .literals import array_lines, call_lines

#: Maximum number of values printed into a script.
PRINTED = 3000
#: Tolerances for the rounding of a loop over timesteps: torch adds in another order.
_TOLERANCE = {"float32": '"rtol": 1e-4, "atol": 1e-5', "float64": '"rtol": 1e-9, "atol": 1e-10'}

_environment = Environment(  # noqa: S701 (Python source, made of our own numbers and names)
    loader=FileSystemLoader(Path(__file__).parent),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    undefined=StrictUndefined,
)


def script(trace: Trace, trace_id: str, request: str) -> str:
    """The source of the script, in lines of less than 100 columns. request: the complete request, as JSON."""
    facts = _Facts(trace, orjson.loads(request))
    return _environment.get_template("script.py.jinja").render(name=trace_id[:8], **facts.all())


class _Facts:
    """The variables of the template."""

    def __init__(self, trace: Trace, request: dict[str, Any]) -> None:
        self._trace, self._request, self._config = trace, request, trace.config
        self._typed = "" if request["dtype"] == "float32" else f", dtype=torch.{request['dtype']}"
        self._unbatched = trace.output.dim() == 2
        self._seed: int | None = request["weights"]["seed"] if request["weights"]["kind"] == "seed" else None

    def all(self) -> dict[str, Any]:
        config, trace = self._config, self._trace
        lengths = None if trace.lengths is None else np.array(trace.lengths)
        keep = 1 - config.dropout
        drawn = "torch.empty_like({0}).bernoulli_" + f"({keep}, generator=generator) / {keep}"
        return {
            "file": self._file,
            "seed": self._seed,
            "lstm": "\n".join(call_lines("lstm = nn.LSTM(", self._arguments() + [self._typed[2:]] * bool(self._typed))),
            "weights": "" if self._file or self._seed is not None else self._weights(),
            "dropout": bool(trace.dropout_masks),
            "dropout_seed": self._request["dropout_seed"],
            "draw": drawn if keep else "torch.zeros_like({0})",
            "x": "\n".join(self._input()),
            "axes": self._choose(*(f"({axes})" for axes in ("T, input_size", "N, T, input_size", "T, N, input_size"))),
            "turned": self._choose("x.unsqueeze(1)", "x.transpose(0, 1)", "x"),
            "lengths": "" if lengths is None else "\n".join(array_lines("lengths = torch.tensor(", lengths, ")")),
            "states": "\n".join(self._states()),
            "one": "[None]" * self._unbatched,
            "flat": ".squeeze(1)" * self._unbatched,
            "bias": config.bias,
            "projection": bool(config.proj_size),
            "layers": config.num_layers,
            "directions": '("forward", "reverse")' if config.bidirectional else '("forward",)',
            "batch_first": ", batch_first=True" * config.batch_first,
            "typed": self._typed,
            "tolerance": _TOLERANCE[self._request["dtype"]],
            "expected": "" if self._file else self._expected(),
            "nan": not self._file and (trace.lengths is not None or trace.nonfinite() > 0),
            "inf": not self._file and trace.nonfinite() > 0,
        }

    @cached_property
    def _file(self) -> bool:
        """Whether there are too many numbers to print."""
        count = sum(value.numel() for cell in self._trace.cells for value in cell.quantities().values())
        if self._seed is None:
            count += sum(value.numel() for value in self._trace.parameters.values())
        if self._request["input"]["kind"] != "random":
            count += self._trace.input.numel()
        return count > PRINTED

    def _choose(self, unbatched: str, batch_first: str, time_first: str) -> str:
        """The one of three values that fits the layout of this call."""
        return unbatched if self._unbatched else batch_first if self._config.batch_first else time_first

    def _arguments(self) -> list[str]:
        """The arguments of nn.LSTM that differ from its defaults; dropout has an effect only between layers."""
        config = self._config
        usual: dict[str, int | float] = {
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
            "bidirectional": False,
            "proj_size": 0,
        }
        usual["dropout"] = 0.0 if config.num_layers > 1 else config.dropout
        named = [f"{name}={getattr(config, name)}" for name, value in usual.items() if getattr(config, name) != value]
        return [str(config.input_size), str(config.hidden_size), *named]

    def _weights(self) -> str:
        lines: list[str] = []
        for name, value in self._trace.parameters.items():
            lines += array_lines(f'    "{name}": torch.tensor(', value.numpy(), f"{self._typed}),")
        return "\n".join(lines)

    def _input(self) -> list[str]:
        trace, source = self._trace, self._request["input"]
        if source["kind"] == "random":
            sizes = (trace.batch_size, trace.seq_len) if self._config.batch_first else (trace.seq_len, trace.batch_size)
            shape = ", ".join(map(str, (*sizes, self._config.input_size)))
            seeded = f"generator = torch.Generator().manual_seed({source['seed']})"
            return [seeded, f"x = torch.randn({shape}, generator=generator{self._typed})"]
        if self._file:
            return ['x = saved["input"]' + self._choose(".squeeze(1)", ".transpose(0, 1).contiguous()", "")]
        value = trace.input.numpy()
        value = value[:, 0] if self._unbatched else value.swapaxes(0, 1) if self._config.batch_first else value
        return array_lines("x = torch.tensor(", value, f"{self._typed})")

    def _states(self) -> list[str]:
        cells = self._trace.cells
        batch = () if self._unbatched else (self._trace.batch_size,)
        given = self._request["h_0"] is not None or self._request["c_0"] is not None
        lines: list[str] = []
        for name, size in (("h_0", self._config.h_size), ("c_0", self._config.hidden_size)):
            if not given:
                shape = ", ".join(map(str, (len(cells), *batch, size)))
                lines += [f"{name} = torch.zeros({shape}{self._typed})"]
            elif self._file:
                names = [f'saved["cells.{cell.layer}.{cell.direction}.{name}"]' for cell in cells]
                back = ".squeeze(1)" * self._unbatched
                lines += [f"{name} = [", *(f"    {one}," for one in names), "]", f"{name} = torch.stack({name}){back}"]
            else:
                value = np.stack([getattr(cell, name).numpy() for cell in cells])
                lines += array_lines(
                    f"{name} = torch.tensor(", value[:, 0] if self._unbatched else value, f"{self._typed})"
                )
        return lines

    def _expected(self) -> str:
        lines: list[str] = []
        for cell in self._trace.cells:
            lines += [f'    ({cell.layer}, "{cell.direction}"): {{']
            for name, value in cell.quantities().items():
                lines += array_lines(f'        "{name}": ', value.numpy(), ",")
            lines += ["    },"]
        return "\n".join(lines)
