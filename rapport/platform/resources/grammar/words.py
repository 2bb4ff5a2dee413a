"""The words of the grammar in the reader's language. English is understood beside it, always.

Each entry lists what is understood, with bars between; the first is what is written. A language may list other
alternatives than English has. `#` stands for a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

Entries = Mapping[str, Any]
Phrases = Mapping[str, str]
"""What may be typed, in small letters → the key of what is meant; the longest first."""

JOINTS: Entries = {"and": _("and|&"), "or": _("or"), "not": _("not|except")}
WORDS: Entries = {"me": _("me|myself"), "true": _("yes|true"), "false": _("no|false")}
OPERATORS: Entries = {
    "eq": _("is|=|==|equals|are"),
    "ne": _("is not|!=|<>|isn't|are not"),
    "in": _("is one of|is any of|is in|in"),
    "not_in": _("is none of|is not one of|is not in|not in"),
    "contains": _("contains|includes|has"),
    "not_contains": _("does not contain|doesn't contain|does not include|has no"),
    "starts": _("begins with|starts with"),
    "not_starts": _("does not begin with|does not start with"),
    "gt": _("is more than|>|more than|greater than|is greater than|above|over"),
    "gte": _("is at least|>=|at least"),
    "lt": _("is less than|<|less than|below|under"),
    "lte": _("is at most|<=|at most|up to"),
    "empty": _("is empty|is blank"),
    "filled": _("is not empty|is filled in|is not blank"),
}
OF_TIMES: Entries = {
    **OPERATORS,
    "eq": _("is|in|on|during|is in|is on|=|=="),
    "ne": _("is not|!=|<>|is not in|is not on|not in|not on|isn't"),
    "in": _("is one of|is any of"),
    "not_in": _("is none of|is not one of"),
    "gt": _("is after|>|after"),
    "gte": _("is from|>=|from|since|is since"),
    "lt": _("is before|<|before"),
    "lte": _("is until|<=|until|up to"),
}
IN: Any = _("in")
"""What is written before a period that counts, where otherwise `is` would be."""
PERIODS: Entries = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "this_week": _("this week"),
    "last_week": _("last week"),
    "next_week": _("next week"),
    "this_month": _("this month"),
    "last_month": _("last month"),
    "next_month": _("next month"),
    "this_quarter": _("this quarter"),
    "last_quarter": _("last quarter"),
    "next_quarter": _("next quarter"),
    "this_year": _("this year"),
    "last_year": _("last year"),
    "next_year": _("next year"),
    "last_days": _("the last # days|last # days|past # days|the last # day|last # day"),
    "last_weeks": _("the last # weeks|last # weeks|past # weeks|the last # week|last # week"),
    "last_months": _("the last # months|last # months|past # months|the last # month|last # month"),
    "last_years": _("the last # years|last # years|past # years|the last # year|last # year"),
    "next_days": _("the next # days|next # days|the next # day|next # day"),
    "next_weeks": _("the next # weeks|next # weeks|the next # week|next # week"),
    "next_months": _("the next # months|next # months|the next # month|next # month"),
    "next_years": _("the next # years|next # years|the next # year|next # year"),
    "ago_days": _("# days ago|# day ago"),
    "ago_weeks": _("# weeks ago|# week ago"),
    "ago_months": _("# months ago|# month ago"),
    "ago_years": _("# years ago|# year ago"),
}
COUNTED = {key for key in PERIODS if key.endswith("s")}
ENCLOSING = {key for key in COUNTED if not key.startswith("ago_")}
"""Those that are several days, in which something is."""


@dataclass(frozen=True, slots=True)
class Language:
    """What is understood, and what is written: the first alternative of each entry, by its key."""

    code: str
    joints: Phrases
    words: Phrases
    operators: Phrases
    of_times: Phrases
    periods: Phrases
    written: Mapping[str, str]
    written_of_times: Mapping[str, str]
    before_counts: str

    def operators_of(self, kind: str) -> Phrases:
        return self.of_times if "date" in kind else self.operators

    def operator(self, key: str, kind: str) -> str:
        return (self.written_of_times if "date" in kind else self.written)[key]


ENGLISH = "en"


def spoken() -> Language:
    """The language of whoever reads now."""
    return language(translation.get_language() or ENGLISH)


@lru_cache(maxsize=50)
def language(code: str) -> Language:
    with translation.override(code):
        own = {name: _alternatives(entries) for name, entries in ENTRIES.items()}
        before_counts = str(IN)
    with translation.override(ENGLISH):
        english = {name: _alternatives(entries) for name, entries in ENTRIES.items()}
    both = {name: _phrases(own[name], english[name]) for name in ENTRIES}
    plain = ("joints", "words", "operators", "periods")
    written = {key: listed[0] for name in plain for key, listed in own[name].items()}
    of_times = {key: listed[0] for key, listed in own["of_times"].items()}
    return Language(code, **both, written=written, written_of_times=of_times, before_counts=before_counts)


ENTRIES: Mapping[str, Entries] = {
    "joints": JOINTS, "words": WORDS, "operators": OPERATORS, "of_times": OF_TIMES, "periods": PERIODS,
}  # fmt: skip


def _alternatives(entries: Entries) -> dict[str, list[str]]:
    return {key: str(words).split("|") for key, words in entries.items()}


def _phrases(*languages: Mapping[str, list[str]]) -> Phrases:
    """Where two mean differently by the same phrase, the first language has it."""
    found: dict[str, str] = {}
    for alternatives in languages:
        for key, listed in alternatives.items():
            for phrase in listed:
                found.setdefault(phrase.lower(), key)
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))
