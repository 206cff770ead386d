"""Memadatkan teks menjadi teks (LZ77): bagian yang berulang ditulis sebagai jarak dan panjangnya."""

from __future__ import annotations

from functools import cache

MARK = "~"  # a repetition follows: two digits of its distance, one of its length; doubled it stands for itself
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./:;=?@[]^_{|}"
LEAST = 5  # a shorter repetition would save nothing
_TRIED = 200  # earlier places looked at; more of them find hardly anything longer


@cache
def pack(text: str) -> str:
    """Teks `text` yang dipadatkan; `unpack` dan `static/unpack.js` mengembalikannya.

    Galat: ValueError bila ada huruf yang di JavaScript dihitung dua.

    >>> pack("gradien gradien gradien"), unpack(pack("gradien gradien gradien"))
    ('gradien ~08a', 'gradien gradien gradien')
    """
    if any(ord(letter) > 0xFFFF for letter in text):
        raise ValueError("Teks ini memuat huruf yang di JavaScript dihitung dua, jadi tidak dapat dipadatkan.")
    base, at = len(DIGITS), 0
    places: dict[str, list[int]] = {}
    out: list[str] = []
    while at < len(text):
        length, distance = 0, 0
        for start in reversed(places.get(text[at : at + LEAST], ())[-_TRIED:]):
            if at - start >= base * base:
                break
            found = LEAST
            while found < LEAST + base - 1 and at + found < len(text) and text[start + found] == text[at + found]:
                found += 1
            if found > length:
                length, distance = found, at - start
        if length:
            out.append(MARK + DIGITS[distance // base] + DIGITS[distance % base] + DIGITS[length - LEAST])
        else:
            out.append(MARK * 2 if text[at] == MARK else text[at])
        for start in range(at, at + max(length, 1)):
            places.setdefault(text[start : start + LEAST], []).append(start)
        at += max(length, 1)
    return "".join(out)


def unpack(packed: str) -> str:
    """Teks asal dari `pack`.

    >>> unpack("a~~b")
    'a~b'
    """
    out: list[str] = []
    at = 0
    while at < len(packed):
        if packed[at] != MARK:
            out.append(packed[at])
            at += 1
        elif packed[at + 1] == MARK:
            out.append(MARK)
            at += 2
        else:
            far, near, length = (DIGITS.index(digit) for digit in packed[at + 1 : at + 4])
            start = len(out) - far * len(DIGITS) - near
            for place in range(start, start + length + LEAST):
                out.append(out[place])
            at += 4
    return "".join(out)
