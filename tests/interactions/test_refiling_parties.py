"""Who turns out to be one of us is no party any more, unless somebody has worked on their record."""

from __future__ import annotations

import pytest

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.models import Conversation, OurAddress, Participation
from rapport.interactions.refiling import refile
from rapport.parties.models import ContactPoint, Organization, Person
from rapport.platform.access.actors import Actor
from rapport.platform.history.context import assume
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.resources.verbs import create, trash, update
from tests.factories.cast import Cast, make_cast
from tests.factories.filed import ours, state
from tests.factories.letters import archive_of, file, letter

pytestmark = pytest.mark.django_db
JONAS, MARA, TOM = "jonas@okafor.example", "mara@ours.example", "tom@ours.example"
ASKED = letter(f"Jonas Okafor <{JONAS}>", MARA, "When do you deliver?", hours_ago=30, id_="a")
ANSWERED = letter(f"Mara <{MARA}>", JONAS, "On Thursday. Fine?", hours_ago=28, id_="b", answers="a")
PASSED_ON = letter(MARA, TOM, "Will you see to it?", hours_ago=27, id_="c", answers="b")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_who_turns_out_to_be_one_of_us_is_no_party_and_comes_back_the_same(cast: Cast) -> None:
    ours(MARA, cast.owner)
    file(archive_of(cast.owner), [ASKED, ANSWERED, PASSED_ON])
    assert set(Person.objects.values_list("primary_email", flat=True)) == {JONAS, TOM}
    before, tom = state(), Person.objects.get(primary_email=TOM)
    ours(TOM, cast.mate)
    refile()
    tom.refresh_from_db()
    firm = Organization.objects.get(display_name="Ours")
    assert tom.deleted_at is not None
    assert firm.deleted_at is not None
    assert not Participation.objects.filter(party=tom).exists()
    OurAddress.objects.get(address=TOM).delete()
    refile()
    assert state() == before
    tom.refresh_from_db()
    assert tom.deleted_at is None
    assert Person.objects.filter(primary_email=TOM).count() == 1


@pytest.mark.parametrize(("elsewhere", "is_known"), [("x@other.example", True), ("x@another.example", False)])
def test_an_organisation_stays_while_people_are_known_at_any_of_its_domains(
    cast: Cast, elsewhere: str, is_known: bool
) -> None:
    ours(MARA, cast.owner)
    file(archive_of(cast.owner), [PASSED_ON])
    firm, person = Organization.objects.get(display_name="Ours"), Person.objects.create(display_name="X")
    inferred = {"kind": "url", "source": "inferred"}
    assume(Actor.system("import"))
    ContactPoint.objects.create(party=firm, value="other.example", normalized="other.example", **inferred)
    ContactPoint.objects.create(party=person, kind="email", value=elsewhere, normalized=elsewhere)
    ours(TOM, cast.mate)
    refile()
    firm.refresh_from_db()
    assert (firm.deleted_at is None) == is_known


@pytest.mark.parametrize("touch", ["edit", "note", "mark", "relationship", "phone"])
def test_a_party_that_somebody_has_worked_on_stays(cast: Cast, touch: str) -> None:
    ours(MARA, cast.owner)
    file(archive_of(cast.owner), [PASSED_ON])
    tom = Person.objects.get(primary_email=TOM)
    admin = cast.actor("administrator")
    if touch == "edit":
        update(RESOURCES["people"], [tom.pk], {"job_title": "Driver"}, actor=admin)
    elif touch == "mark":
        conversation = Conversation.objects.get()
        conversation.marks.create(party=tom, awaiting="them")
    elif touch == "phone":
        values = {"party": str(tom.pk), "kind": "phone", "value": "+44 20 7946 0000"}
        create(RESOURCES["contact_points"], values, actor=admin)
    elif touch == "relationship":
        update(RESOURCES["relationships"], [tom.relationships.get().pk], {"owner": str(cast.mate.pk)}, actor=admin)
    else:
        write_down(Said("note", "A friend", (tom.pk,)), actor=admin)
    ours(TOM, cast.mate)
    refile()
    tom.refresh_from_db()
    assert tom.deleted_at is None
    assert not Participation.objects.filter(party=tom).exclude(address="").exists()


def test_a_party_in_the_trash_by_hand_stays_there(cast: Cast) -> None:
    ours(MARA, cast.owner)
    file(archive_of(cast.owner), [PASSED_ON])
    tom = Person.objects.get(primary_email=TOM)
    trash(RESOURCES["people"], [tom.pk], actor=cast.actor("administrator"))
    ours(TOM)
    refile()
    OurAddress.objects.get(address=TOM).delete()
    refile()
    tom.refresh_from_db()
    assert tom.deleted_at is not None
