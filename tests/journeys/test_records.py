"""Records and conversations put in order, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_two_people_are_tagged_merged_and_parted(visit: Open) -> None:
    world = make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go(f"/people/{world.people[1].pk}/")
    page.locator(".tag.add").click()
    page.get_by_role("combobox", name="Add a tag").press_sequentially("Fair", delay=40)
    page.get_by_role("option", name="Make the tag “Fair”").click()
    expect(page.locator(".tags").get_by_role("link", name="Fair")).to_be_visible()
    page.locator(".person summary").click()
    page.get_by_role("link", name="Merge with …").click()
    page.locator("#merge-with").press_sequentially("Person 02", delay=40)
    page.get_by_role("option", name="Person 02").click()
    page.get_by_role("button", name="Look at both").click()
    page.get_by_role("row", name=re.compile("E-mail")).get_by_role("radio").last.check()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.locator(".toasts")).to_contain_text("The two are one now.")
    expect(page.locator("#fact-email")).to_contain_text("person2@okafor.example")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#fact-email")).to_contain_text("person1@okafor.example")


def test_a_conversation_is_split_joined_and_shared(visit: Open) -> None:
    world = make_world()
    opened = visit()
    page = opened.page
    sign_in(opened)
    opened.go(f"/inbox/{world.conversation.pk}/?box=all&whose=all")
    page.get_by_label("What was said, or is to be done").fill("And the invoice is wrong.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".message")).to_have_count(2)
    page.locator(".message").last.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Split from here on").click()
    expect(page.locator(".message")).to_have_count(1)
    expect(page.locator("#conversation h1")).to_have_text("And the invoice is wrong.")
    page.locator("#conversation > header summary", has_text="More").click()
    page.get_by_role("link", name="Join with another …").click()
    page.get_by_role("button", name="Join “Second batch”").click()
    expect(page.locator(".message")).to_have_count(2)
    page.locator(".readers summary").click()
    page.get_by_role("button", name="Nobody but its participants").click()
    expect(page.locator(".readers")).to_contain_text("Only its participants see this")
