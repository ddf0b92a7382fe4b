"""Barcodes that carry a check digit; pure."""

GTIN_LENGTHS = (8, 12, 13, 14)


def check_digit(digits: str) -> str:
    """The last digit of a GTIN, from all digits before it.

    From the right the digits weigh 3, 1, 3, 1 …; the check digit fills their sum up to the next ten
    (GS1 General Specifications, section 7.9).
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_mistyped(code: str) -> bool:
    """Whether a code that looks like an EAN-8, UPC-A, EAN-13 or GTIN-14 has a wrong check digit."""
    return code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS and check_digit(code[:-1]) != code[-1]
