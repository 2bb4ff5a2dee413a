"""A real IMAP server for tests and proofs: Dovecot, on loopback, with accounts that come into being by signing in."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from rapport.platform import network
from tests.certificates import make_certificate

PASSWORD = "correct-horse"
CONFIGURATION = """
base_dir = {place}/run
log_path = {place}/log
listen = 127.0.0.1
protocols = imap
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{place}/fullchain.pem
ssl_key = <{place}/key.pem
mail_location = {location}
mail_max_userip_connections = 500
mailbox_idle_check_interval = 1 s
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={place}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
  process_min_avail = 0
  service_count = 0
}}
service anvil {{
  chroot =
}}
service imap {{
  process_limit = 500
}}
"""


@dataclass(slots=True)
class Dovecot:
    place: Path
    port: int
    tls_port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "Dovecot isn't installed: script/test installs it."
        arguments = [program, "-F", "-c", str(self.place / "dovecot.conf")]
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.monotonic() + 15
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.tls_port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"Dovecot doesn't start: {(self.place / 'log').read_text()[-2_000:]}")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(10)
            assert self.process.stderr
            self.process.stderr.close()
            self.process = None

    def client(self, account: str) -> IMAPClient:
        """As another mail program of theirs."""
        context = network.tls()
        context.load_verify_locations(self.place / "fullchain.pem")
        made = IMAPClient("localhost", self.tls_port, ssl_context=context)
        made.login(account, PASSWORD)
        return made

    def deliver(self, account: str, messages: Iterable[bytes], folder: str = "INBOX", **more: Any) -> None:
        with self.client(account) as client:
            for each in messages:
                client.append(folder, each, **more)


@contextmanager
def dovecot(kind: str = "sdbox") -> Iterator[Dovecot]:
    """Certificates are for `localhost`; point SSL_CERT_FILE at `place/fullchain.pem`."""
    place = Path(tempfile.mkdtemp(prefix="dovecot-"))
    user = "dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    login = "dovenull" if os.geteuid() == 0 else user
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    make_certificate(place, "localhost")
    server = Dovecot(place, _free_port(), _free_port())
    (place / "mail").mkdir()
    (place / "log").touch()
    (place / "dovecot.conf").write_text(
        CONFIGURATION.format(
            place=place,
            user=user,
            login=login,
            group=group,
            location=f"{kind}:~/mail",
            password=PASSWORD,
            port=server.port,
            tls_port=server.tls_port,
        )
    )
    place.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(place / "mail", user, group)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
