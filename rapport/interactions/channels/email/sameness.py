"""Whether two e-mails that bear the same Message-ID are one message that came by two ways.

A way changes how words are encoded, wrapped and quoted, and a mailing list adds its tag to the subject and a
footer to the text. Whatever else differs makes it another message: an id is easily copied.
"""

import re
import unicodedata

from .html_text import html_to_text
from .message import Attachment, ParsedMessage

_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),  # noqa: RUF001 - what mail programs write for one another
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),  # noqa: RUF001
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
_SPACES = re.compile(r"\s+")
_ESCAPED_FROM = re.compile(r"^>+(?=From )", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:-- ?|[-_=*~#]{5,}|(?:-=)+-?)\s*$")
_OF_A_LIST = re.compile(
    r"unsubscri|mailing[ -]?list|listinfo|mailman|google groups|groups\.io|yahoo! groups|sympa|"
    r"abmelden|abbestell|mailingliste|désabonn|désinscri|liste de diffusion|afmelden|mailinglijst|"
    r"lista de correo|cancelar .{0,30}suscrip|disiscri",
    re.IGNORECASE,
)
_LONGEST_FOOTER = 12
"""Lines."""
_MOST_FOOTERS = 3
"""Lists that pass a message on to each other."""


def same_message(first: ParsedMessage, second: ParsedMessage) -> bool:
    """Whether two e-mails with one Message-ID say the same: topic, time, words, and what is attached.

    From one sender too, unless a mailing list wrote its own address into From, as it must where the sender's
    domain asks for it (RFC 7960 section 4.1.3). Symmetric.
    """
    return (
        _same_sender(first, second)
        and _same_time(first, second)
        and first.topic.casefold() == second.topic.casefold()
        and _contents(first.attachments) == _contents(second.attachments)
        and _same_words(first, second)
    )


def same_recipients(first: ParsedMessage, second: ParsedMessage) -> bool:
    """Whether two e-mails name the same people: how two with the same words and other ids are told apart."""
    one, other = ({each.address for each in (*message.to, *message.cc)} for message in (first, second))
    return one == other


def _same_sender(first: ParsedMessage, second: ParsedMessage) -> bool:
    one, other = (each.sender.address if each.sender else "" for each in (first, second))
    return one == other or _by_list(first) != _by_list(second)


def _by_list(message: ParsedMessage) -> bool:
    return message.automatic in ("list", "bulk")


def _same_time(first: ParsedMessage, second: ParsedMessage) -> bool:
    """To the second; a time that the message doesn't state is that of its way."""
    if first.date_source != "date" or second.date_source != "date":
        return True
    stated = {each.date.replace(microsecond=0) for each in (first, second) if each.date}
    return len(stated) == 1


def _contents(attachments: tuple[Attachment, ...]) -> list[bytes | str]:
    """What is attached, whatever it is called; how lines end in a text depends on its encoding."""
    found = (
        _lines(each) if each.content_type.startswith(("text/", "message/")) else each.sha256 for each in attachments
    )
    return sorted(found, key=repr)


def _lines(attachment: Attachment) -> bytes:
    return b"\n".join(line.rstrip() for line in attachment.content.splitlines()).strip()


def _same_words(first: ParsedMessage, second: ParsedMessage) -> bool:
    plain = bool(_readings(first, first.text) & _readings(second, second.text))
    if first.html_raw is None and second.html_raw is None:
        return plain
    # What is shown is the HTML: where only one has it, it must say what the other's text says.
    return plain and bool(_readings(first, _shown(first)) & _readings(second, _shown(second)))


def _shown(message: ParsedMessage) -> str:
    return message.text if message.html_raw is None else html_to_text(message.html_raw)


def _readings(message: ParsedMessage, text: str) -> set[str]:
    """A text as it stands and, from a list, without its footer."""
    return {_words(text), _words(without_footer(text))} if _by_list(message) else {_words(text)}


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _ESCAPED_FROM.sub("", text)).translate(_LOOKALIKES)
    return _SPACES.sub(" ", plain).strip()


def without_footer(text: str) -> str:
    """The text without what mailing lists put below it: a rule and a few lines on the list itself."""
    lines = text.rstrip().split("\n")
    for _list in range(_MOST_FOOTERS):
        start = _footer(lines)
        if start is None:
            break
        lines = lines[:start]
    return "\n".join(lines)


def _footer(lines: list[str]) -> int | None:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    for start in range(end - 1, max(0, end - _LONGEST_FOOTER - 2), -1):
        if _RULE.match(lines[start]):
            return start if _OF_A_LIST.search("\n".join(lines[start:end])) else None
    return None
