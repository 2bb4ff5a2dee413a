"""The page of an invitation's link, where somebody who was invited chooses a name and a password."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.interactions.models import OurOrganization
from rapport.kit.text import clean_line
from rapport.platform.access.house import house
from rapport.platform.access.invitations import accept, invitation_of
from rapport.platform.access.models import Invitation, User
from rapport.platform.errors import Invalid, NotFound, Problem, TooMany
from rapport.web.first_start import BACKEND


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    if isinstance(request.user, User):
        return redirect("/")
    if not ratelimit.consume(request, action="join"):
        raise TooMany()
    try:
        found = invitation_of(token)
        if request.method != "POST":
            return _form(request, found, {})
        return _accept(request, token, found)
    except NotFound:
        return render(request, "shell/join.html", {"invitation": None}, status=404)


def _accept(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    name, password = clean_line(request.POST.get("name", ""), 200), request.POST.get("password", "")
    try:
        if not name:
            raise Invalid(fields={"name": _("This is needed.")})
        if password != request.POST.get("password_again", ""):
            raise Invalid(fields={"password_again": _("The two passwords differ.")})
        zone = OurOrganization.objects.values_list("time_zone", flat=True).first() or "UTC"
        language = translation.get_language() or "en"
        user = accept(token, name=name, password=password, time_zone=zone, language=language)
    except NotFound:
        raise
    except Problem as problem:
        return _form(request, found, problem.fields or {"name": problem.detail})
    login(request, user, backend=BACKEND)
    record_authentication(request, user, "password")
    return redirect("/")


def _form(request: HttpRequest, found: Invitation, problems: dict[str, str]) -> HttpResponse:
    context = {"invitation": found, "ours": house().name, "problems": problems, "name": request.POST.get("name", "")}
    return render(request, "shell/join.html", context, status=422 if problems else 200)
