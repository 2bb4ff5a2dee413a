"""What every record has: an id made by us, its times, a version, a place in the trash, custom values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from rapport.kit.ids import uuid7

if TYPE_CHECKING:
    from rapport.platform.access.actors import Actor


class Rows(models.QuerySet[Any]):
    """Rows of one table. `visible_to` is the only way to them from views, the API, exports and jobs."""

    def visible_to(self, actor: Actor, verb: str = "view") -> Self:
        """The rows outside the trash on which `actor` may do `verb` (view, edit, delete, export)."""
        return self.kept().filter(_resource(self.model).scope(actor, verb))

    def trash_of(self, actor: Actor) -> Self:
        """The rows in the trash that `actor` may delete, and so may restore."""
        return self.filter(deleted_at__isnull=False).filter(_resource(self.model).scope(actor, "delete"))

    def kept(self) -> Self:
        return self.filter(deleted_at__isnull=True) if issubclass(self.model, Record) else self


def _resource(model: type[models.Model]) -> Any:
    # The registry stands above the models it describes, so it is looked up when a question is asked.
    from rapport.platform.resources.registry import resource_of

    return resource_of(model)


class Row(models.Model):
    """A row with an id of our own making (UUIDv7, so that ids sort by when they were made)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = Rows.as_manager()

    class Meta:
        abstract = True


class Record(Row):
    """A row that people work with. `version` and `updated_at` are kept by a trigger (see `triggers`)."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.IntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    custom = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True
