"""Files on their way out: to be saved, or, of the few kinds that are safe, to be looked at."""

from __future__ import annotations

from django.http import FileResponse

from rapport.platform.errors import NotFound
from rapport.platform.files import store
from rapport.platform.files.models import Edition, File
from rapport.platform.files.names import ANYTHING, is_picture, sniffed

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
"""What is shown has no script, no form, no origin and no way out. (Browsers put a styled page around a picture.)"""
READER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'"
"""Browsers show PDFs in a reader that is a sandbox of its own, and doesn't start inside another."""


def saved(file: File, edition: Edition) -> FileResponse:
    """To be saved under its name (RFC 6266); whatever it is, no browser runs or shows it in our pages."""
    return _response(file, edition, ANYTHING, SANDBOX, is_saved=True)


def shown(file: File, edition: Edition) -> FileResponse:
    """To be looked at, where its content, looked at again, is a picture or a PDF. Raises NotFound for all else."""
    with store.open_file(bytes(edition.digest)) as content:
        kind = sniffed(content.read(16))
    if kind == ANYTHING:
        raise NotFound()
    return _response(file, edition, kind, SANDBOX if is_picture(kind) else READER, is_saved=False)


def _response(file: File, edition: Edition, kind: str, policy: str, *, is_saved: bool) -> FileResponse:
    content = store.open_file(bytes(edition.digest))
    response = FileResponse(content, as_attachment=is_saved, filename=file.name, content_type=kind)
    response["Content-Length"] = str(edition.size)
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response
