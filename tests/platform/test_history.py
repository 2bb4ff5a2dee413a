"""History: whatever wrote a change, it is told with who and whence; nobody rewrites it; looks are noted."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from rapport.kit.ids import uuid7
from rapport.parties.models import ContactPoint, Person
from rapport.platform.access.models import Token, User
from rapport.platform.api.tokens import make_token
from rapport.platform.history.context import assume
from rapport.platform.history.models import Change, Read
from rapport.platform.records.bulk import copy
from tests.factories.caller import Caller
from tests.factories.cast import Cast


def told(record: UUID | str) -> list[tuple[str, UUID | None, str]]:
    rows = Change.objects.filter(record_id=record).order_by("id")
    return list(rows.values_list("verb", "actor_id", "origin"))


def test_changes_by_orm_copy_and_sql_name_who_and_whence(cast: Cast) -> None:
    actor = cast.actor("owner", "import")
    with transaction.atomic():
        assume(actor)
        person = Person.objects.create(display_name="Jonas")
        copied = uuid7()
        copy(
            ContactPoint,
            ["id", "party", "kind", "value", "normalized", "label", "state", "is_preferred", "source",
             "created_at", "updated_at", "version", "custom"],
            [(copied, person.pk, "email", "a@b.example", "a@b.example", "", "unverified", False, "imported",
              person.created_at, person.created_at, 1, {})],
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("UPDATE parties_party SET job_title = 'Chief' WHERE id = %s", [person.pk])
    assert told(person.pk) == [("create", cast.owner.pk, "import"), ("update", cast.owner.pk, "import")]
    assert told(copied) == [("create", cast.owner.pk, "import")]
    change = Change.objects.filter(record_id=person.pk, verb="update").get()
    assert change.changed == {"job_title": ["", "Chief"]}


@pytest.mark.django_db
def test_what_nobody_owned_up_to_came_from_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rapport.actor', '', true), set_config('rapport.origin', '', true)")
    person = Person.objects.create(display_name="Jonas")
    assert told(person.pk) == [("create", None, "database")]


def test_secrets_are_no_part_of_history(cast: Cast) -> None:
    token = make_token(cast.owner, "canary")
    cast.owner.set_password("a canary's password")
    cast.owner.save()
    Token.objects.filter(user=cast.owner).delete()
    User.objects.filter(pk=cast.owner.pk).update(name="New")
    rows = Change.objects.filter(record_table__in=("access_user", "access_token"))
    columns = {column for row in rows for column in row.changed or {}}
    assert "name" in columns
    assert not columns & {"password", "digest", "last_login"}
    assert token not in str([row.changed for row in rows])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_change SET origin = 'x'", "DELETE FROM history_change", "TRUNCATE history_change",
        "INSERT INTO history_change (at, record_table, record_id, verb, origin)"
        " SELECT now(), 'x', gen_random_uuid(), 'x', 'x'",
        "UPDATE history_read SET origin = 'x'", "DELETE FROM history_read", "TRUNCATE history_read",
        "ALTER TABLE history_change DISABLE TRIGGER ALL", "DROP TRIGGER history_update ON parties_party",
    ],
)  # fmt: skip
def test_the_application_can_not_rewrite_history(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_looks_at_people_are_noted_and_only_looks(cast: Cast) -> None:
    call = Caller(cast.owner)
    made = call("POST", "people", {"name": "Jonas"})[1]["id"]
    assert not Read.objects.exists()
    call("GET", f"people/{made}")
    call("GET", "people")
    call("GET", f"people/{uuid7()}")
    looks = Read.objects.order_by("id").values_list("actor_id", "origin", "resource", "record_ids")
    assert list(looks) == [(cast.owner.pk, "api", "people", [UUID(made)])] * 2


def test_the_history_of_a_record_is_paged_newest_first(cast: Cast) -> None:
    call = Caller(cast.owner)
    made = call("POST", "people", {"name": "Jonas"})[1]["id"]
    for number in range(5):
        call("PATCH", f"people/{made}", {"job_title": f"Job {number}"})
    found, path = [], f"people/{made}/history?limit=2"
    while path:
        page = call("GET", path)[1]
        found += page["results"]
        path = page["next"]
    found = [each for each in found if each["resource"] == "people"]
    assert [each["verb"] for each in found] == ["update"] * 5 + ["create"]
    assert found[0]["changes"] == [{"field": "job_title", "old": "Job 3", "new": "Job 4"}]
    assert {each["who"] for each in found} == {"Owner"}
    assert call("GET", f"people/{made}/history?cursor=x")[0] == 400
