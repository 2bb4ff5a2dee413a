"""How conversations go, in several languages. A line is spoken by them (`<`) or by us (`>`).

{p} is a product, {n} a number, {t} a town. A last line that only thanks is a mere thanks to the ledger too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rapport.interactions.ledger.thanks import is_mere_thanks


@dataclass(frozen=True, slots=True)
class Line:
    is_ours: bool
    text: str
    is_thanks: bool


@dataclass(frozen=True, slots=True)
class Script:
    subject: str
    lines: tuple[Line, ...]


ENGLISH = """
# Quotation for {n} {p}
< We are fitting out the new line in {t} and need {n} {p}. Could you send us a quotation, delivery included?
> Happy to. Two questions first: which pipe diameter do you use, and do you need calibration certificates?
< DN 50 throughout, and yes, certificates for each unit please.
> Here is the quotation for {n} {p} with certificates. Delivery to {t} takes three weeks from your order.
< Thank you for the quick reply!

# {p} reads too low after cleaning
< Since Monday our {p} in {t} reads about {n} % too low after every cleaning cycle. What can we do?
> That sounds like a film on the sensor. Could you run the rinse programme twice and send us the log file?
< Done, log attached to the portal. It got better but is not back to normal.
> The log shows a worn seal. A replacement set leaves us today, free of charge, with a guide in pictures.
< Seal is in and the readings are right again. Many thanks for your help

# Delivery date of order {n}
< Our order {n} was promised for this week. When will it leave your warehouse? The fitters are booked for {t}.
> It left this morning; the carrier expects to be in {t} the day after tomorrow before noon.
< Great, thanks for letting us know!

# A visit in {t}?
> We will be in {t} next month to service several instruments. Shall we look at your {p} while we are there?
< Good idea. Could it be a Thursday? Wednesdays we have audits.
> Thursday it is. We'll be with you at nine and need about two hours.
< Perfect, thanks

# Invoice {n}: wrong cost centre
< Invoice {n} names the cost centre of our old site. Can you issue it again for {t}?
> Of course. A corrected invoice is attached; please disregard the first one.
< Received, thank you.

# Renewing your calibration contract
> The calibration contract for your {p} ends in six weeks. We would gladly renew it at the same price for two years.
< Could you also include the {n} older units in {t}?
> We can, at half the price per unit as they share a visit. The new contract is attached for signature.

# Spare parts for {p}
< Do you still make membranes for the first generation of {p}? We have {n} of them in {t}.
> We do, and will for at least five more years. {n} membranes could be with you on Friday. Shall we send them?
< Yes please, same address as last time.
> They are on their way. The tracking number is in the portal.

# Article about measuring in {t}
< We are preparing an article on small instrument makers for our spring issue and would like to talk to somebody about {p}.
> Gladly. Would a call next Tuesday morning suit you?
< Tuesday at ten works for us. Five questions follow by Monday.
"""
GERMAN = """
# Angebot über {n} {p}
< Für unser Werk in {t} brauchen wir {n} {p}. Könnten Sie uns bitte ein Angebot machen, möglichst mit Montage?
> Sehr gern. Liegt am Einbauort eine Stromversorgung mit 24 Volt an, und bis wann soll alles laufen?
< 24 Volt sind da. In acht Wochen müssten wir anfahren.
> Das schaffen wir. Das Angebot mit Montage und Inbetriebnahme in {t} finden Sie im Anhang.
< Vielen Dank für die schnelle Antwort

# {p} zeigt Fehler E{n}
< Unser {p} in {t} meldet seit gestern Abend E{n} und schaltet ab. Wer kann uns helfen?
> E{n} heißt, dass der Fühler keinen Kontakt hat. Bitte prüfen Sie den Stecker hinter der blauen Klappe.
< Der Stecker war lose. Jetzt läuft alles wieder. Danke für die Hilfe!

# Wartungstermin in {t}
> Die jährliche Wartung Ihrer {p} steht an. Passt Ihnen die zweite Woche des kommenden Monats?
< Bitte erst in der dritten Woche, vorher haben wir Betriebsferien.
> Dann kommen wir am Dienstag der dritten Woche um acht Uhr.
< Passt, danke

# Rechnung {n} doppelt erhalten
< Die Rechnung {n} ist bei uns zweimal eingegangen. Welche gilt?
> Bitte entschuldigen Sie. Es gilt die erste, die zweite haben wir storniert.
< Alles klar, vielen Dank
"""
FRENCH = """
# Devis pour {n} {p}
< Nous équipons notre atelier de {t} et il nous faudrait {n} {p}. Pourriez-vous nous envoyer un devis ?
> Avec plaisir. Souhaitez-vous la version inox, et faut-il prévoir l'installation ?
< Inox, oui, et nous installons nous-mêmes.
> Voici le devis pour {n} {p} en inox, livraison à {t} comprise.
< Merci beaucoup pour votre réponse

# {p} : mesures instables
< Depuis la mise à jour, les mesures du {p} sautent de {n} %. Que faut-il régler ?
> Le filtre a été remis à zéro par la mise à jour. Remettez-le sur « lent » dans le menu 4.
< C'est parfait, merci

# Votre contrat d'entretien
> Votre contrat d'entretien pour {t} arrive à échéance. Nous vous proposons de le prolonger aux mêmes conditions.
< Peut-on y ajouter les {n} appareils du nouveau bâtiment ?
> Bien sûr, l'avenant est joint. Il suffit de nous le renvoyer signé.
"""
SPANISH = """
# Presupuesto de {n} {p}
< Necesitamos {n} {p} para la planta de {t}. ¿Nos pueden enviar un presupuesto con plazo de entrega?
> Claro. ¿Los quieren con salida analógica o digital?
< Digital, por favor.
> Adjuntamos el presupuesto. El plazo de entrega en {t} es de cuatro semanas.
< Muchas gracias por su respuesta

# El {p} no arranca
< El {p} de {t} no arranca desde el corte de luz. ¿Qué hacemos?
> Revisen el fusible F{n}, junto a la entrada. Si está fundido, les mandamos uno hoy mismo.
< Era el fusible. Teníamos otro y ya funciona. Un saludo.

# Visita en {t}
> Estaremos en {t} a fin de mes. ¿Les viene bien que pasemos a ver los {p}?
< Sí, mejor por la tarde.
> Quedamos entonces el jueves a las cuatro.
< Perfecto, gracias
"""
ITALIAN = """
# Offerta per {n} {p}
< Per lo stabilimento di {t} ci servono {n} {p}. Potete mandarci un'offerta?
> Volentieri. Vi serve anche la taratura accreditata?
< Sì, con certificato per ogni strumento.
> In allegato l'offerta con taratura. Consegna a {t} in tre settimane.
< Grazie mille

# Ricambi per {p}
< Avete ancora guarnizioni per i nostri {p}? Ce ne servono {n}.
> Sì, sono a magazzino. Possiamo spedirle domani a {t}: va bene?
< Va bene, grazie
"""
DUTCH = """
# Offerte voor {n} {p}
< Voor onze locatie in {t} zoeken we {n} {p}. Kunt u ons een offerte sturen?
> Graag. Heeft u de meters met of zonder display nodig?
< Met display, en graag met montage.
> In de bijlage vindt u de offerte, inclusief montage in {t}.
< Hartelijk dank voor de snelle reactie

# Storing aan {p}
< Onze {p} in {t} valt om het uur uit. Wat kunnen we doen?
> Waarschijnlijk is de voeding te zwak. We sturen vandaag een nieuwe, kosteloos.
< Nieuwe voeding zit erin en het werkt weer. Bedankt!
"""
PORTUGUESE = """
# Orçamento de {n} {p}
< Precisamos de {n} {p} para a fábrica de {t}. Vocês podem enviar um orçamento?
> Claro. A tensão no local é 127 ou 220 volts?
< 220 volts.
> Segue o orçamento, com entrega em {t} em cinco semanas.
< Muito obrigado pela resposta

# Treinamento sobre o {p}
> A nova versão do {p} saiu. Querem um treinamento on-line para a equipe de {t}?
< Queremos, sim. Somos {n} pessoas. Pode ser na primeira semana do mês?
> Fica marcado para a primeira quarta-feira, às dez.
< Combinado, obrigada
"""
SOURCES = {
    "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "nl": DUTCH, "pt": PORTUGUESE,
}  # fmt: skip
CALLS = (
    "Called about {p}: they will decide after the board meets, and would like a reference in {t}.",
    "Asked how the {p} is doing. Happy so far; the second shift still needs an introduction.",
    "They called because {n} units arrived without the manual. Sent the link while we were talking.",
    "Price of {p} discussed. They hope for {n} % less if they take two years of service.",
)
MEETINGS = (
    "Walked through the plant in {t}. Measured at {n} points; a proposal for {p} is agreed on as the next step.",
    "Quarterly review: delivery times fine, invoices too late. We promised a named contact.",
    "Presented {p} to purchasing and production. Open question: connection to their control system.",
)
NOTES = (
    "Reorganising until summer: purchasing moves to {t}.",
    "Mentioned that a competitor offers {n} % less, but without service on site.",
    "Prefers e-mail to calls, never on Friday afternoons.",
)
GREETINGS = {
    "en": "Hello {},", "de": "Guten Tag {},", "fr": "Bonjour {},", "es": "Hola {}:", "it": "Buongiorno {},",
    "nl": "Beste {},", "pt": "Olá {},",
}  # fmt: skip
CLOSINGS = {
    "en": "Kind regards", "de": "Mit freundlichen Grüßen", "fr": "Cordialement", "es": "Un saludo",
    "it": "Cordiali saluti", "nl": "Met vriendelijke groet", "pt": "Atenciosamente",
}  # fmt: skip


@cache
def scripts(language: str) -> tuple[Script, ...]:
    """The ways that conversations go in a language; English where there are none in it."""
    return tuple(_script(block) for block in SOURCES.get(language, ENGLISH).strip().split("\n\n"))


def _script(block: str) -> Script:
    head, *lines = block.split("\n")
    return Script(head.removeprefix("# "), tuple(_line(line[0] == ">", line[2:]) for line in lines))


def _line(is_ours: bool, text: str) -> Line:
    return Line(is_ours, text, is_mere_thanks(text))
