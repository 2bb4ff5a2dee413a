"""What an administrator and people add to records at run time: fields, tags, links, saved views."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record, Row
from rapport.platform.resources.kinds import KINDS

if TYPE_CHECKING:
    from rapport.platform.resources.fields import Field


NOT_CUSTOM = ("json", "id", "links", "tags")
"""Kinds that only built-in fields have."""


def valid_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > 50:
        raise ValidationError("A name is made of small letters, digits and single underscores.")


class CustomField(Record):
    """A field that an administrator added. Its values stand in the records' `custom` column."""

    resource = models.TextField()
    name = models.TextField(blank=True, default="", validators=[valid_name])
    label = models.TextField()
    kind = models.TextField(choices=[(name, kind.label) for name, kind in KINDS.items() if name not in NOT_CUSTOM])
    options = models.JSONField(default=list, help_text="the choices, each {value, label}")
    target = models.TextField(blank=True, default="", help_text="the resource that a link leads to")
    required = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    indexed = models.BooleanField(default=False)
    default = models.JSONField(null=True)
    why = models.TextField(blank=True, default="")
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "name"], name="custom_field_unique")]
        ordering = ["position", "id"]

    def as_field(self) -> Field:
        # Fields know of columns and kinds only; this is the one place where data becomes a declaration.
        from rapport.platform.resources.fields import Field

        return Field(
            name=self.name,
            label=self.label,
            kind_name=self.kind,
            source=f"custom__{self.name}",
            required=self.required,
            unique=self.unique,
            indexed=self.indexed,
            why=self.why,
            target=self.target,
            choices=tuple((each["value"], each.get("label") or each["value"]) for each in self.options),
            default=self.default,
            custom=True,
            search="D" if self.kind in ("text", "email", "phone", "url") else "",
        )


class ValidationRule(Record):
    """What may not be stored: a record of which the condition holds is refused, with the message."""

    resource = models.TextField()
    condition = models.TextField(help_text="in the words of filters")
    message = models.TextField(help_text="what is wrong, and how to mend it")
    is_active = models.BooleanField(default=True)
    language = models.TextField(default="en", editable=False, help_text="the one whose words the condition uses")

    class Meta:
        ordering = ["resource", "id"]


class PageLayout(Record):
    """In which sections the page of a resource's records shows their facts, and which stand under *more*.

    A field that neither names stands in the last section, so that a new one is seen.
    """

    resource = models.TextField()
    sections: Any = models.JSONField(default=list, help_text="each {title, fields: [name, …]}")
    more: Any = models.JSONField(default=list, help_text="names of fields")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=models.Q(deleted_at=None), name="page_layout_of_resource"
            )
        ]


class Tag(Record):
    name = models.TextField(unique=True)
    colour = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Tagging(Row):
    """One tag on one record of any resource."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)
    resource = models.TextField()
    record_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_id", "tag", "resource"], name="tagging_unique")]
        indexes = [models.Index(fields=["tag", "resource", "record_id"], name="tagging_by_tag")]


class SavedView(Record):
    """A list as somebody likes it: filters, order and columns under a name."""

    name = models.TextField()
    resource = models.TextField()
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, help_text="shared with this team")
    for_everyone = models.BooleanField(default=False)
    query: Any = models.JSONField(default=dict, help_text="the list's parameters, as in its address")


class PinnedView(Row):
    """A view that a user keeps in their own navigation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "view"], name="pinned_view_unique")]
