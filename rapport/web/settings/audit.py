"""The audit: all changes and looks, by who, what, when and from where; on a page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rapport.platform.access.models import User
from rapport.platform.attention.watching import Kept, titled
from rapport.platform.errors import BadQuery
from rapport.platform.history import audit
from rapport.platform.history.audit import Asked, Line
from rapport.platform.resources.registry import RESOURCES
from rapport.web.lists.export import Echo, harmless
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, settings_page

STEP = 50
NAMED = 3
"""So many records of one line are named."""
MOST = 100_000
"""Lines in one file; of more, the newest."""
VERBS: dict[str, Any] = {
    "create": gettext_lazy("added"),
    "update": gettext_lazy("changed"),
    "trash": gettext_lazy("deleted"),
    "restore": gettext_lazy("restored"),
    "delete": gettext_lazy("removed for good"),
    "look": gettext_lazy("looked at"),
}
BESIDES: dict[str, Any] = {
    "access_absence": gettext_lazy("Absence"),
    "access_invitation": gettext_lazy("Invitation"),
    "access_look": gettext_lazy("Look as somebody else"),
    "access_share": gettext_lazy("Shared with"),
    "access_token": gettext_lazy("API token"),
    "access_userrole": gettext_lazy("Role of a user"),
    "interactions_mark": gettext_lazy("Word on who waits"),
}
"""What stands in tables that are no resource."""
ORIGINS: dict[str, Any] = {
    "page": gettext_lazy("a page"),
    "look": gettext_lazy("a page, as somebody else"),
    "api": gettext_lazy("the API"),
    "export": gettext_lazy("an export"),
    "import": gettext_lazy("an import"),
    "job": gettext_lazy("work in the background"),
    "command": gettext_lazy("the command line"),
    "database": gettext_lazy("the database itself"),
}


@require_safe
@administrators_only
def show(request: Request) -> HttpResponse:
    asked = _asked(request)
    found = audit.lines(asked, STEP + 1, _number(request.GET.get("before", "")))
    shown = found[:STEP]
    given = request.GET.copy()
    given.pop("before", None)
    return settings_page(
        request,
        "settings/audit.html",
        asked=asked,
        lines=_told(shown, request),
        given=given,
        query=given.urlencode(),
        further=shown[-1].id if len(found) > STEP else None,
        users=User.objects.visible_to(request.actor).order_by("name", "email"),
        kinds=_kinds(),
        origins=ORIGINS,
    )


def _kinds() -> list[tuple[str, Any]]:
    """What can be asked for: tables and what they hold, by the alphabet."""
    held = {table: resource.plural for table, resource in audit.tables().items()}
    return sorted((held | BESIDES).items(), key=lambda pair: str(pair[1]))


@require_safe
@administrators_only
def export(request: Request) -> StreamingHttpResponse:
    name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        _csv(_asked(request)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _csv(asked: Asked) -> Iterator[str]:
    writer = csv.writer(Echo())
    names = {pk: name or email for pk, name, email in User.objects.values_list("pk", "name", "email")}
    yield "\ufeff" + writer.writerow(["at", "who", "who_id", "whence", "verb", "what", "record_ids", "fields"])
    for line in audit.all_lines(asked, 1_000, MOST):
        who = names.get(line.who, "") if line.who else "Rapport"
        what = line.resource.name if line.resource else line.table
        at, records = line.at.isoformat(timespec="seconds"), " ".join(map(str, line.records))
        about = [at, harmless(who), line.who or "", harmless(line.whence)]
        yield writer.writerow([*about, line.verb, what, records, " ".join(line.fields)])


def _asked(request: Request) -> Asked:
    """Raises BadQuery that names what can't be understood."""
    given = request.GET
    kind: audit.Kind = "looks" if given.get("kind") == "looks" else "changes"
    since, until = _day(given.get("since", ""), "since"), _day(given.get("until", ""), "until", later=1)
    return Asked(kind, _who(given.get("who", "")), given.get("what", ""), since, until, given.get("whence", ""))


def _who(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise BadQuery(fields={"who": _("There is no such user.")}) from None


def _day(text: str, name: str, *, later: int = 0) -> datetime | None:
    """The beginning of a day where the reader is, or of one so many days later."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=later)
        return timezone.make_aware(datetime.combine(day, datetime.min.time()))
    except (ValueError, OverflowError):
        raise BadQuery(fields={name: _("This is a date.")}) from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _told(found: Iterable[Line], request: Request) -> list[dict[str, Any]]:
    """With names: those of users, and of records as far as the reader may see them. A query for each resource."""
    lines = list(found)
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={line.who for line in lines if line.who})}
    named = [
        (each.name, pk)
        for line in lines
        if line.resource
        for each in audit.sharing(line.resource)
        for pk in line.records[:NAMED]
    ]
    titles = {each.record_id: each for each in titled(request.actor, named)}
    return [_line(line, names, titles) for line in lines]


def _line(line: Line, names: dict[UUID, str], titles: dict[UUID, Kept]) -> dict[str, Any]:
    known = [titles[pk] for pk in line.records[:NAMED] if pk in titles]
    resource = RESOURCES[known[0].resource] if known else line.resource
    door = line.whence.partition(":")[0]
    fields = resource.built_in if resource else {}
    return {
        "at": line.at,
        "who": names.get(line.who, str(line.who)) if line.who else "Rapport",
        "verb": VERBS[line.verb],
        "what": resource.label if resource else BESIDES.get(line.table, line.table),
        "count": len(line.records),
        "known": known,
        "fields": [fields[name].label if name in fields else name.removesuffix("_id") for name in line.fields],
        "whence": ORIGINS.get(door, door),
    }
