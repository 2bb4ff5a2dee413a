"""What is stored of conversations follows what parties are to us, targets and working hours."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.interactions import following
from rapport.interactions.ledger.conclusions import LineRow, ResponseRow, StandingRow
from rapport.interactions.models import Conversation, Line, OurOrganization, Response, Standing, Target
from rapport.parties.models import Party, Relationship, RelationshipKind
from rapport.platform.events.bus import SUBSCRIPTIONS
from rapport.platform.jobs.queue import enqueue
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.resources.verbs import create, trash, update
from tests.factories.cast import Cast, make_cast
from tests.factories.jobs import work
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Ann asked twice: once she was answered after three hours, once she waits."""
    made = make_cast()
    we_are(owner=made.owner)
    everyday = [[["00:00", "24:00"]]] * 7
    OurOrganization.objects.filter(pk=1).update(week=everyday)
    mail = [
        letter("ann@okafor.example", "owner@ours.example", "When?", hours_ago=9, id_="asked", subject="When"),
        letter(
            "owner@ours.example", "ann@okafor.example", "Now.", hours_ago=6, id_="told", answers="asked", subject="When"
        ),
        letter("ann@okafor.example", "owner@ours.example", "And the bill?", hours_ago=5, id_="open", subject="Bill"),
    ]
    file(archive_of(made.owner), mail)
    work()
    return made


def state() -> dict[str, Any]:
    return {
        "lines": sorted(Line.objects.values_list(*LineRow._fields)),
        "standings": sorted(Standing.objects.values_list(*StandingRow._fields)),
        "responses": sorted(Response.objects.values_list(*ResponseRow._fields)),
    }


def due_hours() -> float:
    waiting = Standing.objects.get(awaiting="us")
    assert waiting.due_at and waiting.since
    return (waiting.due_at - waiting.since).total_seconds() / 3_600


def in_time() -> bool | None:
    return bool(Response.objects.get(by="us").is_target_met)


def administrator(cast: Cast) -> Any:
    return cast.actor("administrator")


def test_a_target_holds_for_what_is_open_and_for_what_was_answered(cast: Cast) -> None:
    assert (due_hours(), in_time()) == (8, True)
    target = Target.objects.get()
    update(RESOURCES["targets"], [target.pk], {"seconds": 7_200}, actor=administrator(cast))
    work()
    assert (due_hours(), in_time()) == (2, False)


def test_what_a_party_is_to_us_decides_its_target(cast: Cast) -> None:
    customer = RelationshipKind.objects.get(name="Customer")
    create(RESOURCES["targets"], {"relationship_kind": customer.pk, "seconds": 3_600}, actor=administrator(cast))
    ann = Party.objects.get(primary_email="ann@okafor.example")
    update(RESOURCES["people"], [ann.pk], {"relationship": customer.pk}, actor=administrator(cast))
    work()
    assert (due_hours(), in_time()) == (1, False)
    kinds = {
        kind for rows in (Line, Standing, Response) for kind in rows.objects.values_list("relationship_kind", flat=True)
    }
    assert kinds == {customer.pk}


def test_a_relationship_that_ends_in_the_trash_counts_no_more(cast: Cast) -> None:
    ann = Party.objects.get(primary_email="ann@okafor.example")
    before: set[str | None] = set(Line.objects.values_list("relationship_kind__name", flat=True))
    relationship = Relationship.objects.get(party=ann)
    trash(RESOURCES["relationships"], [relationship.pk], actor=administrator(cast))
    work()
    after = set(Line.objects.values_list("relationship_kind__name", flat=True))
    assert [before, after] == [{"Prospect"}, {None}]


def test_settling_everything_again_changes_nothing_and_goes_on_where_it_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    monkeypatch.setattr(following, "SECONDS", -1)
    monkeypatch.setattr(following, "PIECE", 1)
    following.settle_all()
    work()
    assert state() == before


def test_of_many_who_settle_everything_only_the_last_does(cast: Cast) -> None:
    """Each edited target queues one; while they wait for each other, all but one would repeat the same work."""
    Target.objects.update(seconds=7_200)
    following.enqueue_all()
    following.settle_all()
    assert due_hours() == 8
    work()
    assert due_hours() == 2


def test_one_that_goes_on_where_it_stopped_is_none_to_give_way_to(cast: Cast) -> None:
    Target.objects.update(seconds=7_200)
    enqueue("interactions.settle_all", after=str(Standing.objects.get(awaiting="us").conversation_id))
    following.settle_all()
    assert due_hours() == 2


def test_what_has_been_silent_for_long_enough_lapses(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    OurOrganization.objects.update(lapse_days=365)
    asked = {"hours_ago": 24 * 40.0, "text": "Hello?"}
    mail = [letter("ann@okafor.example", "owner@ours.example", id_=f"s{n}", subject=f"S{n}", **asked) for n in range(3)]  # type: ignore[arg-type]
    file(archive_of(cast.owner), mail)
    OurOrganization.objects.update(lapse_days=30)
    monkeypatch.setattr(following, "PIECE", 2)
    assert (following.lapse_silent(), following.lapse_silent()) == (3, 0)
    lapsed = Conversation.objects.exclude(lapsed_at=None)
    assert set(lapsed.values_list("subject", flat=True)) == {"S0", "S1", "S2"}


def test_a_page_of_either_kind_of_party_is_followed() -> None:
    follows = SUBSCRIPTIONS["rapport.interactions.following.follow_parties"]
    asked = ("people.updated", "organizations.updated", "people.merged", "conversations.updated")
    assert [follows.wants(each) for each in asked] == [True, True, False, False]
