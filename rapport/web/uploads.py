"""What becomes of files that are sent to pages: nothing, but where a view says otherwise."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """Keeps nothing of any file: Django's own would write what anybody sends to any form to the disk, without end."""

    chunk_size = 1 << 16

    def new_file(self, *_about: Any, **_named: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
