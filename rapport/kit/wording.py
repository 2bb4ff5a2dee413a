"""What code that says something is given, so that it can say it in any language."""

from gettext import NullTranslations
from typing import Protocol


class Wording(Protocol):
    """What words messages: a gettext translation of the standard library, or Django's translation module."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str: ...


ENGLISH: Wording = NullTranslations()
