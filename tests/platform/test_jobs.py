"""Jobs: queued with what causes them, tried again, held when they fail for good, listed and run again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from itertools import pairwise
from time import monotonic

import psycopg
import pytest
from django.db import connection, transaction
from pgqueuer.domain.models import AnyEvent, TableChangedEvent

from rapport.kit.ids import uuid7
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import SUBSCRIPTIONS, emit, subscribe
from rapport.platform.events.models import Event
from rapport.platform.jobs.held import jobs, run_again
from rapport.platform.jobs.queue import JOBS, GiveUp, JobSpec, TryAgain, enqueue, enqueue_many, is_queued, job
from rapport.platform.jobs.worker import work
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast

ran: list[str] = []
moments: list[float] = []


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    ran.clear()
    moments.clear()

    @job("tests.note")
    def note(text: str) -> None:
        ran.append(text)

    @job("tests.give_up")
    def give_up() -> None:
        ran.append("gave up")
        raise GiveUp("There is no such address.")

    @job("tests.try_again", tries=3)
    def again() -> None:
        ran.append("tried")
        moments.append(monotonic())
        raise TryAgain("Busy.")

    yield
    for name in ("tests.note", "tests.give_up", "tests.try_again"):
        del JOBS[name]


def drain() -> None:
    asyncio.run(work(2, drain=True))


def test_a_job_is_rolled_back_with_what_caused_it(committed: None) -> None:
    enqueue("tests.note", text="kept")
    with transaction.atomic():
        enqueue("tests.note", text="undone")
        transaction.set_rollback(True)
    drain()
    assert ran == ["kept"]
    assert jobs(("queued", "picked", "failed")) == []


def test_two_under_one_key_are_one_while_the_first_waits(committed: None) -> None:
    enqueue_many([JobSpec("tests.note", {"text": "once"}, key="k"), JobSpec("tests.note", {"text": "twice"}, key="k")])
    enqueue("tests.note", key="k", text="thrice")
    drain()
    assert ran == ["once"]
    enqueue("tests.note", key="k", text="later")
    drain()
    assert ran == ["once", "later"]


@pytest.mark.django_db
def test_a_job_is_queued_with_just_its_arguments_and_when_its_time_has_come() -> None:
    enqueue("tests.note", text="soon")
    enqueue("tests.note", delay_seconds=60, text="later")
    asked: list[dict[str, str]] = [{"text": "soon"}, {"text": "later"}, {}]
    assert [is_queued("tests.note", **each) for each in asked] == [True, False, False]
    assert not is_queued("tests.other", text="soon")


def test_a_job_that_is_running_is_queued_no_more(committed: None) -> None:
    @job("tests.note")
    def note() -> None:
        ran.append(f"queued: {is_queued('tests.note')}")

    enqueue("tests.note")
    assert is_queued("tests.note")
    drain()
    assert ran == ["queued: False"]


def test_what_gives_up_is_held_at_once_with_its_reason_and_runs_again_when_told(committed: None) -> None:
    enqueue("tests.give_up")
    drain()
    assert ran == ["gave up"]
    held = jobs()
    assert [(each.name, each.status) for each in held] == [("tests.give_up", "failed")]
    assert "There is no such address." in held[0].error
    assert run_again([held[0].id]) == 1
    drain()
    assert ran == ["gave up"] * 2


def test_what_fails_is_tried_again_later_and_later_and_then_held(committed: None) -> None:
    enqueue("tests.try_again")
    drain()
    assert ran == ["tried"] * 3
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert [pause >= least for pause, least in zip(pauses, (2, 4), strict=True)] == [True, True]
    assert [each.status for each in jobs()] == ["failed"]


def test_administrators_list_and_run_again_by_the_api(committed: None) -> None:
    cast: Cast = make_cast()
    enqueue("tests.give_up")
    drain()
    call, other = Caller(cast.administrator), Caller(cast.owner)
    [found] = call("GET", "jobs")[1]["results"]
    assert (found["name"], found["status"]) == ("tests.give_up", "failed")
    path = f"jobs/{found['id']}/run_again"
    assert [other("GET", "jobs")[0], other("POST", path, {})[0]] == [403, 403]
    assert call("POST", path, {}) == (200, {"id": found["id"], "status": "queued"})
    assert call("POST", path, {})[0] == 404
    assert call("GET", "jobs?status=gone")[0] == 400
    assert call("DELETE", "jobs")[0] == 405


def test_the_list_of_jobs_is_paged_like_every_list(committed: None) -> None:
    call = Caller(make_cast().administrator)
    for number in range(3):
        enqueue("tests.note", text=str(number))
    path, said = "jobs?status=queued&limit=2", []
    while path:
        status, answer = call("GET", path)
        assert (status, answer.keys()) == (200, {"results", "next"})
        said.append([each["arguments"]["text"] for each in answer["results"]])
        path = answer["next"]
        enqueue("tests.note", text="new")
    assert said == [["2", "1"], ["0"]]
    assert [call("GET", f"jobs?{wrong}")[0] for wrong in ("limit=0", "limit=501", "cursor=x", "q=x")] == [400] * 4


def test_the_worker_is_told_of_new_jobs_with_their_commit_and_of_none_that_are_undone(committed: None) -> None:
    cast = make_cast()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as listener:
        listener.execute("LISTEN ch_pgqueuer")

        def heard() -> list[str]:
            told = [AnyEvent.model_validate_json(each.payload).root for each in listener.notifies(timeout=0.3)]
            return [each.operation for each in told if isinstance(each, TableChangedEvent)]

        with transaction.atomic():
            enqueue("tests.note", text="undone")
            transaction.set_rollback(True)
        assert heard() == []
        with transaction.atomic():
            enqueue("tests.note", text="kept")
            assert heard() == []
        assert heard() == ["insert"]
        assert Caller(cast.owner)("POST", "people", {"name": "Ada"})[0] == 201
        assert heard() == ["insert"]


def test_an_event_queues_its_subscribers_once_each_and_says_what_happened(committed: None) -> None:
    cast = make_cast()
    ids = [uuid7() for _number in range(2_500)]
    emit("people.created", ids, actor=cast.actor("owner", "import"), data={"of": "tests"})
    events = list(Event.objects.order_by("id"))
    assert [len(each.record_ids) for each in events] == [1_000, 1_000, 500]
    assert [pk for each in events for pk in each.record_ids] == ids
    assert {(each.name, each.origin, each.actor_id, str(each.data)) for each in events} == {
        ("people.created", "import", cast.owner.pk, "{'of': 'tests'}")
    }
    wanted = [name for name, each in SUBSCRIPTIONS.items() if each.wants("people.created")]
    queued = sorted((each.arguments["event"], each.arguments["to"]) for each in jobs(("queued",)))
    assert queued == sorted((each.pk, name) for each in events for name in wanted)
    assert {each.name for each in jobs(("queued",))} == {"events.deliver"}


def test_an_event_for_a_subscriber_with_another_name_now_reaches_it(
    committed: None, caplog: pytest.LogCaptureFixture
) -> None:
    """As an upgrade finds it that was queued by the version before."""

    @subscribe("tests.renamed")
    def hear(event: Event) -> None:
        ran.append(event.name)

    name = f"{hear.__module__}.{hear.__qualname__}"
    try:
        emit("tests.renamed", [uuid7()], actor=Actor.system("tests"))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM pgqueuer")
        enqueue("events.deliver", event=Event.objects.get().pk, to="tests.before")
        drain()
    finally:
        del SUBSCRIPTIONS[name]
    assert ran == ["tests.renamed"]
    assert jobs(("queued", "picked", "failed")) == []
    assert "tests.before, whom this version does not know" in caplog.text


def test_an_event_that_nobody_wants_any_more_is_not_held(committed: None) -> None:
    emit("tests.forgotten", [uuid7()], actor=Actor.system("tests"))
    enqueue("events.deliver", event=Event.objects.get().pk, to="tests.gone")
    drain()
    assert jobs(("queued", "picked", "failed")) == []
