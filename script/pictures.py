"""Pictures of every page, to be looked at: wide and narrow, light and dark, full and empty, right to left.

`script/screenshots [FOLDER]` writes NAME-WIDTH-APPEARANCE[-empty|-rtl].png into FOLDER (var/screenshots by default);
with --docs it renews the pictures of the README instead.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browsers import FLAGS, chromium, sign_in  # noqa: E402
from tests.installation import add_user, rapport, serve  # noqa: E402

EMAIL, PASSWORD = "mara.visser@rapport.example", "a long enough sentence"
SIZES = ((1440, 900), (390, 844))
LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
SIGN_IN = "/accounts/login/"
A_PERSON = ("/people/?order=-updated_at", "tbody a[data-open]")
PAGES: dict[str, str | tuple[str, str, str]] = {
    "today": "/?whose=all", "inbox": "/inbox/?box=us&whose=all",
    "conversation": ("/inbox/?box=us&whose=all", "a.thread", ""), "people": "/people/",
    "people-words": '/people/?where=stage is "New" or owner is empty', "people-groups": "/people/?group=stage",
    "people-board": "/people/?as=board", "people-chart": "/people/?as=chart&then=owner",
    "people-trash": "/people/?trash=true", "people-none": "/people/?name=nobody", "people-views": "/people/views",
    "people-alike": "/people/duplicates", "person": (*A_PERSON, ""), "person-history": (*A_PERSON, "history"),
    "person-sharing": (*A_PERSON, "sharing"), "person-merge": (*A_PERSON, "merge"), "new-person": "/people/new",
    "organisations": "/organizations/", "organisation": ("/organizations/?order=-updated_at", "tbody a[data-open]", ""),
    "tasks": "/tasks/", "tasks-calendar": "/tasks/?as=calendar", "task": ("/tasks/", "tbody a[data-open]", ""),
    "new-task": "/tasks/new", "calendar": "/calendar/?whose=team", "calendar-week": "/calendar/?as=week&whose=team",
    "calendar-agenda": "/calendar/?as=agenda&whose=team", "ledger": "/ledger/", "ledger-people": "/ledger/?group=party",
    "mail": "/mail/", "search": "/search?q=an", "notifications": "/notifications",
    "organisation-settings": "/settings/organisation",
    "users": "/settings/users", "absence": "/settings/absence", "invite": "/settings/users/invite",
    "roles": "/settings/roles", "rules": "/settings/validation_rules", "kinds": "/settings/object_kinds",
    "jobs": "/settings/jobs", "imports": "/settings/imports", "audit": "/settings/audit",
    "ledger-behind": "/ledger/behind?figure=received", "sign-in": SIGN_IN, "password": "/accounts/password/change/",
    "second-factor": "/accounts/2fa/", "sessions": "/accounts/sessions/", "new-kind": "/settings/object_kinds/new",
    "new-role": "/settings/roles/new", "new-field": "/settings/custom_fields/new", "new-user": "/settings/users/new",
    "new-target": "/settings/targets/new", "new-import": "/settings/imports/new",
    "mailboxes": "/settings/mailboxes", "new-mailbox": "/settings/mailboxes/new",
    "kept-apart": "/inbox/kept-apart/", "rules-on-arrival": "/settings/arrival_rules",
    "inbox-snoozed": "/inbox/?box=snoozed&whose=all",
    "record-page": "/settings/record-pages/people",
    **{f"settings-{name}": f"/settings/{name}" for name in (
        "profile", "tokens", "notifications", "teams", "custom_fields", "stages", "our_addresses", "targets")},
}  # fmt: skip
"""Addresses by the name of their picture: one, or a list, the selector of its link that is followed, and what is added
to where it leads."""
DOCS = {"today": ("today", "light"), "people": ("people-words", "light"), "ledger-dark": ("ledger", "dark")}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "screenshots")
    given.add_argument("--docs", action="store_true")
    asked = given.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="rapport-pictures-") as folder:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        full, empty = Path(folder, "full"), Path(folder, "empty")
        rapport("demo", "--data", full)
        if asked.docs:
            with served(full, browser) as (base, state):
                for name, (page, scheme) in DOCS.items():
                    take(browser, base, state, page, (1440, 900), scheme, ROOT / "docs" / "images" / f"{name}.png")
            return
        shutil.rmtree(asked.folder, ignore_errors=True)
        asked.folder.mkdir(parents=True)
        for data, kind in ((full, ""), (empty, "-empty")):
            with served(data, browser) as (base, state):
                take_all(browser, base, state, asked.folder, kind, LOOKS)
                if not kind:
                    speak(browser, base, state, "ar")
                    take_all(browser, base, state, asked.folder, "-rtl", [(size, "light") for size in SIZES])
        print(f"{len(list(asked.folder.iterdir()))} pictures in {asked.folder}")


@contextmanager
def served(data: Path, browser: Browser) -> Iterator[tuple[str, Path]]:
    """The address, and the file with the session of somebody who has signed in."""
    add_user(data, EMAIL, "--admin", password=PASSWORD)
    running = serve(data)
    base = f"http://localhost:{running.port}"
    try:
        context = browser.new_context()
        sign_in(context.new_page(), base, EMAIL, PASSWORD)
        state = data.with_suffix(".json")
        context.storage_state(path=state)
        context.close()
        yield base, state
    finally:
        running.stop()


def speak(browser: Browser, base: str, state: Path, language: str) -> None:
    """Chooses a language, as one does under Settings."""
    page = browser.new_page(storage_state=state)
    page.goto(f"{base}/settings/profile")
    page.locator("#field-language").select_option(language)
    page.locator("main form button.primary").first.click()
    page.locator(f"html[lang={language}]").wait_for()
    page.close()


def take_all(
    browser: Browser, base: str, state: Path, folder: Path, kind: str, looks: list[tuple[tuple[int, int], str]]
) -> None:
    for size, scheme in looks:
        for name in PAGES:
            take(browser, base, state, name, size, scheme, folder / f"{name}-{size[0]}-{scheme}{kind}.png")


def take(browser: Browser, base: str, state: Path, name: str, size: tuple[int, int], scheme: str, target: Path) -> None:
    is_phone = size[0] < 500
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light",
        storage_state=None if PAGES[name] == SIGN_IN else state, has_touch=is_phone, is_mobile=is_phone,
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if open_page(page, base, PAGES[name]):
        page.wait_for_timeout(700)  # what loads by itself; the stream of changes never ends, so that idle never comes
        page.screenshot(path=target)
    context.close()


def open_page(page: Page, base: str, address: str | tuple[str, str, str]) -> bool:
    """False where a list is empty, and so leads nowhere."""
    if isinstance(address, str):
        page.goto(base + address)
        return True
    listed, selector, further = address
    page.goto(base + listed)
    link = page.locator(selector).first
    if not link.count():
        return False
    page.goto(base + str(link.get_attribute("href")) + further)
    return True


if __name__ == "__main__":
    main()
