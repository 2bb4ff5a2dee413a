"""Durations in the few words that fit into a list."""

from datetime import datetime, timedelta

from rapport.kit.wording import ENGLISH, Wording

MINUTE, HOUR, DAY = 60, 3600, 86400
_SOON = 12 * HOUR


def short(seconds: float, wording: Wording = ENGLISH) -> str:
    """A duration that is not negative: *48 min*, *3 h 10 m*, *2.3 days*; minutes are completed ones."""
    whole = int(seconds)
    if whole >= DAY:
        return _days(round(seconds / DAY, 1 if whole < 10 * DAY else None), wording)
    hours, minutes = divmod(whole // MINUTE, 60)
    if hours and minutes:
        return wording.gettext("{hours} h {minutes} m").format(hours=hours, minutes=minutes)
    return coarse(whole, wording)


def coarse(seconds: float, wording: Wording = ENGLISH) -> str:
    """A duration in completed units of the largest one that fits: *30 s*, *48 min*, *3 h*, *2 days*."""
    whole = int(seconds)
    if whole >= DAY:
        return _days(whole // DAY, wording)
    if whole >= HOUR:
        return wording.gettext("{hours} h").format(hours=whole // HOUR)
    if whole >= MINUTE:
        return wording.gettext("{minutes} min").format(minutes=whole // MINUTE)
    return wording.gettext("{seconds} s").format(seconds=whole)


def clock(due: datetime, now: datetime, wording: Wording = ENGLISH) -> str:
    """How a due time stands: *3 h over*, *due in 2 h*, *due tomorrow*, *due in 4 days*.

    Both are aware; days are those of the calendar in the time zone of `now`, the reader's.
    """
    left = (due - now) / timedelta(seconds=1)
    if left < 0:
        return wording.gettext("{duration} over").format(duration=coarse(-left, wording))
    days = (due.astimezone(now.tzinfo).date() - now.date()).days
    if days == 0 or left < _SOON:
        return wording.gettext("due in {duration}").format(duration=coarse(left, wording))
    if days == 1:
        return wording.gettext("due tomorrow")
    return wording.gettext("due in {duration}").format(duration=_days(days, wording))


def _days(days: float, wording: Wording) -> str:
    whole, tenths = divmod(round(10 * days), 10)
    if tenths:
        return wording.gettext("{whole}.{tenths} days").format(whole=whole, tenths=tenths)
    return wording.ngettext("1 day", "{days} days", int(whole)).format(days=whole)
