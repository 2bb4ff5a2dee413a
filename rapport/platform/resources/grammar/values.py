"""A value's words become an operand, by the kind of its field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.names import likeliest
from rapport.platform.resources.grammar.periods import days_of
from rapport.platform.resources.grammar.scanner import Scanner
from rapport.platform.resources.grammar.tree import Operand
from rapport.platform.resources.grammar.words import COUNTED, ENGLISH, Language
from rapport.platform.resources.kinds import ID, ValueProblem, read_datetime, read_number


def is_number(field: Field) -> bool:
    return field.kind.numeric or field.kind_name == "money"


def read_operand(field: Field, text: str, words: Language, *, is_quoted: bool) -> Operand:
    """What a text means as a value of the field. What is in quotation marks is never a word of the grammar.

    Raises ValueProblem.
    """
    if field.target:
        return _read_link(field, text, words, is_quoted=is_quoted)
    if field.kind_name in ("date", "datetime"):
        return _read_time(field, text, words)
    if is_number(field):
        return Operand("value", plain(_read_number(text)))
    if field.kind_name == "boolean":
        return Operand("value", _read_boolean(text, words))
    if field.choices:
        return Operand("value", _read_choice(field, text))
    return Operand("value", text)


def _read_link(field: Field, text: str, words: Language, *, is_quoted: bool) -> Operand:
    if is_quoted:
        return Operand("named", text)
    if field.target == "users" and words.words.get(text.lower()) == "me":
        return Operand("me")
    return Operand("value", text.lower()) if ID.fullmatch(text) else Operand("named", text)


def _read_time(field: Field, text: str, words: Language) -> Operand:
    scanner = Scanner(text)
    found = scanner.take_counted(words.periods)
    if found and scanner.is_at_end:
        key = words.periods[found[0]]
        return Operand("period", key, found[1] if key in COUNTED else 0)
    operand = Operand("value", text)
    if days_of(operand, date.min) is None:
        if field.kind_name == "date" or not text[:1].isdigit():
            example = {"text": text[:60], "period": words.written["last_month"]}
            raise ValueProblem(_("“%(text)s” is no date, such as 2026-11-24, 2026-11 or %(period)s.") % example)
        read_datetime(text)
    return operand


def _read_number(text: str) -> Decimal:
    """As the reader's language writes numbers, else as English does."""
    for code in (translation.get_language() or ENGLISH, ENGLISH):
        try:
            return read_number(parse_decimal(text, locale=translation.to_locale(code), strict=True))
        except NumberFormatError:
            continue
    raise ValueProblem(_("“%(text)s” is no number, such as 1200.50.") % {"text": text[:60]})


def plain(number: Decimal) -> str:
    """A number as every language reads it alike: never with three decimals, which some take for thousands."""
    text = f"{number.normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _read_boolean(text: str, words: Language) -> str:
    read = words.words.get(text.lower())
    if read not in ("true", "false"):
        raise ValueProblem(_("This is yes or no."))
    return read


def _read_choice(field: Field, text: str) -> str:
    labels = labels_of(field)
    keys = {str(key) for key, _label in field.choices}
    found = text if text in keys else labels.get(text.lower())
    if found is None:
        shown = [str(label) for _key, label in field.choices]
        raise ValueProblem(_("“%(value)s” is not one of the choices.") % {"value": text[:60]} + likeliest(text, shown))
    return found


def labels_of(field: Field) -> dict[str, str]:
    """The keys of a field's choices by their labels in small letters, the reader's before the English ones."""
    found = {str(label).lower(): str(key) for key, label in reversed(field.choices)}
    with translation.override(ENGLISH):
        english = {str(label).lower(): str(key) for key, label in reversed(field.choices)}
    return english | found
