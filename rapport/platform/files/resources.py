"""Files as a resource: seen by whoever may see the record that they are on, changed by whoever may change it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import Forbidden, NotFound
from rapport.platform.files.models import File
from rapport.platform.history.chapters import CHAPTERS, Chapter
from rapport.platform.records.models import Rows
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, RESOURCES, Resource, register

Reaching = Callable[[Actor, str], Rows]
HOLDERS: dict[str, Reaching] = {}
"""How the records of each resource that holds files are reached, by those who may do a verb with their files."""


def holders() -> dict[str, Reaching]:
    """Those that there are now: files on records of a kind that is in the trash wait with it."""
    return {name: rows for name, rows in list(HOLDERS.items()) if name in RESOURCES}


def hold_files(name: str, rows: Reaching | None = None) -> None:
    """Lets files hang on the records of a resource: `rows` where not everybody who sees one may see all of it.

    What happens to them is told in the record's history, to whom may see them.
    """

    def every(actor: Actor, verb: str) -> Rows:
        return RESOURCES[name].rows(actor, verb)

    HOLDERS[name] = rows or every

    def of_record(record: UUID, actor: Actor) -> Q:
        return Q(resource=name, record_id=record) & RESOURCES["files"].scope(actor, "view")

    CHAPTERS[name].append(Chapter(RESOURCES["files"], of_record))


@register
class Files(Resource):
    name = "files"
    model = File
    label, plural = _("File"), _("Files")
    verbs = frozenset({"view", "edit", "delete", "export"})
    fields = (
        Field("name", _("Name"), required=True),
        Field("resource", _("On a record among"), read_only=True),
        Field("record_id", _("On the record"), kind_name="id", read_only=True),
        Field("media_type", _("Type"), read_only=True),
        Field("size", _("Size"), read_only=True),
        Field("number", _("Version"), read_only=True),
        Field("added_by", _("Added by"), display="added_by__name", read_only=True),
        Field("added_at", _("Added"), read_only=True),
        Field("updated_at", _("Changed"), read_only=True),
    )
    columns = ("name", "size", "number", "added_by", "added_at")
    sort = ("name",)

    def scope(self, actor: Actor, verb: str) -> Q:
        if actor.is_system:
            return Q()
        if verb not in self.verbs:
            return NOTHING
        found = NOTHING
        for name, rows in holders().items():
            # One record is looked up for each file: files are asked for by the few, records are many.
            record = rows(actor, _on_record(verb)).filter(pk=OuterRef("record_id"))
            found |= Q(Exists(record), resource=name)
        return found

    def may(self, actor: Actor, verb: str) -> bool:
        return verb in self.verbs and any(RESOURCES[name].may(actor, _on_record(verb)) for name in holders())


def _on_record(verb: str) -> str:
    """What somebody must be allowed to do with a record to do `verb` with its files."""
    return verb if verb in ("view", "export") else "edit"


def admit_to(resource: str, record: UUID, actor: Actor) -> None:
    """Raises NotFound for a record whose files the actor may not see, Forbidden where they may not add any."""
    rows = holders().get(resource)
    if rows is None or not rows(actor, "view").filter(pk=record).exists():
        raise NotFound()
    if not rows(actor, "edit").filter(pk=record).exists():
        raise Forbidden()


def files_on(resource: str, record: UUID, actor: Actor) -> list[File]:
    """The files of a record, the newest first. One query."""
    rows = File.objects.visible_to(actor).filter(resource=resource, record_id=record)
    return list(rows.select_related("added_by").order_by("-added_at", "-pk"))
