"""Thin, repeatable jobs."""

from rapport.interactions import importing
from rapport.interactions.ledger.settling import lapse_silent
from rapport.platform.jobs.queue import schedule

__all__ = ["importing"]


@schedule("interactions.lapse", "17 3 * * *")
def lapse() -> None:
    while lapse_silent():
        pass
