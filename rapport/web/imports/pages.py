"""Imports: the list of them, and one of them from its first look to its report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.interactions import us
from rapport.interactions.actions import imports as verbs
from rapport.interactions.channels.email.who import Ours
from rapport.interactions.looking import found_in
from rapport.interactions.models import Import
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Conflict, Invalid, NotFound
from rapport.web.imports.problems import problems_of
from rapport.web.imports.standing import TONES, standing_of
from rapport.web.request import Request, is_fragment, read_id
from rapport.web.settings.frame import settings_page
from rapport.web.shell import fragment

STEP = 50
CLAIMED = ("addresses", "domains")
DONE: dict[str, Any] = {
    "cancel": gettext_lazy("The import is cancelled. What was filed until now stays."),
    "go_on": gettext_lazy("The import goes on where it stopped."),
    "try_again": gettext_lazy("They are being read again."),
}


@require_safe
def index(request: Request) -> HttpResponse:
    rows = Import.objects.visible_to(request.actor).select_related("archive", "user").order_by("-pk")
    if before := request.GET.get("before"):
        rows = rows.filter(pk__lt=read_id(before))
    listed = list(rows[: STEP + 1])
    return settings_page(
        request,
        "imports/list.html",
        rows=listed[:STEP],
        further=listed[STEP - 1].pk if len(listed) > STEP else None,
        may_import=verbs.may_import(request.actor),
        tones=TONES,
    )


def import_of(request: Request, run: UUID) -> Import:
    found: Import | None = (
        Import.objects.visible_to(request.actor)
        .select_related("archive", "archive__team", "user")
        .filter(pk=run)
        .first()
    )
    if found is None:
        raise NotFound()
    return found


@require_safe
def show(request: Request, run: UUID) -> HttpResponse:
    return settings_page(request, "imports/page.html", **_about(request, import_of(request, run)))


@require_safe
def status(request: Request, run: UUID) -> HttpResponse:
    """The part of the page that changes while the import goes on."""
    if not is_fragment(request):
        return redirect(f"/settings/imports/{run}")
    return fragment(request, "imports/status.html", **_about(request, import_of(request, run)))


def _about(request: Request, work: Import) -> dict[str, Any]:
    is_mine = work.user_id == request.actor.user_id
    about = {"work": work, "standing": standing_of(work), "is_mine": is_mine, **problems_of(work)}
    return about | (_question(work, request) if work.state == Import.State.CONFIRM else {})


def _question(work: Import, request: Request) -> dict[str, Any]:
    """Who we are: what was found, ticked beforehand, and lines for what wasn't."""
    found, sent = found_in(work), request.POST if request.method == "POST" else None
    typed = work.options.get("typed", {})
    values = {name: sent.get(f"more_{name}", "") if sent else typed.get(name, "") for name in CLAIMED}
    if not sent and not found.addresses and not typed:
        values["addresses"] = request.user.email
    groups = [
        ("addresses", _("Your addresses"), _evidence(found.addresses, "addresses", sent)),
        ("domains", _("Our domains"), _evidence(found.domains, "domains", sent)),
    ]
    return {"groups": groups, "values": values, "problems": work.options.get("problems", {})}


def _evidence(found: Iterable[Ours], name: str, sent: QueryDict | None) -> list[tuple[str, str, bool]]:
    """Name, why it is taken for ours, whether it is ticked."""
    return [
        (each.name, "; ".join(map(us.in_words, each.grounds)), sent is None or each.name in sent.getlist(name))
        for each in found
    ]


@require_POST
def confirm(request: Request, run: UUID) -> HttpResponse:
    work, sent = import_of(request, run), request.POST
    named = {
        name: " ".join([*map(str, sent.getlist(name)), sent.get(f"more_{name}", "")])
        for name in ("addresses", "domains")
    }
    try:
        verbs.confirm([run], actor=request.actor, **named)
    except Invalid as problem:
        about = {**_about(request, work), "problems": problem.fields}
        return settings_page(request, "imports/page.html", status=422, **about)
    except Conflict as problem:
        messages.warning(request, problem.detail)
    return redirect(f"/settings/imports/{run}")


@require_POST
def act(request: Request, run: UUID, verb: str) -> HttpResponse:
    action = action_of("imports", verb)
    if verb not in DONE:
        raise NotFound()
    try:
        action.call([run], {}, request.actor)
        messages.success(request, DONE[verb])
    except Conflict as problem:
        messages.warning(request, problem.detail)
    return redirect(f"/settings/imports/{run}")
