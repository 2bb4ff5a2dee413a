"""Who we are, which way a message went, whom it makes known."""

import pytest

from rapport.interactions.channels.email.who import (
    Correspondent,
    Ground,
    MessageAddresses,
    Ours,
    correspondents,
    direction,
    infer_us,
    is_ours,
)

US, DOMAINS = frozenset({"ruth@gmail.com"}), frozenset({"tools.example"})


def test_infer_us_from_delivered_to_and_sent_folder() -> None:
    received = MessageAddresses("a@x.example", to=("ruth@tools.example",), delivered_to=("ruth@tools.example",))
    sent = MessageAddresses("paul@tools.example", to=("a@x.example",), folder="mail/Gesendet")
    found = infer_us([received, received, sent])
    assert found.addresses == (
        Ours("ruth@tools.example", 2, (Ground("delivered", 2),)),
        Ours("paul@tools.example", 1, (Ground("sent", 1),)),
    )
    assert found.domains == (Ours("tools.example", 3, (Ground("addresses", 2),)),)


def test_infer_us_most_constant_participant_where_nothing_else_tells() -> None:
    messages = [MessageAddresses(f"{i}@x{i}.example", to=("ruth@tools.example",)) for i in range(4)]
    assert [ours.name for ours in infer_us(messages).addresses] == ["ruth@tools.example"]
    assert infer_us(messages).addresses[0].grounds == (Ground("present", 4, 4),)


def test_infer_us_public_provider_is_no_domain_of_ours() -> None:
    found = infer_us([MessageAddresses("a@x.example", to=("ruth@gmail.com",), delivered_to=("ruth@gmail.com",))])
    assert [ours.name for ours in found.addresses] == ["ruth@gmail.com"]
    assert found.domains == ()


def test_infer_us_stray_delivered_to_and_bulk_do_not_count() -> None:
    normal = MessageAddresses("a@x.example", to=("ruth@tools.example",), delivered_to=("ruth@tools.example",))
    stray = MessageAddresses("a@x.example", to=("l@lists.example",), delivered_to=("l@lists.example",))
    bulk = MessageAddresses("news@n.example", to=("ruth@tools.example",), automatic=True)
    found = infer_us([normal] * 9 + [stray] + [bulk] * 90)
    assert [ours.name for ours in found.addresses] == ["ruth@tools.example"]


def test_infer_us_most_constant_domain_where_no_address_stands_out() -> None:
    colleagues = ("ruth", "paul", "nora")
    messages = [MessageAddresses(f"{i}@gmail.com", to=(f"{colleagues[i % 3]}@tools.example",)) for i in range(6)]
    assert infer_us(messages) == ((), (Ours("tools.example", 6, (Ground("present", 6, 6),)),))


def test_infer_us_nothing_to_go_by() -> None:
    assert infer_us([]) == ((), ())
    assert infer_us([MessageAddresses("a@x.example", to=("b@y.example",)), MessageAddresses("c@z.example")]) == ((), ())


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("ruth@gmail.com", True),
        ("anna@gmail.com", False),
        ("x@tools.example", True),
        ("x@mail.tools.example", True),
        ("x@nottools.example", False),
        ("x@example", False),
    ],
)
def test_is_ours(address: str, ours: bool) -> None:
    assert is_ours(address, US, DOMAINS) is ours


@pytest.mark.parametrize(
    ("sender", "recipients", "expected"),
    [
        ("a@x.example", ["ruth@gmail.com"], "in"),
        ("ruth@gmail.com", ["a@x.example"], "out"),
        ("ruth@gmail.com", ["p@tools.example"], "internal"),
        ("ruth@gmail.com", ["p@tools.example", "a@x.example"], "out"),
        ("ruth@gmail.com", [], "out"),
        ("a@x.example", ["b@y.example"], "observed"),
        ("a@x.example", [], "observed"),
        (None, ["ruth@gmail.com"], "in"),
    ],
)
def test_direction(sender: str | None, recipients: list[str], expected: str) -> None:
    assert direction(sender, recipients, US, DOMAINS) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            MessageAddresses("a@x.example", to=("ruth@gmail.com",), cc=("c@x.example",)),
            [("a@x.example", "from")],
        ),
        (MessageAddresses("a@x.example", cc=("ruth@gmail.com",)), [("a@x.example", "from")]),
        (
            MessageAddresses("ruth@gmail.com", to=("a@x.example", "p@tools.example"), cc=("c@x.example",)),
            [("a@x.example", "to")],
        ),
        (MessageAddresses("ruth@gmail.com", to=("p@tools.example",)), []),
        (MessageAddresses("a@x.example", to=("b@y.example",)), []),
        (MessageAddresses("a@x.example", delivered_to=("ruth@gmail.com",)), [("a@x.example", "from")]),
        (MessageAddresses("news@x.example", to=("ruth@gmail.com",), automatic=True), []),
    ],
)
def test_correspondents(message: MessageAddresses, expected: list[tuple[str, str]]) -> None:
    assert correspondents(message, US, DOMAINS) == tuple(Correspondent(*pair) for pair in expected)  # type: ignore[arg-type]
