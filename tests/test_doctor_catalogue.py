"""The catalogue of errors: its loader refuses what is malformed, and its first entries are found by their messages."""

import pytest

from autograd_viz.doctor.catalogue import WORDS, catalogue, fill, load, match
from tools.twins import ROOT

WHOLE = """
[[error]]
id = "satu"
family = "keluarga"
title = "Judul"
happened = "Terjadi."
types = ["ValueError"]
pattern = 'pesan \\d+'
lesson = "07_retain_graph"
mark = "node"
reproducer = 'raise ValueError("pesan 3")'

[[error.cause]]
id = "sebab"
say = "Sebab {tensor}."
mend = "{tensor} = 1"
cured = "tensor = 1"
"""
BROKEN = {
    "not toml": (WHOLE + "\n[[", "bukan TOML"),
    "no title": (WHOLE.replace('title = "Judul"\n', ""), "title kosong"),
    "no cause": (WHOLE.partition("[[error.cause]]")[0], "cause kosong"),
    "unknown field": (WHOLE + "lain = 'x'\n", "lain tidak dikenal"),
    "unknown mark": (WHOLE.replace('"node"', '"merah"'), "mark = 'merah'"),
    "bad pattern": (WHOLE.replace("pesan \\d+", "pesan ("), "pattern bukan pola"),
    "types no list": (WHOLE.replace('["ValueError"]', '"ValueError"'), "types harus daftar"),
    "met no list": (WHOLE + "met = '07 · Galat'", "met harus daftar"),
    "id no kebab": (WHOLE.replace('"sebab"', '"Sebab 1"'), "huruf kecil dan tanda hubung"),
    "cause a table": (WHOLE.replace("[[error.cause]]", "[error.cause]"), "[[error.cause]]"),
    "number for text": (WHOLE.replace('"Judul"', "3"), "title harus teks"),
    "id twice": (WHOLE + WHOLE, "satu dipakai lebih dari sekali"),
}


def test_a_whole_entry_is_read():
    (entry,) = load(WHOLE)
    assert entry.causes[0].program == entry.reproducer == 'raise ValueError("pesan 3")'
    assert entry.matches(ValueError("pesan 12")) and not entry.matches(ValueError("pesan"))
    assert not entry.matches(RuntimeError("pesan 12"))
    assert entry.message == "pesan d+" and entry.causes[0].brief == "" and entry.causes[0].met == ()
    assert entry.matches(UnicodeDecodeError("pesan 12", b"", 0, 1, "")), "a subclass counts"


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_malformed_entry_says_where_and_what(text, said):
    with pytest.raises(ValueError) as caught:
        load(text)
    assert said in str(caught.value)


def test_words_of_the_program_take_the_place_of_names():
    assert fill("{tensor}.f({lain}, {loss})", {"tensor": "h"}) == "h.f({lain}, loss)"
    assert all(fill(f"{{{word}}}", {}) == usual for word, usual in WORDS.items())


def test_lessons_of_the_catalogue_exist():
    known = {path.stem for path in (ROOT / "notebooks").glob("*.md")}
    assert {entry.lesson for entry in catalogue()} - known == set()


def test_an_unknown_message_has_no_entry():
    assert match(RuntimeError("something else")) is None
