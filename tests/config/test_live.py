"""The live process as a stranger meets it: who gets in, what is on the wire, and when it ends."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from rapport.config.serve.exposure import Exposure
from rapport.interactions.actions.composing import Said, write_down
from rapport.platform.access.actors import actor_for
from rapport.platform.access.leaving import disable_users
from rapport.platform.access.models import User
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast, make_cast
from tests.serving import serving

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PEOPLE = RESOURCES["people"]


@dataclass
class Heard:
    """One open stream, read as bytes."""

    response: http.client.HTTPResponse
    raw: bytes = b""

    def until(self, condition: Callable[[bytes], bool], seconds: float = 5) -> bytes:
        deadline = time.monotonic() + seconds
        while not condition(self.raw):
            assert time.monotonic() < deadline, f"heard only {self.raw!r}"
            self._read()
        return self.raw

    def _read(self) -> None:
        try:
            self.raw += self.response.read1(4096)
        except TimeoutError:
            # A socket whose reading timed out must be told that it may read on, and that the last chunk's end was read.
            self.response.fp.raw._timeout_occurred = False  # type: ignore[attr-defined]
            if self.response.chunk_left == 0:
                self.response.chunk_left = None

    def events(self) -> list[Any]:
        return [json.loads(line[6:]) for line in self.raw.decode().splitlines() if line.startswith("data: ")]

    def has_ended(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self.response.isclosed() and time.monotonic() < deadline:
            self._read()
        return self.response.isclosed()


@dataclass
class Listening:
    exposure: Exposure
    cast: Cast
    opened: ExitStack = field(default_factory=ExitStack)

    def ask(
        self, query: str, user: User | None, path: str = "/live", method: str = "GET", **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("localhost", self.exposure.live_port, timeout=0.2)
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"} if user else {}
        connection.request(method, f"{path}?{query}", headers={**cookie, **headers})
        connection.sock.settimeout(5)
        self.opened.callback(connection.close)
        response = self.opened.enter_context(connection.getresponse())
        connection.sock.settimeout(0.2) if connection.sock else None
        return response

    def listen(self, user: User, *about: Any) -> Heard:
        response = self.ask("&".join(f"about={each}" for each in about), user)
        assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream")
        heard = Heard(response)
        heard.until(lambda raw: b"retry" in raw)
        return heard


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def live(committed: None) -> Iterator[Listening]:
    cast = make_cast()
    with serving() as exposure:
        listening = Listening(exposure, cast)
        with listening.opened:
            yield listening


def person_of(user: User, name: str) -> Any:
    return verbs.create(PEOPLE, {"name": name}, actor=actor_for(user, "page"))


def test_a_stream_names_what_changed_to_whom_may_see_it_and_nothing_else(live: Listening) -> None:
    cast = live.cast
    person = person_of(cast.owner, "Zebedee Quartz")
    mate = live.listen(cast.mate, person.pk)
    outsider = live.listen(cast.outsider, "people", "conversations", "interactions", "parties", person.pk)
    verbs.update(PEOPLE, [person.pk], {"name": "Zebedee Quarry"}, actor=cast.actor("owner"))
    write_down(Said("note", "He moved.", (person.pk,)), actor=cast.actor("owner"))
    mate.until(lambda raw: b"parties" in raw)
    told = {name: ids for event in mate.events() for name, ids in event.items()}
    assert told == {"people": [str(person.pk)], "parties": [str(person.pk)]}
    theirs = person_of(cast.outsider, "Ada")
    outsider.until(lambda raw: str(theirs.pk).encode() in raw)
    assert outsider.events() == [{"people": [str(theirs.pk)]}]
    assert b"Zeb" not in mate.raw
    assert b"retry: 2000\n\nevent: changed\ndata: " in outsider.raw


def test_a_records_page_is_told_who_else_has_it_open_and_when_they_leave(live: Listening) -> None:
    cast = live.cast
    person = person_of(cast.owner, "Zebedee Quartz").pk

    leaving = Listening(live.exposure, cast)

    def open_by(user: User, through: Listening) -> Heard:
        heard = Heard(through.ask(f"about={person}&here=people:{person}", user))
        heard.until(lambda raw: b"retry" in raw)
        return heard

    owner, outsider = open_by(cast.owner, live), open_by(cast.outsider, live)
    with leaving.opened:
        mates = [open_by(cast.mate, leaving) for _tab in range(2)]
        owner.until(lambda raw: b"Mate" in raw)
        mates[0].until(lambda raw: b"Owner" in raw)
    owner.until(lambda raw: b"data: []" in raw)
    there = [each for each in owner.events() if isinstance(each, list)]
    assert there == [[{"name": "Mate", "initials": "MA"}], []]
    assert b"Owner" not in outsider.raw
    assert b"Mate" not in outsider.raw


def test_a_burst_is_told_together(live: Listening) -> None:
    heard = live.listen(live.cast.owner, "people")
    actor = live.cast.actor("owner")
    for start in range(0, 90, 30):
        verbs.create_many(PEOPLE, [{"name": f"Person {start + each}"} for each in range(30)], actor=actor)
    heard.until(lambda raw: b"data: " in raw)
    time.sleep(1.5)
    heard.until(lambda raw: b"many" in raw)
    assert len(heard.events()) <= 2


def test_a_stream_ends_at_once_with_its_right(live: Listening) -> None:
    cast = live.cast
    administrator = cast.actor("administrator")
    left, other = live.listen(cast.mate, "people"), live.listen(cast.owner, "people")
    disable_users([cast.mate.pk], actor=administrator)
    assert left.has_ended(2)
    assert left.events() == []
    changed = User.objects.get(pk=cast.owner.pk)
    changed.set_password("another long sentence")
    changed.save()
    person_of(cast.outsider, "Ada")
    assert other.has_ended(2)
    assert live.ask("about=people", None).status == 401


REFUSED = [
    ("about=people", "/live", "GET", {"Origin": "http://evil.example"}, 403),
    ("about=people", "/live", "GET", {"Origin": "http://localhost:1"}, 403),
    ("about=people", "/live", "GET", {"Host": "evil.example"}, 403),
    ("about=people", "/live", "POST", {}, 405),
    ("about=people", "/", "GET", {}, 404),
    ("", "/live", "GET", {}, 400),
    ("about=people&about=<b>", "/live", "GET", {}, 400),
    ("&".join(["about=people"] * 21), "/live", "GET", {}, 400),
]


def test_who_gets_in(live: Listening) -> None:
    owner = live.cast.owner
    for query, path, method, headers, status in REFUSED:
        assert live.ask(query, owner, path, method, **headers).status == status, (query, headers)
    assert live.ask("about=people", None).status == 401
    forged = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={uuid4().hex}"}
    assert live.ask("about=people", None, **forged).status == 401
    assert live.ask("about=people", None, Cookie=f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaaaaaa"').status == 401
    allowed = live.ask("about=people", owner, Origin=live.exposure.url)
    assert allowed.status == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == live.exposure.url
    assert allowed.headers["Access-Control-Allow-Credentials"] == "true"
    page = Client().get("/accounts/login/")
    assert "connect-src 'self';" in page.headers["Content-Security-Policy"]


def test_one_session_holds_a_bounded_number_of_streams(live: Listening) -> None:
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session_of(live.cast.owner)}"}
    streams = [live.ask("about=people", None, **cookie) for _ in range(21)]
    assert [each.status for each in streams] == [200] * 20 + [503]
    live.opened.close()
    deadline = time.monotonic() + 5
    while live.ask("about=people", None, **cookie).status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_more_pages_listen_than_a_server_takes_by_itself(live: Listening) -> None:
    """granian serves 128 connections at a time unless it is told otherwise; the next would wait unheard."""
    listening = [live.listen(live.cast.owner, "people") for _page in range(140)]
    person = person_of(live.cast.owner, "Ann Heard")
    for each in (listening[0], listening[-1]):
        each.until(lambda raw: str(person.pk).encode() in raw, 10)


def test_who_writes_in_a_conversation_is_told_to_those_who_have_it_open_until_they_stop(live: Listening) -> None:
    cast = live.cast
    party = person_of(cast.owner, "Zebedee Quartz").pk
    opened = write_down(Said("note", "Between us.", (party,)), actor=cast.actor("owner")).conversation_id
    leaving = Listening(live.exposure, cast)

    def open_by(user: User, through: Listening) -> Heard:
        heard = Heard(through.ask(f"about=conversations&here=conversations:{opened}", user))
        heard.until(lambda raw: b"retry" in raw)
        return heard

    def say(user: User, sent: dict[str, str]) -> int:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client.post(f"/inbox/{opened}/writing", sent).status_code

    mate, outsider = open_by(cast.mate, live), open_by(cast.outsider, live)
    with leaving.opened:
        open_by(cast.owner, leaving)
        mate.until(lambda raw: b"Owner" in raw)
        began = time.monotonic()
        assert (say(cast.owner, {"goes_on": "true"}), say(cast.outsider, {"goes_on": "true"})) == (204, 404)
        mate.until(lambda raw: b"writing" in raw)
        assert time.monotonic() - began < 2
        assert say(cast.owner, {}) == 204
        mate.until(lambda raw: raw.rstrip().endswith(b'data: [{"name": "Owner", "initials": "OW"}]'))
        say(cast.owner, {"goes_on": "true"})
        mate.until(lambda raw: raw.count(b"writing") == 2)
    mate.until(lambda raw: b"data: []" in raw)
    assert b"Owner" not in outsider.raw
