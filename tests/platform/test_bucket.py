"""Files in a bucket, over HTTP to a server that speaks S3 (moto's)."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from rapport.config.archive.manifest import attachments_in_bucket
from rapport.config.archive.writing import _add_from_bucket
from rapport.platform.errors import NotFound
from rapport.platform.files import store

BIG = bytes(range(256)) * 50_000
DIGEST = sha256(BIG).digest()
NAME = f"attachments/{DIGEST.hex()[:2]}/{DIGEST.hex()}"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def url(endpoint: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of its own, in which files are kept from now on."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    bucket = tmp_path.name.replace("_", "-")
    urlopen(Request(f"{endpoint}/{bucket}", method="PUT")).close()
    settings.DATA, settings.FILES_URL = tmp_path, f"s3://{bucket}/files"
    return settings.FILES_URL  # type: ignore[no-any-return]


def test_what_is_put_in_comes_out_and_nothing_stays_in_the_folder(url: str, tmp_path: Path) -> None:
    received = tmp_path / "received"
    received.write_bytes(BIG)
    assert store.put(b"small") == sha256(b"small").digest()
    store.take(received, DIGEST)
    store.flush([DIGEST])
    for content in (b"small", BIG):
        with store.open_file(sha256(content).digest()) as file:
            assert file.read(3) + file.read() == content
    assert list(tmp_path.rglob("*")) == []
    with pytest.raises(NotFound):
        store.open_file(b"0" * 32)


def test_what_lay_in_the_folder_before_is_still_found(url: str, settings: Any) -> None:
    settings.FILES_URL = ""
    digest = store.put(b"earlier")
    settings.FILES_URL = url
    with store.open_file(digest) as file:
        assert file.read() == b"earlier"


def test_a_backup_holds_what_is_in_the_bucket(url: str) -> None:
    store.put(BIG, DIGEST)
    assert list(attachments_in_bucket(url)) == [(NAME, len(BIG))]
    assert list(attachments_in_bucket("")) == []
    written = BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        assert _add_from_bucket(archive, url, NAME, len(BIG)) == DIGEST.hex()
    with tarfile.open(fileobj=BytesIO(written.getvalue())) as archive:
        member = archive.extractfile(NAME)
        assert member is not None
        assert member.read() == BIG
