"""The calendar in a browser: by its keys, and a task that is dragged, pushed by keys, and put back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.models import Interaction, Task
from rapport.platform.access.actors import actor_for
from tests.journeys.conftest import Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_a_task_goes_to_another_day_by_mouse_and_by_keys(visit: Open) -> None:
    world = make_world(people=1)
    opened = visit()
    sign_in(opened)
    page = opened.page
    opened.go("/calendar/?on=2026-01-20&as=week")
    page.keyboard.press("m")
    page.wait_for_url("**as=month&on=2026-01-20**")
    task = page.locator(f"[data-task='{world.task.pk}']")

    def stands_on(day: str) -> None:
        expect(page.locator(f"[data-day='{day}'] [data-task='{world.task.pk}'][data-on='{day}']")).to_be_visible()
        assert Task.objects.get(pk=world.task.pk).due_on == date.fromisoformat(day)

    task.drag_to(page.locator("[data-day='2026-01-08'] h2"))
    stands_on("2026-01-08")
    task.focus()
    page.keyboard.press("Shift+ArrowRight")
    stands_on("2026-01-09")
    expect(task).to_be_focused()
    page.keyboard.press("Shift+ArrowDown")
    stands_on("2026-01-16")
    page.locator(".toast", has_text="Friday, 16 January").get_by_role("button", name="Undo").click()
    page.wait_for_url("**/calendar/**")
    assert Task.objects.get(pk=world.task.pk).due_on == date(2026, 1, 9)

    # A meeting to come goes the same way, and keeps its hour; a second key press goes on from the first.
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=8)
    said = Said("meeting", "The crane", (world.people[0].pk,), at=noon)
    made = write_down(said, actor=actor_for(world.user, "page"))
    opened.go(f"/calendar/?on={noon.date()}&as=agenda")
    meeting = page.locator(f"a[href$='said-{made.pk}']")
    meeting.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    after = noon + timedelta(days=8)
    expect(page.locator(f"[data-day='{after.date()}'] a[href$='said-{made.pk}']")).to_be_focused()
    assert Interaction.objects.get(pk=made.pk).at == after
