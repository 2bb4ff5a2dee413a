"""Keyboard alone: what was opened gives the focus back when it closes, and no place of a page keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Open
from tests.journeys.keyboard import STOP, into_content, press, tab_to
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey

KEY_WITHIN_CLOSED = """dialog => {
  const inside = dialog.querySelector("button") ?? dialog;
  inside.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
  return dialog.open;
}"""


def test_the_focus_comes_back_to_where_it_was_in_a_list(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    into_content(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    row, keys, box = page.get_by_role("link", name="Person 01"), page.locator("#keys"), page.locator("#search")
    expect(row).to_be_focused()
    page.keyboard.press(" ")
    preview = page.locator(".preview h1")
    expect(preview).to_have_text("Person 01")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(row).to_be_focused()
    assert keys.evaluate(KEY_WITHIN_CLOSED), "A key pressed right after a dialog closed is lost."
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    expect(preview).to_be_visible()
    tab_to(page.get_by_role("button", name="Close the preview"), "Shift+Tab")
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    expect(row).to_be_focused()

    cell = page.get_by_role("row", name="Person 01").locator("[data-field=email]")
    below = page.get_by_role("row", name="Person 02").locator("[data-field=email]")
    while not cell.evaluate("element => element === document.activeElement"):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    expect(cell.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("one@okafor.example")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("one@okafor.example")
    expect(cell).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(below).to_be_focused()
    page.keyboard.press("Enter")
    expect(below.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(below).to_be_focused()

    account = page.locator(".top summary", has_text="Your account")
    tab_to(account, "Shift+Tab")
    page.keyboard.press("Enter")
    press(page.get_by_role("button", name="Keys"))
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(account).to_be_focused()


def test_the_focus_stays_with_what_is_changed_on_a_page_and_goes_round_all_of_it(visit: Open) -> None:
    world = make_world(people=2)
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go(f"/people/{world.people[1].pk}/")
    into_content(page)
    follow = page.get_by_role("button", name="Follow", exact=True)
    press(follow)
    expect(page.get_by_role("button", name="Stop following")).to_be_focused()
    tag = page.locator(".tag.add")
    press(tag)
    expect(page.get_by_role("combobox", name="Add a tag")).to_be_focused()
    expect(page.get_by_role("option", name="VIP")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Add a tag")).to_be_focused()
    page.keyboard.press("Escape")
    expect(tag).to_be_focused()
    title = page.get_by_role("link", name="Change Job title")
    press(title)
    expect(page.get_by_label("Job title")).to_be_focused()
    page.keyboard.type("Harbour")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-job_title")).to_contain_text("Harbour")
    expect(title).to_be_focused()
    firm = page.get_by_role("link", name="Change Organisation")
    tab_to(firm)
    page.keyboard.press("Enter")
    words = page.get_by_role("combobox", name="Organisation")
    expect(words).to_be_focused()
    page.keyboard.type("oka")
    expect(page.get_by_role("option", name="Okafor Logistics")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option", name="Okafor Logistics")).to_have_count(0)
    expect(words).to_be_focused()
    page.keyboard.press("Escape")
    expect(firm).to_be_focused()

    round_trip = _round(page)
    assert len({stop["at"] for stop in round_trip}) == len(round_trip), "The focus goes in a circle within the page."
    unseen = [stop["says"] for stop in round_trip if not stop["seen"]]
    assert not unseen, "\n".join(unseen)


def _round(page: Page) -> list[dict[str, Any]]:
    """Every stop from here to the end of the page and from its beginning back to here, by Tab."""
    first = page.evaluate(STOP)
    stops = [first]
    for _stop in range(300):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop == first:
            return stops
        if stop:
            stops.append(stop)
    raise AssertionError(f"Tab doesn't come round: {[each['says'] for each in stops[-6:]]}")
