"""Short mails as people write them: which of them close a matter, and which want an answer."""

import pytest

from rapport.interactions.ledger.thanks import is_mere_thanks

CLOSING = [
    # English
    "Works again now, thanks for the help.",
    "It works now. Thank you!",
    "That did the trick, many thanks!",
    "The printer works again, thanks for your help and patience.",
    "Hi Tom,\n\nthe parcel arrived safely this morning. Thanks a lot!\n\nBest regards\nAnn",
    "Thanks, everything is fine now.",
    "Perfect, I got the invoice. Thank you.",
    "We have received everything, thank you very much.",
    "Problem solved, thanks again!",
    "Fixed, thanks",
    "Thanks, that answers my question.",
    "No further questions, thank you for your time.",
    "Thanks Nadia, you can close the ticket.",
    "Thank you for the great service!",
    "Great, thanks for the quick explanation. See you tomorrow!",
    "It's all sorted now, cheers",
    "You're welcome!",
    "My pleasure.\nTom",
    "Thanks, that was very helpful.",
    "The login is working again. Much appreciated!",
    # German
    "Funktioniert jetzt wieder, danke für die Hilfe!",
    "Hallo Herr Weber,\n\ndas Paket ist heute gut angekommen. Vielen Dank!\n\nViele Grüße\nAnna Kühn",
    "Jetzt geht es wieder, danke.",
    "Danke, hat geklappt!",
    "Vielen Dank, das hat mir sehr geholfen.",
    "Das Problem hat sich erledigt, danke.",
    "Liebe Frau Kühn,\nvielen Dank für Ihre Mühe und Ihre Geduld.\nLG Tom",
    "Alles gut angekommen, danke",
    "Danke für das nette Gespräch. Bis bald!",
    "Inzwischen ist die Lieferung eingetroffen. Herzlichen Dank!",
    "Keine weiteren Fragen, danke!",
    "Wir haben die Unterlagen erhalten, vielen Dank.",
    "Gern geschehen!\nViele Grüße\nTom",
    "Danke, läuft wieder einwandfrei",
    # French
    "Ça marche à nouveau, merci pour votre aide.",
    "Bonjour Claire,\nle colis est bien arrivé, merci beaucoup.\nCordialement,\nLuc",
    "C'est réglé, merci !",
    "Merci pour votre retour rapide. À bientôt",
    "J'ai bien reçu la facture, merci.",
    "De rien !",
    # Spanish
    "Ya funciona, muchas gracias por la ayuda.",
    "El paquete ha llegado bien, gracias.",
    "Todo está resuelto, mil gracias. Un saludo",
    "Gracias por su atención. Hasta pronto",
    # Dutch
    "Het werkt weer, bedankt voor de hulp!",
    "Het pakket is vandaag aangekomen, hartelijk dank.",
    "Probleem opgelost, dank je wel! Groeten, Jan",
    "Bedankt voor de uitleg. Tot morgen!",
]

OWED = [
    # English
    "It works now, thanks. Could you also send the invoice?",
    "Thanks, but it still does not work.",
    "It was working yesterday, thanks",
    "Works again, thanks, but the second screen stays black",
    "The first arrived, thanks",
    "Half arrived, thanks",
    "Thanks for the offer, please book it",
    "Thanks for sending the contract by Friday",
    "Thanks for your help in advance",
    "The parcel arrived damaged, thanks",
    "We have received the wrong, thanks",
    "Thank you. When does the other one come",
    "Please close my account. Thanks",
    "Thanks, it stopped working again.",
    "Nothing works, thanks",
    "The Monday works for us, thanks",
    "Thanks for the call. I will think about it and let you know",
    "It works now.",
    "Received, thanks. The price is not what we agreed",
    "Thanks for looking into this",
    "Is it fixed now, thanks",
    "Thanks, we need two more",
    "Thanks for nothing, I cancel",
    "Thanks for the documents, one signature is missing.",
    # German
    "Danke, funktioniert aber immer noch nicht.",
    "Danke, bitte noch die Rechnung schicken.",
    "Ist das Paket schon angekommen, danke",
    "Geht es wieder, danke",
    "Nur die Hälfte ist angekommen, danke",
    "Vielen Dank für das Angebot. Wir hätten gern eine Variante ohne Montage.",
    "Das hat gestern funktioniert, danke",
    "Danke für Ihre Rückmeldung bis Freitag",
    "Der Montag geht gut, danke",
    "Alles angekommen, danke, bis auf die Schrauben",
    "Danke, ich brauche das bis morgen",
    "Läuft wieder. Können Sie mir sagen, woran es lag, danke",
    "Die Hälfte funktioniert wieder, danke",
    "Alles noch nicht da, danke",
    "Danke, das Gerät ist kaputt angekommen",
    # French
    "Merci de me rappeler demain",
    "Ça ne marche pas, merci",
    "Merci, il manque une page.",
    "Le colis est arrivé ouvert, merci",
    "Merci pour votre aide, pouvez-vous confirmer",
    # Spanish
    "Gracias, pero todavía no funciona",
    "Gracias por enviarme la factura cuanto antes",
    "El lunes va bien, gracias",
    "Gracias, falta una hoja",
    # Dutch
    "Bedankt, maar het werkt nog niet",
    "Werkt het weer, bedankt",
    "Bedankt, graag ook de factuur",
    "De helft is aangekomen, bedankt",
]


@pytest.mark.parametrize("text", CLOSING)
def test_what_closes_a_matter_owes_nothing(text: str) -> None:
    assert is_mere_thanks(text)


@pytest.mark.parametrize("text", OWED)
def test_what_may_want_an_answer_is_owed_one(text: str) -> None:
    assert not is_mere_thanks(text)


@pytest.mark.parametrize("text", CLOSING)
def test_a_request_beside_thanks_is_never_lost(text: str) -> None:
    for request in ("Please call me", "Bitte um Rückruf", "Can you send it again", "Das geht so nicht", "Und jetzt"):
        assert not is_mere_thanks(f"{text}\n{request}")
        assert not is_mere_thanks(f"{request}.\n{text}")


def test_no_text_makes_it_slow() -> None:
    for text in ("it works now " * 22, "danke " * 49 + "x", "das " + "gut " * 70, "hat " * 70, "la " * 90):
        assert not is_mere_thanks(text[:299])
