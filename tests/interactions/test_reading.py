"""While a page is read, its reader's audiences are asked for once."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.interactions import access
from rapport.interactions.access import levels, reading, seen_by
from rapport.interactions.models import Interaction
from rapport.platform.access.actors import Actor
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
DETAILS = ("happened", "subject", "everything")
NAMES = ("owner", "mate", "outsider", "administrator")


@pytest.fixture
def cast() -> Cast:
    """Three letters of the owner's: one that is theirs, one whose subject everybody sees, one that is open."""
    made = make_cast()
    we_are(owner=made.owner, mate=made.mate)
    kinds = {"private": ("participants", 2), "subject": ("everyone", 1), "open": ("everyone", 2)}
    for subject, (audience, detail) in kinds.items():
        sent = letter("Jonas <jonas@okafor.example>", "owner@ours.example", "Hello", subject=subject, id_=subject)
        file(archive_of(made.owner, audience, detail=detail), [sent])
    return made


def subjects(actor: Actor, detail: str) -> list[str]:
    rows = Interaction.objects.filter(seen_by(actor, detail)).order_by("subject")
    return list(rows.values_list("subject", flat=True))


def test_it_is_asked_once_however_often_it_is_needed(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = cast.actor("mate")
    with reading(), django_assert_num_queries(3):
        assert subjects(actor, "happened") == ["open", "subject"]
        assert subjects(actor, "everything") == ["open"]


@pytest.mark.parametrize("most", [500, 0])
@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_seen_as_when_it_is_asked_each_time(
    cast: Cast, name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MOST_LISTED", most)
    actor, ids = cast.actor(name), list(Interaction.objects.values_list("audience_id", flat=True))
    expected = [subjects(actor, detail) for detail in DETAILS]
    seen = {pk: level for pk, level in levels(actor, ids).items() if pk in _known(actor)}
    with reading():
        assert [subjects(actor, detail) for detail in DETAILS] == expected
        assert {pk: level for pk, level in levels(actor, ids).items() if pk in _known(actor)} == seen
    assert expected[0] == (["open", "private", "subject"] if name == "owner" else ["open", "subject"])


def _known(actor: Actor) -> set[int]:
    return set(Interaction.objects.filter(seen_by(actor)).values_list("audience_id", flat=True))


def test_nothing_is_remembered_outside_of_a_page(cast: Cast) -> None:
    actor = cast.actor("mate")
    with reading():
        assert subjects(actor, "happened") == ["open", "subject"]
    late = letter("Jonas <jonas@okafor.example>", "mate@ours.example", "Hello", subject="late", id_="late")
    file(archive_of(cast.mate), [late])
    assert subjects(actor, "happened") == ["late", "open", "subject"]
    with reading():
        assert subjects(actor, "happened") == ["late", "open", "subject"]
