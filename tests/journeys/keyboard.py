"""Going about a page by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST = 120
"""More stops than any way that a journey takes."""
FOCUSED = "element => element === document.activeElement"


def into_content(page: Page) -> None:
    """By the first stop of a page that has just come: past the navigation, to what it is about."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def tab_to(target: Locator, key: str = "Tab") -> None:
    """Tab after Tab until `target` has the focus, which it then shows."""
    expect(target).to_be_attached()
    for _stop in range(MOST):
        target.page.keyboard.press(key)
        if target.evaluate(FOCUSED):
            return
    raise AssertionError(f"No {key} leads to {target}.")


def press(target: Locator, key: str = "Enter") -> None:
    tab_to(target)
    target.page.keyboard.press(key)


def command(page: Page, typed: str, chosen: str) -> None:
    """What the box at the top offers first for some letters, by Ctrl K."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search, or say what to do")).to_be_focused()
    page.keyboard.type(typed, delay=20)
    expect(page.locator("#found [aria-selected=true]")).to_contain_text(chosen)
    page.keyboard.press("Enter")


STOP = """async () => {
  const { activeElement: stop } = document;
  if (stop === document.body) return null;
  const shown = stop.matches("[type=radio], [type=file]") ? stop.closest("label, .dropping") : stop;
  const isSeen = () => shown.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const frame = () => new Promise(requestAnimationFrame);
  // What shows itself because it has the focus does so with the next frame.
  for (let tries = 0; tries < 3 && !isSeen(); tries += 1) await frame();
  return { at: [...document.querySelectorAll("*")].indexOf(stop), says: stop.outerHTML.slice(0, 120), seen: isSeen() };
}"""
"""Which element has the focus, by its place among all, and whether it, or what stands for it, is seen."""
