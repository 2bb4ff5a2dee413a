"""What becomes of files that are sent to pages: nothing, but where a view says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from rapport.platform.errors import BadQuery, Invalid, TooLarge
from rapport.web.request import Request, holds_nul


class NoFiles(FileUploadHandler):
    """Keeps nothing of any file: Django's own would write what anybody sends to any form to the disk, without end."""

    chunk_size = 1 << 16

    def new_file(self, *_about: Any, **_named: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def receive(request: Request, handler: FileUploadHandler, then: Callable[[Request], HttpResponse]) -> HttpResponse:
    """Does `then` with a form whose files `handler` has received. Raises BadQuery, Invalid, TooLarge.

    For views that are exempt from the check of the form's token: it reads what is sent, and so comes after it is said
    where files go.
    """
    request.upload_handlers = [handler]

    @csrf_protect
    def checked(request: HttpRequest) -> HttpResponse:
        if holds_nul(request.POST):
            raise BadQuery()
        return then(request)  # type: ignore[arg-type]

    try:
        return checked(request)
    except (RequestDataTooBig, TooManyFilesSent):
        raise TooLarge(_("That is too much at once.")) from None
    except MultiPartParserError:
        raise Invalid(_("The files did not arrive whole. Please send them again.")) from None
