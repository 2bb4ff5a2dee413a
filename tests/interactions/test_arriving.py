"""Rules on arrival: what comes in is tagged, assigned, moved or closed, once, and nothing private is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rapport.interactions.arriving import forget, run_rules
from rapport.interactions.models import ArrivalRule, ArrivalRun, Conversation, Import
from rapport.interactions.queries.happenings import happenings
from rapport.platform.access.models import Team
from rapport.platform.errors import Invalid
from rapport.platform.events.models import Event
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast
from tests.factories.jobs import work
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
JONAS, OURS = "Jonas Okafor <jonas@okafor.example>", "owner@ours.example"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(owner=made.owner)
    return made


def rule(cast: Cast, condition: str, **values: Any) -> ArrivalRule:
    given = {"name": condition, "condition": condition, "is_active": True, **values}
    made = verbs.create(RESOURCES["arrival_rules"], given, actor=cast.actor("administrator"))
    assert isinstance(made, ArrivalRule)
    return made


def arrive(cast: Cast, subject: str, audience: str = "everyone", hours_ago: float = 1, **more: Any) -> Conversation:
    file(archive_of(cast.owner, audience), [letter(JONAS, OURS, "When?", hours_ago=hours_ago, subject=subject)])
    work()
    found: Conversation = Conversation.objects.get(subject=subject)
    return found


def tags(cast: Cast, opened: Conversation) -> list[str]:
    found: list[str] = Caller(cast.owner)("GET", f"conversations/{opened.pk}")[1]["tags"]
    return found


def test_what_fits_is_done_in_order_and_the_conversation_names_the_rule(cast: Cast) -> None:
    north, south = Team.objects.get(name="North"), Team.objects.get(name="South")
    rule(cast, "subject contains invoice", team=str(south.pk), position=2, name="Later")
    okafor = 'from address contains @okafor.example and to address is "owner@ours.example"'
    rule(cast, okafor, position=1, name="First", tags="Money, Okafor",
         owner=str(cast.mate.pk), team=str(north.pk))  # fmt: skip
    rule(cast, "subject contains delivery", closes=True, position=3)
    invoice, other = arrive(cast, "Your invoice"), arrive(cast, "Delivery")
    assert (invoice.owner_id, invoice.team_id, invoice.status) == (cast.mate.pk, south.pk, "open")
    assert (other.team_id, other.status) == (north.pk, "closed")
    assert tags(cast, invoice) == ["Money", "Okafor"]
    told = happenings(cast.actor("owner"), invoice.pk)
    assert [(each.field, each.new) for each in told] == [("owner", "Mate"), ("team", "North"), ("team", "South")]
    assert {(each.origin, each.who) for each in told} == {("rule", "")}
    assert told[0].rule == "First"


def test_a_message_meets_a_rule_once_whatever_is_delivered_again(cast: Cast) -> None:
    made = rule(cast, "subject contains invoice", owner=str(cast.mate.pk))
    opened = arrive(cast, "Your invoice")
    Conversation.objects.update(owner=None)
    for event in Event.objects.filter(name="interactions.created"):
        run_rules(event)
    opened.refresh_from_db()
    assert opened.owner_id is None
    assert ArrivalRun.objects.filter(rule=made, is_match=True).count() == 1


@pytest.mark.parametrize("audience", ["participants", "everyone"])
def test_what_reaches_a_person_alone_is_never_looked_at(cast: Cast, audience: str) -> None:
    rule(cast, "subject contains invoice", owner=str(cast.administrator.pk), tags="Money")
    opened = arrive(cast, "Your invoice", audience)
    expected = (cast.administrator.pk, ["Money"], 1) if audience == "everyone" else (None, [], 0)
    assert (opened.owner_id, tags(cast, opened), ArrivalRun.objects.filter(is_match=True).count()) == expected


def test_neither_old_mail_nor_an_imported_archive_nor_what_we_write_nor_a_rule_that_is_off(cast: Cast) -> None:
    off = rule(cast, "subject contains invoice", closes=True, is_active=False)
    assert arrive(cast, "Invoice one").status == "open"
    ArrivalRule.objects.filter(pk=off.pk).update(is_active=True)
    assert arrive(cast, "Invoice two", hours_ago=24 * 3).status == "open"
    archive = archive_of(cast.owner, "everyone")
    Import.objects.create(archive=archive)
    file(archive, [letter(JONAS, OURS, "When?", subject="Invoice three")])
    file(archive_of(cast.owner, "everyone"), [letter(f"Owner <{OURS}>", JONAS, "Soon.", subject="Invoice four")])
    work()
    assert set(Conversation.objects.values_list("status", flat=True)) == {"open"}


def test_a_rule_that_fails_says_so_and_stops_no_other(cast: Cast) -> None:
    failing = rule(cast, "subject contains invoice", owner=str(cast.mate.pk), tags="Money", position=1)
    broken = rule(cast, "subject contains invoice", closes=True, position=2)
    ArrivalRule.objects.filter(pk=broken.pk).update(condition="nonsense is there")
    rule(cast, "subject contains invoice", tags="Seen", position=3)
    cast.mate.is_active = False
    cast.mate.save()
    opened = arrive(cast, "Your invoice")
    assert (tags(cast, opened), opened.owner_id, opened.status) == (["Seen"], None, "open")
    problems = dict(ArrivalRun.objects.exclude(problem="").values_list("rule", "problem"))
    assert problems[failing.pk] == "Choose a colleague who is here."
    assert problems.keys() == {failing.pk, broken.pk}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"condition": "nonsense is there", "closes": True}, "condition"),
        ({"condition": "subject contains x", "is_active": True}, "tags"),
    ],
)
def test_a_rule_that_cannot_be_understood_or_does_nothing_is_refused(
    cast: Cast, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        verbs.create(RESOURCES["arrival_rules"], {"name": "A", **values}, actor=cast.actor("administrator"))
    assert set(refused.value.fields) == {field}


def test_that_a_rule_found_nothing_is_forgotten(cast: Cast) -> None:
    rule(cast, "subject contains invoice", tags="Money")
    arrive(cast, "Your invoice")
    arrive(cast, "Delivery")
    assert ArrivalRun.objects.count() == 2
    ArrivalRun.objects.update(at=timezone.now() - timedelta(days=9))
    forget()
    assert list(ArrivalRun.objects.values_list("is_match", flat=True)) == [True]
