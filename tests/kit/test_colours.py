"""Colours that can be read, whatever somebody chooses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from rapport.kit.colours import AA, contrast, is_colour, mixed
from rapport.web.branding import DARK_GROUNDS, LIGHT_GROUNDS, tokens

COLOURS = some.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_what_wcag_says() -> None:
    assert round(contrast("#ffffff", "#000000"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert [is_colour(text) for text in ("#1f5f5b", "#1F5F5B", "1f5f5b", "#fff", "#1f5f5b;", "red")] == [
        True,
        *[False] * 5,
    ]


@given(COLOURS)
def test_any_accent_is_readable_by_day_and_by_night(accent: str) -> None:
    found = tokens(accent)
    for side, grounds in enumerate((LIGHT_GROUNDS, DARK_GROUNDS)):
        text, soft, ink = (found[name][side] for name in ("--accent", "--accent-soft", "--on-accent"))
        assert all(contrast(text, ground) >= AA for ground in (*grounds, soft, ink))
        assert contrast(found["--accent-strong"][side], ink) >= AA
