"""What was put off comes back: the pages that show the inbox are told."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rapport.interactions.models import Conversation
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit
from rapport.platform.jobs.queue import schedule

LATELY = timedelta(minutes=2)
"""The job runs each minute; told twice, a page looks twice."""


@schedule("interactions.come_back", "* * * * *")
def come_back() -> None:
    now = timezone.now()
    rows = Conversation.objects.filter(snoozed_until__gt=now - LATELY, snoozed_until__lte=now)
    if back := list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            emit("conversations.returned", back, actor=Actor.system("job"))
