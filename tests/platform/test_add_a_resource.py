"""docs/developer/add-a-resource.md, followed to the letter: in a package and a database of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import plugin

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "developer" / "add-a-resource.md"
USE = """
import django, json, sys
django.setup()
from django.test.utils import setup_test_environment
setup_test_environment()
from rapport.platform.access.people import add_user
from tests.factories.caller import Caller
call = Caller(add_user("first@ours.example", "correct horse battery", is_administrator=True))
acme = call("POST", "organizations", {"name": "Acme"})[1]
made = call("POST", "machines", {"name": "Press", "party": acme["id"], "bought_on": "2026-01-02"})
found = call("GET", "machines?party__name=Acme&order=-bought_on")
stopped = call("POST", f"machines/{made[1]['id']}/stop", {})
history = call("GET", f"machines/{made[1]['id']}/history")
paths = list(call("GET", "openapi.json")[1]["paths"])
print(json.dumps([made, found, stopped, history, paths]))
"""


@pytest.fixture
def database() -> str:
    """The name of a database that is this test's alone."""
    name = f"{plugin.COPY}_machines"
    plugin.recreate(name, plugin.TEMPLATE)
    return name


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)


def test_a_resource_takes_at_most_forty_lines() -> None:
    assert len([line for line in blocks()[0].splitlines() if line.strip()]) <= 40


def test_the_page_leads_to_a_working_resource(tmp_path: Path, database: str) -> None:
    declaration, operation = blocks()
    package = tmp_path / "machines"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "migrations" / "__init__.py").touch()
    (package / "models.py").write_text(declaration)
    settings = "from rapport.config.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'machines']\n"
    (tmp_path / "with_machines.py").write_text(settings)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "with_machines",
        "DATABASE_URL": plugin.named(os.environ["RAPPORT_TESTS_OWNER_URL"], database),
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    run("-m", "django", "makemigrations", "machines")
    migration = package / "migrations" / "0001_initial.py"
    text = migration.read_text().replace(
        "from django.db import", "from rapport.platform.records.triggers import track\nfrom django.db import", 1
    )
    text = text.replace("dependencies = [", "dependencies = [\n        ('history', '0002_triggers'),", 1)
    migration.write_text(text.rstrip().removesuffix("]") + f"    {operation.strip()},\n    ]\n")
    run("-m", "django", "migrate", "--verbosity=0")
    made, found, stopped, history, paths = json.loads(run("-c", USE).splitlines()[-1])
    assert made[0] == 201
    assert made[1]["bought_on"] == "2026-01-02"
    assert made[1]["owner"]
    assert [each["name"] for each in found[1]["results"]] == ["Press"]
    assert (stopped[0], stopped[1]["is_running"], stopped[1]["version"]) == (200, False, 2)
    assert [each["verb"] for each in history[1]["results"]] == ["update", "create"]
    assert {"/machines", "/machines/{id}", "/machines/{id}/stop", "/machines/summary"} <= set(paths)
