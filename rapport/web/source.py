"""`/source`: the very source that runs here, as the licence promises everybody who uses it (AGPL-3.0, section 13)."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

from django.http import FileResponse
from django.views.decorators.http import require_safe

from rapport import __version__
from rapport.web.request import Request

ROOT = Path(__file__).resolve().parent.parent.parent
TAKEN = ("rapport", "script", "docs", "tests", "bench")
FILES = (
    "README.md",
    "LICENSE",
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    "requirements*.in",
    "requirements*.txt",
)
LEFT_OUT = {"__pycache__", "dist", "node_modules"}


@require_safe
def source(request: Request) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for path in _paths():
            archive.add(path, arcname=f"rapport-{__version__}/{path.relative_to(ROOT)}", recursive=False)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"rapport-{__version__}.tar.gz")


def _paths() -> Iterator[Path]:
    for pattern in FILES:
        yield from sorted(ROOT.glob(pattern))
    for name in TAKEN:
        for path in sorted((ROOT / name).rglob("*")):
            if path.is_file() and not path.is_symlink() and not LEFT_OUT & set(path.relative_to(ROOT).parts):
                yield path
