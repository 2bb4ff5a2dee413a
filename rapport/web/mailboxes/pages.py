"""The mailboxes that somebody may see, and one of them: how it stands, its folders, what it is called."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.interactions.actions import mailboxes as verbs
from rapport.interactions.mailboxes.health import shown_state
from rapport.interactions.mailboxes.troubles import TROUBLES
from rapport.interactions.models import Mailbox, MailPlace
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Invalid, NotFound
from rapport.platform.files import store
from rapport.platform.resources import verbs as record_verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.request import Request, is_fragment, read_id
from rapport.web.settings.frame import settings_page
from rapport.web.shell import fragment

TONES = {"live": "good", "trouble": "bad", "stale": "bad", "fetching": "wait", "new": "wait"}
STATES: dict[str, Any] = {
    "new": gettext_lazy("not looked at yet"),
    "fetching": gettext_lazy("fetching"),
    "live": gettext_lazy("up to date"),
    "trouble": gettext_lazy("in trouble"),
    "stale": gettext_lazy("not looked at lately"),
    "resting": gettext_lazy("resting"),
    "paused": gettext_lazy("paused"),
}
DONE: dict[str, Any] = {
    "look": gettext_lazy("It is being looked at."),
    "pause": gettext_lazy("It is paused. What has come in stays."),
    "resume": gettext_lazy("It is followed again."),
}
EDITABLE = ("name", "signature", "per_minute", "keeps_copies")
PROBLEMS = 50


@require_safe
def index(request: Request) -> HttpResponse:
    rows = Mailbox.objects.visible_to(request.actor).select_related("sync", "owner", "team").order_by("address")
    return settings_page(
        request,
        "mailboxes/list.html",
        rows=[(each, getattr(each, "sync", None), shown_state(each)) for each in rows],
        states=STATES,
        tones=TONES,
        may_connect=verbs.may_connect(request.actor),
    )


def mailbox_of(request: Request, mailbox: UUID, verb: str = "view") -> Mailbox:
    rows = Mailbox.objects.visible_to(request.actor, verb).select_related("sync", "archive", "owner", "team")
    found: Mailbox | None = rows.filter(pk=mailbox).first()
    if found is None:
        raise NotFound()
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Request, mailbox: UUID) -> HttpResponse:
    found = mailbox_of(request, mailbox)
    if request.method != "POST":
        return page_of(request, found)
    sent = request.POST
    values: dict[str, Any] = {name: sent.get(name, "") for name in EDITABLE}
    values["keeps_copies"] = "keeps_copies" in sent
    values["per_minute"] = values["per_minute"].strip()
    try:
        record_verbs.update(RESOURCES["mailboxes"], [mailbox], values, actor=request.actor)
    except Invalid as problem:
        return page_of(request, found, problem.fields, values)
    messages.success(request, _("Saved."))
    return redirect(request.path)


def page_of(
    request: Request, mailbox: Mailbox, problems: dict[str, str] | None = None, values: dict[str, Any] | None = None
) -> HttpResponse:
    return settings_page(
        request,
        "mailboxes/page.html",
        status=422 if problems else 200,
        problems=problems or {},
        values=values or {name: getattr(mailbox, name) for name in EDITABLE},
        **_about(request, mailbox),
    )


@require_safe
def status(request: Request, mailbox: UUID) -> HttpResponse:
    """The part of the page that changes while mail is fetched."""
    found = mailbox_of(request, mailbox)
    if not is_fragment(request):
        return redirect(f"/settings/mailboxes/{mailbox}")
    about = _about(request, found)
    if request.GET.get("folders") == "none" and about["folders"]:
        return HttpResponse(headers={"HX-Refresh": "true"})  # now there are some to choose from
    return fragment(request, "mailboxes/status.html", **about)


def _about(request: Request, mailbox: Mailbox) -> dict[str, Any]:
    state = shown_state(mailbox)
    may_edit = Mailbox.objects.visible_to(request.actor, "edit").filter(pk=mailbox.pk).exists()
    folders = mailbox.folders.filter(is_gone=False)
    rows = sorted(folders, key=lambda each: (each.role != "inbox", each.role != "sent", each.name.casefold()))
    return {
        "mailbox": mailbox,
        "sync": getattr(mailbox, "sync", None),
        "state": state,
        "state_words": STATES[state],
        "tone": TONES.get(state, ""),
        "trouble": TROUBLES.get(mailbox.sync.trouble) if state == "trouble" else None,
        "may_edit": may_edit,
        "folders": rows,
        "set_aside": _set_aside(mailbox) if may_edit else [],
        "is_mine": _is_mine(request, mailbox),
    }


def _is_mine(request: Request, mailbox: Mailbox) -> bool:
    """Whether somebody may read what lies in it that could not be filed: their own mail, or everybody's."""
    return mailbox.owner_id == request.actor.user_id if not mailbox.is_shared else True


def _set_aside(mailbox: Mailbox) -> list[MailPlace]:
    rows = MailPlace.objects.filter(folder__mailbox=mailbox).exclude(problem="").select_related("folder")
    return list(rows.order_by("-pk")[:PROBLEMS])


@require_POST
def folders(request: Request, mailbox: UUID) -> HttpResponse:
    chosen = [read_id(str(each)) for each in request.POST.getlist("folder")]
    verbs.choose_folders(mailbox, chosen, actor=request.actor)
    messages.success(request, _("These folders are followed from now on."))
    return redirect(f"/settings/mailboxes/{mailbox}")


@require_POST
def act(request: Request, mailbox: UUID, verb: str) -> HttpResponse:
    if verb not in DONE:
        raise NotFound()
    action_of("mailboxes", verb).call([mailbox], {}, request.actor)
    messages.success(request, DONE[verb])
    return redirect(f"/settings/mailboxes/{mailbox}")


@require_POST
def remove(request: Request, mailbox: UUID) -> HttpResponse:
    record_verbs.trash(RESOURCES["mailboxes"], [mailbox], actor=request.actor)
    undo = f"/settings/mailboxes/{mailbox}/restore|"
    messages.success(request, _("The mailbox is no longer followed. What has come in stays."), extra_tags=undo)
    return redirect("/settings/mailboxes")


@require_POST
def restore(request: Request, mailbox: UUID) -> HttpResponse:
    if not Mailbox.objects.trash_of(request.actor).filter(pk=mailbox).exists():
        raise NotFound()
    record_verbs.restore(RESOURCES["mailboxes"], [mailbox], actor=request.actor)
    messages.success(request, _("It is followed again."))
    return redirect(f"/settings/mailboxes/{mailbox}")


@require_safe
def problem(request: Request, mailbox: UUID, place: int) -> HttpResponseBase:
    """A message that could not be understood, as it came."""
    found = mailbox_of(request, mailbox, "edit")
    row = MailPlace.objects.filter(pk=place, folder__mailbox=found).exclude(raw_digest=None).first()
    if row is None or not _is_mine(request, found):
        raise NotFound()
    content = store.open_file(bytes(row.raw_digest or b""))
    return FileResponse(content, as_attachment=True, filename=f"{row.uid}.eml", content_type="message/rfc822")
