"""Files on a record: dropped, pasted, chosen by keys; looked at, followed by a version, thrown away, brought back."""

from __future__ import annotations

from base64 import b64encode

import pytest
from playwright.sync_api import FilePayload, expect

from tests.journeys.conftest import Open
from tests.journeys.keyboard import into_content, press, tab_to
from tests.journeys.world import DOT, make_world, sign_in

pytestmark = pytest.mark.journey
MOST = 5_000
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF"""
BRING = """([event, name, type, content]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name, { type }));
  const about = { bubbles: true, cancelable: true };
  const made = event === "paste"
    ? new ClipboardEvent("paste", { ...about, clipboardData: carried })
    : new DragEvent("drop", { ...about, dataTransfer: carried });
  return document.querySelector("h1").dispatchEvent(made);
}"""
"""What a browser does when somebody drops or pastes a file; false where the page takes it."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few thousand bytes at most."""
    monkeypatch.setenv("RAPPORT_FILE_MOST_BYTES", str(MOST))


@pytest.mark.usefixtures("small")
def test_files_come_by_drop_paste_and_keys_and_go_and_come_back(visit: Open) -> None:
    person = make_world(people=2).people[1]
    opened = visit()
    page = opened.page
    sign_in(opened)
    # From the beginning: a browser that is told to hand over its choosers only as one opens may show it to nobody.
    again: FilePayload = {"name": "mark.png", "mimeType": "image/png", "buffer": DOT + b"again"}
    page.on("filechooser", lambda chooser: chooser.set_files(again))
    opened.go(f"/people/{person.pk}/")
    card = page.locator("#card-files")
    mark = card.get_by_role("link", name="mark.png", exact=True)

    def bring(event: str, name: str, media_type: str, content: bytes) -> None:
        assert page.evaluate(BRING, [event, name, media_type, b64encode(content).decode()]) is False

    bring("drop", "plan.pdf", "application/pdf", PDF)
    expect(card.get_by_role("link", name="plan.pdf", exact=True)).to_be_visible()
    bring("paste", "mark.png", "image/png", DOT)
    expect(mark).to_be_visible()
    bring("drop", "whole.iso", "application/octet-stream", bytes(MOST + 1))
    refused = card.locator(".sending li", has_text="whole.iso")
    expect(refused).to_contain_text("More than 4.9\xa0KB, the most that a file may have.")

    into_content(page)
    tab_to(page.get_by_label("Choose files"))
    page.keyboard.press("Space")
    expect(card.locator("li", has=page.get_by_role("link", name="mark.png", exact=True))).to_contain_text("version 2")
    expect(page.get_by_label("Choose files")).to_be_focused()
    expect(refused).to_be_visible()

    opened.go(f"/people/{person.pk}/")
    into_content(page)
    press(card.get_by_role("link", name="plan.pdf", exact=True))
    shown = page.frame_locator("iframe[title='plan.pdf']").owner
    expect(shown).to_be_visible()
    answer = page.request.get(f"{opened.base}{shown.get_attribute('src')}")
    assert (answer.body(), answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"

    page.go_back()
    press(mark)
    expect(page.locator(".versions a")).to_have_count(2)
    picture = page.get_by_role("img", name="mark.png")
    expect(picture).to_have_js_property("naturalWidth", 1)
    press(page.get_by_role("button", name="Delete"))
    expect(page.locator(".toast")).to_be_visible()
    expect(mark).to_have_count(0)
    page.keyboard.press("z")
    expect(card.locator("li", has=page.get_by_role("link", name="mark.png", exact=True))).to_contain_text("version 2")
