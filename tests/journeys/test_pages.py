"""Every page, light and dark, wide and narrow: no violation that axe finds, nothing in the console.

On a phone, everything that is pressed is large enough for a finger, too.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import Open, Visit
from tests.journeys.world import World, make_world, sign_in

pytestmark = pytest.mark.journey

EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""The rules whose verdict depends on appearance and width; the others are asked once."""

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
    .filter((element) => !element.matches("label input, p a:not(.button), dd a:not(.button), .crumbs a, .skip, svg a"))
    .map((element) => ({ element, hasWords: element.textContent.trim() !== "", ...area(element) }))
    .filter(({ width, height, hasWords }) => height < 43.5 || (width < 43.5 && !hasWords))
    .map(({ element, width, height }) => `${element.outerHTML.slice(0, 120)} ${width} × ${height}`);
}"""
"""What is pressed and smaller than 44 px; links within sentences are as high as their line, and those
of a chart stand in its table again (WCAG 2.2, 2.5.8)."""


def addresses(world: World) -> list[str]:
    person = f"/people/{world.people[0].pk}/"
    settings = ("profile", "tokens", "organisation", "users", "users/new", "users/invite", "absence", "roles",
                "roles/new", "teams", "custom_fields", "custom_fields/new", "object_kinds", "object_kinds/new",
                "arrival_rules", f"arrival_rules/{world.rule.pk}/try",
                "stages", "targets/new", "our_addresses", "sender_rules", "jobs", "audit", "imports", "imports/new",
                "mailboxes", "mailboxes/new", "record-pages", "record-pages/people",
                f"mailboxes/{world.mailbox.pk}", f"mailboxes/{world.mailbox.pk}/access",
                f"users/{world.colleague.pk}/disable")  # fmt: skip
    return [
        "/", "/inbox/?whose=all", "/inbox/?box=snoozed&whose=all",
        f"/inbox/{world.conversation.pk}/?box=all&whose=all", "/people/", "/people/new",
        "/people/?trash=true", "/people/?relationship__empty=true", "/people/?name=nobody", "/organizations/",
        f"/organizations/{world.organization.pk}/", person, f"{person}history", f"{person}facts/owner",
        f"{person}cards/relationships/new", "/ledger/", "/ledger/?group=party", "/ledger/behind?figure=received",
        f"{person}merge", f"{person}merge?with={world.people[1].pk}", f"{person}sharing", "/people/duplicates",
        f"/people/{world.trashed.pk}/", "/people/views", f"/inbox/{world.conversation.pk}/join", "/people/?tags=VIP",
        "/tasks/", "/tasks/new", "/notifications/", "/settings/notifications", f"/tasks/{world.task.pk}/",
        "/people/?where=name+contains+0", "/people/?where=jub+titel+is+x", "/people/?group=owner",
        "/people/?order=name,-email", "/people/?as=board&by=relationship", "/tasks/?as=board", "/tasks/?as=chart",
        "/tasks/?as=calendar", "/inbox/kept-apart/",
        "/people/?as=chart&by=owner&then=relationship", f"/people/changes/{world.change.pk}",
        f"/files/{world.file.pk}/", "/mail/", f"/mail/{world.draft.pk}/",
        "/calendar/?on=2026-01-05", "/calendar/?as=week&on=2026-01-05", "/calendar/?as=agenda&on=2026-01-05",
        "/style-guide", "/search?q=person", "/search?q=qwxz", "/search", "/accounts/2fa/", "/accounts/password/change/",
        "/accounts/sessions/", *(f"/settings/{name}" for name in settings),
        *(f"/settings/imports/{each.pk}" for each in world.imports),
    ]  # fmt: skip


def violations(visit: Visit, rules: list[str]) -> list[str]:
    found = Axe().run(visit.page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(
    ("scheme", "width", "rules"), [("light", 1440, EVERYTHING), ("dark", 390, LOOKS)], ids=["light-wide", "dark-phone"]
)
def test_no_page_has_a_violation(visit: Open, scheme: str, width: int, rules: list[str]) -> None:
    """Nor does any scroll sideways."""
    world, is_phone = make_world(), width < 500
    opened = visit(width=width, height=900, scheme=scheme, touch=is_phone)
    found: dict[str, list[str]] = {}
    for address in ("/accounts/login/", "/accounts/password/reset/", None, *addresses(world)):
        if address is None:
            sign_in(opened)
            continue
        opened.go(address)
        found[address] = violations(opened, rules)
        if opened.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[address].append("scrolls sideways")
        if is_phone and not address.startswith("/accounts/"):
            found[address] += opened.page.evaluate(SMALL)
    wrong = [f"{address}: {each}" for address, listed in found.items() for each in listed]
    assert not wrong, "\n".join(wrong)
