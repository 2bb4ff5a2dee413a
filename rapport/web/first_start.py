"""The first start: the one-time link's page, which makes the first administrator and says who we are."""

from __future__ import annotations

from zoneinfo import available_timezones

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.interactions.models import OurOrganization
from rapport.parties.standard import name_standard_kinds
from rapport.platform.access import setup
from rapport.platform.access.house import furnish
from rapport.platform.access.models import User
from rapport.platform.errors import Invalid, NotFound, Problem

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = ("organization", "name", "email", "time_zone", "password", "password_again")


@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    if not setup.is_valid(token):
        raise NotFound()
    if request.method != "POST":
        return _form(request, {"time_zone": "UTC"}, {})
    values = {name: request.POST.get(name, "").strip() for name in ASKED if "password" not in name}
    try:
        user = _claim(token, values, request.POST.get("password", ""), request.POST.get("password_again", ""))
    except NotFound:
        raise
    except Problem as problem:
        return _form(request, values, problem.fields)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "password")
    return redirect("/")


def _claim(token: str, values: dict[str, str], password: str, again: str) -> User:
    if problems := _problems(values, password, again):
        raise Invalid(fields=problems)
    with transaction.atomic():
        user = setup.claim(token, email=values["email"], name=values["name"], password=password)
        user.time_zone, user.language = values["time_zone"], translation.get_language() or "en"
        user.save(update_fields=["time_zone", "language"])
        ours = {"name": values["organization"], "time_zone": values["time_zone"]}
        OurOrganization.objects.update_or_create(id=1, defaults=ours)
        furnish(name=values["organization"])
        name_standard_kinds(user.language)
    return user


def _problems(values: dict[str, str], password: str, again: str) -> dict[str, str]:
    found = {name: _("This is needed.") for name, value in values.items() if not value}
    if not password:
        found["password"] = _("This is needed.")
    elif password != again:
        found["password_again"] = _("The two passwords differ.")
    if values["time_zone"] not in available_timezones():
        found["time_zone"] = _("Choose a time zone.")
    return found


def _form(request: HttpRequest, values: dict[str, str], problems: dict[str, str]) -> HttpResponse:
    context = {"values": values, "problems": problems}
    return render(request, "shell/set_up.html", context, status=422 if problems else 200)
