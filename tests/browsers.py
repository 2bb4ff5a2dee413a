"""The browser of journeys and proofs."""

import os
import shutil

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def chromium() -> str:
    named = (os.environ.get("RAPPORT_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in named if name and (path := shutil.which(name))), None)
    assert found, "No Chromium: script/test installs one and names it in RAPPORT_CHROMIUM."
    return found
