"""Visiting a served Rapport over the network, once or all the time. For tests and proofs."""

import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener


@dataclass
class Visitor:
    """Somebody's browser, of what it takes to sign in, and their token to the API."""

    base: str
    token: str = ""
    opener: Any = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def ask(self, path: str, body: Any = None, method: str | None = None) -> tuple[int, bytes]:
        """Status and content; status 0 where nobody answers."""
        is_api = path.startswith("/api/")
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"} if is_api else {}
        content = json.dumps(body).encode() if body is not None else None
        try:
            with self.opener.open(Request(self.base + path, content, headers, method=method), timeout=20) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()
        except (URLError, OSError) as error:
            return 0, str(error).encode()

    def sign_in(self, email: str, password: str) -> None:
        _status, page = self.ask("/accounts/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        fields = {"login": email, "password": password, "csrfmiddlewaretoken": token[1].decode()}
        with self.opener.open(self.base + "/accounts/login/", urlencode(fields).encode()) as answer:
            assert answer.url == f"{self.base}/", answer.url


class Load:
    """What is asked all the time, until told to stop."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.stop = visitor, threading.Event()
        self.answered, self.longest, self.wrong = 0, 0.0, list[str]()
        self.thread = threading.Thread(target=self._go_on)

    def _go_on(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            person = {"name": f"Met Meanwhile {number}", "email": f"met{number}@meanwhile.example"}
            status, answer = self._note(201, "/api/v1/people", person, "POST")
            if status == 201:
                self._note(200, f"/api/v1/people/{json.loads(answer)['id']}", {"job_title": "Clerk"}, "PATCH")
            for path in ("/api/v1/people?limit=5", "/", "/people/", "/inbox/", "/ledger/", "/search?q=an"):
                self._note(200, path)

    def _note(self, expected: int, path: str, body: Any = None, method: str | None = None) -> tuple[int, bytes]:
        began = time.monotonic()
        status, answer = self.visitor.ask(path, body, method)
        self.longest = max(self.longest, time.monotonic() - began)
        self.answered += 1
        if status != expected:
            self.wrong.append(f"{method or 'GET'} {path}: {status}")
        return status, answer
