"""A file comes in: received piece by piece, measured and hashed on the way, and put on a record in one step."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import lock
from rapport.platform.errors import Invalid, NotFound, TooLarge
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.files.models import Edition, File
from rapport.platform.files.names import HEAD, file_name, sniffed
from rapport.platform.files.resources import admit_to
from rapport.platform.history.context import assume
from rapport.platform.jobs.queue import schedule

FORGOTTEN = timedelta(days=1)
"""What has been coming in for longer than this never will."""


@dataclass(frozen=True, slots=True)
class Content:
    """What came in whole, and lies in the store."""

    digest: bytes
    size: int
    media_type: str


class Incoming:
    """A content on its way, in a file of its own beside the store. Leave it, and what was not kept is gone."""

    def __init__(self) -> None:
        folder = store.receiving()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=folder)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._hash = sha256()
        self._head = b""
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        """Raises TooLarge as soon as it is more than a file may have."""
        self.size += len(piece)
        check_size(self.size)
        self._head += piece[: HEAD - len(self._head)]
        self._hash.update(piece)
        self._file.write(piece)

    def read(self) -> bytes:
        """All of it, without keeping it."""
        self._file.flush()
        return self._path.read_bytes()

    def keep(self) -> Content:
        """Moves it into the store, where it is for certain when this comes back."""
        self._file.close()
        digest = self._hash.digest()
        store.take(self._path, digest)
        store.flush([digest])
        return Content(digest, self.size, sniffed(self._head))


def check_size(size: int) -> None:
    """Raises TooLarge."""
    most = settings.FILE_MOST_BYTES
    if size > most:
        raise TooLarge(_("A file has at most %(most)s.") % {"most": filesizeformat(most)})


@transaction.atomic
def put_on(resource: str, record: UUID, name: str, content: Content, *, actor: Actor) -> File:
    """Puts a file on a record. One that is there under the same name gets a new version, and keeps the older ones.

    The same content again changes nothing. Raises NotFound, Forbidden, Invalid.
    """
    assume(actor)
    admit_to(resource, record, actor)
    called = file_name(name)
    if not called:
        raise Invalid(fields={"name": _("This file has no name.")})
    lock(f"files.{record}")
    found: File | None = (
        File.objects.kept().filter(resource=resource, record_id=record, name=called).order_by("pk").first()
    )
    if found is None:
        return _first(File(resource=resource, record_id=record, name=called), content, actor)
    return found if bytes(found.digest) == content.digest else _next(found, content, actor)


def _first(file: File, content: Content, actor: Actor) -> File:
    _become(file, content, actor)
    file.save(force_insert=True)
    _note(file, "created", actor)
    return file


def _next(file: File, content: Content, actor: Actor) -> File:
    file.number += 1
    _become(file, content, actor)
    columns = ("number", "digest", "size", "media_type", "added_by", "added_at")
    file.save(update_fields=columns)
    _note(file, "updated", actor)
    return file


def _become(file: File, content: Content, actor: Actor) -> None:
    file.digest, file.size, file.media_type = content.digest, content.size, content.media_type
    file.added_by_id, file.added_at = actor.user_id, timezone.now()


def _note(file: File, verb: str, actor: Actor) -> None:
    Edition.objects.create(
        file=file, number=file.number, media_type=file.media_type, size=file.size, digest=file.digest,
        added_by_id=file.added_by_id, added_at=file.added_at,
    )  # fmt: skip
    shown = {file.resource: [str(file.record_id)]}
    emit(f"files.{verb}", [file.pk], actor=actor, data={"shown_by": shown})


def edition_of(file: UUID, number: int | None, actor: Actor) -> tuple[File, Edition]:
    """A file that the actor may see, as it is or as it was. Raises NotFound."""
    found: File | None = File.objects.visible_to(actor).filter(pk=file).first()
    editions = Edition.objects.filter(file=found)
    edition = editions.filter(number=found.number if number is None else number).first() if found else None
    if found is None or edition is None:
        raise NotFound()
    return found, edition


@schedule("files.sweep", "53 3 * * *")
def sweep() -> None:
    """Deletes what never came in whole, as when the server was stopped meanwhile."""
    long_ago = time.time() - FORGOTTEN.total_seconds()
    folder = store.receiving()
    for path in folder.iterdir() if folder.exists() else ():
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)
