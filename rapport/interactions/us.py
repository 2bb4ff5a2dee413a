"""Who we are: addresses and domains that are ours, named or inferred from an archive."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from rapport.interactions.channels.email.archive import open_archive
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import parse_one
from rapport.interactions.channels.email.who import Inference, MessageAddresses, infer_us
from rapport.interactions.models import OurAddress
from rapport.platform.access.models import User

SAMPLE = 2_000


def claim(addresses: Iterable[str], domains: Iterable[str], user: User | None) -> None:
    """Notes that these are ours; the addresses as `user`'s own where one is named."""
    for address in addresses:
        OurAddress.objects.update_or_create(
            address=address.strip().lower(), defaults={"confirmed": True, "user": user, "deleted_at": None}
        )
    for domain in domains:
        name = f"@{domain.strip().lower().removeprefix('@')}"
        OurAddress.objects.update_or_create(address=name, defaults={"confirmed": True, "deleted_at": None})


def infer(paths: Iterable[Path]) -> Inference:
    """Suggests who we are from the first messages of an archive."""
    raw = (message for path in paths for message in open_archive(path))
    return infer_us(
        MessageAddresses(
            sender=parsed.sender.address if parsed.sender else None,
            to=tuple(each.address for each in parsed.to),
            cc=tuple(each.address for each in parsed.cc),
            bcc=tuple(each.address for each in parsed.bcc),
            delivered_to=parsed.delivered_to,
            folder=message.source,
            automatic=parsed.automatic is not None,
        )
        for message, parsed in ((each, parse_one(each)) for each in islice(raw, SAMPLE))
        if isinstance(parsed, ParsedMessage)
    )
