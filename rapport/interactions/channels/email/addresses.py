"""Address fields (RFC 5322 section 3.4) as they occur: groups, unquoted commas, junk between."""

import re
from collections.abc import Iterator

from .charsets import safe_text
from .headers import decode_header, decode_words, raw_text
from .message import Address

_TOKEN = re.compile(  # bounded repeats: what is never closed must not cost quadratic time
    r'"(?:\\.|[^"\\]){0,998}"'
    r"|\((?:\\.|[^()\\]|\([^()]{0,998}\)){0,998}\)"
    r"|<[^<>]{0,998}>"
    r"|=\?[^?\s]{1,80}\?[bBqQ]\?[^?]{0,998}\?="
    r"""|[,;:]|[^",;:<(=]+|.""",
    re.DOTALL,
)
_ATOM = r"[^\s@<>()\[\],;:\"'\\]"
_ADDRESS = re.compile(rf"{_ATOM}{{1,128}}@{_ATOM}{{1,255}}")
_QUOTED_LOCAL = re.compile(r'"((?:\\.|[^"\\]){1,128})"@([^\s@<>,;"]{1,255})$')
_ENDS = " \t\r\n'\"<>[]();,:."
_MAX_LENGTH = 320  # RFC 3696, erratum 1690: 64 + 1 + 255


def parse_addresses(raw: str, limit: int = 2000) -> tuple[Address, ...]:
    """The mailboxes in the raw value of an address field, groups flattened, junk skipped, each once."""
    found: dict[str, Address] = {}
    for pieces in _mailboxes(raw_text(raw)):
        address = _mailbox(pieces)
        if address and (address.address not in found or not found[address.address].name):
            found[address.address] = address
        if len(found) >= limit:
            break
    return tuple(found.values())


def normalize_address(text: str) -> str | None:
    """The address with its domain in lower case and ASCII dots cleaned, or None when it is none.

    The local part keeps its case only where quoting demands it: in practice no mail system tells
    `Anna@` from `anna@`, and a CRM that did would keep two people for one.
    """
    text = safe_text(text).strip(_ENDS)
    if text.lower().startswith("mailto:"):
        text = text[7:]
    local, at, domain = text.rpartition("@")
    domain = domain.rstrip(".").lower()
    if not at or not local or not domain or len(text) > _MAX_LENGTH or re.search(r"\s", text):
        return None
    return f"{local.lower()}@{_unicode_domain(domain)}"


def _unicode_domain(domain: str) -> str:
    """Punycode and Unicode spell the same domain; the ASCII form is kept, as mail servers compare it."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _mailboxes(text: str) -> Iterator[list[str]]:
    """Split at top-level commas, semicolons and group names; `Doe, Anna <a@b.c>` stays one mailbox."""
    pieces: list[str] = []
    complete = False
    for piece in _TOKEN.findall(text):
        if piece == ";" or (piece == "," and complete):
            yield pieces
        elif not (piece == ":" and not complete):
            complete = complete or _holds_address(piece)
            pieces.append(piece)
            continue
        pieces, complete = [], False
    yield pieces


def _holds_address(piece: str) -> bool:
    return "@" in piece and not piece.startswith(("(", '"', "=?"))


def _mailbox(pieces: list[str]) -> Address | None:
    angles = [piece for piece in pieces if piece.startswith("<")]
    for angle in reversed(angles):
        if address := _inside(angle[1:-1]):
            names = [piece for piece in pieces if not piece.startswith("<")]
            return Address(_display_name(names, address), address)
    return _bare(pieces)


def _inside(text: str) -> str | None:
    """The address within angle brackets: obsolete source routes and stray quotes or spaces dropped."""
    text = decode_words(text)
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    if match := _QUOTED_LOCAL.match(text.strip()):
        return normalize_address(match[1].replace(" ", "") + "@" + match[2])
    return normalize_address(re.sub(r"\s+", "", text))


def _bare(pieces: list[str]) -> Address | None:
    """`anna@b.c (Anna Doe)`, `anna@b.c`, or the one address anywhere in a mess."""
    plain = decode_words("".join(piece for piece in pieces if not piece.startswith("(")))
    match = _ADDRESS.search(plain)
    address = _QUOTED_LOCAL.search(plain) and _inside(plain)
    address = address or (normalize_address(match[0]) if match else None)
    if not address:
        return None
    comments = [piece[1:-1] for piece in pieces if piece.startswith("(")]
    name = decode_header(" ".join(comments))
    return Address("" if name.lower() == address else name, address)


def _display_name(pieces: list[str], address: str) -> str:
    spoken = [_spoken(piece) for piece in pieces if not piece.startswith("(")]
    name = decode_header("".join(spoken)).strip(" \t'\"<>,;")
    if not name:
        name = decode_header(" ".join(piece[1:-1] for piece in pieces if piece.startswith("(")))
    return "" if name.lower() == address else name[:250]


def _spoken(piece: str) -> str:
    if piece.startswith('"') and len(piece) > 1:
        return re.sub(r"\\(.)", r"\1", piece[1:-1])
    return piece
