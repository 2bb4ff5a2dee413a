"""Topics in many languages."""

import pytest

from rapport.interactions.channels.email.subjects import is_reply_subject, topic_of


@pytest.mark.parametrize(
    ("subject", "topic", "reply"),
    [
        ("Offer", "Offer", False),
        ("Re: Offer", "Offer", True),
        ("RE: re:Re : Offer", "Offer", True),
        ("Re[2]: Offer", "Offer", True),
        ("Re (3): Offer", "Offer", True),
        ("Re^2: Offer", "Offer", True),
        ("AW: WG: Angebot", "Angebot", True),
        ("Antw: Offerte", "Offerte", True),
        ("SV: Tilbud", "Tilbud", True),
        ("VS: Tarjous", "Tarjous", True),
        ("Rép : Devis", "Devis", True),
        ("R: Offerta", "Offerta", True),
        ("Odp: Oferta", "Oferta", True),
        ("Отв: Договор", "Договор", True),
        ("回复：报价", "报价", True),
        ("答复: 报价", "报价", True),
        ("Fwd: Offer", "Offer", False),
        ("FW: Re: Offer", "Offer", False),
        ("转发：报价", "报价", False),
        ("Offer (fwd)", "Offer", False),
        ("[team] Re: Offer", "Offer", True),
        ("Re: [team] Re: Offer", "Offer", True),
        ("[team] Offer", "Offer", False),
        ("[team]", "[team]", False),
        ("Re:", "", True),
        ("", "", False),
        ("Regarding: us", "Regarding: us", False),
        ("Restaurant: booking", "Restaurant: booking", False),
        ("  Two   spaces ", "Two spaces", False),
    ],
)
def test_topic_of(subject: str, topic: str, reply: bool) -> None:
    assert (topic_of(subject), is_reply_subject(subject)) == (topic, reply)
