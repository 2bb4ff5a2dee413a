import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.names import PersonName, looks_like_organization, parse_name


def parsed(text: str) -> PersonName:
    name = parse_name(text)
    assert name is not None
    return name


@pytest.mark.parametrize(
    ("text", "given_name", "family", "display"),
    [
        ("Ann Okafor", "Ann", "Okafor", "Ann Okafor"),
        ("Okafor, Ann", "Ann", "Okafor", "Ann Okafor"),
        ('"Okafor, Ann"', "Ann", "Okafor", "Ann Okafor"),
        ("Okafor, Ann (Lagos)", "Ann", "Okafor", "Ann Okafor"),
        ("Ann Okafor via DocuSign", "Ann", "Okafor", "Ann Okafor"),
        ("JOHN SMITH", "John", "Smith", "John Smith"),
        ("john mcdonald", "John", "McDonald", "John McDonald"),
        ("O'BRIEN, MARY-ANN", "Mary-Ann", "O'Brien", "Mary-Ann O'Brien"),
        ("DUPONT Jean", "Jean", "Dupont", "Jean Dupont"),
        ("DE LA CRUZ Maria", "Maria", "de la Cruz", "Maria de la Cruz"),
        ("jan VAN DER BERG", "Jan", "van der Berg", "Jan van der Berg"),
        ("ANN", "Ann", "", "Ann"),
        ("JP Morgan", "JP", "Morgan", "JP Morgan"),
        ("J. R. SMITH", "J.", "Smith", "J. R. Smith"),
        ("Ann Okafor - Acme", "Ann", "Okafor", "Ann Okafor"),
        ("Ann Okafor | Acme", "Ann", "Okafor", "Ann Okafor"),
        ("Mary Smith-Jones", "Mary", "Smith-Jones", "Mary Smith-Jones"),
        ("Jean DUPONT", "Jean", "Dupont", "Jean Dupont"),
        ("van der Berg, Jan", "Jan", "van der Berg", "Jan van der Berg"),
        ("Jan van der Berg", "Jan", "van der Berg", "Jan van der Berg"),
        ("Osama bin Laden", "Osama", "bin Laden", "Osama bin Laden"),
        ("Ali al-Hassan", "Ali", "al-Hassan", "Ali al-Hassan"),
        ("Gabriel García Márquez", "Gabriel", "García Márquez", "Gabriel García Márquez"),
        ("García Márquez, Gabriel", "Gabriel", "García Márquez", "Gabriel García Márquez"),
        ("Nguyễn Văn An", "An", "Nguyễn", "Nguyễn Văn An"),
        ("Nguyen Van An", "An", "Nguyen", "Nguyen Van An"),
        ("LÊ THỊ HOA", "Hoa", "Lê", "Lê Thị Hoa"),
        ("An Nguyen", "An", "Nguyen", "An Nguyen"),
        ("Le Clézio", "Le", "Clézio", "Le Clézio"),
        ("李小龙", "小龙", "李", "李小龙"),
        ("欧阳修", "修", "欧阳", "欧阳修"),
        ("山田太郎", "", "山田太郎", "山田太郎"),
        ("山田 太郎", "太郎", "山田", "山田 太郎"),
        ("김영희", "영희", "김", "김영희"),
        ("Nagy János", "Nagy", "János", "Nagy János"),
        ("محمد علي", "محمد", "علي", "محمد علي"),
        ("Jane", "Jane", "", "Jane"),
        ("jane", "Jane", "", "Jane"),
        ("Mr. Smith", "", "Smith", "Mr. Smith"),
        ("J. R. R. Tolkien", "J.", "Tolkien", "J. R. R. Tolkien"),
    ],
)
def test_given_and_family_name(text: str, given_name: str, family: str, display: str) -> None:
    name = parsed(text)
    assert (name.given, name.family, name.display) == (given_name, family, display)


def test_all_parts() -> None:
    name = parsed('Dr. Robert "Bob" Lee Jones Jr.')
    assert name == PersonName("Robert", "Jones", "Lee", "Dr.", "Jr.", "Bob", "Robert Lee Jones Jr.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "12345",
        "info@example.com",
        "'jane@example.com'",
        "Acme Ltd.",
        "Okafor Logistics",
        "Smith & Sons",
        "Müller GmbH & Co. KG",
        "Support",
        "Acme Support Team",
        "Newsletter",
        "no-reply bot",
        "Studio 54",
        "Dr.",
        "\x00",
    ],
)
def test_what_names_no_person(text: str) -> None:
    assert parse_name(text) is None


def test_a_person_may_be_called_like_a_legal_form() -> None:
    assert not looks_like_organization("Ag Berg")
    assert looks_like_organization("Acme S.A.")


@pytest.mark.parametrize(
    ("text", "sort_key", "initials"),
    [
        ("José Álvarez", "alvarez jose", "JÁ"),
        ("Nguyễn Văn An", "nguyen an van", "NA"),
        ("李小龙", "李 小龙", "李"),
        ("Jane", "jane", "J"),
        ("Jan van der Berg", "van der berg jan", "JB"),
    ],
)
def test_sort_key_and_initials(text: str, sort_key: str, initials: str) -> None:
    name = parsed(text)
    assert (name.sort_key, name.initials) == (sort_key, initials)


@given(st.text(max_size=60) | st.text("abcÄÖ ,.()\"'李김van@", max_size=30))
def test_any_text_has_a_name_or_none(text: str) -> None:
    name = parse_name(text)
    assert name is None or name.display
