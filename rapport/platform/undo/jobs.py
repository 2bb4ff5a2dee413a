"""Thin, repeatable jobs over changes of many records."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from rapport.platform.jobs.queue import job, schedule
from rapport.platform.undo import changing
from rapport.platform.undo.models import BulkChange

KEPT = timedelta(days=30)
"""How long a change can be taken back."""


@job("undo.change", tries=100, concurrency=2)
def go_on(change: str) -> None:
    changing.go_on(UUID(change))


@job("undo.undo", tries=100, concurrency=2)
def take_back(change: str) -> None:
    changing.take_back(UUID(change))


@schedule("undo.forget", "41 4 * * *")
def forget() -> None:
    BulkChange.objects.filter(at__lt=timezone.now() - KEPT).delete()
