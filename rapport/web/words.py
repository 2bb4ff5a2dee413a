"""Values in the reader's words: times, durations, money, numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from rapport.kit import durations


def moment(at: datetime | None) -> Markup | str:
    """A time near to now in relative words; the exact one in its title, in the reader's time zone."""
    return moments()(at)


def moments() -> Callable[[datetime | None], Markup | str]:
    """`moment` for many times at once: the reader's time zone, language and now are asked for only once."""
    zone, locale, now = timezone.get_current_timezone(), _locale(), timezone.localtime()

    def shown(at: datetime | None) -> Markup | str:
        if at is None:
            return ""
        local = at.astimezone(zone)
        exact = f"{_day(local.date(), 'full', locale)}, {_clock(local)}"
        return _element(local.isoformat(timespec="seconds"), exact, _relative(local, now))

    return shown


def day(on: date | None) -> Markup | str:
    if on is None:
        return ""
    exact = _day(on, "full", _locale())
    return _element(on.isoformat(), exact, _near_day(on, timezone.localdate()))


def _element(machine: str, exact: str, words: str) -> Markup:
    return Markup(f'<time datetime="{machine}" title="{escape(exact)}">{escape(words)}</time>')  # noqa: S704  escaped


def _relative(at: datetime, now: datetime) -> str:
    past = now - at
    if timedelta(0) <= past < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= past < timedelta(hours=1):
        return _("%(minutes)s min ago") % {"minutes": int(past.total_seconds() // 60)}
    if at.date() == now.date():
        return _clock(at)
    if at.date() == now.date() - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": _clock(at)}
    return _near_day(at.date(), now.date())


def _near_day(on: date, today: date) -> str:
    match (on - today).days:
        case 0:
            return _("today")
        case -1:
            return _("yesterday")
        case 1:
            return _("tomorrow")
    return _day(on, _("d MMM") if on.year == today.year else _("d MMM y"), _locale())


def _locale() -> str:
    return translation.get_language() or "en"


@lru_cache(maxsize=4_000)
def _day(on: date, pattern: str, locale: str) -> str:
    return str(format_date(on, pattern, locale=babel_locale(locale)))


def _clock(at: datetime) -> str:
    return _clock_of(at.hour, at.minute, _locale())


@lru_cache(maxsize=1_440)
def _clock_of(hour: int, minute: int, locale: str) -> str:
    return str(format_time(time(hour, minute), "HH:mm", locale=babel_locale(locale)))


@lru_cache(maxsize=100)
def babel_locale(language: str) -> Locale:
    """The CLDR locale of a language of ours; British English where nothing else is said."""
    try:
        return Locale.parse("en-GB" if language == "en" else language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale("en", "GB")


def time_of_day(at: time) -> str:
    return _clock_of(at.hour, at.minute, _locale())


def long_day(on: date) -> str:
    """*Tuesday, 24 November*."""
    return _day(on, _("EEEE, d MMMM"), _locale())


def appointment(at: datetime | None) -> Markup | str:
    """When something is to be: *tomorrow, 14:00*."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime()
    exact = f"{_day(local.date(), 'full', _locale())}, {_clock(local)}"
    return _element(
        local.isoformat(timespec="seconds"), exact, f"{_near_day(local.date(), now.date())}, {_clock(local)}"
    )


def typed(at: datetime) -> str:
    """As an input for a moment holds it, where the reader is."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def hour(number: int) -> str:
    return _clock_of(number, 0, _locale())


def clock(due: datetime, now: datetime | None = None) -> str:
    """How a due time stands: *3 h over*, *due in 2 h*."""
    return durations.clock(timezone.localtime(due), timezone.localtime(now), translation)


def filesize(size: int) -> str:
    return filesizeformat(size)


def lasting(seconds: float) -> str:
    return durations.short(seconds, translation)


def since(at: datetime) -> str:
    """How long ago, in the largest unit that fits: *6 days*."""
    return durations.coarse(max(0.0, (timezone.now() - at).total_seconds()), translation)


def month(text: str) -> str:
    """A month as ISO 8601 writes it, 2026-11, in words."""
    return str(format_date(date.fromisoformat(f"{text}-01"), "LLLL y", locale=babel_locale(_locale())))


PERIODS = {"day": ("d MMM yy", "d MMM y"), "week": ("d MMM yy", "d MMM y"), "month": ("LLL yy", "LLLL y"),
           "quarter": ("QQQ yy", "QQQ y"), "year": ("y", "y")}  # fmt: skip
"""How a period is written by its first day: on an axis, and in full."""


def period(first: date, per: str, *, short: bool = False) -> str:
    """A period by its first day: *November 2026*, *Q4 2026*, *week from 23 Nov 2026*; short, as an axis has it."""
    said = _day(first, PERIODS[per][0 if short else 1], _locale())
    return _("week from %(day)s") % {"day": said} if per == "week" and not short else said


def number(value: Decimal | int | float | str) -> str:
    return str(format_decimal(Decimal(str(value)), locale=babel_locale(_locale())))


def money(value: Mapping[str, Any] | None) -> str:
    if not value:
        return ""
    amount = Decimal(str(value["amount"]))
    return str(format_currency(amount, value["currency"], locale=babel_locale(_locale())))


def short_url(url: str) -> str:
    """A web address without what every one has: its scheme, *www.*, a last slash."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


NOUNS_IN_CAPITALS = ("de", "lb")


def within(label: object) -> str:
    """A label inside a sentence: in small letters, but for languages that write their nouns in capitals."""
    return str(label) if _locale().partition("-")[0] in NOUNS_IN_CAPITALS else str(label).lower()
