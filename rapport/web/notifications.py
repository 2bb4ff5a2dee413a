"""The bell, what it rang for, and of what somebody wants to hear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.interactions.models import Conversation
from rapport.interactions.queries import inbox
from rapport.platform.access.actors import Actor
from rapport.platform.attention.watching import titled
from rapport.platform.errors import NotFound
from rapport.platform.notifications.models import Kind, Muted, Notification, Unmailed
from rapport.platform.notifications.telling import mark_read, mute, muted_by
from rapport.platform.undo.changing import CHANGES
from rapport.web.addresses import address_of
from rapport.web.lists import changes
from rapport.web.request import Request, read_id
from rapport.web.settings.frame import settings_page
from rapport.web.shell import page

MOST = 100
WHAT: dict[str, Any] = {
    Kind.ASSIGNED: gettext_lazy("gave you this"),
    Kind.DUE: gettext_lazy("is due"),
    Kind.ANSWER: gettext_lazy("waits for an answer that is due within the hour"),
    Kind.FOLLOWED: gettext_lazy("changed this"),
    Kind.MENTIONED: gettext_lazy("named you in this"),
    Kind.UNSENT: gettext_lazy("didn't reach everybody, or nobody knows"),
    Kind.FINISHED: gettext_lazy("has ended"),
    Kind.UNDELIVERED: gettext_lazy("could not be delivered"),
}
ICONS = {
    Kind.ASSIGNED: "share", Kind.DUE: "task", Kind.ANSWER: "clock", Kind.FOLLOWED: "bell", Kind.MENTIONED: "handle",
    Kind.FINISHED: "check", Kind.UNDELIVERED: "alert", Kind.UNSENT: "alert",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as it is read now."""

    id: UUID
    kind: str
    what: Any
    icon: str
    who: str
    title: str
    at: datetime
    is_read: bool
    address: str
    """Of what it is about."""


def lines(actor: Actor, rows: Iterable[Notification]) -> list[Line]:
    """Those of records that the actor may see now, under the titles that they may read. A query per resource."""
    listed = list(rows)
    titles = {(each.resource, each.record_id): each.title for each in titled(actor, _named(listed))}
    titles |= _of_conversations(actor, listed)
    titles |= _of_changes(actor, listed)
    return [_line(each, titles[key]) for each in listed if (key := (each.resource, each.record_id)) in titles]


def _named(listed: Iterable[Notification]) -> list[tuple[str, UUID]]:
    return [(each.resource, each.record_id) for each in listed if each.resource not in ("conversations", CHANGES)]


def _of_changes(actor: Actor, listed: Iterable[Notification]) -> dict[tuple[str, UUID], str]:
    ids = {each.record_id for each in listed if each.resource == CHANGES}
    return {(CHANGES, pk): title for pk, title in changes.called(actor, ids).items()} if ids else {}


def _of_conversations(actor: Actor, listed: Iterable[Notification]) -> dict[tuple[str, UUID], str]:
    ids = {each.record_id for each in listed if each.resource == "conversations"}
    rows = Conversation.objects.visible_to(actor).filter(pk__in=ids)
    found = inbox.lines(actor, rows, len(ids)) if ids else []
    return {("conversations", each.id): each.subject or each.party for each in found}


def _line(row: Notification, title: str) -> Line:
    kind = Kind(row.kind)
    who = str(row.by) if row.by else ""
    return Line(
        row.pk,
        kind,
        WHAT[kind],
        ICONS[kind],
        who,
        title or _("no name"),
        row.at,
        row.read_at is not None,
        address_of(row.resource, row.record_id),
    )


def _rows(actor: Actor) -> Any:
    return Notification.objects.visible_to(actor).select_related("by").order_by("-pk")


@require_safe
def show(request: Request) -> HttpResponse:
    return page(request, "notifications/page.html", lines=lines(request.actor, _rows(request.actor)[:MOST]))


@require_safe
def unread(request: Request) -> HttpResponse:
    """How many there are to read, as far as they may be read: the small figure on the bell."""
    found = len(lines(request.actor, _rows(request.actor).filter(read_at=None)[:MOST]))
    return HttpResponse(_("99+") if found > 99 else str(found) if found else "")


@require_POST
def opened(request: Request, notification: UUID) -> HttpResponse:
    """Marks it as read, and goes to what it is about."""
    row = _rows(request.actor).filter(pk=notification).first()
    if row is None or not lines(request.actor, [row]):
        raise NotFound()
    mark_read(request.actor, [row.pk])
    return redirect(address_of(row.resource, row.record_id))


@require_POST
def read(request: Request) -> HttpResponse:
    """Marks one as read (`id`), or all."""
    mark_read(request.actor, [read_id(request.POST["id"])] if "id" in request.POST else None)
    return redirect("/notifications/")


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: Request) -> HttpResponse:
    """Of which kinds somebody hears, and which stand in the mail of their morning. What isn't checked is muted."""
    actor = request.actor
    if request.method == "POST":
        for name, way in (("kind", Muted), ("mail", Unmailed)):
            wanted = request.POST.getlist(name)
            mute(actor, [kind for kind in Kind.values if kind not in wanted], way)
        messages.success(request, _("Your choice is kept."))
        return redirect("/settings/notifications")
    muted, unmailed = muted_by(actor), muted_by(actor, Unmailed)
    context: dict[str, Any] = {
        "kinds": Kind.choices,
        "muted": muted,
        "unmailed": unmailed,
        "sends_mail": settings.SENDS_MAIL,
    }
    return settings_page(request, "settings/notifications.html", **context)
