"""On a phone: everything that is pressed is large enough for a finger."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Open
from tests.journeys.test_pages import addresses
from tests.journeys.world import make_world, sign_in

pytestmark = pytest.mark.journey
SMALL = """() => {
  const area = (element) => {
    const box = element.getBoundingClientRect();
    const around = getComputedStyle(element, "::after");
    const reaches = around.content !== "none" && around.position === "absolute";
    return {
      width: Math.max(box.width, reaches ? parseFloat(around.width) || 0 : 0),
      height: Math.max(box.height, reaches ? parseFloat(around.height) || 0 : 0),
    };
  };
  const pressed = "a, button, summary, select, textarea, input:not([type=hidden]), label:has(input)";
  return [...document.querySelectorAll(pressed)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => element.getBoundingClientRect().width > 2)
    .filter((element) => !element.matches("label input, p a:not(.button), dd a:not(.button), .crumbs a, .skip"))
    .map((element) => ({ element, hasWords: element.textContent.trim() !== "", ...area(element) }))
    .filter(({ width, height, hasWords }) => height < 43.5 || (width < 43.5 && !hasWords))
    .map(({ element, width, height }) => `${element.outerHTML.slice(0, 120)} ${width} × ${height}`);
}"""
"""Links within sentences are as high as their line (WCAG 2.2, 2.5.8: inline)."""


def test_everything_that_is_pressed_is_large_enough(visit: Open) -> None:
    world = make_world()
    opened = visit(width=390, height=844, touch=True)
    sign_in(opened)
    small: dict[str, list[str]] = {}
    for address in addresses(world):
        opened.go(address)
        small[address] = opened.page.evaluate(SMALL)
    assert {address: found for address, found in small.items() if found} == {}
