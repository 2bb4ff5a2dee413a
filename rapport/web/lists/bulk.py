"""What is done to many at once: set a field, delete, restore. One verb over a set, like everywhere."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.resources import verbs
from rapport.platform.resources.expressions import condition
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import Resource
from rapport.platform.undo.changing import change
from rapport.platform.undo.models import BulkChange
from rapport.platform.undo.values import is_kept
from rapport.web.lists.address import address, query_string, question, read
from rapport.web.request import Request, read_id

MOST, MOST_AT_ONCE = 50_000, 10_000
"""Records that one change may be of: where it can be a job's, and where somebody waits for it."""
MOST_UNDOABLE = 200
"""How many ids a toast carries, where it carries them."""


@require_POST
def do(request: Request, resource: Resource, verb: str) -> HttpResponse:
    if verb not in VERBS and verb != "merge":
        raise NotFound()
    ids = chosen(request, resource, MOST if verb in BY_JOB else MOST_AT_ONCE)
    if not ids:
        raise Invalid(_("Select at least one row."))
    if verb == "merge":
        return _to_merge(resource, ids)
    made = VERBS[verb](request, resource, ids)
    if made and made.state in BulkChange.BUSY:
        return redirect(f"/{resource.name}/changes/{made.pk}")
    return redirect(address(resource, read(request.POST.get("at", ""))))


def _to_merge(resource: Resource, ids: list[UUID]) -> HttpResponse:
    if len(ids) != 2:
        raise Invalid(_("Select the two that are to be one."))
    return redirect(f"/{resource.name}/{ids[0]}/merge?with={ids[1]}")


def chosen(request: Request, resource: Resource, most: int = MOST) -> list[UUID]:
    """The selected rows, or all that answer the list's question."""
    if request.POST.get("matching") == "true":
        return _matching(request, resource, most)
    return [read_id(each) for each in request.POST.getlist("ids")]


def _matching(request: Request, resource: Resource, most: int) -> list[UUID]:
    asked = question(read(query_string(read(request.POST.get("at", "")))))
    query = read_query(resource, asked, request.actor)
    ids = list(query.matching(request.actor).values_list("pk", flat=True)[: most + 1])
    _check_number(ids, most)
    return ids


def _check_number(ids: list[UUID], most: int) -> None:
    if len(ids) > most:
        raise Invalid(_("These are more than %(most)s. Narrow the list first.") % {"most": most})


def _set(request: Request, resource: Resource, ids: list[UUID]) -> BulkChange | None:
    values = {
        name.removeprefix("set."): value for name, value in request.POST.items() if name.startswith("set.") and value
    }
    if firm := request.POST.get("organization"):
        values["organization"] = firm
    if not values:
        raise Invalid(_("Choose what to set."))
    if not is_kept(resource, values, request.actor):
        _check_number(ids, MOST_AT_ONCE)
        verbs.update(resource, ids, values, actor=request.actor)
        _say(request, resource, _changed(len(ids)))
        return None
    made = change(resource, "set", ids, request.actor, values)
    _say(request, resource, _changed(len(ids)), made)
    return made


def _changed(count: int) -> str:
    return ngettext("%(count)s is changed.", "%(count)s are changed.", count) % {"count": count}


def _trash(request: Request, resource: Resource, ids: list[UUID]) -> BulkChange | None:
    made = change(resource, "trash", ids, request.actor)
    text = ngettext("%(count)s is in the trash.", "%(count)s are in the trash.", len(ids)) % {"count": len(ids)}
    _say(request, resource, text, made)
    return made


def _say(request: Request, resource: Resource, text: str, made: BulkChange | None = None) -> None:
    """What has been done, with its way back; of what is still being done, its own page tells."""
    if made is None or made.state not in BulkChange.BUSY:
        messages.success(request, text, extra_tags=f"/{resource.name}/changes/{made.pk}/undo|" if made else "")


def offer_undo(request: HttpRequest, resource: Resource, text: str, ids: list[UUID]) -> None:
    undo = f"/{resource.name}/bulk/restore|{','.join(map(str, ids))}" if len(ids) <= MOST_UNDOABLE else ""
    messages.success(request, text, extra_tags=undo)


def _restore(request: Request, resource: Resource, ids: list[UUID]) -> None:
    count = verbs.restore(resource, ids, actor=request.actor)
    text = ngettext("%(count)s is back.", "%(count)s are back.", count)
    messages.success(request, text % {"count": count})


def _tag(request: Request, resource: Resource, ids: list[UUID]) -> None:
    name = _tag_named(request)
    lacking = _changing(request, resource, ids, "ne", name)
    action_of(resource.name, "add_tags").call(ids, {"tags": [name]}, request.actor)
    text = ngettext("%(count)s is tagged “%(tag)s” now.", "%(count)s are tagged “%(tag)s” now.", len(lacking))
    _say_tagged(request, resource, text % {"count": len(lacking), "tag": name}, lacking, f"untag?tag={quote(name)}")


def _untag(request: Request, resource: Resource, ids: list[UUID]) -> None:
    name = _tag_named(request)
    bearing = _changing(request, resource, ids, "eq", name)
    action_of(resource.name, "remove_tags").call(ids, {"tags": [name]}, request.actor)
    text = ngettext("“%(tag)s” is off %(count)s.", "“%(tag)s” is off %(count)s.", len(bearing))
    _say_tagged(request, resource, text % {"count": len(bearing), "tag": name}, bearing, f"tag?tag={quote(name)}")


def _tag_named(request: Request) -> str:
    name = str(request.POST.get("tag") or request.GET.get("tag", "")).strip()
    if not name:
        raise Invalid(_("Say which tag."))
    return name


def _changing(request: Request, resource: Resource, ids: list[UUID], operator: str, name: str) -> list[UUID]:
    """Those of the rows to which the change makes a difference, and which an undo changes back."""
    field = resource.editable(request.actor).get("tags")
    if field is None:
        raise Forbidden()
    rows = resource.rows(request.actor).filter(condition(field, operator, name), pk__in=ids)
    return list(rows.values_list("pk", flat=True))


def _say_tagged(request: Request, resource: Resource, text: str, ids: list[UUID], undo: str) -> None:
    """The message with its way back: an undone bulk change comes here again, the other way round."""
    is_undoable = 0 < len(ids) <= MOST_UNDOABLE
    back = f"/{resource.name}/bulk/{undo}|{','.join(map(str, ids))}" if is_undoable else ""
    messages.success(request, text, extra_tags=back)


def _relate(request: Request, resource: Resource, ids: list[UUID]) -> None:
    kind = _kind_named(request)
    lacking = action_of(resource.name, "relate").call(ids, {"kind": kind}, request.actor)["related"]
    text = ngettext("%(count)s has the relationship now.", "%(count)s have the relationship now.", len(lacking))
    _say_tagged(request, resource, text % {"count": len(lacking)}, lacking, f"unrelate?kind={kind}")


def _unrelate(request: Request, resource: Resource, ids: list[UUID]) -> None:
    kind = _kind_named(request)
    ended = action_of(resource.name, "unrelate").call(ids, {"kind": kind}, request.actor)["ended"]
    text = ngettext("%(count)s is without it again.", "%(count)s are without it again.", len(ended))
    messages.success(request, text % {"count": len(ended)})


def _kind_named(request: Request) -> UUID:
    return read_id(str(request.POST.get("kind") or request.GET.get("kind", "")))


def _complete(request: Request, resource: Resource, ids: list[UUID]) -> None:
    """Done; what was done already stays as it was, also when this is taken back."""
    action = action_of(resource.name, "complete")
    opened = list(resource.rows(request.actor).filter(pk__in=ids, done_at=None).values_list("pk", flat=True))
    action.call(ids, {}, request.actor)
    text = ngettext("%(count)s is done.", "%(count)s are done.", len(opened)) % {"count": len(opened)}
    _say_tagged(request, resource, text, opened, "reopen")


def _reopen(request: Request, resource: Resource, ids: list[UUID]) -> None:
    action_of(resource.name, "reopen").call(ids, {}, request.actor)
    text = ngettext("%(count)s is open again.", "%(count)s are open again.", len(ids))
    messages.success(request, text % {"count": len(ids)})


BY_JOB = ("set", "trash")
VERBS: dict[str, Callable[[Request, Resource, list[UUID]], BulkChange | None]] = {
    "set": _set,
    "trash": _trash,
    "restore": _restore,
    "tag": _tag,
    "untag": _untag,
    "relate": _relate,
    "unrelate": _unrelate,
    "complete": _complete,
    "reopen": _reopen,
}
