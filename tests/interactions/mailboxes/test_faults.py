"""What a bad network, a bad server and a bad password do to a mailbox that is followed."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from rapport.interactions.mailboxes import following
from rapport.interactions.mailboxes.following import Follower
from rapport.interactions.mailboxes.health import shown_state
from rapport.interactions.mailboxes.servers import open_imap
from rapport.interactions.mailboxes.troubles import TROUBLES, trouble_of
from rapport.interactions.models import Interaction, Mailbox, Sync
from tests.cutting import cutter
from tests.dovecot import Dovecot, dovecot
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import letter
from tests.factories.mailboxes import catch_up, lying, mailbox_of, placed

JONAS = "jonas@okafor.example"


def some(account: str, count: int) -> list[bytes]:
    words = "What about the bearings? " * 200
    return [letter(JONAS, account, words, hours_ago=200 - n, id_=f"{account[:8]}.{n}") for n in range(count)]


def trouble(work: Callable[[], object]) -> str:
    """The kind of what ends it; empty where nothing does."""
    try:
        work()
    except Exception as fault:  # noqa: BLE001 - whatever it is, it must be of a kind
        return trouble_of(fault)[0]
    return ""


@pytest.mark.django_db
def test_a_connection_that_is_cut_anywhere_loses_and_doubles_nothing(cast: Cast, server: Dovecot, account: str) -> None:
    server.deliver(account, some(account, 8))
    server.deliver(account, some(account, 8)[:2], "Sent")
    chance = random.Random(4)
    with cutter(server.tls_port) as between:
        mailbox = mailbox_of(cast.owner, server, account, imap_port=between.own_port)
        other = mailbox_of(cast.owner, server, f"x{account}", imap_port=between.own_port)
        catch_up(other)
        whole = between.passed
        for stage in [*range(200, whole, whole // 12), *(chance.randrange(whole, 5 * whole) for _each in range(6))]:
            between.left = stage
            assert trouble(lambda: catch_up(mailbox)) in ("cut", "refused", "unreachable", "")
        between.left = 1 << 60
        catch_up(mailbox)
    assert placed(mailbox) == lying(server, account, ("INBOX", "Sent"))
    assert Interaction.objects.count() == 8


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"imap_host": "nowhere.invalid"}, "unknown_host"),
        ({"imap_host": "127.0.0.1"}, "not_public"),
        ({"imap_host": "0x7f.1"}, "not_public"),
        ({"imap_host": "::ffff:127.0.0.1"}, "not_public"),
        ({"imap_host": "169.254.169.254"}, "not_public"),
        ({"imap_port": 9}, "unreachable"),
        ({"secret": ""}, "sign_in"),
    ],
)
def test_what_is_wrong_is_said(
    cast: Cast, server: Dovecot, account: str, wrong: dict[str, object], expected: str
) -> None:
    mailbox = mailbox_of(cast.owner, server, account)
    for name, value in wrong.items():
        setattr(mailbox, name, value)
    assert trouble(lambda: open_imap(mailbox)) == expected
    assert expected in TROUBLES


@pytest.mark.django_db
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    cast: Cast, server: Dovecot, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    mailbox = mailbox_of(cast.owner, server, account)
    assert trouble(lambda: open_imap(mailbox)) == "certificate"


@pytest.mark.django_db
def test_without_encryption_there_is_no_sign_in(cast: Cast, account: str, settings: object) -> None:
    """A server that offers no STARTTLS hears nothing but the wish for it."""
    settings.PRIVATE_SERVERS = ["localhost"]  # type: ignore[attr-defined]
    heard = b""
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            nonlocal heard
            peer, _address = plain.accept()
            with peer:
                peer.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] here\r\n")
                while line := peer.recv(1_000):
                    heard += line
                    peer.sendall(line.split()[0] + b" BAD no\r\n")

        threading.Thread(target=answer, daemon=True).start()
        port = plain.getsockname()[1]
        mailbox = Mailbox(imap_host="localhost", imap_port=port, imap_security="starttls", username=account)
        mailbox.keep_secret("never-told")
        assert trouble(lambda: open_imap(mailbox)) in ("cut", "refused")
    assert b"never-told" not in heard
    assert b"LOGIN" not in heard


def until(true: Callable[[], bool], seconds: float = 20) -> float:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "It doesn't come to pass."
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.fixture
def own_server(
    committed: None, monkeypatch: pytest.MonkeyPatch, trusted: Callable[[Dovecot], Dovecot]
) -> Iterator[Dovecot]:
    monkeypatch.setattr(following, "PAUSES", (0.2,))
    with dovecot() as server:
        yield trusted(server)


def test_it_is_followed_through_a_restart_of_its_server_and_never_said_to_be_better_than_it_is(
    own_server: Dovecot, account: str
) -> None:
    mailbox = mailbox_of(make_cast().owner, own_server, account)
    own_server.deliver(account, some(account, 2))

    def state() -> str:
        return shown_state(Mailbox.objects.select_related("sync", "owner").get(pk=mailbox.pk))

    assert state() == "new"
    follower = Follower(mailbox.pk, mailbox.version)
    follower.start()
    try:
        until(lambda: state() == "live")
        assert placed(mailbox) == lying(own_server, account)
        own_server.deliver(account, some(account, 3)[2:])
        assert until(lambda: len(placed(mailbox)) == 3) < 2
        own_server.stop()
        until(lambda: state() == "trouble")
        assert Sync.objects.get(mailbox=mailbox).trouble in ("cut", "unreachable")
        own_server.start()
        until(lambda: state() == "live")
        own_server.deliver(account, some(account, 4)[3:])
        until(lambda: len(placed(mailbox)) == 4)
        assert placed(mailbox) == lying(own_server, account)
        follower.stop()
        follower.join(10)
        Sync.objects.update(beat_at="2020-01-01T00:00Z")
        assert state() == "stale"
    finally:
        follower.stop()
        follower.join(10)
    assert not follower.is_alive()
