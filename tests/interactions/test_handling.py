"""A team shares an inbox: conversations are claimed, given away, moved, put off, closed, and come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rapport.interactions.actions.conversations import close, no_reply_needed
from rapport.interactions.actions.handling import assign, claim, move, snooze, wake
from rapport.interactions.actions.visibility import set_visibility
from rapport.interactions.models import Conversation
from rapport.interactions.queries.happenings import happenings
from rapport.interactions.queries.inbox import Box, Whose, conversations, lines
from rapport.interactions.returning import come_back
from rapport.platform.access.models import Team
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.events.models import Event
from rapport.platform.notifications.models import Notification
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.undo.changing import change, undo
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast
from tests.factories.jobs import work
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
JONAS, OURS = "Jonas Okafor <jonas@okafor.example>", "owner@ours.example"
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(owner=made.owner, mate=made.mate)
    return made


def write(cast: Cast, subject: str, hours_ago: float = 30, answers: str = "", sender: str = JONAS) -> Conversation:
    to = JONAS if sender != JONAS else OURS
    raw = letter(sender, to, f"{subject}: when?", hours_ago=hours_ago, subject=subject, answers=answers,
                 id_=f"{subject}{hours_ago}")  # fmt: skip
    file(archive_of(cast.owner, "everyone"), [raw])
    found: Conversation = Conversation.objects.get(subject=subject)
    return found


def subjects(cast: Cast, box: Box, whose: Whose = "all", who: str = "owner") -> list[str]:
    actor = cast.actor(who)
    return [line.subject for line in lines(actor, conversations(actor, box, whose), 50)]


def test_what_is_overdue_comes_first_then_what_is_due_then_what_has_no_target(cast: Cast) -> None:
    first, second, third = (write(cast, name, hours) for name, hours in (("A", 10), ("B", 30), ("C", 20)))
    now = timezone.now()
    for each, due in ((first, now + HOUR), (second, now - HOUR), (third, None)):
        Conversation.objects.filter(pk=each.pk).update(due_at=due)
    assert subjects(cast, "us") == ["B", "A", "C"]


def test_what_is_put_off_is_out_of_sight_until_then_and_comes_back_on_top(cast: Cast) -> None:
    late, early = write(cast, "Early", 40), write(cast, "Late", 20)
    actor = cast.actor("owner")
    Conversation.objects.filter(pk=late.pk).update(due_at=timezone.now() - HOUR)
    snooze([early.pk], actor=actor, until=timezone.now() + HOUR)
    assert (subjects(cast, "us"), subjects(cast, "snoozed")) == (["Early"], ["Late"])
    assert come_back() is None and not Event.objects.filter(name="conversations.returned").exists()
    Conversation.objects.filter(pk=early.pk).update(snoozed_until=timezone.now() - timedelta(seconds=5))
    come_back()
    assert Event.objects.get(name="conversations.returned").record_ids == [early.pk]
    assert (subjects(cast, "us"), subjects(cast, "snoozed")) == (["Late", "Early"], ["Late"])
    wake([early.pk], actor=actor)
    assert (subjects(cast, "us"), subjects(cast, "snoozed")) == (["Early", "Late"], [])


@pytest.mark.parametrize("days", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_nothing_is_put_off_into_the_past_or_for_ever(cast: Cast, days: timedelta) -> None:
    opened = write(cast, "Delivery")
    with pytest.raises(Invalid):
        snooze([opened.pk], actor=cast.actor("owner"), until=timezone.now() + days)


def test_whoever_writes_again_brings_back_what_was_closed_or_put_off_but_nothing_old_does(cast: Cast) -> None:
    closed, later = write(cast, "Closed", 90), write(cast, "Later", 90)
    actor = cast.actor("owner")
    close([closed.pk], actor=actor)
    snooze([later.pk], actor=actor, until=timezone.now() + HOUR)

    def state() -> tuple[str, bool]:
        return (
            Conversation.objects.get(pk=closed.pk).status,
            Conversation.objects.get(pk=later.pk).snoozed_until is not None,
        )

    for subject in ("Closed", "Later"):  # found late in an old archive
        write(cast, subject, 60, answers=f"{subject}90")
    assert state() == ("closed", True)
    write(cast, "Later", 1, answers="Later90", sender="Owner <owner@ours.example>")  # our own word
    assert state() == ("closed", True)
    for subject in ("Closed", "Later"):
        write(cast, subject, 0.5, answers=f"{subject}90")
    assert state() == ("open", False)


def test_an_automatic_message_brings_nothing_back(cast: Cast) -> None:
    opened = write(cast, "Delivery", 50)
    close([opened.pk], actor=cast.actor("owner"))
    away = letter(JONAS, OURS, "I am away.", hours_ago=0.1, subject="Delivery", answers="Delivery50", id_="away",
                  Auto_Submitted="auto-replied")  # fmt: skip
    file(archive_of(cast.owner, "everyone"), [away])
    assert Conversation.objects.get(pk=opened.pk).status == "closed"


def test_a_colleague_is_given_a_conversation_and_told_of_it(cast: Cast) -> None:
    opened = write(cast, "Delivery")
    assign([opened.pk], actor=cast.actor("owner"), to=cast.mate.pk)
    work()
    assert Notification.objects.filter(user=cast.mate, kind="assigned", record_id=opened.pk).count() == 1
    claim([opened.pk], actor=cast.actor("owner"))
    assert Conversation.objects.get(pk=opened.pk).owner_id == cast.owner.pk
    assign([opened.pk], actor=cast.actor("owner"))
    assert subjects(cast, "us", "nobody") == ["Delivery"]
    with pytest.raises(Invalid):
        assign([opened.pk], actor=cast.actor("owner"), to=opened.pk)


def test_a_department_has_what_was_moved_to_it_and_the_conversation_tells_of_it(cast: Cast) -> None:
    opened, actor = write(cast, "Delivery"), cast.actor("owner")
    north, south = Team.objects.get(name="North"), Team.objects.get(name="South")
    assert subjects(cast, "us", "team", "outsider") == []
    move([opened.pk], actor=actor, team=north.pk)
    move([opened.pk], actor=actor, team=south.pk)
    close([opened.pk], actor=actor)
    told = [(each.field, each.old, each.new, each.who) for each in happenings(actor, opened.pk)]
    assert told == [
        ("team", "", "North", "Owner"), ("team", "North", "South", "Owner"), ("status", "open", "closed", "Owner"),
    ]  # fmt: skip
    assert RESOURCES["conversations"].rows(actor).filter(pk=opened.pk, team=south).exists()
    action_of("conversations", "reopen").call([opened.pk], {}, actor)
    administrator = cast.actor("administrator")
    cast.administrator.team = south
    cast.administrator.save()
    assert subjects(cast, "us", "team", "administrator") == ["Delivery"], administrator


def test_every_verb_is_taken_back_but_for_what_somebody_changed_since(cast: Cast) -> None:
    one, two = write(cast, "One"), write(cast, "Two")
    actor, ids = cast.actor("owner"), [one.pk, two.pk]
    resource = RESOURCES["conversations"]
    until = (timezone.now() + HOUR).isoformat()
    north = str(Team.objects.get(name="North").pk)

    def state() -> Any:
        columns = ("owner_id", "team_id", "status", "snoozed_until")
        tags = [row["tags"] for row in Caller(cast.owner)("GET", "conversations?order=id")[1]["results"]]
        return list(Conversation.objects.order_by("pk").values_list(*columns)), tags

    assign([two.pk], actor=actor, to=cast.mate.pk)
    for verb, values in (
        ("claim", {}), ("assign", {"to": str(cast.outsider.pk)}), ("move", {"team": north}), ("close", {}),
        ("snooze", {"until": until}), ("add_tags", {"tags": "Urgent"}),
    ):  # fmt: skip
        before = state()
        made = change(resource, verb, ids, actor, values)
        assert state() != before, verb
        undo(made, actor)
        assert state() == before, verb
    made = change(resource, "claim", ids, actor)
    assign([one.pk], actor=actor, to=cast.outsider.pk)
    undo(made, actor)
    owners = dict(Conversation.objects.values_list("subject", "owner_id"))
    assert owners == {"One": cast.outsider.pk, "Two": cast.mate.pk}


def test_who_sees_but_a_part_learns_nothing_of_labels_departments_and_times(cast: Cast) -> None:
    opened, actor = write(cast, "Delivery"), cast.actor("owner")
    hidden = letter(JONAS, OURS, "Between us.", hours_ago=2, subject="Delivery", answers="Delivery30", id_="between")
    file(archive_of(cast.owner), [hidden])
    change(RESOURCES["conversations"], "add_tags", [opened.pk], actor, {"tags": "Zanzibar"})
    move([opened.pk], actor=actor, team=Team.objects.get(name="North").pk)
    snooze([opened.pk], actor=actor, until=timezone.now() + HOUR)
    theirs = cast.actor("administrator")
    line = lines(theirs, Conversation.objects.visible_to(theirs), 5)[0]
    assert (line.tags, line.team, line.snoozed_until, line.snoozed_by) == ((), "", None, None)
    assert not conversations(theirs, "all", "all", "Zanzibar").exists()
    assert not conversations(theirs, "snoozed").exists()
    assert conversations(actor, "all", "all", "zanzibar").exists()
    row = Caller(cast.administrator)("GET", f"conversations/{opened.pk}")[1]
    assert (row["tags"], row["team"], row["snoozed_until"]) == (None, None, None)
    assert Caller(cast.administrator)("GET", "conversations?tags=Zanzibar")[1]["results"] == []


def test_nobody_handles_what_they_may_not_see_or_only_look_at(cast: Cast) -> None:
    opened = write(cast, "Delivery")
    set_visibility([opened.pk], actor=cast.actor("owner"), audience="participants")
    with pytest.raises(NotFound):
        claim([opened.pk], actor=cast.actor("administrator"))
    set_visibility([opened.pk], actor=cast.actor("owner"), audience="everyone", detail="subject")
    with pytest.raises(Forbidden):
        claim([opened.pk], actor=cast.actor("administrator"))
    assert Conversation.objects.get(pk=opened.pk).owner_id is None


def test_what_needs_no_reply_does_not_come_back(cast: Cast) -> None:
    opened, actor = write(cast, "Delivery"), cast.actor("owner")
    snooze([opened.pk], actor=actor, until=timezone.now() + HOUR)
    no_reply_needed([opened.pk], actor=actor)
    assert subjects(cast, "snoozed") == []
