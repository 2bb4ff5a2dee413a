"""What the sender wrote, apart from what they quoted and from their signature."""

import re
from typing import NamedTuple

import quotequail

_PROBE = re.compile(r"[:\uff1a]\s*$|^\s*>?\s*(?:-{3,}|_{10,}|\d{4}/)")
_INTRO = re.compile(r"(?:[:\uff1a]|>\s*)\s*$")
_INTRO_SIGN = re.compile(r"\d|@|wrote|schrieb|écrit|scritto|escribió|skrev")
_HEADER_LINE = re.compile(
    r"^\s*\*?(?:from|von|de|da|van|från|fra|od|от(?: кого)?|发件人|寄件者|差出人|lähettäjä|kimden)"
    r"\s*[:\uff1a]\*?\s*\S",
    re.IGNORECASE,
)
_NEXT_HEADER = re.compile(r"^\s*\*?[^\W\d][\w .-]{0,24}[:\uff1a]\*?\s*\S")
_DELIMITER = re.compile(r"^--\s?$")
_SENT_FROM = re.compile(
    r"^\s*(?:sent from|sent with|get outlook for|sent using|von meinem .{1,30} gesendet|"
    r"gesendet (?:von|mit)|"
    r"envoyé (?:de|depuis|à partir)|enviado (?:desde|do|de|a partir)|inviato da|verzonden (?:vanaf|met|vanuit)|"
    r"skickat från|"
    r"sendt fra|lähetetty|wysłane z|odesláno z|отправлено (?:\u0441|из)|iphoneから送信|发自我的|从我的)",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(r"^_{20,}\s*$")
_MAX_LINES = 20_000


class SplitText(NamedTuple):
    """Three disjoint pieces of a body; each may be empty."""

    fresh: str
    quoted: str
    signature: str


def split_text(text: str) -> SplitText:
    """Tell fresh from quoted text, whether the answer stands above, below or between the quotes.

    Quoted are lines under `>`, the line that introduces them, and everything after an introduction that no
    `>` follows ("Original Message", a block of From/Sent/To). A signature ends at the next quote.
    """
    lines = text.split("\n", _MAX_LINES)
    marks = _quote_marks(lines)
    signature = _signature(lines, marks)
    quoted = [line for index, line in enumerate(lines) if marks[index]]
    signed = [lines[index] for index in signature]
    own = set(signature)
    fresh = [line for index, line in enumerate(lines) if not marks[index] and index not in own]
    return SplitText(_tidy(fresh), _tidy(quoted), _tidy(signed))


def _tidy(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", text)


def _quote_marks(lines: list[str]) -> list[bool]:
    marks = [line.lstrip().startswith(">") for line in lines]
    for index, line in enumerate(lines):
        if marks[index] or not line.strip():
            continue
        if _header_block(lines, index):
            marks[_rule_above(lines, index) :] = [True] * (len(lines) - _rule_above(lines, index))
            break
        end = _introduction_end(lines, marks, index)
        if end is None:
            continue
        if _quote_follows(marks, lines, end):
            marks[index : end + 1] = [True] * (end + 1 - index)
        else:
            marks[index:] = [True] * (len(lines) - index)
            break
    _join_blanks(lines, marks)
    return marks


def _introduction_end(lines: list[str], marks: list[bool], index: int) -> int | None:
    """The last line of an introduction ("On … wrote:") that starts at `index`, or None."""
    for end in range(index, min(index + 3, len(lines))):
        if marks[end] or not lines[end].strip():
            return None
        if not _PROBE.search(lines[end]) and not _INTRO.search(lines[end]):
            continue
        joined = " ".join(line.strip() for line in lines[index : end + 1])
        if _is_introduction(joined) or (_INTRO_SIGN.search(joined) and _quote_next(marks, lines, end)):
            return end
    return None


def _is_introduction(line: str) -> bool:
    """Whether quotequail knows the line; it keeps what introduces a quote apart from the rest."""
    if not _PROBE.search(line) or len(line) > 500:
        return False
    pieces: list[tuple[bool, str]] = quotequail.quote(line + "\n.", limit=10, quote_intro_line=True)
    return len(pieces) == 2 and not pieces[0][1].strip()


def _quote_next(marks: list[bool], lines: list[str], end: int) -> bool:
    """A colon, then at once a quoted line: an introduction in whatever language."""
    return lines[end].rstrip().endswith((":", "\uff1a", ">")) and _quote_follows(marks, lines, end)


def _quote_follows(marks: list[bool], lines: list[str], end: int) -> bool:
    for index in range(end + 1, min(end + 4, len(lines))):
        if marks[index]:
            return True
        if lines[index].strip():
            return False
    return False


def _header_block(lines: list[str], index: int) -> bool:
    """Outlook's way: From, Sent, To, Subject, one below the other, and no mark on what follows."""
    if not _HEADER_LINE.match(lines[index]):
        return False
    following = [line for line in lines[index + 1 : index + 6] if line.strip()]
    return sum(1 for line in following[:4] if _NEXT_HEADER.match(line)) >= 2


def _rule_above(lines: list[str], index: int) -> int:
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and re.match(r"^\s*[-_]{3,}", lines[above]) else index


def _join_blanks(lines: list[str], marks: list[bool]) -> None:
    """A blank line between two quoted ones belongs to the quote."""
    for index in range(1, len(lines) - 1):
        if not lines[index].strip() and marks[index - 1]:
            following = next((i for i in range(index, len(lines)) if lines[i].strip()), None)
            marks[index] = following is not None and marks[following]


def _signature(lines: list[str], marks: list[bool]) -> range:
    start = _signature_start(lines, marks)
    if start is None:
        return range(0)
    end = next((i for i in range(start, len(lines)) if marks[i]), len(lines))
    return range(start, end)


def _signature_start(lines: list[str], marks: list[bool]) -> int | None:
    for index, line in enumerate(lines):
        if marks[index]:
            continue
        if _DELIMITER.match(line) and any(other.strip() for other in lines[index + 1 : index + 4]):
            return index
        if _SENT_FROM.match(line) and len(line) < 120 and _short_rest(lines, marks, index):
            return index
        if _LIST_FOOTER.match(line) and _short_rest(lines, marks, index):
            return index
    return None


def _short_rest(lines: list[str], marks: list[bool], index: int) -> bool:
    """Only a few lines follow before the quote or the end: so this closes the message."""
    rest = 0
    for after in range(index + 1, len(lines)):
        if marks[after]:
            break
        rest += bool(lines[after].strip())
    return rest <= 4
