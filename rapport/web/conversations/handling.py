"""What is done with conversations of the inbox: one that is open, those that are selected, or all that match."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.interactions.models import Conversation
from rapport.interactions.queries.inbox import conversations
from rapport.interactions.queries.tasks import assignees
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import Team, User
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Invalid, NotFound
from rapport.platform.fields.models import Tag
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.undo.changing import AT_ONCE, change, undo
from rapport.platform.undo.models import BulkChange
from rapport.web.conversations.boxes import Asked, asked_by
from rapport.web.conversations.composer import read_time
from rapport.web.request import Request, read_id
from rapport.web.shell import fragment

DONE: Mapping[str, Any] = {
    "claim": gettext_lazy("It is yours now."),
    "assign": gettext_lazy("The owner is changed."),
    "move": gettext_lazy("It is with that department now."),
    "snooze": gettext_lazy("Out of sight until then, or until they write."),
    "wake": gettext_lazy("It is back."),
    "close": gettext_lazy("The conversation is closed."),
    "reopen": gettext_lazy("The conversation is open again."),
    "add_tags": gettext_lazy("The tag is on it."),
    "remove_tags": gettext_lazy("The tag is off."),
}
"""The verbs that are taken back by giving conversations what they had before, and what is said of one."""
MORNING = time(8)
MOST_TAGS = 200


def handle(request: Request, verb: str, ids: list[UUID], sent: Mapping[str, Any]) -> None:
    """Does one of `DONE` to these, and says so with the way back. Raises what the verb raises."""
    resource = RESOURCES["conversations"]
    values = {name: sent[name] for name in action_of(resource.name, verb).accepts if sent.get(name)}
    if "until" in values:
        values["until"] = read_time(values["until"]).isoformat()
    made = change(resource, verb, ids, request.actor, values)
    back = f"/inbox/changes/{made.pk}/undo?{asked_by(request).query}|"
    if len(ids) == 1:
        text = str(DONE[verb])
    else:
        text = ngettext("%(count)s is changed.", "%(count)s are changed.", len(ids)) % {"count": len(ids)}
    messages.success(request, text, extra_tags=back)
    if verb == "assign" and "to" in values:
        _warn_of_unread(request, ids, read_id(values["to"]))


def _warn_of_unread(request: Request, ids: list[UUID], owner: UUID) -> None:
    """Looking after a conversation opens nothing to read: whoever gives it away learns that it must be shared, too."""
    theirs = actor_for(User.objects.get(pk=owner), "page")
    if Conversation.objects.visible_to(theirs).filter(pk__in=ids).count() < len(set(ids)):
        messages.warning(request, _("They may not read all of it yet: share it with them."))


@require_POST
def do(request: Request, verb: str) -> HttpResponse:
    """One of `DONE` to what is selected, or to all that match."""
    if verb not in DONE:
        raise NotFound()
    asked = asked_by(request)
    ids = _chosen(request, asked)
    if not ids:
        raise Invalid(_("Select at least one row."))
    handle(request, verb, ids, request.POST)
    return redirect(f"/inbox/?{asked.query}")


def _chosen(request: Request, asked: Asked) -> list[UUID]:
    """At most as many as are changed while somebody waits. Raises Invalid for more."""
    if request.POST.get("matching") == "true":
        editable = Conversation.objects.visible_to(request.actor, "edit").values("pk")
        rows = conversations(request.actor, asked.box, asked.whose, asked.label).filter(pk__in=editable)
        ids = list(rows.values_list("pk", flat=True)[: AT_ONCE + 1])
    else:
        ids = [read_id(each) for each in request.POST.getlist("ids")]
    if len(ids) > AT_ONCE:
        raise Invalid(_("These are more than %(most)s. Narrow the list first.") % {"most": AT_ONCE})
    return ids


@require_safe
def tools(request: Request) -> HttpResponse:
    """What can be done to those that are selected: asked for when somebody selects the first."""
    return fragment(request, "conversations/bulk.html", asked=asked_by(request).query, **choices(request.actor))


def choices(actor: Actor) -> dict[str, Any]:
    """To whom, where, until when, and under which label."""
    may_tag = "tags" in RESOURCES["conversations"].editable(actor)
    tags = Tag.objects.visible_to(actor).order_by("name").values_list("name", flat=True)
    return {
        "colleagues": assignees(actor),
        "teams": list(Team.objects.visible_to(actor).order_by("name")),
        "labels": list(tags[:MOST_TAGS]) if may_tag else None,
        "times": later_times(timezone.localtime()),
    }


def later_times(now: datetime) -> list[tuple[str, Any]]:
    """Until when a conversation is put off: moments where the reader is, as inputs hold them, and words."""
    today = now.replace(tzinfo=None, minute=0, second=0, microsecond=0)
    tomorrow = datetime.combine(today + timedelta(days=1), MORNING)
    monday = datetime.combine(today + timedelta(days=7 - today.weekday()), MORNING)
    found = [
        (today + timedelta(hours=3), gettext_lazy("For three hours")),
        (tomorrow, gettext_lazy("Until tomorrow")),
        (monday, gettext_lazy("Until Monday")),
        (tomorrow + timedelta(days=29), gettext_lazy("For 30 days")),
    ]
    return [(at.isoformat(timespec="minutes"), label) for at, label in found]


@require_POST
def take_back(request: Request, change: UUID) -> HttpResponse:
    """Takes back one's own change of conversations, as far as nobody has changed the same since."""
    made = BulkChange.objects.filter(pk=change, user=request.actor.user_id, resource="conversations").first()
    if made is None:
        raise NotFound()
    undo(made, request.actor)
    made.refresh_from_db()
    if made.kept:
        messages.warning(request, _("What somebody has changed since stays as it is."))
    else:
        text = ngettext("%(count)s is as it was.", "%(count)s are as they were.", made.restored)
        messages.success(request, text % {"count": made.restored})
    return redirect(f"/inbox/?{asked_by(request).query}")
