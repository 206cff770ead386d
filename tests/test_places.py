"""Every mend of the catalogue says its place in the program, and carried out to the letter it cures the program."""

import ast
import re
import warnings
from typing import NamedTuple

import pytest
import torch

from autograd_viz.doctor.catalogue import catalogue, match
from autograd_viz.doctor.diagnose import ToldCause, diagnose
from tests.doctor_cases import run
from tests.error_programs import every_warning
from tests.test_doctor_followed import followed

PLACE = re.compile(r"^#.*\bbaris \d+", re.M)
EXAMPLES = {  # what only the author of a program can write: the card shows how, and says at which line
    "tanpa-grad-fn/argmax", "gradien-bentuk-function/bentuk-masukan", "function-tanpa-backward/backward-belum-ditulis",
    "function-jvp/jvp-belum-ditulis", "custom-op-tanpa-turunan/daftarkan-turunan", "dual-bersarang/susun-jvp",
    "function-tanpa-setup-context/ctx-di-forward", "gradcheck-meleset/rumus-keliru", "svd-fase/besaran-tetap",
    "norma-tak-hingga/cari-asal", "parameter-belum-ada/maju-sekali", "scaler-tanpa-gradien/dua-optimizer",
    "scaler-tanpa-gradien/optimizer-keliru", "ddp-belum-dimulai/mulai-kelompok", "turunan-belum-ada/turunan-sendiri",
}  # fmt: skip
OTHERS_MEND = {  # its own program shows this cause along with another, which the card tells
    "keluaran-bukan-skalar/tanpa-vektor", "view-daun-in-place/mengganti-di-hitungan",
    "gradien-bentuk-function/lupa-menjumlahkan-siaran",
}  # fmt: skip
IN_WORDS = {"unscale-dua-kali/tanpa-update"}  # the end of a block has no line of its own


class Told(NamedTuple):
    """What the card tells of a program, the cause that is the program's own, and the error that is left."""

    causes: tuple[ToldCause, ...]
    own: ToldCause | None
    left: BaseException | None


def quiet(program, strict, name):
    torch.manual_seed(0)
    try:
        with warnings.catch_warnings(), every_warning():
            warnings.simplefilter("error" if strict else "ignore", UserWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            error = run(program, name)
            return error, diagnose(error) if error is not None else None
    finally:
        torch.set_grad_enabled(True)
        torch.set_anomaly_enabled(False)
        torch.use_deterministic_algorithms(False)
        torch.set_default_dtype(torch.float32)


@pytest.fixture(scope="module")
def told():
    found = {}
    for entry in catalogue():
        strict = entry.types == ("UserWarning",)
        for cause in entry.causes:
            name = f"{entry.id}/{cause.id}"
            _, card = quiet(cause.program, strict, "program.py")
            causes = card.causes if card is not None else ()
            own = next((one for one in causes if one.id == cause.id), None)
            left = None
            if own is not None and own.mend and name not in EXAMPLES | IN_WORDS:
                left = quiet(followed(cause.program, own.mend), strict, "mended.py")[0]
            found[name] = Told(causes, own, left)
    return found


def test_every_mend_is_python(told):
    broken = []
    for name, one in told.items():
        for cause in one.causes:
            try:
                ast.parse(cause.mend)
            except SyntaxError:
                broken.append((name, cause.id, cause.mend))
    assert broken == [] and sum(len(one.causes) for one in told.values()) > len(told)


def test_every_mend_says_its_place(told):
    without = {(name, cause.id): cause.mend for name, one in told.items() for cause in one.causes
               if cause.mend and PLACE.search(cause.mend) is None}  # fmt: skip
    assert without == {}


def test_no_place_is_said_twice(told):
    twice = {(name, cause.id): cause.mend for name, one in told.items() for cause in one.causes
             if re.search(r"^(# menggantikan .*)\n\1$", cause.mend, re.MULTILINE)}  # fmt: skip
    assert twice == {}


def test_every_cause_is_told_of_its_own_program(told):
    assert {name for name, one in told.items() if one.own is None} == OTHERS_MEND


def test_a_mend_of_the_programs_own_lines_cures_it_to_the_letter(told):
    again = {}
    for name, one in told.items():
        known = match(one.left) if one.left is not None else None
        if one.left is not None and (known is None or known.id == name.partition("/")[0]):
            again[name] = one.own.mend, one.left
    assert again == {}
    assert sum(bool(one.own and one.own.mend) for one in told.values()) > 200


def test_what_only_the_author_can_write_is_called_an_example(told):
    mended = {name: one.own for name, one in told.items() if one.own is not None and one.own.mend}
    assert {name for name, own in mended.items() if not own.ready} == EXAMPLES
