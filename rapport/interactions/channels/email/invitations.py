"""Calendar invitations in mail: iTIP (RFC 5546) over iMIP (RFC 6047), read from what iCalendar (RFC 5545) says."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .addresses import normalize_address
from .charsets import safe_text
from .message import Attachment, Invitation, Invited

METHODS = ("REQUEST", "CANCEL", "REPLY")
_LARGEST = 1_000_000
_MOST = 200
_LONGEST = timedelta(days=60)
_LINE = 500


def read_invitation(attachments: Iterable[Attachment]) -> Invitation | None:
    """The invitation that came with a message, its update, withdrawal or answer; None for anything else.

    What is about one occurrence of a series alone is left to its reader.
    """
    for each in attachments:
        if each.content_type == "text/calendar" and each.size <= _LARGEST:
            return _read(each.content)
    return None


def _read(content: bytes) -> Invitation | None:
    from icalendar import Calendar  # only where an invitation came

    try:
        calendar = Calendar.from_ical(content)
        method = str(calendar.get("METHOD", "")).upper()
        events = [each for each in calendar.walk("VEVENT") if each.get("RECURRENCE-ID") is None]
        return _of(method, events[0]) if events and method in METHODS else None
    except Exception:  # noqa: BLE001 - malformed calendars meet the library's parsers with errors of any kind
        return None


def _of(method: str, event: Any) -> Invitation | None:
    organizer = _address(event.get("ORGANIZER"))
    start, seconds = _times(event)
    uid, stamp = str(event.get("UID", "")).strip(), event.get("DTSTAMP")
    if not organizer or not uid or (start is None and method != "REPLY"):
        return None
    rule = event.get("RRULE")
    return Invitation(
        method=method,
        uid=safe_text(uid)[:_LINE],
        sequence=int(event.get("SEQUENCE", 0)),
        stamp=_instant(stamp.dt) if stamp is not None else "",
        start=start or "",
        seconds=seconds,
        summary=_text(event.get("SUMMARY")),
        place=_text(event.get("LOCATION")),
        rule=safe_text(rule.to_ical().decode())[:_LINE] if rule is not None and not isinstance(rule, list) else "",
        organizer=organizer,
        organizer_name=_name(event.get("ORGANIZER")),
        invited=tuple(_invited(event))[:_MOST],
    )


def _times(event: Any) -> tuple[str | None, int | None]:
    """When it begins, as ISO 8601 (a mere date lasts all day, a time without offset is the reader's), and how long."""
    begins = event.get("DTSTART")
    if begins is None:
        return None, None
    start = begins.dt
    lasting = event.end - event.start
    is_sane = timedelta() < lasting <= _LONGEST
    return _instant(start), int(lasting.total_seconds()) if is_sane else None


def _instant(at: date) -> str:
    if isinstance(at, datetime) and at.tzinfo:
        return at.astimezone(UTC).isoformat()
    return at.isoformat()


def _invited(event: Any) -> Iterator[Invited]:
    attendees = event.get("ATTENDEE", [])
    for each in attendees if isinstance(attendees, list) else [attendees]:
        if address := _address(each):
            yield Invited(address, _name(each), str(each.params.get("PARTSTAT", "")).lower()[:40])


def _address(value: Any) -> str:
    return (normalize_address(str(value)) or "") if value is not None else ""


def _name(value: Any) -> str:
    return _text(value.params.get("CN", ""))


def _text(value: Any) -> str:
    return " ".join(safe_text(str(value or "")).split())[:_LINE]
