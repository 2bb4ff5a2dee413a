"""What fields are called: by the API, by their labels, and by what people make of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils import translation
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process, utils

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.words import ENGLISH
from rapport.platform.resources.query import ID_FIELD
from rapport.platform.resources.registry import Resource

Names = Mapping[str, Field]
ALIKE = 66
"""Of a hundred: how alike two words are of which one may be meant by the other."""


def names_of(resource: Resource, actor: Actor) -> Names:
    """The fields that the actor can ask for, by all their names in small letters; the longest first.

    The API's names come before all others, so that what is kept in them means the same in every language.
    """
    code = translation.get_language()
    return actor.remembered(("names", resource.name, code), lambda: _names(resource, actor))


def _names(resource: Resource, actor: Actor) -> Names:
    fields = [ID_FIELD, *(each for each in resource.readable(actor).values() if each.kind.operators)]
    found: dict[str, Field] = {}
    for name, field in (*_of_the_api(fields), *_of_people(fields)):
        found.setdefault(" ".join(name.lower().split()), field)
    found.pop("", None)
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def _of_the_api(fields: Iterable[Field]) -> Iterator[tuple[str, Field]]:
    yield from ((field.name, field) for field in fields)


def _of_people(fields: list[Field]) -> Iterator[tuple[str, Field]]:
    yield from ((str(field.label), field) for field in fields)
    with translation.override(ENGLISH):
        yield from [(str(field.label), field) for field in fields]
    for field in fields:
        yield field.name.replace("_", " "), field
        yield field.name.removesuffix("_at").replace("_", " "), field


def likeliest(typed: str, known: Iterable[str]) -> str:
    """A question after what may have been meant, with a space before it; nothing where nothing is like it."""
    found = process.extractOne(
        typed, list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=ALIKE
    )
    return f" {_('Did you mean “%(name)s”?') % {'name': found[0]}}" if found else ""
