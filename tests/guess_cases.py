"""Guesses as they are typed, with the result they are held against: one table for the cell and for the box."""

import math

import torch

from jejak.guesses import Guess

HINT = Guess("Ingat aturan rantai.")
WHY = Guess(
    "Lihat masukannya.",
    {"a": "Satu sudah cukup.", "b": "Harus semua.", "c": "Yang pertama."},
    "a",
    {"b": "Coba satu saja.", "c": "Tukar urutannya."},
)
CUBE = torch.tensor([2.0, 4.0, 6.0])
GRID = torch.tensor([[1.0, 2.0], [3.0, 4.0]])

# What was typed, the result, and the heading that both must give.
RIGHT, WRONG, BLANK, UNREAD, ASKED = "Tepat", "Belum tepat", "Belum ditebak", "Belum terbaca", "Dan alasannya"
CASES = [
    ("24", 24.0, RIGHT), ("24.0", torch.tensor(24.0), RIGHT), ("24.", 24.0, RIGHT), ("[24]", torch.tensor(24.0), RIGHT),
    ("24", torch.tensor([24.0]), RIGHT), ("((24))", 24.0, RIGHT), (" 24 ", 24.0, RIGHT), ("24,", 24.0, RIGHT),
    ("25", 24.0, WRONG), ("-24", 24.0, WRONG), ("0.333", 1 / 3, RIGHT), ("0.33", 1 / 3, WRONG), ("1/3", 1 / 3, RIGHT),
    (".333", 1 / 3, RIGHT), ("0.25 ** 5", 0.25**5, RIGHT), ("0.000977", 0.25**5, RIGHT), ("0.001", 0.25**5, WRONG),
    ("-1 / 8", -0.125, RIGHT), ("-2 ** 2", -4, RIGHT), ("2 ** -1", 0.5, RIGHT), ("2 + 3 * 4", 14, RIGHT),
    ("(2 + 3) * 4", 20, RIGHT), ("10 - 3 - 2", 5, RIGHT), ("1e3", 1000.0, RIGHT), ("1e-3", 0.001, RIGHT),
    ("3", 3, RIGHT), ("3.0", 3, RIGHT), ("2.999", 3, WRONG), ("6 / 2", 3, RIGHT), ("0", 0.0, RIGHT), ("0", 1e-4, WRONG),
    ("1024", 1024.4, RIGHT), ("1026", 1024.4, WRONG), ("5", math.inf, WRONG), ("5", math.nan, WRONG),
    ("True", 1.0, WRONG), ('"24"', 24.0, WRONG), ("None", 24.0, WRONG), ("[1, 2]", 24.0, WRONG), ("...", 24.0, BLANK),
    ("24, 0", 24.0, UNREAD), ("24,5", torch.tensor(24.5), UNREAD), ("(24, 0)", 24.0, UNREAD), ("1, 2", (1, 2), RIGHT),
    ("[2,0, 4,0, 6,0]", CUBE, UNREAD), ("2,0, 4,0, 6,0", CUBE, UNREAD), ("(1, 0, 2, 0)", [1.0, 2.0], UNREAD),
    ("24, -1", 24.0, WRONG), ("[True, False, True, False]", [True, False], WRONG),
    ("[1, 0, 1, 0]", [True, False], WRONG),
    ("[2, 4, 6]", CUBE, RIGHT), ("(2, 4, 6)", CUBE, RIGHT), ("2, 4, 6", CUBE, RIGHT), ("[2, 4, 7]", CUBE, WRONG),
    ("[2, 4]", CUBE, WRONG), ("[[2, 4, 6]]", CUBE, WRONG), ("[[2], [4, 6]]", CUBE, WRONG), ("[]", CUBE, WRONG),
    ("[2, ..., 6]", CUBE, BLANK), ('["dua", 4, 6]', CUBE, WRONG), ("8", CUBE, WRONG),
    ("[True, True, True]", CUBE, WRONG),
    ("[[1, 2], [3, 4]]", GRID, RIGHT), ("[[1, 2], [3, 5]]", GRID, WRONG), ("[1, 2, 3, 4]", GRID, WRONG),
    ("[1, 0]", torch.tensor([True, False]), WRONG), ("[True, False]", torch.tensor([True, False]), RIGHT),
    ("[1, 2]", torch.tensor([1, 2]), RIGHT), ("[1, 2.001]", torch.tensor([1, 2]), WRONG),
    ("True", True, RIGHT), ("False", True, WRONG), ("1", True, WRONG), ("[True]", True, RIGHT), ('"True"', True, WRONG),
    ("[True, False]", [True, False], RIGHT), ("[True, True]", [True, False], WRONG), ("[True]", [True, False], WRONG),
    ("True", [True, False], WRONG), ("(2, 3)", torch.zeros(2, 3).shape, RIGHT), ("[2, 3]", (2, 3), RIGHT),
    ("(5,)", (5,), RIGHT), ("5", (5,), WRONG), ("(3, 2)", (2, 3), WRONG), ("(5, 4, 4)", (5, 4, 4), RIGHT),
    ("RuntimeError", RuntimeError, RIGHT), ('"RuntimeError"', RuntimeError, RIGHT), ("Exception", RuntimeError, WRONG),
    ("ValueError", RuntimeError, WRONG), ("None", RuntimeError, WRONG), ("3", RuntimeError, WRONG),
    ('"Exception"', RuntimeError, WRONG), ("BaseException", RuntimeError("x"), WRONG),
    ("RuntimeError", 24.0, WRONG), ("RuntimeError", CUBE, WRONG), ('"RuntimeError"', CUBE, WRONG),
    ("RuntimeError", True, WRONG), ("ValueError", None, WRONG), ("RuntimeError", [True, False], WRONG),
    ("RuntimeError", "pow", WRONG), ("RuntimeError", (5,), WRONG), ("Exception", 3, WRONG),
    ("None", None, RIGHT), ("0", None, WRONG), ("[None, 1.5]", [None, 1.5], RIGHT),
    ('"pow"', "pow", RIGHT), ("' POW '", "pow", RIGHT), ('"sqrt"', "pow", WRONG), ("3", "pow", WRONG),
    ('"RuntimeError"', "pow", WRONG),
]  # fmt: skip
WHY_CASES = [
    ('True, "a"', True, RIGHT), ('(True, "a")', True, RIGHT), ('[True, "a"]', True, RIGHT), ('True, "b"', True, WRONG),
    ('True, "c"', True, WRONG), ('False, "b"', True, WRONG), ('False, "a"', True, WRONG), ("True", True, ASKED),
    ("False", True, ASKED), ('True, "z"', True, ASKED), ("True, 3", True, ASKED), ("...", True, BLANK),
    ('True, ...', True, BLANK), ("3", True, WRONG), ('True, "a", 3', True, WRONG), ('"a"', True, WRONG),
    ("RuntimeError", True, WRONG), ('False, "a"', False, RIGHT), ("None", True, WRONG), ("[]", True, WRONG),
    ("True,", True, ASKED),
]  # fmt: skip
ALL = [(*case, HINT) for case in CASES] + [(*case, WHY) for case in WHY_CASES]

# What only the box understands, and what it cannot: there Python itself would have complained.
BOX_ONLY = [
    ("1,05", 1.05, HINT, UNREAD, "`1.05`"), ("-0,5", -0.5, HINT, UNREAD, "`-0.5`"), ("−3", -3, HINT, RIGHT, ""),
    ("–3", -3, HINT, RIGHT, ""),
    ("True a", True, WHY, RIGHT, ""), ("True, a", True, WHY, RIGHT, ""), ("", 3, HINT, UNREAD, "Kotak ini membaca"),
    ("torch.log(2)", 3, HINT, UNREAD, "Kotak ini membaca"), ("[1, 2", CUBE, HINT, UNREAD, "Kotak ini membaca"),
    ("1 2", 3, HINT, UNREAD, "Kotak ini membaca"), ("3 +", 3, HINT, UNREAD, "Kotak ini membaca"),
    ("tiga", 3, HINT, UNREAD, "Kotak ini membaca"), ("05", 5, HINT, UNREAD, "Kotak ini membaca"),
    ("1.2.3", 3, HINT, UNREAD, "Kotak ini membaca"), ('"a" * 3', 3, HINT, UNREAD, "Kotak ini membaca"),
    (")", 3, HINT, UNREAD, "Kotak ini membaca"), ("</script>", 3, HINT, UNREAD, "Kotak ini membaca"),
]  # fmt: skip
