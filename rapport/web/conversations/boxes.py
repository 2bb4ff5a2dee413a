"""Which part of the inbox a page shows, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from rapport.interactions.queries.inbox import Box, Whose
from rapport.web.request import Request

BOXES: dict[Box, Any] = {
    "us": gettext_lazy("Waiting for us"),
    "them": gettext_lazy("Waiting for them"),
    "snoozed": gettext_lazy("Snoozed"),
    "closed": gettext_lazy("Done"),
    "all": gettext_lazy("All"),
}
WHOSE: tuple[Whose, ...] = ("mine", "nobody", "team", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    box: Box
    whose: Whose
    label: str
    """The tag that alone is shown; empty: any."""

    @property
    def query(self) -> str:
        """As an address says it."""
        return urlencode({"box": self.box, "whose": self.whose, **({"label": self.label} if self.label else {})})


def asked_by(request: Request) -> Asked:
    box, whose = request.GET.get("box"), request.GET.get("whose")
    return Asked(
        next((each for each in BOXES if each == box), "us"),
        next((each for each in WHOSE if each == whose), "mine"),
        request.GET.get("label", "")[:100],
    )
