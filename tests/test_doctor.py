"""The doctor tells the cause, the line and the mend, on programs that it has never seen."""

import ast
import re

import pytest
import torch

from autograd_viz import explain
from autograd_viz.doctor.catalogue import catalogue
from autograd_viz.doctor.diagnose import DETECTORS, ONLY_PROVEN, diagnose
from tests.doctor_cases import CASES, newcomers, run

ALL = {**newcomers(), **CASES}
FAMILIES = ("backward-kedua", "tanpa-grad-fn", "diubah-in-place")


@pytest.fixture(autouse=True)
def recording_stays_on():
    """Some of the programs switch it off, and their errors are read before it is on again."""
    yield
    torch.set_grad_enabled(True)


def code_of(mend):
    """The lines of a mend that are to be written, without what only shows where they belong."""
    lines = [line.partition("  #")[0].strip() for line in mend.splitlines()]
    return [line for line in lines if line and not line.startswith("#") and line != "..."]


MADE_BY_HAND = {  # the mend shows how; where it goes, and what else changes, the reader decides
    "argmax in a forward", "second of torch.max", "gradient of what is unused", "values kept by a trainer",
    "cleared before it is read", "pemula_beku_semua", "pemula_gambar_adversarial",
    "no_grad above a function", "grad mode left off by a helper", "a hook before an activation in place",
}  # fmt: skip


RAISED_BEFORE_A_GRAPH = {"a frozen base made for inference", "a hook before an activation in place"}


def squeezed(line):
    return re.sub(r"\s+", "", line).replace("'", '"')


@pytest.mark.parametrize("name", ALL)
def test_cause_line_and_mend(name):
    case = ALL[name]
    found = diagnose(run(case.source))
    first = found.causes[0]
    assert (found.entry.id, first.id, found.unread) == (case.entry, case.cause, "")
    assert first.evidence, "evidence from the program itself"
    assert case.line in [spot.text for spot in found.spots]
    assert f"baris {case.source[: case.source.index(case.line)].count(chr(10)) + 1}" in " ".join(
        spot.where for spot in found.spots
    )
    assert run(case.cured) is None, "the mend cures"
    assert all(ast.parse(cause.mend) for cause in found.causes), "every mend is Python"
    lines = code_of(first.mend)
    assert lines or name in MADE_BY_HAND
    written = {squeezed(line) for line in case.cured.splitlines()}
    assert name in MADE_BY_HAND or [line for line in lines if squeezed(line) not in written] == []
    assert found.entry.mark == "none" or name in RAISED_BEFORE_A_GRAPH or "▶" in found.drawing.text


PROGRAMS = {
    f"{entry.id}/{cause.id}": (entry, cause)
    for entry in catalogue() if entry.id in FAMILIES for cause in entry.causes
}  # fmt: skip


@pytest.mark.parametrize(("entry", "cause"), PROGRAMS.values(), ids=PROGRAMS)
def test_causes_of_one_message_are_told_apart(entry, cause):
    first = diagnose(run(cause.program)).causes[0]
    assert (first.id, bool(first.evidence)) == (cause.id, True)


def test_detectors_belong_to_the_catalogue():
    known = {entry.id for entry in catalogue()}
    assert set(DETECTORS) | set(ONLY_PROVEN) <= known


@pytest.mark.parametrize(
    "source",
    [
        "kosong = None\nprint(2.0 * kosong)",
        "kosong = None\nkosong.zero_()",
        "import torch\nw = torch.ones(1)\nn = None\nw * 2.0 * n",
    ],
)
def test_python_errors_that_have_nothing_to_do_with_gradients_get_no_card(source):
    assert diagnose(run(source)) is None
    assert "tidak ada di katalog" in str(explain(run(source)))


def test_what_is_not_proven_is_not_called_certain():
    found = diagnose(run("import torch\ntorch.ones(2, requires_grad=True).numpy()"))
    assert not found.causes[0].proven and not found.causes[0].evidence
    assert "Sebab yang mungkin" in explain(run("import torch\ntorch.ones(2, requires_grad=True).numpy()")).text


def test_without_source_the_card_still_comes():
    code = compile("import torch\nx = torch.ones(2, requires_grad=True)\ny = x.exp().sum()\n"
                   "y.backward()\ny.backward()", "<tanpa sumber>", "exec")  # fmt: skip
    with pytest.raises(RuntimeError) as caught:
        exec(code, {"__name__": "lain"})
    card = explain(caught.value)
    assert card.diagnosis.entry.id == "backward-kedua" and card.diagnosis.drawing is not None


def test_twice_the_same_error_gives_twice_the_same_card():
    source = CASES["two optimizers"].source.replace("import torch\n", "import torch\ntorch.manual_seed(0)\n", 1)
    one, two = explain(run(source)), explain(run(source))
    assert one.text == two.text
    assert one._repr_mimebundle_() == two._repr_mimebundle_()


def test_hostile_text_is_escaped():
    source = "import torch\nx = torch.ones(2, requires_grad=True)\ny = x.exp()\n" \
             "y += 1 if '<script>alert(1)</script>' else 2\ny.sum().backward()"  # fmt: skip
    html = explain(run(source))._repr_mimebundle_()["text/html"]
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_a_users_object_that_raises_does_not_stop_the_card():
    source = (
        "import torch\nclass Jahat:\n    __dict__ = property(lambda self: 1 / 0)\n    def __getattr__(self, name):\n"
        "        raise ValueError(name)\n    def __eq__(self, other):\n        raise ValueError\n    __hash__ = None\n"
        "jahat = [Jahat()]\nx = torch.ones(2, requires_grad=True)\nloss = x.exp().sum()\nloss.backward()\n"
        "loss.backward()"
    )
    assert diagnose(run(source)).causes[0].id == "dua-kali"


def test_anomaly_mode_and_a_recording_tell_the_line_where_names_do_not():
    source = """
import torch
from autograd_viz import record
def langkah(x):
    for _ in range(2):
        x = 2 * x.sigmoid()
        x = x.sigmoid()
    return x
def lain(x):
    return x.sigmoid()
x = torch.ones(2, requires_grad=True)
with WATCH as run:
    hasil = [langkah(x)]
hasil[0].mul_(2)
hasil[0].sum().backward()
"""
    bare = diagnose(run(source.replace("WATCH", "__import__('contextlib').nullcontext()")))
    for watch in ("record()", "torch.autograd.set_detect_anomaly(True)"):
        found = diagnose(run(source.replace("WATCH", watch)))
        assert "x = x.sigmoid()" in [spot.text for spot in found.spots], watch
    assert "x = x.sigmoid()" not in [spot.text for spot in bare.spots], "else this test shows nothing"


def test_unscaling_twice_is_read_where_nothing_steps():
    error = run(
        "import torch\nw = torch.nn.Parameter(torch.ones(1))\nopt = torch.optim.SGD([w], lr=0.1)\n"
        "scaler = torch.amp.GradScaler('cpu')\nscaler.scale((w**2).sum()).backward()\n"
        "scaler.unscale_(opt)\nscaler.unscale_(opt)\n"
    )
    found = explain(error).diagnosis
    assert (found.entry.id, found.unread) == ("unscale-dua-kali", "")
