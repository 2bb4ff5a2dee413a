"""Being away: from when to when, and who stands in. One's own; administrators say it for others, too."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.platform.access import absence as absences
from rapport.platform.access.models import User
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.web.request import Request, read_id
from rapport.web.settings.frame import settings_page


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, user: UUID | None = None) -> HttpResponse:
    whose = user or request.user.pk
    if whose != request.user.pk and not request.actor.is_administrator:
        raise Forbidden()
    found = User.objects.visible_to(request.actor).filter(pk=whose).first()
    if found is None:
        raise NotFound()
    if request.method != "POST":
        return _form(request, found, {})
    sent = request.POST
    try:
        begins_on, ends_on = _days(sent.get("begins_on", ""), sent.get("ends_on", ""))
        delegate = read_id(sent["delegate"]) if sent.get("delegate") else UUID(int=0)
        absences.say_away(whose, delegate=delegate, begins_on=begins_on, ends_on=ends_on, actor=request.actor)
    except Invalid as problem:
        return _form(request, found, problem.fields)
    messages.success(request, _("Noted."))
    return redirect(request.path)


def _days(begins_on: str, ends_on: str) -> tuple[date, date]:
    problems, days = {}, []
    for name, text in (("begins_on", begins_on), ("ends_on", ends_on)):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            problems[name] = _("This is a date.")
    if problems:
        raise Invalid(fields=problems)
    return days[0], days[1]


@require_POST
def take_back(request: Request, absence: UUID) -> HttpResponse:
    whose = absences.take_back(absence, actor=request.actor)
    messages.success(request, _("It is called off."))
    return redirect("/settings/absence" if whose == request.user.pk else f"/settings/users/{whose}/absence")


def _form(request: Request, user: User, problems: dict[str, str]) -> HttpResponse:
    colleagues = User.objects.visible_to(request.actor).filter(is_active=True).exclude(pk=user.pk)
    return settings_page(
        request,
        "settings/absence.html",
        status=422 if problems else 200,
        user=user,
        is_own=user.pk == request.user.pk,
        absences=absences.absences_of(user.pk),
        colleagues=colleagues.order_by("name", "email"),
        values=request.POST,
        problems=problems,
    )
