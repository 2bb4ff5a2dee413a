"""Receives archives: straight to the data folder, piece by piece, and no more than the limit."""

from __future__ import annotations

import os
import shutil
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rapport.interactions import uploads
from rapport.interactions.actions.imports import Terms, Uploaded, may_import, upload
from rapport.interactions.claims import known_addresses
from rapport.kit.ids import uuid7
from rapport.kit.text import clean_line
from rapport.platform.errors import Forbidden, Invalid, TooLarge
from rapport.web.request import Request, is_fragment
from rapport.web.settings.frame import settings_page
from rapport.web.shell import fragment
from rapport.web.uploads import receive
from rapport.web.words import filesize

PIECE = 1 << 20
FORM_BYTES = 1_000_000
"""What the form itself may add to its files."""
SPARE_BYTES = 500_000_000
"""So much of the disk is left to the database."""


class Receiver(FileUploadHandler):
    """Writes the files of one request into the folder of an import-to-be. `refusal` says why it took none.

    `is_begun` is whether there is an import that they are of by now.
    """

    chunk_size = PIECE

    def __init__(self, run_id: UUID) -> None:
        super().__init__()
        self.run_id = run_id
        self.received: list[Uploaded] = []
        self.refusal = ""
        self.is_begun = False
        self._room = settings.UPLOAD_MOST_BYTES
        self._file: IO[bytes] | None = None

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        uploads.root().mkdir(parents=True, exist_ok=True, mode=0o700)
        if content_length > self._room + FORM_BYTES:
            self._refuse_size()
        elif content_length + SPARE_BYTES > shutil.disk_usage(uploads.root()).free:
            self.refusal = _("There isn't enough room on the server for these files.")

    def new_file(self, field_name: str, file_name: str, *_more: Any, **_named: Any) -> None:
        if field_name != "files":
            raise SkipFile
        self._go_on()
        path = uploads.place_for(self.run_id, len(self.received), file_name)
        self._file = path.open("xb")
        self.received.append(Uploaded(path, clean_line(file_name, 200) or path.name, 0))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._file is not None
        self._room -= len(raw_data)
        if self._room < 0:
            self._refuse_size()
        self._go_on()
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        assert self._file is not None
        last = self.received[-1]
        self.received[-1] = Uploaded(last.path, last.name, file_size)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def upload_interrupted(self) -> None:
        if self._file is not None:
            self._file.close()

    def _refuse_size(self) -> None:
        most = filesize(settings.UPLOAD_MOST_BYTES)
        self.refusal = _("These files are larger than %(most)s, the most that can be uploaded at once.") % {
            "most": most
        }

    def _go_on(self) -> None:
        if self.refusal:
            self.upload_interrupted()
            # The rest is read and thrown away: a browser shows no answer to what it couldn't send whole.
            raise StopUpload(connection_reset=False)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """The form, and what it sends."""
    if not may_import(request.actor):
        raise Forbidden()
    if request.method != "POST":
        return _form(request, {}, {})
    receiver = Receiver(uuid7())
    try:
        return receive(request, receiver, lambda request: _begin(request, receiver))
    except Invalid as problem:
        return (
            _form(request, request.POST, problem.fields) if problem.fields else _refused(request, problem.detail, 422)
        )
    except TooLarge:
        text = receiver.refusal or _("That is too much at once: put many files into one ZIP.")
        return _refused(request, text, 413)
    finally:
        if not receiver.is_begun:
            uploads.remove(receiver.run_id)


def _begin(request: Request, receiver: Receiver) -> HttpResponse:
    if receiver.refusal:
        raise TooLarge(receiver.refusal)
    terms = Terms(*(request.POST.get(name, "") for name in ("audience", "detail", "addresses", "domains")))
    upload(receiver.run_id, receiver.received, terms, actor=request.actor)
    receiver.is_begun = True
    address = f"/settings/imports/{receiver.run_id}"
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if is_fragment(request) else redirect(address)


def _refused(request: Request, text: str, status: int) -> HttpResponse:
    return _form(request, {}, {"files": text}, status)


def _form(request: Request, sent: Any, problems: dict[str, str], status: int = 422) -> HttpResponse:
    values = {"audience": "participants", "detail": "everything", "addresses": "", "domains": ""}
    values |= {name: sent[name] for name in values if name in sent}
    if not sent:
        values["addresses"] = "\n".join(known_addresses(request.user))
    context = {"values": values, "problems": problems, "most": settings.UPLOAD_MOST_BYTES, "team": request.user.team}
    status = status if problems else 200
    if is_fragment(request):
        return fragment(request, "imports/form.html", status=status, **context)
    return settings_page(request, "imports/new.html", status=status, **context)
