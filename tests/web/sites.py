"""Each kind of store as a place where servers can be started, and what lies in it looked at and spoilt."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store
from starlette.testclient import TestClient

from lstm_lens.core.settings import Settings
from lstm_lens.main import create_app
from lstm_lens.store import Store
from lstm_lens.store.bucket import Bucket
from tests.web.s3_server import S3Server


class Site:
    """One store, for servers that each have a data folder of their own."""

    def __init__(self, folder: Path, url: str, objects: S3Store | None = None) -> None:
        self.folder, self.url, self.objects = folder, url, objects

    def settings(self, server: str = "a", **options: Any) -> Settings:
        data = self.folder if self.url == "" else self.folder / server
        return Settings(data_dir=data, store_url=self.url, **({"workers": 0} | options))

    def start(self, server: str = "a", **options: Any) -> TestClient:
        return TestClient(create_app(self.settings(server, **options)), raise_server_exceptions=False)

    def store(self, server: str = "a", max_bytes: int = 2**30) -> Store:
        settings = self.settings(server)
        return Store(settings.data_dir, max_bytes, settings.store_url)

    def bucket(self) -> Bucket:
        """The objects as the store sees them."""
        assert self.objects is not None
        return Bucket(self.objects)

    def files(self) -> list[Path]:
        """The trace files of all servers."""
        return sorted(self.folder.rglob("*.safetensors"))

    def spoil(self, trace_id: str, content: bytes) -> None:
        """Damage a trace wherever it lies."""
        for path in self.files():
            if path.stem == trace_id:
                path.write_bytes(content)
        if self.objects is not None:
            obstore.put(self.objects, f"traces/{trace_id}.safetensors", content)

    def evict(self, trace_id: str) -> None:
        """Remove a trace from wherever it lies."""
        for path in self.files():
            if path.stem == trace_id:
                path.unlink()
        if self.objects is not None:
            obstore.delete(self.objects, f"traces/{trace_id}.safetensors")


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    server = S3Server()
    yield server
    server.stop()


def s3_site(server: S3Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A bucket of one's own."""
    for name, value in server.variables().items():
        monkeypatch.setenv(name, value)
    bucket = f"lens-{len(server.seen)}"
    server.make_bucket(bucket)
    objects = S3Store(bucket, prefix="some/where", client_options={"allow_http": True})
    return Site(folder, f"s3://{bucket}/some/where/", objects)


@pytest.fixture
def s3_place(s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return s3_site(s3, tmp_path, monkeypatch)


@pytest.fixture(params=["data folder", "file", "memory", "s3"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    if request.param == "s3":
        return s3_site(request.getfixturevalue("s3"), tmp_path, monkeypatch)
    urls = {"data folder": "", "file": (tmp_path / "shared store").as_uri(), "memory": "memory://"}
    return Site(tmp_path, urls[request.param])
