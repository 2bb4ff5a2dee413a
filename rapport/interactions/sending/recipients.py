"""Recipients as somebody types them: addresses, with or without names, between commas, semicolons or lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import formataddr

from django.utils.translation import gettext as _

from rapport.interactions.channels.email.addresses import parse_addresses
from rapport.interactions.channels.email.message import Address
from rapport.kit.text import clean_line
from rapport.platform.resources.kinds import KINDS, ValueProblem

MOST = 100
"""Recipients of one message: what goes to more isn't written to somebody."""
_PIECES = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^,;\r\n])+')


def read_recipients(text: str) -> list[Address]:
    """Each address once. Raises ValueProblem for what is none, and for more than `MOST`."""
    found: dict[str, Address] = {}
    for piece in _PIECES.findall(text):
        if shown := clean_line(piece, 1_000).strip():
            read = _one(shown)
            found.setdefault(read.address, read)
    if len(found) > MOST:
        raise ValueProblem(_("These are more than %(most)s.") % {"most": MOST})
    return list(found.values())


def _one(piece: str) -> Address:
    read = parse_addresses(piece)
    try:
        if len(read) != 1 or not read[0].address.isascii():
            raise ValueProblem
        KINDS["email"].read(read[0].address)
    except ValueProblem:
        raise ValueProblem(_("“%(text)s” is no e-mail address.") % {"text": piece[:80]}) from None
    return Address(clean_line(read[0].name, 300), read[0].address)


def written(people: Iterable[Address]) -> str:
    """As they stand in a field, to be read again by `read_recipients`."""
    return ", ".join(_written(each) for each in people)


def _written(one: Address) -> str:
    # formataddr would encode what isn't ASCII, which belongs in a header, not in a field.
    return formataddr((one.name, one.address)) if one.name.isascii() else f'"{_bare(one.name)}" <{one.address}>'


def _bare(name: str) -> str:
    return name.replace("\\", "").replace('"', "")
