"""The page on which an e-mail is written, saved as one types, sent, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.interactions.models import OutgoingMessage
from rapport.interactions.sending.bodies import clean_body
from rapport.interactions.sending.drafts import answer, begin
from rapport.interactions.sending.elsewhere import elsewhere
from rapport.interactions.sending.finding import known_recipients, last_message, unsent, unsent_in
from rapport.interactions.sending.queueing import NAME
from rapport.interactions.sending.senders import mailboxes_of
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Conflict, Invalid, NotFound, Stale
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.conversations.composer import read_time
from rapport.web.files.places import card_of
from rapport.web.request import Request, is_fragment, read_id
from rapport.web.shell import fragment, page

FIELDS = ("mailbox", "to", "cc", "bcc", "subject", "html")
MOST = 200
SOON = timedelta(minutes=1)
State = OutgoingMessage.State
DONE: dict[str, Any] = {
    "cancel": gettext_lazy("It hasn't left: go on writing."),
    "send_again": gettext_lazy("It is sent once more."),
    "it_left": gettext_lazy("Noted: it left."),
}


@require_safe
def listed(request: Request) -> HttpResponse:
    """My drafts, what is about to leave, and what is held."""
    return page(request, "mail/list.html", messages_=unsent(request.actor)[:MOST], may_write=_may_write(request.actor))


@require_safe
def offer(request: Request) -> HttpResponse:
    """What stands beside a conversation, or a party, for whoever may send e-mail; nothing for others."""
    actor, asked = request.actor, request.GET
    if not _may_write(actor):
        return HttpResponse(status=204)
    context: dict[str, Any] = {"back": asked.get("back", ""), "party": asked.get("party", "")}
    if asked.get("conversation"):
        conversation = read_id(asked["conversation"])
        found = unsent_in(conversation, actor)
        context |= {"unsent": found, "last": last_message(conversation, actor), "moves": any(map(_moves, found))}
    return fragment(request, "mail/offer.html", **context, state=State)


def _moves(message: OutgoingMessage) -> bool:
    """Whether it is about to be something else than it is now."""
    is_due = message.send_at is not None and message.send_at < timezone.now() + SOON
    return message.state == State.SENDING or (message.state == State.QUEUED and is_due)


def _may_write(actor: Actor) -> bool:
    return bool(mailboxes_of(actor).exists())


@require_safe
def recipients(request: Request) -> HttpResponse:
    found = known_recipients(request.GET.get("q", "")[:100], request.actor)
    return fragment(request, "mail/recipients.html", found=found)


@require_POST
def new(request: Request) -> HttpResponse:
    parties = [read_id(str(each)) for each in request.POST.getlist("party") if each]
    return redirect(f"/mail/{begin(request.actor, parties=parties).pk}/")


@require_POST
def reply(request: Request, message: UUID) -> HttpResponse:
    made = answer(message, request.POST.get("kind", "reply"), actor=request.actor)
    return redirect(f"/mail/{made.pk}/")


@require_safe
def show(request: Request, outgoing: UUID) -> HttpResponse:
    found = _found(outgoing, request.actor)
    return _page(request, found)


def _found(outgoing: UUID, actor: Actor) -> OutgoingMessage:
    rows = OutgoingMessage.objects.visible_to(actor).select_related("mailbox", "answers", "interaction", "author")
    found: OutgoingMessage | None = rows.filter(pk=outgoing).first()
    if found is None:
        raise NotFound()
    return found


def _page(request: Request, found: OutgoingMessage, **more: Any) -> HttpResponse:
    actor, is_draft = request.actor, found.state == State.DRAFT
    may_edit = OutgoingMessage.objects.visible_to(actor, "edit").filter(pk=found.pk).exists()
    context: dict[str, Any] = {
        "message": found,
        "mailboxes": list(mailboxes_of(actor)),
        "may_edit": may_edit,
        "is_writing": may_edit and is_draft,
        "where": _where(found),
        "state": State,
        "problems": {},
        "at": "",
        **card_of(NAME, found.pk, actor, may_edit=may_edit and is_draft),
    }
    return page(request, "mail/page.html", **{**context, **more})


def _where(found: OutgoingMessage) -> str:
    """The conversation that it belongs to."""
    beside = found.interaction or found.answers
    return f"/inbox/{beside.conversation_id}/?box=all&whose=all" if beside else "/mail/"


@require_safe
def others(request: Request, outgoing: UUID) -> HttpResponse:
    """What other departments have going on with its recipients."""
    found = elsewhere(_found(outgoing, request.actor), request.actor)
    return fragment(request, "mail/elsewhere.html", found=found)


@require_POST
def save(request: Request, outgoing: UUID) -> HttpResponse:
    """Keeps what stands in the form; answers the version that it is now."""
    _save(request, outgoing)
    if not is_fragment(request):
        return redirect(f"/mail/{outgoing}/")
    version = OutgoingMessage.objects.visible_to(request.actor).values_list("version", flat=True).get(pk=outgoing)
    return JsonResponse({"version": version})


def _save(request: Request, outgoing: UUID) -> None:
    """Raises Stale where somebody else has written meanwhile."""
    values = {name: request.POST[name] for name in FIELDS if name in request.POST}
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    verbs.update(RESOURCES[NAME], [outgoing], values, actor=request.actor, version=seen)


@require_POST
def send(request: Request, outgoing: UUID) -> HttpResponse:
    """Saves and sends; where something is in the way, the page says what, and nothing that was written is lost."""
    at = request.POST.get("at", "") if request.POST.get("when") == "later" else ""
    try:
        _save(request, outgoing)
        values = {"at": read_time(at).isoformat()} if at else {}
        action_of(NAME, "send").call([outgoing], values, request.actor)
    except (Invalid, Conflict, Stale) as problem:
        if not problem.fields:
            messages.warning(request, str(problem))
        return _page(request, _as_sent(request, outgoing), problems=problem.fields, status=422, at=at)
    text = _("It leaves when you said.") if at else _("It is on its way.")
    messages.success(request, text, extra_tags=f"/mail/{outgoing}/cancel|")
    return redirect(_where(_found(outgoing, request.actor)))


def _as_sent(request: Request, outgoing: UUID) -> OutgoingMessage:
    """The draft with what stood in the form, which could not be stored."""
    found = _found(outgoing, request.actor)
    for name in FIELDS:
        if name in request.POST and name != "mailbox":
            value = str(request.POST[name])
            setattr(found, name, clean_body(value) if name == "html" else value)
    return found


@require_POST
def act(request: Request, outgoing: UUID, verb: str) -> HttpResponse:
    if verb not in DONE:
        raise NotFound()
    action_of(NAME, verb).call([outgoing], {}, request.actor)
    messages.success(request, DONE[verb])
    return redirect(f"/mail/{outgoing}/" if verb == "cancel" else _where(_found(outgoing, request.actor)))


@require_POST
def trash(request: Request, outgoing: UUID) -> HttpResponse:
    where = _where(_found(outgoing, request.actor))
    verbs.trash(RESOURCES[NAME], [outgoing], actor=request.actor)
    messages.success(request, _("The draft is in the trash."), extra_tags=f"/mail/{outgoing}/restore|")
    return redirect(where)


@require_POST
def restore(request: Request, outgoing: UUID) -> HttpResponse:
    if not verbs.restore(RESOURCES[NAME], [outgoing], actor=request.actor):
        raise NotFound()
    return redirect(f"/mail/{outgoing}/")
