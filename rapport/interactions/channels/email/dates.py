"""When a message was written: RFC 5322 dates, the odd formats of real mail, then Received."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from .headers import Headers, decode_header
from .message import DateSource

_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_COMMENT = re.compile(r"\([^()]*\)")
_DOTTED_TIME = re.compile(r"\b(\d{1,2})\.(\d{2})\.(\d{2})\b(?=\s+[+-]\d{4})")
_FORMATS = (
    "%d.%m.%Y %H:%M:%S %z",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S %z",
    "%Y/%m/%d %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S %z",
)


def parse_date(raw: str) -> datetime | None:
    """A date as UTC, or None when it says nothing or lies outside 1971-2100. Without a zone it is UTC."""
    text = _COMMENT.sub(" ", decode_header(raw)).strip()
    if not text:
        return None
    moment = _standard(text) or _iso(text) or _odd(text)
    return _utc(moment) if moment else None


def message_date(headers: Headers, fallback: datetime | None) -> tuple[datetime | None, DateSource]:
    """The Date field; else the newest readable Received; else `fallback`."""
    for value in headers.all_raw("date"):
        if date := parse_date(value):
            return date, "date"
    for value in headers.all_raw("received"):
        if date := parse_date(value.rpartition(";")[2]):
            return date, "received"
    return (_utc(fallback), "fallback") if fallback else (None, "none")


def _standard(text: str) -> datetime | None:
    text = _DOTTED_TIME.sub(r"\1:\2:\3", text)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _odd(text: str) -> datetime | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - made aware by the caller
        except ValueError:
            continue
    return None


def _utc(moment: datetime) -> datetime | None:
    if moment.tzinfo is None or abs(moment.utcoffset() or timedelta()) > timedelta(hours=15):
        moment = moment.replace(tzinfo=UTC)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if _EARLIEST <= moment < _LATEST else None
