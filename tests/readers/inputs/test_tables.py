"""Tables: columns with names become features, times, samples and annotations; a fault is told with its place."""

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest

from tests.readers.inputs.reading import preview, problem, read

WEATHER = "date,rain,temp,flow\n2020-01-01,0.5,-3,12\n2020-01-02,0,2.5,11\n2020-01-03,7.25,4,19.5\n"


def values(found: dict[str, Any]) -> list[list[float]]:
    """(T, I) of the one sample."""
    assert found["batch_size"] == 1
    return [samples[0] for samples in found["input"]["values"]]


def test_columns_are_features_under_their_names_and_dates_are_the_time(tmp_path: Path) -> None:
    found = read(tmp_path, WEATHER)
    assert found["format"] == "csv"
    assert found["features"] == ["rain", "temp", "flow"]
    assert found["times"] == ["2020-01-01", "2020-01-02", "2020-01-03"]
    assert values(found) == [[0.5, -3, 12], [0, 2.5, 11], [7.25, 4, 19.5]]
    assert found["lengths"] is None
    assert found["remarks"] == ["Taken by their content: date = time."]


def test_columns_become_annotations_that_keep_their_numbers_and_texts(tmp_path: Path) -> None:
    table = "x,season,flow,model\n1,winter,12,11.5\n2,,13,NA\n3,spring,14,15\n"
    found = read(tmp_path, table, roles={"season": "label", "flow": "target", "model": "prediction"})
    assert found["features"] == ["x"]
    assert found["rows"] == [
        {"name": "season", "kind": "label", "values": ["winter", None, "spring"]},
        {"name": "flow", "kind": "target", "values": [12, 13, 14]},
        {"name": "model", "kind": "prediction", "values": [11.5, None, 15]},
    ]


def test_a_column_of_texts_is_a_label_and_names_say_what_columns_are(tmp_path: Path) -> None:
    table = "sample_id,x,words,target,empty\nb,1,one,5,\na,2,two,6,\nb,3,three,7,\n"
    found = read(tmp_path, table)
    assert found["batch_size"] == 2
    assert found["lengths"] == [2, 1]
    assert found["input"]["values"] == [[[1], [2]], [[3], [0]]]
    assert [row["kind"] for row in found["rows"]] == ["label", "target"]
    assert found["rows"][1]["values"] == [[5, 7], [6]]
    assert "2 samples: n = 0: b, n = 1: a." in found["remarks"]
    assert "Rows of a sample stood apart and were gathered." in found["remarks"]


@pytest.mark.parametrize(("delimiter", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_delimiters_are_found_and_a_decimal_comma_with_them(tmp_path: Path, delimiter: str, word: str) -> None:
    table = "a;b\n1,5;-2,25\n3;,5\n1e2;7\n".replace(";", delimiter)
    found = read(tmp_path, table)
    assert values(found) == [[1.5, -2.25], [3, 0.5], [100, 7]]
    assert found["remarks"] == [f"Cells are separated by {word}.", "The decimal mark is a comma."]


def test_quoted_cells_byte_order_marks_and_other_encodings(tmp_path: Path) -> None:
    table = '"a, b","c ""d"""\r\n1,2\r\n'
    for content in (b"\xef\xbb\xbf" + table.encode(), table.encode("utf-16")):
        assert read(tmp_path, content)["features"] == ["a, b", 'c "d"']
    found = read(tmp_path, "Wärme,x\n1,2\n".encode("cp1252"))
    assert found["features"] == ["Wärme", "x"]
    assert "The text is no UTF-8 and was read as Windows-1252." in found["remarks"]


def test_a_table_without_names_and_names_that_are_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "1,2\n3,4\n")
    assert found["features"] == ["column 1", "column 2"]
    assert found["seq_len"] == 2
    assert read(tmp_path, "2019,2020\n3,4\n", header=True)["features"] == ["2019", "2020"]
    assert read(tmp_path, "x,x,\n1,2,3\n")["features"] == ["x", "x (2)", "column 3"]


def test_what_python_writes_is_what_is_read(tmp_path: Path) -> None:
    drawn = random.Random(0)  # noqa: S311 (numbers to write, no secret)
    rows = [[drawn.uniform(-1, 1) * 10 ** drawn.randint(-300, 300) for _ in range(3)] for _ in range(200)]
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b", "c"], *rows])
    assert values(read(tmp_path, text.getvalue())) == rows


def test_missing_values_are_refused_where_they_stand_or_filled_and_told(tmp_path: Path) -> None:
    table = "id,a,b\n1,1,2\n1,,3\n2,5,NaN\n2,6,7\n"
    found = problem(tmp_path, table, roles={"id": "sample"})
    assert found.path == ("body", 3, "a")
    assert found.message.startswith("Row 3, column 2 (a): there is no value; 2 are missing")
    zeros = read(tmp_path, table, roles={"id": "sample"}, missing="zero")
    assert zeros["input"]["values"] == [[[1, 2], [5, 0]], [[0, 3], [6, 7]]]
    assert "Missing values, 2 of them, were filled with 0: a (1), b (1)." in zeros["remarks"]
    late = problem(tmp_path, table, roles={"id": "sample"}, missing="forward")  # not from the sample before
    assert late.path == ("body", 4, "b")
    carried = read(tmp_path, "a\n1\n\nNA\n3\n\n", missing="forward")
    assert carried["input"]["values"] == [[[1]], [[1]], [[1]], [[3]]]


@pytest.mark.parametrize(
    ("table", "path", "words"),
    [
        ("a,b\n1,2\n3,x\n", ("body", 3, "b"), "Row 3, column 2 (b): this is no number"),
        ("a,b\n1,2\n3\n", ("body", 3), "Row 3 should have as many cells as the first row: 2, not 1"),
        ("a,b\n1,2\n3,4,5\n", ("body", 3), "Row 3 should have as many cells as the first row: 2, not 3"),
        ('a,b\n1,2\n3,"4\n', ("body", 3), "quotation mark"),
        ("a,b\n1,1e999\n", ("body", 2, "b"), "beyond every float"),
        ("a;b\n1,5;2\n2.5;3\n", ("body", 3), "decimal comma"),
        ("a,b\n", ("body",), "no values"),
        ("a,b\nx,y\nz,u\n", ("body",), "No column is taken as a feature"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, table: str, path: tuple[Any, ...], words: str) -> None:
    found = problem(tmp_path, table, format="csv")
    assert found.path == path
    assert words in found.message


def test_roles_that_cannot_be_are_told_at_the_option(tmp_path: Path) -> None:
    assert problem(tmp_path, WEATHER, roles={"snow": "target"}).path == ("query", "target")
    both = {"date": "time", "rain": "time"}
    assert problem(tmp_path, WEATHER, roles=both).path == ("query", "time")
    everything = dict.fromkeys(("date", "rain", "temp", "flow"), "label")
    assert problem(tmp_path, WEATHER, roles=everything).kind == "no_feature"
    wide = ",".join(f"c{k}" for k in range(12)) + "\n" + ",".join("1" * 12)
    assert problem(tmp_path, wide, roles={f"c{k}": "label" for k in range(9)}).path == ("query", "label")


def test_times_out_of_order_and_steps_that_differ_are_told(tmp_path: Path) -> None:
    falling = read(tmp_path, "t,x\n2020-01-02,1\n2020-01-01,2\n")
    assert any("do not ascend" in remark for remark in falling["remarks"])
    gap = read(tmp_path, "t,x\n2020-01-01,1\n2020-01-02,2\n2020-01-05,3\n")
    assert any("from 1 day, 0:00:00 to 3 days" in remark for remark in gap["remarks"])
    months = read(tmp_path, "t,x\n2020-01,1\n2020-02,2\n2020-03,3\n")
    assert months["times"] == ["2020-01", "2020-02", "2020-03"]
    assert len(months["remarks"]) == 1


def test_normalisation_is_over_the_valid_timesteps_and_told(tmp_path: Path) -> None:
    table = "sample,a,b\n1,1,5\n1,3,5\n2,8,5\n"
    scored = read(tmp_path, table, normalisation="z_score")
    mean, std = 4.0, (26 / 3) ** 0.5
    assert [row[0][0] for row in scored["input"]["values"]] == pytest.approx([(1 - mean) / std, (3 - mean) / std])
    assert scored["input"]["values"][1][1] == [0, 0]  # padding
    assert scored["normalisation"]["features"] == [
        {"name": "a", "mean": 4.0, "std": pytest.approx(std)},
        {"name": "b", "mean": 5.0, "std": 0.0},
    ]
    assert scored["notes"]["normalisation"] == "z_score: a mean 4, std 2.94392; b mean 5, std 0"
    assert "b: constant, and therefore 0 after normalisation." in scored["remarks"]
    shrunk = read(tmp_path, table, normalisation="min_max")
    assert shrunk["input"]["values"] == [[[0, 0], [1, 0]], [[2 / 7, 0], [0, 0]]]
    assert shrunk["normalisation"]["features"][0] == {"name": "a", "min": 1.0, "max": 8.0}


def test_the_layout_is_the_one_of_the_call(tmp_path: Path) -> None:
    table = "sample,a\n1,1\n1,2\n2,3\n2,4\n"
    assert read(tmp_path, table)["input"]["values"] == [[[1], [3]], [[2], [4]]]
    assert read(tmp_path, table, batch_first=True)["input"]["values"] == [[[1], [2]], [[3], [4]]]


def test_more_numbers_than_may_be_are_told_with_the_setting(tmp_path: Path) -> None:
    found = problem(tmp_path, WEATHER, max_numbers=11)
    assert found.kind == "numbers_above_limit"
    assert "LSTM_LENS_MAX_INPUT_NUMBERS" in found.message
    padded = "sample,x\n" + "1,1\n" * 50 + "".join(f"{k},1\n" for k in range(2, 40))
    assert problem(tmp_path, padded, max_numbers=500).kind == "numbers_above_limit"


def test_a_preview_shows_the_first_rows_and_what_columns_are_taken_as(tmp_path: Path) -> None:
    found = preview(tmp_path, "t,x,word\n" + "".join(f"2020-01-{k:02},{k},\n" for k in range(1, 21)))
    assert found["rows"] == 20
    assert [column["taken_as"] for column in found["columns"]] == ["time", "feature", "skip"]
    assert found["columns"][2]["missing"] == 20
    assert found["columns"][1]["cells"] == [str(k) for k in range(1, 9)]
    faulty = preview(tmp_path, "x,y\n1,2\n3,oops\n")  # whose columns can be chosen although it cannot be read yet
    assert faulty["columns"][1]["cells"] == ["2", "oops"]
