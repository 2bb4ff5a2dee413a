"""Lists in a real browser, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from rapport.platform.fields.models import ValidationRule
from tests.journeys.conftest import Open
from tests.journeys.test_pages import EVERYTHING, violations
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_a_list_is_narrowed_in_words_by_keyboard_alone(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    page.keyboard.press("f")
    words = page.get_by_role("combobox", name="Filter in words")
    expect(words).to_be_focused()
    page.keyboard.type("ta", delay=30)
    expect(page.locator("#where-found").get_by_role("option", name="Tags", exact=True)).to_be_visible()
    assert violations(opened, EVERYTHING) == []
    page.keyboard.press("Tab")
    expect(words).to_have_value("Tags ")
    expect(page.locator("#where-found").get_by_role("option", name="is not", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(words).to_have_value("Tags is ")
    expect(page.locator("#where-found").get_by_role("option", name="VIP")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(words).to_have_value("Tags is VIP ")
    expect(page.locator("#where-found").get_by_role("option", name="and", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#where-found [role=option]")).to_have_count(0)
    expect(words).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"where=tags\+is\+%22VIP%22"))
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(words).to_have_value("Tags is VIP")


def test_what_cant_be_understood_is_mended_where_it_is_marked(visit: Open) -> None:
    make_world()
    opened = visit(width=390)
    page = opened.page
    sign_in(opened)
    opened.go("/people/?where=jub+titel+is+Yard")
    words = page.get_by_role("combobox", name="Filter in words")
    expect(page.get_by_role("alert")).to_contain_text("Did you mean “Job title”?")
    expect(words).to_be_focused()
    assert violations(opened, EVERYTHING) == []
    page.keyboard.type("Job title")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(12)
    expect(words).to_have_value("Job title is Yard")
    page.get_by_role("link", name="Clear the words").click()
    expect(words).to_have_value("")


def test_a_list_is_sorted_by_several_columns_by_mouse_and_keyboard(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    page.get_by_role("link", name="E-mail").click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile(r"order=name%2Cemail$"))
    page.get_by_role("link", name="E-mail sorted 2., ascending").press("Shift+Enter")
    expect(page).to_have_url(re.compile(r"order=name%2C-email$"))
    expect(page.locator("th .place")).to_have_text(["1", "2"])
    assert violations(opened, EVERYTHING) == []
    page.get_by_role("link", name="Sort as usual").click()
    expect(page.locator("th .place")).to_have_count(0)
    page.get_by_role("link", name="E-mail").click()
    expect(page).to_have_url(re.compile(r"order=email$"))


def test_a_list_is_shown_in_groups_that_fold(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    page.locator("summary", has_text="Groups").click()
    page.get_by_role("link", name="Owner", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"group=owner"))
    head = page.get_by_role("button", name="Mara Visser")
    expect(page.locator("tr[data-row]")).to_have_count(12)
    assert violations(opened, EVERYTHING) == []
    head.press("Enter")
    expect(page.locator("tr[data-row]").first).to_be_hidden()
    head.press("Space")
    expect(page.locator("tr[data-row]").first).to_be_visible()
    page.locator("summary", has_text="Groups").click()
    page.get_by_role("link", name="No groups").click()
    expect(page.locator("tr.head")).to_have_count(0)


def test_cells_and_rows_are_reached_by_arrow_keys(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Person 01")).to_be_focused()
    for _step in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    cell = page.get_by_role("row", name="Person 02").locator("[data-field=email]")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell.get_by_role("textbox")).to_be_focused()
    cell.get_by_role("textbox").fill("second@okafor.example")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("second@okafor.example")
    page.get_by_role("link", name="Person 05").focus()
    for _step in range(2):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".bulk")).to_contain_text("3 selected")
    expect(page.get_by_role("link", name="Person 07")).to_be_focused()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator(".bulk")).to_contain_text("3 selected")


def test_cards_are_moved_by_keys_by_mouse_and_by_their_menu_and_go_back_when_refused(visit: Open) -> None:
    make_world()
    rule = {"resource": "people", "condition": "relationship is Vendor", "message": "Not a vendor.", "language": "en"}
    ValidationRule.objects.create(**rule)
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/?as=board&by=relationship")

    def lane(name: str) -> Locator:
        return page.get_by_role("region", name=name)

    card = page.get_by_role("link", name="Person 03", exact=True)
    card.focus()
    home = page.locator(".lane", has=card).get_by_role("heading").text_content() or ""
    expect(lane(home).locator(".tile")).to_have_count(12)
    page.keyboard.press("Space")
    expect(page.locator("#board-news")).to_contain_text("Person 03 is picked up.")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#board-news")).to_have_text("Person 03: Partner")
    page.keyboard.press("Space")
    expect(lane("Partner").locator("header .faint")).to_have_text("1")
    expect(card).to_be_focused()
    assert violations(opened, EVERYTHING) == []
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(lane(home).locator("header .faint")).to_have_text("12")
    tile = page.locator(".tile", has=card)
    tile.drag_to(lane("Vendor").locator("ol"))
    expect(lane(home).get_by_role("alert")).to_have_text("Not a vendor.")
    expect(lane("Vendor").locator(".tile")).to_have_count(0)
    tile.hover()
    page.get_by_role("button", name="Move Person 03").click()
    page.get_by_role("dialog", name="Move to").get_by_role("button", name="Press").click()
    expect(lane("Press").locator(".tile")).to_have_count(1)


def test_columns_are_widened_and_put_in_order_and_cells_are_filled_one_after_the_other(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/?fields=name,email,job_title")
    page.get_by_role("separator", name="Width of E-mail").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"widths=name%3A\d+%2Cemail%3A\d+%2Cjob_title%3A\d+"))
    before = page.locator("th[data-column=email]").bounding_box()
    page.reload()
    after = page.locator("th[data-column=email]").bounding_box()
    assert before
    assert after
    assert before["width"] == after["width"]
    page.locator("th[data-column=job_title]").drag_to(page.locator("th[data-column=email]"))
    expect(page).to_have_url(re.compile(r"fields=name%2Cjob_title%2Cemail.*widths="))
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Job title").press("Alt+ArrowDown")
    page.get_by_role("button", name="Show these").click()
    expect(page).to_have_url(re.compile(r"fields=name%2Cemail%2Cjob_title.*widths="))
    cell = page.locator("tr", has_text="Person 01").locator("[data-field=email]")
    cell.dblclick()
    cell.get_by_role("textbox").fill("one@okafor.example")
    page.keyboard.press("Tab")
    expect(
        page.locator("tr", has_text="Person 01").locator("[data-field=job_title]").get_by_role("textbox")
    ).to_be_focused()
    expect(cell).to_have_text("one@okafor.example")
    page.keyboard.press("Shift+Tab")
    expect(cell.get_by_role("textbox")).to_be_focused()
