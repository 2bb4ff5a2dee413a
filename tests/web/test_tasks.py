"""Tasks on pages: made where one is, done where they stand, on Today and on a page of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.actions.tasks import today_of
from rapport.interactions.models import Conversation, Task
from rapport.platform.access.models import Role
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
TODAY_QUERIES = 15
TASK_QUERIES = 12


@pytest.fixture
def person(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Ada Byron")


def conversation(cast: Cast) -> Conversation:
    we_are(owner=cast.owner)
    file(archive_of(cast.owner), [letter("Jonas <jonas@okafor.example>", "owner@ours.example", "When?", id_="one")])
    return Conversation.objects.get()


def due(cast: Cast, count: int, **values: Any) -> Any:
    day = today_of(cast.actor("owner")) + timedelta(days=count)
    return add(cast.owner, "tasks", **{"title": f"Task of {count}", "due_on": day.isoformat(), **values})


def test_the_composer_makes_a_task_of_what_was_typed(cast: Cast, sign_in: SignIn, person: Any) -> None:
    sent = {
        "kind": "task", "text": "Send the offer\nWith the new prices", "party": str(person.pk),
        "due_on": "2031-02-03", "due_time": "09:30", "owner": str(cast.mate.pk), "back": f"/people/{person.pk}/",
    }  # fmt: skip
    response = sign_in(cast.owner).post("/interactions/write", sent)
    assert response["Location"] == f"/people/{person.pk}/"
    made = Task.objects.get()
    assert (made.title, made.notes, str(made.due_on), str(made.due_time)) == (
        "Send the offer", "With the new prices", "2031-02-03", "09:30:00",
    )  # fmt: skip
    assert (made.owner_id, made.party_id, made.asked_by_id) == (cast.mate.pk, person.pk, cast.owner.pk)


def test_nothing_is_made_about_what_one_may_not_see(cast: Cast, sign_in: SignIn, person: Any) -> None:
    sent = {"kind": "task", "text": "Find out", "party": str(person.pk)}
    refused = sign_in(cast.outsider).post("/interactions/write", sent)
    assert refused.status_code == 422
    assert not Task.objects.exists()


def test_a_task_stands_beside_what_it_is_about(cast: Cast, sign_in: SignIn, person: Any) -> None:
    said = conversation(cast)
    due(cast, 0, title="About Ada", party=str(person.pk))
    due(cast, 0, title="About the mail", conversation=str(said.pk))
    client = sign_in(cast.owner)
    of_person = client.get(f"/people/{person.pk}/").content.decode()
    of_mail = client.get(f"/inbox/{said.pk}/").content.decode()
    assert ("About Ada" in of_person, "About the mail" in of_person) == (True, False)
    assert ("About Ada" in of_mail, "About the mail" in of_mail) == (False, True)


def test_a_colleague_who_sees_the_person_sees_no_task_of_others(cast: Cast, sign_in: SignIn, person: Any) -> None:
    role = Role.objects.get(name="Seller")
    role.grants = {**role.grants, "tasks": {**role.grants["*"], "view": "own"}}
    role.save()
    due(cast, 0, title="My own affair", party=str(person.pk))
    content = sign_in(cast.mate).get(f"/people/{person.pk}/").content.decode()
    assert "Ada Byron" in content
    assert "My own affair" not in content


def test_a_task_is_done_where_it_stands_and_undone(cast: Cast, sign_in: SignIn) -> None:
    task, client = due(cast, 0), sign_in(cast.owner)
    line = client.post(f"/tasks/{task.pk}/complete", headers=FRAGMENT).content.decode()
    assert f'hx-post="/tasks/{task.pk}/reopen"' in line
    assert Task.objects.get().done_by_id == cast.owner.pk
    again = client.post(f"/tasks/{task.pk}/reopen", headers=FRAGMENT).content.decode()
    assert f'hx-post="/tasks/{task.pk}/complete"' in again


def test_without_script_it_goes_back_to_where_one_was_and_offers_the_way_back(cast: Cast, sign_in: SignIn) -> None:
    task, client = due(cast, 0), sign_in(cast.owner)
    response = client.post(f"/tasks/{task.pk}/complete", {"back": "/?whose=team"})
    assert response["Location"] == "/?whose=team"
    assert f'action="/tasks/{task.pk}/reopen"' in client.get("/").content.decode()
    elsewhere = client.post(f"/tasks/{task.pk}/reopen", {"back": "//else.example/"})
    assert elsewhere["Location"] == f"/tasks/{task.pk}/"


def test_what_is_snoozed_leaves_today(cast: Cast, sign_in: SignIn) -> None:
    task, client = due(cast, -1), sign_in(cast.owner)
    assert f"task-{task.pk}" in client.get("/").content.decode()
    until = today_of(cast.actor("owner")) + timedelta(days=1)
    client.post(f"/tasks/{task.pk}/snooze", {"until": until.isoformat(), "back": "/"})
    assert f"task-{task.pk}" not in client.get("/").content.decode()


def test_a_verb_that_there_is_not_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    task = due(cast, 0)
    assert sign_in(cast.owner).post(f"/tasks/{task.pk}/share").status_code == 404
    assert sign_in(cast.outsider).post(f"/tasks/{task.pk}/complete").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_today_and_a_task_cost_the_same_queries_however_much_there_is_to_do(
    cast: Cast, sign_in: SignIn, person: Any, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation(cast)
    made = [due(cast, number, party=str(person.pk)) for number in range(count)]
    client = sign_in(cast.owner)
    for address, queries in (("/", TODAY_QUERIES), (f"/tasks/{made[0].pk}/", TASK_QUERIES)):
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_parties_are_found_by_their_names(cast: Cast, sign_in: SignIn, person: Any) -> None:
    found = "/parties/options?party.words=ada&for=field-party"
    assert "Ada Byron" in sign_in(cast.owner).get(found, headers=FRAGMENT).content.decode()
    assert "Ada Byron" not in sign_in(cast.outsider).get(found, headers=FRAGMENT).content.decode()
