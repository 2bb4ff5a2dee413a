"""What people are called, in the order of their culture, and what addresses are made of."""

from __future__ import annotations

import re

from rapport.exchange.demo.cultures import Culture, Name
from rapport.kit.text import fold

NOT_A_SLUG = re.compile(r"[^a-z0-9]+")


def called(culture: Culture, given: Name, middle: Name | None, family: Name) -> str:
    if culture.family_first:
        return f"{family.text}{culture.joint}{given.text}"
    words = (given, middle, family) if middle and middle != given else (given, family)
    return " ".join(each.text for each in words)


def slug(text: str) -> str:
    return NOT_A_SLUG.sub("-", fold(text)).strip("-") or "x"


def digits(telephone: str) -> str:
    return "+" + "".join(each for each in telephone if each.isdigit())


def base36(number: int) -> str:
    found = ""
    while True:
        number, rest = divmod(number, 36)
        found = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + found
        if not number:
            return found
