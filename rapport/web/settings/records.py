"""Settings that are records of a resource: a table of them, a form for each. What they are stands in SECTIONS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.platform.errors import Forbidden, NotFound, Problem
from rapport.platform.resources import verbs
from rapport.platform.resources.fields import Field
from rapport.platform.resources.output import page as page_of
from rapport.platform.resources.query import MOST, read_query
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.forms import options_of, read_form, text_of
from rapport.web.records.reading import read_record
from rapport.web.request import Request
from rapport.web.settings.conversions import choices_of, from_form, to_form
from rapport.web.settings.frame import P, View, administrators_only, ask_again, is_recent, settings_page


@dataclass(frozen=True, slots=True)
class Section:
    """`columns` are shown in the table, `asked` in the form; what is `given` an address may fill in.

    What gives power, as who stands above whom does, is changed only by who has signed in lately.
    """

    intro: Any
    columns: tuple[str, ...]
    asked: tuple[str, ...]
    gives_power: bool = False
    given: tuple[str, ...] = ()
    links: tuple[tuple[str, str, Any], ...] = ()
    """What each line leads to besides: an address with names of values in it, an icon, a word."""


SECTIONS: Mapping[str, Section] = {
    "teams": Section(
        gettext_lazy("Teams form a tree: whoever may see “my team” sees the teams below it, too."),
        ("name", "parent"),
        ("name", "parent"),
        gives_power=True,
    ),
    "object_kinds": Section(
        gettext_lazy(
            "What you work with besides people and organisations: machines, contracts, projects. Each kind has lists,"
            " pages, rights, search, history and an API of its own; then give it fields, and links to others."
        ),
        ("plural", "label", "name", "position"),
        ("plural", "label", "name", "title_label", "icon", "position"),
        links=(
            ("/settings/custom_fields/new?resource={name}", "plus", gettext_lazy("Add a field")),
            ("/{name}/", "right", gettext_lazy("Look at the list")),
        ),
    ),
    "custom_fields": Section(
        gettext_lazy(
            "A field of your own is equal to a built-in one: in lists, forms, filters, search, history and the API."
        ),
        ("resource", "label", "kind", "required", "unique"),
        ("resource", "label", "kind", "options", "target", "required", "unique", "indexed", "why", "name", "position"),
        given=("resource",),
    ),
    "validation_rules": Section(
        gettext_lazy(
            "What may not be stored, in the words of a list's filter: “stage is Customer and owner is empty”."
            " Whoever tries reads your message. What is captured from mail is kept whatever it says."
        ),
        ("resource", "condition", "message", "is_active"),
        ("resource", "condition", "message", "is_active"),
    ),
    "relationship_kinds": Section(
        gettext_lazy("What somebody can be to you. One person can be several of these at once."),
        ("name", "plural", "position"),
        ("name", "plural", "position"),
    ),
    "stages": Section(
        gettext_lazy("How far a relationship has come, by its kind."),
        ("kind", "name", "tone", "position"),
        ("kind", "name", "tone", "position"),
    ),
    "tags": Section(gettext_lazy("Words that anybody may put on anything."), ("name",), ("name",)),
    "targets": Section(
        gettext_lazy(
            "How fast you want to answer, in working hours. The narrowest target that fits a conversation holds."
        ),
        ("channel", "relationship_kind", "stage", "seconds"),
        ("channel", "relationship_kind", "stage", "seconds"),
    ),
    "arrival_rules": Section(
        gettext_lazy(
            "What is done with mail as it comes in, in the words of a list's filter: “subject contains invoice”,"
            " “from address contains @acme.example”. Only mail that everyone or a team may read is looked at."
        ),
        ("name", "condition", "position", "is_active"),
        ("name", "condition", "tags", "owner", "team", "closes", "position", "is_active"),
        links=(("/settings/arrival_rules/{id}/try", "look", gettext_lazy("Try it, and see what it did")),),
    ),
    "our_addresses": Section(
        gettext_lazy("Mail from these addresses is ours. A leading @ names a whole domain."),
        ("address", "user", "confirmed"),
        ("address", "user", "confirmed"),
        gives_power=True,
    ),
    "excluded_addresses": Section(
        gettext_lazy("Mail from or to these addresses is never stored. A leading @ names a whole domain."),
        ("address",),
        ("address",),
    ),
    "sender_rules": Section(
        gettext_lazy(
            "New mail of these senders is kept apart, or let in whatever servers say of it."
            " A leading @ names a domain and those below it; the narrowest rule holds."
        ),
        ("address", "verdict"),
        ("address", "verdict"),
    ),
}


def _section(name: str) -> tuple[Resource, Section]:
    if name not in SECTIONS:
        raise NotFound()
    return RESOURCES[name], SECTIONS[name]


def lately_where_it_gives_power(view: View[P]) -> View[P]:
    """Asks whoever has not signed in lately to do so again, and leads them back to the section."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        resource, about = _section(str(kwargs["section"]))
        if about.gives_power and not is_recent(request):
            return ask_again(request, f"/settings/{resource.name}")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@administrators_only
def index(request: Request, section: str) -> HttpResponse:
    resource, about = _section(section)
    readable = resource.readable(request.actor)
    linked = [name for name in about.columns if readable[name].target]
    asked = {"limit": str(MOST), **({"expand": ",".join(linked)} if linked else {})}
    rows = page_of(read_query(resource, asked, request.actor), request.actor, display=True).records
    columns = [readable[name] for name in about.columns]
    shown = [{**row, **to_form(row)} for row in rows]
    return settings_page(request, "settings/records.html", resource=resource, about=about, columns=columns, rows=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@lately_where_it_gives_power
def add(request: Request, section: str) -> HttpResponse:
    resource, about = _section(section)
    fields = _fields(resource, about, request, creating=True)
    if request.method != "POST":
        return _form(request, resource, fields, {name: request.GET.get(name) for name in about.given}, {})
    values = read_form(fields, request.POST, request.actor)
    try:
        given = {name: value for name, value in from_form(values).items() if value not in (None, "")}
        verbs.create(resource, given, actor=request.actor)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _form(request, resource, fields, values, problem.fields or {"": problem.detail})
    messages.success(request, _("Added."))
    return redirect(f"/settings/{section}")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@lately_where_it_gives_power
def change(request: Request, section: str, record: UUID) -> HttpResponse:
    resource, about = _section(section)
    row = read_record(resource, record, request.actor)
    fields = _fields(resource, about, request, creating=False)
    if request.method != "POST":
        return _form(request, resource, fields, {**row, **to_form(row)}, {}, record)
    values = read_form(fields, request.POST, request.actor)
    try:
        verbs.update(resource, [record], from_form(values), actor=request.actor)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _form(request, resource, fields, values, problem.fields or {"": problem.detail}, record)
    messages.success(request, _("Changed."))
    return redirect(f"/settings/{section}")


@require_POST
@administrators_only
@lately_where_it_gives_power
def remove(request: Request, section: str, record: UUID) -> HttpResponse:
    resource, _about = _section(section)
    verbs.trash(resource, [record], actor=request.actor)
    messages.success(request, _("Removed."), extra_tags=f"/settings/{section}/{record}/restore|")
    return redirect(f"/settings/{section}")


@require_POST
@administrators_only
@lately_where_it_gives_power
def restore(request: Request, section: str, record: UUID) -> HttpResponse:
    resource, _about = _section(section)
    verbs.restore(resource, [record], actor=request.actor)
    messages.success(request, _("It is back."))
    return redirect(f"/settings/{section}")


def _fields(resource: Resource, about: Section, request: Request, *, creating: bool) -> list[Field]:
    editable = resource.editable(request.actor)
    named = [editable[name] for name in about.asked if name in editable]
    return [field for field in named if creating or not field.create_only]


def _form(
    request: Request,
    resource: Resource,
    fields: list[Field],
    values: Mapping[str, Any],
    problems: Mapping[str, str],
    record: UUID | None = None,
) -> HttpResponse:
    questions = [
        (
            field,
            text_of(field, values),
            choices_of(field) or options_of(field, request.actor),
            problems.get(field.name, ""),
        )
        for field in fields
    ]
    named = {field.name for field in fields}
    general = " ".join(text for name, text in problems.items() if name not in named)
    context = {"resource": resource, "questions": questions, "general": general, "record": record}
    return settings_page(request, "settings/record.html", status=422 if problems else 200, **context)
