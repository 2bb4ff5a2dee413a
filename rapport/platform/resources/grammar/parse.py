"""From a text to its tree, by recursive descent: `or` binds least, then `and`, then `not`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.forms import Form, forms_of
from rapport.platform.resources.grammar.names import Names, likeliest, names_of
from rapport.platform.resources.grammar.scanner import GrammarProblem, Scanner
from rapport.platform.resources.grammar.tree import Both, Comparison, Either, Node, Not, Operand, Place
from rapport.platform.resources.grammar.values import is_number, read_operand
from rapport.platform.resources.grammar.words import Language, spoken
from rapport.platform.resources.kinds import ValueProblem
from rapport.platform.resources.query import FURTHEST, LONGEST_LIST, MOST_FILTERS
from rapport.platform.resources.registry import RESOURCES, Resource

LONGEST = 2_000
"""Characters of a text."""
DEEPEST = 10
"""Levels of parentheses and of `not`."""

STEP = -1
"""The depth of a field behind a link, or where no parenthesis can open any more."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What may stand at a place of the text: a field of `resource`, an operator or value of `field`, a joint."""

    kind: str
    at: int
    resource: Resource
    field: Field | None = None
    depth: int = 0


@dataclass(slots=True)
class Parser:
    """`expected` is what was looked for on the way, in its order: what a completion goes by."""

    resource: Resource
    text: str
    actor: Actor
    words: Language = field(default_factory=spoken)
    expected: list[Expected] = field(default_factory=list)
    scanner: Scanner = field(init=False)
    comparisons: int = 0

    def __post_init__(self) -> None:
        # No text in the database has a NUL, and none may be asked for.
        self.text = self.text.replace("\0", " ")
        self.scanner = Scanner(self.text)

    def parse(self) -> Node:
        """Raises GrammarProblem."""
        if len(self.text) > LONGEST:
            problem = _("This is longer than %(limit)s characters.") % {"limit": LONGEST}
            raise GrammarProblem(problem, (LONGEST, len(self.text)))
        found = self._either(0)
        if not self.scanner.is_at_end:
            self._fail(_("Here “and”, “or” or the end is expected."))
        return found

    def _either(self, depth: int) -> Node:
        parts = self._joined("or", lambda: self._both(depth), depth)
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self, depth: int) -> Node:
        parts = self._joined("and", lambda: self._one(depth), depth)
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _joined(self, joint: str, part: Callable[[], Node], depth: int) -> list[Node]:
        parts = [part()]
        while True:
            self._expect("joint", depth=depth)
            if not self._take_joint(joint):
                return parts
            parts.append(part())

    def _take_joint(self, joint: str) -> bool:
        return self.scanner.take(phrase for phrase, key in self.words.joints.items() if key == joint) is not None

    def _one(self, depth: int) -> Node:
        if depth > DEEPEST:
            self._fail(_("This is nested too deeply."))
        self._expect("field", self.resource, depth=depth)
        if self.scanner.take("("):
            found = self._either(depth + 1)
            if not self.scanner.take(")"):
                self._fail(_("Here “and”, “or” or “)” is expected."))
            return found
        start = self.scanner.skip()
        # A field may begin with the word "not" itself.
        if self.scanner.take(names_of(self.resource, self.actor)) is None and self._take_joint("not"):
            return Not(self._one(depth + 1))
        self.scanner.at = start
        return self._comparison()

    def _comparison(self) -> Node:
        start = self.scanner.skip()
        self.comparisons += 1
        if self.comparisons > MOST_FILTERS:
            self._fail(_("There are more than %(most)s filters.") % {"most": MOST_FILTERS})
        path = self._path()
        asked = path[-1]
        key, form = self._operator(asked)
        if form.operator == "empty":
            operands = [Operand("value", "true" if key == "empty" else "false")]
        else:
            operands = self._operands(asked, is_list=form.operator == "in")
        if len(operands) > 1 and form.operator != "in":
            form = self._of_several(key)
        names = tuple(each.name for each in path)
        found = Comparison(names, form.operator, tuple(operands), (start, self.scanner.at))
        return Not(found) if form.is_negated else found

    def _of_several(self, key: str) -> Form:
        if key not in ("eq", "ne"):
            self._fail(_("This compares with one value. Put a text that has a comma into quotation marks."))
        return Form("in", is_negated=key == "ne")

    def _path(self) -> list[Field]:
        resource, path = self.resource, list[Field]()
        while True:
            self._expect("field", resource, depth=STEP)
            names = names_of(resource, self.actor)
            name = self.scanner.take(names)
            if name is None:
                self._no_field(names)
            path.append(names[name])
            if not self.scanner.take_link():
                return path
            if not path[-1].target:
                self._fail(_("“%(name)s” leads to no other record.") % {"name": path[-1].label})
            if len(path) > FURTHEST:
                self._fail(_("A filter goes through at most %(most)s links.") % {"most": FURTHEST})
            resource = RESOURCES[path[-1].target]

    def _no_field(self, names: Names) -> NoReturn:
        first = self.scanner.word()
        start, end = self._up_to_an_operator()
        typed = self.text[start:end]
        if not typed[:1].isalnum() or self.text[slice(*first)].lower() in self.words.joints:
            raise GrammarProblem(_("Here a field is expected."), first)
        known = dict.fromkeys(str(each.label or each.name) for each in names.values())
        problem = _("There is no field “%(name)s”.") % {"name": typed[:60]}
        raise GrammarProblem(problem + likeliest(typed, known), (start, end))

    def _up_to_an_operator(self) -> Place:
        """Where the words stand that should have been a field: all before a comparison, else the first."""
        start, first_end = self.scanner.word()
        self.scanner.at = end = first_end
        while end < len(self.text):
            if self.scanner.take(self.words.operators) or self.scanner.take(self.words.of_times):
                return start, end
            word_start, word_end = self.scanner.word()
            if word_start == word_end or not self.text[word_start].isalnum():
                break
            self.scanner.at = end = word_end
        return start, first_end

    def _operator(self, asked: Field) -> tuple[str, Form]:
        self._expect("operator", field=asked)
        phrases, forms = self.words.operators_of(asked.kind_name), forms_of(asked)
        phrase = self.scanner.take(each for each, key in phrases.items() if key in forms)
        if phrase is None:
            self._no_operator(asked)
        return phrases[phrase], forms[phrases[phrase]]

    def _no_operator(self, asked: Field) -> NoReturn:
        at = self.scanner.skip()
        listed = [self.words.operator(key, asked.kind_name) for key in forms_of(asked)][:4]
        names = {"name": asked.label or asked.name, "some": ", ".join(f"“{each}”" for each in listed)}
        if other := self.scanner.take([*self.words.operators, *self.words.of_times]):
            problem = _("“%(name)s” can't be compared by “%(operator)s”, but by %(some)s.")
            raise GrammarProblem(problem % {**names, "operator": other}, (at, self.scanner.at))
        self._fail(_("After “%(name)s” a comparison is expected, such as %(some)s.") % names)

    def _operands(self, asked: Field, *, is_list: bool) -> list[Operand]:
        is_enclosed = is_list and self.scanner.take("(") is not None
        found = [self._operand(asked)]
        while self.scanner.take(","):
            found.append(self._operand(asked))
            if len(found) > LONGEST_LIST:
                self._fail(_("A list has at most %(most)s values.") % {"most": LONGEST_LIST})
        if is_enclosed and not self.scanner.take(")"):
            self._fail(_("Here “,” or “)” is expected."))
        return found

    def _operand(self, asked: Field) -> Operand:
        start = self.scanner.skip()
        self._expect("value", field=asked)
        quoted = self.scanner.take_quoted()
        joints = [phrase for phrase, key in self.words.joints.items() if key != "not"]
        text = quoted if quoted is not None else self.scanner.take_bare(joints, is_number=is_number(asked))
        place = (start, start + len(text)) if quoted is None else (start, self.scanner.at)
        if quoted is None and not text:
            self._fail(_("Here a value is expected."))
        try:
            return replace(read_operand(asked, text, self.words, is_quoted=quoted is not None), place=place)
        except ValueProblem as problem:
            raise GrammarProblem(str(problem), place) from None

    def _expect(
        self, kind: str, resource: Resource | None = None, *, field: Field | None = None, depth: int = 0
    ) -> None:
        self.expected.append(Expected(kind, self.scanner.skip(), resource or self.resource, field, depth))

    def _fail(self, problem: str) -> NoReturn:
        raise GrammarProblem(problem, self.scanner.word())
