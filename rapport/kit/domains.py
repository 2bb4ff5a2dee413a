"""What an e-mail's domain tells about whom its owner works for."""

import idna

from rapport.kit.mail_providers import PROVIDERS, PROVIDERS_EVERYWHERE, SECOND_LEVEL
from rapport.kit.text import clean_line

_LONGEST = 253
_CAPITALS_UP_TO = 3


def is_public_provider(domain: str) -> bool:
    """Whether anybody can have a mailbox there, under the domain itself or one below it."""
    labels = _labels(domain)
    if any(".".join(labels[at:]) in PROVIDERS for at in range(len(labels))):
        return True
    name, _, suffix = registrable(domain).partition(".")
    return name in PROVIDERS_EVERYWHERE and (suffix == "com" or len(suffix.rpartition(".")[2]) == 2)


def registrable(domain: str) -> str:
    """The part that somebody registered: *example.co.uk* for *mail.example.co.uk*, in ASCII and lower case.

    By a simple rule rather than the Public Suffix List: two labels, or three under a country where the
    second is a usual one (*co.uk*, *com.au*). Empty for what is no domain name.
    """
    labels = _labels(domain)
    if len(labels) < 2:
        return ""
    under_country = len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL and len(labels) > 2
    return ".".join(labels[-3 if under_country else -2 :])


def organization_name(domain: str) -> str:
    """What an organisation with this domain may be called: *okafor-logistics.com* gives *Okafor Logistics*.

    A label of at most three letters is taken for an abbreviation (*IBM*). Empty for public mail providers and
    for what is no domain name.
    """
    name = registrable(domain).partition(".")[0]
    if not name or is_public_provider(domain):
        return ""
    words = [word for word in _readable(name).replace("_", "-").split("-") if word]
    if len(words) == 1 and len(words[0]) <= _CAPITALS_UP_TO:
        return words[0].upper()
    return " ".join(word[0].upper() + word[1:] for word in words)


def _labels(domain: str) -> list[str]:
    plain = clean_line(domain, _LONGEST).lower().strip(".")
    labels = plain.split(".")
    if " " in plain or "@" in plain or not all(labels) or labels[-1].isdecimal():
        return []
    return [_ascii(label) for label in labels]


def _ascii(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except idna.IDNAError:
        return label


def _readable(label: str) -> str:
    try:
        return idna.decode(label)
    except idna.IDNAError:
        return label
