"""Infers an LSTM from the names and shapes of its parameters: all arguments of `nn.LSTM` but dropout
and batch_first."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from ...lstm.config import GATES, LSTMConfig
from ...lstm.weights import check_tensors
from .model import bad_file

Shapes = Mapping[str, tuple[int, ...]]


def inferred(shapes: Shapes) -> LSTMConfig:
    """The configuration of the LSTM with parameters of these names and shapes.

    Raises InvalidCall if there is none, with a sentence that says why.
    """
    weight_ih, weight_hh = (shapes.get(f"{name}_l0") for name in ("weight_ih", "weight_hh"))
    if weight_ih is None or weight_hh is None or len(weight_ih) != 2 or len(weight_hh) != 2:
        raise bad_file("torch_matrices", "weight_ih_l0 and weight_hh_l0, of two axes each, are expected")
    rows, input_size = weight_ih
    h_size = weight_hh[1]
    if rows == 3 * h_size:
        template = "this is a GRU, since weight_hh has 3 rows for each of its {columns} columns"
        raise bad_file("torch_gru", template, columns=h_size)
    if rows == h_size and "weight_hr_l0" not in shapes:
        template = "this is a plain RNN, since weight_hh is square, {rows} x {columns}"
        raise bad_file("torch_rnn", template, rows=rows, columns=h_size)
    hidden_size, rest = divmod(rows, len(GATES))
    layers = {int(found[1]) for name in shapes if (found := re.search(r"_l(\d+)", name))}
    facts = {
        "input_size": input_size,
        "hidden_size": hidden_size,
        "num_layers": max(layers) + 1,
        "bias": any(name.startswith("bias_") for name in shapes),
        "bidirectional": any(name.endswith("_reverse") for name in shapes),
        "proj_size": h_size if any(name.startswith("weight_hr") for name in shapes) else 0,
    }
    if rest or not hidden_size:
        template = "weight_ih_l0 has {rows} rows, which are not four gates of equally many units"
        raise bad_file("torch_rows", template, rows=rows)
    if facts["num_layers"] != len(layers):
        lacking = str(sorted(set(range(max(layers))) - layers)[:5])
        template = "layers {layers} are missing below layer {top}"
        raise bad_file("torch_layers", template, layers=lacking, top=max(layers))
    try:
        config = LSTMConfig.model_validate(facts)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise bad_file("torch_size", "no LSTM has {name} = {size}", name=name, size=facts[name]) from None
    check_tensors(config, dict(shapes))
    return config
