"""The days that are offered at a click."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _


def later_days(today: date) -> list[tuple[date, Any]]:
    """Until when a task is put off."""
    monday = today + timedelta(days=7 - today.weekday())
    return [
        (today + timedelta(days=1), _("Until tomorrow")),
        (monday, _("Until Monday")),
        (today + timedelta(days=30), _("For 30 days")),
    ]
