"""A question about many records: filters, order, search, page. Read from URL parameters, run as one query.

Only fields that the actor may read can be named, and a path through a link sees only the rows that the actor
may see, so that no answer tells of what is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import signing
from django.db.models import F, Q
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.records.models import Record, Rows
from rapport.platform.resources.expressions import comparable, condition
from rapport.platform.resources.fields import Field
from rapport.platform.resources.keyset import Term, beyond, ordering
from rapport.platform.resources.kinds import ValueProblem, read_boolean, read_number
from rapport.platform.resources.registry import RESOURCES, Resource

if TYPE_CHECKING:
    from rapport.platform.resources.grammar import Condition

LIMIT, MOST = 50, 500
LONGEST_LIST = 500
MOST_FILTERS, MOST_TERMS, FURTHEST = 50, 8, 3
"""How many filters and terms of an order a question has, and how many links a filter's path goes through."""
RESERVED = frozenset({"limit", "cursor", "order", "q", "fields", "expand", "count", "trash", "where"})


ID_FIELD = Field("id", kind_name="id", source="pk", nullable=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """`field operator value`, kept beside its condition so that a list can show it in words."""

    path: str
    operator: str
    value: Any
    condition: Q


@dataclass(frozen=True, slots=True)
class Query:
    resource: Resource
    filters: tuple[Filter, ...] = ()
    order: tuple[Term, ...] = ()
    names: tuple[str, ...] = ()
    """The fields asked for; all readable ones when empty."""
    expand: tuple[str, ...] = ()
    text: str = ""
    limit: int = LIMIT
    after: tuple[Any, ...] | None = None
    count: bool = False
    trash: bool = False
    where: Condition | None = None
    """A condition in words; it is part of `extra`."""
    extra: Q = field(default_factory=Q)
    meaning: int | None = None
    """Which of the meanings of `text` is asked for; None: the first of them by which anything is found. It may stand
    without the text, where a condition says what that means (see `search.asking`)."""

    def with_condition(self, extra: Q) -> Query:
        return replace(self, extra=self.extra & extra)

    def matching(self, actor: Actor) -> Rows:
        """All rows that answer the question, in no order."""
        model = self.resource.model
        rows: Rows = model._default_manager.trash_of(actor) if self.trash else self.resource.rows(actor)  # type: ignore[attr-defined]
        for each in self.filters:
            rows = rows.filter(each.condition)
        if self.extra:
            rows = rows.filter(self.extra)
        if not self.text:
            return rows
        # Search reads what resources declare, and stands above them.
        from rapport.platform.search.finding import matching

        return matching(rows, self.resource, self.text, actor, self.meaning)

    def meant(self) -> Iterator[Query]:
        """The question in each of its meanings, to be asked in this order until anything is found."""
        if not self.text or self.meaning is not None:
            yield self
            return
        from rapport.platform.search.finding import MEANINGS

        for number in range(MEANINGS):
            yield replace(self, meaning=number)

    def page(self, actor: Actor) -> Rows:
        """The rows of this page and one more, which tells whether there is a next."""
        rows = self.matching(actor)
        if self.after is not None:
            rows = rows.filter(beyond(self.order, self.after, is_reversed=self.is_reversed))
        tie = "-pk" if self.is_reversed else "pk"
        return rows.order_by(*(ordering(term) for term in self.order), tie)[: self.limit + 1]

    def cursor(self, values: Iterable[Any]) -> str:
        """Names the place behind a row, given its values of the order's terms and its id."""
        named = [_plain(value) for value in values]
        typed = [] if self.meaning is None else [self.meaning]
        return signing.dumps([*named, *typed], salt=self._salt(), compress=False)

    def _salt(self) -> str:
        order = ",".join(f"{'-' if term.descending else ''}{term.field.name}" for term in self.order)
        return f"cursor:{self.resource.name}:{order}{':q' if self.text or self.meaning is not None else ''}"

    @property
    def is_reversed(self) -> bool:
        """Whether what ties in the order stands in the reverse order of ids."""
        return bool(self.order) and self.order[-1].descending

    def at(self, cursor: str) -> Query:
        try:
            values = signing.loads(cursor, salt=self._salt())
        except signing.BadSignature:
            raise BadQuery(fields={"cursor": _("This cursor belongs to another list or order.")}) from None
        meaning = values.pop() if self.text else None
        return replace(self, after=tuple(values), meaning=meaning)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, (UUID, Decimal)) else value


def read_query(resource: Resource, parameters: Mapping[str, str], actor: Actor) -> Query:
    """Reads URL parameters. Raises BadQuery that names each parameter which can't be understood."""
    readable = resource.readable(actor)
    problems: dict[str, str] = {}
    filters: list[Filter] = []
    query = Query(resource)
    for name, value in parameters.items():
        try:
            if name in RESERVED:
                query = _read_reserved(query, readable, name, value, actor)
            else:
                filters.append(read_filter(resource, name, value, actor))
        except ValueProblem as problem:
            problems[name] = str(problem)
    if len(filters) > MOST_FILTERS:
        problems[filters[MOST_FILTERS].path] = _("There are more than %(most)s filters.") % {"most": MOST_FILTERS}
    if query.trash and not issubclass(resource.model, Record):
        problems["trash"] = _("There is no trash here.")
    if problems:
        raise BadQuery(fields=problems)
    order = query.order or tuple(_read_order(readable, ",".join(resource.sort), actor, lenient=True))
    query = replace(query, filters=tuple(filters), order=order, names=_with_expanded(query))
    return query.at(parameters["cursor"]) if parameters.get("cursor") else query


def read_text(value: str) -> str:
    """What was typed into a search."""
    return value.replace("\0", "")[:200]


def _with_expanded(query: Query) -> tuple[str, ...]:
    """The fields asked for: a link that is to be followed is one of them, named or not."""
    return (*query.names, *(name for name in query.expand if name not in query.names)) if query.names else ()


def _read_reserved(query: Query, readable: Mapping[str, Field], name: str, value: str, actor: Actor) -> Query:
    match name:
        case "limit":
            if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= MOST:
                raise ValueProblem(_("A limit is a whole number from 1 to %(most)s.") % {"most": MOST})
            return replace(query, limit=int(value))
        case "order":
            return replace(query, order=tuple(_read_order(readable, value, actor)))
        case "fields" | "expand":
            names = tuple(each for each in value.split(",") if each)
            allowed = {"id", *readable} if name == "fields" else {n for n, f in readable.items() if f.target}
            if unknown := [each for each in names if each not in allowed]:
                raise ValueProblem(_("There is no field “%(name)s”.") % {"name": unknown[0][:60]})
            return replace(query, names=names) if name == "fields" else replace(query, expand=names)
        case "q":
            return replace(query, text=read_text(value))
        case "where" if value.strip():
            return _read_where(query, value, actor)
        case "count" | "trash":
            return replace(query, **{name: read_boolean(value)})  # type: ignore[arg-type]
    return query


def _read_where(query: Query, value: str, actor: Actor) -> Query:
    from rapport.platform.resources.grammar import parse  # reads filters by the functions below

    condition = parse(query.resource, value, actor)
    return replace(query, where=condition, extra=query.extra & condition.q)


def _read_order(readable: Mapping[str, Field], value: str, actor: Actor, *, lenient: bool = False) -> Iterable[Term]:
    terms = [each for each in value.split(",") if each]
    if len(terms) > MOST_TERMS:
        raise ValueProblem(_("An order has at most %(most)s fields.") % {"most": MOST_TERMS})
    for each in terms:
        name = each.removeprefix("-")
        field = ID_FIELD if name == "id" else readable.get(name)
        if field is None or not is_sortable(field, actor):
            if lenient:
                continue
            raise ValueProblem(_("There is no field “%(name)s” to order by.") % {"name": name[:60]})
        yield Term(field, each.startswith("-"))


def is_sortable(field: Field, actor: Actor) -> bool:
    """A link is sorted by the title of what it names, and so only by who may read that.

    What is masked on some rows can't be sorted by: their places would tell what they hide.
    """
    if field.mask is not None:
        return False
    return field.kind.sortable or bool(field.target and field.sort and shows_title(field, actor))


def shows_title(field: Field, actor: Actor) -> bool:
    """Whether the actor may read what a field's `display` and `sort` show of the record that it names.

    A title that is masked on some rows is shown by none but the record itself.
    """
    target = RESOURCES.get(field.target)
    title = target.readable(actor).get(target.title) if target else None
    return target is None or (title is not None and title.mask is None)


def read_filter(resource: Resource, name: str, value: str, actor: Actor, depth: int = 0) -> Filter:
    """Reads `field=value`, `field__gte=value`, `link__field=value`."""
    first, _sep, rest = name.partition("__")
    field = ID_FIELD if first == "id" else resource.readable(actor).get(first)
    if field is None:
        raise ValueProblem(_("There is no field “%(name)s” to filter by.") % {"name": first[:60]})
    operator = rest or "eq"
    if field.target and rest and operator not in field.kind.operators:
        return _through(field, rest, value, actor, depth + 1)
    if operator not in field.kind.operators:
        raise ValueProblem(
            _("“%(name)s” can't be compared with “%(operator)s”.") % {"name": first, "operator": operator[:60]}
        )
    read = _read_operand(field, operator, value)
    fitting = condition(field, operator, read)
    return Filter(name, operator, read, fitting & field.mask(actor) if field.mask else fitting)


def _read_operand(field: Field, operator: str, value: str) -> Any:
    value = value.replace("\0", "")
    if operator == "empty":
        return read_boolean(value)
    if operator == "in":
        listed = value.split(",")
        if len(listed) > LONGEST_LIST:
            raise ValueProblem(_("A list has at most %(most)s values.") % {"most": LONGEST_LIST})
        return [_read_one(field, each) for each in listed]
    return _read_one(field, value)


def _read_one(field: Field, value: str) -> Any:
    if field.kind_name == "money":
        return read_number(value)
    if field.kind_name in ("email", "phone", "url", "choices", "tags"):
        return value[:1_000]
    return field.kind.read(value)


def _through(field: Field, rest: str, value: str, actor: Actor, depth: int) -> Filter:
    if depth > FURTHEST:
        raise ValueProblem(_("A filter goes through at most %(most)s links.") % {"most": FURTHEST})
    target = RESOURCES[field.target]
    inner = read_filter(target, rest, value, actor, depth)
    rows = target.rows(actor).filter(inner.condition).values("pk")
    return Filter(f"{field.name}__{rest}", inner.operator, inner.value, condition(field, "in", rows))


def order_values(query: Query) -> dict[str, Any]:
    """What each row must carry for `Query.cursor`, under names of its own."""
    found: dict[str, Any] = {}
    for position, term in enumerate(query.order):
        expression = comparable(term.field)
        found[f"_order_{position}"] = F(term.field.order_path) if isinstance(expression, F) else expression
    return found
