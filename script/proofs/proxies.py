"""Behind nginx and Caddy, as the documentation configures them, and with TLS of its own: the same, and in a browser.

Runs as root in a network of its own (unshare), so that the configurations of docs/admin/installation.md stand as they
are, on ports 80 and 443; only the paths of the certificate are put in. Installs nginx and Caddy where they are missing.
In each of the three ways: the link that is announced sets up; cookies are `__Host-` and Secure; signing in leads back;
a colleague's change arrives at once, and again after the live process was killed; a large archive is uploaded; links in
the API's answers and in mail name the site; callers' addresses are theirs, whatever they claim; every answer has HSTS.
"""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright  # noqa: E402

from tests.browsers import FLAGS, chromium, sign_in  # noqa: E402
from tests.certificates import Certificate, make_certificate  # noqa: E402
from tests.installation import COMMAND, rapport, surroundings  # noqa: E402
from tests.mail_sink import Sink, mail_sink  # noqa: E402
from tests.proving import fail  # noqa: E402
from tests.proxying import caddy, go_on_alone, nginx, nobody, wait_for  # noqa: E402

NAME, SITE = "crm.example.com", "https://crm.example.com"
EMAIL, PASSWORD = "mara@ours.example", "a long enough sentence"
ARCHIVE_BYTES = 600_000_000
AT_ONCE = 5_000
"""Milliseconds. Pages that had no stream would ask every 15 seconds."""
HEADERS = {"strict-transport-security": "max-age=31536000", "x-content-type-options": "nosniff"}
LIES = {
    "X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9;proto=http",
    "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "1",
}  # fmt: skip


@dataclass
class Site:
    """A served installation, and how a stranger reaches it."""

    data: Path
    link: str
    process: "subprocess.Popen[str]"
    sink: Sink
    trust: ssl.SSLContext

    def ask(self, method: str, path: str, body: str = "", address: str = "127.0.0.1", **headers: str) -> HTTPResponse:
        """The answer, read, to somebody who comes from this address of the loopback network."""
        connection = HTTPSConnection("127.0.0.1", timeout=30, source_address=(address, 0), context=self.trust)
        connection.sock = self.trust.wrap_socket(
            socket.create_connection(("127.0.0.1", 443), 30, (address, 0)), server_hostname=NAME
        )
        connection.request(method, path, body or None, {"Host": NAME, **headers})
        answer = connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer


@contextmanager
def served(data: Path, options: list[str], certificate: Certificate) -> Iterator[Site]:
    with mail_sink() as sink:
        more = {"RAPPORT_HOSTS": NAME, "RAPPORT_SMTP_HOST": "127.0.0.1", "RAPPORT_SMTP_PORT": str(sink.port)}
        command = [*COMMAND, "serve", "--json", "--data", str(data), "--workers", "1", *options]
        with subprocess.Popen(command, env=surroundings() | more, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            try:
                announced = json.loads(process.stdout.readline())
                if not announced["link"].startswith(f"{SITE}/set-up/"):
                    fail("the link is", announced["link"])
                trust = ssl.create_default_context(cafile=certificate.certificate)
                yield Site(data, announced["link"], process, sink, trust)
            finally:
                process.send_signal(signal.SIGTERM)


def set_up(page: Page, link: str) -> None:
    page.goto(link)
    for label, value in {
        "Your organisation": "Fennimore Works", "Your name": "Mara Visser", "Your e-mail address": EMAIL,
        "Password": PASSWORD, "The same again": PASSWORD,
    }.items():  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mara")


def look_at_cookies(context: BrowserContext) -> None:
    found = {each["name"]: each for each in context.cookies()}
    wanted = {"domain": NAME, "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax"}
    for name in ("__Host-session", "__Host-csrf"):
        if {key: found.get(name, {}).get(key) for key in wanted} != wanted:
            fail("cookies are", found)


def look_at_live(ours: Page, site: Site, token: str, person: str) -> None:
    """What the API changes shows on an open page at once; also after the stream was torn off."""
    authorized = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with ours.expect_response(re.compile("/live\\?")) as opened:
        ours.goto(f"{SITE}/people/{person}/")
    if (opened.value.status, opened.value.header_value("content-type")) != (200, "text/event-stream"):
        fail("the stream is answered", opened.value.status)
    for title, kill, patience in (("Harbour", False, AT_ONCE), ("Foreman", True, 45_000), ("Yard", False, AT_ONCE)):
        if kill:
            kill_live(site)
            ours.wait_for_timeout(2_000)
        site.ask("PATCH", f"/api/v1/people/{person}", json.dumps({"job_title": title}), **authorized)
        expect(ours.locator("#fact-job_title")).to_contain_text(title, timeout=patience)
        if kill:
            ours.wait_for_timeout(25_000)  # until a browser whose stream was refused has tried again


def kill_live(site: Site) -> None:
    """The web processes are forked from one: the live one is the child that holds its port."""
    _host, port = json.loads((site.data / "serve.lock").read_text())["live"]
    found = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], check=True, capture_output=True, text=True).stdout
    os.kill(int(re.findall(r"pid=(\d+)", found)[-1]), signal.SIGKILL)


def look_at_links(site: Site, token: str) -> None:
    authorized = {"Authorization": f"Bearer {token}"}
    for name in ("Ada Byron", "Ben Okafor"):
        made = site.ask("POST", "/api/v1/people", json.dumps({"name": name}), **authorized,
                        **{"Content-Type": "application/json"})  # fmt: skip
        assert made.status == 201, made.content
    following = json.loads(site.ask("GET", "/api/v1/people?limit=1", **authorized, **LIES).content)["next"]
    if not following.startswith(f"{SITE}/api/v1/people?"):
        fail("the API's next page is at", following)


def look_at_mail(page: Page, site: Site) -> None:
    page.goto(f"{SITE}/accounts/password/reset/")
    page.locator("input[name=email]").fill(EMAIL)
    page.keyboard.press("Enter")
    wait_for(lambda: site.sink.letters, "letter")
    text = site.sink.letters[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"https?://\S+", text)
    if not found or not found[0].startswith(f"{SITE}/accounts/password/reset/key/"):
        fail("the letter says", text)
    page.goto(found[0])
    expect(page.locator("input[name=password1]")).to_be_visible()


def look_at_headers(site: Site) -> None:
    for path in ("/", "/accounts/login/", "/api/v1/people", "/nowhere", "/healthz", "/static/nothing.js"):
        answer = site.ask("GET", path, **LIES)
        headers = {name.lower(): value for name, value in answer.getheaders()}
        if {name: headers.get(name) for name in HEADERS} != HEADERS:
            fail(path, answer.status, headers)
        if not headers.get("location", "/").startswith(("/", f"{SITE}/")) or b"evil.example" in answer.content:
            fail(path, "leads to", headers.get("location"))


def sign_in_from(site: Site, address: str, email: str, password: str) -> HTTPResponse:
    """The answer to an attempt that claims another address, and everything else that can be claimed."""
    page = site.ask("GET", "/accounts/login/", address=address, **LIES)
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.content)
    assert token, page.content
    cookies = "; ".join(value.partition(";")[0] for value in page.headers.get_all("set-cookie"))
    fields = {"login": email, "password": password, "csrfmiddlewaretoken": token[1].decode()}
    return site.ask(
        "POST", "/accounts/login/", urlencode(fields), address, **LIES, Cookie=cookies, Origin=SITE,
        Referer=f"{SITE}/accounts/login/", **{"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip


def look_at_addresses(page: Page, site: Site) -> None:
    if sign_in_from(site, "127.0.0.2", EMAIL, PASSWORD).status != 302:
        fail("nobody signs in from 127.0.0.2")
    page.goto(f"{SITE}/accounts/sessions/")
    listed = page.get_by_role("main").inner_text()
    if "127.0.0.2" not in listed or "203.0.113" in listed:
        fail("the sessions are listed as", listed)
    attempts = [sign_in_from(site, "127.0.0.3", f"user{number}@ours.example", "wrong") for number in range(12)]
    attempts.append(sign_in_from(site, "127.0.0.4", "another@ours.example", "wrong"))
    refused = [b"oo many" in attempt.content for attempt in attempts]
    if refused != [False] * 10 + [True] * 2 + [False]:
        fail("wrong passwords, the last of them from another address, are refused as too many:", refused)


def upload(page: Page, place: Path) -> None:
    archive = place / "large.mbox"
    letter = (
        b"From x Mon Mar  1 08:00:00 2021\nFrom: a@b.example\nTo: c@ours.example\nSubject: x\nMessage-ID: <%d@x>\n\n"
    )
    with archive.open("wb") as file:
        for number in range(ARCHIVE_BYTES // 1_000_000):
            file.write(letter % number + b"words and more words\n" * 47_000 + b"\n")
    page.goto(f"{SITE}/settings/imports/new")
    page.get_by_label("Your mail").set_input_files(archive)
    began = time.monotonic()
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(re.compile(rf"{SITE}/settings/imports/[0-9a-f-]+"), timeout=120_000)
    print(f"  {archive.stat().st_size / 1e6:.0f} MB uploaded in {time.monotonic() - began:.0f} s")
    archive.unlink()


def walk(browser: Browser, site: Site, place: Path) -> None:
    complaints: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    set_up(page, site.link)
    look_at_cookies(context)
    token = rapport("token", "add", "proof", "--user", EMAIL, "--data", site.data).stdout.strip()
    look_at_links(site, token)
    page.goto(f"{SITE}/accounts/logout/")
    page.locator("main form button").click()
    page.wait_for_url("**/accounts/login/*")
    sign_in(page, SITE, EMAIL, PASSWORD, "/people/?order=-name")
    look_at_cookies(context)
    found = json.loads(site.ask("GET", "/api/v1/people?limit=1", Authorization=f"Bearer {token}").content)
    look_at_live(page, site, token, found["results"][0]["id"])
    refused = [each for each in complaints if "502" not in each and "ERR_" not in each]
    if refused:
        fail("the browser complains of", refused)
    upload(page, place)
    look_at_headers(site)
    look_at_addresses(page, site)
    look_at_mail(page, site)
    context.close()


WAYS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "nginx": (nginx, ["--behind-proxy", "--live-port", "8001"]),
    "caddy": (caddy, ["--behind-proxy", "--live-port", "8001"]),
    "tls": (nobody, ["--host", "0.0.0.0", "--port", "443"]),
}


def main() -> None:
    go_on_alone(__file__)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="rapport-proxies-") as folder:
        Path(folder).chmod(0o755)
        certificate = make_certificate(Path(folder), NAME)
        rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
        trust = f"--ignore-certificate-errors-spki-list={certificate.fingerprint}"
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, rules, trust])
        for name in sys.argv[1:] or WAYS:
            proxy, options = WAYS[name]
            place = Path(folder) / name
            place.mkdir()
            if name == "tls":
                options = [*options, "--tls-cert", str(certificate.certificate), "--tls-key", str(certificate.key)]
            with served(place / "data", options, certificate) as site, proxy(place, certificate):
                walk(browser, site, place)
                if name != "tls":
                    look_at_plain(browser)
            print(f"{name}: proved", flush=True)
        browser.close()


def look_at_plain(browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"http://{NAME}/people/")
    if not page.url.startswith(f"{SITE}/accounts/login/"):
        fail("plain HTTP leads to", page.url)
    page.close()


if __name__ == "__main__":
    main()
