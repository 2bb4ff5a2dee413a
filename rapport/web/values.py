"""A field's value as a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web import words

Row = Mapping[str, Any]


UNLINKED = ("email", "phone")
"""Kinds whose links would get in the way of a double click that edits."""


def called(row: Row, resource: Resource) -> str:
    """What a record is called, to whom may know it."""
    return str(row.get(resource.title) or resource.label)


def shown(field: Field, row: Row, tones: Mapping[Any, str] | None = None, *, in_cell: bool = False) -> Markup:
    """The value of `field` in a row of `resources.output`; empty markup when there is none."""
    return presenter(field, tones, in_cell=in_cell)(row)


def presenter(
    field: Field, tones: Mapping[Any, str] | None = None, *, in_cell: bool = False
) -> Callable[[Row], Markup]:
    """`shown` for many rows: what doesn't depend on the row is decided once."""
    name, show, nothing = field.name, _shower(field, tones, in_cell), Markup()

    def present(row: Row) -> Markup:
        value = row[name]
        return nothing if value is None or value == "" or value == [] else show(value, row)

    return present


def _shower(field: Field, tones: Mapping[Any, str] | None, in_cell: bool) -> Callable[[Any, Row], Markup]:
    if field.name == "stage" and tones is not None:
        return lambda value, row: _stage(tones.get(value, "open"), row.get("stage.display", ""))
    if field.kind_name not in SHOWN or (in_cell and field.kind_name in UNLINKED):
        return lambda value, row: escape(value)
    if field.kind_name == "datetime":
        moment = words.moments()
        return lambda value, row: escape(moment(value if isinstance(value, datetime) else parse_datetime(value)))
    show = SHOWN[field.kind_name]
    return lambda value, row: escape(show(field, value, row))


def _stage(tone: str, name: str) -> Markup:
    return Markup(f'<span class="stage {escape(tone)}">{escape(name)}</span>')  # noqa: S704  escaped


def _link(field: Field, value: Any, row: Row) -> Any:
    """A link to a record: its title, as a link where it has a page. An id alone is somebody else's to see."""
    target = RESOURCES.get(field.target)
    title = row.get(f"{field.name}.display")
    if isinstance(value, dict):
        title, value = title or value.get(target.title if target else "name"), value["id"]
    if not title:
        return ""
    if target is None or not (target.page or target.name == "parties"):
        return title
    end = "/" if target.page else ""  # a party's address leads on to that of its kind
    return Markup(f'<a href="/{target.name}/{escape(value)}{end}">{escape(title)}</a>')  # noqa: S704  escaped


def _choice(field: Field, value: Any, row: Row) -> Any:
    return dict(field.choices).get(value, value)


def _choices(field: Field, value: Any, row: Row) -> str:
    labels = dict(field.choices)
    return ", ".join(str(labels.get(each, each)) for each in value)


def _tags(field: Field, value: Any, row: Row) -> Markup:
    names = [value] if isinstance(value, str) else value
    return Markup(" ").join(Markup('<span class="tag">{}</span>').format(name) for name in names)


def _boolean(field: Field, value: Any, row: Row) -> str:
    return _("yes") if value else _("no")


def _email(field: Field, value: Any, row: Row) -> Markup:
    return Markup('<a href="mailto:{0}">{0}</a>').format(value)


def _phone(field: Field, value: Any, row: Row) -> Markup:
    dialled = "".join(each for each in value if each.isdigit() or each == "+")
    return Markup('<a href="tel:{}">{}</a>').format(dialled, value)


def _url(field: Field, value: Any, row: Row) -> Markup:
    return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(value, words.short_url(value))


def _day(field: Field, value: Any, row: Row) -> Any:
    return words.day(value if isinstance(value, date) else parse_date(value))


def _time(field: Field, value: Any, row: Row) -> str:
    return words.time_of_day(value if isinstance(value, time) else time.fromisoformat(value))


SHOWN: Mapping[str, Callable[[Field, Any, Row], Any]] = {
    "link": _link,
    "choice": _choice,
    "choices": _choices,
    "boolean": _boolean,
    "tags": _tags,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "datetime": lambda field, value, row: words.moment(value),
    "date": _day,
    "time": _time,
    "money": lambda field, value, row: words.money(value),
    "number": lambda field, value, row: words.number(value),
    "integer": lambda field, value, row: words.number(value),
}
