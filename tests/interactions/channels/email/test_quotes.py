"""Fresh text, quotes and signatures, above, below and between, in many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.interactions.channels.email.quotes import split_text


def test_split_text_without_quotes_is_all_fresh() -> None:
    assert split_text("Hello\n\nTom") == ("Hello\n\nTom", "", "")


@pytest.mark.parametrize(
    "intro",
    [
        "On Mon, 1 Mar 2021 at 08:00, Anna <a@a.example> wrote:",
        "On Mon, 1 Mar 2021 at 08:00, Anna Berger\n<a@a.example> wrote:",
        "Am 01.03.21 um 08:00 schrieb Anna Berger:",
        "Le lun. 1 mars 2021 à 08:00, Anna a écrit :",
        "El lun, 1 mar 2021 a las 8:00, Anna escribió:",
        "Il giorno lun 1 mar 2021 alle ore 08:00 Anna ha scritto:",
        "Op ma 1 mrt. 2021 om 08:00 schreef Anna:",
        "Den mån 1 mars 2021 kl 08:00 skrev Anna:",
        "pon., 1 mar 2021 o 08:00 Anna napisał(a):",
        "1 марта 2021 г., 08:00, Анна написал(а):",
        "2021年3月1日(月) 8:00 Anna <a@a.example>:",
        "在 2021年3月1日，08:00，Anna 写道：",
    ],
)
def test_split_text_answer_above_the_quote(intro: str) -> None:
    assert split_text(f"Yes, gladly.\n\n{intro}\n\n> Can you come?\n>\n> Anna\n") == (
        "Yes, gladly.",
        f"{intro}\n\n> Can you come?\n>\n> Anna",
        "",
    )


def test_split_text_answer_below_the_quote() -> None:
    text = "On 1 March 2021, Anna wrote:\n> Can you come?\n\nYes.\n\n-- \nTom"
    assert split_text(text) == (
        "Yes.",
        "On 1 March 2021, Anna wrote:\n> Can you come?",
        "-- \nTom".replace(" \n", "\n"),
    )


def test_split_text_answers_between_the_quotes() -> None:
    text = "Anna wrote on 1/3:\n> When?\n\nMonday.\n\n> Where?\n\nHere."
    fresh, quoted, signature = split_text(text)
    assert fresh == "Monday.\n\nHere."
    assert quoted == "Anna wrote on 1/3:\n> When?\n> Where?"
    assert signature == ""


@pytest.mark.parametrize(
    "header",
    [
        "-----Original Message-----\nFrom: Anna\nSent: Monday\nTo: Tom\nSubject: x\n\nCan you come?",
        "-----Ursprüngliche Nachricht-----\nVon: Anna\nGesendet: Montag\nAn: Tom\nBetreff: x\n\nKannst du?",
        "________________________________\nFrom: Anna\nSent: Monday\nTo: Tom\nSubject: x\n\nCan you come?",
        "From: Anna\nSent: Monday\nTo: Tom\nSubject: x\n\nCan you come?",
        "*Von:* Anna\n*Gesendet:* Montag\n*An:* Tom\n\nKannst du?",
        "De : Anna\nEnvoyé : lundi\nÀ : Tom\nObjet : x\n\nTu viens ?",
        "发件人: Anna\n发送时间: 2021\n收件人: Tom\n主题: x\n\n来吗",
        "---------- Forwarded message ---------\nFrom: Anna\nDate: Monday\n\nCan you come?",
    ],
)
def test_split_text_everything_after_an_outlook_header_is_quoted(header: str) -> None:
    assert split_text(f"Yes.\n\n{header}\n\nAnna") == ("Yes.", f"{header}\n\nAnna", "")


@pytest.mark.parametrize(
    "text",
    [
        "Please note:\nwe are closed.",
        "From: the team\nwith love",
        "The list:\n- one\n- two",
        "I wrote:\nnothing",
        "On Monday we meet. It was decided at 10:00:\nno more.",
        "a -- b\n--\n",
        "Name: Tom\nTown: Bern\nTel: 1",
    ],
)
def test_split_text_prose_with_colons_is_fresh(text: str) -> None:
    assert split_text(text).quoted == ""
    assert split_text(text).signature == ""


@pytest.mark.parametrize(
    "signature",
    [
        "--\nTom\nHughes & Daughter",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "发自我的iPhone",
        "_______________________________________________\nteam mailing list\nhttps://lists.example/team",
    ],
)
def test_split_text_signature_ends_before_the_quote(signature: str) -> None:
    quote = "On 1 March 2021, Anna wrote:\n> Hello"
    assert split_text(f"Yes.\n\n{signature}\n\n{quote}") == ("Yes.", quote, signature)
    assert split_text(f"Yes.\n\n{signature}") == ("Yes.", "", signature)


@given(
    st.lists(
        st.sampled_from(["Hello", "> quoted", "", "-- ", "On 1 May, Tom wrote:", "From: a", "To: b", "Sent: c"]),
        max_size=14,
    )
)
def test_split_text_loses_no_line(lines: list[str]) -> None:
    pieces = split_text("\n".join(lines))
    found = [line for piece in pieces for line in piece.split("\n") if line]
    assert sorted(found) == sorted(line.rstrip() for line in lines if line)


def test_split_text_long_text_takes_linear_time() -> None:
    for line in ("> ", "a:", "From: x", "", "-- ", "On 1"):
        split_text("\n".join([line] * 20_000))
