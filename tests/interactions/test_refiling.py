"""Whoever we turn out to be: stored mail then stands as if that had been known from the beginning."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from rapport.interactions import jobs, refiling
from rapport.interactions.actions.conversations import close, no_reply_needed
from rapport.interactions.actions.grouping import join, split
from rapport.interactions.actions.imports import Terms
from rapport.interactions.actions.visibility import set_visibility
from rapport.interactions.filing.stored import complete_copies
from rapport.interactions.models import (
    ChangeOfUs,
    Conversation,
    Copy,
    Interaction,
    OurAddress,
    Response,
)
from rapport.interactions.refiling import refile
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import deliver
from rapport.platform.events.models import Event
from rapport.platform.history.models import Change
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.resources.verbs import restore, trash, update
from tests.factories.cast import Cast, make_cast
from tests.factories.filed import afresh, ours, state
from tests.factories.letters import archive_of, file, letter
from tests.interactions.test_importing import filed, mbox, uploaded

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("command")
JONAS, MARA, TOM, AIKO = "jonas@okafor.example", "mara@ours.example", "tom@ours.example", "aiko@sato.example"

ASKED = letter(f"Jonas Okafor <{JONAS}>", MARA, "When do you deliver?", hours_ago=30, id_="a", cc=AIKO)
ANSWERED = letter(f"Mara <{MARA}>", JONAS, "On Thursday. Fine?", hours_ago=28, id_="b", answers="a")
PASSED_ON = letter(MARA, TOM, "Will you see to it?", hours_ago=27, id_="c", answers="b")
TO_A_LIST = letter(AIKO, "all@list.example", "A list?", hours_ago=9, id_="l", subject="List", Delivered_To=MARA)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_mail_that_was_observed_becomes_ours_and_back(cast: Cast) -> None:
    batches = [(archive_of(cast.owner), [ASKED, ANSWERED, PASSED_ON, TO_A_LIST])]
    file(*batches[0])
    observed = state()
    assert set(Interaction.objects.values_list("direction", flat=True)) == {"observed"}
    assert not Party.objects.exists()
    ours("@ours.example")
    ours(MARA, cast.owner)
    ours(TOM, cast.mate)
    refile()
    assert state() == afresh(batches)
    assert dict(Interaction.objects.values_list("message_id", "direction")) == {
        "a@test.example": "in", "b@test.example": "out", "c@test.example": "internal", "l@test.example": "in",
    }  # fmt: skip
    conversation = Interaction.objects.get(message_id="b@test.example").conversation
    assert (conversation.awaiting, conversation.message_count) == ("them", 3)
    assert [each.elapsed_seconds for each in Response.objects.all()] == [2 * 3600]
    passed_on = Interaction.objects.get(message_id="c@test.example")
    assert set(passed_on.audience.everything) == {cast.owner.pk, cast.mate.pk}
    OurAddress.objects.all().delete()
    refile()
    assert state() == observed == afresh(batches)


def test_nothing_changes_the_second_time(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED, ANSWERED, PASSED_ON, TO_A_LIST])
    ours("@ours.example")
    refile()
    assert not ChangeOfUs.objects.exists()
    before = (Change.objects.count(), list(Interaction.objects.order_by("pk").values()), state())
    for name in ("@ours.example", MARA, JONAS):
        ChangeOfUs.objects.create(name=name)
    refile()
    assert (Change.objects.count(), list(Interaction.objects.order_by("pk").values()), state()) == before


def test_every_way_of_changing_our_addresses_is_noted(cast: Cast) -> None:
    def noted() -> set[str]:
        found = set(ChangeOfUs.objects.values_list("name", flat=True))
        ChangeOfUs.objects.all().delete()
        return found

    ours("early@ours.example")
    assert noted() == set()  # nothing is filed yet that it could change
    file(archive_of(cast.owner), [ASKED])
    resource, admin = RESOURCES["our_addresses"], cast.actor("administrator")
    ours(MARA)
    row = OurAddress.objects.get(address=MARA)
    assert noted() == {MARA}
    update(resource, [row.pk], {"user": str(cast.owner.pk)}, actor=admin)
    assert noted() == {MARA}
    update(resource, [row.pk], {"address": "maria@ours.example"}, actor=admin)
    assert noted() == {MARA, "maria@ours.example"}
    update(resource, [row.pk], {"confirmed": False}, actor=admin)
    assert noted() == {"maria@ours.example"}
    update(resource, [row.pk], {"user": str(cast.mate.pk)}, actor=admin)
    assert noted() == set()  # unconfirmed, it meant nothing
    update(resource, [row.pk], {"confirmed": True}, actor=admin)
    trash(resource, [row.pk], actor=admin)
    assert noted() == {"maria@ours.example"}
    restore(resource, [row.pk], actor=admin)
    assert noted() == {"maria@ours.example"}
    OurAddress.objects.filter(pk=row.pk).update(updated_at=row.created_at)
    assert noted() == set()


def test_whose_an_address_is_decides_who_reads_its_mail(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    ours(MARA, cast.owner)
    ours(TOM, cast.outsider)
    file(archive, [PASSED_ON])
    message = Interaction.objects.get()
    assert set(message.audience.everything) == {cast.owner.pk, cast.outsider.pk}
    ours(TOM, cast.mate)
    refile()
    message = Interaction.objects.get()
    assert set(message.audience.everything) == {cast.owner.pk, cast.mate.pk}
    assert set(Conversation.objects.get().audience.everything) == {cast.owner.pk, cast.mate.pk}


TANGLED = [
    letter(JONAS, MARA, "One?", hours_ago=9, id_="x", subject="One", References="<root@test.example>"),
    letter(AIKO, MARA, "Two?", hours_ago=8, id_="y", subject="Two", References="<root@test.example>"),
]
"""They share an id, and, as long as nobody knows that Mara is one of us, a participant."""


def test_conversations_that_only_we_ourselves_tied_together_part_and_join(cast: Cast) -> None:
    batches = [(archive_of(cast.owner), TANGLED)]
    file(*batches[0])
    joined = state()
    assert Conversation.objects.count() == 1
    ours(MARA)
    refile()
    assert sorted(Conversation.objects.values_list("subject", flat=True)) == ["One", "Two"]
    assert state() == afresh(batches)
    OurAddress.objects.all().delete()
    refile()
    assert Conversation.objects.count() == 1
    assert state() == joined


def test_what_persons_have_said_holds_in_both_parts(cast: Cast) -> None:
    archive = archive_of(cast.owner, "everyone")
    file(archive, TANGLED)
    kept = Conversation.objects.get()
    set_visibility([kept.pk], audience="participants", actor=cast.actor("owner"))
    close([kept.pk], actor=cast.actor("owner"))
    no_reply_needed([kept.pk], actor=cast.actor("owner"))
    ours(MARA, cast.owner)
    refile()
    parts = list(Conversation.objects.all())
    assert len(parts) == 2
    for each in parts:
        assert (each.status, each.awaiting, each.is_visibility_set) == ("closed", "nobody", True)
        assert each.audience.everything == [cast.owner.pk]


def test_splits_and_joins_by_hand_hold(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [ASKED, ANSWERED, PASSED_ON, *TANGLED])
    by_id = {row.message_id[0]: row for row in Interaction.objects.all()}
    done = split([by_id["a"].conversation_id], message=by_id["b"].pk, only=True, actor=SYSTEM)
    join([by_id["x"].conversation_id], into=done["id"], actor=SYSTEM)
    before = dict(Interaction.objects.values_list("pk", "conversation_id"))
    ours("@ours.example")
    refile()
    assert dict(Interaction.objects.values_list("pk", "conversation_id")) == before


def test_a_refiling_that_is_stopped_goes_on_where_it_stood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refiling, "BATCH", 2)
    monkeypatch.setattr(refiling, "WINDOW", 3)
    letters = [letter(f"p{n}@firm.example", MARA, f"{n}?", hours_ago=n + 1, subject=f"S{n}") for n in range(9)]
    batches = [(archive_of(cast.owner), letters)]
    file(*batches[0])
    ours(MARA, cast.owner)

    class Stopped(Exception):
        pass

    seen: list[int] = []

    def stop(looked_at: int) -> None:
        seen.append(looked_at)
        raise Stopped

    for _time in range(3):
        with pytest.raises(Stopped):
            refile(stop)
    done = Interaction.objects.filter(direction="in").count()
    assert (len(seen), done) == (3, sum(seen))
    assert 0 < done < 9
    assert refile() == 9 - done
    assert state() == afresh(batches)


def test_a_name_that_changes_meanwhile_is_looked_at_from_the_start(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refiling, "BATCH", 1)
    file(archive_of(cast.owner), [ASKED, PASSED_ON])
    ours(MARA, cast.owner)
    changed: list[int] = []

    def change(_looked_at: int) -> None:
        if not changed:
            changed.append(OurAddress.objects.update(user=cast.outsider))

    refile(change)
    assert {tuple(row.audience.everything) for row in Interaction.objects.all()} == {
        tuple(sorted([cast.owner.pk, cast.outsider.pk]))
    }


def test_only_the_mail_of_a_name_is_looked_at(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED, TO_A_LIST, letter(JONAS, "xmara@ours.example", "?", id_="o")])
    ours(MARA)
    assert refile() == 2
    ours("@ours.example")
    assert refile() == 3


def test_a_domain_holds_for_those_below_it_and_means_no_other(cast: Cast) -> None:
    for place, address in enumerate(
        ("x@sales.ours.example", "x@ours.example.com", "x@notours.example", "x@ours_example")
    ):
        file(archive_of(cast.owner), [letter(JONAS, address, "?", id_=f"d{place}", subject=address)])
    ours("@ours.example")
    assert refile() == 1
    ours("@ours_example")
    assert refile() == 1


def test_what_an_importer_says_of_their_archive_holds_for_it_alone(cast: Cast, tmp_path: Any) -> None:
    filed(uploaded(cast.owner, mbox(ASKED, ANSWERED), terms=Terms(addresses="nobody@ours.example")))
    other = archive_of(cast.mate)
    file(other, [TO_A_LIST])
    assert set(Interaction.objects.values_list("direction", flat=True)) == {"observed"}
    again = filed(uploaded(cast.owner, mbox(ASKED, ANSWERED), terms=Terms(addresses=MARA)))
    assert (again.stored, again.already_there) == (0, 2)
    refile()
    assert dict(Interaction.objects.values_list("message_id", "direction")) == {
        "a@test.example": "in", "b@test.example": "out", "l@test.example": "observed",
    }  # fmt: skip
    filed(uploaded(cast.owner, mbox(ASKED, ANSWERED), terms=Terms(addresses="nobody@ours.example")))
    refile()
    assert set(Interaction.objects.values_list("direction", flat=True)) == {"observed"}


def test_the_first_import_of_an_archive_files_nothing_again(cast: Cast) -> None:
    file(archive_of(cast.mate), [TO_A_LIST])
    filed(uploaded(cast.owner, mbox(ASKED, ANSWERED), terms=Terms(addresses=MARA)))
    assert set(Interaction.objects.exclude(message_id__startswith="l").values_list("direction", flat=True)) == {
        "in", "out",
    }  # fmt: skip
    assert not ChangeOfUs.objects.exists()
    assert queued() == 0


def test_further_copies_keep_showing_a_message_to_those_who_have_them(cast: Cast) -> None:
    for user in (cast.owner, cast.mate):
        file(archive_of(user), [PASSED_ON])
    ours(MARA, cast.outsider)
    refile()
    assert set(Interaction.objects.get().audience.everything) == {cast.owner.pk, cast.mate.pk, cast.outsider.pk}
    assert Copy.objects.count() == 2
    OurAddress.objects.all().delete()
    refile()
    assert set(Interaction.objects.get().audience.everything) == {cast.owner.pk, cast.mate.pk}


def test_where_older_mail_lies_is_noted_in_steps_of_a_batch(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    to_a_list = [
        letter(AIKO, "all@list.example", "?", id_=f"l{n}", subject=f"{n}", Delivered_To=MARA) for n in range(5)
    ]
    file(archive_of(cast.owner), to_a_list)
    Copy.objects.all().delete()
    ids = list(Interaction.objects.order_by("pk").values_list("pk", flat=True))
    for most in (1, 2):
        with django_assert_num_queries(2):
            assert complete_copies(ids, most) == most
    ours(MARA)
    monkeypatch.setattr(refiling, "BATCH", 1)
    assert (refiling._step(), Copy.objects.count()) == (0, 4)
    assert refile() == 5
    assert {tuple(each.delivered_to) for each in Copy.objects.all()} == {(MARA,)}
    assert set(Interaction.objects.values_list("direction", flat=True)) == {"in"}


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'interactions.refile'")
        return int(cursor.fetchone()[0])


def test_the_worker_is_told_wherever_a_name_is_said(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    uploaded(cast.administrator, mbox(ANSWERED), terms=Terms(addresses=MARA))
    assert queued() == 1
    jobs.refile()
    assert Interaction.objects.get().direction == "in"
    jobs.refile_missed()
    assert queued() == 1  # the one from before, which no worker has taken
    verbs.create(RESOURCES["our_addresses"], {"address": TOM}, actor=cast.actor("administrator"))
    event = Event.objects.filter(name="our_addresses.created").get()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pgqueuer WHERE entrypoint = 'interactions.refile'")
    deliver(event.pk, "rapport.interactions.jobs.follow_us")
    assert queued() == 1


def test_a_name_that_is_said_while_the_worker_is_at_it_has_a_job_of_its_own(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    ours(MARA)
    refiling.refile_later()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pgqueuer SET status = 'picked' WHERE entrypoint = 'interactions.refile'")
    refiling.refile_later()
    assert queued() == 2
    jobs.refile_missed()
    assert queued() == 2
