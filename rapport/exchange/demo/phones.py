"""Telephone numbers at which nobody is called.

Set apart for stories: 020 7946 0000 to 0999 (Ofcom), 030 23125 000 to 999 (Bundesnetzagentur), 01 99 00 00 00 to
99 99 (Arcep), 08-465 004 00 to 99 (PTS), 555 01 00 to 99 (NANPA), (02) 5550 0000 to 9999 (ACMA). When they are used
up, numbers of the network +883 5100, which is in no country and connects nobody any more.
"""

AREA_CODES = (212, 303, 312, 404, 410, 503, 512, 520, 602, 612, 617, 702, 713, 808, 901, 912)


def phone(country: str, number: int) -> str:
    """The number-th telephone, different for each number below 100 million. Valid by libphonenumber."""
    if number < 1_000 and country == "DE":
        return f"+49 30 23125{number:03}"
    if number < 1_000 and country == "GB":
        return f"+44 20 7946 0{number:03}"
    if number < 10_000 and country == "FR":
        return f"+33 1 99 00 {number // 100:02} {number % 100:02}"
    if number < 100 and country == "SE":
        return f"+46 8 465 004 {number:02}"
    if number < 1_600 and country in ("US", "BR", "IN"):
        return f"+1 {AREA_CODES[number // 100]}-555-01{number % 100:02}"
    if number < 10_000:
        return f"+61 2 5550 {number:04}"
    digits = f"0{number:08}"
    return f"+883 510 {digits[:3]} {digits[3:6]} {digits[6:]}"
