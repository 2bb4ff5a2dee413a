"""What an administrator does in a browser: kinds of record, the sections of pages, people who are invited."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from rapport.platform.access.actors import actor_for
from tests.factories.jobs import work
from tests.journeys.conftest import PASSWORD, Open
from tests.journeys.keyboard import command, into_content, press, tab_to
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_a_kind_of_record_is_made_and_used_by_keyboard_alone(visit: Open) -> None:
    world = make_world(people=1)
    opened = visit()
    page = opened.page
    sign_in(opened)

    def stored(at: str) -> None:
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{at}")

    command(page, "kinds of rec", "Kinds of record")
    page.wait_for_url("**/settings/object_kinds")
    into_content(page)
    press(page.get_by_role("link", name="Add", exact=True))
    expect(page.get_by_label("Many of them")).to_be_focused()
    page.keyboard.type("Machines")
    page.keyboard.press("Tab")
    page.keyboard.type("Machine")
    stored("settings/object_kinds")
    into_content(page)
    press(page.get_by_role("link", name="Add a field"))
    tab_to(page.get_by_label("Label"))
    page.keyboard.type("Stands at")
    tab_to(page.get_by_label("Kind", exact=True))
    page.keyboard.type("Link")
    tab_to(page.get_by_label("Target"))
    page.keyboard.type("Organisations")
    tab_to(page.get_by_role("button", name="Save"))
    stored("settings/custom_fields")

    page.keyboard.press("n")
    tab_to(page.locator(".top .sheet").get_by_role("link", name="Machine"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Press 4")
    tab_to(page.get_by_role("combobox", name="Stands at"))
    page.keyboard.type("okaf")
    expect(page.get_by_role("option", name="Okafor Logistics")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Press 4")
    actor_for(world.user, "job")  # who acts in a process first learns of kinds that are new
    work()
    press(page.get_by_role("main").get_by_role("link", name="Okafor Logistics"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Okafor Logistics")
    expect(page.locator("section", has=page.get_by_role("heading", name="Machines"))).to_contain_text("Press 4")
    command(page, "press 4", "Press 4")
    expect(page.get_by_role("heading", level=1)).to_have_text("Press 4")
    press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Machines"))
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.get_by_role("row", name="Press 4")).to_contain_text("Okafor Logistics")
    expect(page.get_by_role("link", name="Press 4")).to_be_focused()


def test_the_sections_of_a_page_are_laid_out_by_mouse_and_keys(visit: Open) -> None:
    world = make_world(people=1)
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go("/settings/record-pages/people")
    sections = page.locator("#layout fieldset")
    page.get_by_role("button", name="Another section").click()
    expect(sections).to_have_count(3)
    heading = page.get_by_label("Heading of section 2")
    heading.fill("At work")
    heading.press("Enter")
    expect(sections.nth(1).locator("legend")).to_have_text("At work")
    expect(heading).to_be_focused()

    def facts(section: int) -> Locator:
        return sections.nth(section).locator("li > span")

    last = facts(0).last.inner_text()
    page.get_by_role("button", name=f"{last} further down").click()
    expect(facts(1)).to_have_text([last])
    job, onward = "Job title", page.get_by_role("button", name="Job title further down")
    tab_to(onward)
    for _step in range(facts(0).all_inner_texts()[::-1].index(job)):
        after = facts(0).all_inner_texts()
        place = after.index(job)
        after[place : place + 2] = after[place : place + 2][::-1]
        page.keyboard.press("Enter")
        expect(facts(0)).to_have_text(after)
    page.keyboard.press("Enter")
    expect(facts(1)).to_have_text([job, last])
    expect(onward).to_be_focused()
    tab_to(page.get_by_role("button", name=f"{last} further down"))
    page.keyboard.press("Enter")
    expect(facts(1)).to_have_text([job])

    opened.go(f"/people/{world.people[0].pk}/")
    expect(page.locator(".facts-of")).to_have_text(["At work"])
    expect(page.locator(".facts-of + .facts dt")).to_have_text([job])
    expect(page.locator("dt", has_text=last)).to_be_hidden()
    press(page.locator("summary", has_text="More about them"))
    expect(page.locator("dt", has_text=last)).to_be_visible()


def test_somebody_is_invited_named_told_and_looked_at(visit: Open) -> None:
    world = make_world(people=2)
    ours, theirs = visit(), visit()
    page, other = ours.page, theirs.page
    sign_in(ours)
    ours.go("/settings/users/invite")
    page.get_by_label("E-mail addresses").fill("ines@ours.example")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("1 person is invited.")
    work()
    link = page.get_by_label("Link of ines@ours.example").input_value()

    other.goto(link)
    other.get_by_label("Your name").fill("Ines Duarte")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_label("The same again").fill("another sentence")
    other.get_by_role("button", name="Begin").click()
    expect(other.get_by_role("alert")).to_have_text("The two passwords differ.")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_label("The same again").fill(PASSWORD)
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", level=1)).to_contain_text("Ines")
    expect(other.locator(".bell b")).to_be_empty()

    ours.go(f"/people/{world.people[1].pk}/")
    page.keyboard.press("r")
    page.keyboard.type("Could @in", delay=20)
    expect(page.locator("#colleagues").get_by_role("option", name="Ines Duarte")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("call her?")
    note = page.get_by_label("What was said, or is to be done")
    expect(note).to_have_value("Could @Ines Duarte call her?")
    press(page.get_by_role("button", name="Write it down"))
    expect(page.locator(".timeline")).to_contain_text("Could @Ines Duarte call her?")
    work()
    expect(other.locator(".bell b")).to_have_text("1", timeout=20_000)
    press(other.locator(".bell"))
    expect(other.get_by_role("heading", level=1)).to_have_text("Notifications")
    into_content(other)
    press(other.get_by_role("button", name="Mara Visser"))
    expect(other.locator(".message .said")).to_contain_text("Could @Ines Duarte call her?")
    theirs.go("/settings/notifications")
    other.get_by_role("checkbox", name="Somebody names me in a note or a task: In Rapport").uncheck()
    other.get_by_role("button", name="Keep this choice").click()
    expect(other.locator(".toast")).to_be_visible()

    ours.go("/settings/users")
    page.get_by_role("button", name="See Rapport as Ines Duarte sees it").click()
    banner = page.locator(".looking")
    expect(banner).to_contain_text("You see Rapport as Ines Duarte does.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ines")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings")).to_have_count(0)
    into_content(page)
    press(banner.get_by_role("button", name="Leave"))
    expect(banner).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
