"""A served Rapport, a browser, and a page that complains of whatever the browser complains of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browsers import FLAGS, chromium
from tests.serving import serving

PASSWORD = "a long enough sentence"
expect.set_options(timeout=15_000)  # two browsers share two cores with what they visit


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        # Playwright runs an event loop in this thread, in which Django would refuse to touch the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield launched
        launched.close()


@pytest.fixture
def served(committed: None) -> Iterator[str]:
    """The address of a server over this test's database."""
    with serving() as exposure:
        yield exposure.url


@dataclass
class Visit:
    """A browser page, the server's address, and what the browser complained of."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.base}{path}")

    def hear(self, message: ConsoleMessage) -> None:
        # A form with a mistake answers 422 (a stale one 409), of which Chromium tells in its console.
        expected = message.type == "error" and ("status of 422" in message.text or "status of 409" in message.text)
        # htmx says this of a request that ended with its page; what fails besides has its own complaint.
        is_left = message.text.startswith(("htmx:afterRequest", "htmx:sendAbort"))
        if message.type in ("error", "warning") and not expected and not is_left:
            self.complaints.append(message.text)


Open = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Open]:
    """Opens pages; at the end, none may have had an error in its console (refusals by CSP are such)."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def opened(width: int = 1440, height: int = 900, scheme: str = "light", touch: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            has_touch=touch,
            is_mobile=touch,
        )
        contexts.append(context)
        made = Visit(context.new_page(), served)
        made.page.on("console", made.hear)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        visits.append(made)
        return made

    yield opened
    for context in contexts:
        context.close()
    assert [text for each in visits for text in each.complaints] == []
