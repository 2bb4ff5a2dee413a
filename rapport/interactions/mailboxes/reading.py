"""New messages of a folder, filed batch by batch: each one with the place where it lies, once.

How far a folder was read is written with what was filed, in one transaction: whoever is killed goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from typing import Any, NamedTuple

from django.db import InterfaceError, OperationalError, transaction
from imapclient import IMAPClient

from rapport.interactions.channels.email.archive import RawMessage
from rapport.interactions.channels.email.mbox import MAX_MESSAGE
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import ParsedItem, parse_messages
from rapport.interactions.filing.messages import file_messages
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import MailFolder, MailPlace
from rapport.kit.batches import batches
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor
from rapport.platform.files import store

log = logging.getLogger("rapport.mail")

BATCH, BATCH_BYTES = 250, 20_000_000
SIZES = 500
"""Messages whose sizes are asked for at once."""
CHUNK_MESSAGES, CHUNK_BYTES = 50, 4_000_000
"""Messages are fetched in pieces of at most so many, and so large (one alone may be larger)."""
MANY = 300
"""From so many on they are parsed by processes of their own, of one mailbox at a time."""
POOL = threading.BoundedSemaphore(1)

Told = Callable[[int], None]
"""Called with the number of messages of each batch that was filed."""


class Moved(Exception):
    """Somebody else has read this folder meanwhile, or it was built anew: it is looked at once more."""


def read_new(client: IMAPClient, folder: MailFolder, uids: Sequence[int], told: Told) -> None:
    """Files the messages with these UIDs, which ascend and are behind all that were read, of the selected folder.

    `told` may raise what ends it: all that was filed until then stays.
    """
    flags: dict[int, tuple[bytes, ...]] = {}
    is_much = len(uids) >= MANY and POOL.acquire(blocking=False)
    fetched = _fetched(client, folder.name, uids, flags)
    try:
        with closing(parse_messages(fetched, processes=2 if is_much else 1, finish=prepare)) as items:
            for batch in batches(items, _size, most=BATCH, largest=BATCH_BYTES):
                _file(folder, batch, flags)
                told(len(batch))
    finally:
        if is_much:
            POOL.release()
    if uids:  # the last ones may have gone before they were fetched
        MailFolder.objects.filter(pk=folder.pk, next_uid__lte=uids[-1], uidvalidity=folder.uidvalidity).update(
            next_uid=uids[-1] + 1
        )


def _fetched(
    client: IMAPClient, source: str, uids: Sequence[int], flags: dict[int, tuple[bytes, ...]]
) -> Iterator[RawMessage]:
    """Messages as they lie there, without being marked as read; what has gone meanwhile is left out."""
    for piece in _pieces(client, uids):
        for uid, item in sorted(_fetch(client, piece).items()):
            flags[uid] = item.get(b"FLAGS", ())
            raw, received = item.get(b"BODY[]"), item.get(b"INTERNALDATE")
            received = received and received.astimezone(UTC)  # IMAPClient's zones don't reach other processes
            error = None if raw else f"too large ({piece.size} bytes)" if piece.size > MAX_MESSAGE else NOTHING
            yield RawMessage(source, str(uid), raw or b"", error, received)


NOTHING = "the server gave nothing of it"


class _Piece(NamedTuple):
    uids: list[int]
    size: int


def _fetch(client: IMAPClient, piece: _Piece) -> dict[int, Any]:
    """What the server gives of a piece. What it leaves out and yet has is asked for once more, one by one."""
    if piece.size > MAX_MESSAGE:
        return {uid: {} for uid in piece.uids}
    found = {uid: item for uid, item in _asked(client, piece.uids).items() if item.get(b"BODY[]")}
    left = [uid for uid in piece.uids if uid not in found]
    if left:
        there = set(client.search(["UID", ",".join(map(str, left))]))
        for uid in (each for each in left if each in there):
            found[uid] = _asked(client, [uid]).get(uid, {})
    return found


def _asked(client: IMAPClient, uids: list[int]) -> dict[int, Any]:
    """Nothing, where the server refuses."""
    try:
        return dict(client.fetch(uids, ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"]))
    except IMAPClient.AbortError:
        raise
    except IMAPClient.Error:
        return {}


def _pieces(client: IMAPClient, uids: Sequence[int]) -> Iterator[_Piece]:
    piece: list[int] = []
    size = 0
    for uid, length in _sizes(client, uids):
        if piece and (len(piece) >= CHUNK_MESSAGES or size + length > CHUNK_BYTES):
            yield _Piece(piece, size)
            piece, size = [], 0
        piece.append(uid)
        size += length
    if piece:
        yield _Piece(piece, size)


def _sizes(client: IMAPClient, uids: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start in range(0, len(uids), SIZES):
        found = client.fetch(uids[start : start + SIZES], ["RFC822.SIZE"])
        # One that is told of unasked may have no size; it is fetched all the same.
        yield from ((uid, int(found[uid].get(b"RFC822.SIZE", 0))) for uid in sorted(found))


def _size(item: ParsedItem) -> int:
    return len(item.raw)


def _file(folder: MailFolder, batch: list[ParsedItem], flags: dict[int, Any]) -> None:
    """One message that can't be filed, whatever it is, holds none of the others up."""
    try:
        _file_together(folder, batch, flags)
    except (Moved, OperationalError, InterfaceError):
        raise
    except Exception as fault:
        if len(batch) > 1:
            for item in batch:
                _file(folder, [item], flags)
        else:
            log.exception("uid=%s of mailbox=%s could not be filed", batch[0].position, folder.mailbox_id)
            bad = replace(batch[0], parsed=f"could not be filed ({type(fault).__name__})")
            _file_together(folder, [bad], flags)


def _file_together(folder: MailFolder, batch: list[ParsedItem], flags: dict[int, Any]) -> None:
    good = [item for item in batch if isinstance(item.parsed, ParsedMessage)]
    with transaction.atomic():
        _hold(folder, int(batch[0].position))
        filed = file_messages(
            [(item.parsed, item.raw, item.finished) for item in good],  # type: ignore[misc]  # (good by their type)
            folder.mailbox.archive,
            actor=Actor.system("mail"),
            is_junk=folder.role == MailFolder.Role.JUNK,
        )
        found = {item.position: interaction for item, interaction in zip(good, filed.interactions, strict=True)}
        MailPlace.objects.bulk_create(_places(folder, batch, found, flags), ignore_conflicts=True)
        MailFolder.objects.filter(pk=folder.pk).update(next_uid=int(batch[-1].position) + 1)


def _hold(folder: MailFolder, first: int) -> None:
    """Locks the folder while it is still as it was when its messages were asked for. Raises Moved."""
    now = MailFolder.objects.select_for_update(no_key=True).filter(pk=folder.pk).first()
    if now is None or now.uidvalidity != folder.uidvalidity or now.next_uid > first:
        raise Moved(folder.name)


def _places(
    folder: MailFolder, batch: Iterable[ParsedItem], found: dict[str, Any], flags: dict[int, Any]
) -> list[MailPlace]:
    """What could not be understood is kept as it came, with the reason."""
    made = []
    for item in batch:
        place = MailPlace(folder=folder, uid=int(item.position), interaction_id=found.get(item.position))
        note_flags(place, flags.get(place.uid, ()))
        if not isinstance(item.parsed, ParsedMessage):
            place.problem = clean_line(str(item.parsed), 1_000)
            place.raw_digest = store.put(item.raw) if item.raw else None
        made.append(place)
    store.flush(bytes(each.raw_digest) for each in made if each.raw_digest)
    return made


def note_flags(place: MailPlace, flags: Iterable[bytes]) -> None:
    low = {each.lower() for each in flags}
    place.is_seen, place.is_answered = b"\\seen" in low, b"\\answered" in low
