"""`/style-guide` in development: every component in every state, light and dark side by side.

Served only with RAPPORT_DEVELOPMENT=1. Its words are for developers, and not translated.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rapport.platform.resources.fields import Field
from rapport.web.request import Request
from rapport.web.shell import page

COLOURS = (
    "paper", "sheet", "well", "hover", "line", "line-strong", "field", "ink", "ink-2", "ink-3", "accent",
    "accent-strong", "accent-soft", "on-accent", "us", "us-soft", "them", "them-soft", "good", "good-soft", "bad",
    "bad-soft",
)  # fmt: skip
FIELDS = (
    (Field("name", "Name", kind_name="text", required=True), "Ada Byron", ""),
    (Field("email", "E-mail", kind_name="email", why="So that we can answer."), "ada@", "This is no e-mail address."),
    (Field("since", "Since", kind_name="date"), "2026-11-22", ""),
    (Field("about", "About them", kind_name="longtext"), "Two lines\nof text", ""),
    (Field("size", "Size", kind_name="choice", choices=(("s", "Small"), ("l", "Large"))), "l", ""),
    (Field("paid", "Paid", kind_name="money"), {"amount": "12.50", "currency": "EUR"}, ""),
    (Field("likes", "Likes", kind_name="choices", choices=(("tea", "Tea"), ("cake", "Cake"))), ["tea"], ""),
)
"""A field of each kind of control: itself, its value, what is wrong with it."""
TIMES = (timedelta(), timedelta(minutes=12), timedelta(days=1), timedelta(days=40), timedelta(days=800))


@require_safe
def style_guide(request: Request) -> HttpResponse:
    now = timezone.now()
    times = [now - each for each in TIMES]
    return page(request, "shell/style_guide.html", swatches=COLOURS, fields=FIELDS, times=times)
