"""An import that is killed with SIGKILL goes on, and ends as one that nobody disturbed.

Three installations get the same generated mail. In the first, it is uploaded to a real `rapport serve`, whose worker
is killed in the middle. In the second, the command line is killed in the middle and run again. In the third, nobody
is killed. All must end with reports that reconcile and hold the same messages, conversations, people and answers;
no process of a killed one may live on, and nothing uploaded may be left.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.factories.mail import write_mbox  # noqa: E402  tests lie beside the package, not in it

MESSAGES = 5_000
PATIENCE = 600
DOMAIN, EMAIL, PASSWORD = "lindqvist-tools.example", "proof@ours.example", "a long enough sentence"
COMMAND = [sys.executable, "-c", "from rapport.config.cli import main; main()"]
OWN = ("RAPPORT_DATA", "DATABASE_URL", "RAPPORT_OWNER_DATABASE_URL", "RAPPORT_SECRET_KEY")
COUNTS = ("read", "stored", "already_there", "kept_apart", "excluded", "quarantined")
HELD = ("interactions", "conversations", "responses", "people", "organizations", "contact_points")


def start(*arguments: object, **more: Any) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], env=environment, text=True, **more)


def run(*arguments: object, given: str = "") -> str:
    """Runs a command to its end; the last line that it prints."""
    process = start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answer, complaints = process.communicate(given)
    if process.returncode:
        raise RuntimeError(answer + complaints)
    return answer.splitlines()[-1]


class Rapport:
    """A served installation, and its administrator's way in."""

    def __init__(self, data: Path, process: "subprocess.Popen[str]", port: int) -> None:
        self.data, self.process, self.base = data, process, f"http://localhost:{port}"
        self.token = run("token", "add", "proof", "--user", EMAIL, "--data", data)
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str) -> Any:
        asked = Request(f"{self.base}/api/v1/{path}", headers={"Authorization": f"Bearer {self.token}"})
        with urlopen(asked) as answer:
            return json.load(answer)

    def held(self) -> dict[str, int]:
        return {name: self.ask(f"{name}?count=true&limit=1")["count"] for name in HELD}

    def submit(self, path: str, fields: dict[str, str], file: Path | None = None) -> str:
        """Sends a page's form as a browser does; where that leads to."""
        with self.opener.open(self.base + path) as page:
            found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert found
        fields = {"csrfmiddlewaretoken": found[1], **fields}
        body, kind = (_multipart(fields, file), "multipart/form-data; boundary=proof") if file else (
            urlencode(fields).encode(), "application/x-www-form-urlencoded")  # fmt: skip
        with self.opener.open(Request(self.base + path, body, {"Content-Type": kind})) as answer:
            return str(answer.url)

    def worker(self) -> int:
        return next((pid for pid in descendants(self.process.pid) if "rapport.config.worker" in command_line(pid)), 0)


def _multipart(fields: dict[str, str], file: Path) -> bytes:
    parts = [_part(f'"{name}"', value.encode()) for name, value in fields.items()]
    return b"".join([*parts, _part(f'"files"; filename="{file.name}"', file.read_bytes()), b"--proof--\r\n"])


def _part(name: str, content: bytes) -> bytes:
    return f"--proof\r\nContent-Disposition: form-data; name={name}\r\n\r\n".encode() + content + b"\r\n"


@contextmanager
def served(data: Path) -> Iterator[Rapport]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start("serve", "--json", "--data", data, "--port", port, "--workers", 1, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL)  # fmt: skip
    assert process.stdout is not None
    try:
        process.stdout.readline()
        yield Rapport(data, process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def descendants(pid: int) -> list[int]:
    """The process, and all that it has started, in that order."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended meanwhile
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def command_line(pid: int) -> str:
    """Empty for one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.1)


def kill(pid: int) -> None:
    """Kills one process alone; those that it has started must notice by themselves. (The database is an exception:
    the next who needs it finds it, and finds it whole.)"""
    family = [each for each in descendants(pid)[1:] if "postgres" not in command_line(each)]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not any(map(command_line, family)), f"Processes outlive {pid}: {family}", 30)


def upload_killed(data: Path, mail: Path) -> tuple[dict[str, int], dict[str, int]]:
    with served(data) as rapport:
        rapport.submit("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
        terms = {"audience": "participants", "detail": "everything", "domains": DOMAIN}
        address = rapport.submit("/settings/imports/new", terms, mail)
        one = f"imports/{address.rpartition('/')[2]}"
        wait_for(lambda: MESSAGES * 0.8 > rapport.ask(one)["read"] > MESSAGES * 0.2, "the middle")
        kill(rapport.worker())
        then = rapport.ask(one)
        print(f"worker killed when {then['read']} were read ({then['state']})")
        wait_for(lambda: bool(rapport.ask(one)["state"] == "done"), "the end")
        wait_for(lambda: not list((data / "uploads").iterdir()), "the upload's removal", 10)
        done = rapport.ask(one)
        assert MESSAGES > then["read"] > 0
        return {name: done[name] for name in COUNTS}, rapport.held()


def command_killed(data: Path, mail: Path) -> tuple[dict[str, int], dict[str, int]]:
    command = ("import", "mailbox", mail, "--our-domain", DOMAIN, "--data", data)
    first = start(*command, stdout=subprocess.PIPE)
    assert first.stdout is not None
    for line in first.stdout:
        if line.endswith(" read\n") and int(line.split()[0].replace(",", "")) > MESSAGES * 0.4:
            break
    kill(first.pid)
    first.wait()
    print(f"command line killed when it had said: {line.strip()}")
    return command_undisturbed(data, mail)


def command_undisturbed(data: Path, mail: Path) -> tuple[dict[str, int], dict[str, int]]:
    done = json.loads(run("import", "mailbox", mail, "--our-domain", DOMAIN, "--data", data, "--json"))
    with served(data) as rapport:
        return {name: done[name] for name in COUNTS}, rapport.held()


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        mail = Path(place) / "mail.mbox"
        write_mbox(mail, MESSAGES)
        results = {}
        for way in (upload_killed, command_killed, command_undisturbed):
            data = Path(place) / way.__name__
            run("user", "add", EMAIL, "--admin", "--password-stdin", "--data", data, given=PASSWORD)
            results[way.__name__] = report, held = way(data, mail)
            print(way.__name__, report, held)
            assert report["read"] == sum(report[name] for name in COUNTS[1:]) == MESSAGES, "doesn't reconcile"
    undisturbed, held = results["command_undisturbed"]
    wrong = [way for way, (_report, found) in results.items() if found != held]
    wrong += [] if results["upload_killed"][0] == undisturbed else ["the report of the upload"]
    print(f"differ from the undisturbed one: {wrong or 'none'}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
