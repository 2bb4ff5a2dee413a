"""Rapport as an app: its manifest, its icons, and the worker that keeps the page for when it can't be reached."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_manifest_names_icons_of_the_sizes_that_it_says(cast: Cast) -> None:
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    sizes = set()
    for icon in json.loads(answer.content)["icons"]:
        content = (Path(settings.STATIC_ROOT) / icon["src"].removeprefix(settings.STATIC_URL)).read_bytes()
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", content[16:24])
            assert icon["sizes"] == f"{width}x{height}"
            sizes.add((width, icon["purpose"]))
    assert sizes == {(192, "any"), (512, "any"), (512, "maskable")}


def test_the_worker_keeps_only_what_is_nobodys(cast: Cast) -> None:
    answer = Client().get("/service-worker.js")
    assert answer["Cache-Control"] == "no-cache"
    files = json.loads(re.findall(r"self\.FILES = (\[.*?\]);", answer.content.decode())[0])
    assert files[0] == "/offline"
    assert all(each.startswith("/static/") for each in files[1:])
    assert Client().get("/offline").status_code == 200
