"""One `rapport serve` per data folder."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.config.embedded.locks import is_locked, open_lock, try_exclusive


class AlreadyServed(Exception):
    """Another process serves this data folder; the message says which and where."""


@contextmanager
def only_server(data: Path, url: str) -> Iterator[Callable[[str, int], None]]:
    """Hold the folder for the length of the block. Raises AlreadyServed.

    What it gives is called with where live updates are, for `rapport doctor`.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data / "serve.lock"
    descriptor = open_lock(path)
    try:
        if not try_exclusive(descriptor):
            raise AlreadyServed(_message(data, path))
        _write(descriptor, url)
        yield lambda host, port: _write(descriptor, url, live=[host, port])
    finally:
        os.close(descriptor)


def _write(descriptor: int, url: str, **more: object) -> None:
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "url": url, **more}).encode(), 0)


def served_at(data: Path) -> str | None:
    """The address at which this folder is being served; None when it isn't, or hasn't said so yet."""
    path = data / "serve.lock"
    if not path.exists() or not is_locked(path):
        return None
    try:
        url: str = json.loads(path.read_text())["url"]
    except json.JSONDecodeError:
        return None
    return url


def live_address(data: Path) -> tuple[str, int] | None:
    """Where the server of this folder has its live updates; None while it hasn't said so."""
    try:
        host, port = json.loads((data / "serve.lock").read_text())["live"]
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None
    return host, port


def _message(data: Path, path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
    except json.JSONDecodeError:  # it has the lock but hasn't written yet
        return f"Rapport is already starting on {data}."
    return f"Rapport already serves {data} at {holder['url']} (process {holder['pid']})."
