"""What the people of the generated archive say, in their languages. All of it made up here."""

from typing import NamedTuple


class Voice(NamedTuple):
    """A language: how somebody greets, writes, signs, answers and quotes in it."""

    reply: str
    intro: str
    greetings: tuple[str, ...]
    sentences: tuple[str, ...]
    closings: tuple[str, ...]
    topics: tuple[str, ...]


VOICES = {
    "en": Voice(
        "Re: ",
        "On {date}, {name} wrote:",
        ("Hello {name},", "Dear {name},", "Hi {name},"),
        (
            "Thank you for the draft you sent on Monday.",
            "Could you tell me by Friday whether the delivery can go out this month?",
            "We have checked the figures with our accounting and they agree.",
            "The second machine still makes the noise that we spoke about.",
            "I would rather meet once more before we sign anything.",
            "Please find the revised offer attached.",
            "Our warehouse is closed between the 24th and the 2nd.",
            "Who is going to look after the installation on site?",
        ),
        ("Best regards,", "Kind regards,", "Thanks,"),
        (
            "Offer for the new press",
            "Delivery in May",
            "Invoice 2024-118",
            "Visit next week",
            "Service contract",
        ),
    ),
    "de": Voice(
        "AW: ",
        "Am {date} schrieb {name}:",
        ("Guten Tag {name},", "Hallo {name},", "Sehr geehrte Frau {name},"),
        (
            "vielen Dank für die schnelle Rückmeldung.",
            "Können Sie uns bis Donnerstag sagen, ob die Maße so stimmen?",
            "Die Prüfung hat ergeben, dass zwei Stück beschädigt waren.",
            "Über den Preis müssten wir noch einmal sprechen.",
            "Die Unterlagen schicke ich Ihnen im Laufe der Woche.",
            "Wer übernimmt bei Ihnen die Abnahme?",
        ),
        ("Mit freundlichen Grüßen", "Viele Grüße", "Beste Grüße"),
        (
            "Angebot für die Förderanlage",
            "Rückfrage zur Rechnung",
            "Termin im März",
            "Ersatzteile für Linie 4",
        ),
    ),
    "fr": Voice(
        "RE: ",
        "Le {date}, {name} a écrit :",
        ("Bonjour {name},", "Cher {name},"),
        (
            "Je vous remercie de votre réponse rapide.",
            "Pourriez-vous confirmer la date de livraison à notre dépôt ?",
            "Nous n'avons pas encore reçu la facture corrigée.",
            "Le contrat a été relu par notre service juridique.",
        ),
        ("Cordialement,", "Bien à vous,"),
        ("Devis pour l'été", "Livraison à Besançon", "Question sur la facture"),
    ),
    "ja": Voice(
        "Re: ",
        "{date} {name} <{address}>:",
        ("{name}様",),
        (
            "お世話になっております。",
            "見積書をお送りいただきありがとうございます。",
            "納期についてご確認をお願いいたします。",
        ),
        ("よろしくお願いいたします。",),
        ("見積もりの件", "納期のご相談"),
    ),
    "ru": Voice(
        "Re: ",
        "{date}, {name} написал(а):",
        ("Здравствуйте, {name}!",),
        (
            "Спасибо за быстрый ответ.",
            "Когда мы сможем получить образцы?",
            "Договор отправлен на согласование.",
        ),
        ("С уважением,",),
        ("Образцы продукции", "Вопрос по договору"),
    ),
}

PEOPLE = (
    ("Anna Berger", "anna.berger@nordwerk.example", "de"),
    ("Tom Hughes", "tom@hughes-and-daughter.example", "en"),
    ("Élodie Marchand", "elodie.marchand@atelier-jura.example", "fr"),
    ("Priya Nair", "priya.nair@keralaspice.example", "en"),
    ("佐藤 健", "sato@kiso-seiko.example", "ja"),
    ("Ольга Смирнова", "o.smirnova@baltlog.example", "ru"),
    ("Jürgen Groß", "juergen.gross@gross-soehne.example", "de"),
    ("Maria O'Neill", "maria.oneill@gmail.com", "en"),
    ("Lars Öberg", "lars@oberg-marin.example", "en"),
    ("Camille Noël", "camille.noel@wanadoo.fr", "fr"),
    ("Kofi Mensah", "kofi@voltariver.example", "en"),
    ("Sabine Köhler", "s.koehler@stadtwerke-auen.example", "de"),
)
COLLEAGUES = (
    ("Ruth Lindqvist", "ruth@lindqvist-tools.example", "en"),
    ("Paul Adeyemi", "paul@lindqvist-tools.example", "en"),
    ("Nina Vogt", "nina.vogt@lindqvist-tools.example", "de"),
)
ATTACHMENTS = (
    ("Offer 2024.pdf", "application/pdf"),
    ("Maße Förderband.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("photo.jpg", "image/jpeg"),
    ("見積書.pdf", "application/pdf"),
    ("contract.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)
