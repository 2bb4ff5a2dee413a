"""Every link of every page, as each role: none leads nowhere, none is a fault, and the browser complains of nothing.

A demonstration is served and walked through by an administrator, a member, somebody who may only look, and somebody
with no rights at all. Of addresses that differ by a record or a value alone, the first few are opened.
"""

import os
import re
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright  # noqa: E402

from tests.browsers import FLAGS, chromium, sign_in  # noqa: E402
from tests.installation import add_user, rapport, serve  # noqa: E402
from tests.proving import fail  # noqa: E402
from tests.visiting import Visitor  # noqa: E402

PASSWORD = "a long enough sentence"
OF_A_KIND, OF_A_PATH = 2, 8
"""How many addresses of one kind are opened, and of one path with whatever parameters."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LEFT_ALONE = ("/accounts/logout", "/static/", "/api/", "/source", "/attachments/")
"""Signing out ends the walk; the others aren't pages."""
DOWNLOADS = (".csv", "/original", "/save", "/view")
ROLES = {
    "reader": {"*": {"view": "all"}},
    "nobody": {},
}


def path_of(address: str) -> str:
    return ID.sub("…", urlsplit(address).path)


def kind_of(address: str) -> str:
    names = sorted({name for name, _value in parse_qsl(urlsplit(address).query, keep_blank_values=True)})
    return f"{path_of(address)}?{'&'.join(names)}"


def links(page: Page, base: str) -> Iterator[str]:
    whole = "links => links.map(each => new URL(each.getAttribute('href'), location).href)"
    found = page.eval_on_selector_all("a[href]", whole)
    for address in dict.fromkeys(found):
        path = address.removeprefix(base).partition("#")[0]
        is_page = not path.startswith(LEFT_ALONE) and not path.partition("?")[0].endswith(DOWNLOADS)
        if address.startswith(base) and is_page:
            yield path or "/"


class Walk:
    """One role's way through everything that it is shown."""

    def __init__(self, browser: Browser, base: str, email: str) -> None:
        self.base, self.email = base, email
        self.page = browser.new_context(locale="en-GB").new_page()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("response", self.answered)
        self.complaints: list[str] = []
        self.at = ""
        self.opened: Counter[str] = Counter()
        self.count = 0

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.at}: {message.text[:200]} {message.location['url']}")

    def answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{self.at}: {response.status} from {response.url.removeprefix(self.base)[:120]}")

    def go(self) -> int:
        """Opens everything; says how many pages."""
        waiting = deque(["/"])
        while waiting:
            address = waiting.popleft()
            if not self.is_new(address):
                continue
            self.opened.update((kind_of(address), path_of(address)))
            self.count += 1
            self.at = address
            self.page.goto(f"{self.base}{address}", wait_until="load")
            onward = list(links(self.page, self.base))
            if not onward:
                self.complaints.append(f"{address}: leads nowhere")
            waiting.extend(filter(self.is_new, onward))
        return self.count

    def is_new(self, address: str) -> bool:
        return self.opened[kind_of(address)] < OF_A_KIND and self.opened[path_of(address)] < OF_A_PATH


def people(data: Path, base: str) -> list[str]:
    """Somebody of each role."""
    add_user(data, "administrator@ours.example", "--admin", password=PASSWORD)
    token = rapport("token", "add", "crawl", "--user", "administrator@ours.example", "--data", data).stdout.strip()
    api = Visitor(base, token)
    add_user(data, "member@ours.example", password=PASSWORD)
    for name, grants in ROLES.items():
        add_user(data, f"{name}@ours.example", password=PASSWORD)
        status, role = api.ask("/api/v1/roles", {"name": name.capitalize(), "grants": grants}, "POST")
        assert status == 201, role
        _status, found = api.ask(f"/api/v1/users?email={name}@ours.example")
        user = ID.search(found.decode())
        given = ID.search(role.decode())
        assert user, found
        assert given, role
        status, answer = api.ask(f"/api/v1/users/{user[0]}", {"roles": [given[0]]}, "PATCH")
        assert status == 200, answer
    return [f"{name}@ours.example" for name in ("administrator", "member", *ROLES)]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        made = rapport("demo", "--data", data, patience=1_800)
        assert made.returncode == 0, made.stderr
        served = serve(data)
        base = f"http://localhost:{served.port}"
        wrong: list[str] = []
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                for email in people(data, base):
                    walk = Walk(browser, base, email)
                    sign_in(walk.page, walk.base, walk.email, PASSWORD)
                    print(f"{email}: {walk.go()} pages, {len(walk.complaints)} complaints", flush=True)
                    wrong += [f"{email}: {each}" for each in walk.complaints]
                browser.close()
        finally:
            served.stop()
    for each in wrong:
        print(" ", each)
    if wrong:
        fail(len(wrong), "complaints")


if __name__ == "__main__":
    main()
