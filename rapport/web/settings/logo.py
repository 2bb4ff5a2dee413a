"""The house's logo: a PNG that is sent by a form of its own, and taken away again."""

from __future__ import annotations

from contextlib import ExitStack

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rapport.platform.access.house import furnish
from rapport.platform.errors import Forbidden
from rapport.web import uploads
from rapport.web.branding import check_logo
from rapport.web.files.receiving import Receiver
from rapport.web.request import Request


@csrf_exempt
@require_POST
def change(request: Request) -> HttpResponse:
    """Takes the first of the `files` that are sent; without one, the logo goes."""
    refusal = None if request.actor.is_administrator else Forbidden()
    with ExitStack() as stack:
        receiver = Receiver(stack, refusal)
        return uploads.receive(request, receiver, lambda request: _change(request, receiver))


def _change(request: Request, receiver: Receiver) -> HttpResponse:
    digest = None
    for _name, incoming in receiver.all()[:1]:
        check_logo(incoming)
        digest = incoming.keep().digest
    furnish(logo_digest=digest)
    messages.success(request, _("Saved."))
    return redirect("/settings/organisation")
