"""Who we are: addresses and domains that are ours, named or inferred from an archive."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.interactions.channels.email.archive import RawMessage, open_archive
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import parse_one
from rapport.interactions.channels.email.who import Ground, Inference, MessageAddresses, infer_us
from rapport.interactions.channels.email.who import Ours as OursInArchive
from rapport.interactions.channels.email.zips import MAX_RATIO
from rapport.interactions.filing.ours import Ours
from rapport.interactions.models import OurAddress
from rapport.platform.access.models import User

SAMPLE = 2_000
FEW = 200
"""So many messages are enough to check what somebody has said, and to judge how many there are."""


class Look(NamedTuple):
    """What the first messages of an archive tell: who we may be, and about how many messages there are."""

    found: Inference
    messages: int


class _Sample:
    """The first messages, counted as they are read."""

    def __init__(self, paths: Iterable[Path], most: int) -> None:
        self.paths, self.most = list(paths), most
        self.count = self.size = 0

    def __iter__(self) -> Iterator[RawMessage]:
        messages = (message for path in self.paths for message in open_archive(path))
        for message in islice(messages, self.most):
            self.count += 1
            self.size += len(message.raw)
            yield message

    def estimate(self) -> int:
        """Of all messages: exact where the sample reached the end, else by their mean size."""
        if self.count < self.most or not self.size:
            return self.count
        return max(self.count, round(self.count * sum(map(_unpacked_size, self.paths)) / self.size))


def claim(addresses: Iterable[str], domains: Iterable[str], user: User | None) -> None:
    """Notes that these are ours; the addresses as `user`'s own where one is named, else whosever they were."""
    whose = {"user": user} if user else {}
    for address in addresses:
        OurAddress.objects.update_or_create(
            address=address.strip().lower(), defaults={"confirmed": True, "deleted_at": None, **whose}
        )
    for domain in domains:
        OurAddress.objects.update_or_create(
            address=_as_domain(domain), defaults={"confirmed": True, "deleted_at": None}
        )


def propose(addresses: Iterable[str], domains: Iterable[str], user: User) -> None:
    """Notes what `user` says is ours, for an administrator to confirm. What is known already stays as it is."""
    named = [(address, user) for address in addresses] + [(_as_domain(domain), None) for domain in domains]
    rows = [OurAddress(address=address, user=whose, confirmed=False) for address, whose in named]
    OurAddress.objects.bulk_create(rows, ignore_conflicts=True)


def _as_domain(domain: str) -> str:
    return f"@{domain.strip().lower().removeprefix('@')}"


def infer(paths: Iterable[Path]) -> Inference:
    """Suggests who we are from the first messages of an archive."""
    return look(paths).found


def look(paths: Iterable[Path], most: int = SAMPLE) -> Look:
    """Reads at most so many messages of an archive."""
    sample = _Sample(paths, most)
    found = infer_us(
        MessageAddresses.of(parsed, message.source)
        for message, parsed in ((each, parse_one(each)) for each in sample)
        if isinstance(parsed, ParsedMessage)
    )
    return Look(found, sample.estimate())


def strangers(found: Inference) -> tuple[tuple[OursInArchive, ...], tuple[OursInArchive, ...]]:
    """Addresses and domains that an archive seems to belong to, and that aren't known as ours."""
    known = Ours.load()
    addresses = tuple(each for each in found.addresses if not known.has(each.name))
    # Where addresses were found, domains only follow from them.
    domains = () if found.addresses else tuple(each for each in found.domains if not known.has(f"@{each.name}"))
    return addresses, domains


def _unpacked_size(path: Path) -> int:
    """Bytes, as a ZIP claims them within reason; those of a folder aren't counted."""
    if not path.is_file():
        return 0
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(min(each.file_size, MAX_RATIO * each.compress_size) for each in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return path.stat().st_size


def in_words(ground: Ground) -> str:
    """Why something is taken for ours, as a person reads it."""
    count = ground.number
    match ground.kind:
        case "delivered":
            text = ngettext("%(count)s message was delivered to it", "%(count)s messages were delivered to it", count)
        case "sent":
            text = ngettext(
                "it sent %(count)s message in a Sent folder", "it sent %(count)s messages in a Sent folder", count
            )
        case "present":
            text = _("it takes part in %(count)s of %(of)s messages")
        case "addresses":
            text = ngettext("%(count)s of our addresses is there", "%(count)s of our addresses are there", count)
    return text % {"count": _number(count), "of": _number(ground.of)}


def _number(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)
