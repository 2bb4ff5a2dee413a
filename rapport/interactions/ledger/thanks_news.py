"""News that close a matter and ask for nothing: *it works again now*, *das Paket ist heute angekommen*.

Patterns over folded text (see rapport.kit.text.fold), per language: a subject, what has come about, and how or
when. The one open place is the noun of a subject: any word but those that would turn the meaning.
"""

from __future__ import annotations


def _any(listed: str) -> str:
    """One of several phrases, given apart by bars and lines."""
    phrases = [each.strip() for line in listed.splitlines() for each in line.split("|") if each.strip()]
    return f"(?:{'|'.join(sorted(phrases, key=len, reverse=True))})"


_TURNING = _any(
    "not|no|none|nothing|nobody|never|but|only|still|yet|part|half|one|other|others|first|second|last|rest|old|wrong|"
    "same|way|if|when|until|what|who|how|why|nicht|nichts|kein|keine|nie|aber|nur|noch|teil|halfte|erste|zweite|"
    "andere|anderen|rest|alte|falsche|ne|pas|rien|aucun|aucune|mais|seulement|encore|moitie|autre|premier|premiere|"
    "sinon|nada|nunca|pero|solo|todavia|mitad|otro|otra|primero|primera|niet|niets|geen|nooit|maar|alleen|"
    "helft|eerste|tweede|ander|oude|verkeerde|date|time|termin|datum|uhrzeit|zeit|heure|fecha|hora|tijd|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    "sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|"
    "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
)
_NOUN = rf"(?!{_TURNING}\b)[^\W\d]{{2,30}}"

_EN_NOUN = rf"(?:the|my|our|your) (?:new |replacement )?{_NOUN}"
_EN_IT = rf"(?:its|thats|(?:it|this|that|everything|all|{_EN_NOUN}) (?:is|are|has|have|has been|have been|got)|all)"
_EN_HOW = _any(
    "now|again|fine|just fine|well|very well|perfectly|great|smoothly|like a charm|as expected|today|this morning|"
    "yesterday|already|safely|finally|correctly|properly|in good condition|in time|on time|at last|for me|for us|just"
)
_EN_BEEN = _any(
    "fixed|solved|resolved|sorted|sorted out|settled|repaired|done|paid|working|running|in order|fine|okay|ok|back|"
    "back online|here|arrived|delivered|perfect|great"
)
ENGLISH = (
    rf"(?:(?:{_EN_IT}|now) )?(?:all )?(?:{_EN_HOW} )?{_EN_BEEN}(?: {_EN_HOW}){{0,3}}",
    rf"(?:it|this|that|everything|all|{_EN_NOUN}) (?:now )?(?:works|worked|runs|arrived|came|came through|did it|"
    rf"did the trick|helped|helped a lot|was it)(?: {_EN_HOW}){{0,3}}",
    rf"works(?: {_EN_HOW}){{1,3}}",
    rf"(?:it|this|that|everything|{_EN_NOUN}) (?:was|were) (?:fixed|solved|resolved|delivered)(?: {_EN_HOW}){{0,3}}",
    rf"(?:(?:i|we) (?:have )?|ive |weve )?(?:just )?(?:received|got) (?:it|them|everything|{_EN_NOUN})"
    rf"(?: {_EN_HOW}){{0,2}}",
    rf"(?:that|this|it) (?:solved|solves|fixed|answers|answered|clears up|explains) (?:it|everything|{_EN_NOUN})",
    _any("that clears it up|that was very helpful|that was really helpful|that was quick|that was fast|very helpful"),
    _any("you have been very helpful|youve been very helpful|you were very helpful|great work|great job|great service"),
    _any("i am all set|im all set|we are all set|were all set|i am very happy|we are very happy|very happy with it"),
    _any("no further questions|no more questions|no other questions|problem solved|problem fixed|issue solved"),
    _any(
        "that is all|issue resolved|issue fixed|thats all|thats everything|you can close this|see you then|see you soon"
    ),
    rf"(?:you can close|feel free to close) (?:the|this|my) (?:ticket|case|issue|request)",  # noqa: F541
    _any("see you tomorrow|see you there|see you next week|see you on site|talk soon|speak soon|same to you|you too"),
)

_DE_NOUN = rf"(?:der|die|das|mein|meine|unser|unsere|ihr|ihre|dein|deine|eure) (?:neue |neuer |neues )?{_NOUN}"
_DE_WHAT = rf"(?:die|das|den|alles|ihre|ihren|deine|deinen|eure) (?:neue |neuen )?{_NOUN}"
_DE_HOW = _any(
    "wieder|jetzt|nun|alles|gut|sehr gut|super|prima|bestens|einwandfrei|perfekt|heute|heute morgen|heute fruh|gestern|"
    "schon|bereits|eben|gerade|soeben|inzwischen|mittlerweile|endlich|problemlos|reibungslos|wohlbehalten|puenktlich|"
    "punktlich|wie gewunscht|wie erwartet|rechtzeitig|heil|auch"
)
_DE_SUBJECT = rf"(?:es|das|alles|{_DE_NOUN})"
_DE_WELL = _any("gut|sehr gut|super|prima|bestens|einwandfrei|perfekt|problemlos|reibungslos|auch|jetzt|nun|alles")
_DE_WORKS = "(?:funktioniert|funktionieren|lauft|laufen|geht|gehen|klappt)"
_DE_BEEN = (
    "(?:angekommen|eingetroffen|da|erledigt|gelost|behoben|geklart|repariert|bezahlt|in ordnung|wieder da|eingegangen)"
)
GERMAN = (
    rf"(?:{_DE_SUBJECT} )?{_DE_WORKS}(?: {_DE_HOW}){{1,4}}",
    rf"(?:{_DE_HOW} ){{1,2}}{_DE_WORKS} {_DE_SUBJECT}(?: {_DE_HOW}){{0,3}}",
    rf"(?:{_DE_SUBJECT} )?hat (?:{_DE_WELL} )?(?:geklappt|funktioniert|geholfen|gepasst)",
    rf"(?:das|es) hat (?:mir|uns) (?:sehr |wirklich |wirklich sehr )?(?:geholfen|weitergeholfen)",  # noqa: F541
    rf"(?:{_DE_SUBJECT} )?(?:ist|sind) (?:{_DE_HOW} ){{0,3}}{_DE_BEEN}",
    rf"(?:{_DE_SUBJECT}|alle) (?:{_DE_HOW} ){{0,3}}{_DE_BEEN}",
    rf"(?:{_DE_HOW} ){{1,2}}ist {_DE_SUBJECT} (?:{_DE_HOW} ){{0,3}}{_DE_BEEN}",
    rf"(?:(?:ich|wir) )?(?:habe|haben|hab) (?:es|alles|{_DE_WHAT}) (?:{_DE_HOW} ){{0,2}}(?:erhalten|bekommen|gefunden)",
    rf"(?:die sache|das problem|das|es|die frage) hat sich (?:{_DE_HOW} )?(?:erledigt|geklart|gelost)",
    _any("keine weiteren fragen|keine fragen mehr|problem gelost|problem behoben|das war alles|alles in ordnung"),
    _any("das ticket kann geschlossen werden|sie konnen das ticket schliessen|du kannst das ticket schliessen"),
    _any("bis dann|bis bald|bis morgen|bis spater|bis nachste woche|ebenso|gleichfalls|ihnen auch|dir auch"),
    _any("das ging ja schnell|das ging schnell|das war sehr hilfreich|sehr hilfreich|gute arbeit|tolle arbeit"),
)

_FR_NOUN = rf"(?:(?:le|la|les|mon|ma|mes|notre|nos|votre|vos|ton|ta) {_NOUN}|l(?!{_TURNING}\b)[^\W\d]{{3,30}})"
_FR_HOW = _any(
    "a nouveau|de nouveau|maintenant|bien|tres bien|parfaitement|enfin|deja|aujourdhui|ce matin|hier|a present|nickel|"
    "correctement|comme prevu|a temps|tout"
)
_FR_BEEN = _any(
    "arrive|arrivee|arrives|arrivees|regle|reglee|regles|reglees|resolu|resolue|repare|reparee|bon|bonne|en ordre|"
    "recu|recue|recus|paye|payee|parfait"
)
FRENCH = (
    rf"(?:ca|cela|tout|{_FR_NOUN}) (?:{_FR_HOW} )?(?:marche|fonctionne|marchent|fonctionnent)(?: {_FR_HOW}){{0,3}}",
    rf"(?:cest|(?:tout|{_FR_NOUN}) (?:est|sont)) (?:{_FR_HOW} ){{0,2}}{_FR_BEEN}(?: {_FR_HOW}){{0,2}}",
    rf"(?:jai|nous avons) (?:{_FR_HOW} ){{0,2}}recu {_FR_NOUN}(?: {_FR_HOW}){{0,2}}",
    _any("ca ma beaucoup aide|cela ma beaucoup aide|ca nous a beaucoup aide|probleme resolu|probleme regle"),
    _any("plus de questions|pas dautres questions|a bientot|a demain|a plus tard|a vous aussi|a toi aussi|de meme"),
)

_ES_NOUN = rf"(?:el|la|los|las|mi|mis|nuestro|nuestra|su|tu) {_NOUN}"
_ES_HOW = _any(
    "ya|bien|muy bien|perfectamente|de nuevo|otra vez|ahora|hoy|ayer|esta manana|por fin|sin problemas|"
    "correctamente|a tiempo"
)
_ES_BEEN = _any(
    "resuelto|resuelta|solucionado|solucionada|arreglado|arreglada|en orden|bien|listo|lista|pagado|pagada|aqui|"
    "recibido"
)
SPANISH = (
    rf"(?:{_ES_HOW} )?(?:(?:todo|{_ES_NOUN}) )?(?:{_ES_HOW} )?(?:funciona|funcionan|va|van)(?: {_ES_HOW}){{1,3}}",
    rf"(?:{_ES_HOW} )?(?:todo|{_ES_NOUN}) (?:{_ES_HOW} )?(?:funciona|esta {_ES_BEEN}|llego|ha llegado|llegaron)"
    rf"(?: {_ES_HOW}){{0,3}}",
    rf"{_ES_HOW} (?:funciona|funcionan)",
    rf"{_ES_HOW} (?:esta {_ES_BEEN}|ha llegado|llego)(?: (?:todo|{_ES_NOUN}))?(?: {_ES_HOW}){{0,3}}",
    rf"(?:{_ES_HOW} )?(?:he|hemos) recibido (?:todo|{_ES_NOUN})(?: {_ES_HOW}){{0,2}}",
    _any("me ha ayudado mucho|nos ha ayudado mucho|problema resuelto|problema solucionado|sin mas preguntas"),
    _any("hasta luego|hasta pronto|hasta manana|nos vemos|igualmente"),
)

_NL_NOUN = rf"(?:de|het|mijn|onze|ons|uw|jullie|je) (?:nieuwe |nieuw )?{_NOUN}"
_NL_HOW = _any(
    "weer|nu|goed|heel goed|prima|perfect|vandaag|vanmorgen|vanochtend|gisteren|al|net|inmiddels|ondertussen|eindelijk|"
    "zonder problemen|naar behoren|op tijd|ook|helemaal"
)
_NL_BEEN = _any("aangekomen|binnen|opgelost|geregeld|ontvangen|gerepareerd|betaald|in orde|klaar|gelukt")
DUTCH = (
    rf"(?:(?:het|dat|alles|{_NL_NOUN}) )?(?:werkt|werken|doet het|doen het)(?: {_NL_HOW}){{1,3}}",
    rf"{_NL_HOW} (?:werkt|doet) (?:het|alles|{_NL_NOUN})(?: het)?(?: {_NL_HOW}){{1,3}}",
    rf"(?:(?:het|dat|alles|{_NL_NOUN}) )?(?:is|zijn) (?:{_NL_HOW} ){{0,3}}{_NL_BEEN}",
    rf"(?:ik heb|we hebben|wij hebben) (?:het|alles|{_NL_NOUN}) (?:{_NL_HOW} ){{0,2}}ontvangen",
    _any("geen vragen meer|geen verdere vragen|probleem opgelost|dat heeft erg geholpen|dat helpt|tot dan|tot morgen"),
    _any("tot snel|tot ziens|tot later|tot volgende week|jij ook|u ook|insgelijks|hetzelfde"),
)

NEWS = (*ENGLISH, *GERMAN, *FRENCH, *SPANISH, *DUTCH)
"""Alternatives of a pattern; what may follow a match is for the caller to say."""

_EN_GOOD = _any("quick|great|kind|fast|prompt|detailed|helpful|friendly|nice|good|excellent|speedy|swift|lovely")
_EN_THINGS = _any(
    "help|support|assistance|effort|efforts|patience|understanding|explanation|information|info|documents|document|"
    "files|file|invoice|offer|quote|quotation|delivery|service|advice|feedback|answer|reply|response|meeting|call|chat|"
    "conversation|time|work|update|details|clarification|confirmation|photos|pictures|photo|link|report|presentation|"
    "reminder|tip|visit|invitation|hospitality|trouble"
)
_DE_GOOD = _any(
    "schnelle|schnellen|tolle|tollen|nette|netten|gute|guten|prompte|rasche|freundliche|unkomplizierte|ganze"
)
_DE_THINGS = _any(
    "hilfe|unterstutzung|muhe|geduld|verstandnis|erklarung|informationen|info|infos|unterlagen|dateien|datei|rechnung|"
    "angebot|lieferung|service|rat|feedback|antwort|gesprach|telefonat|zeit|arbeit|bestatigung|fotos|bilder|bericht|"
    "erinnerung|tipp|besuch|einladung|nachricht|ruckmeldung|bearbeitung|hilfsbereitschaft|aufklarung"
)
_FR_THINGS = _any(
    "aide|soutien|explication|explications|informations|info|documents|document|fichiers|facture|offre|devis|livraison|"
    "service|conseil|conseils|retour|reponse|reunion|appel|temps|travail|confirmation|photos|rapport|patience|"
    "comprehension|reactivite|rapidite|message|accueil"
)
_ES_THINGS = _any(
    "ayuda|apoyo|explicacion|informacion|documentos|documento|archivos|factura|oferta|presupuesto|entrega|servicio|"
    "consejo|respuesta|reunion|llamada|tiempo|trabajo|confirmacion|fotos|informe|paciencia|comprension|atencion|mensaje|"
    "rapidez|gestion"
)
_NL_THINGS = _any(
    "hulp|steun|moeite|geduld|begrip|uitleg|informatie|info|documenten|document|bestanden|factuur|offerte|levering|"
    "service|advies|feedback|antwoord|reactie|gesprek|tijd|werk|bevestiging|fotos|rapport|tip|bezoek|bericht|ondersteuning"
)
REASONS = (
    rf"for (?:the|your|this|that|all the|all your|such)(?: a)?(?: {_EN_GOOD})? {_EN_THINGS}"
    rf"(?: and(?: the| your)?(?: {_EN_GOOD})? {_EN_THINGS})?",
    _any(
        "for helping|for helping me|for helping us|for helping out|for getting back to me|for fixing it|for fixing this"
    ),
    _any("for fixing it so quickly|for sorting it out|for sorting this out|for solving it|for solving this|for coming"),
    _any("for taking the time|for the meeting today|for the call today|for having us|for having me|for being so quick"),
    rf"fur (?:die|das|den|ihre|ihren|ihr|deine|deinen|dein|eure|euren)(?: {_DE_GOOD})? {_DE_THINGS}"
    rf"(?: und(?: die| das| den| ihre| ihren| deine)?(?: {_DE_GOOD})? {_DE_THINGS})?",
    rf"pour (?:(?:le|la|les|votre|vos|ton|ta|tes|toute votre)(?: bonne)? |l){_FR_THINGS}(?: rapide| precieuse)?",
    rf"por (?:el|la|los|las|su|tu|sus|tus|toda la|toda su)(?: gran)? {_ES_THINGS}(?: rapida)?",
    rf"voor (?:de|het|je|jouw|uw|jullie|alle)(?: snelle| goede| fijne)? {_NL_THINGS}",
)
"""What somebody is thanked for, beyond the phrases of the vocabulary. Nothing that may lie ahead: *thanks for
sending me the invoice* can be a request."""
