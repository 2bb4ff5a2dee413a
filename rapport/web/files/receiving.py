"""Receives files that are put on a record: each straight into its place, and no more than the limit."""

from __future__ import annotations

from contextlib import ExitStack
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rapport.platform.errors import Invalid, Problem, TooLarge
from rapport.platform.files.incoming import Incoming, put_on
from rapport.platform.files.resources import admit_to
from rapport.web import uploads
from rapport.web.addresses import address_of
from rapport.web.request import Request, is_fragment

FORM_BYTES = 1_000_000
"""What a form itself may add to its file."""
MOST_FILES = 100


class Receiver(FileUploadHandler):
    """Takes the files of one request as they come. `refusal` says why it takes none, or no more."""

    def __init__(self, stack: ExitStack, refusal: Problem | None) -> None:
        super().__init__()
        self.received: list[tuple[str, Incoming]] = []
        self.refusal = refusal
        self._stack = stack

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_FILES * settings.FILE_MOST_BYTES + FORM_BYTES:
            self.refusal = TooLarge(_("That is too much at once."))

    def new_file(self, field_name: str, file_name: str, *_more: Any, **_named: Any) -> None:
        if field_name != "files":
            raise SkipFile
        if len(self.received) == MOST_FILES:
            self.refusal = TooLarge(_("That is too much at once."))
        self._go_on()
        self.received.append((file_name, self._stack.enter_context(Incoming())))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            self.received[-1][1].write(raw_data)
        except TooLarge as problem:
            self.refusal = TooLarge(f"{self.received[-1][0]}: {problem.detail}")
        self._go_on()

    def file_complete(self, file_size: int) -> None:
        return None

    def all(self) -> list[tuple[str, Incoming]]:
        """Everything that came, by its name. Raises why it was refused."""
        if self.refusal:
            raise self.refusal
        return self.received

    def _go_on(self) -> None:
        if self.refusal:
            # The rest is read and thrown away: a browser shows no answer to what it couldn't send whole.
            raise StopUpload(connection_reset=False)


@csrf_exempt
@require_POST
def receive(request: Request, resource: str, record: UUID) -> HttpResponse:
    """Puts the `files` that are sent on a record."""
    with ExitStack() as stack:
        receiver = Receiver(stack, _refusal(request, resource, record))
        return uploads.receive(request, receiver, lambda request: _put(request, receiver, resource, record))


def _refusal(request: Request, resource: str, record: UUID) -> Problem | None:
    """Why nothing may be put on a record: told to whoever comes with the form's token, as all else."""
    try:
        admit_to(resource, record, request.actor)
    except Problem as problem:
        return problem
    return None


def _put(request: Request, receiver: Receiver, resource: str, record: UUID) -> HttpResponse:
    received = receiver.all()
    if not received:
        raise Invalid(_("Choose at least one file."))
    for name, incoming in received:
        put_on(resource, record, name, incoming.keep(), actor=request.actor)
    count = len(received)
    if is_fragment(request):
        return HttpResponse(status=204)
    text = ngettext("%(count)s file is here.", "%(count)s files are here.", count)
    messages.success(request, text % {"count": count})
    return redirect(address_of(resource, record))
