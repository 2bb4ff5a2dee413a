"""Tasks in a browser: by the key t from a person's page, ticked on Today, found in the list; and the bell."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from rapport.interactions.models import Task
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell
from tests.journeys.conftest import Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_a_task_is_made_by_keys_and_done_where_it_stands(visit: Open) -> None:
    world = make_world(people=2)
    opened = visit()
    sign_in(opened)
    page = opened.page
    opened.go(f"/people/{world.people[1].pk}/")
    page.keyboard.press("t")
    page.keyboard.type("Order the pallets")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("#card-tasks")).to_contain_text("Order the pallets")
    made = Task.objects.get(title="Order the pallets")
    assert (made.party_id, made.owner_id) == (world.people[1].pk, world.user.pk)
    opened.go("/")
    page.get_by_role("button", name="Done: Order the pallets").press("Enter")
    expect(page.get_by_role("button", name="Open again: Order the pallets")).to_be_visible()
    made.refresh_from_db()
    assert made.done_by_id == world.user.pk


def test_the_bell_rings_without_a_reload_and_leads_to_what_it_is_about(visit: Open) -> None:
    world = make_world(people=2)
    opened = visit()
    page = opened.page
    with page.expect_response(re.compile(r"/live\?")):
        sign_in(opened)
    bell = page.locator(".bell b")
    expect(bell).to_be_empty()
    tell([Word(world.user.pk, Kind.DUE, "tasks", world.task.pk, "once")])
    expect(bell).to_have_text("1", timeout=20_000)
    page.locator(".bell").click()
    page.get_by_role("button", name="Call the yard is due").click()
    page.wait_for_url(f"**/tasks/{world.task.pk}/")
    expect(page.locator(".bell b")).to_be_empty()
