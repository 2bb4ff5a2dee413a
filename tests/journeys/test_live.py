"""Two people at once: what one does, the other sees arrive."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from rapport.platform.access.actors import actor_for
from rapport.platform.access.people import add_user
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.journeys.conftest import PASSWORD, Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey
AT_ONCE = 8_000
"""Milliseconds; by asking now and then, which pages do without the stream, it would take 15 s."""


def test_a_colleagues_change_arrives_and_never_under_ones_hands(visit: Open) -> None:
    world = make_world()
    person = world.people[1]
    theirs, ours = visit(), visit()
    sign_in(theirs)
    sign_in(ours)
    for each in (theirs, ours):
        each.go(f"/people/{person.pk}/")
        expect(each.page.locator("#fact-job_title")).to_contain_text("Yard")
    _change_title(theirs.page, "Harbour")
    expect(ours.page.locator("#fact-job_title")).to_contain_text("Harbour", timeout=AT_ONCE)
    theirs.page.get_by_label("What was said, or is to be done").fill("She is back on Monday.")
    theirs.page.get_by_role("button", name="Write it down").click()
    expect(ours.page.locator(".timeline")).to_contain_text("She is back on Monday.", timeout=AT_ONCE)

    ours.page.locator("#fact-job_title").hover()
    ours.page.get_by_role("link", name="Change Job title").click()
    ours.page.get_by_label("Job title").fill("Foreman of the yard")
    _change_title(theirs.page, "Foreman")
    conflict = ours.page.locator("#fact-job_title .conflict")
    expect(conflict).to_contain_text("It is nowForeman", timeout=AT_ONCE)
    expect(ours.page.get_by_label("Job title")).to_have_value("Foreman of the yard")
    ours.page.locator("#fact-job_title").get_by_role("button", name="Save").click()
    expect(theirs.page.locator("#fact-job_title")).to_contain_text("Foreman of the yard", timeout=AT_ONCE)


def _change_title(page: Any, title: str) -> None:
    page.locator("#fact-job_title").hover()
    page.get_by_role("link", name="Change Job title").click()
    page.get_by_label("Job title").fill(title)
    page.keyboard.press("Enter")


def test_a_list_offers_what_is_new_and_today_counts_it(visit: Open) -> None:
    world = make_world()
    actor = actor_for(world.user, "page")
    listing, today = visit(), visit()
    sign_in(listing)
    sign_in(today)
    listing.go("/people/")
    expect(listing.page.locator("tr[data-row]")).to_have_count(12)
    verbs.update(RESOURCES["people"], [world.people[3].pk], {"email": "new@okafor.example"}, actor=actor)
    row = listing.page.locator(f'[data-row="{world.people[3].pk}"]')
    expect(row.locator("[data-field=email]")).to_have_text("new@okafor.example", timeout=AT_ONCE)
    verbs.create(RESOURCES["people"], {"name": "Aaron Early"}, actor=actor)
    offer = listing.page.get_by_role("button", name="1 new or changed · refresh")
    expect(offer).to_be_visible(timeout=AT_ONCE)
    expect(listing.page.locator("tr[data-row]")).to_have_count(12)
    offer.click()
    expect(listing.page.locator("tr[data-row]").first).to_contain_text("Aaron Early")
    expect(offer).to_have_count(0)
    expect(today.page.locator(".question.us .big")).to_have_text("1")
    verbs.update(RESOURCES["conversations"], [world.conversation.pk], {"status": "closed"}, actor=actor)
    expect(today.page.locator(".question.us .big")).to_have_text("0", timeout=AT_ONCE)


def test_who_writes_in_a_conversation_is_seen_and_what_comes_meanwhile_is_told(visit: Open) -> None:
    world = make_world()
    add_user("amal@ours.example", PASSWORD, name="Amal Haddad", is_administrator=True)
    ours, theirs = visit(), visit()
    sign_in(ours)
    sign_in(theirs, "amal@ours.example")
    composer = "What was said, or is to be done"
    for each in (ours, theirs):
        each.go(f"/inbox/{world.conversation.pk}/?box=all&whose=all")
    expect(ours.page.get_by_role("img", name="Amal Haddad has this open, too")).to_be_visible(timeout=AT_ONCE)
    theirs.page.get_by_label(composer).press_sequentially("On Monday")
    writing = ours.page.get_by_text("Amal Haddad is writing here")
    expect(writing).to_be_visible(timeout=2_000)
    ours.page.get_by_label(composer).fill("On Tuesday, I think")
    theirs.page.get_by_role("button", name="Write it down").click()
    expect(ours.page.locator("#messages")).to_contain_text("On Monday", timeout=AT_ONCE)
    expect(writing).to_have_count(0)
    expect(ours.page.get_by_role("alert")).to_contain_text("Something was said here while you were writing.")
    ours.page.get_by_role("button", name="Write it down").click()
    expect(ours.page.locator("#messages")).to_contain_text("On Tuesday, I think")
