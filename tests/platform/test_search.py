"""Finding by the search box and by `q=` of a list: the same finds, from the same home."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from rapport.platform.access.models import Role
from rapport.platform.fields.models import CustomField
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import search
from rapport.platform.search.indexing import index, index_all
from rapport.platform.search.models import Entry
from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db


def person(cast: Cast, owner: str = "owner", **values: Any) -> Any:
    made = verbs.create(RESOURCES["people"], values, actor=cast.actor(owner))
    index(RESOURCES["people"], [made.pk])
    return made


def boxed(cast: Cast, text: str, who: str = "owner") -> list[str]:
    return sorted(hit.title for hit in search(text, cast.actor(who)) if hit.resource == "people")


def listed(cast: Cast, text: str, who: str = "owner") -> list[str]:
    status, answer = Caller(getattr(cast, who))("GET", f"people?fields=name&order=name&q={quote(text)}")
    assert status == 200, answer
    return [each["name"] for each in answer["results"]]


NUMBERS = ("+49 30 901820", "0049 (0)30 901820", "030 901820", "(0)30-901820", "030/90 18 20", "30 901820", "901820",
           "+4930901820", "4930901820")  # fmt: skip
BEGUN = ("+49 30 90", "0049 30 9", "0309018", "030", "49309")


@pytest.mark.parametrize("typed", [*NUMBERS, *BEGUN])
@pytest.mark.parametrize("stored", ["+49 30 901820", "0049 30/901820", "030 901820"])
def test_a_number_is_found_however_it_is_typed(cast: Cast, settings: Any, stored: str, typed: str) -> None:
    settings.PHONE_REGION = "DE"
    person(cast, name="Ada Byron", phone=stored)
    person(cast, name="Bob Crane", phone="+49 30 901821")
    expected = ["Ada Byron", "Bob Crane"] if typed in BEGUN else ["Ada Byron"]
    assert (boxed(cast, typed), listed(cast, typed)) == (expected, expected)


@pytest.mark.parametrize("typed", ["030 901821", "90182", "18 20", "+1 30 901820", "040 901820", "9018201"])
def test_another_number_is_not_found(cast: Cast, typed: str) -> None:
    person(cast, name="Ada Byron", phone="+49 30 901820")
    assert (boxed(cast, typed), listed(cast, typed)) == ([], [])


def test_every_number_and_address_of_somebody_is_found_by_who_may_see_them(cast: Cast) -> None:
    made = person(cast, name="Ada Byron", phone="+49 30 901820", email="ada@byron.example")
    for kind, value in (("phone", "020 7946 0000"), ("email", "countess@lovelace.example")):
        verbs.create(RESOURCES["contact_points"], {"party": str(made.pk), "kind": kind, "value": value},
                     actor=cast.actor("owner"))  # fmt: skip
    index(RESOURCES["people"], [made.pk])
    for typed in ("+44 20 7946", "79460000", "countess@", "lovelace.example", "901820"):
        assert (boxed(cast, typed), listed(cast, typed)) == (["Ada Byron"], ["Ada Byron"]), typed
    role = Role.objects.get(name="Seller")
    role.grants["people"] = {**role.grants["*"], "fields": {"phone": "hidden", "email": "hidden"}}
    role.save()
    for typed in ("+44 20 7946", "79460000", "countess@", "lovelace.example", "901820"):
        assert (boxed(cast, typed), listed(cast, typed)) == ([], []), typed


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("okafro", ["Jonas Okafor"]), ("jonas okafro", ["Jonas Okafor"]), ("Jonsa", ["Jonas Okafor"]),
        ("okaf", ["Jonas Okafor"]), ("J.Okafor", ["Jonas Okafor"]), ("okafor-jonas", ["Jonas Okafor"]),
        ("lindqist", ["Mia Lindqvist"]), ("xyzzy", []), ("365", ["Retail 365"]), ("366", []),
    ],
)  # fmt: skip
def test_a_slip_is_forgiven_by_the_list_as_by_the_box(cast: Cast, typed: str, found: list[str]) -> None:
    for name in ("Jonas Okafor", "Mia Lindqvist", "Retail 365"):
        person(cast, name=name)
    assert (boxed(cast, typed), listed(cast, typed)) == (found, found)


def test_a_slip_is_forgiven_whatever_somebody_else_sees(cast: Cast) -> None:
    """That another's record is spelled just so must not show in what one finds."""
    person(cast, name="Jonas Okafor")
    person(cast, "outsider", name="Olga Okafro")
    assert (boxed(cast, "okafro"), listed(cast, "okafro")) == (["Jonas Okafor"], ["Jonas Okafor"])
    assert (boxed(cast, "okafro", "outsider"), listed(cast, "okafro", "outsider")) == (["Olga Okafro"], ["Olga Okafro"])


def test_pages_counts_and_figures_of_a_mistyped_list_agree(cast: Cast) -> None:
    for number in range(3):
        person(cast, name=f"Jonas Okafor {number}")
    call, names, path = Caller(cast.owner), [], "people?q=okafro&fields=name&order=name&limit=2&count=true"
    while path:
        _status, answer = call("GET", path)
        names += [each["name"] for each in answer["results"]]
        assert answer["count"] == 3
        path = answer["next"]
    assert names == [f"Jonas Okafor {number}" for number in range(3)]
    assert [each["count"] for each in call("GET", "people/summary?group=owner&q=okafro")[1]["results"]] == [3]


def test_what_one_typed_is_never_answered_with_what_another_typed(cast: Cast) -> None:
    for name in ("Ada Byron", "Bob Crane", "Bob Byron", "Bo_b% Drake"):
        person(cast, name=name)
    everybody = ["Ada Byron", "Bo_b% Drake", "Bob Byron", "Bob Crane"]
    typed = {
        "ada byron": ["Ada Byron"], "bob crane": ["Bob Crane"], "byron bob": ["Bob Byron"], "ada": ["Ada Byron"],
        "bob": ["Bob Byron", "Bob Crane"], "bo_b%": ["Bo_b% Drake"], "%": [], "b%": everybody, "bob byron crane": [],
        "...": [], "@": [], "": everybody,
    }  # fmt: skip
    for _again in range(2):
        for text, names in typed.items():
            assert sorted(listed(cast, text)) == sorted(names), text


def test_a_search_in_a_list_costs_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    for name in ("Ada Byron", "Bob Crane"):
        person(cast, name=name)
    call = Caller(cast.owner)
    call("GET", "people?fields=name&q=some+body")
    for text in ("ada byron", "bob crane"):
        with django_assert_num_queries(2):
            call("GET", f"people?fields=name&q={quote(text)}")


def test_everything_can_be_indexed_anew_while_it_is_there(cast: Cast) -> None:
    CustomField.objects.create(resource="people", name="desk", label="Desk", kind="phone")
    for name in ("Ada", "Bob"):
        person(cast, name=name, phone="+49 30 901820", desk="020 7946 0000")
    left_out = ("id",)
    columns = [field.name for field in Entry._meta.fields if field.name not in left_out]
    before = sorted(Entry.objects.values_list(*columns))
    assert len(before) == 2 * (1 + 3 + 3)
    Entry.objects.filter(folded="ada").delete()
    Entry.objects.create(resource="people", record_id="ffffffff-ffff-4fff-bfff-ffffffffffff", field="name", weight=1,
                         folded="gone")  # fmt: skip
    assert index_all() == 2
    assert sorted(Entry.objects.values_list(*columns)) == before
