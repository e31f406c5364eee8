"""Example requests for the documentation at /docs; each works as it stands."""

from typing import Any

from fastapi.openapi.models import Example

from ...presets import Preset, preset, presets
from ...runs.request import trace_id_of
from ...schemas import TraceRequest


def _preset_example(found: Preset) -> Example:
    return {"summary": f"Preset {found.name}", "value": found.request}


def _with_its_weights(found: Preset) -> Example:
    """The same run with its weights given as a state_dict."""
    tensors = {name: [[round(float(x), 4) for x in row] for row in array] for name, array in found.tensors().items()}
    value = {**found.request, "weights": {"kind": "state_dict", "tensors": tensors}}
    return {"summary": f"Preset {found.name} with its weights given", "value": value}


def trace_requests() -> dict[str, Example]:
    """Examples of the body of POST /api/traces, by name."""
    own: dict[str, Any] = {
        "smallest": {"config": {"input_size": 2, "hidden_size": 4}},
        "every_option": {
            "config": {
                "input_size": 3,
                "hidden_size": 5,
                "num_layers": 2,
                "bias": True,
                "batch_first": True,
                "dropout": 0.25,
                "bidirectional": True,
                "proj_size": 2,
            },
            "dtype": "float64",
            "weights": {"kind": "seed", "seed": 1},
            "input": {"kind": "random", "seq_len": 6, "batch_size": 2, "seed": 7},
            "lengths": [6, 4],
            "h_0": None,
            "c_0": None,
            "training": True,
            "dropout_seed": 3,
        },
        "unbatched": {
            "config": {"input_size": 2, "hidden_size": 3},
            "input": {"kind": "values", "values": [[1.0, 0.0], [0.0, 1.0], [0.5, -0.5]]},
            "h_0": [[0.1, 0.2, 0.3]],
        },
    }
    examples: dict[str, Example] = {found.name: _preset_example(found) for found in presets()}
    examples["state_dict"] = _with_its_weights(preset("worked_example"))
    return examples | {name: {"summary": name.replace("_", " "), "value": value} for name, value in own.items()}


def corpus_requests() -> dict[str, Example]:
    """Examples of the body of POST /api/corpora, by name."""
    config = {"input_size": 2, "hidden_size": 4}
    sequences = [{"config": config, "input": {"kind": "random", "seq_len": 100, "seed": seed}} for seed in range(3)]
    return {"three_sequences": {"summary": "one LSTM on three sequences", "value": {"requests": sequences}}}


def known_id() -> str:
    """An id that every server knows from its start: that of the worked example."""
    return trace_id_of(TraceRequest.model_validate(preset("worked_example").request))
