"""The browser of journeys and proofs."""

import os
import shutil

from playwright.sync_api import Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def chromium() -> str:
    named = (os.environ.get("RAPPORT_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in named if name and (path := shutil.which(name))), None)
    assert found, "No Chromium: script/test installs one and names it in RAPPORT_CHROMIUM."
    return found


def sign_in(page: Page, base: str, email: str, password: str, wanted: str = "/") -> None:
    """By the form that stands before what is wanted."""
    page.goto(f"{base}{wanted}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{base}{wanted}")
