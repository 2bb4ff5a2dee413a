"""Inviting people: addresses, a team and roles; the links that are open, and taking one back."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from rapport.platform.access import invitations
from rapport.platform.access.models import Role, Team
from rapport.platform.access.people import MEMBER
from rapport.platform.errors import Invalid, TooMany
from rapport.web.request import Request, read_id
from rapport.web.settings.frame import administrators_only, ask_again, is_recent, recently_signed_in, settings_page


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@recently_signed_in
def invite(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _form(request, {})
    sent = request.POST
    addresses = [each for each in re.split(r"[\s,;]+", sent.get("addresses", "")) if each]
    if not all(ratelimit.consume(request, action="invite", user=request.user) for _address in addresses[:101]):
        raise TooMany(_("These are many invitations. Go on in an hour."))
    terms = invitations.Terms(
        read_id(sent["team"]) if sent.get("team") else None, [read_id(each) for each in sent.getlist("roles")]
    )
    try:
        made = invitations.invite(addresses, terms, actor=request.actor)
    except Invalid as problem:
        return _form(request, problem.fields)
    if settings.SENDS_MAIL:
        invitations.mail(made)
    text = ngettext("%(count)s person is invited.", "%(count)s people are invited.", len(made))
    messages.success(request, text % {"count": len(made)})
    return redirect("/settings/users#invitations")


@require_POST
@administrators_only
def revoke(request: Request, invitation: UUID) -> HttpResponse:
    if not is_recent(request):
        return ask_again(request, "/settings/users")
    invitations.revoke(invitation, actor=request.actor)
    messages.success(request, _("The link no longer works."))
    return redirect("/settings/users#invitations")


def listed(request: Request) -> list[dict[str, Any]]:
    """The open invitations, with the links that can be passed on: to whom has signed in lately."""
    shows = is_recent(request)
    return [
        {"row": each, "link": request.build_absolute_uri(invitations.path_of(each)) if shows else ""}
        for each in invitations.waiting()
    ]


def _form(request: Request, problems: dict[str, str]) -> HttpResponse:
    sent = request.POST
    roles = Role.objects.kept().order_by("name")
    return settings_page(
        request,
        "settings/invite.html",
        status=422 if problems else 200,
        values=sent,
        problems=problems,
        teams=Team.objects.kept().order_by("name"),
        roles=roles,
        held=set(sent.getlist("roles")) if sent else {str(role.pk) for role in roles if role.name == MEMBER},
        has_mail=settings.SENDS_MAIL,
    )
