"""Merging: everything of each is kept, told field by field, and taken back exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.interactions.filing.audiences import AudienceBook, circles
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Interaction, Participation, Response, Standing
from rapport.parties import duplicates
from rapport.parties.actions.merge import merge_people, undo_people
from rapport.parties.actions.moving import references, what_moves
from rapport.parties.models import (
    Address,
    Affiliation,
    Consent,
    ContactPoint,
    Merge,
    Organization,
    Party,
    PartyLink,
    Person,
    Relationship,
    RelationshipKind,
    Stage,
)
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Share
from rapport.platform.errors import Conflict, Forbidden, Invalid, NotFound
from rapport.platform.fields.indexes import align
from rapport.platform.fields.models import Tag, Tagging
from rapport.platform.objects.models import CustomRecord
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
KEPT_BY_TRIGGER = ("version", "updated_at")
SYSTEM = Actor.system("command")
TABLES = (
    Party, ContactPoint, Consent, Address, Affiliation, Relationship, PartyLink, Tagging, Share, Conversation,
    Interaction, Participation, Standing, Response,
)  # fmt: skip


def state() -> dict[str, set[str]]:
    """Every row of every table a merge may touch, but for what triggers count and rows renumber."""
    left_out = {*KEPT_BY_TRIGGER}
    found = {}
    for model in TABLES:
        skip = left_out | ({"id"} if model is Standing else set())
        names = [each.attname for each in model._meta.concrete_fields if each.name not in skip]
        found[model.__name__] = set(map(str, model._default_manager.values_list(*names)))
    return found


def person(name: str, email: str = "", phone: str = "", **columns: Any) -> Person:
    made: Person = Person.objects.create(display_name=name, sort_name=name.lower(), **columns)
    for kind, value in (("email", email), ("phone", phone)):
        if value:
            ContactPoint.objects.create(party=made, kind=kind, value=value, normalized=value, is_preferred=True)
    made.refresh_from_db()
    return made


def talk(party: Party) -> Conversation:
    """They asked, we answered, they ask again."""
    audience = AudienceBook().id_of(circles("everyone", 2, None, []))
    conversation: Conversation = Conversation.objects.create(subject="Delivery", audience_id=audience)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for hours, direction in ((0, "in"), (2, "out"), (30, "in")):
        at = start + timedelta(hours=hours)
        said = Interaction.objects.create(
            conversation=conversation, audience_id=audience, channel="email", direction=direction, at=at,
            sender=party if direction == "in" else None,
        )  # fmt: skip
        Participation.objects.create(interaction=said, role="from" if direction == "in" else "to", party=party, at=at)
    resettle([conversation.pk])
    return conversation


def full(name: str, email: str, phone: str = "", **columns: Any) -> Person:
    """A person with one of everything."""
    made = person(name, email, phone, **columns)
    firm = Organization.objects.create(display_name=f"{name} Ltd", sort_name=f"{name.lower()} ltd")
    kind = RelationshipKind.objects.get(position=0)
    Affiliation.objects.create(person=made, organization=firm, role="Buyer")
    Relationship.objects.create(
        party=made, kind=kind, stage=Stage.objects.filter(kind=kind).first(), since=date(2026, 1, len(name))
    )
    Address.objects.create(party=made, city=name)
    friend = person(f"Friend of {name}")
    PartyLink.objects.create(from_party=made, to_party=friend, kind="knows")
    PartyLink.objects.create(from_party=friend, to_party=made, kind="introduced_by")
    Tagging.objects.create(tag=Tag.objects.get_or_create(name=f"Tag {name}")[0], resource="people", record_id=made.pk)
    Consent.objects.create(
        contact_point=made.contact_points.get(kind="email"), channel="email", purpose="newsletter", state="granted"
    )
    talk(made)
    made.refresh_from_db()
    return made


def test_all_of_the_absorbed_is_the_survivors() -> None:
    ann, anna = full("Ann", "ann@a.example"), full("Anna", "anna@a.example", "+442079460001")
    answer = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    assert answer["id"] == anna.pk
    assert set(anna.contact_points.values_list("value", flat=True)) == {
        "ann@a.example",
        "anna@a.example",
        "+442079460001",
    }
    assert set(Address.objects.filter(party=anna).values_list("city", flat=True)) == {"Ann", "Anna"}
    assert Affiliation.objects.filter(person=anna).count() == Relationship.objects.filter(party=anna).count() == 2
    assert PartyLink.objects.filter(from_party=anna).count() == PartyLink.objects.filter(to_party=anna).count() == 2
    assert Tagging.objects.filter(record_id=anna.pk).count() == 2
    assert Consent.objects.filter(contact_point__party=anna).count() == 2
    assert Participation.objects.filter(party=anna).count() == 6
    assert Standing.objects.filter(party=anna, awaiting="us").count() == 2
    assert Response.objects.filter(party=anna).count() == 4
    assert set(Conversation.objects.values_list("party_id", flat=True)) == {anna.pk}
    ann.refresh_from_db()
    assert ann.deleted_at


def test_no_row_of_any_table_is_left_with_the_absorbed() -> None:
    ann, anna = full("Ann", "ann@a.example"), full("Anna", "anna@a.example")
    merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    left = {
        f"{model.__name__}.{column}"
        for model, column in references()
        if model._default_manager.filter(**{column: ann.pk})
    }
    assert not left
    assert not Standing.objects.filter(party=ann).exists()
    assert not Response.objects.filter(party=ann).exists()


def test_the_survivors_values_stay_and_the_others_are_told() -> None:
    ann = full("Ann Lee", "ann@a.example", job_title="Buyer", language="de", custom={"size": "M", "car": "yes"})
    anna = full("Anna Lee", "anna@a.example", job_title="Head of Purchasing", custom={"size": "L"})
    answer = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    anna.refresh_from_db()
    assert (anna.display_name, anna.job_title, anna.language) == ("Anna Lee", "Head of Purchasing", "de")
    assert anna.custom == {"size": "L", "car": "yes"}
    assert anna.primary_email == "anna@a.example"
    assert anna.organization is not None
    assert anna.organization.display_name == "Anna Lee Ltd"
    chosen = Merge.objects.get(pk=answer["merges"][0]["id"]).chosen
    assert chosen["job_title"] == ["Head of Purchasing", "Buyer", "Head of Purchasing"]
    assert chosen["language"] == ["", "de", "de"]
    assert chosen["size"] == ["L", "M", "L"]
    assert chosen["email"] == ["anna@a.example", "ann@a.example", "anna@a.example"]


def test_the_caller_may_take_the_others_values() -> None:
    ann, anna = (
        full("Ann Lee", "ann@a.example", job_title="Buyer"),
        full("Anna Lee", "anna@a.example", job_title="Head"),
    )
    merge_people([ann.pk], into=anna.pk, take=["name", "email"], actor=SYSTEM)
    anna.refresh_from_db()
    assert (anna.display_name, anna.sort_name, anna.primary_email, anna.job_title) == (
        "Ann Lee",
        "ann lee",
        "ann@a.example",
        "Head",
    )


def test_undoing_restores_exactly() -> None:
    full("Ann", "ann@a.example", job_title="Buyer", custom={"size": "M"})
    full("Anna", "anna@a.example", "+442079460001")
    ann, anna = Person.objects.get(display_name="Ann"), Person.objects.get(display_name="Anna")
    before = state()
    answer = merge_people([ann.pk], into=anna.pk, take=["job_title", "email"], actor=SYSTEM)
    assert state() != before
    undone = undo_people([anna.pk], merge=answer["merges"][0]["id"], actor=SYSTEM)
    assert undone["left"] == []
    assert state() == before
    with pytest.raises(Conflict):
        undo_people([anna.pk], merge=answer["merges"][0]["id"], actor=SYSTEM)


def test_undoing_leaves_what_has_changed_since_and_says_so() -> None:
    ann, anna = full("Ann", "ann@a.example", job_title="Buyer"), full("Anna", "anna@a.example")
    answer = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    Person.objects.filter(pk=anna.pk).update(job_title="Director")
    Address.objects.filter(city="Ann").delete()
    undone = undo_people([anna.pk], merge=answer["merges"][0]["id"], actor=SYSTEM)
    assert sorted(each.split()[0] for each in undone["left"]) == ["parties.address.party", "parties.person.job_title"]
    assert Person.objects.get(pk=anna.pk).job_title == "Director"


def test_the_same_address_twice_is_kept_once_with_the_newest_word_on_it() -> None:
    ann, anna = person("Ann", "lee@a.example"), person("Anna", "lee@a.example")
    early, late = timezone.now() - timedelta(days=9), timezone.now() - timedelta(days=1)
    for each, state_, at in ((anna, "granted", early), (ann, "withdrawn", late)):
        Consent.objects.create(
            contact_point=each.contact_points.get(), channel="email", purpose="newsletter", state=state_, at=at
        )
    before = state()
    answer = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    assert anna.contact_points.count() == 1
    assert anna.contact_points.get().consents.get().state == "withdrawn"
    undo_people([anna.pk], merge=answer["merges"][0]["id"], actor=SYSTEM)
    assert state() == before


def test_links_between_the_two_never_make_one_stand_to_itself() -> None:
    ann, anna = person("Ann"), person("Anna")
    PartyLink.objects.create(from_party=ann, to_party=anna, kind="knows")
    merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    assert not PartyLink.objects.filter(from_party=anna, to_party=anna).exists()


def test_custom_fields_that_link_to_the_absorbed_lead_to_the_survivor_until_it_is_undone() -> None:
    administrator = Caller(make_cast().administrator)

    def made(where: str, **values: Any) -> str:
        status, body = administrator("POST", where, values)
        assert status == 201, body
        return str(body["id"])

    kind = made("object_kinds", plural="Machines", label="Machine")
    made("custom_fields", resource="machines", name="buyer", label="Buyer", kind="link", target="people")
    made("object_kinds", plural="Contracts", label="Contract")
    made("custom_fields", resource="contracts", name="buyer", label="Buyer", kind="link", target="people")
    made("custom_fields", resource="people", name="mentor", label="Mentor", kind="link", target="people")
    made("custom_fields", resource="people", name="deputy", label="Deputy", kind="link", target="people", unique=True)
    one, two, other = made("people", name="Ada"), made("people", name="Ada Byron"), made("people", name="Bo")
    press, saw = made("machines", name="Press", buyer=two), made("machines", name="Saw", buyer=one)
    contract = made("contracts", name="Lease", buyer=two)
    pupil = made("people", name="Cy", mentor=two, deputy=two)
    held = made("people", name="Di", deputy=one)
    for record, values in ((one, {"mentor": two}), (two, {"mentor": one, "deputy": other})):
        assert administrator("PATCH", f"people/{record}", values)[0] == 200

    def links() -> dict[str, tuple[Any, ...]]:
        names = ("buyer", "mentor", "deputy")
        rows = [*CustomRecord.objects.values_list("pk", "custom"), *Party.objects.values_list("pk", "custom")]
        return {str(pk): tuple(custom.get(name) for name in names) for pk, custom in rows}

    before = links()
    # Two machines' and a contract's buyer, and a pupil's mentor: Cy can't have Ada for a deputy, whom Di has.
    assert what_moves(UUID(two), UUID(one), "people", SYSTEM)["parties.partylink"] == 3
    administrator("DELETE", f"object_kinds/{kind}")  # what waits in the trash follows, too
    status, answer = administrator("POST", f"people/{two}/merge", {"into": one})
    assert status == 200
    administrator("POST", f"object_kinds/{kind}/restore", {})
    after = links()
    assert after[contract] == (one, None, None)
    assert (after[press], after[saw]) == ((one, None, None), (one, None, None))
    assert administrator("GET", f"machines/{press}?expand=buyer")[1]["buyer"]["name"] == "Ada"
    # Nobody is linked to themselves, and nothing twice to one where that isn't allowed.
    assert (after[pupil], after[held]) == ((None, one, two), (None, None, one))
    assert after[one][1:] == (two, other)
    told = administrator("GET", f"machines/{press}/history")[1]["results"][0]["changes"]
    assert [(each["field"], each["old"], each["new"]) for each in told] == [("buyer", "Ada Byron", "Ada")]
    undo = {"merge": answer["merges"][0]["id"]}
    assert administrator("POST", f"people/{one}/undo_merge", undo)[1]["left"] == []
    assert links() == before


def test_a_value_that_is_unique_moves_with_a_merge_and_back(committed: None) -> None:
    values = {"resource": "people", "name": "badge", "label": "Badge", "kind": "text", "unique": True}
    verbs.create(RESOURCES["custom_fields"], values, actor=SYSTEM)
    align("parties_party")
    ann, anna = (person(name) for name in ("Ann", "Anna"))
    verbs.update(RESOURCES["people"], [ann.pk], {"badge": "7"}, actor=SYSTEM)
    merged = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)["merges"][0]
    assert (Person.objects.get(pk=anna.pk).custom["badge"], merged["chosen"]["badge"]) == ("7", [None, "7", "7"])
    undo_people([anna.pk], merge=merged["id"], actor=SYSTEM)
    assert [Person.objects.get(pk=each.pk).custom.get("badge") for each in (ann, anna)] == ["7", None]


def test_merging_again_and_into_oneself_is_refused() -> None:
    ann, anna = person("Ann"), person("Anna")
    with pytest.raises(Invalid):
        merge_people([ann.pk], into=ann.pk, actor=SYSTEM)
    merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    before = state()
    with pytest.raises(NotFound):
        merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    assert state() == before


def test_what_was_absorbed_comes_back_only_by_undoing_the_merge() -> None:
    cast: Cast = make_cast()
    call, actor = Caller(cast.administrator), cast.actor("administrator")
    ann, anna, other = person("Ann", "ann@a.example"), person("Anna"), person("Olga")
    answer = merge_people([ann.pk], into=anna.pk, actor=actor)
    verbs.trash(RESOURCES["people"], [other.pk], actor=actor)
    before = state()
    status, problem = call("POST", f"people/{ann.pk}/restore", {})
    assert (status, problem["detail"]) == (
        409,
        "What became part of another record in a merge comes back by undoing that merge.",
    )
    with pytest.raises(Conflict):
        verbs.restore(RESOURCES["people"], [ann.pk, other.pk], actor=actor)
    assert state() == before
    undo_people([anna.pk], merge=answer["merges"][0]["id"], actor=actor)
    verbs.trash(RESOURCES["people"], [ann.pk], actor=actor)
    assert call("POST", f"people/{ann.pk}/restore", {})[0] == 200
    assert call("POST", f"people/{other.pk}/restore", {})[0] == 200


def test_only_who_may_edit_both_may_merge() -> None:
    cast: Cast = make_cast()
    mine, other = person("Ann", "ann@a.example"), person("Anna", "anna@a.example")
    kind = RelationshipKind.objects.first()
    assert kind is not None
    Relationship.objects.create(party=mine, kind=kind, owner=cast.owner)
    Relationship.objects.create(party=other, kind=kind, owner=cast.mate)
    before = state()
    for absorbed, survivor in ((mine, other), (other, mine)):
        with pytest.raises(Forbidden):
            merge_people([absorbed.pk], into=survivor.pk, actor=cast.actor("owner"))
        with pytest.raises(NotFound):
            merge_people([absorbed.pk], into=survivor.pk, actor=cast.actor("outsider"))
    assert state() == before
    assert merge_people([other.pk], into=mine.pk, actor=cast.actor("administrator"))["id"] == mine.pk


def content(party: Party) -> set[tuple[str, ...]]:
    """What there is to know, whoever survived."""
    return {
        *(("point", *row) for row in party.contact_points.values_list("kind", "normalized")),
        *(("city", row) for row in party.addresses.values_list("city", flat=True)),
        *(("tag", str(row)) for row in Tagging.objects.filter(record_id=party.pk).values_list("tag__name", flat=True)),
    }


ADDRESSES = st.sets(st.sampled_from(["a@x.example", "b@x.example", "c@x.example"]))
CITIES = st.lists(st.sampled_from(["Leeds", "Lyon"]), max_size=2, unique=True)
SOMEBODY = st.tuples(
    ADDRESSES, CITIES, st.sampled_from(["", "Buyer", "Head"]), st.sets(st.sampled_from(["VIP", "Fair"]))
)


def make(name: str, drawn: tuple[Any, ...]) -> Person:
    points, cities, job, tags = drawn
    made = person(name, job_title=job)
    for each in sorted(points):
        ContactPoint.objects.create(party=made, kind="email", value=each, normalized=each, is_preferred=each < "b")
    for city in cities:
        Address.objects.create(party=made, city=city)
    for tag in tags:
        Tagging.objects.create(tag=Tag.objects.get_or_create(name=tag)[0], resource="people", record_id=made.pk)
    return made


@given(SOMEBODY, SOMEBODY)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merge_then_undo_is_nothing_and_either_way_holds_the_same(one: tuple[Any, ...], two: tuple[Any, ...]) -> None:
    ann, anna = make("Ann", one), make("Anna", two)
    before = state()
    first = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    forward = content(anna)
    assert undo_people([anna.pk], merge=first["merges"][0]["id"], actor=SYSTEM)["left"] == []
    assert state() == before
    second = merge_people([anna.pk], into=ann.pk, actor=SYSTEM)
    assert content(ann) == forward
    assert undo_people([ann.pk], merge=second["merges"][0]["id"], actor=SYSTEM)["left"] == []
    assert state() == before


def test_who_may_be_twice_is_suggested_once() -> None:
    ann, anna = person("Ann", "lee@a.example", "+442079460001"), person("Anna", "lee@a.example", "+442079460001")
    firm = Organization.objects.create(display_name="Acme")
    bob, robert = person("Bob Ray"), person("Bob Ray")
    for each in (bob, robert):
        Affiliation.objects.create(person=each, organization=firm)
    person("Bob Ray")
    found = {(each.first, each.second, each.ground) for each in duplicates.suggestions(SYSTEM, 10)}
    assert found == {(ann.pk, anna.pk, "email"), (bob.pk, robert.pk, "name")}
    assert [each.second for each in duplicates.alike(ann.pk, SYSTEM)] == [anna.pk]
    assert [each.second for each in duplicates.alike(bob.pk, SYSTEM)] == [robert.pk]
    assert len(duplicates.suggestions(SYSTEM, 1)) == 1


def test_what_was_parted_again_is_not_suggested_again() -> None:
    ann, anna = person("Ann", "lee@a.example"), person("Anna", "lee@a.example")
    answer = merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    assert duplicates.suggestions(SYSTEM, 10) == []
    undo_people([anna.pk], merge=answer["merges"][0]["id"], actor=SYSTEM)
    assert duplicates.suggestions(SYSTEM, 10) == []


def test_only_those_whom_the_actor_may_edit_are_suggested() -> None:
    cast = make_cast()
    person("Ann", "lee@a.example"), person("Anna", "lee@a.example")
    assert len(duplicates.suggestions(cast.actor("administrator"), 10)) == 1
    assert duplicates.suggestions(cast.actor("owner"), 10) == []


def test_by_the_api_a_person_is_merged_into_another_and_taken_out_again() -> None:
    call = Caller(make_cast().administrator)
    made = [call("POST", "people", {"name": name, "email": f"{name}@a.example"})[1]["id"] for name in ("ann", "anna")]
    status, answer = call("POST", f"people/{made[0]}/merge", {"into": made[1]})
    assert status == 200, answer
    assert answer["id"] == made[1]
    assert answer["merges"][0]["chosen"]["email"] == ["anna@a.example", "ann@a.example", "anna@a.example"]
    assert call("GET", f"people/{made[0]}")[0] == 404
    status, answer = call("POST", f"people/{made[1]}/undo_merge", {"merge": answer["merges"][0]["id"]})
    assert (status, answer["left"]) == (200, []), answer
    assert call("GET", f"people/{made[0]}")[1]["email"] == "ann@a.example"
    assert call("POST", f"people/{made[0]}/merge", {"into": "nobody"})[0] == 422
