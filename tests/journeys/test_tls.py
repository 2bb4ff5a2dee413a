"""Pages and live updates with a certificate of Rapport's own, as browsers speak to it: by HTTP/2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rapport.platform.access.actors import actor_for
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.certificates import make_certificate
from tests.journeys.conftest import Visit
from tests.journeys.world import make_world, sign_in
from tests.serving import serving

pytestmark = pytest.mark.journey


def test_cookies_are_bound_to_the_host_and_reach_the_stream(browser: Browser, committed: None, tmp_path: Path) -> None:
    world = make_world(1)
    actor = actor_for(world.user, "page")
    with serving(make_certificate(tmp_path, "localhost")) as exposure:
        context = browser.new_context(ignore_https_errors=True)
        visit = Visit(context.new_page(), exposure.url)
        visit.page.on("console", visit.hear)
        sign_in(visit)
        cookies = {each["name"]: (each["secure"], each["httpOnly"], each["sameSite"]) for each in context.cookies()}
        assert cookies == dict.fromkeys(("__Host-csrf", "__Host-session"), (True, True, "Lax"))
        with visit.page.expect_response(re.compile(r"/live\?")) as stream:
            visit.go(f"/people/{world.people[0].pk}/")
        assert (stream.value.status, stream.value.header_value("content-type")) == (200, "text/event-stream")
        verbs.update(RESOURCES["people"], [world.people[0].pk], {"job_title": "Harbour"}, actor=actor)
        expect(visit.page.locator("#fact-job_title")).to_contain_text("Harbour", timeout=5_000)
        # Pages may ignore that the certificate is of our own making; what fetches a service worker may not.
        assert {each for each in visit.complaints if "when fetching the script" not in each} == set()
        context.close()
