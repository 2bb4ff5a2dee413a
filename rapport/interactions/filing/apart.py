"""What is kept apart as it comes in: mail of blocked senders, and what a server on the way has marked as spam.

It is stored, and lies in nobody's inbox, ledger or search; it makes nobody known. A sender who was let in again is
kept apart no more, whatever servers say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.letters import Letter
from rapport.interactions.filing.showing import show_letters
from rapport.interactions.models import KeptApart, SenderRule
from rapport.kit.text import clean_line
from rapport.platform.files import store

LONGEST_TEXT = 10_000
Reason = KeptApart.Reason
Verdict = SenderRule.Verdict


def sort_out(fresh: Sequence[Letter], *, is_junk: bool) -> tuple[list[Letter], list[tuple[Letter, str]]]:
    """The letters that are filed, and those that are kept apart, each with the reason. One query."""
    rules = _rules(fresh)
    reasons = [(letter, _reason(letter, rules, is_junk=is_junk)) for letter in fresh]
    return [letter for letter, reason in reasons if not reason], [each for each in reasons if each[1]]


def _rules(letters: Iterable[Letter]) -> dict[str, str]:
    names = {name for letter in letters for name in names_of(_sender(letter))}
    rows = SenderRule.objects.filter(address__in=names, deleted_at=None)
    return dict(rows.values_list("address", "verdict"))


def _sender(letter: Letter) -> str:
    return letter.envelope.addresses.sender or ""


def names_of(address: str) -> Iterator[str]:
    """What a rule for an address may be called, the narrowest first: itself, its domain, and those above it."""
    if address:
        yield address
    domain = address.rpartition("@")[2]
    while domain:
        yield f"@{domain}"
        domain = domain.partition(".")[2]


def _reason(letter: Letter, rules: Mapping[str, str], *, is_junk: bool) -> str:
    """Why it is kept apart; empty where it isn't. No rule is about ourselves: whoever forges us isn't let in by one."""
    sender = _sender(letter)
    said = "" if letter.envelope.ours.has(sender) else next((rules[n] for n in names_of(sender) if n in rules), "")
    if said == Verdict.LET_IN:
        return ""
    if said == Verdict.KEEP_APART:
        return Reason.BLOCKED
    if letter.message.spam:
        return Reason.SPAM
    return Reason.JUNK if is_junk else ""


def keep_apart(apart: Sequence[tuple[Letter, str]], book: AudienceBook) -> int:
    """Stores them for whoever would read them in the inbox; says how many were not kept before."""
    if not apart:
        return 0
    there = _known([letter for letter, _reason in apart])
    first = {bytes.fromhex(each[0].message.content_hash): each for each in reversed(apart)}
    new = [each for digest, each in first.items() if digest not in there]
    show_letters([letter for letter, _reason in new], book)
    store.flush([store.put(letter.raw, letter.prepared.digest) for letter, _reason in new])
    KeptApart.objects.bulk_create(_row(letter, reason) for letter, reason in new)
    return len(new)


def _known(letters: Sequence[Letter]) -> set[bytes]:
    hashes = [bytes.fromhex(letter.message.content_hash) for letter in letters]
    rows = KeptApart.objects.filter(archive=letters[0].archive, content_hash__in=hashes)
    return {bytes(each) for each in rows.values_list("content_hash", flat=True)}


def _row(letter: Letter, reason: str) -> KeptApart:
    sender = letter.message.sender
    return KeptApart(
        archive=letter.archive,
        audience_id=letter.audience,
        reason=reason,
        mark=letter.message.spam,
        sender=_sender(letter)[:500],
        sender_name=clean_line(sender.name, 300) if sender else "",
        subject=letter.prepared.subject,
        snippet=letter.prepared.snippet,
        text=letter.prepared.text[:LONGEST_TEXT],
        at=letter.at,
        raw_digest=letter.prepared.digest,
        content_hash=bytes.fromhex(letter.message.content_hash),
    )
