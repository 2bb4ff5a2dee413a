"""The one way out: connections to servers whose names came from a person, a message or another server.

A name is resolved once, every address it has is checked, and the connection goes to an address that was checked
(so that a second answer of the name server changes nothing). Whatever isn't in the public Internet is refused, be it
loopback, a private network, link-local or a cloud's metadata, unless RAPPORT_PRIVATE_SERVERS allows it.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

Address = IPv4Address | IPv6Address
UNICAST = IPv6Network("2000::/3")  # RFC 4291: all that is routed in the public Internet
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


class NotPublic(OSError):
    """A server inside one's own network that nobody has allowed. Its text is the address."""


class NoSuchServer(OSError):
    """A name that no address belongs to."""


def connect(host: str, port: int, *, seconds: float) -> socket.socket:
    """A connection to a server that may be reached, within `seconds` altogether.

    Raises NoSuchServer, NotPublic, TimeoutError, or the OSError of the last address that was tried.
    """
    end = time.monotonic() + seconds
    fault: OSError = NoSuchServer(host)
    for family, address in list(_addresses(host, port)):
        try:
            made = socket.socket(family, socket.SOCK_STREAM)
            made.settimeout(max(end - time.monotonic(), 0.1))
            made.connect(address)
        except OSError as problem:
            fault = problem
            made.close()
        else:
            made.settimeout(seconds)
            return made
    raise fault


def tls() -> ssl.SSLContext:
    """Checks certificates and names always. SSL_CERT_FILE names further authorities, as for all of OpenSSL."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def get(url: str, *, seconds: float, most: int) -> bytes | None:
    """What lies at an https address, up to `most` bytes; None where there is nothing. Follows no redirects.

    Raises OSError, ssl.SSLError, http.client.HTTPException.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(url)
    asking = _Https(parts.hostname, parts.port or 443, timeout=seconds)
    over = threading.Timer(seconds, lambda: asking.sock and asking.sock.shutdown(socket.SHUT_RDWR))
    over.start()  # each read is in time, where one byte comes after the other
    try:
        asking.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")))
        answer = asking.getresponse()
        return answer.read(most) if answer.status == HTTPStatus.OK else None
    finally:
        over.cancel()
        asking.close()


class _Https(http.client.HTTPConnection):
    default_port = 443

    def connect(self) -> None:
        made = connect(self.host, self.port, seconds=float(self.timeout or 0))
        try:
            self.sock = tls().wrap_socket(made, server_hostname=self.host)
        except BaseException:
            made.close()
            raise


def _addresses(host: str, port: int) -> Iterator[tuple[socket.AddressFamily, tuple[str, int]]]:
    """Raises NotPublic for the first that may not be reached: a name with one such address isn't to be trusted."""
    try:
        found = socket.getaddrinfo(host.encode("idna").decode(), port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as problem:
        raise NoSuchServer(host) from problem
    for family, _type, _protocol, _name, address in found:
        if not is_allowed(ip_address(str(address[0]).partition("%")[0]), host):
            raise NotPublic(str(address[0]))
        yield family, (str(address[0]), int(address[1]))


def is_allowed(address: Address, host: str = "") -> bool:
    return _is_public(address) or any(_fits(address, host, each) for each in settings.PRIVATE_SERVERS)


def _fits(address: Address, host: str, allowed: str) -> bool:
    """Whether an entry of RAPPORT_PRIVATE_SERVERS, a name, an address or a network, is about this server."""
    try:
        return address in ip_network(allowed, strict=False)
    except ValueError:
        return host.lower() == allowed.lower()


def _is_public(address: Address) -> bool:
    within = list(_within(address))
    if isinstance(address, IPv6Address) and not within and address not in UNICAST:
        return False
    return all(each.is_global and not each.is_multicast for each in within or (address,))


def _within(address: Address) -> Iterable[IPv4Address]:
    """The IPv4 addresses to which an IPv6 address leads in the end."""
    if isinstance(address, IPv4Address):
        return
    if address in NAT64:
        yield IPv4Address(address.packed[-4:])
    for each in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if each is not None:
            yield each
