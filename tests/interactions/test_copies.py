"""A message that comes by several ways is one, whatever came first; a forged one keeps none out."""

from __future__ import annotations

from hashlib import sha256
from itertools import permutations
from typing import Any, BinaryIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.interactions.models import Body, Conversation, Copy, Interaction, Participation, Standing
from rapport.platform.errors import NotFound
from rapport.platform.files import store
from rapport.platform.history.models import Change
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
JONAS, MARA, TOM = "Jonas <jonas@okafor.example>", "mara@ours.example", "tom@ours.example"
TEXT = "The second pallet is missing.\nWhere is it?\n"
FOOTER = "_" * 47 + "\nteam mailing list\nhttps://lists.example/listinfo/team\n"

REAL = letter(JONAS, MARA, TEXT, id_="a", hours_ago=5)
FORGED = REAL.replace(b"Where is it?", b"It is here after all, thanks.")


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner, tom=made.mate)
    return made


def state() -> list[Any]:
    """What is derived of each message, whatever came first."""
    columns = ("snippet", "direction", "automatic", "user", "sender__primary_email", "conversation__awaiting")
    found = []
    for row in Interaction.objects.order_by("snippet"):
        seen = Interaction.objects.filter(pk=row.pk).values_list(*columns).get()
        people = Participation.objects.filter(interaction=row).values_list("role", "address", "user")
        found.append((seen, sorted(people, key=str), sorted(row.audience.everything)))
    return found


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
@pytest.mark.parametrize("is_one_batch", [True, False])
def test_a_forged_message_keeps_the_real_one_out_in_no_order(
    cast: Cast, order: tuple[int, ...], is_one_batch: bool
) -> None:
    archive, letters = archive_of(cast.owner), [REAL, FORGED, REAL]
    batches = [[letters[each] for each in order]] if is_one_batch else [[letters[each]] for each in order]
    filed = [file(archive, batch) for batch in batches]
    assert (sum(each.stored for each in filed), sum(each.already_there for each in filed)) == (2, 1)
    snippets = set(Interaction.objects.values_list("snippet", flat=True))
    assert snippets == {
        "The second pallet is missing. Where is it?",
        "The second pallet is missing. It is here after all, thanks.",
    }
    conversation = Conversation.objects.get()
    assert (conversation.message_count, conversation.awaiting) == (2, "us")


def test_the_same_html_with_another_link_is_another_message(cast: Cast) -> None:
    def page(link: str) -> bytes:
        html = f'<p>Pay <a href="https://{link}.example">here</a></p>'
        head, _blank, _body = REAL.partition(b"\n\n")
        kind = b'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 7bit\n'
        assert kind in head + b"\n"
        parts = f"--b\nContent-Type: text/plain\n\nPay here\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
        head = (head + b"\n").replace(kind, b'Content-Type: multipart/alternative; boundary="b"\n')
        return head + b"\n" + parts.encode()

    filed = file(archive_of(cast.owner), [page("evil"), page("bank"), page("bank")])
    assert (filed.stored, filed.already_there) == (2, 1)
    assert Body.objects.filter(html__contains="https://bank.example").count() == 1


WAYS = {
    "direct": letter(JONAS, MARA, TEXT, id_="a", cc="team@lists.example", hours_ago=5),
    "list": letter(
        JONAS, MARA, TEXT + FOOTER, id_="a", cc="team@lists.example", hours_ago=5, subject="[team] Delivery",
        List_Id="<team.lists.example>", Delivered_To=TOM,
    ),
    "via": letter(
        "Jonas via team <team@lists.example>", MARA, TEXT + FOOTER, id_="a", cc="team@lists.example", hours_ago=5,
        subject="[team] Delivery", List_Id="<team.lists.example>", Delivered_To=TOM,
    ),
}  # fmt: skip


@pytest.mark.parametrize("other", ["list", "via"])
def test_what_a_list_passes_on_is_what_its_sender_sent_in_either_order(cast: Cast, other: str) -> None:
    archives = {"direct": archive_of(cast.owner), other: archive_of(cast.mate)}
    found = []
    for order in ([other, "direct"], ["direct", other]):
        Conversation.objects.all().delete()
        for way in order:
            file(archives[way], [WAYS[way]])
        found.append((state(), Standing.objects.values_list("awaiting", "prompt__snippet").get()))
        kept = Interaction.objects.values_list(
            "subject", "automatic", "sender__primary_email", "body__raw_digest"
        ).get()
        assert kept == ("Delivery", "", "jonas@okafor.example", sha256(WAYS["direct"]).digest())
    assert found[0] == found[1]
    assert found[0][1] == ("us", "The second pallet is missing. Where is it?")
    assert found[0][0][0][2] == sorted([cast.owner.pk, cast.mate.pk])


def test_a_message_from_a_list_alone_stays_one_of_a_list(cast: Cast) -> None:
    filed = file(archive_of(cast.mate), [WAYS["list"], WAYS["list"]])
    assert (filed.stored, filed.already_there) == (1, 1)
    assert Interaction.objects.get().automatic == "list"
    assert Conversation.objects.get().awaiting == "nobody"


def test_the_senders_own_copy_tells_of_blind_copies_in_either_order(cast: Cast) -> None:
    sent = letter(MARA, JONAS, TEXT, id_="s", Bcc="boss@sato.example")
    got = letter(MARA, JONAS, TEXT, id_="s")
    found = []
    for order in ([sent, got], [got, sent]):
        Conversation.objects.all().delete()
        for each in order:
            file(archive_of(cast.owner), [each])
        found.append(state())
    assert found[0] == found[1]
    assert ("bcc", "boss@sato.example", None) in found[0][0][1]


def test_whom_a_copy_was_delivered_to_decides_in_either_order(cast: Cast) -> None:
    to_list = letter(JONAS, "all@elsewhere.example", TEXT, id_="l")
    delivered = letter(JONAS, "all@elsewhere.example", TEXT, id_="l", Delivered_To=MARA)
    found = []
    for order in ([to_list, delivered], [delivered, to_list]):
        Conversation.objects.all().delete()
        for each in order:
            file(archive_of(cast.mate), [each])
        found.append(state())
    assert found[0] == found[1]
    assert found[0][0][0][1] == "in"
    assert found[0][0][2] == sorted([cast.owner.pk, cast.mate.pk])


def test_copies_that_are_known_change_nothing(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    listed = [FORGED, *WAYS.values(), letter(MARA, JONAS, TEXT, id_="s", Bcc="boss@sato.example"), REAL]
    file(archive, listed)
    before = (state(), Change.objects.count(), list(Copy.objects.order_by("pk").values()))
    again = file(archive, listed)
    assert (again.stored, again.already_there) == (0, len(listed))
    assert (state(), Change.objects.count(), list(Copy.objects.order_by("pk").values())) == before


def test_many_copies_cost_as_many_queries_as_one(cast: Cast) -> None:
    said = [letter(JONAS, MARA, f"Pallet {n}?", id_=f"m{n}", subject=f"Pallet {n}") for n in range(6)]
    file(archive_of(cast.owner), said)
    asked = []
    for listed in (said[:1], said[1:2], said[2:]):  # the first makes the audience
        archive = archive_of(cast.mate)
        with CaptureQueriesContext(connection) as queries:
            copies = [each.replace(b"Subject:", b"Bcc: tom@ours.example\nSubject:") for each in listed]
            assert file(archive, copies).already_there == len(listed)
        asked.append(len(queries))
    assert Participation.objects.filter(role="bcc", user=cast.mate).count() == len(said)
    assert Copy.objects.count() == 2 * len(said)
    assert asked[1] == asked[2]


def test_mail_from_before_copies_were_noted_says_itself_whom_it_was_delivered_to(cast: Cast) -> None:
    archive = archive_of(cast.mate)
    file(archive, [letter(JONAS, "all@elsewhere.example", TEXT, id_="l", Delivered_To=MARA)])
    Copy.objects.all().delete()
    before = state()
    file(archive, [letter(JONAS, "all@elsewhere.example", TEXT, id_="l", Delivered_To="tom@ours.example")])
    assert Copy.objects.get().delivered_to == [MARA, "tom@ours.example"]
    assert state() == before


def test_the_same_words_to_several_people_are_a_message_to_each(cast: Cast) -> None:
    circular = [letter(JONAS, to, TEXT, id_=f"c{place}", hours_ago=5) for place, to in enumerate((MARA, TOM))]
    again = letter(JONAS, MARA, TEXT, id_="resent", hours_ago=5)
    filed = file(archive_of(cast.owner), [*circular, again])
    assert (filed.stored, filed.already_there) == (2, 1)
    assert file(archive_of(cast.owner), [*circular, again]).already_there == 3


def test_what_has_no_id_is_known_by_its_words_and_by_whom_it_names(cast: Cast) -> None:
    def nameless(to: str) -> bytes:
        raw = letter(JONAS, to, TEXT, id_="n", hours_ago=5)
        return raw.replace(b"Message-ID: <n@test.example>\n", b"")

    assert b"Message-ID" not in nameless(MARA)
    filed = file(archive_of(cast.owner), [nameless(MARA), nameless(TOM), nameless(MARA)])
    assert (filed.stored, filed.already_there) == (2, 1)
    assert file(archive_of(cast.owner), [nameless(TOM), nameless(MARA)]).already_there == 2


def test_a_program_that_repeats_its_ids_costs_no_reading(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_of(cast.owner)
    file(archive, [letter(JONAS, MARA, f"Report {n}", id_="always", hours_ago=n + 1) for n in range(9)])
    read: list[bytes] = []

    def reading(digest: bytes) -> BinaryIO:
        read.append(digest)
        raise NotFound()

    monkeypatch.setattr(store, "open_file", reading)
    filed = file(archive, [letter(JONAS, MARA, f"Report {n}", id_="always", hours_ago=n + 1) for n in range(20)])
    assert (filed.stored, filed.already_there, read) == (11, 9, [])
