"""The phrases of a mere thanks, folded (see rapport.kit.text.fold), per language.

THANKS and ACKNOWLEDGEMENTS make one, ADDITIONS may go with them. No phrase may ask, promise a reply, refuse,
or thank in advance.
"""

THANKS = """
thanks|thank you|thanks a lot|many thanks|thx|ty|tysm|cheers|much appreciated|appreciate it|appreciated
i appreciate it|we appreciate it|thanks a million|thanks a bunch|thanks very much|thank you very much
danke|dankeschon|danke schon|danke sehr|vielen dank|herzlichen dank|besten dank|lieben dank|tausend dank
merci|merci beaucoup|merci bien|mille mercis|merci infiniment|un grand merci|grand merci
gracias|muchas gracias|mil gracias|muchisimas gracias
bedankt|dank je|dank je wel|dank u|dank u wel|dankjewel|dankuwel|hartelijk dank|veel dank
hartelijk bedankt|heel erg bedankt|super bedankt
grazie|grazie mille|mille grazie|molte grazie|tante grazie|ti ringrazio|la ringrazio
obrigado|obrigada|muito obrigado|muito obrigada|obrigadissimo|agradecido|agradecida
"""

ACKNOWLEDGEMENTS = """
ok|okay|okey|got it|received|well received|noted|understood|perfect|great|excellent|wonderful|brilliant
awesome|fantastic|super|all good|all clear|sounds good|sounds great|looks good|looks great|that works
that is perfect|thats perfect|thats great|that is great|will do|duly noted
alles klar|verstanden|erhalten|angekommen|perfekt|prima|bestens|wunderbar|passt|passt so|ist notiert|notiert
bien recu|bien note|cest note|note|parfait|tres bien|cest parfait|dac|daccord|entendu|impeccable
recibido|perfecto|entendido|muy bien|estupendo|genial|de acuerdo|vale
ontvangen|begrepen|duidelijk|prima|helder|top|akkoord|genoteerd|perfect
you are welcome|youre welcome|my pleasure|no worries|dont mention it|thank you too
gern geschehen|gerne geschehen|keine ursache|nichts zu danken|de rien|je vous en prie|je ten prie|de nada
no hay de que|graag gedaan|geen dank|di niente|di nulla|por nada
ricevuto|perfetto|capito|va bene|benissimo|ottimo|daccordo
recebido|perfeito|entendido|muito bem|otimo|combinado|esta bem
"""

ADDITIONS = """
and|again|so much|very much|indeed|once again|all|everyone|both|team|oh|ah|wow|well|that
for your help|for the help|for your support|for the quick reply|for your quick reply|for the reply
for your reply|for the quick response|for your quick response|for the response|for your response
for the prompt reply|for your prompt reply|for the fast reply|for your message|for your email|for your mail
for the update|for the quick update|for the information|for the info|for letting me know|for letting us know
for sharing|for everything|for your time|for the confirmation|for confirming|for the clarification|for this
for that|for the heads up|have a nice day|have a great day|have a good day|have a nice weekend
have a great weekend|have a good weekend|enjoy your weekend
und|nochmals|nochmal|dir|ihnen|euch|fur die info|fur die information|fur ihre hilfe|fur deine hilfe
fur die hilfe|fur die schnelle antwort|fur ihre schnelle antwort|fur ihre antwort|fur deine antwort
fur die antwort|fur die ruckmeldung|fur ihre ruckmeldung|fur die schnelle ruckmeldung|fur die mail
schonen tag|einen schonen tag|schonen abend|schones wochenende|ein schones wochenende
et|encore|a vous|a toi|pour tout|pour votre aide|pour ton aide|pour votre reponse|pour ta reponse
pour votre retour|pour ton retour|pour linfo|pour linformation|pour les informations
pour votre reponse rapide|bonne journee|bonne soiree|bon week end|bon weekend
y|de nuevo|por todo|por tu ayuda|por su ayuda|por la respuesta|por su respuesta|por tu respuesta
por la informacion|por la info|por avisar|buen dia|que tengas un buen dia|buen fin de semana
en|nogmaals|voor de info|voor de informatie|voor je hulp|voor uw hulp|voor de snelle reactie
voor je reactie|voor uw reactie|voor het snelle antwoord|fijne dag|fijne dag nog|fijn weekend|fijne avond
e|ancora|di tutto|per tutto|per laiuto|per la risposta|per le informazioni|per linformazione
per la conferma|buona giornata|buona serata|buon weekend
mais uma vez|por tudo|pela ajuda|pela resposta|pela informacao|pelas informacoes|pelo retorno
bom dia|boa tarde|bom fim de semana
"""

SIGN_OFFS = """
best|best regards|kind regards|regards|warm regards|best wishes|all the best|sincerely|yours sincerely|br|kr
yours|take care|with best regards|with kind regards
mit freundlichen grussen|freundliche grusse|viele grusse|beste grusse|liebe grusse|herzliche grusse|gruss
grusse|gruss|schone grusse|mfg|lg|vg
cordialement|bien cordialement|bien a vous|bien a toi|salutations|amicalement|meilleures salutations
saludos|un saludo|saludos cordiales|atentamente|un abrazo|abrazos
groet|groeten|met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|mvg|gr|hartelijke groet
saluti|cordiali saluti|un saluto|distinti saluti|a presto|un abbraccio
atenciosamente|cumprimentos|melhores cumprimentos|abraco|um abraco|att
"""

GREETINGS = """
hi|hello|hey|dear|good morning|good afternoon|good evening|hi all|hello all|hi everyone
hallo|liebe|lieber|sehr geehrte|sehr geehrter|guten tag|guten morgen|moin|servus
bonjour|bonsoir|salut|cher|chere|hola|buenos dias|buenas tardes|estimado|estimada|querido|querida
beste|dag|geachte|goedemorgen|goedemiddag|ciao|buongiorno|buonasera|salve|gentile|caro|cara
ola|bom dia|boa tarde|boa noite|prezado|prezada|caro|cara
"""

# Capitalised words that stand where a name might, but answer or tell something.
NOT_NAMES = """
yes no approved rejected declined accepted agreed confirmed done sent attached paid cancelled canceled urgent
please call stop wait today tomorrow tonight later never nothing unsubscribe remove help wrong sorry both none
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december ja nein doch abgelehnt angenommen bestatigt genehmigt erledigt bezahlt
storniert bitte heute morgen ubermorgen montag dienstag mittwoch donnerstag freitag samstag sonntag januar
februar marz mai juni juli oktober dezember oui non refuse accepte confirme paye annule lundi mardi mercredi
jeudi vendredi samedi dimanche si no rechazado aceptado aprobado pagado lunes martes miercoles jueves viernes
sabado domingo nee afgewezen goedgekeurd betaald maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
rifiutato approvato pagato lunedi martedi mercoledi giovedi venerdi domenica sim nao recusado aprovado pago
segunda terca quarta quinta sexta
"""


def phrases(listed: str) -> frozenset[str]:
    return frozenset(one for line in listed.split("\n") for one in line.split("|") if one)
