"""`GET /live?about=people&about=ID…&here=people:ID`: the one address of the live process, as an RSGI application."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope

from rapport.config.live import rights
from rapport.config.live.news_desk import NewsDesk
from rapport.config.live.streams import Place, Stream, Visitor

PATH = "/live"
TOPIC = re.compile(r"[a-z_]{1,60}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
HERE = re.compile(r"([a-z_]{1,60}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII)
TOPICS = 20
PACE_SECONDS = 1.0
"""A page hears of changes at most this often: what happens in between is told together."""
HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 20.0
"""A browser that takes nothing for so long is gone."""
RETRY = "retry: 2000\n\n"

Headers = list[tuple[str, str]]
STREAM: Headers = [
    ("Content-Type", "text/event-stream"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),
    ("X-Content-Type-Options", "nosniff"),
]


class Door:
    """`page_port` is that of the pages' origin; 0 when a proxy serves pages and streams at one."""

    def __init__(self, desk: NewsDesk, page_port: int) -> None:
        self.desk = desk
        self.page_port = page_port

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        cors = self._cors(scope)
        about = _about(scope.query_string)
        if refusal := _refusal(scope, cors, about):
            protocol.response_empty(refusal, cors or [])
        elif (visitor := await self._visitor(scope)) is None:
            protocol.response_empty(401, cors or [])
        elif not self.desk.streams.has_room_for(visitor):
            protocol.response_empty(503, cors or [])
        else:
            with self._opened(visitor, about, await self._place(scope, visitor)) as stream:
                await _serve(stream, protocol, STREAM + (cors or []))

    def _cors(self, scope: Scope) -> Headers | None:
        """The headers that let the page read the answer; None for a page that isn't ours."""
        host, _port = split_domain_port(scope.headers.get("host") or scope.authority or "")
        origin = scope.headers.get("origin")
        if not validate_host(host, settings.ALLOWED_HOSTS):
            return None
        if origin is None:
            return []
        return _allowing(origin) if self._is_ours(origin, host) else None

    def _is_ours(self, origin: str, host: str) -> bool:
        scheme = "https" if settings.SECURE else "http"
        port = f":{self.page_port}" if self.page_port not in (0, 443 if settings.SECURE else 80) else ""
        return origin == f"{scheme}://{host}{port}"

    async def _visitor(self, scope: Scope) -> Visitor | None:
        key = _cookie(scope, settings.SESSION_COOKIE_NAME)
        return await self.desk.ask(rights.visitor_of, key) if key else None

    @contextmanager
    def _opened(self, visitor: Visitor, about: frozenset[str], place: Place | None) -> Iterator[Stream]:
        stream = Stream(visitor, about, place)
        self.desk.streams.all.add(stream)
        self._tell_beside(stream)
        try:
            yield stream
        finally:
            self.desk.streams.all.discard(stream)
            self._tell_beside(stream)

    def _tell_beside(self, stream: Stream) -> None:
        if stream.place:
            self.desk.streams.tell_beside(stream.place.where)

    async def _place(self, scope: Scope, visitor: Visitor) -> Place | None:
        """The record's page that it is, `here=people:ID`, if they may see that record."""
        asked = next((value for name, value in parse_qsl(scope.query_string) if name == "here"), "")
        found = HERE.fullmatch(asked)
        return await self.desk.ask(rights.place_of, visitor, found[1], UUID(found[2])) if found else None


def _refusal(scope: Scope, cors: Headers | None, about: frozenset[str]) -> int:
    """The status with which a request is refused whoever sent it; 0 when it isn't."""
    refusals = ((scope.path != PATH, 404), (scope.method != "GET", 405), (cors is None, 403), (not about, 400))
    return next((status for is_refused, status in refusals if is_refused), 0)


def _allowing(origin: str) -> Headers:
    return [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin")]


def _about(query: str) -> frozenset[str]:
    """What the page asks about; nothing when it asks for what can't be."""
    asked = [value for name, value in parse_qsl(query) if name == "about"]
    return frozenset(asked) if len(asked) <= TOPICS and all(map(TOPIC.fullmatch, asked)) else frozenset()


def _cookie(scope: Scope, name: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        jar.load("; ".join(scope.headers.get_all("cookie")))  # HTTP/2 may send one at a time (RFC 9113, 8.2.3)
    value = jar[name].value if name in jar else ""
    return "" if "\0" in value else value


async def _serve(stream: Stream, protocol: HTTPProtocol, headers: Headers) -> None:
    """Sends until the browser goes or the stream is ended."""
    transport = protocol.response_stream(200, headers)
    leaving = asyncio.ensure_future(protocol.client_disconnect())
    leaving.add_done_callback(lambda _done: stream.end())
    try:
        await _send(transport, RETRY)
        while not stream.over.is_set():
            await _within(HEARTBEAT_SECONDS, stream.wake)
            if stream.over.is_set():
                return
            text = stream.take()
            await _send(transport, text or ": still here\n\n")
            if text:
                await _within(PACE_SECONDS, stream.over)
    except (ProtocolClosed, TimeoutError):
        return
    finally:
        leaving.cancel()


async def _send(transport: Any, text: str) -> None:
    await asyncio.wait_for(transport.send_str(text), SEND_SECONDS)


async def _within(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
