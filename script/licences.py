"""Refuse any dependency whose licence doesn't go with the AGPL-3.0-or-later that Rapport is under."""

import json
import re
import subprocess
import sys
from pathlib import Path

ALLOWED = re.compile(
    r"""(0BSD|Apache[- ]2\.0|Apache\ Software\ License(\ 2\.0)?|BSD(-[23]-Clause|\ License|\ 3-Clause)?
    |BlueOak-1\.0\.0
    |CC0-1\.0|CNRI-Python|ISC(\ License\ \(ISCL\))?|(LGPL-(2\.1|3\.0)-(only|or-later))
    |GNU\ Lesser\ General\ Public\ License\ v3(\ or\ later)?\ \(LGPLv3\+?\)|MIT(-0)?(\ License)?|MPL-2\.0|OFL-1\.1
    |Mozilla\ Public\ License\ 2\.0\ \(MPL\ 2\.0\)|PSF-2\.0|Python\ Software\ Foundation\ License|Python-2\.0
    |The\ Unlicense\ \(Unlicense\)|Unlicense|Zlib|AGPL-3\.0-or-later|GPL-3\.0-or-later)""",
    re.VERBOSE,
)
READ_BY_HAND = {
    "dkimpy": "Zlib, by the heads of its files; its metadata says that it is like BSD's",
    "IMAPClient": "BSD-3-Clause, by the heads of its files; its metadata names none",
    "axe-playwright-python": "MIT, by the LICENSE file of its source; its metadata names none",
    "qrcode": "BSD-3-Clause; its metadata adds a classifier for the trade mark of its subject",
}


def is_allowed(expression: str) -> bool:
    """Whether a licence expression leaves a choice that is allowed: one side of OR, all of AND and of `;`."""
    bare = expression[1:-1] if expression.startswith("(") else expression
    alternatives = re.split(r"\s+OR\s+", bare)
    return any(
        all(ALLOWED.fullmatch(part.strip()) for part in re.split(r";|,|/|\s+AND\s+", alternative))
        for alternative in alternatives
    )


def python_packages() -> list[tuple[str, str]]:
    command = [
        sys.executable,
        "-m",
        "piplicenses",
        "--from=mixed",
        "--format=json",
        "--ignore-packages",
        "rapport",
    ]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [(package["Name"], package["License"]) for package in listed]


def npm_packages() -> list[tuple[str, str]]:
    lock = Path("package-lock.json")
    packages = json.loads(lock.read_text())["packages"] if lock.exists() else {}
    return [
        (path.removeprefix("node_modules/"), about.get("license", "none")) for path, about in packages.items() if path
    ]


def main() -> None:
    packages = [*python_packages(), *npm_packages()]
    refused = [
        f"{name}: {licence}" for name, licence in packages if name not in READ_BY_HAND and not is_allowed(licence)
    ]
    sys.exit("\n".join(refused) if refused else 0)


if __name__ == "__main__":
    main()
