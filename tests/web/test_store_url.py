"""A store's URL is understood, or refused at the start with a sentence that repeats nothing of it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from lstm_lens.__main__ import main
from lstm_lens.core.settings import Settings
from lstm_lens.core.store_url import StoreAddress, parse


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("", StoreAddress("")),
        ("file:///srv/lens", StoreAddress("file", folder=Path("/srv/lens"))),
        ("file://localhost/srv/my%20lens/", StoreAddress("file", folder=Path("/srv/my lens"))),
        ("memory://", StoreAddress("memory")),
        ("s3://my-bucket", StoreAddress("s3", bucket="my-bucket")),
        ("S3://my.bucket/a/b/", StoreAddress("s3", bucket="my.bucket", prefix="a/b")),
    ],
)
def test_a_url_names_a_place(url: str, address: StoreAddress) -> None:
    assert parse(url) == address


WRONG = [
    "secret",
    "/srv/secret",
    "gs://secret",
    "http://secret:9000/secret",
    "http://[secret",
    "file://secret",
    "file:secret",
    "file:///secret%00",
    "memory://secret",
    "s3://",
    "s3:///secret",
    "s3://SECRET",
    "s3://secret:9000/lens",
    "s3://key:secret@bucket/lens",
    "s3://bucket/lens?secret=1",
    "s3://bucket/lens#secret",
    "s3://bucket/../secret",
    "s3://bucket/a//secret",
    "s3://bucket/a secret",
]


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_url_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(store_url=url)
    (fault,) = caught.value.errors()
    assert fault["loc"] == ("store_url",)
    assert fault["msg"].startswith("Should ")
    assert "secret" not in fault["msg"].lower()


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"LSTM_LENS_STORE_URL": "ftp://x"}, "LSTM_LENS_STORE_URL: Should be nothing"),
        ({"LSTM_LENS_STORE_URL": "file:///dev/null/x"}, "LSTM_LENS_STORE_URL: The folder cannot be made"),
        ({"LSTM_LENS_DATA_DIR": "/dev/null/x"}, "LSTM_LENS_DATA_DIR: The folder cannot be made"),
        (
            {"LSTM_LENS_STORE_URL": "s3://bucket", "AWS_S3_EXPRESS": "perhaps"},
            "LSTM_LENS_STORE_URL: The AWS_* variables do not describe a store",
        ),
    ],
)
def test_a_store_that_cannot_be_opened_ends_the_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variables: dict[str, str],
    told: str,
) -> None:
    settings = {"OMP_NUM_THREADS": "1", "LSTM_LENS_DATA_DIR": str(tmp_path)} | variables
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith(told)
