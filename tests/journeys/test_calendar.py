"""The calendar in a browser: by its keys, and a task that is dragged, pushed by keys, and put back."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from rapport.interactions.models import Task
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
