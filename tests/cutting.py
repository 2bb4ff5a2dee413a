"""A connection through which bytes pass until it is told to cut it: for tests of what a broken network does."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Cutter:
    """Passes connections on to `port`, each cut after `left` bytes have gone through it, either way together."""

    port: int
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    left: int = 1 << 60
    passed: int = 0
    """Bytes of the last connection."""

    @property
    def own_port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                ours, _address = self.listener.accept()
                threading.Thread(target=self._pass, args=(ours,), daemon=True).start()

    def _pass(self, ours: socket.socket) -> None:
        self.passed = 0
        with ours, socket.create_connection(("127.0.0.1", self.port)) as theirs, suppress(OSError):
            other = {ours: theirs, theirs: ours}
            while True:
                for source in select.select([ours, theirs], [], [])[0]:
                    data = source.recv(16_384)
                    room = self.left - self.passed
                    self.passed += len(data)
                    other[source].sendall(data[: max(room, 0)])
                    if not data or len(data) >= room:
                        return


@contextmanager
def cutter(port: int) -> Iterator[Cutter]:
    made = Cutter(port)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.listener.shutdown(socket.SHUT_RDWR)
        made.listener.close()
