"""A list narrowed in words to one of its groups, columns or bars."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar import write
from rapport.platform.resources.grammar.tree import Both, Comparison, Node, Operand
from rapport.platform.resources.query import Query
from rapport.web import words


def narrowed(query: Query, condition: Node, actor: Actor) -> str:
    """The list's condition in words, with one more."""
    tree = Both((query.where.tree, condition)) if query.where else condition
    return write(query.resource, tree, actor, canonical=True)


def having(field: Field, key: str) -> Comparison:
    """That a field has this value, as the API takes it; none where it is empty."""
    operator, text = ("eq", key) if key else ("empty", "true")
    return Comparison((field.name,), operator, (Operand("value", text),))


def without(field: Field) -> str:
    """What those are called that have no value."""
    return _("Without %(field)s") % {"field": words.within(field.label)}
