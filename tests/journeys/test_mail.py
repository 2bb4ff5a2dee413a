"""Answering an e-mail by keys: written, kept as it is typed, sent, taken back, found again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from rapport.interactions.models import Interaction, OutgoingMessage
from rapport.platform.access.models import User
from tests.factories.letters import file, letter, we_are
from tests.factories.outgoing import make_mailbox
from tests.journeys.conftest import Open
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey


def test_an_answer_is_written_kept_sent_and_taken_back(visit: Open) -> None:
    user = User.objects.get(pk=make_world(people=2).user.pk)
    we_are(mara=user)
    mailbox = make_mailbox("mara@ours.example", user, signature="Mara")
    file(mailbox.archive, [letter("Jonas <jonas@okafor.example>", "mara@ours.example", "When?", subject="Delivery")])
    opened = visit()
    sign_in(opened)
    page = opened.page
    said = Interaction.objects.get(channel="email")
    opened.go(f"/inbox/{said.conversation_id}/?box=all&whose=all")
    expect(page.get_by_role("button", name="Reply", exact=True)).to_be_visible()
    page.keyboard.press("r")
    text = page.get_by_role("textbox", name="Text")
    expect(text).to_be_focused()
    page.keyboard.type("On ")
    page.keyboard.press("Control+b")
    page.keyboard.type("Monday")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    draft = OutgoingMessage.objects.get(answers=said)
    assert draft.html.startswith("<p>On <b>Monday</b></p><p>-- <br>Mara</p>")
    copy = page.get_by_role("combobox", name="Copy", exact=True)
    copy.fill("person 01")
    expect(page.get_by_role("option", name="Person 01")).to_be_visible()
    copy.press("Enter")
    expect(copy).to_have_value("Person 01 <person1@okafor.example>, ")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Re: Delivery")).to_be_visible()
    draft.refresh_from_db()
    assert (draft.state, draft.waiting) == ("queued", ["jonas@okafor.example", "person1@okafor.example"])
    page.keyboard.press("z")
    expect(page.get_by_role("textbox", name="Text")).to_contain_text("On Monday")
    draft.refresh_from_db()
    assert draft.state == "draft"
