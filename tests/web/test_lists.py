"""Lists: what they show, how they are narrowed, and what is done to many at once."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from rapport.platform.fields.models import CustomField, SavedView
from rapport.platform.history.models import Read
from rapport.web.lists.export import DANGEROUS, harmless
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db

LIST_QUERIES = 7


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_queries_whatever_its_length(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        add(cast.owner, "people", name=f"Person {number}")
    client = sign_in(cast.owner)
    client.get("/people/")
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get("/people/").status_code == 200


def test_a_list_is_sorted_by_its_heads_and_goes_on_behind_its_end(cast: Cast, sign_in: SignIn) -> None:
    for number in range(55):
        add(cast.owner, "people", name=f"Person {number:02d}")
    client = sign_in(cast.owner)
    first = client.get("/people/?order=-name").content.decode()
    assert 'aria-sort="descending"' in first
    assert first.index("Person 54") < first.index("Person 53")
    assert "Person 04" not in first
    further = first.split('hx-get="/people/?')[1].split('"')[0].replace("&amp;", "&")
    rest = client.get(f"/people/?{further}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rest
    assert [name for name in range(55) if f">Person {name:02d}<" in rest] == [0, 1, 2, 3, 4]


def test_a_filter_is_added_by_its_form_and_shown_in_words(cast: Cast, sign_in: SignIn) -> None:
    add(cast.owner, "people", name="Ada Byron", job_title="Analyst")
    add(cast.owner, "people", name="Bob Cole", job_title="Baker")
    client = sign_in(cast.owner)
    sent = {"at": "order=-name&cursor=old", "field": "job_title", "operator": "starts", "job_title": "Ana"}
    response = client.get("/people/adjust", sent)
    assert response["Location"] == "/people/?order=-name&job_title__starts=Ana"
    page = client.get(response["Location"]).content.decode()
    assert "Ada Byron" in page
    assert "Bob Cole" not in page
    assert "<i>Job title begins with</i> Ana" in page


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_that_look_like_formulas_are_harmless(cast: Cast, sign_in: SignIn, start: str) -> None:
    from rapport.platform.resources.registry import RESOURCES
    from rapport.web.lists.export import cell

    field = RESOURCES["people"].built_in["name"]
    assert cell(field, {"name": f"{start}HYPERLINK(1)"}) == f"'{start}HYPERLINK(1)"
    assert cell(field, {"name": f"a{start}b"}) == f"a{start}b"


def test_an_export_holds_what_was_asked_and_is_logged_as_one(cast: Cast, sign_in: SignIn) -> None:
    ada = add(cast.owner, "people", name="=Ada", email="ada@byron.example")
    add(cast.owner, "people", name="Bob")
    response = sign_in(cast.owner).get("/people/export.csv?name__contains=Ada&fields=name,email")
    text = b"".join(response).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["id", "Name", "E-mail"], [str(ada.pk), "'=Ada", "ada@byron.example"],
    ]  # fmt: skip
    logged = Read.objects.get(origin="export")
    assert (logged.actor_id, logged.record_ids) == (cast.owner.pk, [ada.pk])


def test_an_export_leaves_out_what_may_only_be_seen(cast: Cast, sign_in: SignIn) -> None:
    add(cast.owner, "people", name="Ada")
    client = sign_in(cast.mate)
    assert b"Ada" in client.get("/people/").content
    assert b"Ada" not in b"".join(client.get("/people/export.csv"))


def test_many_are_deleted_and_brought_back(cast: Cast, sign_in: SignIn) -> None:
    people = [add(cast.owner, "people", name=f"Person {n}") for n in range(3)]
    client = sign_in(cast.owner)
    ids = [str(person.pk) for person in people[:2]]
    page = client.post("/people/bulk/trash", {"ids": ids, "at": "order=name"}, follow=True)
    assert page.redirect_chain == [("/people/?order=name", 302)]
    text = page.content.decode()
    assert "2 are in the trash." in text
    assert re.search(r'action="/people/changes/[^"]*/undo"', text)
    assert "Person 0" not in text
    assert "Person 0" in client.get("/people/?trash=true").content.decode()
    restored = client.post("/people/bulk/restore", {"ids": ids}, follow=True).content.decode()
    assert "Person 0" in restored


def test_all_that_match_are_set_at_once(cast: Cast, sign_in: SignIn) -> None:
    people: list[Any] = [add(cast.owner, "people", name=f"Person {n}") for n in range(3)]
    sent = {"matching": "true", "at": "name__contains=Person", "set.owner": str(cast.mate.pk)}
    sign_in(cast.administrator).post("/people/bulk/set", sent)
    for person in people:
        person.refresh_from_db()
    assert {person.owner_id for person in people} == {cast.mate.pk}


def test_a_view_is_kept_under_a_name(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    client.post("/people/views", {"name": "Analysts", "at": "job_title=Analyst&order=-name"})
    view = SavedView.objects.get()
    assert (view.owner, view.query) == (cast.owner, {"job_title": "Analyst", "order": "-name"})
    assert "Analysts</a>" in client.get("/people/").content.decode()
    assert "Analysts</a>" not in sign_in(cast.mate).get("/people/").content.decode()


def test_names_are_escaped(cast: Cast, sign_in: SignIn) -> None:
    add(cast.owner, "people", name="<script>alert(1)</script>")
    client = sign_in(cast.owner)
    for path in ("/people/", f"/people/options?x.words={quote('<script')}"):
        assert b"<script>alert" not in client.get(path).content


def test_a_view_is_renamed_shared_filled_anew_and_removed(cast: Cast, sign_in: SignIn) -> None:
    client, mate = sign_in(cast.owner), sign_in(cast.mate)
    client.post("/people/views", {"name": "Analysts", "at": "job_title=Analyst"})
    view = SavedView.objects.get()
    address = f"/people/views/{view.pk}"
    client.post(address, {"name": "Bakers", "shown_to": str(cast.owner.team_id)})
    client.post(address, {"at": "job_title=Baker&cursor=x"})
    view.refresh_from_db()
    assert (view.name, view.team, view.for_everyone) == ("Bakers", cast.owner.team, False)
    assert view.query == {"job_title": "Baker"}
    assert "Bakers</a>" in mate.get("/people/").content.decode()
    assert mate.post(address, {"name": "Stolen"}).status_code == 403
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.post(f"/organizations/views/{view.pk}/remove").status_code == 404
    client.post(f"{address}/remove")
    assert "Bakers" not in mate.get("/people/views").content.decode()
    client.post(f"{address}/restore")
    assert "Bakers" in client.get("/people/views").content.decode()


def test_each_pins_what_they_want_to_keep_in_sight(cast: Cast, sign_in: SignIn) -> None:
    client, mate, outsider = sign_in(cast.owner), sign_in(cast.mate), sign_in(cast.outsider)
    client.post("/people/views", {"name": "Analysts", "at": "job_title=Analyst", "pinned": "true"})
    view = SavedView.objects.get()
    client.post(f"/people/views/{view.pk}", {"name": "Analysts", "shown_to": str(cast.owner.team_id)})
    pinned = '<a href="/people/?job_title=Analyst"'
    sides = [each.get("/ledger/").content.decode().count(pinned) for each in (client, mate, outsider)]
    assert sides == [2, 0, 0]  # in the navigation, and under "More" on a phone
    mate.post(f"/people/views/{view.pk}/pin", {"pinned": "true"})
    assert outsider.post(f"/people/views/{view.pk}/pin", {"pinned": "true"}).status_code == 404
    client.post(f"/people/views/{view.pk}/pin")
    sides = [each.get("/ledger/").content.decode().count(pinned) for each in (client, mate, outsider)]
    assert sides == [0, 2, 0]
    client.post(f"/people/views/{view.pk}", {"name": "Analysts", "shown_to": ""})
    assert pinned not in mate.get("/ledger/").content.decode()


def test_many_are_tagged_and_the_toast_takes_it_back_from_those_alone(cast: Cast, sign_in: SignIn) -> None:
    people = [add(cast.owner, "people", name=f"Person {n}", tags=["VIP"] if n == 0 else []) for n in range(3)]
    client = sign_in(cast.owner)
    ids = [str(person.pk) for person in people]
    text = client.post("/people/bulk/tag", {"ids": ids, "tag": "VIP"}, follow=True).content.decode()
    assert "2 are tagged “VIP” now." in text
    assert len(tagged(client)) == 3
    undo = text.split('action="/people/bulk/untag?tag=VIP"')[1].split("</form>")[0]
    assert (ids[0] in undo, ids[1] in undo, ids[2] in undo) == (False, True, True)
    client.post("/people/bulk/untag?tag=VIP", {"ids": ids[1:]})
    assert tagged(client) == ["Person 0"]
    assert client.post("/people/bulk/tag", {"ids": ids, "tag": " "}).status_code == 422


def tagged(client: Any) -> list[str]:
    page = client.get("/people/?tags=VIP").content.decode()
    return [f"Person {n}" for n in range(3) if f">Person {n}</a>" in page]


def test_the_bulk_bar_asks_for_its_choices_when_something_is_selected(cast: Cast, sign_in: SignIn) -> None:
    add(cast.owner, "people", name="Ada", tags="VIP")
    client = sign_in(cast.owner)
    page = client.get("/people/").content.decode()
    assert 'hx-get="/people/choices" hx-trigger="intersect once"' in page
    assert "set.owner" not in page
    choices = client.get("/people/choices").content.decode()
    assert f'<option value="{cast.mate.pk}">Mate</option>' in choices
    assert 'name="set.stage"' in choices
    assert '<option value="VIP">' in choices


def test_who_may_change_nothing_is_offered_nothing(cast: Cast, sign_in: SignIn) -> None:
    looker = make_user("looker@ours.example", make_role("Looker", {"*": {"view": "all"}}))
    add(cast.owner, "people", name="Ada")
    client = sign_in(looker)
    assert "/people/choices" not in client.get("/people/").content.decode()
    assert client.get("/people/choices").status_code == 403


def test_what_somebody_has_pinned_comes_first_among_the_tabs_of_its_list(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    for name, pinned in (("Aged", ""), ("Zealous", "true")):
        client.post("/people/views", {"name": name, "at": f"name={name}", "pinned": pinned})
    tabs = client.get("/people/").content.decode().split('<nav class="tabs"')[1].split("</nav>")[0]
    assert tabs.index("All<") < tabs.index("Zealous") < tabs.index("Customers") < tabs.index("Aged")


def test_a_question_of_yes_or_no_begins_with_no(cast: Cast, sign_in: SignIn) -> None:
    form = sign_in(cast.administrator).get("/settings/custom_fields/new").content.decode()
    assert (form.count('<option value="false" selected>'), form.count('<option value="true" selected>')) == (3, 0)


@pytest.mark.parametrize("label", ["=1+1", "@SUM(1)", "\uff1d1+1"])
def test_not_even_a_heading_is_a_formula(cast: Cast, sign_in: SignIn, label: str) -> None:
    CustomField.objects.create(resource="people", name="sum", label=label, kind="text")
    head = b"".join(sign_in(cast.owner).get("/people/export.csv")).decode().splitlines()[0]
    assert f"'{label}" in head


@given(st.text())
def test_no_text_is_a_formula(text: str) -> None:
    told = harmless(text)
    assert told in (text, f"'{text}")
    assert not told.lstrip().startswith(DANGEROUS)
