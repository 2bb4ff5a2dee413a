"""Colleagues named by @: told once if they may see it, shown by their present name, found while one types."""

from __future__ import annotations

from uuid import UUID

import pytest

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.mentions import mentioned, tell_of_said, tell_of_tasks
from rapport.interactions.models import Body, Task
from rapport.platform.access.models import User
from rapport.platform.events.models import Event
from rapport.platform.notifications.models import Notification
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.mentions import with_mentions
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def ada(cast: Cast) -> UUID:
    return add(cast.owner, "people", name="Ada Byron").pk  # type: ignore[no-any-return]


def told(who: User) -> list[tuple[str, str, UUID]]:
    rows = Notification.objects.filter(user=who).order_by("pk")
    return list(rows.values_list("kind", "resource", "record_id"))


def test_whoever_is_named_in_a_note_is_told_once_and_shown_by_their_present_name(
    cast: Cast, sign_in: SignIn, ada: UUID
) -> None:
    written = write_down(Said("note", "Ask @Mate & @Mateo about it", (ada,)), actor=cast.actor("owner"))
    assert Body.objects.get().mentions == {"Mate": str(cast.mate.pk)}
    for _time in range(2):
        tell_of_said(Event.objects.get(name="interactions.created"))
    assert told(cast.mate) == [("mentioned", "conversations", written.conversation_id)]
    User.objects.filter(pk=cast.mate.pk).update(name="Matilda <Grün>")
    content = sign_in(cast.owner).get(f"/inbox/{written.conversation_id}/?box=all").content.decode()
    assert 'Ask <b class="mention">@Matilda &lt;Grün&gt;</b> &amp; @Mateo about it' in content


def test_whoever_may_not_see_it_is_not_told(cast: Cast, ada: UUID) -> None:
    write_down(Said("note", "Not for @Outsider", (ada,)), actor=cast.actor("owner"))
    tell_of_said(Event.objects.get(name="interactions.created"))
    assert told(cast.outsider) == []


def test_whoever_is_named_in_a_tasks_notes_is_told_once_however_often_they_change(cast: Cast) -> None:
    task = add(cast.owner, "tasks", title="Call", notes="With @Mate")
    tell_of_tasks(Event.objects.get(name="tasks.created"))
    verbs.update(RESOURCES["tasks"], [task.pk], {"notes": "With @Mate, at noon"}, actor=cast.actor("owner"))
    tell_of_tasks(Event.objects.get(name="tasks.updated"))
    assert told(cast.mate) == [("mentioned", "tasks", task.pk)]
    verbs.update(RESOURCES["tasks"], [task.pk], {"notes": "Alone"}, actor=cast.actor("owner"))
    assert Task.objects.get().mentions is None


@pytest.mark.parametrize(
    ("text", "names"),
    [("@Owner, @Mate!", ["Mate", "Owner"]), ("owner@Mate.example", []), ("@Mates @mate @", []), ("(@Mate)", ["Mate"])],
)
def test_a_mention_is_a_whole_name_after_an_at_sign(cast: Cast, text: str, names: list[str]) -> None:
    assert sorted(mentioned(text) or ()) == names


def test_of_names_that_begin_alike_the_longest_is_meant(cast: Cast) -> None:
    User.objects.filter(pk=cast.owner.pk).update(name="Mate Kovač")
    assert mentioned("@Mate Kovač and @Mate") == {"Mate Kovač": str(cast.owner.pk), "Mate": str(cast.mate.pk)}
    assert with_mentions("<@Mate Kovač>", {"Mate": "M", "Mate Kovač": "K"}) == '&lt;<b class="mention">@K</b>&gt;'


def test_the_composer_finds_colleagues_and_says_who_cannot_see_it(cast: Cast, sign_in: SignIn, ada: UUID) -> None:
    def found(asked: str) -> list[tuple[str, bool]]:
        content = sign_in(cast.owner).get(f"/interactions/colleagues?{asked}", headers=FRAGMENT).content.decode()
        options = content.split("<div")[1:]
        return [(each.split('data-name="')[1].split('"')[0], "won’t be told" in each) for each in options]

    assert found(f"q=&party={ada}") == [("Administrator", False), ("Mate", False), ("Outsider", True)]
    assert found("q=out&kind=task") == [("Outsider", True)]
    assert found("q=mat&kind=task") == [("Mate", False)]
    assert found("q=own") == []


def test_of_two_colleagues_of_one_name_exactly_the_chosen_one_is_named(cast: Cast, sign_in: SignIn, ada: UUID) -> None:
    User.objects.filter(pk__in=[cast.mate.pk, cast.administrator.pk]).update(name="Ada Byron")
    User.objects.filter(pk=cast.outsider.pk).update(name="Ada")
    chosen = "Ada Byron (mate@ours.example)"
    content = sign_in(cast.owner).get(f"/interactions/colleagues?q=ada&party={ada}", headers=FRAGMENT).content.decode()
    assert [each.partition('"')[0] for each in content.split('data-name="')[1:]] == [
        "Ada", "Ada Byron (administrator@ours.example)", chosen,
    ]  # fmt: skip
    written = write_down(Said("note", f"With @{chosen}, not @Ada Byron", (ada,)), actor=cast.actor("owner"))
    assert Body.objects.get().mentions == {chosen: str(cast.mate.pk)}
    User.objects.filter(pk=cast.mate.pk).update(name="Ada Lovelace")
    content = sign_in(cast.owner).get(f"/inbox/{written.conversation_id}/?box=all").content.decode()
    assert 'With <b class="mention">@Ada Lovelace (mate@ours.example)</b>, not @Ada Byron' in content
