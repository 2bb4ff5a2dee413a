"""The demonstration: believable, the same for the same seed, and derived exactly as Rapport derives it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from rapport.exchange.demo import scripts
from rapport.exchange.demo.loading import load
from rapport.exchange.demo.phones import phone
from rapport.exchange.demo.sizes import SIZES, Size
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Body, Conversation, Interaction, Response, Standing, Task
from rapport.kit.phones import parse_phone
from rapport.parties.models import ContactPoint, Organization, Party, Person
from rapport.parties.reach import normalized
from rapport.platform.access.models import User
from rapport.platform.access.setup import is_done
from rapport.platform.errors import Conflict
from rapport.platform.fields.models import Tagging
from rapport.platform.search.models import Entry

TINY = Size(people=40, organizations=8, interactions=200, days=200, colleagues=4, blocks=2)

pytestmark = pytest.mark.django_db


def rows(model: type[models.Model], *left_out: str) -> set[str]:
    names = [field.attname for field in model._meta.concrete_fields if field.name not in left_out]
    return set(map(str, model._default_manager.values_list(*names)))


@pytest.fixture
def small() -> None:
    load(SIZES["small"])


def test_small_has_what_it_promises(small: None) -> None:
    assert (Person.objects.count(), Organization.objects.count(), Interaction.objects.count()) == (300, 60, 2_000)
    assert set(Conversation.objects.values_list("channel", flat=True)) == {"email", "phone", "meeting", "note"}
    assert {"en", "de", "fr", "es", "it", "nl", "pt"} == set(Person.objects.values_list("language", flat=True))
    assert Interaction.objects.filter(at__gt=timezone.now()).count() == 0
    assert Body.objects.filter(words=None).count() == 0
    today = timezone.now().date()
    days = {task.due_on for task in Task.objects.all() if task.due_on}
    assert min(days) < today < max(days)
    assert today in days
    assert Entry.objects.filter(resource="people", field="name").values("record_id").distinct().count() == 300


def test_small_leaves_work_to_do_but_no_mountain(small: None) -> None:
    for_us = Conversation.objects.filter(awaiting="us")
    total, overdue = for_us.count(), for_us.filter(due_at__lt=timezone.now()).count()
    assert 10 <= total <= 60
    assert 3 <= overdue < total
    assert Conversation.objects.filter(awaiting="them").count() >= 10
    by_us = Response.objects.filter(by="us")
    assert 0 < by_us.filter(is_target_met=False).count() < by_us.filter(is_target_met=True).count()


def test_deriving_the_parties_again_changes_nothing(small: None) -> None:
    before = rows(Party)
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_refresh(array(SELECT id FROM parties_party))")
    assert rows(Party) == before


def test_settling_every_conversation_again_changes_nothing(small: None) -> None:
    def settled() -> list[set[str]]:
        return [rows(Conversation, "version", "updated_at"), rows(Standing, "id"), rows(Response)]

    before = settled()
    resettle(Conversation.objects.values_list("pk", flat=True))
    assert settled() == before


def test_contact_points_are_normalised_as_typed_ones_are(small: None) -> None:
    points = ContactPoint.objects.filter(kind__in=("email", "phone"))
    assert all(point.normalized == normalized(point.kind, point.value) for point in points)


def test_the_same_seed_and_moment_give_the_same_whatever_was_there_before() -> None:
    # Not to the identifier of colleagues and kinds, which the installation gives.
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def made() -> tuple[Any, ...]:
        found = (
            list(Person.objects.order_by("pk").values_list("pk", "display_name", "primary_email", "primary_phone")),
            list(Interaction.objects.order_by("pk").values_list("pk", "at", "subject", "snippet")),
            list(Response.objects.order_by("pk").values_list("pk", "elapsed_seconds")),
            list(Task.objects.order_by("pk").values_list("pk", "title", "due_on", "party_id")),
        )
        for model in (Task, Response, Standing, Conversation, Party, Tagging):
            model._default_manager.all().delete()
        return found

    load(TINY, now=now)
    first = made()
    load(TINY, now=now)
    assert made() == first
    load(TINY, now=now, seed=2)
    assert made() != first


def test_blocks_share_everything_out() -> None:
    load(TINY)
    assert (Person.objects.count(), Organization.objects.count(), Interaction.objects.count()) == (40, 8, 200)
    assert ContactPoint.objects.filter(kind="email").values("normalized").distinct().count() == 48


def test_is_refused_where_there_are_people_already() -> None:
    Person.objects.create(display_name="Ada")
    with pytest.raises(Conflict):
        load(TINY)
    load(TINY, add=True)
    assert Person.objects.count() == 41


def test_nobody_in_it_can_sign_in_and_the_first_start_stays_open() -> None:
    load(TINY)
    assert User.objects.count() == 4
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert not is_done()


def test_whoever_was_there_gets_a_share_of_the_work() -> None:
    user = User.objects.create_user("ada@real.example", "a long password", name="Ada")
    load(TINY)
    user.refresh_from_db()
    assert user.check_password("a long password")
    assert Conversation.objects.filter(owner=user).exists()
    assert not is_done()  # for that, somebody must be an administrator


@pytest.mark.parametrize("language", sorted(scripts.SOURCES))
def test_every_language_has_conversations_that_end_in_a_mere_thanks(language: str) -> None:
    found = scripts.scripts(language)
    assert any(script.lines[-1].is_thanks for script in found)
    assert not any(line.is_thanks for script in found for line in script.lines[:-1])


@pytest.mark.parametrize("country", ["GB", "DE", "FR", "SE", "US", "JP"])
def test_phones_are_valid_and_distinct(country: str) -> None:
    numbers = [0, 1, 99, 100, 999, 1_000, 1_599, 9_999, 10_000, 123_456, 1_000_000]
    found = [parse_phone(phone(country, number), None) for number in numbers]
    assert len({each.e164 for each in found if each}) == len(numbers)
