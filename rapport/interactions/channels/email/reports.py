"""What a delivery report tells: whom a message didn't reach, why, and which message that was.

RFC 3464 (the report), RFC 3463 (its status codes), RFC 6522 (the message that is returned in it); of the systems that
follow none of them, as far as flufl.bounce knows them.
"""

import re
from collections.abc import Iterable, Iterator

from .addresses import parse_addresses
from .charsets import safe_text
from .headers import Headers, parameters, raw_text
from .leaves import Leaf
from .message import DeliveryReport, ParseProblem, Undelivered
from .structure import MAX_DEPTH, MAX_PARTS, Part, parse_tree
from .subjects import topic_of

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_HEADERS = ("text/rfc822-headers", "message/global-headers")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_COPIED_ID = re.compile(r"^[> \t]*Message-ID:\s*<([^<>\s]{1,500})>", re.IGNORECASE | re.MULTILINE)
_COPIED_SUBJECT = re.compile(r"^[> \t]*Subject:[ \t]*(\S.{0,500})$", re.IGNORECASE | re.MULTILINE)
_MOST = 100


def read_report(message: Part, headers: Headers, text: str) -> DeliveryReport | None:
    """What a message that counts as a delivery report tells; None where it names nobody.

    `text` is what a person reads in it: some systems say there alone what they return, and why.
    """
    parts = list(_parts(message))
    failures = _stated(parts) or _guessed(message, headers, text)
    if not failures:
        return None
    message_id, subject = _returned(parts) or _copied(text)
    return DeliveryReport(message_id, topic_of(subject), failures[:_MOST])


def _parts(message: Part, depth: int = 0) -> Iterator[Part]:
    """All parts, but for what is inside of a returned message."""
    yield message
    kind = parameters(str(message.get("content-type", "")))[0]
    if depth < MAX_DEPTH and kind.startswith("multipart/"):
        for child in message.children()[:MAX_PARTS]:
            yield from _parts(child, depth + 1)


def _stated(parts: Iterable[Part]) -> tuple[Undelivered, ...]:
    """Per recipient as the report itself says (RFC 3464, section 2.3)."""
    found: dict[str, Undelivered] = {}
    for part in parts:
        if Leaf(part).content_type not in _STATUS_PARTS:
            continue
        for group in part.children()[:_MOST]:
            for each in _of_recipient(Headers(group)):
                found.setdefault(each.address, each)
    return tuple(found.values())


def _of_recipient(fields: Headers) -> Iterator[Undelivered]:
    """Under both addresses that the recipient had: the one it was sent to, and where that was forwarded."""
    action = fields.text("action").split(" ")[0].lower()
    if action not in ("failed", "delayed"):
        return
    status = _STATUS.search(fields.text("status"))
    for name in ("original-recipient", "final-recipient"):
        for each in parse_addresses(fields.raw(name).partition(";")[2])[:1]:
            yield Undelivered(each.address, status[0] if status else "", action == "failed")


def _guessed(message: Part, headers: Headers, text: str) -> tuple[Undelivered, ...]:
    kind, found = parameters(headers.raw("content-type"))
    if kind == "multipart/report" and found.get("report-type", "delivery-status").lower() != "delivery-status":
        return ()  # a read receipt, or a complaint
    named = {each.address: True for each in parse_addresses(headers.joined("x-failed-recipients"))}
    for address, is_final in _detected(message):
        named.setdefault(address, is_final)
    status = _STATUS.search(text)
    code = status[0] if status else ""
    return tuple(Undelivered(address, _fitting(code, is_final), is_final) for address, is_final in named.items())


def _fitting(status: str, is_final: bool) -> str:
    return status if status and (status[0] == "5") == is_final else ""


def _detected(message: Part) -> Iterator[tuple[str, bool]]:
    from flufl.bounce import all_failures  # detectors of a hundred systems: only where a report came

    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001 - detectors meet malformed reports with errors of any kind
        return
    for is_final, addresses in ((True, permanent), (False, temporary)):
        for raw in sorted(addresses):
            for each in parse_addresses(raw.decode("utf-8", "replace")):
                yield each.address, is_final


def _returned(parts: Iterable[Part]) -> tuple[str, str] | None:
    """Message-ID and subject of the message that is returned, whole or its headers alone."""
    for part in parts:
        leaf = Leaf(part)
        inner = part.inner_message() if leaf.content_type in ("message/rfc822", "message/global") else None
        if leaf.content_type in _RETURNED_HEADERS:
            inner = _headers_of(leaf.content())
        if inner is not None:
            fields = Headers(inner)
            named = re.search(r"<([^<>]{1,500})>", raw_text(fields.raw("message-id")))
            return safe_text("".join(named[1].split())) if named else "", fields.text("subject")
    return None


def _headers_of(content: bytes) -> Part | None:
    try:
        return parse_tree(content + b"\n\n")[0]
    except ParseProblem:
        return None


def _copied(text: str) -> tuple[str, str]:
    """The same where the message stands in the text of the report."""
    named, subject = _COPIED_ID.search(text), _COPIED_SUBJECT.search(text)
    return named[1] if named else "", subject[1].strip() if named and subject else ""
