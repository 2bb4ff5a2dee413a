"""Lists in a real browser, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

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
