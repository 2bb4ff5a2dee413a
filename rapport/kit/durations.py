"""Durations in the few words that fit into a list.

`_` translates a template; gettext's and Django's functions of that name fit.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

Translate = Callable[[str], str]

MINUTE, HOUR, DAY = 60, 3600, 86400
_SOON = 12 * HOUR


def short(seconds: float, _: Translate = str) -> str:
    """A duration that is not negative: *48 min*, *3 h 10 m*, *2.3 days*; minutes are completed ones."""
    whole = int(seconds)
    if whole >= DAY:
        return _days(round(seconds / DAY, 1 if whole < 10 * DAY else None), _)
    hours, minutes = divmod(whole // MINUTE, 60)
    if hours and minutes:
        return _("{hours} h {minutes} m").format(hours=hours, minutes=minutes)
    return coarse(whole, _)


def coarse(seconds: float, _: Translate = str) -> str:
    """A duration in completed units of the largest one that fits: *30 s*, *48 min*, *3 h*, *2 days*."""
    whole = int(seconds)
    if whole >= DAY:
        return _days(whole // DAY, _)
    if whole >= HOUR:
        return _("{hours} h").format(hours=whole // HOUR)
    if whole >= MINUTE:
        return _("{minutes} min").format(minutes=whole // MINUTE)
    return _("{seconds} s").format(seconds=whole)


def clock(due: datetime, now: datetime, _: Translate = str) -> str:
    """How a due time stands: *3 h over*, *due in 2 h*, *due tomorrow*, *due in 4 days*.

    Both are aware; days are those of the calendar in the time zone of `now`, the reader's.
    """
    left = (due - now) / timedelta(seconds=1)
    if left < 0:
        return _("{duration} over").format(duration=coarse(-left, _))
    days = (due.astimezone(now.tzinfo).date() - now.date()).days
    if days == 0 or left < _SOON:
        return _("due in {duration}").format(duration=coarse(left, _))
    return _("due tomorrow") if days == 1 else _("due in {duration}").format(duration=_days(days, _))


def _days(days: float, _: Translate) -> str:
    whole, tenths = divmod(round(10 * days), 10)
    if tenths:
        return _("{whole}.{tenths} days").format(whole=whole, tenths=tenths)
    return _("1 day") if whole == 1 else _("{days} days").format(days=whole)
