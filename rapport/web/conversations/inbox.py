"""The inbox: conversations waiting for us, waiting for them, closed; one pane reads, writes and files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.interactions.actions.senders import may_block
from rapport.interactions.models import Conversation
from rapport.interactions.queries.happenings import between, happenings
from rapport.interactions.queries.inbox import conversations, count, elsewhere, lines, seen_one
from rapport.interactions.queries.readers import readers_of
from rapport.interactions.queries.tasks import assignees
from rapport.interactions.queries.timeline import of_conversation
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Team
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import NotFound
from rapport.platform.files.resources import HOLDERS
from rapport.platform.resources.registry import RESOURCES
from rapport.web.conversations import handling
from rapport.web.conversations.boxes import BOXES, WHOSE, asked_by
from rapport.web.conversations.handling import later_times
from rapport.web.files.places import card_of
from rapport.web.imports.beginning import needs_mail
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment, page
from rapport.web.tasks.beside import tasks_in

STEP, MOST = 50, 1_000
COUNTED = 100
DONE: dict[str, Any] = {
    "no_reply_needed": gettext_lazy("Nobody needs to answer, until somebody writes again."),
    "still_waiting": gettext_lazy("Noted: an answer is still awaited."),
    "set_visibility": gettext_lazy("Who may read it is changed."),
    "share": gettext_lazy("It is shared."),
    "unshare": gettext_lazy("It is no longer shared with them."),
    "split": gettext_lazy("This is a conversation of its own now."),
    "join": gettext_lazy("The two conversations are one now."),
    "block_sender": gettext_lazy("New mail of this sender is kept apart from now on."),
    "unblock_sender": gettext_lazy("This sender is blocked no more."),
    "undo_regrouping": gettext_lazy("It is as it was before."),
}
LEAVING = ("close", "no_reply_needed", "snooze")
"""Verbs after which there is nothing left to do here."""
UNDO = {"block_sender": "unblock_sender"}


@require_safe
def inbox(request: Request) -> HttpResponse:
    return page(request, "conversations/inbox.html", **_list(request), opened=None)


@require_safe
def conversation(request: Request, conversation: UUID) -> HttpResponse:
    opened = opened_of(conversation, request.actor)
    if is_fragment(request):
        return fragment(request, "conversations/pane.html", **opened, **_box(request))
    return page(request, "conversations/inbox.html", **_list(request), opened=conversation, **opened)


@require_safe
def waiting(request: Request) -> HttpResponse:
    """How many wait for me: the small figure beside Inbox."""
    return HttpResponse(_figure(count(conversations(request.actor, "us", "mine"), COUNTED)))


@require_safe
def counts(request: Request) -> HttpResponse:
    """Whose conversations may be shown, with how many there are in this box; asked for when the page stands."""
    asked = asked_by(request)
    found = {each: count(conversations(request.actor, asked.box, each, asked.label), COUNTED) for each in WHOSE}
    figures = {each: _figure(number) for each, number in found.items()}
    return fragment(request, "conversations/whose.html", figures=figures, **_box(request))


def _figure(found: int) -> str:
    return _("99+") if found > 99 else str(found) if found else ""


def _box(request: Request) -> dict[str, Any]:
    asked = asked_by(request)
    return {
        "box": asked.box,
        "whose": asked.whose,
        "label": asked.label,
        "asked": asked.query,
        "boxes": BOXES,
    }


def asked_of(request: Request) -> str:
    """The box that one came from, as a query string."""
    return asked_by(request).query


def _list(request: Request) -> dict[str, Any]:
    asked = asked_by(request)
    shown = request.GET.get("shown", "")
    limit = min(MOST, int(shown[:6])) if shown.isascii() and shown.isdigit() else STEP
    rows = conversations(request.actor, asked.box, asked.whose, asked.label)
    found = lines(request.actor, rows, limit + 1)
    return {
        **_box(request),
        "lines": found[:limit],
        "elsewhere": 0 if found else elsewhere(request.actor, asked.box, asked.whose),
        "needs_mail": not found and needs_mail(request.actor),
        "further": limit + STEP if len(found) > limit else 0,
    }


def opened_of(conversation: UUID, actor: Actor) -> dict[str, Any]:
    """One conversation with everything that was said in it, as far as the actor may read. Raises NotFound."""
    row = seen_one(actor, conversation)
    if row is None:
        raise NotFound()
    beside, may_edit = tasks_in(actor, conversation), row.may_edit
    entries = of_conversation(actor, conversation)
    return {
        "line": lines(actor, Conversation.objects.filter(pk=conversation), 1)[0],
        "entries": entries,
        "happened": between(entries, happenings(actor, conversation)) if row.is_whole else {},
        "may_tag": may_edit and "tags" in RESOURCES["conversations"].editable(actor),
        "times": later_times(timezone.localtime()),
        "may_edit": may_edit,
        "may_block": may_edit and may_block(actor),
        "colleagues": (beside["assignees"] or assignees(actor)) if may_edit else [],
        "teams": list(Team.objects.visible_to(actor).order_by("name")) if may_edit else [],
        "readers": readers_of(row, actor),
        **beside,
        **_files(conversation, actor, may_edit=may_edit),
    }


def _files(conversation: UUID, actor: Actor, *, may_edit: bool) -> dict[str, Any]:
    """Nothing, where the actor reads only a part of the conversation."""
    is_whole = HOLDERS["conversations"](actor, "view").filter(pk=conversation).exists()
    return card_of("conversations", conversation, actor, may_edit=may_edit) if is_whole else {}


@require_POST
def act(request: Request, conversation: UUID, verb: str) -> HttpResponse:
    """One of the verbs over conversations, from a button of the pane."""
    given = {**request.GET.dict(), **request.POST.dict()}
    if verb in handling.DONE:
        handling.handle(request, verb, [conversation], given)
        return redirect(_back(request, conversation, stay=verb not in LEAVING))
    action = action_of("conversations", verb)
    if verb not in DONE:
        raise NotFound()
    values = {name: given[name] for name in action.accepts if given.get(name)}
    answer = action.call([conversation], values, request.actor)
    return done(request, verb, conversation, answer)


def done(request: Request, verb: str, conversation: UUID, answer: dict[str, Any] | None) -> HttpResponse:
    """Says what was done and how to take it back, and goes to where it can be seen."""
    messages.success(request, DONE[verb], extra_tags=_undo(verb, conversation, answer or {}))
    seen = (answer or {}).get("id", conversation)
    return redirect(_back(request, seen, stay=verb not in LEAVING))


def _undo(verb: str, conversation: UUID, answer: dict[str, Any]) -> str:
    if "regrouping" in answer:
        kept = answer["id"] if verb == "join" else conversation
        return f"/inbox/{kept}/undo_regrouping?regrouping={answer['regrouping']}|"
    return f"/inbox/{conversation}/{UNDO[verb]}|" if verb in UNDO else ""


def _back(request: Request, conversation: UUID, *, stay: bool) -> str:
    asked = asked_of(request)
    return f"/inbox/{conversation}/?{asked}" if stay else f"/inbox/?{asked}"
