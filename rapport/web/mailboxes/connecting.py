"""Connecting a mailbox: an address and a password; its servers are found, tried, and asked for where they aren't."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rapport.interactions.actions import mailboxes as verbs
from rapport.interactions.actions.mailboxes import About, Access
from rapport.interactions.mailboxes.discovery import Servers, discover
from rapport.interactions.models import Mailbox
from rapport.platform.access.models import Team
from rapport.platform.errors import Forbidden, Invalid
from rapport.web.mailboxes.pages import mailbox_of
from rapport.web.request import Request, read_id
from rapport.web.settings.frame import settings_page

SERVERS = ("imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port", "smtp_security", "username")
STANDARD = {"imap_port": "993", "imap_security": "tls", "smtp_port": "465", "smtp_security": "tls"}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    if not verbs.may_connect(request.actor):
        raise Forbidden()
    if request.method != "POST":
        return _form(request, {"address": request.user.email, "name": request.user.name, **STANDARD})
    sent = request.POST
    values = {name: str(value).strip() for name, value in sent.items() if name != "password"}
    try:
        if not values.get("imap_host") and (question := _find(values)):
            return _form(request, values, question)
        made = verbs.connect(_about(values), _access(values, sent), actor=request.actor)
    except Invalid as problem:
        return _form(request, values, problem.fields)
    messages.success(request, _("It is connected. What lies in it is being fetched."))
    return redirect(f"/settings/mailboxes/{made.pk}")


def _find(values: dict[str, str]) -> dict[str, str]:
    """Fills in what the address' domain says of its servers; a question where a person must say or confirm them.

    Raises Invalid for what is no address.
    """
    address = verbs.read_address(values.get("address", ""))
    if found := discover(address):
        values |= _filled(found)
        return {} if found.is_sure else {"imap_host": _("These servers seem to be yours. Check them, and go on.")}
    values |= {name: value for name, value in {**STANDARD, "username": address}.items() if not values.get(name)}
    return {"imap_host": _("Its servers could not be found. Whoever runs your mail knows their names.")}


def _filled(found: Servers) -> dict[str, str]:
    values = {"username": found.imap.username}
    for kind, server in (("imap", found.imap), ("smtp", found.smtp)):
        if server:
            values |= {
                f"{kind}_host": server.host,
                f"{kind}_port": str(server.port),
                f"{kind}_security": server.security,
            }
    return values


def _about(values: dict[str, str]) -> About:
    is_shared = values.get("is_shared") == "true"
    return About(
        address=values.get("address", ""),
        name=values.get("name", ""),
        is_shared=is_shared,
        team=read_id(values["team"]) if is_shared and values.get("team") else None,
        audience=values.get("audience", "participants"),
        detail=values.get("detail", "everything"),
    )


def _access(values: dict[str, str], sent: QueryDict) -> Access:
    problems = {}
    ports = {}
    for name in ("imap_port", "smtp_port"):
        text = values.get(name) or STANDARD[name]
        if not text.isascii() or not text.isdigit() or len(text) > 5:
            problems[name] = _("This is a port, from 1 to 65535.")
        else:
            ports[name] = int(text)
    if problems:
        raise Invalid(fields=problems)
    return Access(
        **ports,
        imap_host=values.get("imap_host", ""),
        imap_security=values.get("imap_security") or "tls",
        smtp_host=values.get("smtp_host", ""),
        smtp_security=values.get("smtp_security") or "tls",
        username=values.get("username") or values.get("address", ""),
        password=sent.get("password", ""),
    )


def _form(request: Request, values: dict[str, str], problems: dict[str, str] | None = None) -> HttpResponse:
    may_share = verbs.may_connect(request.actor, shared=True)
    return settings_page(
        request,
        "mailboxes/new.html",
        status=422 if problems else 200,
        values=values,
        problems=problems or {},
        may_share=may_share,
        teams=[(each.pk, each.name) for each in Team.objects.visible_to(request.actor).order_by("name")],
        asks_servers=bool(values.get("imap_host") or (problems or {}).keys() & {*SERVERS}),
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: Request, mailbox: UUID) -> HttpResponse:
    """Another password, user name or server."""
    found = mailbox_of(request, mailbox, "edit")
    if request.method != "POST":
        return _access_form(request, found, {name: str(getattr(found, name)) for name in SERVERS})
    values = {name: str(value).strip() for name, value in request.POST.items() if name != "password"}
    try:
        verbs.give_access(mailbox, _access(values, request.POST), actor=request.actor)
    except Invalid as problem:
        return _access_form(request, found, values, problem.fields)
    messages.success(request, _("It works. The mailbox is followed with it from now on."))
    return redirect(f"/settings/mailboxes/{mailbox}")


def _access_form(
    request: Request, mailbox: Mailbox, values: dict[str, Any], problems: dict[str, str] | None = None
) -> HttpResponse:
    return settings_page(
        request,
        "mailboxes/access.html",
        status=422 if problems else 200,
        mailbox=mailbox,
        values=values,
        problems=problems or {},
    )
