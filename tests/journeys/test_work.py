"""A day's work in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from rapport.interactions import importing
from rapport.interactions.looking import look
from rapport.interactions.models import Import
from rapport.platform.access.actors import actor_for
from rapport.platform.access.setup import one_time_link
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.mail import write_mbox
from tests.journeys.conftest import PASSWORD, Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_the_first_administrator_sets_up_and_adds_somebody(visit: Open) -> None:
    link = one_time_link()
    opened = visit()
    page = opened.page
    opened.go(str(link))
    page.get_by_label("Your organisation").fill("Fennimore Works")
    page.get_by_label("Your name").fill("Mara Visser")
    page.get_by_label("Your e-mail address").fill("mara@ours.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mara")
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("link", name="Add the first").click()
    page.get_by_label("Name").fill("Ada Byron")
    page.get_by_label("E-mail").fill("ada@byron.example")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Byron")
    expect(page.locator(".toasts")).to_contain_text("Ada Byron is added.")


def test_a_list_by_keyboard_preview_edit_and_bulk(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Person 01")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".preview h1")).to_have_text("Person 01")
    expect(page).to_have_url(re.compile(r"\?preview="))
    page.keyboard.press("Escape")
    expect(page.locator(".preview h1")).to_have_count(0)
    cell = page.get_by_role("row", name="Person 03").locator("[data-field=email]")
    cell.dblclick()
    cell.get_by_role("textbox").fill("nowhere")
    page.keyboard.press("Enter")
    expect(cell.get_by_role("alert")).to_contain_text("e-mail address")
    cell.get_by_role("textbox").fill("third@okafor.example")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("third@okafor.example")
    page.get_by_role("checkbox", name="Select Person 00").check()
    page.get_by_role("checkbox", name="Select Person 02").click(modifiers=["Shift"])
    expect(page.locator(".bulk")).to_contain_text("3 selected")
    expect(page.locator(".bulk").get_by_label("Set Owner")).to_be_visible()
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Person 00")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Person 00")).to_be_visible()


def test_the_list_goes_on_as_one_scrolls_and_is_filtered(visit: Open) -> None:
    make_world(people=60)
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/people/")
    expect(page.locator("tr[data-row]")).to_have_count(50)
    page.locator("tr.further").scroll_into_view_if_needed()
    expect(page.locator("tr[data-row]")).to_have_count(60)
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Field").select_option("email")
    page.get_by_label("Comparison").select_option("starts")
    page.get_by_label("Value").fill("person4")
    page.get_by_role("button", name="Add filter").click()
    expect(page.locator("tr[data-row]")).to_have_count(11)
    expect(page.locator(".word")).to_contain_text("E-mail begins with person4")


def test_a_record_is_worked_on_in_place(visit: Open) -> None:
    world = make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go(f"/people/{world.people[1].pk}/")
    page.locator("#fact-organization").hover()
    page.get_by_role("link", name="Change Organisation").click()
    page.get_by_role("combobox", name="Organisation").press_sequentially("okaf", delay=60)
    page.get_by_role("option", name="Okafor Logistics").click()
    page.locator("#fact-organization").get_by_role("button", name="Save").click()
    expect(page.locator("#fact-organization").get_by_role("link", name="Okafor Logistics")).to_be_visible()
    page.get_by_role("link", name="Add to “Ways to reach them”").click()
    card = page.locator("#card-contact_points")
    card.get_by_label("Kind").select_option("phone")
    card.get_by_label("Value").fill("+44 20 7946 0123")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("+44 20 7946 0123")
    page.get_by_label("What was said, or is to be done").fill("She prefers calls in the morning.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".timeline")).to_contain_text("She prefers calls in the morning.")


def test_a_conversation_is_found_read_and_settled(visit: Open) -> None:
    make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    expect(page.locator(".question.us .big")).to_have_text("1")
    page.keyboard.press("/")
    page.keyboard.type("person 07")
    expect(page.locator("#found")).to_contain_text("Person 07")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Inbox").click()
    page.get_by_role("link", name="Second batch").click()
    expect(page.get_by_role("heading", level=1, name="Second batch")).to_be_visible()
    expect(page.locator(".message .said")).to_contain_text("When does the second batch leave?")
    page.locator("#conversation summary", has_text="More").click()
    page.get_by_role("button", name="No reply needed").click()
    expect(page.locator(".toasts")).to_contain_text("Nobody needs to answer")
    page.get_by_role("link", name="Today").click()
    expect(page.locator(".question.us .big")).to_have_text("0")


def test_the_inbox_is_worked_through_by_keyboard(visit: Open) -> None:
    world = make_world()
    theirs = {"owner": str(world.colleague.pk)}
    verbs.update(RESOURCES["conversations"], [world.conversation.pk], theirs, actor=actor_for(world.user, "page"))
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/inbox/?box=us&whose=all")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    expect(page.locator(".segments a", has_text="Everyone’s 1")).to_be_visible()
    page.keyboard.press("i")
    expect(page.locator(".toast")).to_contain_text("It is yours now.")
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("1 is as it was.")
    opened.go(f"/inbox/{world.conversation.pk}/?box=us&whose=all")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Out of sight until then, or until they write.")
    expect(page.locator(".thread")).to_have_count(0)
    page.get_by_role("link", name="Snoozed").click()
    expect(page.locator(".thread")).to_contain_text("Second batch")


def test_mail_is_uploaded_confirmed_and_watched(visit: Open, tmp_path: Path) -> None:
    make_world()
    write_mbox(tmp_path / "mail.mbox", 12)
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/settings/imports")
    page.get_by_role("link", name="Import mail").click()
    page.get_by_label("Your mail").set_input_files(tmp_path / "mail.mbox")
    expect(page.locator(".chosen")).to_contain_text("mail.mbox")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Looking through it")).to_be_visible()
    work = Import.objects.latest("created_at")
    look(work.pk)
    expect(page.get_by_role("checkbox", name="lindqvist-tools.example 1")).to_be_checked()
    page.get_by_role("button", name="File the mail").click()
    expect(page.get_by_role("heading", name="Waiting its turn")).to_be_visible()
    done = importing.run(work.pk, processes=1)
    expect(page.locator("[data-figure=read]")).to_have_text("12")
    expect(page.locator("[data-figure=stored]")).to_have_text(str(done.stored))
    assert done.stored + done.already_there == done.read


def test_everything_is_reached_from_the_box_at_the_top_by_keyboard(visit: Open) -> None:
    world = make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go(f"/people/{world.people[3].pk}/")
    box = page.get_by_role("combobox", name="Search, or say what to do")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    expect(page.get_by_role("option").first).to_contain_text("Person 03")
    box.press_sequentially("change own", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("Change Owner")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Owner")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    box.press_sequentially("dark", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("Dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-appearance", "dark")
    page.keyboard.press("Control+k")
    box.press_sequentially("new: organ", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("New: Organisation")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Control+k")
    box.press_sequentially("calender", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("Calendar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/")
    page.keyboard.press("Control+k")
    box.press_sequentially("person 07", delay=30)
    expect(page.get_by_role("option", name="Search everything for “person 07”")).to_be_visible()
    chosen = page.locator("#found [aria-selected=true]")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Search everything")
    page.keyboard.press("ArrowUp")
    expect(chosen).to_contain_text("Person 07")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Person 07")
    page.get_by_role("button", name="Add to favourites").click()
    expect(page.get_by_role("button", name="Remove from favourites")).to_be_visible()
    page.wait_for_load_state("networkidle")
    opened.go("/ledger/")
    page.get_by_role("navigation").get_by_role("link", name="Person 07").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Person 07")
