"""Until when automatic replies say that their writers are away."""

from datetime import date

import pytest

from rapport.interactions.channels.email.absence import away_until

SENT = date(2026, 11, 23)
THIRD = date(2026, 12, 3)


@pytest.mark.parametrize(
    "text",
    [
        # English
        "I am out of the office until 3 December.",
        "I'm away until Thursday, December 3rd, 2026 with limited access to mail.",
        "I will be out of the office from 20 November to 3 December 2026 and will answer after that.",
        "Out of office 11/20/2026 - 12/3/2026.",
        "I am on leave through Dec 3. For urgent matters call Tom.",
        "I am away and will be back on 4 December.",
        "I will return to the office on Friday, 4 December 2026.",
        "Away until 2026-12-03.",
        # German
        "Ich bin bis zum 3. Dezember nicht im Büro.",
        "Ich bin vom 20.11. bis einschließlich 03.12.2026 im Urlaub. Ihre Nachricht wird nicht weitergeleitet.",
        "Vielen Dank! Ich bin ab dem 4. Dezember wieder für Sie da.",
        "Am 4.12. bin ich nicht da, bis 3.12. auch nicht.",
        "Ich bin am Freitag, dem 4.12.2026, wieder erreichbar, zurück am 4.12.",
        # French
        "Je suis absente du bureau jusqu’au jeudi 3 décembre inclus.",
        "Absent du 20/11/2026 au 03/12/2026.",
        "Je serai de retour le 4 décembre.",
        # Spanish
        "Estaré fuera de la oficina hasta el 3 de diciembre de 2026.",
        "Estoy de vacaciones del 20/11 al 3/12.",
        "Estaré de vuelta el 4 de diciembre.",
        # Dutch
        "Ik ben afwezig t/m 3 december.",
        "Ik ben van 20-11-2026 tot en met 3-12-2026 op vakantie.",
        "Vanaf 4 december ben ik weer op kantoor.",
    ],
)
def test_the_last_day_away_is_read(text: str) -> None:
    assert away_until(text, SENT) == THIRD


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office with limited access to mail.",
        "We have received your request of 3 December and will answer within two days.",
        "I was away until 3 November 2026.",
        "Ab dem 3. Dezember bin ich im Urlaub.",
        "Away until 31 February.",
        "Call me at 030/12-3 until then.",
        "Away until 1/2/2027.",
        "Wir sind umgezogen, bis 2031-01-01 gilt auch die alte Adresse.",
    ],
)
def test_what_names_no_last_day_gives_none(text: str) -> None:
    assert away_until(text, SENT) is None


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert away_until("Ich bin bis 6. Januar im Urlaub.", date(2026, 12, 20)) == date(2027, 1, 6)
