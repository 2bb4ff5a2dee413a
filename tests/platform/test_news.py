"""What an open page is told: that something changed, to whom may see it, and to nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from rapport.interactions.models import Conversation, Interaction
from rapport.parties.models import ContactPoint, Party
from rapport.platform.events.models import Event
from rapport.platform.events.news import concerns, read_news, told
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Any:
    return verbs.create(
        RESOURCES["people"], {"name": "Zebedee", "email": "z@quartz.example"}, actor=cast.actor("owner")
    )


def heard(cast: Cast, who: str, *about: str) -> dict[str, set[UUID]]:
    """What somebody hears of the newest event."""
    return told(read_news([Event.objects.latest("id").pk]), cast.actor(who), about)


def test_a_record_is_told_of_to_those_who_see_it(cast: Cast, person: Any) -> None:
    for who in ("owner", "mate", "administrator"):
        assert heard(cast, who, "people") == {"people": {person.pk}}
        assert heard(cast, who, str(person.pk)) == {"people": {person.pk}}
    assert heard(cast, "outsider", "people", str(person.pk)) == {}
    assert heard(cast, "owner", "organizations") == {}


def test_rights_are_asked_when_it_is_told(cast: Cast, person: Any) -> None:
    owner = {"owner": str(cast.outsider.pk)}
    verbs.update(RESOURCES["people"], [person.pk], owner, actor=cast.actor("administrator"))
    assert heard(cast, "owner", "people") == {}
    assert heard(cast, "outsider", "people") == {"people": {person.pk}}


def test_a_child_is_told_of_as_its_parent_even_when_it_is_gone(cast: Cast, person: Any) -> None:
    actor = cast.actor("owner")
    point = verbs.create(
        RESOURCES["contact_points"],
        {"party": str(person.pk), "kind": "email", "value": "b@quartz.example"},
        actor=actor,
    )
    assert heard(cast, "mate", str(person.pk)) == {"parties": {person.pk}}
    verbs.trash(RESOURCES["contact_points"], [point.pk], actor=actor)
    assert ContactPoint.objects.filter(pk=point.pk, deleted_at=None).count() == 0
    assert heard(cast, "mate", str(person.pk)) == {"parties": {person.pk}}
    assert heard(cast, "outsider", str(person.pk), "parties") == {}


def test_private_mail_says_nothing_not_even_that_it_came(cast: Cast) -> None:
    we_are(mara=cast.owner)
    file(archive_of(cast.owner), [letter("Jonas <jonas@okafor.example>", "mara@ours.example", "Well?", id_="a")])
    said = Interaction.objects.get()
    event = Event.objects.create(name="interactions.created", record_ids=[said.pk], origin="job")
    party = Party.objects.get(kind="person")
    assert party in Party.objects.visible_to(cast.actor("administrator"))
    about = ("conversations", str(party.pk))
    news = read_news([event.pk])
    assert concerns(news, about)
    assert told(news, cast.actor("administrator"), about) == {}
    mine = told(news, cast.actor("owner"), ("conversations",))
    assert mine == {"conversations": {Conversation.objects.get().pk}}


def test_events_are_gathered(cast: Cast, person: Any) -> None:
    other = verbs.create(RESOURCES["people"], {"name": "Ada"}, actor=cast.actor("owner"))
    news = read_news(list(Event.objects.values_list("pk", flat=True)))
    assert told(news, cast.actor("owner"), ("people",)) == {"people": {person.pk, other.pk}}
    assert not concerns(news, ("conversations",))
    assert read_news([]).changed == {}
