"""What the sender wrote, apart from what they quoted and from their signature."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

_PROBE = re.compile(r"[:\uff1a]\s*$|^\s*>?\s*(?:-{3,}|_{10,}|\d{4}/)")
_INTRO_SIGN = re.compile(r"@|\b\d{4}\b|\d{4}年|\d[:.h]\d\d|\d/\d")
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
    r"envoyé (?:de|depuis|à partir)|enviado (?:desde|do|de|a partir)|"
    r"inviato da|verzonden (?:vanaf|met|vanuit)|"
    r"skickat från|"
    r"sendt fra|lähetetty|wysłane z|odesláno z|отправлено (?:\u0441|из)|iphoneから送信|发自我的|从我的)",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(r"^_{20,}\s*$")
_MAX_LINES = 20_000
_MAX_CANDIDATES = 300


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
    for index in islice(_candidates(lines, marks), _MAX_CANDIDATES):
        if _header_block(lines, index):
            _mark(marks, _rule_above(lines, index), len(lines))
            break
        end = _introduction_end(lines, marks, index)
        if end is not None and not _quote_follows(marks, lines, end):
            _mark(marks, index, len(lines))
            break
        if end is not None:
            _mark(marks, index, end + 1)
    _join_blanks(lines, marks)
    return marks


def _mark(marks: list[bool], start: int, end: int) -> None:
    marks[start:end] = [True] * (end - start)


def _candidates(lines: list[str], marks: list[bool]) -> Iterator[int]:
    """Lines with which something that introduces a quote may begin; `marks` grow while they are read."""
    for index, line in enumerate(lines):
        if (not marks[index] and line.strip() and any(_PROBE.search(near) for near in lines[index : index + 3])) or (
            not marks[index] and _HEADER_LINE.match(line)
        ):
            yield index


def _introduction_end(lines: list[str], marks: list[bool], index: int) -> int | None:
    """The last line of an introduction ("On … wrote:") that starts at `index`, or None."""
    paragraph_start = index == 0 or not lines[index - 1].strip() or marks[index - 1]
    for end in range(index, min(index + 3, len(lines))):
        if marks[end] or not lines[end].strip():
            return None
        if not _PROBE.search(lines[end]):
            continue
        joined = " ".join(line.strip() for line in lines[index : end + 1])
        if _is_introduction(joined) or (paragraph_start and _introduces(joined, marks, lines, end)):
            return end
    return None


def _is_introduction(line: str) -> bool:
    """Whether quotequail knows the line; it keeps what introduces a quote apart from the rest."""
    if not _PROBE.search(line) or len(line) > 500:
        return False
    import quotequail  # many patterns: only where mail is read

    pieces: list[tuple[bool, str]] = quotequail.quote(line + "\n.", limit=10, quote_intro_line=True)
    return len(pieces) == 2 and not pieces[0][1].strip()


def _introduces(line: str, marks: list[bool], lines: list[str], end: int) -> bool:
    """An address, a year or a time, then a colon, then at once a quote: so in whatever language."""
    if not (line.endswith((":", "\uff1a")) and _INTRO_SIGN.search(line)):
        return False
    return len(line) < 300 and _quote_follows(marks, lines, end)


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
    before_quote = [False] * len(lines)
    following = False
    for index in range(len(lines) - 1, -1, -1):
        following = marks[index] if lines[index].strip() else following
        before_quote[index] = following
    for index in range(1, len(lines)):
        if not lines[index].strip() and marks[index - 1]:
            marks[index] = before_quote[index]


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
        if rest > 4:
            return False
    return True
