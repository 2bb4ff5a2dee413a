"""`python -m rapport.config.translations extract|check|compile`: what the interface says, in other languages.

`extract` writes the template of all marked strings and brings every language's catalogue up to date with it;
`check` ends with 1 when that would change the template; `compile` makes what Django reads, where a catalogue is
newer. Languages live in `rapport/web/locale/<language>/LC_MESSAGES/django.po`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_javascript
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "web" / "locale"
TEMPLATE = LOCALE / "django.pot"
METHODS = [
    ("**/jinja2/**.html", "jinja2"),
    ("**/jinja2/**.txt", "jinja2"),
    ("**/templates/**.html", "rapport.config.translations:extract_django"),
    ("**.py", "python"),
]
_JINJA = {"extensions": "jinja2.ext.i18n, jinja2.ext.do", "silent": "false"}
OPTIONS = {"**/jinja2/**.html": _JINJA, "**/jinja2/**.txt": _JINJA}
PASSING = tuple(
    f'"{name}'.encode() for name in ("POT-", "PO-", "Report-", "Last-", "Language-Team", "Generated-", "Project-")
)
"""Lines of a catalogue's head that say nothing of its words."""
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2)}


def extract_django(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Any]:
    """Babel's extraction from a Django template: its marks, as Django turns them into calls of gettext."""
    from django.utils.translation.template import templatize  # only here: costs Django's import

    calls = templatize(file.read().decode())
    return iter(extract_javascript(BytesIO(calls.encode()), keywords, comment_tags, {"encoding": "utf-8"}))


def template() -> Catalog:
    """All marked strings, in the order of their files and lines."""
    catalog = Catalog(project="Rapport", charset="utf-8", fuzzy=False)
    found = extract_from_dir(PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS)
    for name, line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1], str(each[2]))):
        catalog.add(message, None, [(f"rapport/{name}", line)], auto_comments=comments, context=context)
    return catalog


def rendered(catalog: Catalog) -> bytes:
    """As text without dates, line numbers and wrapping, so that only a change of words changes it."""
    if catalog.locale:
        catalog.header_comment = f"# {catalog.locale.english_name} translations for Rapport, under its licence."
    out = BytesIO()
    write_po(out, catalog, width=0, omit_header=not catalog.locale, include_lineno=False, ignore_obsolete=True)
    kept = (line for line in out.getvalue().splitlines() if not line.startswith(PASSING))
    return b"\n".join(kept).strip() + b"\n"


def extract() -> None:
    fresh = template()
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(rendered(fresh))
    for path in catalogues():
        catalog = read(path)
        catalog.update(fresh, no_fuzzy_matching=True)
        path.write_bytes(rendered(catalog))


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def is_current() -> bool:
    return TEMPLATE.exists() and TEMPLATE.read_bytes() == rendered(template())


def compile_all() -> None:
    for path in catalogues():
        made = path.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < path.stat().st_mtime:
            with made.open("wb") as file:
                write_mo(file, read(path))


def main() -> None:
    match sys.argv[1:]:
        case ["extract"]:
            extract()
        case ["compile"]:
            compile_all()
        case ["check"]:
            sys.exit(None if is_current() else "Strings have changed: python -m rapport.config.translations extract")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
