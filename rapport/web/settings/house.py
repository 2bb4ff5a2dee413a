"""The organisation itself: its name, time zone, working hours and holidays; and jobs that failed for good."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import is_currency
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.interactions.following import enqueue_all
from rapport.interactions.models import OurOrganization
from rapport.kit.colours import is_colour
from rapport.kit.text import clean_line
from rapport.platform.access.house import furnish, house
from rapport.platform.errors import Invalid
from rapport.platform.history.context import assume
from rapport.platform.jobs.held import jobs, run_again
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, settings_page

WEEKDAYS = tuple(map(gettext_lazy, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))
SETTLING = ("time_zone", "lapse_days", "week", "holidays")
"""What due times follow from."""
HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def organisation(request: Request) -> HttpResponse:
    ours, _new = OurOrganization.objects.get_or_create(pk=1)
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _store(request, ours)
        except Invalid as problem:
            problems = problem.fields
    typed = request.POST if problems else _typed(ours)
    context = {"house": house(), "values": typed, "problems": problems, "weekdays": WEEKDAYS}
    return settings_page(request, "settings/organisation.html", status=422 if problems else 200, **context)


def _typed(ours: OurOrganization) -> dict[str, Any]:
    days = {f"day.{n}": ", ".join("-".join(part) for part in parts) for n, parts in enumerate(ours.week or [])}
    holidays = "\n".join(ours.holidays or ())
    about = {"name": ours.name, "time_zone": ours.time_zone, "lapse_days": ours.lapse_days, "holidays": holidays}
    kept = house()
    return about | days | {"accent": kept.accent, "currency": kept.currency}


def _store(request: Request, ours: OurOrganization) -> HttpResponse:
    sent = request.POST
    problems: dict[str, str] = {}
    ours.name, ours.time_zone = clean_line(sent.get("name", ""), 200), sent.get("time_zone", "")
    if ours.time_zone not in available_timezones():
        problems["time_zone"] = _("Choose a time zone.")
    lapse = sent.get("lapse_days", "")
    if lapse.isascii() and lapse.isdigit() and 1 <= int(lapse[:6]) <= 3_650:
        ours.lapse_days = int(lapse)
    else:
        problems["lapse_days"] = _("This is a number of days from 1 to 3650.")
    kept = house()
    looks = {
        "accent": sent.get("accent", kept.accent).strip().lower(),
        "currency": sent.get("currency", kept.currency).strip().upper(),
    }
    if looks["accent"] and not is_colour(looks["accent"]):
        problems["accent"] = _("A colour looks like #1f5f5b.")
    if not is_currency(looks["currency"]):
        problems["currency"] = _("This is a currency such as EUR (ISO 4217).")
    ours.week, ours.holidays = _week(sent, problems), _holidays(sent, problems)
    if problems:
        raise Invalid(fields=problems)
    with transaction.atomic():
        assume(request.actor)
        before = OurOrganization.objects.filter(pk=ours.pk).values(*SETTLING).first()
        ours.save()
        furnish(name=ours.name, **looks)
        if is_settling := before != {name: getattr(ours, name) for name in SETTLING}:
            enqueue_all()
    messages.success(request, _("Saved. Due times follow in a moment.") if is_settling else _("Saved."))
    return redirect("/settings/organisation")


def _week(sent: QueryDict, problems: dict[str, str]) -> list[list[list[str]]]:
    """Seven days, Monday first, each with its spans as [start, end]."""
    week = []
    for number in range(7):
        spans = [
            each.strip() for each in sent.get(f"day.{number}", "").replace("\u2013", "-").split(",") if each.strip()
        ]
        spans = [each.replace(" ", "") for each in spans]
        if not all(HOURS.fullmatch(each) and each.split("-")[0] < each.split("-")[1] for each in spans):
            problems[f"day.{number}"] = _("Hours look like 09:00-17:00, or 09:00-12:00, 13:00-17:00.")
        week.append([each.split("-") for each in spans])
    return week


def _holidays(sent: QueryDict, problems: dict[str, str]) -> list[str]:
    listed = sent.get("holidays", "").split()
    try:
        return sorted({date.fromisoformat(each).isoformat() for each in listed})
    except ValueError:
        problems["holidays"] = _("One date on each line, such as 2026-12-25.")
        return listed


@require_safe
@administrators_only
def held_jobs(request: Request) -> HttpResponse:
    return settings_page(request, "settings/jobs.html", failed=jobs(), waiting=len(jobs(("queued", "picked"), 1_000)))


@require_POST
@administrators_only
def rerun(request: Request) -> HttpResponse:
    ids = [int(each) for each in request.POST.getlist("ids") if each.isascii() and each.isdigit() and len(each) < 19]
    count = run_again(ids)
    messages.success(request, _("%(count)s queued again.") % {"count": count})
    return redirect("/settings/jobs")
