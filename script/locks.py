"""Refuse lock files that name a host of their own, or packages that aren't pinned by hash."""

import json
import re
import sys
from pathlib import Path


def python_faults(path: Path) -> list[str]:
    text = path.read_text()
    hosts = [line for line in text.splitlines() if "://" in line]
    requirements = [entry for entry in re.split(r"(?<!\\)\n", text) if "==" in entry]
    loose = [entry.split()[0] for entry in requirements if "--hash=sha256:" not in entry]
    return [f"{path}: {fault}" for fault in hosts + loose]


def npm_faults(path: Path) -> list[str]:
    packages = json.loads(path.read_text())["packages"].values() if path.exists() else []
    return [f"{path}: {package['resolved']}" for package in packages if "resolved" in package]


def main() -> None:
    faults = [fault for path in sorted(Path().glob("requirements*.txt")) for fault in python_faults(path)]
    faults += npm_faults(Path("package-lock.json"))
    sys.exit("\n".join(faults) if faults else 0)


if __name__ == "__main__":
    main()
