"""Pages that are open and idle: what a thousand of them cost, and how soon all hear of a change."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import psycopg

from bench.registry import Figure, line
from bench.running import below, megabytes
from bench.world import PORT, World

LISTENERS, OF_ONE_SESSION = 1_000, 20
IDLE_SECONDS, PATIENCE = 20, 120


@line("listening")
def listening(world: World) -> Iterable[Figure]:
    """Each session holds as many streams as it may; the sessions are copies of one that has signed in."""
    browser = world.browser()
    port = re.search(rb'data-stream=":(\d+)/live', browser.get("/"))
    assert port
    keys = _sessions(world, browser.headers["Cookie"], LISTENERS // OF_ONE_SESSION)
    yield from asyncio.run(asyncio.wait_for(_listen(world, int(port[1]), keys * OF_ONE_SESSION), PATIENCE))


def _sessions(world: World, cookie: str, count: int) -> list[str]:
    own = re.search(r"session=(\w+)", cookie)
    assert own
    keys = [f"{own[1][:-4]}{number:04}" for number in range(count)]
    with psycopg.connect(world.owner_database_url, autocommit=True) as owner:
        for key in keys:
            owner.execute(
                "INSERT INTO django_session SELECT %s, session_data, expire_date FROM django_session"
                " WHERE session_key = %s",
                (key, own[1]),
            )
    return keys


async def _listen(world: World, port: int, keys: list[str]) -> list[Figure]:
    before = megabytes(world)
    streams = [await _open(port, key) for key in keys]
    await asyncio.sleep(3)
    memory = megabytes(world) - before
    spent = _processor_seconds(world)
    await asyncio.sleep(IDLE_SECONDS)
    share = 100 * (_processor_seconds(world) - spent) / IDLE_SECONDS
    begin = perf_counter()
    changing = asyncio.to_thread(world.api().post, "/api/v1/people", {"name": "Heard Of"})
    await asyncio.gather(changing, *(reader.readuntil(b"event: changed") for reader, _writer in streams))
    heard = perf_counter() - begin
    for _reader, writer in streams:
        writer.close()
    return [
        Figure("memory of 1,000 idle listeners", "MB", memory),
        Figure("processor for 1,000 idle listeners", "% of one", share),
        Figure("a change, until 1,000 have heard", "s", heard),
    ]


async def _open(port: int, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(
        f"GET /live?about=people HTTP/1.1\r\nHost: localhost:{port}\r\n"
        f"Origin: http://localhost:{PORT}\r\nCookie: session={key}\r\n\r\n".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0], head
    await reader.readuntil(b"retry")
    return reader, writer


def _processor_seconds(world: World) -> float:
    """Of all processes but PostgreSQL's (proc(5), stat, fields 14 and 15)."""
    ticks = 0
    for process in below(world.processes[0]):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
