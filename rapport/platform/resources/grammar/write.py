"""From a tree to its text: in the reader's words, or in those that mean the same in every language."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils import translation

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.conditions import fields_of
from rapport.platform.resources.grammar.forms import forms_of
from rapport.platform.resources.grammar.names import Names, names_of
from rapport.platform.resources.grammar.tree import Both, Comparison, Either, Node, Not, Operand
from rapport.platform.resources.grammar.values import is_number, read_operand
from rapport.platform.resources.grammar.words import ENCLOSING, ENGLISH, Language, language, spoken
from rapport.platform.resources.kinds import ValueProblem
from rapport.platform.resources.registry import RESOURCES, Resource

LABEL = re.compile(r"\w[\w /&'\u2019-]*")
BARE = re.compile(r"[\w@+:/#&'\u2019.-]+(?: [\w@+:/#&'\u2019.-]+)*")
"""Values that need no quotation marks, as long as none of their words joins conditions."""


def write(resource: Resource, tree: Node, actor: Actor, *, canonical: bool = False) -> str:
    """The text that `parse` reads as this tree, for the actor for whom the tree was parsed.

    The canonical text has the API's names, English words and quotation marks: it is what is kept and sent.
    """
    return Writer(resource, actor, language(ENGLISH) if canonical else spoken(), canonical).write(tree)


def label_of(field: Field, names: Names) -> str:
    """What a field is called, by its label where that is no other's."""
    label = str(field.label)
    return label if LABEL.fullmatch(label) and names.get(label.lower()) is field else field.name


class Writer:
    def __init__(self, resource: Resource, actor: Actor, words: Language, canonical: bool) -> None:
        self.resource, self.actor, self.words, self.canonical = resource, actor, words, canonical

    def write(self, node: Node) -> str:
        match node:
            case Both(parts):
                return f" {self.words.written['and']} ".join(self._enclosed(part, Both | Either) for part in parts)
            case Either(parts):
                return f" {self.words.written['or']} ".join(self._enclosed(part, Either) for part in parts)
            case Not(part):
                return f"{self.words.written['not']} {self._enclosed(part, Both | Either)}"
            case Comparison():
                return self._comparison(node)

    def _enclosed(self, part: Node, looser: object) -> str:
        written = self.write(part)
        return f"({written})" if isinstance(part, looser) else written  # type: ignore[arg-type]

    def _comparison(self, node: Comparison) -> str:
        field = fields_of(self.resource, node.path, self.actor)[-1]
        path = self._path(node)
        if node.operator == "empty":
            key = "empty" if node.operands[0].text == "true" else "filled"
            return f"{path} {self.words.operator(key, field.kind_name)}"
        values = ", ".join(self._operand(field, each) for each in node.operands)
        return f"{path} {self._operator(field, node)} {values}"

    def _operator(self, field: Field, node: Comparison) -> str:
        operand = node.operands[0]
        if node.operator == "eq" and operand.kind == "period" and operand.text in ENCLOSING:
            return self.words.before_counts
        keys = (key for key, form in forms_of(field).items() if form.operator == node.operator and not form.is_negated)
        return self.words.operator(next(keys), field.kind_name)

    def _path(self, node: Comparison) -> str:
        if self.canonical:
            return ".".join(node.path)
        resource, found = self.resource, []
        for name in node.path:
            names = names_of(resource, self.actor)
            found.append(label_of(names[name], names))
            resource = RESOURCES.get(names[name].target, resource)
        return ".".join(found)

    def _operand(self, field: Field, operand: Operand) -> str:
        match operand.kind:
            case "me":
                return self.words.written["me"]
            case "period":
                return self.words.written[operand.text].replace("#", str(operand.count))
            case "named":
                return self.quoted(field, operand)
        if is_number(field):
            return self._number(operand.text)
        if field.kind_name == "boolean":
            return self.words.written[operand.text]
        if field.target or "date" in field.kind_name:
            return operand.text
        return self.quoted(field, operand)

    def _number(self, text: str) -> str:
        if self.canonical:
            return text
        return format_decimal(Decimal(text), locale=translation.to_locale(self.words.code), decimal_quantization=False)

    def quoted(self, field: Field, operand: Operand) -> str:
        """The value in quotation marks, where it needs them."""
        text = operand.text
        if not self.canonical:
            label = next((str(label) for key, label in field.choices if str(key) == text), text)
            text = label if self._reads(field, label, operand, is_quoted=True) else text
            if self._is_bare(field, text, operand):
                return text
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def _is_bare(self, field: Field, text: str, operand: Operand) -> bool:
        is_safe = BARE.fullmatch(text) and not any(word in self.words.joints for word in text.lower().split())
        return bool(is_safe) and self._reads(field, text, operand, is_quoted=False)

    def _reads(self, field: Field, text: str, operand: Operand, *, is_quoted: bool) -> bool:
        try:
            return read_operand(field, text, self.words, is_quoted=is_quoted) == operand
        except ValueProblem:
            return False
