"""Conditions in words: what they find, for whom, and what is said of those that can't be understood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from rapport.parties.models import Party, Stage
from rapport.platform.access.actors import actor_for
from rapport.platform.fields.models import CustomField
from rapport.platform.resources import verbs
from rapport.platform.resources.grammar import GrammarProblem, parse, write
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast, make_role, make_user

pytestmark = pytest.mark.django_db
PEOPLE = RESOURCES["people"]
CUSTOM: list[dict[str, Any]] = [
    {"name": "amount", "label": "Amount", "kind": "number"},
    {"name": "born_on", "label": "Born on", "kind": "date"},
    {"name": "paid", "label": "Paid", "kind": "boolean"},
    {"name": "worth", "label": "Worth", "kind": "money"},
    {"name": "size", "label": "Size", "kind": "choice", "options": [{"value": "s", "label": "Small"}, {"value": "l"}]},
    {"name": "likes", "label": "Likes", "kind": "choices", "options": [{"value": "tea"}, {"value": "rye"}]},
]


@pytest.fixture
def people(cast: Cast) -> Cast:
    """Ada, Bob, Cleo and Dan, of whom the first two are as different as can be."""
    CustomField.objects.bulk_create(CustomField(resource="people", **each) for each in CUSTOM)
    active = Stage.objects.get(kind__name="Customer", name="Active")
    firm = verbs.create(RESOURCES["organizations"], {"name": "Okafor & Sons"}, actor=cast.actor("owner"))
    every: list[dict[str, Any]] = [
        {
            "name": "Ada Byron", "job_title": "Analyst", "email": "ada@byron.example", "amount": "10000.5",
            "born_on": "2020-02-29", "paid": True, "worth": {"amount": "12", "currency": "EUR"}, "size": "s",
            "likes": ["tea", "rye"], "tags": ["VIP", "Press"], "organization": str(firm.pk),
            "relationship": str(active.kind_id), "stage": str(active.pk),
        },
        {"name": "Bob Cole", "job_title": "Sales and care", "amount": "3", "born_on": "2021-01-01", "paid": False,
         "size": "l", "likes": ["rye"], "owner": str(cast.mate.pk)},
        {"name": "Cleo Dunn", "job_title": "", "tags": ["VIP"]},
        {"name": "Dan Eads", "job_title": "analyst, baker"},
    ]  # fmt: skip
    for values in every:
        verbs.create(PEOPLE, values, actor=actor_for(cast.administrator, "page"))
    return cast


def found(cast: Cast, text: str, who: str = "administrator") -> str:
    """The initials of whom a condition finds."""
    actor = cast.actor(who)
    query = read_query(PEOPLE, {"where": text}, actor)
    return "".join(sorted(name[0] for name in query.matching(actor).values_list("display_name", flat=True)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name is Ada Byron", "A"),
        ("NAME   =  “Ada Byron”", "A"),
        ("display is x or name is Bob Cole", "!"),
        ("Name contains an or name begins with B", "BD"),
        ("name contains d and name contains e", "CD"),
        ("not name contains d", "B"),
        ("name does not contain d", "B"),
        ("not (name contains ada or name contains bob) and email is empty", "CD"),
        ("name is Ada Byron or name is Bob Cole and email is not empty", "A"),
        ("(name is Ada Byron or name is Bob Cole) and email is empty", "B"),
        ("not not name is Ada Byron", "A"),
        ("e-mail is filled in", "A"),
        ("e-mail contains “byron.example”", "A"),
        ("job title is Analyst", "A"),
        ("job_title is one of Analyst, “Sales and care”", "AB"),
        ('job title in (Analyst, "analyst, baker")', "AD"),
        ("job title is Analyst, “analyst, baker”", "AD"),
        ("job title is not Analyst, “analyst, baker”", "BC"),
        ("job title is none of Analyst", "BCD"),
        ("job title is empty", "C"),
        ("stage is Active", "A"),
        ("stage is ACTIVE", "A"),
        ("stage.name is Active", "A"),
        ("stage__name__contains is x", "!"),
        ("relationship is Customer and stage is not Active", ""),
        ("stage is not Active", "BCD"),
        ("not stage.name is Active", "BCD"),
        ("organisation is “Okafor & Sons”", "A"),
        ("organization.name contains okafor", "A"),
        ("organization.owner is me", ""),
        ("owner is me", "ACD"),
        ("owner is Mate", "B"),
        ("owner is one of me, Mate", "ABCD"),
        ("tags is VIP", "AC"),
        ("tags contains vip and not tags is press", "C"),
        ("tags is not VIP", "BD"),
        ("tags is empty", "BD"),
        ("amount > 3", "A"),
        ("amount is at least 3 and amount is less than 10,000.5", "B"),
        ("amount = 10,000.50", "A"),
        ("amount is one of 3, 10,000.5", "AB"),
        ("amount is not 3", "ACD"),
        ("not amount > 3", "BCD"),
        ("worth is 12", "A"),
        ("worth is not 12", "BCD"),
        ("paid is yes", "A"),
        ("paid is no", "B"),
        ("paid is not yes", "BCD"),
        ("size is small", "A"),
        ("size is l", "B"),
        ("size is one of Small, l", "AB"),
        ("likes contains rye and likes is not tea", "B"),
        ("likes is one of tea, rye", "AB"),
        ("born on is 2020-02-29", "A"),
        ("born on is 2020", "A"),
        ("born on in 2020-02", "A"),
        ("born on after 2020", "B"),
        ("born on since 2020 and born on before 2021", "A"),
        ("born on until 2021-01", "AB"),
        ("born on is not 2020", "BCD"),
        ("born on is one of 2020, 2021-01-01", "AB"),
        ("added is today", "ABCD"),
        ("created in the last 30 days", "ABCD"),
        ("created_at since 2 days ago and updated before tomorrow", "ABCD"),
        ("created before yesterday", ""),
        ("changed is after last month", "ABCD"),
        ("added is from 2020-01-01T10:00:00Z", "ABCD"),
        ("added in this year and added is this quarter and added is this week", "ABCD"),
        ("added in the next 2 weeks and not added in the next 1 year", ""),
    ],
)
def test_a_condition_finds(people: Cast, text: str, expected: str) -> None:
    if expected == "!":
        with pytest.raises(GrammarProblem):
            parse(PEOPLE, text, people.actor("administrator"))
    else:
        assert found(people, text) == expected


def test_a_record_is_named_by_its_id_or_by_a_title_that_several_have(people: Cast) -> None:
    """“New” is a stage of several kinds."""
    new = Stage.objects.filter(name="New")
    assert new.count() > 1
    someone = Party.objects.get(display_name="Cleo Dunn")
    verbs.update(
        PEOPLE, [someone.pk], {"relationship": str(new[0].kind_id), "stage": str(new[0].pk)},
        actor=people.actor("administrator"),
    )  # fmt: skip
    assert found(people, "stage is New") == "C"
    assert found(people, "stage is not new") == "ABD"
    assert found(people, f"stage is {new[0].pk}") == "C"
    assert found(people, f"id is {someone.pk}") == "C"
    assert found(people, f"stage is one of Active, {new[0].pk}") == "AC"


def test_periods_are_those_of_the_actors_time_zone(people: Cast) -> None:
    Party.objects.filter(display_name="Ada Byron").update(created_at="2026-03-31T23:30:00Z")
    assert found(people, "added is 2026-04-01") == ""
    assert found(people, "added is 2026-03-31") == "A"
    people.administrator.time_zone = "Europe/Berlin"
    people.administrator.save()
    assert found(people, "added is 2026-04-01") == "A"
    assert found(people, "added is after 2026-03 and added is before 2026-05") == "A"
    assert found(people, "added is before 2026-04-01") == ""
    assert found(people, "added is until 2026-03") == ""


def test_a_long_ago_is_before_now(people: Cast) -> None:
    Party.objects.filter(display_name="Ada Byron").update(created_at=timezone.now() - timedelta(days=40))
    assert found(people, "added in the last 30 days") == "BCD"
    assert found(people, "added is before 30 days ago") == "A"
    assert found(people, "added in the last 2 months") == "ABCD"


SOME = "“is”, “is not”, “is one of”, “is none of”"
COMMA = "This compares with one value. Put a text that has a comma into quotation marks."


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("stag is Active", "There is no field “stag”. Did you mean “Stage”?", (0, 4)),
        ("jb title is Active", "There is no field “jb title”. Did you mean “Job title”?", (0, 8)),
        ("qwxz is Active", "There is no field “qwxz”.", (0, 4)),
        ("stage", f"After “Stage” a comparison is expected, such as {SOME}.", (5, 5)),
        ("stage resembles x", f"After “Stage” a comparison is expected, such as {SOME}.", (6, 15)),
        ("stage contains x", f"“Stage” can't be compared by “contains”, but by {SOME}.", (6, 14)),
        ("stage is", "Here a value is expected.", (8, 8)),
        ("stage is and name is x", "Here a value is expected.", (9, 12)),
        ("stage is Activ", "Nothing that you may see is called “Activ”. Did you mean “Active”?", (9, 14)),
        ("size is smal", "“smal” is not one of the choices. Did you mean “Small”?", (8, 12)),
        ("paid is maybe", "This is yes or no.", (8, 13)),
        ("amount > ten", "“ten” is no number, such as 1200.50.", (9, 12)),
        ("amount > 1,2", "“1,2” is no number, such as 1200.50.", (9, 12)),
        ("born on is soon", "“soon” is no date, such as 2026-11-24, 2026-11 or last month.", (11, 15)),
        ("born on is 2026-13", "There is no such day.", (11, 18)),
        ("born on is 9999 years ago", "There is no such day.", (11, 25)),
        ("id is x", "This is the id of a record.", (6, 7)),
        ("name is x)", "Here “and”, “or” or the end is expected.", (9, 10)),
        ("(name is x", "Here “and”, “or” or “)” is expected.", (10, 10)),
        ("name is x and", "Here a field is expected.", (13, 13)),
        ("and name is x", "Here a field is expected.", (0, 3)),
        ("", "Here a field is expected.", (0, 0)),
        ('name is "x', "The quotation mark that closes this is missing.", (8, 10)),
        ("name contains a, b", COMMA, (18, 18)),
        ("name.x is y", "“Name” leads to no other record.", (5, 6)),
        ("organization.nam is y", "There is no field “nam”. Did you mean “Name”?", (13, 16)),
    ],
)  # fmt: skip
def test_what_cant_be_understood_is_said_with_its_place(
    people: Cast, text: str, says: str, place: tuple[int, int]
) -> None:
    with pytest.raises(GrammarProblem) as caught:
        parse(PEOPLE, text, people.actor("administrator"))
    assert (caught.value.says, caught.value.place) == (says, place)
    assert str(caught.value) == f"{says} (at character {place[0] + 1})"


def test_a_text_is_bounded(cast: Cast) -> None:
    actor = cast.actor("owner")
    for text, says in (
        ("name is " + "x" * 2_000, "This is longer than 2000 characters."),
        ("(" * 12 + "name is x" + ")" * 12, "This is nested too deeply."),
        ("not " * 12 + "name is x", "This is nested too deeply."),
        (" or ".join(["name is x"] * 51), "There are more than 50 filters."),
        ("name is one of " + ",".join("x" * 501), "A list has at most 500 values."),
    ):
        with pytest.raises(GrammarProblem) as caught:
            parse(PEOPLE, text, actor)
        assert caught.value.says == says


def test_a_hidden_field_is_no_field_and_is_never_suggested(people: Cast) -> None:
    hidden = {"*": {"view": "all"}, "people": {"view": "all", "fields": {"job_title": "hidden", "amount": "hidden"}}}
    actor = actor_for(make_user("blind@ours.example", make_role("Blind", hidden)), "page")
    for text, typed in (("job_title is x", "job_title"), ("job title is x", "job title"), ("amount > 1", "amount")):
        with pytest.raises(GrammarProblem) as caught:
            parse(PEOPLE, text, actor)
        assert caught.value.says == f"There is no field “{typed}”."


def test_only_what_somebody_may_see_has_a_title(people: Cast) -> None:
    """An organisation of the others' is called as nothing is, and finds nobody through a link."""
    for name in ("Okafor & Sons", "Nothing of This Name"):
        with pytest.raises(GrammarProblem) as caught:
            parse(PEOPLE, f"organization is “{name}”", people.actor("outsider"))
        assert caught.value.says == f"Nothing that you may see is called “{name}”."
    person = Party.objects.get(display_name="Ada Byron")
    Party.objects.filter(pk=person.pk).update(owner_ids=[people.outsider.pk])
    assert found(people, "organization.name contains Okafor", "outsider") == ""
    assert found(people, "not organization.name contains Okafor", "outsider") == "A"
    assert found(people, "name contains a", "outsider") == "A"


def test_titles_that_somebody_may_not_read_name_nothing(people: Cast) -> None:
    hidden = {"*": {"view": "all"}, "organizations": {"view": "all", "fields": {"name": "hidden"}}}
    actor = actor_for(make_user("blind@ours.example", make_role("Blind", hidden)), "page")
    for name in ("Okafor & Sons", "Nothing"):
        with pytest.raises(GrammarProblem, match=r"Name this by its id\."):
            parse(PEOPLE, f"organization is “{name}”", actor)


def test_it_is_understood_and_written_in_german_as_in_english(people: Cast) -> None:
    actor = people.actor("administrator")
    with translation.override("de"):
        for text in (
            "Phase ist Active und nicht Schlagwörter ist Press, Other",
            "stage is Active and not tags is Press, Other",
        ):
            tree = parse(PEOPLE, text, actor).tree
            assert write(PEOPLE, tree, actor) == "Phase ist Active und nicht Schlagwörter ist eins von Press, Other"
        tree = parse(PEOPLE, "amount > 10.000,5 und Added in the last 30 days", actor).tree
        written = write(PEOPLE, tree, actor)
        kept = write(PEOPLE, tree, actor, canonical=True)
    assert written == "Amount ist mehr als 10.000,5 und Hinzugefügt in den letzten 30 Tagen"
    assert kept == "amount is more than 10000.5 and created_at in the last 30 days"
    assert parse(PEOPLE, kept, actor).tree == tree
    assert write(PEOPLE, tree, actor) == "Amount is more than 10,000.5 and Added in the last 30 days"


def test_what_is_kept_means_the_same_in_every_language(people: Cast) -> None:
    """A number with three decimals would be thousands in German; a text with “und” would be two conditions."""
    actor = people.actor("administrator")
    tree = parse(PEOPLE, "amount is 1.234 and job title is “Sturm und Drang”", actor).tree
    kept = write(PEOPLE, tree, actor, canonical=True)
    assert kept == 'amount is 1.2340 and job_title is "Sturm und Drang"'
    with translation.override("de"):
        assert parse(PEOPLE, kept, actor).tree == tree


def test_a_condition_costs_a_query_per_comparison_with_titles(people: Cast, django_assert_num_queries: Any) -> None:
    actor = people.actor("administrator")
    parse(PEOPLE, "name is x", actor)
    with django_assert_num_queries(0):
        parse(PEOPLE, "name is x and (amount > 3 or added is today) and not owner is me and tags is VIP", actor)
    with django_assert_num_queries(2):
        parse(PEOPLE, "stage is Active and owner is one of Mate, Owner", actor)
