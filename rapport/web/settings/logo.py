"""The house's logo: a PNG that is sent by a form of its own, and taken away again."""

from __future__ import annotations

from contextlib import ExitStack

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import transaction
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from rapport.platform.access.house import furnish
from rapport.platform.errors import BadQuery, Forbidden, Invalid, Problem
from rapport.platform.files import store
from rapport.platform.history.context import assume
from rapport.web.branding import check_logo
from rapport.web.files.receiving import Receiver
from rapport.web.request import Request, holds_nul


@csrf_exempt
@require_POST
def change(request: Request) -> HttpResponse:
    """Takes the first of the `files` that are sent; without one, the logo goes. The token is checked below."""
    refusal: Problem | None = None if request.actor.is_administrator else Forbidden()
    with ExitStack() as stack:
        receiver = Receiver(stack, refusal)
        request.upload_handlers = [receiver]
        request.receiver = receiver  # type: ignore[attr-defined]
        try:
            return _change(request)
        except (RequestDataTooBig, TooManyFilesSent, MultiPartParserError):
            raise Invalid(_("The files did not arrive whole. Please send them again.")) from None


@csrf_protect
def _change(request: Request) -> HttpResponse:
    receiver: Receiver = request.receiver  # type: ignore[attr-defined]
    if holds_nul(request.POST):
        raise BadQuery()
    if receiver.refusal:
        raise receiver.refusal
    digest = None
    if receiver.received:
        content = receiver.received[0][1].keep()
        with store.open_file(content.digest) as file:
            check_logo(file.read())
        digest = content.digest
    with transaction.atomic():
        assume(request.actor)
        furnish(logo_digest=digest)
    messages.success(request, _("Saved."))
    return redirect("/settings/organisation")
