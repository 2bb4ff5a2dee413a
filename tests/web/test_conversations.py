"""The pane of a conversation: split, joined and shared where it is read."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.models import Conversation, Interaction
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
PANE_QUERIES = 25
JONAS = "Jonas Okafor <jonas@okafor.example>"


def write(cast: Cast, count: int, subject: str = "Delivery") -> Conversation:
    """A conversation of the owner's with `count` messages."""
    we_are(owner=cast.owner, mate=cast.mate)
    sent = [
        letter(JONAS, "owner@ours.example", f"Question {n}?", hours_ago=30 - n, id_=f"{subject}{n}", subject=subject,
               answers=f"{subject}{n - 1}" if n else "")
        for n in range(count)
    ]  # fmt: skip
    file(archive_of(cast.owner), sent)
    found: Conversation = Conversation.objects.get(subject=subject)
    return found


def messages(conversation: Conversation) -> list[Any]:
    return list(Interaction.objects.filter(conversation=conversation).order_by("at"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_conversation_costs_the_same_queries_whatever_its_length(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    opened = write(cast, count)
    client = sign_in(cast.owner)
    client.get(f"/inbox/{opened.pk}/")
    with django_assert_num_queries(PANE_QUERIES):
        assert client.get(f"/inbox/{opened.pk}/").status_code == 200


def test_a_message_is_split_off_and_brought_back_by_the_toast(cast: Cast, sign_in: SignIn) -> None:
    opened = write(cast, 3)
    client = sign_in(cast.owner)
    page = client.post(f"/inbox/{opened.pk}/split", {"message": str(messages(opened)[1].pk)}, follow=True)
    made = Conversation.objects.exclude(pk=opened.pk).get()
    assert page.redirect_chain[0][0].startswith(f"/inbox/{made.pk}/")
    assert (len(messages(opened)), len(messages(made))) == (1, 2)
    undo = page.content.decode().split(f'action="/inbox/{opened.pk}/undo_regrouping?')[1].split('"')[0]
    client.post(f"/inbox/{opened.pk}/undo_regrouping?{undo}")
    assert len(messages(opened)) == 3
    assert client.get(f"/inbox/{made.pk}/").status_code == 404


def test_a_single_message_offers_no_split_and_the_first_none_from_here_on(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    assert "Split" not in client.get(f"/inbox/{write(cast, 1).pk}/").content.decode()
    text = client.get(f"/inbox/{write(cast, 3, 'Longer').pk}/").content.decode()
    assert (text.count("Split from here on"), text.count("Split off only this")) == (2, 2)


def test_another_conversation_with_the_same_people_is_joined(cast: Cast, sign_in: SignIn) -> None:
    kept, other = write(cast, 1), write(cast, 2, "Invoice")
    client = sign_in(cast.owner)
    assert "Invoice" in client.get(f"/inbox/{kept.pk}/join").content.decode()
    assert "Invoice" in client.get(f"/inbox/{kept.pk}/join?q=invoice").content.decode()
    assert "Invoice" not in client.get(f"/inbox/{kept.pk}/join?q=quartz").content.decode()
    page = client.post(f"/inbox/{kept.pk}/join", {"other": str(other.pk)}, follow=True)
    assert "The two conversations are one now." in page.content.decode()
    assert len(messages(kept)) == 3


def test_who_reads_a_conversation_is_said_and_changed_on_it(cast: Cast, sign_in: SignIn) -> None:
    opened = write(cast, 1)
    owner, mate = sign_in(cast.owner), sign_in(cast.mate)
    base = f"/inbox/{opened.pk}/"
    assert "Only its participants see this" in owner.get(base).content.decode()
    assert mate.get(base).status_code == 404
    owner.post(f"{base}share", {"with_": str(cast.mate.pk)})
    assert "Only Mate, Owner can read this" in owner.get(base).content.decode()
    assert "Question 0?" in mate.get(base).content.decode()
    file(archive_of(cast.owner), [letter(JONAS, "owner@ours.example", "And now?", id_="later", answers="Delivery0")])
    assert "And now?" in mate.get(base).content.decode()
    owner.post(f"{base}unshare", {"with_": str(cast.mate.pk)})
    assert mate.get(base).status_code == 404
    owner.post(f"{base}set_visibility", {"audience": "everyone"})
    assert "Everyone here can read this" in sign_in(cast.administrator).get(base).content.decode()
    owner.post(f"{base}set_visibility", {"audience": "default"})
    assert "Only its participants see this" in owner.get(base).content.decode()


def test_what_comes_to_a_private_conversation_is_private(cast: Cast, sign_in: SignIn) -> None:
    opened = write(cast, 1)
    sign_in(cast.owner).post(f"/inbox/{opened.pk}/set_visibility", {"audience": "participants"})
    later = letter(JONAS, "owner@ours.example", "And now?", id_="later", answers="Delivery0")
    file(archive_of(None, "everyone"), [later])
    assert len(messages(opened)) == 2
    assert not Interaction.objects.visible_to(cast.actor("administrator")).exists()


@pytest.mark.parametrize("door", ["", "join", "split", "share", "unshare", "undo_regrouping"])
def test_somebody_elses_conversation_is_not_found(cast: Cast, sign_in: SignIn, door: str) -> None:
    opened = write(cast, 2)
    client = sign_in(cast.mate)
    sent = {
        "message": str(messages(opened)[1].pk), "other": str(opened.pk), "with_": str(cast.mate.pk),
        "regrouping": str(opened.pk),
    }  # fmt: skip
    assert (client.post if door else client.get)(f"/inbox/{opened.pk}/{door}", sent).status_code == 404
    assert len(messages(opened)) == 2


def test_what_has_lapsed_shows_no_clock(cast: Cast, sign_in: SignIn) -> None:
    we_are(owner=cast.owner)
    archive = archive_of(cast.owner)
    file(archive, [letter(JONAS, "owner@ours.example", "Still there?", hours_ago=24 * 400, id_="old", subject="Old")])
    page = sign_in(cast.owner).get("/inbox/?box=all&whose=all").content.decode()
    assert "Still there?" in page
    assert 'class="clock' not in page
    file(archive, [letter(JONAS, "owner@ours.example", "And now?", hours_ago=200, id_="new", subject="New")])
    assert sign_in(cast.owner).get("/inbox/?box=all&whose=all").content.decode().count('class="clock') == 1
