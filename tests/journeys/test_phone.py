"""A phone in a browser: 390 px, by fingers; and without a network."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_a_phone_goes_about_by_fingers_and_says_when_there_is_no_network(visit: Open) -> None:
    make_world(people=3)
    opened = visit(width=390, height=844, touch=True)
    page = opened.page
    sign_in(opened)
    bar = page.get_by_role("navigation", name="Main")
    more = bar.locator("summary", has_text="More")
    more.tap()
    bar.get_by_role("link", name="Organisations").tap()
    expect(more).to_have_class("on")
    page.get_by_role("link", name="Okafor Logistics").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Okafor Logistics")
    page.get_by_label("What was said, or is to be done").fill("They moved to the harbour.")
    page.get_by_role("button", name="Write it down").tap()
    expect(page.locator(".timeline")).to_contain_text("They moved to the harbour.")
    page.get_by_role("main").get_by_role("link", name="Organisations").tap()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    bar.get_by_role("link", name="Inbox").tap()
    page.get_by_role("link", name="Second batch").tap()
    expect(page.locator(".message .said")).to_contain_text("When does the second batch leave?")
    expect(page.locator(".threads")).to_be_hidden()
    page.locator("#conversation .crumbs").get_by_role("link", name="Inbox").tap()
    expect(page.get_by_role("link", name="Second batch")).to_be_visible()

    page.evaluate("navigator.serviceWorker.ready.then((found) => found.active.state)")
    page.context.set_offline(True)
    bar.get_by_role("link", name="People").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rapport can't be reached")
    opened.complaints.clear()  # the browser's own word for a network that is gone
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").tap()
    expect(page).to_have_url(re.compile("/people/$"))
    expect(page.locator("tr[data-row]")).to_have_count(3)


def test_arabic_is_read_and_walked_from_right_to_left(visit: Open) -> None:
    world = make_world(people=2)
    opened = visit()
    page = opened.page
    sign_in(opened)
    document = page.locator("html")

    def speak(language: str, direction: str) -> None:
        opened.go("/settings/profile")
        page.locator("#field-language").select_option(language)
        page.locator("main .primary").click()
        expect(document).to_have_attribute("dir", direction)
        expect(document).to_have_attribute("lang", language)

    speak("ar", "rtl")
    opened.go("/people/")
    page.keyboard.press("j")
    name, cells = page.locator("[data-open]").first, page.locator("tr[data-row]").first.locator("[data-edit]")
    for press, focused in (("Left", cells.nth(0)), ("Left", cells.nth(1)), ("Right", cells.nth(0)), ("Right", name)):
        page.keyboard.press(f"Arrow{press}")
        expect(focused).to_be_focused()
    assert _left(cells.nth(1)) < _left(cells.nth(0)) < _left(name)
    opened.go("/calendar/?on=2025-12-05&as=month")
    page.keyboard.press("?")
    expect(page.locator("#keys dt", has_text="→")).to_have_text(["→←", "Shift→"])
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**on=2026-01-*")
    task = page.locator(f"[data-task='{world.task.pk}'][data-on='2026-01-05']")
    task.focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(f"[data-day='2026-01-06'] [data-task='{world.task.pk}']")).to_be_focused()
    speak("en", "ltr")
    opened.go("/people/")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    expect(cells.nth(0)).to_be_focused()


def _left(element: Locator) -> float:
    box = element.bounding_box()
    assert box
    return box["x"]


def test_groups_fold_under_a_finger(visit: Open) -> None:
    """What reaches over its cell, for fingers, leaves room for what else is pressed there."""
    make_world(people=3)
    opened = visit(width=390, height=844, touch=True)
    sign_in(opened)
    opened.go("/people/?group=owner")
    first = opened.page.locator("tr[data-row]").first
    expect(first).to_be_visible()
    opened.page.locator("[data-fold]").first.tap()
    expect(first).to_be_hidden()
    opened.page.get_by_role("link", name=re.compile("Only these")).first.tap()
    expect(opened.page).to_have_url(re.compile("where=owner"))
