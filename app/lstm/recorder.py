"""Recording: forward hooks on a real `nn.LSTM`, and from what it returned every number inside.

The hidden states that torch's fused kernel returns are the truth. Given them, h_{t-1} is known for every timestep, so
the pre-activations of all timesteps are one matrix product and the gates one elementwise pass; only the cell state
remains sequential, and that is elementwise too.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import torch
from torch import Generator, Tensor, nn
from torch.utils.hooks import RemovableHandle

from app.lstm.call import Call, State, check_call, packed
from app.lstm.config import LSTMConfig
from app.lstm.layers import LayerRun, dropout_mask, run_layer
from app.lstm.opening import open_cell
from app.lstm.trace import Parity, Trace
from app.lstm.weights import cell_parameters

Returned = tuple[Tensor, Tensor, Tensor]


@torch.no_grad()
def record(
    lstm: nn.LSTM,
    x: Tensor,
    hx: State | None = None,
    lengths: Sequence[int] | None = None,
    *,
    dropout_seed: int | None = None,
) -> Trace:
    """Run `lstm` on `x` and return every number of the run.

    x: (T, I), (T, N, I), or with batch_first (N, T, I). hx: (h_0, c_0) in torch's shapes, zeros if None.
    lengths: valid timesteps of each sample, which makes the call one on a packed sequence; None means all T.
    dropout_seed: for an LSTM in training mode, draw the masks between its layers from this seed and leave the global
    generator alone; they are those of `torch.manual_seed(dropout_seed)` before the call.

    Raises InvalidCall for shapes, dtypes and lengths that do not fit, before torch sees them.
    """
    check_call(lstm, x, hx, lengths)
    config = LSTMConfig.of(lstm)
    seq_len = x.shape[1] if x.dim() == 3 and config.batch_first else x.shape[0]
    source = packed(config, x, lengths)
    if dropout_seed is not None and _draws_dropout(lstm):
        call = Call.of(config, source, hx, seq_len)
        trace = _record_seeded(lstm, call, torch.Generator().manual_seed(dropout_seed))
    else:
        with Recorder(lstm, seq_len=seq_len) as recorder:
            lstm(source, hx)
        trace = recorder.traces[""][0]
    return replace(trace, input=Call.of(config, x, None, None).x)  # with the padding as it was given


class Recorder:
    """Records every call of every `nn.LSTM` inside a module for as long as the `with` block lasts.

    `traces` maps a module's path (`""` for the model itself) to the traces of its calls, in order. The outputs of the
    model, its gradients and its random state stay as they are, and no hook remains, also after an exception.
    """

    def __init__(self, model: nn.Module, *, seq_len: int | None = None) -> None:
        self.traces: dict[str, list[Trace]] = {}
        self._model = model
        self._seq_len = seq_len  # to which packed sequences are padded; their longest sample if None
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        for path, module in self._model.named_modules():
            if isinstance(module, nn.LSTM):
                self._attach(path, module)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def _attach(self, path: str, lstm: nn.LSTM) -> None:
        generators: list[Generator] = []

        def before(module: nn.Module, args: Any) -> None:
            if _draws_dropout(lstm):  # keep where torch starts to draw, so that its masks can be drawn again
                generators.append(torch.Generator().set_state(torch.get_rng_state()))

        def after(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
            with torch.no_grad():
                call = self._call(lstm, *args, **kwargs)
                output, states = result
                returned = call.padded(output.detach() if isinstance(output, Tensor) else output), *states
                generator = generators.pop() if generators else None
                self.traces.setdefault(path, []).append(_record_returned(lstm, call, returned, generator))

        self._handles.append(lstm.register_forward_pre_hook(before))
        self._handles.append(lstm.register_forward_hook(after, with_kwargs=True))

    def _call(self, lstm: nn.LSTM, input: Any, hx: State | None = None) -> Call:  # named as in nn.LSTM.forward
        return Call.of(LSTMConfig.of(lstm), input, hx, self._seq_len)


def _draws_dropout(lstm: nn.LSTM) -> bool:
    return bool(lstm.training and lstm.dropout > 0 and lstm.num_layers > 1)


def _record_returned(lstm: nn.LSTM, call: Call, returned: Returned, generator: Generator | None) -> Trace:
    """The trace of a call that has returned: its top layer is known, those below are run again.

    Layer by layer torch computes the same bits as in one stack. The states that the stack returned stand in for the
    re-run's, so that parity is measured against the call itself.
    """
    output, h_n, c_n = returned
    directions = len(call.config.directions)
    runs: list[LayerRun] = []
    x = call.x
    for layer in range(call.config.num_layers):
        states = slice(layer * directions, (layer + 1) * directions)
        if layer == call.config.num_layers - 1:
            run = LayerRun(x, call.time_major(output), call.batched(h_n)[states], call.batched(c_n)[states])
        else:
            run = replace(run_layer(lstm, layer, x, call), h_n=call.batched(h_n)[states], c_n=call.batched(c_n)[states])
            if generator is not None:
                run = replace(run, mask=dropout_mask(run.output, call, generator))
        runs.append(run)
        x = run.passed_on
    return _trace(lstm, call, runs, returned)


def _record_seeded(lstm: nn.LSTM, call: Call, generator: Generator) -> Trace:
    """The trace of a call in training mode, run layer by layer with dropout masks of our own drawing."""
    runs: list[LayerRun] = []
    x = call.x
    for layer in range(call.config.num_layers):
        run = run_layer(lstm, layer, x, call)
        if layer < call.config.num_layers - 1:
            run = replace(run, mask=dropout_mask(run.output, call, generator))
        runs.append(run)
        x = run.passed_on
    h_n, c_n = torch.cat([run.h_n for run in runs]), torch.cat([run.c_n for run in runs])
    return _trace(lstm, call, runs, call.as_returned(x, h_n, c_n))


def _trace(lstm: nn.LSTM, call: Call, runs: list[LayerRun], returned: Returned) -> Trace:
    """Open every cell of every layer."""
    config = call.config
    parameters = {name: parameter.detach() for name, parameter in lstm.named_parameters()}
    lengths = None if call.lengths is None else torch.tensor(call.lengths, device=call.x.device)
    cells, parities = [], []
    for layer, run in enumerate(runs):
        hidden_states = run.output.split(config.h_size, dim=-1)
        for k, direction in enumerate(config.directions):
            state = layer * len(config.directions) + k
            found, parity = open_cell(
                layer,
                direction,
                cell_parameters(parameters, layer, direction),
                run.x,
                hidden_states[k].clone(),  # the model may change its tensor in place later
                (call.h_0[state], call.c_0[state]),
                (run.h_n[k], run.c_n[k]),
                lengths,
            )
            cells.append(found)
            parities.append(parity)
    output, h_n, c_n = (tensor.detach().clone() for tensor in returned)
    return Trace(
        config=config,
        input=call.x.detach(),
        cells=tuple(cells),
        output=output,
        h_n=h_n,
        c_n=c_n,
        parameters=parameters,
        parity=Parity.worst(parities),
        lengths=call.lengths,
        dropout_masks={layer: run.mask for layer, run in enumerate(runs) if run.mask is not None},
    )
