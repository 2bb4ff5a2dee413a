"""Two people, or one who clicks twice, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections
from django.test import Client

from rapport.interactions.models import Conversation, Interaction
from rapport.parties.models import Person
from rapport.platform.access.models import SetUp, User
from rapport.platform.access.setup import one_time_link
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import make_cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.test_first_start import ANSWERS


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each gives, all begun at the same moment, each on a connection of its own."""
    start, given = Barrier(len(calls)), [None] * len(calls)

    def run(number: int) -> None:
        start.wait()
        try:
            given[number] = calls[number]()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(len(calls))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    return given


def test_the_link_of_the_first_start_makes_one_administrator(committed: None) -> None:
    SetUp.objects.all().delete()
    link = str(one_time_link())
    claims = [{**ANSWERS, "email": f"mara{number}@ours.example"} for number in range(4)]
    given = at_once(*(lambda claim=claim: Client().post(link, claim).status_code for claim in claims))
    assert sorted(given) == [302, 404, 404, 404]
    assert User.objects.count() == 1


def test_the_same_key_makes_one_record(committed: None) -> None:
    cast = make_cast()
    calls = [Caller(cast.owner) for _number in range(4)]
    given = at_once(*(lambda call=call: call("POST", "people", {"name": "Ada"}, Idempotency_Key="k") for call in calls))
    assert {status for status, _body in given} == {201}
    assert len({body["id"] for _status, body in given}) == 1
    assert Person.objects.count() == 1


def test_of_two_edits_of_what_both_saw_one_is_told(committed: None) -> None:
    cast = make_cast()
    made: Any = verbs.create(RESOURCES["people"], {"name": "Ada"}, actor=cast.actor("owner"))
    made.refresh_from_db()
    seen = f'"{made.version}"'
    calls = {name: Caller(cast.owner) for name in ("Byron", "Lovelace")}
    given = at_once(
        *(lambda n=n, c=c: c("PATCH", f"people/{made.pk}", {"name": n}, If_Match=seen)[0] for n, c in calls.items())
    )
    assert sorted(given) == [200, 412]


def mail(number: int, answers: str = "") -> bytes:
    return letter("jonas@okafor.example", "owner@ours.example", f"Question {number}?", hours_ago=9 - number,
                  id_=f"m{number}", answers=answers)  # fmt: skip


def test_the_same_archive_twice_at_once_is_filed_once(committed: None) -> None:
    cast = make_cast()
    we_are(owner=cast.owner)
    sent = [mail(0), mail(1, "m0"), mail(2, "m1")]
    one, other = archive_of(cast.owner), archive_of(cast.mate)
    filed = at_once(lambda: file(one, sent), lambda: file(other, sent))
    assert sum(each.stored for each in filed) == 3
    assert sum(each.stored + each.already_there for each in filed) == 6
    assert (Interaction.objects.count(), Conversation.objects.count()) == (3, 1)


def test_split_joined_and_closed_at_once_it_is_whole(committed: None) -> None:
    cast = make_cast()
    we_are(owner=cast.owner)
    file(archive_of(cast.owner), [mail(0), mail(1, "m0"), mail(2, "m1")])
    file(
        archive_of(cast.owner), [letter("jonas@okafor.example", "owner@ours.example", "Else", id_="x", subject="Else")]
    )
    opened, other = Conversation.objects.get(subject="Delivery"), Conversation.objects.get(subject="Else")
    split_off = str(Interaction.objects.get(message_id="m2@test.example").pk)
    calls = [Caller(cast.owner) for _number in range(4)]
    base = f"conversations/{opened.pk}"
    given = at_once(
        lambda: calls[0]("POST", f"{base}/split", {"message": split_off}),
        lambda: calls[1]("POST", f"{base}/close", {}),
        lambda: calls[2]("POST", f"conversations/{other.pk}/join", {"into": str(opened.pk)}),
        lambda: calls[3]("POST", f"{base}/no_reply_needed", {}),
    )
    assert {status for status, _body in given} == {200}
    kept = Conversation.objects.kept()
    assert Interaction.objects.filter(conversation__in=kept).count() == 4
    for each in kept:
        assert each.message_count == Interaction.objects.filter(conversation=each).count() > 0
