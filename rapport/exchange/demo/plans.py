"""What the colleagues have to do: some of it overdue, some today, most in the next days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from rapport.exchange.demo.identifiers import Identifiers
from rapport.exchange.demo.setting import Colleague, Setting
from rapport.interactions.models import Task
from rapport.parties.models import Person
from rapport.platform.access.actors import Actor
from rapport.platform.history.context import assume

BLOCK = -1
"""Of the chances: no block of parties has it."""
MOST_COLLEAGUES = 40
TASKS = (
    (-4, None, "Send the calibration certificate"),
    (-1, time(16), "Ask whether the sensor arrived"),
    (0, time(10, 30), "Call about the second line"),
    (0, None, "Prepare the offer"),
    (1, time(9), "Confirm the date of the training"),
    (2, None, "Send the minutes"),
    (5, None, "Ask for a reference"),
    (9, time(14), "Talk about next year's service contract"),
)
"""Due in so many days, when, and what."""


def plan(setting: Setting) -> None:
    """Gives each colleague some of these, about people they look after."""
    chance = setting.chance(BLOCK)
    identifiers = Identifiers(setting.now, 0, chance)
    with transaction.atomic():
        assume(Actor.system("command"))
        for colleague in setting.colleagues[:MOST_COLLEAGUES]:
            people = list(Person.objects.filter(owner=colleague.id).order_by("pk").values_list("pk", flat=True)[:40])
            chosen = chance.sample(TASKS, k=min(6, len(people)))
            about = chance.sample(people, k=len(chosen))
            Task.objects.bulk_create(
                _task(setting.now, colleague, each, person, identifiers)
                for each, person in zip(chosen, about, strict=True)
            )


def _task(
    now: datetime, colleague: Colleague, asked: tuple[int, time | None, str], person: UUID, identifiers: Identifiers
) -> Task:
    days, at, title = asked
    made = now - timedelta(days=7)
    return Task(
        id=identifiers.next(), created_at=made, updated_at=made, title=title, due_on=(now + timedelta(days)).date(),
        due_time=at, owner_id=colleague.id, asked_by_id=colleague.id, party_id=person,
    )  # fmt: skip
