"""Notifications: told once, to whom it concerns, of what they may see when they read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rapport.interactions import reminders
from rapport.interactions.actions.tasks import assign
from rapport.interactions.models import Audience, Conversation, Task
from rapport.platform.actions.registry import action_of
from rapport.platform.events.models import Event
from rapport.platform.notifications.models import Kind, Notification
from rapport.platform.notifications.subscribers import tell_of
from rapport.platform.notifications.telling import mute
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
LIST_QUERIES = 8


def deliver(name: str) -> None:
    """Brings the newest event of this name to its subscriber, twice, as a worker that was killed may."""
    for _time in range(2):
        tell_of(Event.objects.filter(name=name).latest("pk"))


def told(cast: Cast, who: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(user=getattr(cast, who)).order_by("pk")
    return list(rows.values_list("kind", "resource"))


def give(cast: Cast, title: str = "Call the yard") -> Any:
    task = add(cast.owner, "tasks", title=title)
    assign([task.pk], to=cast.mate.pk, actor=cast.actor("owner"))
    deliver("tasks.assigned")
    return task


def test_what_somebody_is_given_is_told_once_and_to_them_alone(cast: Cast) -> None:
    give(cast)
    assert (told(cast, "mate"), told(cast, "owner")) == ([("assigned", "tasks")], [])


def test_what_is_made_for_another_or_handed_over_on_a_form_is_told_too(cast: Cast) -> None:
    add(cast.owner, "tasks", title="For you", owner=str(cast.mate.pk))
    deliver("tasks.created")
    person = add(cast.owner, "people", name="Ada Byron")
    verbs.update(RESOURCES["people"], [person.pk], {"owner": str(cast.mate.pk)}, actor=cast.actor("owner"))
    deliver("people.updated")
    add(cast.owner, "tasks", title="For me")
    deliver("tasks.created")
    assert (told(cast, "mate"), told(cast, "owner")) == ([("assigned", "tasks"), ("assigned", "people")], [])


def test_who_follows_hears_of_others_changes_until_they_have_read_of_one(cast: Cast) -> None:
    person = add(cast.owner, "people", name="Ada Byron")
    for who in ("owner", "mate"):
        action_of("people", "follow").call([person.pk], {}, cast.actor(who))
    for title in ("Analyst", "Countess"):
        verbs.update(RESOURCES["people"], [person.pk], {"job_title": title}, actor=cast.actor("owner"))
        deliver("people.updated")
    assert (told(cast, "mate"), told(cast, "owner")) == ([("followed", "people")], [])
    Notification.objects.update(read_at=timezone.now())
    verbs.update(RESOURCES["people"], [person.pk], {"job_title": "Analyst"}, actor=cast.actor("owner"))
    deliver("people.updated")
    assert told(cast, "mate") == [("followed", "people")] * 2


def test_a_due_task_is_told_of_once_whatever_its_date_is_changed_to_and_back(cast: Cast) -> None:
    cast.owner.time_zone = "Europe/Berlin"
    cast.owner.save()
    now = timezone.now().replace(second=0, microsecond=0)
    task = add(cast.owner, "tasks", title="Call the yard", due_on="2031-01-01")
    at = (now - timedelta(minutes=1)).astimezone(ZoneInfo("Europe/Berlin"))
    on, clock = at.date(), at.time().replace(tzinfo=None)
    reminders.remind()
    assert told(cast, "owner") == []
    for day in (on, on + timedelta(days=400), on):
        Task.objects.filter(pk=task.pk).update(due_on=day, due_time=clock)
        reminders.remind()
        reminders.remind()
    assert told(cast, "owner") == [("due", "tasks")]


def test_an_answer_due_within_the_hour_is_told_to_whoever_owes_it(cast: Cast) -> None:
    heard = Audience.objects.create(digest=bytes(32), happened=[], subject=[], everything=[])
    common = {"awaiting": "us", "owner": cast.owner, "audience": heard}
    for hours in (-30.0, -2.0, 0.5, 1.5):
        Conversation.objects.create(**common, due_at=datetime.now(UTC) + timedelta(hours=hours))
    reminders.remind()
    reminders.remind()
    assert told(cast, "owner") == [("answer", "conversations")] * 2


def test_what_is_muted_is_not_told(cast: Cast) -> None:
    mute(cast.actor("mate"), ["assigned"])
    give(cast)
    assert told(cast, "mate") == []


def test_the_bell_counts_and_the_page_lists_what_one_may_see_now(cast: Cast, sign_in: SignIn) -> None:
    give(cast)
    client = sign_in(cast.mate)
    assert client.get("/notifications/unread").content == b"1"
    content = client.get("/notifications/").content.decode()
    assert "Owner gave you this: <b>Call the yard</b>" in content
    # Of what is no longer theirs to see, nothing is told, and nothing is counted.
    Task.objects.update(owner=cast.outsider)
    assert client.get("/notifications/unread").content == b""
    assert "Call the yard" not in client.get("/notifications/").content.decode()
    told_of = Notification.objects.get()
    assert client.post(f"/notifications/{told_of.pk}/open").status_code == 404


def test_opening_one_reads_it_and_leads_there(cast: Cast, sign_in: SignIn) -> None:
    task, client = give(cast), sign_in(cast.mate)
    row = Notification.objects.get()
    assert sign_in(cast.outsider).post(f"/notifications/{row.pk}/open").status_code == 404
    assert client.post(f"/notifications/{row.pk}/open")["Location"] == f"/tasks/{task.pk}/"
    assert client.get("/notifications/unread").content == b""


def test_all_are_read_at_once_but_nobody_elses(cast: Cast, sign_in: SignIn) -> None:
    give(cast)
    row = Notification.objects.get()
    sign_in(cast.outsider).post("/notifications/read")
    sign_in(cast.outsider).post("/notifications/read", {"id": str(row.pk)})
    assert Notification.objects.get().read_at is None
    sign_in(cast.mate).post("/notifications/read", {"id": str(row.pk)})
    assert Notification.objects.get().read_at is not None


def test_everybody_chooses_of_what_they_hear(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.mate)
    assert client.get("/settings/notifications").content.count(b"checked") == 2 * len(Kind.values)
    client.post("/settings/notifications", {"kind": ["due", "answer"], "mail": ["due"]})
    assert client.get("/settings/notifications").content.count(b"checked") == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_however_much_there_is_to_tell(
    cast: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        give(cast, str(number))
    client = sign_in(cast.mate)
    client.get("/notifications/")
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get("/notifications/").status_code == 200
