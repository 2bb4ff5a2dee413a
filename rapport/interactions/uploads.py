"""Where uploaded archives lie until their import is over: below the data folder, never under a name as given."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from rapport.interactions.models import Import
from rapport.kit.text import clean_line

LONGEST_NAME = 80
UNCONFIRMED_DAYS = 14
"""How long an upload waits for somebody to say who "we" are."""
_UNSAFE = re.compile(r"[^\w .+@()-]+")


def root() -> Path:
    return Path(settings.DATA) / "uploads"


def folder_of(run_id: UUID) -> Path:
    return root() / str(run_id)


def place_for(run_id: UUID, number: int, name: str) -> Path:
    """Where the upload's file of that number is to be written; its folder is made."""
    folder = folder_of(run_id) / str(number)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / safe_name(name)


def safe_name(name: str) -> str:
    """The last part of a name as a file's name that is one everywhere; its ending is kept."""
    last = _UNSAFE.sub("_", clean_line(name, 1_000).replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, ending = last.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if stem else last[:LONGEST_NAME] or "archive"


def remove(run_id: UUID) -> None:
    """Deletes what was uploaded for an import; nothing happens where nothing lies."""
    shutil.rmtree(folder_of(run_id), ignore_errors=True)


def sweep() -> None:
    """Deletes uploads that nobody has confirmed for long, and whatever an import left behind."""
    long_ago = timezone.now() - timedelta(days=UNCONFIRMED_DAYS)
    forgotten = Import.objects.filter(state=Import.State.CONFIRM, updated_at__lt=long_ago)
    forgotten.update(state=Import.State.CANCELLED, ended_at=timezone.now())
    if not root().exists():
        return
    wanted = set(map(str, Import.objects.exclude(state__in=Import.OVER).values_list("pk", flat=True)))
    yesterday = timezone.now().timestamp() - timedelta(days=1).total_seconds()
    for folder in root().iterdir():
        # One that is being received has no import yet; it is young.
        if folder.name not in wanted and folder.stat().st_mtime < yesterday:
            shutil.rmtree(folder, ignore_errors=True)
