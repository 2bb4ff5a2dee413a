"""What an administrator's own kinds of record are called, and the records themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.models import User
from rapport.platform.fields.models import valid_name
from rapport.platform.records.models import Record, Rows

KEPT = models.Q(deleted_at=None)


class Icon(models.TextChoices):
    TAG = "tag", _("Tag")
    ORGANIZATION = "organization", _("Building")
    BOX = "box", _("Box")
    CALENDAR = "meeting", _("Calendar")
    DOCUMENT = "note", _("Document")
    BRIEFCASE = "briefcase", _("Briefcase")
    KEY = "key", _("Key")
    SHIELD = "shield", _("Shield")
    STAR = "star", _("Star")


class ObjectKind(Record):
    """A kind of record. Under `name` its pages and its part of the API are found: `/machines/`."""

    name = models.TextField(unique=True, blank=True, default="", validators=[valid_name])
    label = models.TextField(help_text="one of them: machine")
    plural = models.TextField(help_text="many of them: machines")
    title_label = models.TextField(blank=True, default="", help_text="what its title is called, where not name")
    icon = models.TextField(choices=Icon.choices, default=Icon.TAG)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.plural


class CustomRecord(Record):
    """One record of such a kind: what every one has; all else stands in custom fields."""

    kind = models.ForeignKey(ObjectKind, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False)
    name = models.TextField()
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    objects: ClassVar[Any] = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "name", "id"], condition=KEPT, name="custom_by_name"),
            models.Index(fields=["kind", "updated_at", "id"], condition=KEPT, name="custom_by_updated"),
            models.Index(fields=["kind", "created_at", "id"], condition=KEPT, name="custom_by_created"),
            models.Index(fields=["owner", "kind", "name"], name="custom_by_owner"),
        ]

    def __str__(self) -> str:
        return self.name
