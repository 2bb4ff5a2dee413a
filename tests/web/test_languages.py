"""The interface in other languages: whole, and with its placeholders."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from django.test import Client
from django.utils import translation

from rapport.config.translations import catalogues, is_current, read, template
from rapport.kit.durations import short
from rapport.platform.access.models import User
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
PLACES = re.compile(r"%\(\w+\)s|\{[\w, ]+\}")


def test_the_template_holds_every_marked_string_of_code_and_both_kinds_of_template() -> None:
    assert is_current()
    found = template()
    places = {"Forgotten it?": "login.html", "Waiting for us": "boxes.py", "Who takes over": "leaving.html"}
    for message, place in places.items():
        assert any(name.endswith(place) for name, _line in found[message].locations), message


def _strings(message: Message) -> list[tuple[str, str]]:
    """Each translation with what it translates; forms of a plural that say their number in a word with themselves."""
    if not isinstance(message.id, (tuple, list)):
        return [(str(message.id), str(message.string))]
    forms = tuple(message.string or ("",))
    places = set(PLACES.findall(forms[-1]))
    said = [text for text in forms[:-1] if text and set(PLACES.findall(text)) < places]
    return [(text if text in said else message.id[1], text) for text in forms]


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.parent.name)
def test_a_language_is_whole_and_keeps_its_placeholders(path: object) -> None:
    messages = [each for each in read(path) if each.id]  # type: ignore[arg-type]
    assert [each.id for each in messages if each.fuzzy] == []
    assert {str(each.id) for each in messages} == {str(each.id) for each in template() if each.id}
    pairs = [pair for each in messages for pair in _strings(each)]
    assert [source for source, text in pairs if not text] == []
    assert [
        s
        for s, t in pairs
        if set(PLACES.findall(t)) - {"{value, label}"} != set(PLACES.findall(s)) - {"{value, label}"}
    ] == []


def test_a_person_reads_rapport_in_the_language_of_their_profile(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    person = add(cast.owner, "people", name="Ada Byron")
    chosen = client.post(
        "/settings/profile", {"name": "Owner", "time_zone": "Europe/Berlin", "language": "de"}, follow=True
    )
    assert "Ihr Profil ist geändert." in chosen.content.decode()
    assert chosen.content.decode().count('<html lang="de"') == 1
    assert "Hier stehen E-Mails, Anrufe" in client.get(f"/people/{person.pk}/").content.decode()
    assert "Wer wem antwortet" in client.get("/ledger/").content.decode()
    assert User.objects.get(pk=cast.owner.pk).language == "de"
    refused = client.post("/settings/profile", {"name": "Owner", "time_zone": "Europe/Berlin", "language": "xx"})
    assert refused.status_code == 422
    assert "Mail, calls, meetings" in sign_in(cast.mate).get(f"/people/{person.pk}/").content.decode()


@pytest.mark.parametrize(
    ("asked", "words"), [("de-AT,de;q=0.9", "Anmelden"), ("fr", "Se connecter"), ("ja", "Sign in"), ("", "Sign in")]
)
def test_who_has_not_signed_in_is_met_in_the_browsers_language(cast: Cast, asked: str, words: str) -> None:
    page = Client().get("/accounts/login/", headers={"Accept-Language": asked})
    assert f"<h1>{words}</h1>" in page.content.decode()


def test_the_api_speaks_english_whoever_was_here_before(cast: Cast) -> None:
    germans = Client(headers={"Accept-Language": "de"})
    assert "<h1>Anmelden</h1>" in germans.get("/accounts/login/").content.decode()
    answer = germans.get("/api/v1/people").json()
    assert (answer["status"], answer["title"]) == (401, "Sign in, or send a valid token")


def test_a_refusal_is_worded_in_the_language_of_the_page(cast: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.owner.pk).update(language="de")
    client = sign_in(cast.owner)
    person = add(cast.owner, "people", name="Ada Byron")
    page = client.post("/interactions/write", {"kind": "note", "text": "", "party": str(person.pk)})
    assert page.status_code == 422
    assert "Einige Werte können nicht angenommen werden" in page.content.decode()
    assert "Schreiben Sie, was zu notieren ist." in page.content.decode()


def test_german_writes_a_decimal_comma_and_nouns_in_capitals(cast: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.owner.pk).update(language="de")
    page = sign_in(cast.owner).get("/people/").content.decode()
    assert ("Neu: Person" in page, "Neu: person" in page) == (True, False)
    with translation.override("de"):
        assert [short(days * 86_400, translation) for days in (1, 2, 2.6)] == ["1 Tag", "2 Tage", "2,6 Tage"]
    assert "New person" in sign_in(cast.mate).get("/people/").content.decode()
