"""Telling a mere thanks from a message that needs an answer. In doubt, it is not one."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from rapport.interactions.ledger import thanks_vocabulary as vocabulary
from rapport.interactions.ledger.thanks_news import NEWS, REASONS
from rapport.kit.text import fold

LONGEST_TEXT = 300
MOST_LINES = 8

_TELLS_MORE = re.compile(r"[?¿؟\d@([{]|://|www\.")
_GLAD = re.compile("[👍🙏👌🏻🏼🏽🏾🏿❤♥😊🙂😀😃😄😁🤗☺🎉✅✔]\ufe0f?")
_WORD_END = re.compile(r"[^\w'’]+|_")  # noqa: RUF001 - words end as they do when folded
_SEGMENT_END = re.compile(r"[,.!;:…–—]+|\s-+\s|^-+\s")  # noqa: RUF001 - dashes end a segment


def _tiles(listed: Iterable[str], patterns: Iterable[str] = ()) -> re.Pattern[str]:
    """A pattern for phrases in a row, the longest first; possessive, so that no text makes it slow."""
    alternatives = "|".join([*patterns, *sorted(listed, key=len, reverse=True)])
    return re.compile(f"(?:(?:{alternatives})(?: |$))++")


_NOT_NAMES = frozenset(vocabulary.NOT_NAMES.split())


class _Phrases(NamedTuple):
    anything: re.Pattern[str]
    any_news: re.Pattern[str]
    has_core: re.Pattern[str]
    has_thanks: re.Pattern[str]
    sign_off: re.Pattern[str]
    greeting: re.Pattern[str]


@cache
def _phrases() -> _Phrases:
    """Compiled at first use: that takes long, and a process that only shows pages has no need of them."""
    thanks = vocabulary.phrases(vocabulary.THANKS)
    core = thanks | vocabulary.phrases(vocabulary.ACKNOWLEDGEMENTS)
    sign_offs = vocabulary.phrases(vocabulary.SIGN_OFFS)
    listed = core | sign_offs | vocabulary.phrases(vocabulary.ADDITIONS)
    return _Phrases(
        _tiles(listed, REASONS),
        _tiles(listed, (*NEWS, *REASONS)),
        _any_of(core),
        _any_of(thanks),
        _tiles(sign_offs | {"and", "und", "et", "y", "en", "e"}),
        _tiles(vocabulary.phrases(vocabulary.GREETINGS)),
    )


def _any_of(listed: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(listed, key=len, reverse=True))})\b")


def is_mere_thanks(fresh_text: str) -> bool:
    """Whether a text, without quoted parts, only thanks or acknowledges: *Thanks, got it!*, *Merci beaucoup*.

    Thanks may come with news that close the matter, and ask for nothing: *works again now, thanks for the help*.
    Conservative: anything else that may ask, tell, refuse or promise more makes it False, and so does any figure
    or link. Understands English, German, French, Spanish and Dutch, and mere thanks in Italian and Portuguese. A
    greeting, a sign-off, and capitalised names where names stand are ignored.
    """
    if len(fresh_text) > LONGEST_TEXT:
        return False
    text = _GLAD.sub(" ok, ", fresh_text)
    if _TELLS_MORE.search(text) or any(unicodedata.category(one) == "So" for one in text):
        return False
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= MOST_LINES:
        return False
    said = _without_names(_without_greeting(lines))
    known = _phrases()
    return _consists_of(said, known.anything, known.has_core) or _consists_of(said, known.any_news, known.has_thanks)


def _without_greeting(lines: list[str]) -> list[str]:
    """Without *Hi Tom* at the beginning; it ends at a comma, an exclamation mark or its line's end."""
    first, *rest = _segments(lines[0]) or [""]
    greeting = _phrases().greeting.match(fold(first))
    if greeting is None:
        return lines
    named = _words(first)[len(greeting.group().split()) :]
    if named and not _is_name(" ".join(named)):
        return lines
    return [*([", ".join(rest)] if rest else []), *lines[1:]]


def _without_names(lines: list[str]) -> list[str]:
    """Without the names in the lines after a sign-off, or in the last line."""
    signed = next((at for at, line in enumerate(lines) if _phrases().sign_off.fullmatch(fold(line))), None)
    if signed is not None:
        return lines[:signed] if all(_is_name(line) for line in lines[signed + 1 :]) else lines
    return lines[:-1] if len(lines) > 1 and _is_name(lines[-1]) else lines


def _consists_of(lines: list[str], phrases: re.Pattern[str], core: re.Pattern[str]) -> bool:
    """Whether all lines are of these phrases, and one of them is what it takes."""
    return core.search(fold("\n".join(lines))) is not None and all(_is_made_of(line, phrases) for line in lines)


def _is_made_of(line: str, phrases: re.Pattern[str]) -> bool:
    """Whether each segment of a line is of these phrases, but for a name after one that thanks."""
    thanked = False
    for segment in _segments(line):
        folded = fold(segment)
        known = phrases.match(folded)
        remainder = _words(segment)[len(known.group().split()) if known else 0 :]
        thanked = thanked or (known is not None and _phrases().has_thanks.search(known.group()) is not None)
        if remainder and not (thanked and _is_name(" ".join(remainder))):
            return False
    return True


def _segments(line: str) -> list[str]:
    return [segment.strip() for segment in _SEGMENT_END.split(line) if fold(segment)]


def _words(segment: str) -> list[str]:
    return [word for word in _WORD_END.split(segment) if word]


def _is_name(text: str) -> bool:
    """One to three capitalised words, not shouted, that don't commonly answer anything."""
    names = text.strip(" ,.!-").replace(".", " ").split()
    return 0 < len(names) <= 3 and all(_is_name_word(name) for name in names)


def _is_name_word(word: str) -> bool:
    shouted = word.isupper() and len(word) > 2
    return word[0].isupper() and not shouted and fold(word) not in _NOT_NAMES
