"""Nested lists are checked to the last element, and the element at fault is named."""

from typing import Any

import numpy as np
import pytest

from lstm_lens.lstm import InvalidCall
from lstm_lens.lstm.values import nested_array


@pytest.mark.parametrize("value", [[1], [[1.5, 2]], [[[1], [2]], [[3], [4]]], [-0.0], [10**200]])
def test_takes_equal_lists_of_finite_numbers(value: Any) -> None:
    found = nested_array(value)
    assert found.dtype == np.float64
    assert found.tolist() == np.array(value, dtype=np.float64).tolist()


@pytest.mark.parametrize(
    ("value", "path", "kind"),
    [
        (3.0, (), "numbers_type"),
        (None, (), "numbers_type"),
        ({}, (), "numbers_type"),
        ("ab", (), "numbers_type"),
        ([], (), "empty"),
        ([[]], (0,), "empty"),
        ([[1], []], (1,), "ragged"),
        ([[1, 2], [3]], (1,), "ragged"),
        ([[1], 2], (1,), "ragged_list"),
        ([1, [2]], (1,), "ragged_number"),
        ([[[1]], [[2, 3]]], (1, 0), "ragged"),
        ([[1, True]], (0, 1), "float_type"),
        ([[1, None]], (0, 1), "float_type"),
        ([[1, "2"]], (0, 1), "float_type"),
        ([[1], ["\ud800"]], (1, 0), "float_type"),
        ([[1, float("nan")]], (0, 1), "finite_number"),
        ([[1], [float("inf")]], (1, 0), "finite_number"),
        ([[1], [-(10**400)]], (1, 0), "finite_number"),
        ([[[[1]]]], (), "too_deep"),
    ],
)
def test_names_the_element_at_fault(value: Any, path: tuple[int, ...], kind: str) -> None:
    with pytest.raises(InvalidCall) as refusal:
        nested_array(value)
    assert [(problem.path, problem.kind) for problem in refusal.value.problems] == [(path, kind)]
