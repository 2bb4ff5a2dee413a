"""Changes of many are taken back: what nobody has changed since, and nothing else."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.models import Task
from rapport.parties.models import Party, Relationship, RelationshipKind, Stage
from rapport.platform.access.actors import actor_for
from rapport.platform.fields.models import ValidationRule
from rapport.platform.jobs.held import jobs
from rapport.platform.notifications.models import Notification
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.undo import changing
from rapport.platform.undo.models import BulkChange, Piece
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db


def make(cast: Cast, count: int) -> list[UUID]:
    rows = [{"name": f"Person {number:03d}"} for number in range(count)]
    made = verbs.create_many(RESOURCES["people"], rows, actor=actor_for(cast.administrator, "page"))
    return [each.pk for each in made]


def owners() -> dict[str, Any]:
    return dict(Party.objects.filter(kind="person", deleted_at=None).values_list("display_name", "owner__name"))


def test_a_bulk_change_is_taken_back_by_its_toast(cast: Cast, sign_in: SignIn) -> None:
    ids, client = make(cast, 3), sign_in(cast.administrator)
    lost = Stage.objects.get(kind__name="Customer", name="Lost")
    verbs.update(RESOURCES["people"], ids[:1], {"relationship": str(lost.kind_id), "stage": str(lost.pk)},
                 actor=actor_for(cast.administrator, "page"))  # fmt: skip
    vendor = Stage.objects.filter(kind__name="Vendor")[0].kind_id
    sent = {"ids": [str(each) for each in ids], "set.relationship": str(vendor)}
    page = client.post("/people/bulk/set", sent, follow=True).content.decode()
    assert "3 are changed." in page
    assert set(Relationship.objects.values_list("kind", flat=True)) == {vendor}
    undo = re.findall(r'action="(/people/changes/[^"]*/undo)"', page)[0]
    assert "3 are as they were." in client.post(undo, follow=True).content.decode()
    first = Party.objects.get(pk=ids[0])
    assert (first.relationship_kind_id, first.stage_id) == (lost.kind_id, lost.pk)
    assert vendor not in Relationship.objects.values_list("kind", flat=True)
    again = client.post(undo, follow=True).content.decode()
    assert "3 are as they were." in again


def test_what_somebody_has_changed_since_is_left_and_listed(cast: Cast, sign_in: SignIn) -> None:
    """Some hundreds, as a job; of which a page tells."""
    ids, client = make(cast, 300), sign_in(cast.administrator)
    changing.AT_ONCE, changing.PIECE = 100, 80
    try:
        at = {"matching": "true", "at": "name__contains=Person", "set.owner": str(cast.mate.pk)}
        answer = client.post("/people/bulk/set", at)
        made = BulkChange.objects.get()
        assert answer["Location"] == f"/people/changes/{made.pk}"
        assert "0 of 300" in client.get(answer["Location"]).content.decode()
        assert [each.name for each in jobs(["queued"]) if each.name.startswith("undo")] == ["undo.change"]
        changing.go_on(made.pk)
        assert list(owners().values()) == ["Mate"] * 300
        verbs.update(RESOURCES["people"], ids[:3], {"owner": str(cast.outsider.pk)},
                     actor=actor_for(cast.administrator, "page"))  # fmt: skip
        verbs.update(RESOURCES["people"], ids[3:5], {"job_title": "Baker"}, actor=actor_for(cast.mate, "page"))
        verbs.trash(RESOURCES["people"], ids[5:6], actor=actor_for(cast.administrator, "page"))
        client.post(f"{answer['Location']}/undo")
        changing.go_on(
            made.pk
        )  # by a worker that takes over from one who was killed before it could say that it is done
        changing.take_back(made.pk)
        changing.take_back(made.pk)
    finally:
        changing.AT_ONCE, changing.PIECE = 1_000, 500
    made.refresh_from_db()
    assert (made.state, made.restored, made.kept) == ("undone", 296, 4)
    page = client.get(answer["Location"]).content.decode()
    listed = re.findall(r'<li><a class="link" href="/people/([^/]*)/">', page)
    assert sorted(listed) == sorted(str(each) for each in [*ids[:3], ids[5]])
    assert "colleagues who follow them" in page
    assert "People: 300 changed" in client.get("/notifications/").content.decode()
    assert Notification.objects.filter(record_id=made.pk).count() == 2, "that it was done, and that it was taken back"
    assert client.get(f"/changes/{made.pk}")["Location"] == answer["Location"]
    assert sign_in(cast.mate).get(f"/changes/{made.pk}").status_code == 404
    told = list(owners().values())
    assert (told.count("Outsider"), told.count("Administrator"), told.count("Mate")) == (3, 296, 0)
    assert client.get(f"/organizations/changes/{made.pk}").status_code == 404
    assert sign_in(cast.mate).post(f"{answer['Location']}/undo").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_change_costs_the_same_queries_however_much_it_names(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    client = sign_in(cast.administrator)
    actor = actor_for(cast.administrator, "page")
    ids = make(cast, count)
    made = changing.change(RESOURCES["people"], "set", ids, actor, {"owner": str(cast.mate.pk)})
    verbs.update(RESOURCES["people"], ids, {"owner": str(cast.outsider.pk)}, actor=actor)
    changing.undo(made, actor)
    address = f"/people/changes/{made.pk}"
    assert client.get(address).content.decode().count("/people/01") >= count
    with django_assert_num_queries(8):
        client.get(address)


def test_a_large_change_leaves_out_what_is_refused(cast: Cast) -> None:
    ids = make(cast, 20)
    rule = {"resource": "people", "condition": "name is Person 007", "message": "No.", "language": "en"}
    ValidationRule.objects.create(**rule)
    actor = actor_for(cast.administrator, "page")
    made = BulkChange.objects.create(
        user=cast.administrator, resource="people", verb="set", values={"owner": str(cast.mate.pk)}, expected=20
    )
    Piece.objects.create(change=made, ids=ids)
    changing.go_on(made.pk)
    made.refresh_from_db()
    assert (made.state, made.changed, made.refused) == ("done", 19, 1)
    assert Piece.objects.get().refused == [ids[7]]
    changing.undo(made, actor)
    assert list(owners().values()) == ["Administrator"] * 20


def test_what_was_deleted_comes_back(cast: Cast, sign_in: SignIn) -> None:
    ids, client = make(cast, 250), sign_in(cast.administrator)
    page = client.post("/people/bulk/trash", {"matching": "true", "at": "name__contains=Person"}, follow=True)
    assert "250 are in the trash." in page.content.decode()
    undo = re.findall(r'action="(/people/changes/[^"]*/undo)"', page.content.decode())[0]
    client.post(undo)
    assert Party.objects.filter(pk__in=ids, deleted_at=None).count() == 250


def test_words_of_people_are_changed_without_being_kept(cast: Cast, sign_in: SignIn) -> None:
    person = add(cast.owner, "people", name="Ada", job_title="Analyst")
    page = sign_in(cast.owner).post("/people/bulk/set", {"ids": str(person.pk), "set.job_title": "Baker"}, follow=True)
    assert "1 is changed." in page.content.decode()
    assert not BulkChange.objects.exists()


def test_many_are_given_a_further_relationship_and_a_firm(cast: Cast, sign_in: SignIn) -> None:
    ids, client = make(cast, 3), sign_in(cast.administrator)
    kind = RelationshipKind.objects.get(name="Press")
    add(cast.administrator, "relationships", party=str(ids[0]), kind=str(kind.pk))
    sent = {"ids": [str(each) for each in ids], "kind": str(kind.pk)}
    assert 'formaction="/people/bulk/relate"' in client.get("/people/choices").content.decode()
    page = client.post("/people/bulk/relate", sent, follow=True).content.decode()
    assert "2 have the relationship now." in page
    related = Relationship.objects.filter(kind=kind, deleted_at=None)
    assert related.count() == 3
    assert client.post("/people/bulk/relate", {**sent, "kind": "x"}).status_code == 404
    assert (
        "2 are without it again."
        in client.post(f"/people/bulk/unrelate?kind={kind.pk}", {"ids": sent["ids"][1:]}, follow=True).content.decode()
    )
    assert [each.party_id for each in related] == [ids[0]]
    call = Caller(cast.administrator)
    for verb, given, answer in (("relate", ids[1], {"related": [str(ids[1])]}), ("relate", ids[0], {"related": []})):
        assert call("POST", f"people/{given}/{verb}", {"kind": str(kind.pk)}) == (200, answer)
    assert len(call("POST", f"people/{ids[1]}/unrelate", {"kind": str(kind.pk)})[1]["ended"]) == 1
    firm = add(cast.administrator, "organizations", name="Okafor")
    client.post("/people/bulk/set", {"ids": sent["ids"], "organization": str(firm.pk)})
    assert Party.objects.filter(organization=firm).count() == 3
    client.post(f"/people/changes/{BulkChange.objects.get().pk}/undo")
    assert Party.objects.filter(organization=firm).count() == 0


def test_many_tasks_are_done_and_open_again(cast: Cast, sign_in: SignIn) -> None:
    tasks, client = [add(cast.owner, "tasks", title=f"Task {n}") for n in range(3)], sign_in(cast.owner)
    client.post(f"/tasks/{tasks[0].pk}/complete")
    page = client.post("/tasks/bulk/complete", {"ids": [str(each.pk) for each in tasks]}, follow=True).content.decode()
    assert "2 are done." in page
    undo = page.split('action="/tasks/bulk/reopen"')[1].split("</form>")[0]
    assert [str(each.pk) in undo for each in tasks] == [False, True, True]
    client.post("/tasks/bulk/reopen", {"ids": [str(each.pk) for each in tasks[1:]]})
    assert Task.objects.filter(done_at=None).count() == 2
    assert (
        client.post("/people/bulk/complete", {"ids": str(add(cast.owner, "people", name="Ada").pk)}).status_code == 404
    )
