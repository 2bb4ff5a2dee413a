"""What events make notifications of: what somebody is given, and changes of what they follow."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.models import User
from rapport.platform.attention.models import Attention
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell, unread_of
from rapport.platform.resources.registry import RESOURCES

MOST = 20
"""Records in one event of which each is told by itself: whoever is given more than that in one go knows."""


TOLD = _("Where up to twenty were changed together, colleagues who follow them or were given them have been notified.")


@subscribe("*.updated", "*.assigned", "*.completed", "*.reopened", "tasks.created", outside=TOLD)
def tell_of(event: Event) -> None:
    resource, _sign, verb = event.name.rpartition(".")
    if resource not in RESOURCES or len(event.record_ids) > MOST:
        return
    words = [*_of_followed(event, resource)] if verb != "created" else []
    if verb in ("created", "assigned") or "owner" in event.data.get("fields", ()):
        words += _of_owned(event, resource)
    if words:
        tell(words)


def _of_owned(event: Event, resource: str) -> Iterator[Word]:
    """Whose the records are now, where somebody else did it."""
    for record, owner in _owners(resource, event.record_ids):
        if event.actor_id:
            yield Word(owner, Kind.ASSIGNED, resource, record, str(event.pk), event.actor_id)


def _owners(resource: str, ids: list[UUID]) -> list[tuple[UUID, UUID]]:
    model = RESOURCES[resource].model
    columns = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)}
    if "owner" not in columns or columns["owner"].related_model is not User:
        return []
    return list(model._default_manager.filter(pk__in=ids, owner__isnull=False).values_list("pk", "owner"))


def _of_followed(event: Event, resource: str) -> Iterator[Word]:
    """Who follows the records, and has read what they were told of them before."""
    rows = Attention.objects.filter(resource=resource, record_id__in=event.record_ids, is_followed=True)
    followers = list(rows.values_list("user", "record_id"))
    waiting = unread_of(resource, event.record_ids, Kind.FOLLOWED) if followers else set()
    for user, record in followers:
        if (user, record) not in waiting:
            yield Word(user, Kind.FOLLOWED, resource, record, str(event.pk), event.actor_id)
