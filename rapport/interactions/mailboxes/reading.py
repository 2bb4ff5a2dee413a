"""New messages of a folder, filed batch by batch: each one with the place where it lies, once.

How far a folder was read is written with what was filed, in one transaction: whoever is killed goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from django.db import transaction
from imapclient import IMAPClient

from rapport.interactions.channels.email.archive import RawMessage
from rapport.interactions.channels.email.mbox import MAX_MESSAGE
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import ParsedItem, parse_messages
from rapport.interactions.filing.messages import file_messages
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Archive, MailFolder, MailPlace
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor
from rapport.platform.files import store

BATCH = 250
SIZES = 500
"""Messages whose sizes are asked for at once."""
CHUNK_MESSAGES, CHUNK_BYTES = 50, 4_000_000
"""Messages are fetched in pieces of at most so many, and so large (one alone may be larger)."""
MANY = 300
"""From so many on they are parsed by processes of their own."""

Told = Callable[[int], None]
"""Called with the number of messages of each batch that was filed."""


class Moved(Exception):
    """Somebody else has read this folder meanwhile, or it was built anew: it is looked at once more."""


def read_new(client: IMAPClient, folder: MailFolder, uids: Sequence[int], told: Told) -> None:
    """Files the messages with these UIDs, which ascend and are behind all that were read, of the selected folder."""
    archive = folder.mailbox.archive
    flags: dict[int, tuple[bytes, ...]] = {}
    processes = 2 if len(uids) >= MANY else 1
    items = parse_messages(_fetched(client, folder.name, uids, flags), processes=processes, finish=prepare)
    for batch in _batches(items):
        _file(folder, archive, batch, flags)
        told(len(batch))
    if uids:  # the last ones may have gone before they were fetched
        MailFolder.objects.filter(pk=folder.pk, next_uid__lte=uids[-1], uidvalidity=folder.uidvalidity).update(
            next_uid=uids[-1] + 1
        )


def _fetched(
    client: IMAPClient, source: str, uids: Sequence[int], flags: dict[int, tuple[bytes, ...]]
) -> Iterator[RawMessage]:
    """Messages as they lie there, without being marked as read; what has gone meanwhile is left out."""
    for piece in _pieces(client, uids):
        wanted = ["FLAGS", "INTERNALDATE", *(["BODY.PEEK[]"] if piece.size <= MAX_MESSAGE else [])]
        for uid, item in sorted(client.fetch(piece.uids, wanted).items()):
            flags[uid] = item.get(b"FLAGS", ())
            raw, received = item.get(b"BODY[]"), item.get(b"INTERNALDATE")
            received = received and received.astimezone(UTC)  # IMAPClient's zones don't reach other processes
            error = None if raw else f"too large ({piece.size} bytes)" if piece.size > MAX_MESSAGE else NOTHING
            yield RawMessage(source, str(uid), raw or b"", error, received)


NOTHING = "the server gave nothing of it"


class _Piece(NamedTuple):
    uids: list[int]
    size: int


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
        yield from ((uid, found[uid][b"RFC822.SIZE"]) for uid in sorted(found))


def _batches(items: Iterator[ParsedItem]) -> Iterator[list[ParsedItem]]:
    batch: list[ParsedItem] = []
    for item in items:
        batch.append(item)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _file(folder: MailFolder, archive: Archive, batch: list[ParsedItem], flags: dict[int, Any]) -> None:
    good = [item for item in batch if isinstance(item.parsed, ParsedMessage)]
    with transaction.atomic():
        _hold(folder, int(batch[0].position))
        filed = file_messages(
            [(item.parsed, item.raw, item.finished) for item in good],  # type: ignore[misc]  # (good by their type)
            archive,
            actor=Actor.system("mail"),
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
            place.raw_digest = store.put(item.raw)
        made.append(place)
    store.flush(bytes(each.raw_digest) for each in made if each.raw_digest)
    return made


def note_flags(place: MailPlace, flags: Iterable[bytes]) -> None:
    low = {each.lower() for each in flags}
    place.is_seen, place.is_answered = b"\\seen" in low, b"\\answered" in low
