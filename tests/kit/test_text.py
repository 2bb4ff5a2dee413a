import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.text import clean_line, fold, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("José Álvarez", "jose alvarez"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Søren Kierkegård", "soren kierkegard"),
        ("Đặng Thị Hồng", "dang thi hong"),
        ("Ægir Þórðarson", "aegir thordarson"),
        ("Œuvre", "oeuvre"),
        ("Işık İnan", "isik inan"),
        ("O'Brien & Söhne, Ltd.", "obrien sohne ltd"),
        ("O’Brien", "obrien"),
        ("Jean-Luc  \t Godard\n", "jean luc godard"),
        ("snake_case", "snake case"),
        ("jane@example.com", "jane example com"),
        ("ﬁne №5", "fine no5"),
        ("ＡＢＣ", "abc"),
        ("Ελλάς", "ελλασ"),
        ("Ёлка Київ", "елка киів"),
        ("山田　太郎", "山田 太郎"),
        ("ガギグ", "ガギグ"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("김영희", "김영희"),
        ("مُحَمَّد", "محمد"),
        ("محمـــد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),
        ("ที่นี่", "ที่นี่"),
        ("soft\u00adhyphen", "softhyphen"),
        ("❤️ 🎉", ""),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_words_are_the_folded_words_in_order() -> None:
    assert words("  Ana-María  LÓPEZ, S.A. ") == ["ana", "maria", "lopez", "s", "a"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folded_words_are_single_spaced(text: str) -> None:
    assert " ".join(fold(text).split()) == fold(text)


@given(st.text(alphabet="abcxyzABCXYZ 'éÉ-_."))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@pytest.mark.parametrize(
    ("given_text", "line"),
    [
        ("  two\r\n\tlines ", "two lines"),
        ("nul\x00 bell\x07", "nul bell"),
        ("half \ud83d pair", "half pair"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("no\u00a0break", "no break"),
        ("", ""),
    ],
)
def test_clean_line(given_text: str, line: str) -> None:
    assert clean_line(given_text, 100) == line


def test_clean_line_cuts_without_leaving_a_space() -> None:
    assert clean_line("one two three", 4) == "one"
    assert clean_line("one two three", 5) == "one t"


@given(st.text(st.characters()), st.integers(0, 50))
def test_a_clean_line_can_be_stored(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert line.encode().decode() == line
    assert line == " ".join(line.split())
    assert not any(ord(one) < 32 or ord(one) == 127 for one in line)
