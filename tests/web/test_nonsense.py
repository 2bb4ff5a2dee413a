"""Over every registered page: nonsense in any of its parameters is refused, and never a fault of ours.

The forms are those that the pages themselves hold; besides, every parameter that any view asks for is sent to all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html
import pytest
from django.db import transaction
from django.test import Client

import rapport.web
from rapport.platform.access.actors import _compiled
from rapport.platform.resources.registry import _custom_fields
from tests.factories.cast import Cast
from tests.web.conftest import SignIn
from tests.web.doors import House, make_house

pytestmark = pytest.mark.django_db
NONSENSE = (
    "x\0y", "-1", "9" * 400, "1e999999999", "1e99999", "nan", '{"a": {}}', "../../etc/passwd", "' OR pg_sleep(9) --",
    "2026-13-45T25:61", "0001-01-01T00:00", "9999-12-31T23:59", "0190a000-0000-7000-8000-000000000000",
    "\u202e\U0001d54f\ufdfa\u0130\u00df", "<script>alert(1)</script>", "{{7*7}}", "a,b,,c", "x" * 20_000, "|", "",
)  # fmt: skip
ASKED = re.compile(r'(?:GET|POST|sent|asked|given)(?:\.get|\.getlist)?[\[(]"([\w.]+)"')
Door = tuple[str, str]
"""Method and path."""


def asked_for() -> list[str]:
    """Every parameter that some view asks for by name."""
    sources = Path(rapport.web.__file__).parent.rglob("*.py")
    return sorted({name for path in sources for name in ASKED.findall(path.read_text())})


def forms(address: str, content: bytes) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The forms of a page, and what its links and htmx ask: method, address, fields as they stand."""
    if not content.strip().startswith(b"<"):
        return
    page = lxml.html.fromstring(content)
    for form in page.forms:
        fields = dict.fromkeys((each.name for each in form.inputs if each.name), "") | dict(form.form_values())
        target = form.get("hx-post") or form.get("hx-get") or form.get("action") or address
        yield "POST" if form.get("hx-post") else form.method, target, fields
    for element in page.iter():
        for mark, method in (("hx-get", "GET"), ("hx-post", "POST"), ("href", "GET"), ("formaction", "POST")):
            if target := element.get(mark):
                yield method, target, {}


class Sender:
    """Sends requests of which nothing stays, and notes what was a fault of ours."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client.raise_request_exception = False
        self.faults: dict[Door, Sequence[tuple[str, str]]] = {}

    def __call__(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> bytes:
        # What is compiled by the database's state must not outlive the state.
        _compiled.cache_clear()
        _custom_fields.cache_clear()
        sent = urlencode(fields)
        with transaction.atomic():
            response: Any = self.client.generic(
                method, path, sent if method == "POST" else "", QUERY_STRING=sent if method == "GET" else "",
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip
            content = b"".join(response) if response.streaming else bytes(response.content)
            transaction.set_rollback(True)
        if response.status_code >= 500:
            self.faults.setdefault((method, path), [(name, value[:40]) for name, value in fields[:3]])
        return content


def found_doors(house: House, send: Sender) -> dict[Door, dict[str, str]]:
    """Every address by both methods, and the fields that any page's forms and links send there."""
    found: dict[Door, dict[str, str]] = defaultdict(dict)
    for address in house.addresses():
        found["POST", address], found["GET", address] = found["POST", address], found["GET", address]
        for method, target, fields in forms(address, send("GET", address)):
            parts = urlsplit(target)
            if parts.path.startswith("/") and not parts.path.startswith(("/accounts/", "/static/")):
                found[method, parts.path] |= dict(parse_qsl(parts.query)) | fields
    return found


@pytest.mark.parametrize(("who", "at_once", "alone"), [("administrator", 2, 1), ("owner", 1, 0)])
def test_nonsense_is_never_a_fault_of_ours(
    cast: Cast, sign_in: SignIn, tmp_path: Path, settings: Any, who: str, at_once: int, alone: int
) -> None:
    """So many of them each address meets in all parameters at once, and in each of its own alone."""
    settings.DATA = tmp_path
    send = Sender(sign_in(getattr(cast, who)))
    house = make_house(cast)
    everything, nonsense = asked_for(), cycle(NONSENSE)
    doors = found_doors(house, send)
    assert len(doors) > 200
    for (method, path), usual in doors.items():
        for value in (next(nonsense) for _time in range(at_once)):
            send(method, path, [(name, value) for name in everything])
        for name in usual:
            for value in (next(nonsense) for _time in range(alone)):
                send(method, path, [*{**usual, name: value}.items()])
    assert send.faults == {}
