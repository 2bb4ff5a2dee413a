"""Who "we" are, which way a message went, and who in it is a correspondent."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

import msgspec

from rapport.kit.domains import is_public_provider

from .message import ParsedMessage

Direction = Literal["out", "in", "internal", "observed"]

_SENT_FOLDERS = (
    "sent",
    "gesendet",
    "envoy",
    "enviad",
    "inviat",
    "verzonden",
    "skickat",
    "sendt",
    "wysłane",
    "отправ",
    "已发",
)
_MIN_SHARE = 0.2  # of the delivered or sent mail, for an address to be taken for ours


class MessageAddresses(msgspec.Struct, frozen=True):
    """The addresses of one message that tell whose mailbox it lay in; all normalised."""

    sender: str | None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()
    folder: str = ""
    automatic: bool = False

    @classmethod
    def of(cls, message: ParsedMessage, folder: str = "") -> "MessageAddresses":
        return cls(
            sender=message.sender.address if message.sender else None,
            to=tuple(each.address for each in message.to),
            cc=tuple(each.address for each in message.cc),
            bcc=tuple(each.address for each in message.bcc),
            delivered_to=message.delivered_to,
            folder=folder,
            automatic=message.automatic is not None,
        )


class Ground(NamedTuple):
    """Why something is taken for ours: mail was *delivered* to it, it *sent* what lies in a Sent folder, it is
    *present* in so many `of` all messages, or (a domain) holds so many of our *addresses*."""

    kind: Literal["delivered", "sent", "present", "addresses"]
    number: int
    of: int = 0


class Ours(NamedTuple):
    """An address or domain taken for ours: how many messages say so, and why."""

    name: str
    messages: int
    grounds: tuple[Ground, ...]


class Inference(NamedTuple):
    """Suggestions, most certain first, to be confirmed by a person."""

    addresses: tuple[Ours, ...]
    domains: tuple[Ours, ...]


class Correspondent(NamedTuple):
    address: str
    role: Literal["from", "to"]


def infer_us(messages: Iterable[MessageAddresses]) -> Inference:
    """Whose archive it is: the addresses mail was delivered to, that sent what lies in a Sent folder,
    or, where neither is known, that take part most often; and the domains they share, or, where no address
    is found, the one that takes part most often, public mail providers excepted."""
    delivered: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    present: Counter[str] = Counter()
    domains: Counter[str] = Counter()
    total = 0
    for message in messages:
        total += not message.automatic
        delivered.update(set(message.delivered_to))
        if message.sender and _is_sent_folder(message.folder):
            sent[message.sender] += 1
        if not message.automatic:
            people = {message.sender or "", *message.to, *message.cc} - {""}
            present.update(people)
            domains.update(set(map(domain_of, people)))
    found = _ours(delivered, sent, present, total)
    return Inference(found, _domains(found) if found else _constant_domains(domains, total))


def _is_sent_folder(folder: str) -> bool:
    last = folder.casefold().replace("\\", "/").rstrip("/").rpartition("/")[2]
    return any(word in last for word in _SENT_FOLDERS)


def _ours(delivered: Counter[str], sent: Counter[str], present: Counter[str], total: int) -> tuple[Ours, ...]:
    grounds: dict[str, list[Ground]] = {}
    counts: Counter[str] = Counter()
    for address, count in _frequent(delivered):
        grounds[address] = [Ground("delivered", count)]
        counts[address] += count
    for address, count in _frequent(sent):
        grounds.setdefault(address, []).append(Ground("sent", count))
        counts[address] += count
    if not grounds:
        for address, count in _constant(present, total):
            grounds[address] = [Ground("present", count, total)]
            counts[address] = count
    ranked = sorted(grounds, key=lambda address: (-counts[address], address))
    return tuple(Ours(address, counts[address], tuple(grounds[address])) for address in ranked)


def _frequent(source: Counter[str]) -> list[tuple[str, int]]:
    least = _MIN_SHARE * max(source.values(), default=0)
    return [(address, count) for address, count in source.items() if count >= least]


def _constant(present: Counter[str], total: int) -> list[tuple[str, int]]:
    """Where nothing else tells: who takes part most often, if that is in more than half of all messages."""
    most = max(present.values(), default=0)
    return [(address, count) for address, count in present.items() if count == most and 2 * count > total]


def _constant_domains(present: Counter[str], total: int) -> tuple[Ours, ...]:
    own = Counter({domain: count for domain, count in present.items() if not is_public_provider(domain)})
    constant = sorted(_constant(own, total))
    return tuple(Ours(domain, count, (Ground("present", count, total),)) for domain, count in constant)


def _domains(found: tuple[Ours, ...]) -> tuple[Ours, ...]:
    people: Counter[str] = Counter()
    mail: Counter[str] = Counter()
    for ours in found:
        domain = domain_of(ours.name)
        people[domain] += 1
        mail[domain] += ours.messages
    return tuple(
        Ours(domain, count, (Ground("addresses", people[domain]),))
        for domain, count in mail.most_common()
        if not is_public_provider(domain)
    )


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def is_ours(address: str, addresses: frozenset[str], domains: frozenset[str]) -> bool:
    """Whether an address is among ours, or lies in one of our domains or their subdomains."""
    if address in addresses:
        return True
    domain = domain_of(address)
    while domain and domain not in domains:
        domain = domain.partition(".")[2]
    return bool(domain)


def direction(
    sender: str | None, recipients: Iterable[str], addresses: frozenset[str], domains: frozenset[str]
) -> Direction:
    """`out` from us to somebody else, `internal` among us, `in` to us, `observed` when nobody in it is us.

    What a stranger wrote and none of the named recipients is us (a list, a blind copy) is `observed`:
    pass the addresses of Delivered-To among `recipients` to tell it as `in`.
    """
    ours = [is_ours(address, addresses, domains) for address in recipients]
    if sender is not None and is_ours(sender, addresses, domains):
        return "internal" if all(ours) and ours else "out"
    return "in" if any(ours) else "observed"


def correspondents(
    message: MessageAddresses, addresses: frozenset[str], domains: frozenset[str]
) -> tuple[Correspondent, ...]:
    """The outside people whom a message makes known to us: whoever writes to us, and whomever we write to
    directly. Automatic mail makes nobody known, nor does Cc or Bcc, nor what strangers write each other."""
    if message.automatic:
        return ()
    everyone = (*message.to, *message.cc, *message.bcc, *message.delivered_to)
    way = direction(message.sender, everyone, addresses, domains)
    if way == "in" and message.sender:
        return (Correspondent(message.sender, "from"),)
    if way != "out":
        return ()
    outside = dict.fromkeys(to for to in message.to if not is_ours(to, addresses, domains))
    return tuple(Correspondent(address, "to") for address in outside)
