"""What is written about dependencies names each of them, with a reason and the licence it is under."""

from __future__ import annotations

import json
import re
from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROW = re.compile(r"^\| (?P<name>\S+) \| (?P<why>[^|]{15,}) \| (?P<licence>[^|]+) \|$")
FAMILIES = {
    "MIT": "MIT",
    "BSD": "BSD",
    "Apache": "Apache",
    "LGPL": r"LGPL|Lesser",
    "Unlicense": "Unlicense",
    "ISC": "ISC",
    "Zlib": "Zlib",
}


READ_BY_HAND = {"dkimpy", "imapclient"}
"""Their metadata names no licence, the heads of their files do: see script/licences.py."""
LISTED, LISTED_OF_BROWSER = (ROOT / "docs" / "dependencies.md").read_text().split("\n## In the browser\n")


def required() -> set[str]:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return {re.split(r"[\[<>=~;]", line)[0].strip() for line in lines if line.strip()}


def documented(text: str = LISTED) -> dict[str, str]:
    rows = map(ROW.match, text.splitlines())
    return {row["name"]: row["licence"].strip() for row in rows if row and row["name"] != "package"}


def test_every_dependency_is_documented_and_nothing_else() -> None:
    assert set(documented()) == required()


@pytest.mark.parametrize("name", sorted(documented()))
def test_the_licence_is_the_one_that_the_package_states(name: str) -> None:
    about = metadata(name)
    stated = " ".join(
        [*about.get_all("License-Expression", []), *about.get_all("License", []), *about.get_all("Classifier", [])]
    )
    if name in READ_BY_HAND:
        return
    family = next(pattern for start, pattern in FAMILIES.items() if documented()[name].startswith(start))
    assert re.search(family, stated), stated[:500]


def test_what_the_browser_loads_is_documented_with_the_licence_that_its_lock_file_states() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert documented(LISTED_OF_BROWSER) == {name: locked[f"node_modules/{name}"]["license"] for name in asked}
