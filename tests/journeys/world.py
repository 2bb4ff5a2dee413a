"""A small organisation for the journeys: an administrator, people, and a conversation that waits for us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from rapport.interactions.actions.composing import Said, write_down
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from rapport.platform.access.people import add_user
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.indexing import index_all
from tests.journeys.conftest import PASSWORD, Visit

EMAIL = "mara@ours.example"


@dataclass(frozen=True)
class World:
    user: User
    people: list[Any]
    organization: Any
    conversation: Any
    colleague: User


def make_world(people: int = 12) -> World:
    user = add_user(EMAIL, PASSWORD, name="Mara Visser", is_administrator=True)
    actor = actor_for(user, "page")
    organization = verbs.create(RESOURCES["organizations"], {"name": "Okafor Logistics"}, actor=actor)
    made = [_person(number, organization, actor) for number in range(people)]
    letter = Said(
        "letter", "When does the second batch leave?", (made[0].pk,), "Second batch", "in",
        timezone.now() - timedelta(days=2),
    )  # fmt: skip
    index_all()
    colleague = add_user("tomas@ours.example", None, name="Tomas Brandt")
    return World(user, made, organization, write_down(letter, actor=actor).conversation, colleague)


def _person(number: int, organization: Any, actor: Actor) -> Any:
    values = {
        "name": f"Person {number:02d}", "email": f"person{number}@okafor.example", "job_title": "Yard",
        "organization": str(organization.pk),
    }  # fmt: skip
    return verbs.create(RESOURCES["people"], values, actor=actor)


def sign_in(visit: Visit) -> None:
    visit.go("/accounts/login/")
    visit.page.get_by_label("E-mail address").fill(EMAIL)
    visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    visit.page.wait_for_url(f"{visit.base}/")
