"""Whatever can be said is written so that it is read as the same, in every language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.platform.access.actors import Actor
from rapport.platform.fields.models import CustomField
from rapport.platform.resources.grammar.parse import Parser
from rapport.platform.resources.grammar.periods import days_of, shift
from rapport.platform.resources.grammar.scanner import GrammarProblem
from rapport.platform.resources.grammar.tree import Both, Comparison, Either, Node, Not, Operand
from rapport.platform.resources.grammar.values import plain
from rapport.platform.resources.grammar.words import COUNTED, ENTRIES, PERIODS, language
from rapport.platform.resources.grammar.write import write
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
PEOPLE = RESOURCES["people"]
CODES = ("en", "ar", "de", "es", "fr", "nl")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.sampled_from(
    [
        "me",
        "ich",
        "and",
        "Sturm und Drang",
        "or else",
        'a "b" \\',
        "x,y",
        "(z)",
        "today",
        "is",
        "12",
        "not",
        " a ",
        "yes",
    ]
)
ids = st.uuids().map(str)
words = texts.map(lambda text: Operand("value", text))
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**9), max_value=10**9).map(
    lambda number: Operand("value", plain(Decimal(0) if number == 0 else number))
)
days = st.dates(min_value=date(1900, 1, 1)).map(lambda day: Operand("value", day.isoformat()))
periods = st.sampled_from(sorted(PERIODS)).flatmap(
    lambda key: st.integers(1, 9_999).map(lambda count: Operand("period", key, count if key in COUNTED else 0))
)
links = ids.map(lambda text: Operand("value", text)) | texts.map(lambda text: Operand("named", text))
colleagues = links | st.just(Operand("me"))
choices = st.sampled_from(["s", "l", "yes", "me"]).map(lambda key: Operand("value", key))
EQUALITY, ORDER = ("eq", "ne"), ("gt", "gte", "lt", "lte")


def compared(path: str, operators: tuple[str, ...], operands: st.SearchStrategy[Operand]) -> Any:
    one = st.builds(
        lambda operator, operand: Comparison(tuple(path.split(".")), operator, (operand,)),
        st.sampled_from(operators), operands,
    )  # fmt: skip
    if "eq" not in operators:
        return one
    listed = st.lists(operands, min_size=1, max_size=3)
    return one | listed.map(lambda each: Comparison(tuple(path.split(".")), "in", tuple(each)))


comparisons = st.one_of(
    compared("name", (*EQUALITY, *ORDER, "contains", "starts"), words),
    compared("organization.name", ("contains",), words),
    compared("amount", (*EQUALITY, *ORDER), numbers),
    compared("worth", ("eq", *ORDER), numbers),
    compared("created_at", (*EQUALITY, *ORDER), days | periods),
    compared("owner", EQUALITY, colleagues),
    compared("stage", EQUALITY, links),
    compared("size", EQUALITY, choices),
    compared("tags", EQUALITY, words),
    compared("organization.owner.email", EQUALITY, words),
    st.sampled_from(["true", "false"]).map(lambda each: Comparison(("email",), "empty", (Operand("value", each),))),
    st.sampled_from(["true", "false"]).map(lambda each: Comparison(("paid",), "eq", (Operand("value", each),))),
)
trees: st.SearchStrategy[Node] = st.recursive(
    comparisons,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda parts: Both(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda parts: Either(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=6,
)
hypotheses = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def actor(cast: Cast) -> Actor:
    for name, kind in (("amount", "number"), ("worth", "money"), ("paid", "boolean"), ("size", "choice")):
        options = [{"value": "s", "label": "Small and cheap"}, {"value": "l", "label": "Me"}, {"value": "yes"},
                   {"value": "me", "label": "s"}] if kind == "choice" else []  # fmt: skip
        CustomField.objects.create(resource="people", name=name, label=name.capitalize(), kind=kind, options=options)
    return cast.actor("administrator")


@hypotheses
@given(tree=trees, code=st.sampled_from(CODES))
def test_a_tree_is_read_as_it_was_written(actor: Actor, tree: Node, code: str) -> None:
    with translation.override(code):
        assert Parser(PEOPLE, write(PEOPLE, tree, actor), actor).parse() == tree


@hypotheses
@given(tree=trees, written_in=st.sampled_from(CODES), read_in=st.sampled_from(CODES))
def test_what_is_kept_is_read_alike_in_every_language(actor: Actor, tree: Node, written_in: str, read_in: str) -> None:
    with translation.override(written_in):
        kept = write(PEOPLE, tree, actor, canonical=True)
    with translation.override(read_in):
        assert Parser(PEOPLE, kept, actor).parse() == tree


@hypotheses
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(
    ["name", "is", "not", "(", ")", "and", "or", '"', ",", "owner", "me", "amount", "3", ".", "__", "in", "the last"]
)).map(" ".join))  # fmt: skip
def test_any_text_is_read_or_refused_with_a_place_in_it(actor: Actor, text: str) -> None:
    try:
        Parser(PEOPLE, text, actor).parse()
    except GrammarProblem as problem:
        start, end = problem.place
        assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize("code", CODES)
def test_no_phrase_means_two_things_in_a_language(code: str) -> None:
    with translation.override(code):
        for name, entries in ENTRIES.items():
            listed = [phrase.lower() for words in entries.values() for phrase in str(words).split("|")]
            assert len(listed) == len(set(listed)), name
            assert all(language(code).__getattribute__(name)[phrase] for phrase in listed)


TODAY = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("name", "count", "start", "end"),
    [
        ("today", 0, "2024-02-29", "2024-03-01"),
        ("yesterday", 0, "2024-02-28", "2024-02-29"),
        ("tomorrow", 0, "2024-03-01", "2024-03-02"),
        ("this_week", 0, "2024-02-26", "2024-03-04"),
        ("last_week", 0, "2024-02-19", "2024-02-26"),
        ("next_week", 0, "2024-03-04", "2024-03-11"),
        ("this_month", 0, "2024-02-01", "2024-03-01"),
        ("last_month", 0, "2024-01-01", "2024-02-01"),
        ("next_month", 0, "2024-03-01", "2024-04-01"),
        ("this_quarter", 0, "2024-01-01", "2024-04-01"),
        ("last_quarter", 0, "2023-10-01", "2024-01-01"),
        ("next_quarter", 0, "2024-04-01", "2024-07-01"),
        ("this_year", 0, "2024-01-01", "2025-01-01"),
        ("last_year", 0, "2023-01-01", "2024-01-01"),
        ("next_year", 0, "2025-01-01", "2026-01-01"),
        ("last_days", 30, "2024-01-30", "2024-03-01"),
        ("next_days", 7, "2024-02-29", "2024-03-08"),
        ("last_weeks", 2, "2024-02-15", "2024-03-01"),
        ("next_months", 1, "2024-02-29", "2024-03-30"),
        ("last_years", 1, "2023-02-28", "2024-03-01"),
        ("ago_months", 3, "2023-11-29", "2023-11-30"),
        ("ago_days", 1, "2024-02-28", "2024-02-29"),
    ],
)
def test_a_period_is_from_a_day_to_before_another(name: str, count: int, start: str, end: str) -> None:
    found = days_of(Operand("period", name, count), TODAY)
    assert found == (date.fromisoformat(start), date.fromisoformat(end))


def test_every_period_is_known() -> None:
    for name in PERIODS:
        start, end = days_of(Operand("period", name, 2 if name in COUNTED else 0), TODAY) or (TODAY, TODAY)
        assert start < end


@given(day=st.dates(date(1000, 1, 1), date(9000, 1, 1)), months=st.integers(-900, 900))
def test_the_same_day_of_another_month_is_in_that_month(day: date, months: int) -> None:
    found = shift(day, months=months)
    assert found.year * 12 + found.month == day.year * 12 + day.month + months
    assert found.day == day.day or (
        found.day < day.day and shift(found.replace(day=1), months=1).toordinal() - 1 == found.toordinal()
    )
