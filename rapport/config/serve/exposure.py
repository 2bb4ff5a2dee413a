"""Where Rapport listens, and that nobody's password crosses a network in the clear."""

import ipaddress
import json
import socket
import ssl
import time
from dataclasses import dataclass, replace
from pathlib import Path

REFUSAL = """\
Plain HTTP on {host} would send passwords over the network unencrypted. Either
  give a certificate:        --tls-cert cert.pem --tls-key key.pem
  or stay behind a proxy that does TLS and sets X-Forwarded-Proto:   --behind-proxy
  or listen on this machine only:   leave out --host"""
HELD_SECONDS = 3.0
HTTPS = 443


class ExposureRefused(Exception):
    """Rapport will not, or cannot, listen there; the message says what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    host: str
    port: int
    workers: int
    live_port: int = 0
    """Of live updates; 0 until `with_live_port` has found one."""
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    name: str = ""
    """What others call this site, if it has been said; theirs is the certificate."""

    @property
    def url(self) -> str:
        """What to type into a browser; a name, since passkeys need one."""
        if self.behind_proxy and self.name:
            return f"https://{self.name}"
        shown = "localhost" if is_loopback(self.host) or is_unspecified(self.host) else self.host
        if self.certificate:
            return f"https://{self.name or shown}" + (f":{self.port}" if self.port != HTTPS else "")
        return f"http://{shown}:{self.port}"

    @property
    def address(self) -> str:
        """What to bind: never two addresses, so that both the check and granian mean the same."""
        return "127.0.0.1" if self.host == "localhost" else self.host

    @property
    def web_options(self) -> dict[str, object]:
        return {
            "host": self.address,
            "port": self.port,
            "workers": self.workers,
            "certificate": str(self.certificate) if self.certificate else "",
            "key": str(self.key) if self.key else "",
        }

    @property
    def live_options(self) -> dict[str, object]:
        own = {"port": self.live_port, "page_port": 0 if self.behind_proxy else self.port}
        return {**self.web_options, **own}

    def child_options(self) -> str:
        """The argument of `rapport.config.serve.web`."""
        return json.dumps({"pages": self.web_options, "live": self.live_options})

    def variables(self) -> dict[str, str]:
        """What the web workers' settings need to know."""
        return {
            "RAPPORT_TLS": "1" if self.certificate else "0",
            "RAPPORT_SITE": self.url,
            "RAPPORT_BEHIND_PROXY": "1" if self.behind_proxy else "0",
            # Behind a proxy both have one origin, and the proxy knows the port.
            "RAPPORT_LIVE": "/live" if self.behind_proxy else f":{self.live_port}/live",
        }

    def check(self) -> None:
        """Raises ExposureRefused."""
        if (self.certificate is None) != (self.key is None):
            raise ExposureRefused("--tls-cert and --tls-key belong together.")
        if not (self.certificate or self.behind_proxy or is_loopback(self.host)):
            raise ExposureRefused(REFUSAL.format(host=self.host))
        if self.certificate and self.key:
            _try(self.certificate, self.key)

    def with_live_port(self) -> "Exposure":
        """With a port for live updates: the one that was asked for, else the next free one behind the pages'.

        Raises ExposureRefused when somebody keeps the one that was asked for.
        """
        if self.live_port:
            replace(self, port=self.live_port).check_port()
            return self
        candidates = (replace(self, port=port) for port in range(self.port + 1, min(self.port + 50, 65536)))
        free = next((each.port for each in candidates if each._fault() is None), None)
        if free is None:
            raise ExposureRefused("No free port for live updates was found. Choose one: --live-port.")
        return replace(self, live_port=free)

    def check_port(self) -> None:
        """Raises ExposureRefused when another program keeps the port, be it after a moment's patience."""
        deadline = time.monotonic() + HELD_SECONDS
        while (reason := self._fault()) is not None:
            if time.monotonic() > deadline:
                raise ExposureRefused(f"Can't listen on {self.host} port {self.port}: {reason}. Choose another --port.")
            time.sleep(0.1)

    def _fault(self) -> str | None:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(self.address, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            return error.strerror or str(error)
        return None

    def is_open(self) -> bool:
        """Whether somebody accepts connections there."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared only
        try:
            socket.create_connection((host, self.port), timeout=1).close()
        except OSError:
            return False
        return True


def _try(certificate: Path, key: Path) -> None:
    """Raises ExposureRefused for what a server couldn't use."""
    for path in (certificate, key):
        if not path.is_file():
            raise ExposureRefused(f"{path} doesn't exist.")
    try:
        # An empty password, so that nobody is asked for one.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        raise ExposureRefused(
            f"{certificate} and {key} can't be used ({reason}): they must be PEM files, of a certificate and of its "
            "own private key, and the key must not have a password."
        ) from None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_unspecified(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
