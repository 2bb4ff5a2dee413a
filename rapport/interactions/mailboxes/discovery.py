"""Which servers belong to an address: as its domain says it, or as Thunderbird's directory knows it.

Formats: https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format (autoconfig), RFC 6186
and RFC 8314 (SRV records). A directory is asked for the domain alone, never for the address.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dns.exception
import dns.resolver
import idna
from lxml import etree

from rapport.kit.domains import registrable
from rapport.platform import network

DIRECTORY = "https://autoconfig.thunderbird.net/v1.1"
SECONDS, LONGEST = 4.0, 8.0
MOST_BYTES = 100_000
SECURITIES = {"SSL": "tls", "STARTTLS": "starttls"}
"""Servers without encryption aren't used."""


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    security: str
    username: str
    """What one signs in with."""


@dataclass(frozen=True, slots=True)
class Servers:
    imap: Server
    smtp: Server | None
    is_sure: bool
    """Said by the domain itself or the directory over TLS; else a person confirms it before a password is sent."""


def discover(address: str) -> Servers | None:
    """The servers of a mailbox; None where nobody says them. Takes at most a few seconds."""
    domain = _ascii(address.rpartition("@")[2].lower())
    end = time.monotonic() + LONGEST
    for url in _places(domain):
        if time.monotonic() > end:
            return None
        if found := _asked(url, address):
            return found
    return _from_records(domain, address) or _by_exchanger(domain, address)


def _ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def _places(domain: str) -> Iterator[str]:
    yield f"https://autoconfig.{domain}/mail/config-v1.1.xml"
    yield f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"
    yield f"{DIRECTORY}/{domain}"


def _asked(url: str, address: str) -> Servers | None:
    try:
        answer = network.get(url, seconds=SECONDS, most=MOST_BYTES)
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return read_configuration(answer, address) if answer else None


def read_configuration(text: bytes, address: str) -> Servers | None:
    """An autoconfig file. None where it names no IMAP server with encryption, or is none."""
    try:
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return None
    imap = _first(root, "incomingServer", "imap", address)
    return Servers(imap, _first(root, "outgoingServer", "smtp", address), True) if imap else None


def _first(root: etree._Element, tag: str, kind: str, address: str) -> Server | None:
    for each in root.iterfind(f".//{tag}[@type='{kind}']"):
        host, port = _text(each, "hostname"), _text(each, "port")
        security = SECURITIES.get(_text(each, "socketType").upper())
        if host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536 and security:
            return Server(_filled(host, address), int(port), security, _filled(_text(each, "username"), address))
    return None


def _text(element: etree._Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()[:300]


def _filled(text: str, address: str) -> str:
    local, _at, domain = address.rpartition("@")
    parts = {"%EMAILADDRESS%": address, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
    for name, value in parts.items():
        text = text.replace(name, value)
    return text or address


def _from_records(domain: str, address: str) -> Servers | None:
    """SRV records: the first of those that offer TLS from the start."""
    imap = _record(f"_imaps._tcp.{domain}", address)
    smtp = _record(f"_submissions._tcp.{domain}", address)
    if imap is None:
        return None
    # RFC 6186, 6: a name server's answer can be forged; what lies outside the domain is confirmed by a person.
    sure = all(registrable(each.host) == registrable(domain) for each in (imap, smtp) if each)
    return Servers(imap, smtp, sure)


def _record(name: str, address: str) -> Server | None:
    rows = sorted(_ask_names(name, "SRV"), key=lambda row: (row.priority, -row.weight))
    host = rows[0].target.to_text(omit_final_dot=True) if rows else ""
    return Server(host, rows[0].port, "tls", address) if host and host != "." else None


def _by_exchanger(domain: str, address: str) -> Servers | None:
    """By whoever takes the domain's mail: mail of many domains lies with a few large providers."""
    rows = sorted(_ask_names(domain, "MX"), key=lambda row: row.preference)
    provider = registrable(rows[0].exchange.to_text(omit_final_dot=True)) if rows else None
    if not provider or provider == registrable(domain):
        return None
    found = _asked(f"{DIRECTORY}/{provider}", address)
    return Servers(found.imap, found.smtp, False) if found else None


def _ask_names(name: str, kind: str) -> list[Any]:
    try:
        return list(dns.resolver.resolve(name, kind, lifetime=SECONDS))
    except (dns.exception.DNSException, OSError):
        return []
