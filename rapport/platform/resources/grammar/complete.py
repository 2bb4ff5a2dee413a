"""What may come next in a text that somebody is typing: fields, comparisons, values, joints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.forms import forms_of
from rapport.platform.resources.grammar.names import names_of
from rapport.platform.resources.grammar.parse import STEP, Expected, Parser
from rapport.platform.resources.grammar.scanner import QUOTES, GrammarProblem
from rapport.platform.resources.grammar.tree import Operand
from rapport.platform.resources.grammar.words import COUNTED, PERIODS, Language
from rapport.platform.resources.grammar.write import Writer, label_of
from rapport.platform.resources.query import shows_title
from rapport.platform.resources.registry import RESOURCES, Resource

MOST = 12
COUNTS = {"last_days": 30, "next_days": 7}
"""The periods with a number that are offered, each with one."""


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` is what is put in; `hint` says in a word what it is."""

    text: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """What may stand in place of the characters from `start` to `end`."""

    start: int
    end: int
    options: list[Completion]


def complete(resource: Resource, text: str, at: int, actor: Actor) -> Completions:
    """What may come at a place of a text, as far as the actor may know it."""
    head = text[: max(at, 0)]
    parser = Parser(resource, head, actor)
    try:
        parser.parse()
    except GrammarProblem:
        # What is being typed is seldom whole.
        pass
    wanted = _at_the_end(parser.expected, head)
    if not wanted:
        return Completions(len(head), len(head), [])
    start = wanted[0].at
    typed = parser.text[start:].lower().lstrip("".join(QUOTES))
    fitting = _fitting(_offered(wanted, typed, Completer(parser.words, actor)), typed)
    return Completions(start, len(head), fitting)


def _at_the_end(expected: list[Expected], head: str) -> list[Expected]:
    """All that was looked for at the last place; what touches the end may be unfinished, and comes before it."""
    is_open = bool(head) and (head[-1].isalnum() or head[-1] in "_'\u2019")
    places = [each.at for each in expected if each.at < len(head) or not is_open]
    return [each for each in expected if each.at == places[-1]] if places else []


def _fitting(options: Iterable[Completion], typed: str) -> list[Completion]:
    """Those that begin with what is typed, then those that contain it; each once."""
    listed = list(dict.fromkeys(options))
    first = [each for each in listed if each.label.lower().startswith(typed)]
    return [*first, *(each for each in listed if each not in first and typed in each.label.lower())][:MOST]


def _offered(wanted: list[Expected], typed: str, completer: Completer) -> Iterator[Completion]:
    for each in wanted:
        if each.kind == "field":
            yield from completer.fields(each, typed)
        elif each.kind == "joint":
            yield from completer.joints(each)
        elif each.field and each.kind == "operator":
            yield from completer.operators(each.field)
        elif each.field:
            yield from completer.values(each, each.field, typed)


@dataclass(frozen=True, slots=True)
class Completer:
    words: Language
    actor: Actor

    def joints(self, expected: Expected) -> Iterator[Completion]:
        for key in ("and", "or"):
            yield Completion(f"{self.words.written[key]} ", self.words.written[key])
        if expected.depth:
            yield Completion(") ", ")")

    def fields(self, expected: Expected, typed: str) -> Iterator[Completion]:
        names = names_of(expected.resource, self.actor)
        if expected.depth != STEP:
            if typed:
                yield Completion(f"{self.words.written['not']} ", self.words.written["not"])
            return
        for field in expected.resource.readable(self.actor).values():
            if field.kind.operators:
                label = label_of(field, names)
                kind = "" if field.target else str(field.kind.label)
                yield Completion(f"{label} ", label, kind if kind != label else "")
                if field.target and typed:
                    yield Completion(f"{label}.", f"{label}.", _("what it leads to"))

    def operators(self, field: Field) -> Iterator[Completion]:
        for key in forms_of(field):
            words = self.words.operator(key, field.kind_name)
            yield Completion(f"{words} ", words)

    def values(self, expected: Expected, field: Field, typed: str) -> Iterator[Completion]:
        if field.target:
            yield from self._links(expected, field, typed)
        elif "date" in field.kind_name:
            yield from map(self._word, self._periods())
        elif field.kind_name == "boolean":
            yield from map(self._word, (self.words.written["true"], self.words.written["false"]))
        elif field.kind_name == "tags":
            yield from self._titles(expected, field, "tags", typed)
        for key, label in field.choices:
            yield self._quoted(expected, field, Operand("value", str(key)), str(label))

    def _periods(self) -> Iterator[str]:
        yield from (self.words.written[key] for key in PERIODS if key not in COUNTED)
        yield from (self.words.written[key].replace("#", str(count)) for key, count in COUNTS.items())

    def _word(self, word: str) -> Completion:
        return Completion(f"{word} ", word)

    def _links(self, expected: Expected, field: Field, typed: str) -> Iterator[Completion]:
        if field.target == "users" and self.actor.user_id:
            yield self._word(self.words.written["me"])
        if shows_title(field, self.actor):
            yield from self._titles(expected, field, field.target, typed)

    def _titles(self, expected: Expected, field: Field, target: str, typed: str) -> Iterator[Completion]:
        resource = RESOURCES[target]
        title = resource.readable(self.actor)[resource.title]
        rows = resource.rows(self.actor).filter(**{f"{title.source}__icontains": typed}).order_by(title.order_path)
        kind = "value" if field.kind_name == "tags" else "named"
        for name in rows.values_list(title.source, flat=True)[: 2 * MOST]:
            yield self._quoted(expected, field, Operand(kind, name), name)

    def _quoted(self, expected: Expected, field: Field, operand: Operand, label: str) -> Completion:
        writer = Writer(expected.resource, self.actor, self.words, canonical=False)
        return Completion(f"{writer.quoted(field, operand)} ", label)
