"""What is kept apart: looked at, and released."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.interactions.actions.senders import may_block
from rapport.interactions.actions.senders import release as release_messages
from rapport.interactions.models import KeptApart
from rapport.platform.errors import Invalid
from rapport.web.request import Request, read_id
from rapport.web.shell import page

SHOWN = 50


@require_safe
def show(request: Request) -> HttpResponse:
    """The newest first; from `before` on, where somebody goes on."""
    rows = KeptApart.objects.visible_to(request.actor).order_by("-pk")
    if before := request.GET.get("before"):
        rows = rows.filter(pk__lt=read_id(before))
    found = list(rows[: SHOWN + 1])
    further = found[SHOWN - 1].pk if len(found) > SHOWN else None
    return page(request, "conversations/kept_apart.html", rows=found[:SHOWN], further=further)


@require_POST
def release(request: Request) -> HttpResponse:
    """Those that are chosen, or the one whose own button was pressed."""
    ids = [read_id(each) for each in request.POST.getlist("only") or request.POST.getlist("ids")]
    if not ids:
        raise Invalid(_("Select at least one row."))
    release_messages(ids, actor=request.actor)
    if may_block(request.actor):
        text = ngettext(
            "%(count)s message lies in the inbox now. Its sender is kept apart no more.",
            "%(count)s messages lie in the inbox now. Their senders are kept apart no more.",
            len(ids),
        )
    else:
        text = ngettext(
            "%(count)s message lies in the inbox now.", "%(count)s messages lie in the inbox now.", len(ids)
        )
    messages.success(request, text % {"count": len(ids)})
    return redirect("/inbox/kept-apart/")
