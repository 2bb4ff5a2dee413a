"""The inbox as a team works in it: by the buttons of the pane, and many at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.models import ArrivalRule, Conversation
from rapport.platform.access.models import Team
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
INBOX_QUERIES = 8


def write(cast: Cast, count: int) -> list[Conversation]:
    we_are(owner=cast.owner, mate=cast.mate)
    sent = [
        letter(f"{name} <{name}@else.example>", "owner@ours.example", "When?", hours_ago=9, subject=f"Of {name}")
        for name in ("ada", "bela", "cleo")[:count]
    ]
    file(archive_of(cast.owner, "everyone"), sent)
    return list(Conversation.objects.order_by("subject"))


def undo_of(page: Any) -> str:
    """The address of the latest *Undo*."""
    return str(re.findall(r'action="(/inbox/changes/[^"]+)"', page.content.decode())[-1]).replace("&amp;", "&")


def columns(*names: str) -> list[Any]:
    return list(Conversation.objects.order_by("subject").values_list(*names))


def ids_of(listed: list[Conversation]) -> list[str]:
    return [str(each.pk) for each in listed]


def test_a_conversation_is_handled_by_its_buttons_and_each_is_taken_back(cast: Cast, sign_in: SignIn) -> None:
    opened, client = write(cast, 1)[0], sign_in(cast.owner)
    north = Team.objects.get(name="North").pk
    soon = timezone.localtime() + timedelta(days=1)
    for verb, sent, changed in (
        ("claim", {}, {"owner_id": cast.owner.pk}),
        ("assign", {"to": str(cast.mate.pk)}, {"owner_id": cast.mate.pk}),
        ("move", {"team": str(north)}, {"team_id": north}),
        ("close", {}, {"status": "closed"}),
    ):
        before = columns("owner_id", "team_id", "status")
        page = client.post(f"/inbox/{opened.pk}/{verb}?box=us&whose=all", sent, follow=True)
        assert Conversation.objects.filter(**changed).exists(), verb
        client.post(undo_of(page))
        assert columns("owner_id", "team_id", "status") == before, verb
    page = client.post(f"/inbox/{opened.pk}/snooze", {"until": soon.strftime("%Y-%m-%dT%H:%M")}, follow=True)
    assert page.redirect_chain[0][0] == "/inbox/?box=us&whose=mine"
    assert Conversation.objects.get().snoozed_until == soon.replace(second=0, microsecond=0)
    assert "Of ada" in client.get("/inbox/?box=snoozed&whose=all").content.decode()
    assert client.post(f"/inbox/{opened.pk}/snooze", {"until": "2001-02-03T04:05"}).status_code == 422


def test_those_that_are_selected_are_changed_and_taken_back_together(cast: Cast, sign_in: SignIn) -> None:
    one, two, three = write(cast, 3)
    client = sign_in(cast.owner)
    client.post(f"/inbox/{two.pk}/assign", {"to": str(cast.mate.pk)})
    page = client.post("/inbox/bulk/claim?box=us&whose=all", {"ids": ids_of([one, two])}, follow=True)
    assert "2 are changed." in page.content.decode()
    assert columns("owner_id") == [(cast.owner.pk,), (cast.owner.pk,), (None,)]
    client.post(f"/inbox/{one.pk}/assign", {"to": str(cast.outsider.pk)})
    page = client.post(undo_of(page), follow=True)
    assert "What somebody has changed since stays as it is." in page.content.decode()
    assert columns("owner_id") == [(cast.outsider.pk,), (cast.mate.pk,), (None,)]
    assert client.post("/inbox/bulk/claim").status_code == 422
    assert client.post("/inbox/bulk/join", {"ids": ids_of([three])}).status_code == 404


def test_all_that_match_are_those_of_the_box_and_the_label(cast: Cast, sign_in: SignIn) -> None:
    listed, client = write(cast, 3), sign_in(cast.owner)
    client.post("/inbox/bulk/add_tags", {"ids": ids_of(listed[:2]), "tags": "Urgent"})
    page = client.get("/inbox/?box=us&whose=all&label=urgent").content.decode()
    assert [each in page for each in ("Of ada", "Of bela", "Of cleo")] == [True, True, False]
    client.post("/inbox/bulk/close?box=us&whose=all&label=urgent", {"matching": "true", "ids": ids_of(listed)})
    assert columns("status") == [("closed",), ("closed",), ("open",)]


def test_nobody_takes_back_what_somebody_else_has_done_nor_changes_what_they_do_not_see(
    cast: Cast, sign_in: SignIn
) -> None:
    listed, client = write(cast, 1), sign_in(cast.owner)
    undo = undo_of(client.post("/inbox/bulk/claim", {"ids": ids_of(listed)}, follow=True))
    assert sign_in(cast.mate).post(undo).status_code == 404
    client.post(f"/inbox/{listed[0].pk}/set_visibility", {"audience": "participants"})
    stranger = sign_in(cast.outsider)
    assert stranger.post("/inbox/bulk/close", {"ids": ids_of(listed)}).status_code == 404
    stranger.post("/inbox/bulk/close?box=all&whose=all", {"matching": "true"})
    assert columns("owner_id", "status") == [(cast.owner.pk, "open")]


def test_whoever_cannot_read_what_they_are_given_is_named(cast: Cast, sign_in: SignIn) -> None:
    opened, client = write(cast, 1)[0], sign_in(cast.owner)
    words = "They may not read all of it yet: share it with them."
    assert words not in assigned(client, opened, cast).content.decode()
    client.post(f"/inbox/{opened.pk}/set_visibility", {"audience": "participants"})
    assert words in assigned(client, opened, cast).content.decode()


def assigned(client: Client, opened: Conversation, cast: Cast) -> Any:
    return client.post(f"/inbox/{opened.pk}/assign", {"to": str(cast.mate.pk)}, follow=True)


def test_a_label_is_put_on_in_the_pane_and_its_history_stands_between_the_messages(cast: Cast, sign_in: SignIn) -> None:
    opened, client = write(cast, 1)[0], sign_in(cast.owner)
    client.post(f"/inbox/{opened.pk}/tags", {"add": "Urgent"}, headers={"HX-Request": "true"})
    client.post(f"/inbox/{opened.pk}/move", {"team": str(Team.objects.get(name="North").pk)})
    page = client.get(f"/inbox/{opened.pk}/?box=all&whose=all").content.decode()
    assert 'href="/inbox/?box=all&amp;whose=all&amp;label=Urgent"' in page
    assert "Moved to North by Owner" in page
    options = client.get(f"/inbox/{opened.pk}/tags/options?add.words=urgency").content.decode()
    assert "urgency" in options


def test_how_many_there_are_is_counted_when_the_page_stands(cast: Cast, sign_in: SignIn) -> None:
    listed, client = write(cast, 3), sign_in(cast.owner)
    client.post("/inbox/bulk/assign", {"ids": ids_of(listed[:1]), "to": str(cast.mate.pk)})
    figures = re.findall(r'<span class="faint">(\d+)</span>', client.get("/inbox/counts?box=us").content.decode())
    assert figures == ["3", "2", "3", "3"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_queries_however_many_there_are(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    write(cast, count)
    client = sign_in(cast.owner)
    client.get("/inbox/?whose=all")
    with django_assert_num_queries(INBOX_QUERIES):
        assert client.get("/inbox/?whose=all").status_code == 200


def test_what_came_while_one_was_writing_is_told_once_and_then_one_writes_on(cast: Cast, sign_in: SignIn) -> None:
    opened, client = write(cast, 1)[0], sign_in(cast.owner)
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(f"/inbox/{opened.pk}/").content.decode())
    assert seen
    note = {"kind": "note", "text": "Mine.", "party": str(opened.party_id), "conversation": str(opened.pk)}
    sign_in(cast.mate).post("/interactions/write", note | {"text": "I have answered."})
    page = client.post("/interactions/write", note | {"seen": seen[1], "back": f"/inbox/{opened.pk}/"}, follow=True)
    text = page.content.decode()
    assert "Something was said here while you were writing." in text
    assert "I have answered." in text
    assert 'class="said">Mine.' not in text
    seen = re.search(r'name="seen" value="([^"]+)"', text)
    assert seen
    page = client.post("/interactions/write", note | {"seen": seen[1], "back": f"/inbox/{opened.pk}/"}, follow=True)
    assert 'class="said">Mine.' in page.content.decode()


def test_a_rule_on_arrival_is_tried_on_past_mail_that_whoever_tries_it_may_read(cast: Cast, sign_in: SignIn) -> None:
    write(cast, 2)
    hidden = letter("dora@else.example", "owner@ours.example", "When?", subject="Of secrets")
    file(archive_of(cast.owner), [hidden])
    sent = {"name": "Ada", "condition": "subject contains of", "closes": "true", "position": "1"}
    client = sign_in(cast.administrator)
    assert client.post("/settings/arrival_rules/new", sent).status_code == 302
    address = f"/settings/arrival_rules/{ArrivalRule.objects.get().pk}/try"
    page = client.get(address).content.decode()
    assert [each in page for each in ("Of ada", "Of bela", "Of secrets")] == [True, True, False]
    assert "switched off" in page
    assert columns("status") == [("open",)] * 3
    assert sign_in(cast.owner).get(address).status_code == 403
