"""The mail of the morning, plain and as HTML; and the address that ends it, which works without signing in."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rapport.platform.access.actors import actor_for
from rapport.platform.access.house import sender
from rapport.platform.access.models import User
from rapport.platform.errors import NotFound
from rapport.platform.jobs.queue import job, schedule
from rapport.platform.notifications.digests import (
    JOB,
    begin_mornings,
    end_mails,
    is_sent,
    note_sent,
    to_tell,
    user_of,
    way_out,
)


@schedule("notifications.mornings", "*/10 * * * *")
def mornings() -> None:
    """Nothing is looked through where nobody has said how mail is sent."""
    if settings.SENDS_MAIL:
        begin_mornings(timezone.now())


@job(JOB)
def send_digest(user: str, day: str, since: str, until: str) -> None:
    """Sends somebody the mail of their day, unless there is nothing to tell or it has been sent."""
    person = User.objects.kept().filter(pk=user, is_active=True).first()
    on = date.fromisoformat(day)
    if person is None or is_sent(person.pk, on):
        return
    with timezone.override(ZoneInfo(person.time_zone or "UTC")), translation.override(person.language):
        message = digest(person, on, datetime.fromisoformat(since), datetime.fromisoformat(until))
        if message:
            message.send()
    note_sent(person.pk, on, datetime.fromisoformat(until))


def digest(person: User, day: date, since: datetime, until: datetime) -> EmailMultiAlternatives | None:
    """None where there is nothing that they may see and haven't read."""
    # Half of the pages, which the worker needs for nothing else.
    from rapport.web.notifications import lines

    told = lines(actor_for(person, "job"), to_tell(person.pk, since, until))
    if not told:
        return None
    leave = f"{settings.SITE}/notifications/unsubscribe/{way_out(person.pk)}"
    subject = ngettext("One thing to know", "%(count)s things to know", len(told)) % {"count": len(told)}
    greeting = gettext("Good morning, %(name)s") % {"name": str(person).partition(" ")[0]}
    context = {"lines": told, "greeting": greeting, "leave": leave, "site": settings.SITE, "subject": subject}
    message = EmailMultiAlternatives(
        subject, render_to_string("notifications/digest.txt", context), sender(), [person.email],
        headers={
            # RFC 2369 and RFC 8058: mail programs offer a button that ends these mails with one request.
            "List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated", "Message-ID": _message_id(person.pk, day),
        },
    )  # fmt: skip
    message.attach_alternative(render_to_string("notifications/digest.html", context), "text/html")
    return message


def _message_id(user: UUID, day: date) -> str:
    """The same for the same mail, so that one that is sent again is known as the same."""
    return f"<digest.{user}.{day}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>"


@csrf_exempt  # a mail program sends the request, and the token is what allows it
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks first, since mail programs and scanners look at links by themselves; ends the mails by POST."""
    person = end_mails(token) if request.method == "POST" else user_of(token)
    if person is None:
        raise NotFound()
    with translation.override(person.language):
        return render(request, "notifications/unsubscribe.html", {"is_done": request.method == "POST"})
