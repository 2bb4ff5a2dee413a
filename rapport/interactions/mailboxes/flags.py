"""What is read, answered or gone: as the server says it, and told to the server.

Where the server keeps modification sequences (RFC 7162: CONDSTORE, QRESYNC) only what has changed is asked for; else
all flags are, now and then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Value
from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

from rapport.interactions.mailboxes.reading import note_flags
from rapport.interactions.models import MailFolder, MailPlace

SEEN, ANSWERED = "\\Seen", "\\Answered"
MOST = 1_000
"""UIDs in one command, so that its line stays within what servers take."""


def learn_flags(client: IMAPClient, folder: MailFolder, modseq: int | None, *, vanished: bool) -> None:
    """Brings the places of the selected folder up to its server's `modseq` (None: it keeps none).

    `vanished`: the connection has QRESYNC enabled, so that the server names what has gone.
    """
    if folder.next_uid <= 1:
        return
    if modseq and folder.modseq:
        if modseq > folder.modseq:
            _learn_changes(client, folder, vanished)
    else:
        _learn_all(client, folder)


def _learn_changes(client: IMAPClient, folder: MailFolder, vanished: bool) -> None:
    modifiers = f"(CHANGEDSINCE {folder.modseq}{' VANISHED' if vanished else ''})"
    _note(folder, _fetch_flags(client, f"1:{folder.next_uid - 1}", modifiers))
    if vanished:
        _forget(MailPlace.objects.filter(_among(client._imap.response("VANISHED")[1]), folder=folder))
    else:
        _forget_others(folder, client.search(["UID", f"1:{folder.next_uid - 1}"]))


def _learn_all(client: IMAPClient, folder: MailFolder) -> None:
    found = _fetch_flags(client, f"1:{folder.next_uid - 1}", "")
    _note(folder, found)
    _forget_others(folder, found)


def _fetch_flags(client: IMAPClient, uids: str, modifiers: str) -> dict[int, Any]:
    """By UID. (IMAPClient's own `fetch` takes no ranges.)"""
    typ, data = client._imap.uid("FETCH", uids, "(UID FLAGS)", *([modifiers] if modifiers else []))
    if typ != "OK":
        raise client.Error(f"FETCH: {data}")
    found = parse_fetch_response([each for each in data if each is not None], False, False)
    # What a server tells unasked may name no UID.
    return {item[b"UID"]: item[b"FLAGS"] for item in found.values() if b"FLAGS" in item and b"UID" in item}


def _among(lines: Iterable[bytes | None]) -> Q:
    """Places with the UIDs of VANISHED responses, such as `(EARLIER) 3:5,9`."""
    found = Q(pk__in=[])
    for line in lines:
        for part in (line or b"").replace(b"(EARLIER)", b"").strip().split(b","):
            low, _colon, high = part.partition(b":")
            if low.isdigit() and (high or low).isdigit():
                found |= Q(uid__range=(int(low), int(high or low)))
    return found


def _note(folder: MailFolder, found: dict[int, Any]) -> None:
    changed = []
    for place in MailPlace.objects.filter(folder=folder, uid__in=found):
        before = (place.is_seen, place.is_answered)
        note_flags(place, found[place.uid])
        if before != (place.is_seen, place.is_answered):
            changed.append(place)
    MailPlace.objects.bulk_update(changed, ["is_seen", "is_answered"], batch_size=500)


def _forget(places: QuerySet[MailPlace]) -> None:
    """These lie there no longer. What was in them stays: nothing that came in is lost by tidying up a mailbox.

    What could not be understood is kept by its place alone, and so goes on being listed, under a UID of no message.
    """
    places.exclude(problem="").update(uid=-F("pk"))
    places.filter(problem="").delete()


def forget_all(folder: MailFolder) -> None:
    _forget(MailPlace.objects.filter(folder=folder, uid__gt=0))


def _forget_others(folder: MailFolder, there: Iterable[int]) -> None:
    known = MailPlace.objects.filter(folder=folder, uid__gt=0)
    gone = set(known.values_list("uid", flat=True)) - set(there)
    if gone:
        _forget(MailPlace.objects.filter(folder=folder, uid__in=gone))


def tell_flags(client: IMAPClient, folder: MailFolder) -> None:
    """Tells the server what has been read and answered here, in the selected folder."""
    waiting: dict[str, list[MailPlace]] = {}
    for place in MailPlace.objects.filter(folder=folder).exclude(to_set=[]):
        for flag in place.to_set:
            waiting.setdefault(flag, []).append(place)
    for flag, places in waiting.items():
        for start in range(0, len(places), MOST):
            piece = places[start : start + MOST]
            client.add_flags([each.uid for each in piece], [flag], silent=True)
            _told(piece, flag)


def _told(places: Iterable[MailPlace], flag: str) -> None:
    known = {"is_seen": True} if flag == SEEN else {"is_answered": True}
    left = Func(F("to_set"), Value(flag), function="array_remove")
    MailPlace.objects.filter(pk__in=[each.pk for each in places]).update(to_set=left, **known)
