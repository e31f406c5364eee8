"""JSON and text: nested lists and objects, characters and words, one-hot or looked up in the table of an upload."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from lstm_lens.readers.weights import convert
from tests.readers.inputs.reading import preview, problem, read


def wrapped(text: str, vocabulary: list[Any] | None) -> str:
    return json.dumps({"text": text, "vocabulary": vocabulary})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """An upload with an embedding of 4 rows of 3 numbers."""
    lstm = {"weight_ih_l0": (8, 3), "weight_hh_l0": (8, 2), "bias_ih_l0": (8,), "bias_hh_l0": (8,)}
    tensors = {f"rnn.{name}": np.zeros(shape, np.float32) for name, shape in lstm.items()}
    tensors["embedding.weight"] = np.arange(12, dtype=np.float32).reshape(4, 3)
    save_file(tensors, tmp_path / "model.safetensors")
    convert(tmp_path / "model.safetensors", tmp_path / "kept.safetensors")
    return tmp_path / "kept.safetensors"


def test_nested_lists_are_values_in_the_layout_that_is_chosen(tmp_path: Path) -> None:
    assert read(tmp_path, "[1, 2.5]")["input"]["values"] == [[[1]], [[2.5]]]
    assert read(tmp_path, "[[1, 2], [3, 4]]")["input"]["values"] == [[[1, 2]], [[3, 4]]]
    cube = [[[1], [2]], [[3], [4]], [[5], [6]]]
    assert read(tmp_path, json.dumps(cube))["input"]["values"] == cube
    ragged = read(tmp_path, "[[[1], [2]], [[3]]]", layout="sample_first")
    assert ragged["lengths"] == [2, 1]
    assert ragged["input"]["values"] == [[[1], [3]], [[2], [0]]]


def test_objects_are_rows_and_an_object_of_lists_is_columns(tmp_path: Path) -> None:
    rows = [{"t": "2020-01-01", "x": 1, "target": 3}, {"t": "2020-01-02", "x": 2.5, "target": None}]
    found = read(tmp_path, json.dumps(rows))
    columns = {"t": ["2020-01-01", "2020-01-02"], "x": [1, 2.5], "target": [3, None]}
    assert read(tmp_path, json.dumps(columns)) == found
    assert found["input"]["values"] == [[[1]], [[2.5]]]
    assert found["rows"] == [{"name": "target", "kind": "target", "values": [3, None]}]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[[1, 2], [3]]", ("body", 1)),
        ("[[1, 2], [3, true]]", ("body", 1, 1)),
        ('[[1, 2], [3, "x"]]', ("body", 1, 1)),
        ("[[1, 2], [3, null]]", ("body", 1, 1)),
        ("[[1, 1e999]]", ("body", 0, 1)),
        ("[[1, " + "9" * 5000 + "]]", ("body", 0, 1)),
        ("[[[[1]]]]", ("body", 0, 0, 0)),
        ("[[[1], [2]], [[3]]]", ("body", 1)),
        ("[", ("body", 1)),
        ("[1,\n2,\nx]", ("body", 3)),
        ("[" * 100_000, ("body",)),
        ("[]", ("body",)),
        ("{}", ("body",)),
        ('{"a": 1}', ("body",)),
        ('{"a": [1], "b": [1, 2]}', ("body",)),
        ('{"a": [1], "a": [2]}', ("body",)),
        ('[{"a": 1}, 2]', ("body", 1)),
        ('[{"a": {}}]', ("body", 1, "a")),
    ],
)
def test_json_that_is_no_input_is_told_where(tmp_path: Path, text: str, path: tuple[Any, ...]) -> None:
    assert problem(tmp_path, text).path == path


def test_characters_are_one_hot_over_the_alphabet_that_is_found(tmp_path: Path) -> None:
    found = read(tmp_path, "b a\nb\n")
    assert found["format"] == "text"
    assert found["features"] == ["↵", "␣", "a", "b"]
    assert found["times"] == ["b", "␣", "a", "↵", "b"]
    assert [row[0].index(1) for row in found["input"]["values"]] == [3, 1, 2, 0, 3]
    assert found["remarks"] == ["4 different tokens in code point order: ↵, ␣, a, b."]


def test_words_of_lines_are_samples_over_a_given_vocabulary(tmp_path: Path) -> None:
    body = wrapped("the goat\n\ngoat", ["goat", "the", "<unk>"])
    found = read(tmp_path, body, format="text", wrapped=True, tokens="words", lines=True)
    assert found["lengths"] == [2, 1]
    assert found["times"] == [["the", "goat"], ["goat"]]
    assert found["input"]["values"] == [[[0, 1, 0], [1, 0, 0]], [[1, 0, 0], [0, 0, 0]]]


def test_an_unknown_token_is_told_or_taken_for_the_one_that_is_named(tmp_path: Path) -> None:
    body = wrapped("aXa", ["a", "?"])
    found = problem(tmp_path, body, format="text", wrapped=True)
    assert found.path == ("body", 0, 1)
    assert found.message.startswith("Sample 0, token 1 (both from 0) is not in the vocabulary")
    taken = read(tmp_path, body, format="text", wrapped=True, unknown="?")
    assert taken["input"]["values"] == [[[1, 0]], [[0, 1]], [[1, 0]]]
    assert taken["times"] == ["a", "X", "a"]
    assert taken["remarks"] == ["Unknown tokens, 1 of them, were taken for ?."]
    assert problem(tmp_path, body, format="text", wrapped=True, unknown="!").path == ("query", "unknown")


def test_tokens_are_looked_up_in_the_table_of_an_upload(tmp_path: Path, table: Path) -> None:
    matrix = (table, "embedding.weight")
    found = read(tmp_path, wrapped("ba\nb", ["a", "b", "\\n"]), format="text", wrapped=True, matrix=matrix)
    assert [row[0] for row in found["input"]["values"]] == [[3, 4, 5], [0, 1, 2], [6, 7, 8], [3, 4, 5]]
    assert found["features"] is None
    assert found["remarks"] == ["The table has 4 rows, of which the last 1 have no token."]
    assert read(tmp_path, "dbca", format="text", matrix=matrix)["input"]["values"][0] == [[9, 10, 11]]
    unclear = problem(tmp_path, "dba", format="text", matrix=matrix)
    assert unclear.message.startswith("The table has 4 rows and the text 3 different tokens")
    assert problem(tmp_path, "abcd", format="text", matrix=(table, "head")).path == ("query", "matrix")
    long = wrapped("a", list("abcde"))
    assert problem(tmp_path, long, format="text", wrapped=True, matrix=matrix).kind == "vocabulary_rows"


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        '{"text": 1}',
        '{"text": "a", "vocabulary": "a"}',
        '{"text": "a", "vocabulary": []}',
        '{"text": "a", "vocabulary": [""]}',
        '{"text": "a", "vocabulary": ["a", "a"]}',
        '{"text": "a", "vocabulary": ["a", 1]}',
        '{"text": "", "vocabulary": ["a"]}',
        '{"text": "a", "more": 1}',
    ],
)
def test_a_vocabulary_that_is_none_is_told(tmp_path: Path, body: str) -> None:
    assert problem(tmp_path, body, format="text", wrapped=True).path[0] == "body"


def test_text_is_not_normalised_and_has_its_limit(tmp_path: Path) -> None:
    assert problem(tmp_path, "abc", format="text", normalisation="z_score").path == ("query", "normalisation")
    assert (
        problem(tmp_path, "".join(map(chr, range(300, 900))), format="text", max_numbers=10_000).kind
        == "numbers_above_limit"
    )


def test_prose_is_text_and_numbers_are_a_table(tmp_path: Path) -> None:
    for text in ("Hello, world; this is prose.", "one\ntwo\nthree", "In 1997, LSTM came.\nIt stayed, as 2 of us know."):
        assert preview(tmp_path, text)["format"] == "text"
    for text in ("1\n2\n3", "a,b\n1,2", "t;x\n2020-01-01;1,5", "x\n-.5\n+3e4\n"):
        assert preview(tmp_path, text)["format"] == "csv"
    assert preview(tmp_path, "hello")["tokens"] == list("hello")
