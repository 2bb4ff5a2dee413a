"""Somebody is away: who stands in sees what comes for them among their own, and no more than they may see anyway."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rapport.platform.access.models import Absence, User
from rapport.platform.history.models import Change
from rapport.platform.notifications.models import Notification
from tests.factories.cast import Cast
from tests.factories.jobs import work
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db


def day(count: int) -> str:
    return (timezone.localdate() + timedelta(days=count)).isoformat()


def away(client: Client, delegate: User, begins: str, ends: str, path: str = "/settings/absence") -> Any:
    return client.post(path, {"begins_on": begins, "ends_on": ends, "delegate": str(delegate.pk)})


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def test_the_delegate_is_told_and_sees_what_is_given_to_somebody_who_is_away(cast: Cast, sign_in: SignIn) -> None:
    assert away(sign_in(cast.owner), cast.mate, day(0), day(3)).status_code == 302
    mate = sign_in(cast.mate)
    assert "You stand in for Owner" in mate.get("/").content.decode()
    add(cast.administrator, "tasks", title="Call Mrs Okafor", owner=str(cast.owner.pk), due_on=day(0))
    work()
    assert told(cast.owner) == ["assigned"]
    assert told(cast.mate) == ["assigned"]
    assert told(cast.outsider) == []
    assert "Call Mrs Okafor" in mate.get("/").content.decode()
    assert "Call Mrs Okafor" not in sign_in(cast.outsider).get("/").content.decode()


def test_standing_in_widens_nobodys_rights(cast: Cast, sign_in: SignIn) -> None:
    assert away(sign_in(cast.owner), cast.outsider, day(0), day(3)).status_code == 302
    task = add(cast.administrator, "tasks", title="Call Mrs Okafor", owner=str(cast.owner.pk), due_on=day(0))
    work()
    outsider = sign_in(cast.outsider)
    assert "Call Mrs Okafor" not in outsider.get("/").content.decode()
    assert "Call Mrs Okafor" not in outsider.get("/notifications/").content.decode()
    assert outsider.get(f"/tasks/{task.pk}/").status_code == 404


@pytest.mark.parametrize(("begins", "ends"), [(1, 3), (-5, -1)])
def test_before_and_after_it_all_is_as_ever(cast: Cast, sign_in: SignIn, begins: int, ends: int) -> None:
    today = timezone.localdate()
    Absence.objects.create(
        user=cast.owner, delegate=cast.mate,
        begins_on=today + timedelta(days=begins), ends_on=today + timedelta(days=ends),
    )  # fmt: skip
    add(cast.administrator, "tasks", title="Call Mrs Okafor", owner=str(cast.owner.pk), due_on=day(0))
    work()
    assert told(cast.mate) == []
    assert "Call Mrs Okafor" not in sign_in(cast.mate).get("/").content.decode()


def test_one_says_it_for_oneself_and_an_administrator_for_others(cast: Cast, sign_in: SignIn) -> None:
    path = f"/settings/users/{cast.owner.pk}/absence"
    assert away(sign_in(cast.mate), cast.outsider, day(0), day(1), path).status_code == 403
    boss = sign_in(cast.administrator)
    assert away(boss, cast.mate, day(0), day(1), path).status_code == 302
    made = Absence.objects.get()
    assert (made.user, made.delegate, made.begins_on) == (cast.owner, cast.mate, date.fromisoformat(day(0)))
    assert sign_in(cast.mate).post(f"/settings/absences/{made.pk}/remove").status_code == 404
    assert sign_in(cast.owner).post(f"/settings/absences/{made.pk}/remove").status_code == 302
    told = Change.objects.filter(record_table="access_absence").order_by("pk").values_list("verb", "actor_id")
    assert list(told) == [("create", cast.administrator.pk), ("delete", cast.owner.pk)]


def test_what_makes_no_sense_is_said_beside_it(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    assert away(client, cast.mate, day(5), day(8)).status_code == 302
    for delegate, begins, ends in (
        (cast.mate, day(3), day(2)), (cast.mate, day(-3), day(-2)), (cast.owner, day(1), day(2)),
        (cast.mate, "soon", day(2)), (cast.mate, day(8), day(9)),
    ):  # fmt: skip
        assert away(client, delegate, begins, ends).status_code == 422
    assert Absence.objects.count() == 1


def test_standing_in_costs_no_page_a_query(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from tests.web.test_tasks import TODAY_QUERIES

    away(sign_in(cast.owner), cast.mate, day(0), day(3))
    client = sign_in(cast.mate)
    client.get("/")
    with django_assert_max_num_queries(TODAY_QUERIES):
        client.get("/")
