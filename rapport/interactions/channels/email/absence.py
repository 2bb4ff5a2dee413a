"""Until when somebody is away, as their automatic reply says: in English, German, French, Spanish and Dutch."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from babel.dates import get_month_names

LONGEST = timedelta(days=400)
_READ = 3_000
_NEAR = timedelta(days=30)
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th|er|[.º°])?"
_YEAR = r"(?:,?\s{{0,3}}(?:de\s|del\s)?(?P<{0}>20\d\d))?"
_NUMERIC = (
    r"(?P<y1>20\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)"
    r"|(?P<a>[0-3]?\d)(?P<mark>[./-])(?P<b>[0-3]?\d)(?:(?P=mark)(?P<y2>20\d\d|\d\d)(?!\d))?"
)
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|"
    r"(?:maan|dins|woens|donder|vrij|zater|zon)dag|\w{2,3}\.),?\s{0,3}"
)
_INCLUDED = r"the|and including|including|einschliesslich|einschl\.|inkl\.|zum|dem|den|le|el"
_FILLER = rf"\s{{0,3}}(?:(?:{_INCLUDED})\s{{1,3}})?(?:{_WEEKDAY})?"
_UNTIL = {
    "en": r"until|till|til|through|thru|up to|to",
    "de": r"bis",
    "fr": r"jusqu'au|au",
    "es": r"hasta|al",
    "nl": r"tot en met|t/m|t\.e\.m\.|tot",
    "": "[-\N{EN DASH}]",
}
_BACK = {
    "en": r"(?:back|returning)(?: in the office| at work| at my desk)?(?: again)?(?: on| from)?"
    r"|return(?: to (?:the )?(?:office|work))?(?: on)?|again (?:on|from|as of)",
    "de": r"zuruck(?: im buro)?(?: am| ab)?|wieder (?:am|ab|da am|im buro am)|ab",
    "fr": r"de retour(?: au bureau)?(?: le| a partir du)?|(?:reviens|reviendrai|reprendrai)(?: le)?"
    r"|a (?:partir|compter) du|des",
    "es": r"de vuelta(?: en la oficina)?(?: el)?|a partir del?"
    r"|(?:vuelvo|volvere|regreso|regresare|regresar)(?: a la oficina)?(?: el)?",
    "nl": r"terug(?: op)?|(?:weer|opnieuw) (?:aanwezig|bereikbaar|op kantoor|beschikbaar) (?:op|vanaf)|vanaf",
}
_AGAIN = re.compile(
    r"\b(?:back|return\w*|again|zuruck|wieder|retour|revien\w*|nouveau|"
    r"vuelta|vuelv\w*|volver\w*|regres\w*|nuevo|terug|weer)\b"
)
_SENTENCE_END = re.compile(r"[!?\n]|(?<!\d)\.\s")


def away_until(text: str, sent: date) -> date | None:
    """The last day of an absence that the text of an automatic reply names; None where it names none.

    Who says when they are back is away until the day before. A day without a year is the next one.
    """
    text = _folded(text[:_READ])
    until, back = [], []
    for found in _dates().finditer(text):
        cue, language = _cue(text, found.start())
        day = _day(found, sent, language)
        if day is None:
            continue
        if cue == "until":
            until.append(day)
        elif cue == "back" and _AGAIN.search(_sentence(text, found)):
            back.append(day - timedelta(days=1))
    named = [day for day in (until or back) if sent <= day <= sent + LONGEST]
    return max(named, default=None)


def _folded(text: str) -> str:
    """In small letters, without accents and curly quotes."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))
    return "".join(each for each in plain if not unicodedata.combining(each))


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {"sept": 9, "janner": 1, "maerz": 3, "setiembre": 9}
    for locale in ("en", "de", "fr", "es", "nl"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=locale).items():
                found[_folded(str(name)).rstrip(".")] = int(number)
    return found


@cache
def _dates() -> re.Pattern[str]:
    names = "|".join(sorted(_months(), key=len, reverse=True))
    month = rf"(?P<{{0}}>{names})\b\.?"
    first = _DAY.format("d3") + r"\s{0,3}(?:de\s|of\s)?" + month.format("n3") + _YEAR.format("y3")
    second = month.format("n4") + r"\s{1,3}" + _DAY.format("d4") + r"\b" + _YEAR.format("y4")
    return re.compile(rf"(?<![\w./-])(?:{first}|{second}|{_NUMERIC})(?!\w)")


@cache
def _cues() -> list[tuple[str, str, re.Pattern[str]]]:
    return [
        (cue, language, re.compile(rf"(?:(?<=[\s,(:\d.])|^)(?:{words}){_FILLER}$"))
        for cue, table in (("until", _UNTIL), ("back", _BACK))
        for language, words in table.items()
    ]


def _cue(text: str, start: int) -> tuple[str, str]:
    """What stands before a date: until, back, or neither; and in which language."""
    before = text[max(0, start - 60) : start]
    return next(((cue, language) for cue, language, words in _cues() if words.search(before)), ("", ""))


def _sentence(text: str, found: re.Match[str]) -> str:
    begin = max((each.end() for each in _SENTENCE_END.finditer(text, 0, found.start())), default=0)
    end = _SENTENCE_END.search(text, found.end())
    return text[begin : end.start() if end else len(text)]


def _day(found: re.Match[str], sent: date, language: str) -> date | None:
    parts = found.groupdict()
    if parts["y1"]:
        return _valid(int(parts["y1"]), int(parts["m1"]), int(parts["d1"]))
    for day, name, year in (("d3", "n3", "y3"), ("d4", "n4", "y4")):
        if parts[name]:
            return _next(parts[year], _months()[parts[name]], int(parts[day]), sent)
    a, b = int(parts["a"]), int(parts["b"])
    day_first = _next(parts["y2"], b, a, sent)
    if parts["mark"] != "/" or language not in ("en", ""):
        return day_first
    return _only_one({each for each in (day_first, _next(parts["y2"], a, b, sent)) if each}, sent)


def _only_one(days: set[date], sent: date) -> date | None:
    """Of 3/12, which English writes both ways: what alone is possible, or alone is near."""
    possible = [day for day in days if sent <= day <= sent + LONGEST]
    near = [day for day in possible if day <= sent + _NEAR]
    return next((each[0] for each in (possible, near) if len(each) == 1), None)


def _next(year: str | None, month: int, day: int, sent: date) -> date | None:
    if year:
        return _valid(int(year) + (2_000 if len(year) == 2 else 0), month, day)
    return next(_from(sent, month, day), None)


def _from(sent: date, month: int, day: int) -> Iterator[date]:
    for year in (sent.year, sent.year + 1):
        found = _valid(year, month, day)
        if found and found >= sent - timedelta(days=30):
            yield found


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
