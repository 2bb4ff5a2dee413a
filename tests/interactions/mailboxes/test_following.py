"""A mailbox on a real server and what is here of it: the same, whatever happens to either."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.interactions.filing import messages
from rapport.interactions.filing.letters import Item
from rapport.interactions.filing.messages import Filed
from rapport.interactions.mailboxes import reading
from rapport.interactions.models import Copy, Interaction, KeptApart, Mailbox, MailFolder, MailPlace, Sync
from tests.dovecot import Dovecot
from tests.factories.cast import Cast
from tests.factories.letters import letter
from tests.factories.mailboxes import catch_up, lying, mailbox_of, placed, session_of

pytestmark = pytest.mark.django_db
JONAS = "jonas@okafor.example"
ALL = ("INBOX", "Sent", "Kunden/Größe")


@pytest.fixture
def mailbox(cast: Cast, server: Dovecot, account: str) -> Mailbox:
    return mailbox_of(cast.owner, server, account)


def name(account: str) -> str:
    return account.partition("@")[0]


def some(account: str, count: int, first: int = 0) -> list[bytes]:
    numbers = range(first, first + count)
    return [letter(JONAS, account, f"Question {n}?", hours_ago=200 - n, id_=f"{name(account)}.{n}") for n in numbers]


def test_all_that_lies_in_the_chosen_folders_is_here(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    with server.client(account) as client:
        client.create_folder("Kunden/Größe")
    server.deliver(account, some(account, 3))
    server.deliver(account, some(account, 2, 10), "Kunden/Größe")
    server.deliver(
        account, [letter(account, JONAS, "Tomorrow.", answers=f"{name(account)}.1", id_=f"{name(account)}.s")], "Sent"
    )
    server.deliver(account, some(account, 1, 20), "Drafts")
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account, ALL)
    assert len(placed(mailbox)) == 6
    outgoing = Interaction.objects.get(message_id=f"{name(account)}.s@test.example")
    assert outgoing.direction == "out"
    assert outgoing.conversation == Interaction.objects.get(message_id=f"{name(account)}.1@test.example").conversation
    assert outgoing.user == mailbox.owner
    sync = Sync.objects.get(mailbox=mailbox)
    assert (sync.state, sync.behind, sync.trouble) == ("live", 0, "")
    roles = dict(mailbox.folders.values_list("name", "role"))
    assert roles == {
        "INBOX": "inbox",
        "Sent": "sent",
        "Drafts": "drafts",
        "Junk": "junk",
        "Kunden/Größe": "",
    }


def test_many_are_parsed_by_processes_of_their_own(
    server: Dovecot, account: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MANY", 3)
    monkeypatch.setattr(reading, "BATCH", 2)
    server.deliver(account, some(account, 5))
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account)


def test_only_what_is_new_is_fetched(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    server.deliver(account, some(account, 2))
    with session_of(mailbox) as session:
        session.look()
        server.deliver(account, some(account, 1, 2))
        fetched: list[list[int]] = []
        original = session.client.fetch

        def fetch(uids: list[int], data: list[str]) -> object:
            fetched.append(list(uids))
            return original(uids, data)

        session.client.fetch = fetch
        session.look()
        assert fetched == [[3], [3]]  # its size, then itself
        session.look()
        assert len(fetched) == 2
    assert placed(mailbox) == lying(server, account)


def test_a_message_is_one_wherever_and_however_often_it_lies(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    same, forged = some(account, 1)[0], letter("x@elsewhere.example", account, "Other words", id_=f"{name(account)}.0")
    server.deliver(account, [same, same, forged])
    server.deliver(account, [same], "Sent")
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account, ("INBOX", "Sent"))
    assert Interaction.objects.filter(message_id=f"{name(account)}.0@test.example").count() == 2
    assert Copy.objects.filter(archive=mailbox.archive).count() == 2


def test_a_folder_that_is_built_anew_is_read_again_and_nothing_is_doubled(
    server: Dovecot, account: str, mailbox: Mailbox
) -> None:
    with server.client(account) as client:
        client.create_folder("Kunden")
    server.deliver(account, some(account, 3), "Kunden")
    catch_up(mailbox)
    before = MailFolder.objects.get(mailbox=mailbox, name="Kunden").uidvalidity
    with server.client(account) as client:
        client.delete_folder("Kunden")
        client.create_folder("Kunden")
    server.deliver(account, some(account, 4)[1:], "Kunden")
    catch_up(mailbox)
    assert MailFolder.objects.get(mailbox=mailbox, name="Kunden").uidvalidity != before
    assert placed(mailbox) == lying(server, account, ("Kunden",))
    assert Interaction.objects.count() == 4  # what was deleted there stays here


def test_what_goes_there_stays_here(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    with server.client(account) as client:
        client.create_folder("Kunden")
    server.deliver(account, some(account, 3))
    server.deliver(account, some(account, 1, 3), "Kunden")
    with session_of(mailbox) as session:
        session.look()
        with server.client(account) as client:
            client.select_folder("INBOX")
            client.delete_messages([1, 3])
            client.expunge()
            client.delete_folder("Kunden")
        session.look()
    assert placed(mailbox) | {("Kunden", 1): ""} == lying(server, account) | {("Kunden", 1): ""}
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account) != {}
    assert MailFolder.objects.get(mailbox=mailbox, name="Kunden").is_gone
    assert Interaction.objects.count() == 4


def test_a_message_that_goes_while_it_is_fetched_is_no_hindrance(
    server: Dovecot, account: str, mailbox: Mailbox
) -> None:
    server.deliver(account, some(account, 4))
    with session_of(mailbox) as session:
        original = session.client.fetch

        def fetch(uids: list[int], data: list[str]) -> object:
            if "RFC822.SIZE" in data:
                found = original(uids, data)
                with server.client(account) as client:
                    client.select_folder("INBOX")
                    client.delete_messages([2, 4])
                    client.expunge()
                return found
            return original(uids, data)

        session.client.fetch = fetch
        session.look()
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account)
    assert {uid for _folder, uid in placed(mailbox)} == {1, 3}
    assert MailFolder.objects.get(mailbox=mailbox, role="inbox").next_uid == 5


@pytest.mark.parametrize("without", [set(), {b"QRESYNC"}, {b"QRESYNC", b"CONDSTORE"}])
def test_read_and_answered_are_known_on_both_sides(
    server: Dovecot, account: str, mailbox: Mailbox, without: set[bytes]
) -> None:
    server.deliver(account, some(account, 3))
    server.deliver(account, some(account, 1, 3), flags=[b"\\Seen"])

    def look() -> None:
        with session_of(mailbox) as session:
            capabilities = [each for each in session.client.capabilities() if each not in without]
            session.client._cached_capabilities = tuple(capabilities)
            session.begin()
            session.look()

    def seen() -> set[int]:
        return set(MailPlace.objects.filter(folder__mailbox=mailbox, is_seen=True).values_list("uid", flat=True))

    look()
    assert seen() == {4}
    with server.client(account) as client:
        client.select_folder("INBOX")
        client.add_flags([1], [b"\\Seen"])
        client.remove_flags([4], [b"\\Seen"])
        client.delete_messages([3])
        client.expunge()
    MailPlace.objects.filter(folder__mailbox=mailbox, uid=2).update(to_set=["\\Seen", "\\Answered"])
    look()
    assert seen() == {1, 2}
    assert set(placed(mailbox)) == {("INBOX", 1), ("INBOX", 2), ("INBOX", 4)}
    with server.client(account) as client:
        client.select_folder("INBOX", readonly=True)
        assert set(client.get_flags([2])[2]) >= {b"\\Seen", b"\\Answered"}
    assert not MailPlace.objects.exclude(to_set=[]).exists()


def test_a_server_that_was_restored_gives_its_uids_once_more(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    server.deliver(account, some(account, 2))
    catch_up(mailbox)
    # As if it had held more before, and UIDVALIDITY were still the same.
    MailFolder.objects.filter(mailbox=mailbox, role="inbox").update(next_uid=900)
    server.deliver(account, some(account, 1, 2))
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account)
    assert len(placed(mailbox)) == Interaction.objects.count() == 3


def test_what_the_server_leaves_out_is_asked_for_again(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    server.deliver(account, some(account, 4))
    with session_of(mailbox) as session:
        original = session.client.fetch

        def fetch(uids: list[int], data: list[str]) -> object:
            """Says nothing of 2 among others, refuses 3 always, and tells of 4 unasked."""
            if "RFC822.SIZE" not in data:
                if uids == [3]:
                    raise session.client.Error("[UNAVAILABLE] later")
                found = original(uids, data)
                if len(uids) > 1:
                    found = {uid: item for uid, item in found.items() if uid not in (2, 3)}
                    found[4] = {b"FLAGS": (b"\\Seen",)}
                return found
            return original(uids, data)

        session.client.fetch = fetch
        session.look()
    assert {uid for _folder, uid in placed(mailbox)} == {1, 2, 4}
    assert MailPlace.objects.get(folder__mailbox=mailbox, uid=3).problem


def test_a_message_that_cannot_be_filed_holds_no_other_up(
    server: Dovecot, account: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(account, some(account, 3))
    original = messages.file_messages

    def file_messages(items: list[Item], *more: Any, **named: Any) -> Filed:
        if any("Question 1?" in message.text for message, _raw, _made in items):
            raise ValueError("no")
        return original(items, *more, **named)

    monkeypatch.setattr(reading, "file_messages", file_messages)
    catch_up(mailbox)
    assert {uid for _folder, uid in placed(mailbox)} == {1, 3}
    assert "ValueError" in MailPlace.objects.get(folder__mailbox=mailbox, uid=2).problem


def test_a_folder_that_may_not_be_read_holds_no_other_up(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    server.deliver(account, some(account, 1))
    server.deliver(account, some(account, 1, 1), "Sent")
    with session_of(mailbox) as session:
        original = session.client.select_folder

        def select(name: str, readonly: bool = False) -> object:
            if name == "INBOX":
                raise session.client.Error("[NOPERM] not yours")
            return original(name, readonly)

        session.client.select_folder = select
        session.look()
    assert placed(mailbox) == lying(server, account, ("Sent",))
    sync = Sync.objects.get(mailbox=mailbox)
    assert (sync.state, sync.trouble, "INBOX" in sync.trouble_detail) == ("trouble", "folders", True)


def test_what_lies_among_spam_is_kept_apart(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    catch_up(mailbox)
    mailbox.folders.filter(role="junk").update(is_followed=True)
    server.deliver(account, [some(account, 1)[0], some(account, 1)[0], *some(account, 1, 1)], "Junk")
    server.deliver(account, some(account, 1, 2))
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account)
    assert Interaction.objects.count() == 1
    assert KeptApart.objects.count() == 2
    assert MailPlace.objects.filter(folder__role="junk").count() == 3


def test_what_is_no_message_is_kept_and_listed(server: Dovecot, account: str, mailbox: Mailbox) -> None:
    server.deliver(account, [b"\x01 nothing that anybody sent", *some(account, 1)])
    catch_up(mailbox)
    bad = MailPlace.objects.get(folder__mailbox=mailbox, uid=1)
    assert bad.interaction is None
    assert bad.problem.startswith("not a message")
    assert bad.raw_digest
    assert placed(mailbox).keys() == {("INBOX", 2)}
    with server.client(account) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    catch_up(mailbox)
    assert MailPlace.objects.get(pk=bad.pk).raw_digest == bad.raw_digest
