"""The sections of a record's page, as an administrator lays them out."""

from __future__ import annotations

import re

import pytest

from rapport.platform.fields.layouts import Layout, Section
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
PLACE = "/settings/record-pages/people"


def facts(page: str) -> list[str]:
    return re.findall(r'<h2 class="facts-of">([^<]+)|id="fact-([a-z_]+)"', page)


def test_fields_move_over_the_edges_of_sections() -> None:
    layout = Layout((Section("One", ("a", "b")), Section("Two", ())), ("c",))
    down = layout.moved("b", up=False)
    assert down.sections[1].fields == ("b",)
    assert down.moved("b", up=False).more == ("b", "c")
    assert down.moved("b", up=True) == layout
    assert layout.moved("a", up=True) == layout
    assert layout.without(0).sections == (Section("Two", ("a", "b")),)
    assert layout.without(0).without(0).sections == (Section("Two", ("a", "b")),)
    assert layout.over(["b", "new", "c"]) == Layout((Section("One", ("b",)), Section("Two", ("new",))), ("c",))


def test_an_administrator_lays_out_pages_and_takes_it_back(cast: Cast, sign_in: SignIn) -> None:
    person = f"/people/{add(cast.owner, 'people', name='Ada Byron').pk}/"
    before = sign_in(cast.owner).get(person).content.decode()
    client = sign_in(cast.administrator)
    named = {"title0": "Basics", "title1": "Work"}
    for step, more in (("add", {}), ("title", named), ("down:description", {"title1": "At work"}), ("up:source", {})):
        assert client.post(PLACE, {"step": step, **more}).status_code == 302
    page = client.get(person).content.decode()
    assert page.index('<h2 class="facts-of">Basics</h2>') < page.index("Website")
    assert page.index("Website") < page.index('<h2 class="facts-of">At work</h2>') < page.index("Description")
    assert page.index("Description") < page.index("More about them")
    shown = client.post(PLACE, {"step": "up:description"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in shown
    assert client.post(f"{PLACE}/reset").status_code == 302
    assert facts(sign_in(cast.owner).get(person).content.decode()) == facts(before)
    assert client.post(PLACE, {"step": "add"}).status_code == 302


def test_nobody_else_lays_out_pages(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    assert client.get(PLACE).status_code == 403
    assert client.post(PLACE, {"step": "add"}).status_code == 403
    assert client.post(f"{PLACE}/reset").status_code == 403


def test_a_layout_that_is_none_is_refused(cast: Cast) -> None:
    call = Caller(cast.administrator)
    for wrong in (
        {"resource": "nothing"},
        {"resource": "people", "sections": [{"title": 1, "fields": []}]},
        {"resource": "people", "sections": [{"title": "x"}]},
        {"resource": "people", "more": [1]},
    ):
        assert call("POST", "page_layouts", wrong)[0] == 422
