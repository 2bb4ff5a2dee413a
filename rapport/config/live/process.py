"""The live process: one event loop with one LISTEN connection, one thread for the database, and the door."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from rapport.config.live.door import Door
from rapport.config.live.news_desk import NewsDesk
from rapport.config.live.streams import MOST, Streams

SPARE = 1_000
"""Connections beyond those of the streams, which are told that there is no room; further ones would wait unheard."""


def serve_live(options: dict[str, Any]) -> None:
    """Serves until SIGTERM. `options` is what `Exposure.live_options` gives."""
    asyncio.run(_serve(options))


async def _serve(options: dict[str, Any]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(1, thread_name_prefix="database") as database:
        desk = NewsDesk(Streams(), database)
        server = _server(Door(desk, options["page_port"]), options)
        tasks = [asyncio.ensure_future(each) for each in (desk.listen(), desk.pass_on(), server.serve())]
        ended = asyncio.ensure_future(stop.wait())
        done, _running = await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
        for stream in desk.streams.all:
            stream.end()
        server.stop()
        await _finish(tasks)
        for task in done:
            task.result()  # what went wrong, if that is why we are here


async def _finish(tasks: Sequence[asyncio.Future[Any]]) -> None:
    """Lets the server finish what it sends; the others have nothing to finish."""
    *others, _serving = tasks
    for task in others:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 3)


def _server(door: Door, options: dict[str, Any]) -> Server:
    return Server(
        door,
        address=options["host"],
        port=options["port"],
        interface=Interfaces.RSGI,
        websockets=False,
        log_enabled=False,
        backlog=MOST,
        backpressure=MOST + SPARE,
        ssl_cert=Path(options["certificate"]) if options["certificate"] else None,
        ssl_key=Path(options["key"]) if options["key"] else None,
    )
