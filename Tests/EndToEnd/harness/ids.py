"""The forms of one identifier, computed from its UUID as a client of each vendor sees it."""

import uuid

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(text):
    """All 128 bits in 22 digits."""
    number, digits = uuid.UUID(text).int, ""
    for _ in range(22):
        number, rest = divmod(number, 62)
        digits = ALPHABET[rest] + digits
    return digits


def from_base62(digits):
    number = 0
    for digit in digits:
        number = number * 62 + ALPHABET.index(digit)
    return str(uuid.UUID(int=number))


def prefix24(text):
    """Wexa's `_id`."""
    return uuid.UUID(text).hex[:24]
