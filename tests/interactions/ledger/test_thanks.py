import pytest

from rapport.interactions.ledger.thanks import is_mere_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thanks, got it!",
        "thank you so much",
        "Thank you for your quick reply.",
        "Thanks for letting me know!",
        "OK, perfect",
        "Noted, thanks.",
        "Thanks Nadia",
        "Thanks, Nadia!",
        "Thanks again, Nadia. Have a great weekend!",
        "Hi Tom,\n\nThanks a lot!\n\nBest regards,\nAnn Okafor",
        "Hi Tom, thanks a lot!",
        "Hello!\nGreat, thank you.\nAnn",
        "Thanks\n\nA.\n",
        "Many thanks and best regards\nAnn",
        "👍",
        "Thanks 🙏🏽❤️",
        "Received :)",
        "Vielen Dank!",
        "Danke schön, alles klar.",
        "Guten Tag Frau Weiß,\nherzlichen Dank für die schnelle Antwort.\nFreundliche Grüße\nJörg Müller",
        "Merci beaucoup",
        "Bonjour Claire,\nC'est noté, merci pour votre réponse.\nBien cordialement,\nLuc",
        "¡Muchas gracias!",
        "Perfecto, gracias por la información. Un saludo",
        "Hartelijk dank voor de snelle reactie!\nGroeten, Jan",
        "Grazie mille, ricevuto.",
        "Muito obrigada, perfeito!",
    ],
)
def test_a_mere_thanks(text: str) -> None:
    assert is_mere_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "Hi Tom,",
        "Best regards\nAnn",
        "Ann",
        "Thanks?",
        "OK?",
        "Thanks, but we still need the invoice.",
        "Thanks in advance",
        "Vielen Dank im Voraus",
        "No thanks",
        "No, thank you.",
        "Yes please",
        "Thanks, Monday",
        "OK. Berlin",
        "Danke, Montag passt",
        "Thanks\nApproved",
        "Thanks\nURGENT",
        "Thanks. Will you do it",
        "Thanks, see you at 3",
        "Thanks, here it is: https://example.com/a",
        "Got it. I will get back to you tomorrow.",
        "Thanks for nothing",
        "Not perfect",
        "Thanks/ok Refund please",
        "Bon week-end et merci, Alerte-Info Urgent Paris Sud",
        "Best regards " * 22 + "now",
        "Merci de me rappeler",
        "Merci de votre réponse rapide à ma demande",
        "Gracias, pero no",
        "Received :(",
        "Thanks 👎",
        "Thanks 🤔",
        "Hi Tom, could we talk, thanks",
        "Hi there is a problem",
        "Thanks (see below)",
        "Thanks!\nAnn\nPS the second pallet is missing",
        "Thanks. " * 60,
        "Thanks\n" * 9,
    ],
)
def test_what_may_need_an_answer(text: str) -> None:
    assert not is_mere_thanks(text)
