"""How a meeting recurs, in words: *every 2 weeks*."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def recurring(rule: str) -> str:
    """Of a rule of RFC 5545 its frequency and interval; what else it says stays with the invitation."""
    parts = dict(each.split("=", 1) for each in rule.upper().split(";") if "=" in each)
    every = int(parts["INTERVAL"]) if parts.get("INTERVAL", "").isdecimal() else 1
    words = {
        "DAILY": ngettext("every day", "every %(num)s days", every),
        "WEEKLY": ngettext("every week", "every %(num)s weeks", every),
        "MONTHLY": ngettext("every month", "every %(num)s months", every),
        "YEARLY": ngettext("every year", "every %(num)s years", every),
    }
    said = words.get(parts.get("FREQ", ""))
    return said % {"num": every} if said else _("again and again")
