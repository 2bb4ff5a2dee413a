"""Why a message did not arrive, in plain words, by the status codes of RFC 3463 and what systems mean by them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

REASONS: dict[str, Any] = {
    "1.2": gettext_lazy("there is no such mail domain"),
    "1.8": gettext_lazy("their server doesn't accept our address"),
    "1.7": gettext_lazy("their server doesn't accept our address"),
    "1.10": gettext_lazy("that domain takes no mail"),
    "1": gettext_lazy("there is no such mailbox"),
    "2.1": gettext_lazy("the mailbox isn't in use"),
    "2.2": gettext_lazy("the mailbox is full"),
    "2.3": gettext_lazy("the message is too large"),
    "2": gettext_lazy("something is wrong with the mailbox"),
    "3.4": gettext_lazy("the message is too large"),
    "3": gettext_lazy("their server could not take it"),
    "4.4": gettext_lazy("there is no such mail domain"),
    "4.7": gettext_lazy("their server could not be reached in time"),
    "4": gettext_lazy("their server could not be reached"),
    "5": gettext_lazy("their server did not understand ours"),
    "6": gettext_lazy("their server could not read the message"),
    "7": gettext_lazy("their server refused it as unwanted"),
}


def reason(status: str | None) -> Any:
    """Of a status such as 5.1.1, its most telling part; the first figure says only how final it is."""
    detail = (status or "").partition(".")[2]
    unknown = gettext_lazy("their server did not say why")
    return REASONS.get(detail) or REASONS.get(detail.partition(".")[0]) or unknown
