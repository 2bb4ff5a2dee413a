"""Walks through a text: whole phrases, marks, values in quotation marks and without."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from rapport.platform.resources.grammar.tree import Place
from rapport.platform.resources.kinds import ValueProblem

QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«"}
"""Marks that open a value → those that close it."""
LINK = re.compile(r"\.|__|\s*·")
"""What stands between a link and a field of what it names."""
WORD = re.compile(r"[\w'\u2019-]+|\S?")
SPACE = re.compile(r"\s*")


class GrammarProblem(ValueProblem):
    """What is wrong in a text (`says`), and from which character to which."""

    def __init__(self, says: str, place: Place) -> None:
        self.says, self.place = says, place
        super().__init__(_("%(problem)s (at character %(place)s)") % {"problem": says, "place": place[0] + 1})


@dataclass(slots=True)
class Scanner:
    text: str
    at: int = 0

    def skip(self) -> int:
        """Goes over spaces; answers where it stands."""
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    @property
    def is_at_end(self) -> bool:
        return self.skip() == len(self.text)

    def take(self, phrases: Iterable[str]) -> str | None:
        """The first of the phrases that stands here as whole words, whatever its case; `#` is a number."""
        return found[0] if (found := self.take_counted(phrases)) else None

    def take_counted(self, phrases: Iterable[str]) -> tuple[str, int] | None:
        self.skip()
        for phrase in phrases:
            if found := _pattern(phrase).match(self.text, self.at):
                self.at = found.end()
                return phrase, int(found[1]) if found.lastindex else 0
        return None

    def take_link(self) -> bool:
        found = LINK.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found is not None

    def take_quoted(self) -> str | None:
        r"""What stands between quotation marks, in which \" is a mark and \\ a backslash. Raises GrammarProblem."""
        start = self.skip()
        closing = QUOTES.get(self.text[start : start + 1])
        if closing is None:
            return None
        found: list[str] = []
        place = start + 1
        while place < len(self.text) and self.text[place] not in closing:
            place += self.text[place] == "\\" and place + 1 < len(self.text)
            found.append(self.text[place])
            place += 1
        if place >= len(self.text):
            raise GrammarProblem(_("The quotation mark that closes this is missing."), (start, len(self.text)))
        self.at = place + 1
        return "".join(found)

    def take_bare(self, joints: Iterable[str], *, is_number: bool) -> str:
        """A value without quotation marks: up to a comma, a parenthesis, a joint, or the end; it may be empty.

        In a number, a comma with a digit on both sides belongs to it.
        """
        start = self.skip()
        found = _ending(tuple(joints), is_number).search(self.text, start)
        self.at = found.start() if found else len(self.text)
        return self.text[start : self.at].rstrip()

    def word(self) -> Place:
        """Where the word stands that begins here."""
        start = self.skip()
        found = WORD.match(self.text, start)
        return start, found.end() if found else start


@lru_cache(maxsize=10_000)
def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(
        re.escape(word).replace(r"\#", r"(\d{1,4})").replace("'", r"['\u2019]") for word in phrase.split()
    )
    ending = r"(?:(?!\w)|(?=__))" if phrase[-1:].isalnum() else ""
    return re.compile(words + ending, re.IGNORECASE)


@lru_cache(maxsize=100)
def _ending(joints: tuple[str, ...], is_number: bool) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in joints if word.isalpha())
    comma = r"(?<!\d),|,(?!\d)" if is_number else ","
    return re.compile(rf"(?<!\S)(?:{words})(?!\w)|{comma}|[()]", re.IGNORECASE)
