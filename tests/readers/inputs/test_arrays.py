"""Arrays of files: numpy's and safetensors' own files read as numpy reads them; lying and hostile ones refused."""

import io
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as save_safetensors

from tests.readers.inputs.reading import preview, problem, read


def npy(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def header(shape: str, descr: str = "'<f8'", order: str = "False", data: bytes = b"") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i8", ">i2", "u1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_dtype_and_order_is_read_as_numpy_reads_it(tmp_path: Path, dtype: str, order: Any) -> None:
    array = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype)
    found = read(tmp_path, npy(np.asarray(array, order=order)))
    np.testing.assert_array_equal(np.array(found["input"]["values"])[:, 0], array.astype(float))


def test_axes_are_read_in_the_layout_that_is_chosen(tmp_path: Path) -> None:
    array = np.arange(24.0).reshape(4, 2, 3)
    assert read(tmp_path, npy(array))["input"]["values"] == array.tolist()
    turned = read(tmp_path, npy(array), layout="sample_first")
    assert (turned["seq_len"], turned["batch_size"]) == (2, 4)
    assert turned["input"]["values"] == array.transpose(1, 0, 2).tolist()
    assert read(tmp_path, npy(np.arange(3.0)))["input"]["values"] == [[[0]], [[1]], [[2]]]


def test_an_archive_brings_lengths_and_annotations(tmp_path: Path) -> None:
    x, y = np.arange(12.0).reshape(3, 2, 2), np.array([[1.0, 2], [3, 4], [5, np.nan]])
    found = read(tmp_path, npz(x=x, lengths=np.array([3, 1]), targets=y))
    assert found["lengths"] == [3, 1]
    assert found["rows"] == [{"name": "targets", "kind": "target", "values": [[1, 3, 5], [2]]}]
    assert found["input"]["values"][1] == [[4, 5], [0, 0]]
    assert problem(tmp_path, npz(x=x, lengths=np.array([4, 1]))).kind == "lengths"


def test_of_several_arrays_one_is_chosen(tmp_path: Path) -> None:
    both = {"rain": np.zeros((3, 1)), "snow": np.ones((4, 2))}
    for body in (npz(**both), save_safetensors(both)):
        assert problem(tmp_path, body).path == ("query", "array")
        assert read(tmp_path, body, array="snow")["input_size"] == 2
        assert problem(tmp_path, body, array="hail").path == ("query", "array")
        assert [array["name"] for array in preview(tmp_path, body)["arrays"]] == ["rain", "snow"]


def test_missing_numbers_in_arrays_are_told_or_filled(tmp_path: Path) -> None:
    array = np.array([[1.0, 2], [np.nan, 3], [4, np.nan]])
    assert problem(tmp_path, npy(array)).path == ("body", 1, 0)
    assert read(tmp_path, npy(array), missing="forward")["input"]["values"] == [[[1, 2]], [[1, 3]], [[4, 3]]]
    assert problem(tmp_path, npy(np.array([1.0, np.inf])), missing="zero").kind == "infinite_value"


HOSTILE: dict[str, tuple[bytes, str]] = {
    "objects": (npy(np.array([1, "a"], dtype=object), allow_pickle=True), "Python objects"),
    "object_descr": (header("(3,)", "'|O'", data=b"\x80\x04N."), "Python objects"),
    "structured": (npy(np.zeros(3, dtype=[("a", "f8")])), "real numbers"),
    "complex": (npy(np.zeros(3, dtype=complex)), "real numbers"),
    "texts": (npy(np.array(["a", "b"])), "real numbers"),
    "dates": (npy(np.array(["2020-01-01"], dtype="datetime64[D]")), "real numbers"),
    "lying_shape": (header("(1000000,)", data=bytes(80)), "promises"),
    "huge_shape": (header("(281474976710655, 281474976710655)"), "above the limit"),
    "overflowing_shape": (header("(2**70,)"), "cannot be read"),
    "bool_shape": (header("(True,)", data=bytes(8)), "no shape"),
    "negative_shape": (header("(-1,)", data=bytes(8)), "no shape"),
    "rank": (header("(" + "1," * 400 + ")", data=bytes(8)), "axes"),
    "too_much": (npy(np.zeros(3)) + b"more", "promises"),
    "cut": (npy(np.zeros(30))[:-1], "promises"),
    "code_in_the_header": (header("__import__('os').system('id')"), "cannot be read"),
    "nested_header": (header("(" * 3000 + ")" * 3000), "cannot be read"),
    "long_header": (b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"{}", "header"),
    "version": (b"\x93NUMPY\x09\x00" + bytes(64), "version"),
    "stub": (b"\x93NUMPY", "version"),
    "four_axes": (npy(np.zeros((1, 1, 1, 1))), "1 to 3 axes"),
    "no_axis": (npy(np.float64(1)), "1 to 3 axes"),
    "empty_axis": (npy(np.zeros((0, 3))), "no numbers"),
    "zip_garbage": (b"PK\x03\x04" + bytes(100), "damaged"),
    "zip_cut": (npz(x=np.zeros((50, 3)))[:-30], "damaged"),
    "safetensors_overflow": (
        struct.pack("<Q", 40) + b'{"a":{"dtype":"F64","shape":[9],"data_offse',
        "safetensors|header|JSON",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_sentence(tmp_path: Path, name: str) -> None:
    import re

    content, words = HOSTILE[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = problem(tmp_path, content)
    assert re.search(words, found.message), found
    assert found.path[0] == "body"


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_is(tmp_path: Path) -> None:
    honest = zipped({"x.npy": header("(100000000,)", data=bytes(8_000_000))})
    assert problem(tmp_path, honest).kind == "numbers_above_limit"
    lying = zipped({"x.npy": header("(10,)", data=bytes(50_000_000))})
    assert "not as long as its header says" in problem(tmp_path, lying).message
    short = zipped({"x.npy": header("(1000,)", data=bytes(80))})
    assert "not as long as its header says" in problem(tmp_path, short).message


def test_archives_with_anything_else_inside_are_refused(tmp_path: Path) -> None:
    assert "Excel" in problem(tmp_path, zipped({"xl/workbook.xml": b""})).message
    assert "convert" in problem(tmp_path, zipped({"archive/data.pkl": b"\x80\x02."})).message
    assert problem(tmp_path, zipped({"../x.npy": npy(np.zeros(2)), "y.txt": b""})).kind == "npz_members"
    assert problem(tmp_path, zipped({"x.npy": npy(np.zeros(2))}, zipfile.ZIP_LZMA)).kind == "zip_member_packed"
    assert problem(tmp_path, zipped({f"a{k}.npy": b"" for k in range(1001)})).kind == "zip_members"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "nothing to read"),
        (b"  \n\t ", "nothing to read"),
        (b"PAR1" + bytes(50), "Parquet"),
        (b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5"),
        (b"\x1f\x8b" + bytes(50), "gzip"),
        (b"\x80\x04\x95\x0b" + bytes(50), "pickle"),
        (bytes(200), "none of the formats"),
        (bytes(range(256)), "none of the formats"),
    ],
)
def test_what_is_of_no_format_is_told_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in problem(tmp_path, content).message
