"""Names as people have them in many places, and the language, country and town that go with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a name and, where it isn't in Latin letters, how it is written in an address."""

    text: str
    latin: str


@dataclass(frozen=True, slots=True)
class Culture:
    language: str
    country: str
    given: tuple[Name, ...]
    family: tuple[Name, ...]
    towns: tuple[str, ...]
    form: str
    """How a company says that it is one; {} stands for its name."""
    family_first: bool = False
    joint: str = " "


def _names(listed: str) -> tuple[Name, ...]:
    """`Anna|Émile|花子=hanako`"""
    pairs = (one.partition("=") for one in listed.split("|"))
    return tuple(Name(text, latin or text) for text, _equals, latin in pairs)


def _culture(
    place: str, given: str, family: str, towns: str, *, family_first: bool = False, joint: str = " "
) -> Culture:
    """`place` is *language country form*."""
    language, country, form = place.split(" ", 2)
    return Culture(language, country, _names(given), _names(family), tuple(towns.split("|")), form, family_first, joint)


CULTURES = (
    _culture(
        "en GB {} Ltd",
        "Amelia|Oliver|Grace|Harry|Isla|George|Freya|Arthur|Maisie|Callum|Bronwen|Rory|Priscilla|Edmund",
        "Ashworth|Whitfield|Pemberton|Holloway|MacLeod|O'Brien|Llewellyn|Thackeray|Fairclough|Sutcliffe|Hargreaves|Penrose",
        "Leeds|Bristol|Cardiff|Glasgow|Norwich|Belfast",
    ),
    _culture(
        "en US {} Inc.",
        "Madison|Tyler|Ashley|Marcus|Brooke|Darnell|Savannah|Cody|Imani|Wyatt|Skylar|Terrence|Delia|Chase",
        "Whitaker|Delgado|Washington|Kowalski|Bennett|Redbird|Nakamura|Sorensen|Abernathy|Jefferson|Beaumont|Castillo",
        "Denver|Portland|Baltimore|Tucson|Madison|Savannah",
    ),
    _culture(
        "de DE {} GmbH",
        "Anneliese|Jürgen|Katharina|Matthias|Ulrike|Sebastian|Heike|Lukas|Friederike|Jörg|Mareike|Torsten|Käthe|Götz",
        "Weber|Schönfeld|Krüger|Lindemann|Müller-Brandt|Vogelsang|Großmann|Hartwig|Böttcher|Rosenthal|von Stetten|Jäger",
        "Hamburg|Leipzig|Freiburg|Kassel|Münster|Rostock",
    ),
    _culture(
        "fr FR {} SARL",
        "Amélie|Théo|Camille|Étienne|Élodie|Guillaume|Manon|Loïc|Margaux|Baptiste|Solène|Rémi|Anaïs|François",
        "Lefèvre|Beaumont|Duchêne|Moreau|Le Goff|Chevalier|Garnier|Béranger|Fontaine|d'Aubigné|Marchand|Roussel",
        "Lyon|Nantes|Strasbourg|Rennes|Dijon|Pau",
    ),
    _culture(
        "es ES {} S.L.",
        "Lucía|Álvaro|Carmen|Íñigo|Begoña|Javier|Nuria|Sergio|Rocío|Andrés|Inés|Joaquín|Marisol|Óscar",
        "García López|Fernández Ruiz|Ibáñez Soler|Muñoz Peña|Castaño Gil|Ordóñez Vega|Zubiri Etxebarria|Serra Puig|Cabrera Santos|Núñez Romero",
        "Zaragoza|Bilbao|Valencia|Vigo|Málaga|Burgos",
    ),
    _culture(
        "it IT {} S.r.l.",
        "Giulia|Matteo|Chiara|Lorenzo|Francesca|Niccolò|Elisabetta|Davide|Beatrice|Tommaso|Ludovica|Gianluca",
        "Bianchi|Ferraro|De Luca|Esposito|Conti|Marchetti|D'Angelo|Rinaldi|Bellini|Santoro|Colombo|Pellegrini",
        "Torino|Bologna|Verona|Bari|Trieste|Perugia",
    ),
    _culture(
        "nl NL {} B.V.",
        "Sanne|Joris|Femke|Maarten|Lieke|Bram|Anouk|Sjoerd|Willemijn|Daan|Roos|Thijs",
        "van der Berg|de Vries|Jansen|Hoekstra|van Dijk|Kuipers|Bakker|ten Brink|Mulder|Dekker|Verhoeven|Postma",
        "Utrecht|Groningen|Eindhoven|Haarlem|Zwolle|Delft",
    ),
    _culture(
        "pt BR {} Ltda.",
        "Beatriz|Thiago|Mariana|Rafael|Letícia|João|Gabriela|Caio|Fernanda|Anderson|Conceição|Luís",
        "Oliveira|Nascimento|dos Santos|Albuquerque|Figueiredo|Magalhães|Teixeira|Cavalcanti|Guimarães|Ribeiro|Araújo",
        "Curitiba|Recife|Campinas|Salvador|Goiânia|Florianópolis",
    ),
    _culture(
        "en SE {} AB",
        "Linnéa|Björn|Ebba|Åke|Saga|Göran|Tuva|Örjan|Maja|Henrik|Elsa|Viktor",
        "Lindqvist|Åkesson|Bergström|Sjögren|Öberg|Nyström|Hägglund|Ekman|Wallin|Sandström",
        "Malmö|Umeå|Örebro|Uppsala|Visby|Kiruna",
    ),
    _culture(
        "en IS {} ehf.",
        "Guðrún|Þórður|Sigríður|Ólafur|Hrafnhildur|Ægir|Kristín|Björgvin",
        "Jónsdóttir|Þorsteinsson|Sigurðardóttir|Einarsson|Magnúsdóttir|Guðmundsson",
        "Akureyri|Reykjavík|Ísafjörður",
    ),
    _culture(
        "en PL {} Sp. z o.o.",
        "Agnieszka|Łukasz|Małgorzata|Grzegorz|Zofia|Wojciech|Katarzyna|Paweł|Bożena|Michał|Żaneta|Krzysztof",
        "Wiśniewska|Kowalczyk|Wójcik|Dąbrowska|Szymański|Łuczak|Ślusarczyk|Żukowska|Jabłońska|Pawlak|Sikora",
        "Gdańsk|Kraków|Poznań|Łódź|Wrocław|Lublin",
    ),
    _culture(
        "en TR {} A.Ş.",
        "Ayşe|Mehmet|Zeynep|Çağlar|Elif|İbrahim|Gülşen|Emre|Şebnem|Ömer|Işıl|Kaan",
        "Yılmaz|Öztürk|Çelik|Şahin|Aydın|Doğan|Güneş|Kılıç|Erdoğmuş|Korkmaz",
        "İzmir|Bursa|Eskişehir|Antalya|Trabzon",
    ),
    _culture(
        "en IN {} Pvt. Ltd.",
        "Ananya|Rohan|Lakshmi|Arjun|Meera|Sanjay|Divya|Vikram|Kavitha|Imran|Harpreet|Suresh",
        "Iyer|Chatterjee|Reddy|Kapoor|Deshmukh|Nair|Banerjee|Gill|Qureshi|Venkataraman|Joshi|Patel",
        "Pune|Chennai|Kolkata|Jaipur|Kochi|Hyderabad",
    ),
    _culture(
        "en NG {} Ltd",
        "Chiamaka|Oluwaseun|Ngozi|Emeka|Folake|Ibrahim|Adaeze|Babatunde|Zainab|Chukwuemeka|Yetunde|Musa",
        "Okafor|Adeyemi|Eze|Balogun|Nwosu|Danjuma|Okonkwo|Afolabi|Bello|Uzoma",
        "Lagos|Ibadan|Enugu|Kano|Abuja|Port Harcourt",
    ),
    _culture(
        "en AE {} LLC",
        "Fatima|Omar|Layla|Yusuf|Noor|Khalid|Mariam|Hassan|Salma|Tariq|Huda|Faisal",
        "Al-Zahrani|Haddad|El-Sayed|Mansour|Al Maktari|Khoury|Nasser|Bin Rashid|Saleh|Darwish",
        "Dubai|Sharjah|Ajman|Al Ain",
    ),
    _culture(
        "en VN Công ty {}",
        "Thị Lan=lan|Văn Minh=minh|Ngọc Anh=anh|Quốc Huy=huy|Thanh Hà=ha|Đức Long=long|Thùy Dung=dung|Hữu Phước=phuoc",
        "Nguyễn|Trần|Phạm|Huỳnh|Đặng|Võ|Bùi|Đỗ",
        "Đà Nẵng|Huế|Cần Thơ|Hải Phòng",
        family_first=True,
    ),
    _culture(
        "en JP 株式会社{}",
        "花子=hanako|太郎=taro|美咲=misaki|健一=kenichi|さくら=sakura|翔太=shota|由美子=yumiko|直樹=naoki",
        "佐藤=sato|鈴木=suzuki|高橋=takahashi|田中=tanaka|渡辺=watanabe|山本=yamamoto|小林=kobayashi|吉田=yoshida",
        "大阪|名古屋|札幌|福岡",
        family_first=True,
    ),
    _culture(
        "en CN {} Co., Ltd.",
        "伟=wei|秀英=xiuying|建国=jianguo|静=jing|晓明=xiaoming|丽华=lihua|子轩=zixuan|雨桐=yutong",
        "王=wang|李=li|张=zhang|刘=liu|陈=chen|杨=yang|赵=zhao|黄=huang|周=zhou|吴=wu",
        "Suzhou|Chengdu|Xiamen|Ningbo",
        family_first=True,
        joint="",
    ),
    _culture(
        "en KR {} Co., Ltd.",
        "민준=minjun|서연=seoyeon|지훈=jihoon|하은=haeun|도윤=doyun|수빈=subin|예진=yejin|현우=hyunwoo",
        "김=kim|이=lee|박=park|최=choi|정=jung|강=kang|조=cho|윤=yoon",
        "Busan|Daegu|Incheon|Daejeon",
        family_first=True,
        joint="",
    ),
    _culture(
        "en GR {} A.E.",
        "Ελένη=eleni|Γιώργος=giorgos|Σοφία=sofia|Νίκος=nikos|Μαρία=maria|Δημήτρης=dimitris|Κατερίνα=katerina",
        "Παπαδοπούλου=papadopoulou|Γεωργίου=georgiou|Δημητρίου=dimitriou|Αλεξίου=alexiou|Νικολαΐδης=nikolaidis",
        "Πάτρα|Βόλος|Ηράκλειο",
    ),
)
WEIGHTS = (14, 11, 14, 11, 9, 7, 8, 6, 5, 1, 5, 3, 6, 4, 3, 2, 3, 3, 2, 2)
"""How many of each culture are met, in proportion."""
