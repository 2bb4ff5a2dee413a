"""Records: made by a form, edited fact by fact, with what hangs on them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.parties.models import ContactPoint, Person, RelationshipKind, Stage
from rapport.platform.access.models import Role, User
from rapport.platform.history.queries import changes_of
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.records.reading import allowed, may
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def person(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Ada Byron", email="ada@byron.example", job_title="Analyst")


def test_a_person_is_made_from_the_form(cast: Cast, sign_in: SignIn) -> None:
    sent = {"name": "Ada Byron", "email": "ada@byron.example", "owner": str(cast.mate.pk)}
    response = sign_in(cast.owner).post("/people/new", sent)
    made = Person.objects.get()
    assert response["Location"] == f"/people/{made.pk}/"
    assert (made.display_name, made.primary_email, made.owner_id) == ("Ada Byron", "ada@byron.example", cast.mate.pk)


def test_a_form_with_mistakes_says_so_beside_the_field_and_keeps_the_rest(cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.owner).post("/people/new", {"name": "Ada Byron", "email": "nowhere"})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="problem-email"' in text
    assert 'value="Ada Byron"' in text
    assert 'value="nowhere"' in text
    assert not Person.objects.exists()


def test_a_fact_is_edited_where_it_stands(cast: Cast, sign_in: SignIn, person: Any) -> None:
    client = sign_in(cast.owner)
    address = f"/people/{person.pk}/facts/job_title"
    form = client.get(address, headers=FRAGMENT).content.decode()
    assert 'name="seen" value="Analyst"' in form
    shown = client.post(address, {"job_title": "Countess", "seen": "Analyst"}, headers=FRAGMENT)
    assert "Countess" in shown.content.decode()
    person.refresh_from_db()
    assert person.job_title == "Countess"


def test_a_stale_edit_shows_both_values_and_overwrites_nothing(cast: Cast, sign_in: SignIn, person: Any) -> None:
    sent = {"job_title": "Countess", "seen": "Analyst"}
    verbs.update(RESOURCES["people"], [person.pk], {"job_title": "Lady"}, actor=cast.actor("owner"))
    response = sign_in(cast.owner).post(f"/people/{person.pk}/facts/job_title", sent, headers=FRAGMENT)
    text = response.content.decode()
    assert response.status_code == 409
    assert "<dd>Lady</dd>" in text
    assert 'value="Countess"' in text
    person.refresh_from_db()
    assert person.job_title == "Lady"


def test_another_field_changed_meanwhile_hinders_nobody(cast: Cast, sign_in: SignIn, person: Any) -> None:
    verbs.update(RESOURCES["people"], [person.pk], {"language": "fr"}, actor=cast.actor("owner"))
    sent = {"job_title": "Countess", "seen": "Analyst"}
    assert sign_in(cast.owner).post(f"/people/{person.pk}/facts/job_title", sent, headers=FRAGMENT).status_code == 200


def test_a_wrong_value_is_refused_beside_the_fact(cast: Cast, sign_in: SignIn, person: Any) -> None:
    sent = {"email": "nowhere", "seen": "ada@byron.example"}
    response = sign_in(cast.owner).post(f"/people/{person.pk}/facts/email", sent, headers=FRAGMENT)
    assert response.status_code == 422
    assert 'value="nowhere"' in response.content.decode()


def test_a_child_is_added_changed_and_removed_in_its_card(cast: Cast, sign_in: SignIn, person: Any) -> None:
    client = sign_in(cast.owner)
    card = f"/people/{person.pk}/cards/contact_points"
    added = client.post(f"{card}/new", {"kind": "phone", "value": "+44 20 7946 0123"}, headers=FRAGMENT)
    assert "+44 20 7946 0123" in added.content.decode()
    point = ContactPoint.objects.get(kind="phone")
    client.post(f"{card}/{point.pk}", {"value": "+44 20 7946 0999", "label": "desk"}, headers=FRAGMENT)
    point.refresh_from_db()
    assert (point.value, point.label) == ("+44 20 7946 0999", "desk")
    removed = client.post(f"{card}/{point.pk}/remove", headers=FRAGMENT)
    assert "7946" not in removed.content.decode()


def test_what_somebody_is_to_us_is_told_in_the_words_of_the_moment(cast: Cast, sign_in: SignIn, person: Any) -> None:
    client, card = sign_in(cast.owner), f"/people/{person.pk}/cards/relationships"
    partner = RelationshipKind.objects.get(name="Partner")
    stage = Stage.objects.create(kind=partner, name="Courting", position=1)
    for row in range(2):
        add(cast.owner, "relationships", party=str(person.pk), kind=str(partner.pk), stage=str(stage.pk),
            owner=str(cast.mate.pk), since=f"2020-01-0{row + 1}")  # fmt: skip
    for kind, tone, name in (("Partner", "Courting", "Mate"), ("Ally", "Wooing", "Max")):
        RelationshipKind.objects.filter(pk=partner.pk).update(name=kind)
        Stage.objects.filter(pk=stage.pk).update(name=tone)
        User.objects.filter(pk=cast.mate.pk).update(name=name)
        told = re.findall(
            rf"{kind} · {tone}\s*<small>{name} since", client.get(card, headers=FRAGMENT).content.decode()
        )
        assert len(told) == 2
    role = Role.objects.get(name="Seller")
    role.grants["relationship_kinds"] = {**role.grants["*"], "fields": {"name": "hidden"}}
    role.save()
    shown = client.get(card, headers=FRAGMENT).content.decode()
    assert "Ally" not in shown
    assert shown.count("no name · Wooing") == 2


def test_a_child_of_another_record_is_not_found(cast: Cast, sign_in: SignIn, person: Any) -> None:
    other = add(cast.owner, "people", name="Bob Cole", phone="+44 20 7946 0123")
    point = ContactPoint.objects.get(party=other)
    client = sign_in(cast.owner)
    assert client.post(f"/people/{person.pk}/cards/contact_points/{point.pk}/remove").status_code == 404


def test_history_tells_who_changed_what(cast: Cast, sign_in: SignIn, person: Any) -> None:
    verbs.update(RESOURCES["people"], [person.pk], {"job_title": "Countess"}, actor=cast.actor("owner"))
    text = sign_in(cast.owner).get(f"/people/{person.pk}/history").content.decode()
    assert "<del>Analyst</del>" in text
    assert "<ins>Countess</ins>" in text
    assert "<b>Owner</b>" in text


def test_history_tells_of_what_hangs_on_a_record_act_by_act(cast: Cast, sign_in: SignIn) -> None:
    made = add(cast.owner, "people", name="Zebedee Quartz", email="zebedee@quartz.example", tags=["VIP"])
    text = sign_in(cast.owner).get(f"/people/{made.pk}/history").content.decode()
    assert text.count('<li><span class="face"') == 1
    assert (
        text.index("added this") < text.index("Contact point: added") < text.index("<ins>zebedee@quartz.example</ins>")
    )
    assert "Tag: added" in text
    assert "<ins>VIP</ins>" in text
    verbs.update(RESOURCES["people"], [made.pk], {"tags": []}, actor=cast.actor("owner"))
    text = sign_in(cast.owner).get(f"/people/{made.pk}/history").content.decode()
    assert "Tag: removed" in text
    assert "<del>VIP</del>" in text


@pytest.mark.parametrize("count", [1, 3])
def test_a_record_costs_the_same_queries_whatever_hangs_on_it(
    cast: Cast, sign_in: SignIn, person: Any, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        values = {"party": str(person.pk), "kind": "phone", "value": f"+44 20 7946 000{number}"}
        verbs.create(RESOURCES["contact_points"], values, actor=cast.actor("owner"))
    client = sign_in(cast.owner)
    client.get(f"/people/{person.pk}/")
    with django_assert_num_queries(RECORD_QUERIES):
        client.get(f"/people/{person.pk}/")


RECORD_QUERIES = 16


def test_a_record_in_the_trash_says_who_put_it_there_and_comes_back(cast: Cast, sign_in: SignIn, person: Any) -> None:
    client = sign_in(cast.owner)
    base = f"/people/{person.pk}/"
    client.post(f"{base}trash")
    text = client.get(base).content.decode()
    assert "Owner put this into the trash." in text
    assert "facts/email" not in text
    assert client.get(f"{base}history").status_code == 404
    assert sign_in(cast.mate).get(base).status_code == 404
    assert sign_in(cast.mate).post(f"{base}restore").status_code == 404
    back = client.post(f"{base}restore", follow=True).content.decode()
    assert "Ada Byron is back." in back
    assert client.post(f"{base}restore").status_code == 404


def test_a_merged_record_leads_to_what_it_is_part_of(cast: Cast, sign_in: SignIn, person: Any) -> None:
    other = add(cast.owner, "people", name="Ada King")
    client = sign_in(cast.owner)
    client.post(f"/people/{other.pk}/merge", {"with": str(person.pk)})
    text = client.get(f"/people/{person.pk}/").content.decode()
    assert f'href="/people/{other.pk}/"' in text
    assert "Make them two again" in text
    assert "Restore" not in text


def test_tags_are_put_on_and_taken_off_as_chips(cast: Cast, sign_in: SignIn, person: Any) -> None:
    client = sign_in(cast.owner)
    address = f"/people/{person.pk}/tags"
    shown = client.post(address, {"add": "", "add.words": "VIP"}, headers=FRAGMENT).content.decode()
    assert 'href="/people/?tags=VIP"' in shown
    assert "VIP" in client.get(f"/people/{person.pk}/").content.decode()
    offered = client.get(f"{address}/options?add.words=V&for=x").content.decode()
    assert "Make the tag “V”" in offered
    assert 'data-value="VIP"' not in offered
    gone = client.post(address, {"remove": "VIP"}, headers=FRAGMENT).content.decode()
    assert "tags=VIP" not in gone
    assert sign_in(cast.mate).post(address, {"add": "VIP"}).status_code == 403
    assert sign_in(cast.outsider).post(address, {"add": "VIP"}).status_code == 404
    assert sign_in(cast.outsider).get(f"{address}/options?add.words=V").status_code == 404


def test_a_tag_with_a_comma_is_two(cast: Cast, sign_in: SignIn, person: Any) -> None:
    client = sign_in(cast.owner)
    client.post(f"/people/{person.pk}/facts/tags", {"tags": "VIP, Press", "seen": ""}, headers=FRAGMENT)
    assert client.get("/people/?tags=Press").content.count(b"Ada Byron") > 0
    refused = client.post(f"/people/{person.pk}/tags", {"add": "x" * 101}, headers=FRAGMENT)
    assert (refused.status_code, b'role="alert"' in refused.content) == (422, True)


@pytest.mark.parametrize("name", ["owner", "mate", "administrator"])
def test_what_is_allowed_on_a_record_is_asked_at_once(
    cast: Cast, person: Any, django_assert_max_num_queries: Any, name: str
) -> None:
    people, actor = RESOURCES["people"], cast.actor(name)
    verbs_ = ("view", "edit", "delete", "export")
    expected = {verb for verb in verbs_ if may(people, person.pk, actor, verb)}
    with django_assert_max_num_queries(0 if name == "administrator" else 1):
        assert allowed(people, person.pk, actor, verbs_) == expected
    assert expected == ({"view"} if name == "mate" else set(verbs_))


def test_an_earlier_value_is_restored_from_the_history(cast: Cast, sign_in: SignIn, person: Any) -> None:
    owner, address = sign_in(cast.owner), f"/people/{person.pk}/history"
    for title in ("Countess", "Analyst again"):
        verbs.update(RESOURCES["people"], [person.pk], {"job_title": title}, actor=cast.actor("owner", "page"))
    change = changes_of(RESOURCES["people"], person.pk, cast.actor("owner"))[0]
    assert b"Restore this value" in owner.get(address).content
    assert owner.post(f"{address}/restore", {"change": change.id, "field": "job_title"}).status_code == 302
    assert Person.objects.get(pk=person.pk).job_title == "Countess"
    assert changes_of(RESOURCES["people"], person.pk, cast.actor("owner"))[0].fields[0].new == "Countess"
    for sent in ({"change": change.id, "field": "owner"}, {"change": change.id + 999, "field": "job_title"}):
        assert owner.post(f"{address}/restore", sent).status_code == 404
    assert owner.post(f"{address}/restore", {"change": "x", "field": "job_title"}).status_code == 400


def test_only_who_may_change_a_field_restores_it(cast: Cast, sign_in: SignIn, person: Any) -> None:
    verbs.update(RESOURCES["people"], [person.pk], {"job_title": "Countess"}, actor=cast.actor("owner", "page"))
    change = changes_of(RESOURCES["people"], person.pk, cast.actor("owner"))[0]
    sent = {"change": change.id, "field": "job_title"}
    for user, status in ((cast.mate, 403), (cast.outsider, 404)):
        assert sign_in(user).post(f"/people/{person.pk}/history/restore", sent).status_code == status
    assert b"Restore this value" not in sign_in(cast.mate).get(f"/people/{person.pk}/history").content
    assert Person.objects.get(pk=person.pk).job_title == "Countess"
