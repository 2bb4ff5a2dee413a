"""Over every registered page: nonsense in any of its parameters is refused, and never a fault of ours.

The forms are those that the pages themselves hold, and every parameter that any view asks for is sent to all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from tests.web.conftest import BACKEND
from tests.web.doors import House, make_house

pytestmark = pytest.mark.django_db
NONSENSE = (
    "", "\0", "x\0y", "-1", "9" * 400, "1e99999", "1e999999999", "nan", "[]", '{"a": {}}', "null", "true", "../../etc/passwd",
    "' OR pg_sleep(9) --", "=cmd()", "2026-13-45T25:61", "0001-01-01T00:00", "9999-12-31T23:59", "0190a000-0000-7000-8000-000000000000",
    "\u202e\U0001d54f\ufdfa\u0130\u00df", "<script>alert(1)</script>", "{{7*7}}${7*7}", "a,b,,c", "__class__", "x" * 70_000, "%00%ff", "|",
)
ASKED = re.compile(r"""(?:GET|POST|sent|asked|given)(?:\.get|\.getlist)?[\[(]f?"([\w.]+)"|"(\w+)" (?:not )?in (?:request|asked|sent)""")
Form = tuple[str, str, tuple[tuple[str, str], ...]]
"""Method, address, and the fields as they stand."""


def asked_for() -> list[str]:
    """Every parameter that some view asks for by name."""
    sources = Path(rapport.web.__file__).parent.rglob("*.py")
    return sorted({name for path in sources for found in ASKED.findall(path.read_text()) for name in found if name})


def forms(address: str, content: bytes) -> Iterator[Form]:
    """The forms of a page, and the addresses that its links and htmx ask."""
    if not content.strip():
        return
    page = lxml.html.fromstring(content)
    for form in page.forms:
        fields = tuple((name, value or "") for name, value in form.form_values()) if form.fields else ()
        named = {name for name, _v in fields}
        fields += tuple((each.name, "") for each in form.inputs if each.name and each.name not in named)
        target = form.get("hx-post") or form.get("hx-get") or form.get("action") or address
        yield ("POST" if form.get("hx-post") else form.method), target, fields
    for element in page.iter():
        for mark, method in (("hx-get", "GET"), ("hx-post", "POST"), ("href", "GET"), ("formaction", "POST")):
            if (target := element.get(mark)) and target.startswith("/"):
                yield method, target, ()


@pytest.fixture
def house(cast: Cast, tmp_path: Any, settings: Any) -> House:
    settings.DATA = tmp_path
    settings.RATELIMIT = False
    return make_house(cast)


class Sender:
    """Sends requests of which nothing stays."""

    def __init__(self, user: Any) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(user, backend=BACKEND)
        self.faults: dict[str, str] = {}

    def __call__(self, method: str, address: str, fields: Any, nonsense: str, **headers: str) -> bytes:
        _compiled.cache_clear()
        _custom_fields.cache_clear()
        sent = urlencode(fields)
        with transaction.atomic():
            try:
                if method == "GET":
                    response = self.client.get(address, QUERY_STRING=sent or urlsplit(address).query, headers=headers)
                else:
                    response = self.client.post(address, sent, content_type="application/x-www-form-urlencoded", headers=headers)
                content = b"".join(response) if response.streaming else bytes(response.content)
                status = response.status_code
            except Exception as fault:
                status, content = 500, b""
            transaction.set_rollback(True)
        if status >= 500:
            self.faults.setdefault(f"{method} {address.partition('?')[0]}", f"{nonsense[:30]!r} {fields[:2] if len(fields) < 99 else 'all'}")
        return content


@pytest.mark.parametrize("who", ["administrator", "owner"])
def test_nonsense_is_never_a_fault_of_ours(house: House, cast: Cast, who: str) -> None:
    send = Sender(getattr(cast, who))
    found: dict[tuple[str, str], set[str]] = {}
    defaults: dict[tuple[str, str], dict[str, str]] = {}
    for address in house.addresses():
        for method in ("GET", "POST"):
            found.setdefault((method, address), set())
        for method, target, fields in forms(address, send("GET", address, (), "")):
            parts = urlsplit(target)
            if not parts.path.startswith("/") or parts.path.startswith(("/accounts/", "/static/")):
                continue
            listed = dict(parse_qsl(parts.query)) | dict(fields)
            found.setdefault((method, parts.path), set()).update(listed)
            defaults.setdefault((method, parts.path), {}).update({n: v for n, v in listed.items() if v})
    everything = asked_for()
    count = 0
    for (method, address), names in found.items():
        usual = defaults.get((method, address), {})
        for nonsense in NONSENSE:
            if method == "POST" or len(nonsense) < 1000:
                send(method, address, [(name, nonsense) for name in everything], nonsense); count += 1
        for name in sorted(names):
            for nonsense in NONSENSE:
                fields = list({**usual, name: nonsense}.items())
                send(method, address, fields, nonsense); count += 1
    print(count, len(found))
    assert send.faults == {}
