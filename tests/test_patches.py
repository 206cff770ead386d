"""Patches of the catalogue: what a pattern fits, what it becomes, and the place that the card names."""

import ast

import pytest

from autograd_viz.doctor.catalogue import catalogue
from autograd_viz.doctor.diagnose import diagnose
from autograd_viz.doctor.patches import filled, read_patch
from autograd_viz.doctor.pattern_match import matched
from tests.doctor_cases import run
from tests.test_doctor_followed import followed

FITS = {  # a pattern, a statement, and what the code below the pattern becomes; None where it does not fit
    "the rest of the arguments": ("- f($x, *$a, k=$v)\n+ g($x, *$a)", "f(1, 2, m=3, k=4)", "g(1, 2, m=3)"),
    "of any module": ("- grad($f)\n+ grad($f, 0)", "torch.func.grad(h)", "torch.func.grad(h, 0)"),
    "of no call": ("- grad($f)\n+ grad($f, 0)", "obj.get().grad(h)", None),
    "one name twice": ("- $x = $x * $k\n+ $x = $x / $k", "a = b * 2", None),
    "a number": ("- return $bilangan\n+ return $bilangan * g", "return x", None),
    "a slip of the pen": ("- def $mirip_forward(*$p):\n+ def forward(*$p):", "def foward(self, x=1): pass",
                          "def forward(self, x=1):"),
    "no slip": ("- def $mirip_forward(*$p):\n+ def forward(*$p):", "def backward(self, x): pass", None),
    "in place": ("+ $t = $t.clone()\n  $t.$m_(*$a)", "t.mul(2)", None),
    "a called lambda": ("- $y.apply_($f)\n+ $y = $f($y)", "y.apply_(lambda a: a ** 2)", "y = y ** 2"),
    "brackets where they are needed": ("- $z.f()\n+ $z.g() ** 2", "(a + b).f()", "(a + b).g() ** 2"),
    "a note": ("- f($x)\n+ g($x)  # dari $x", "f(y)", "g(y)  # dari y"),
    "a missing keyword": ("- f(*$a, k=True)\n+ f(*$a)", "f(1)", None),
    "another value": ("- f(*$a, k=True)\n+ f(*$a)", "f(1, k=1)", None),
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_what_a_pattern_fits(name):
    patch, statement, expected = FITS[name]
    (hunk,) = read_patch(patch)
    node = ast.parse(f"def f():\n    {statement}").body[0].body[0]
    bound = matched(hunk.anchor, node, {}) if hunk.replaced else matched(hunk.anchor.value, node.value, {})
    assert (filled(hunk.below or hunk.above, bound) if bound is not None else None) == expected


@pytest.mark.parametrize("patch", ["+ x = 1", "- x\n- y", "? x", "- x = (", "- $x\n+ y = ("])
def test_a_patch_that_is_none_is_named(patch):
    with pytest.raises(ValueError, match="otong tambalan"):
        read_patch(patch)


PLACES = {  # a program, the beginning of the mend, and what holds when it has been followed to the letter
    "an expression in a long line": ("""
import torch
w = torch.ones(4, requires_grad=True)
hasil = [torch.linalg.qr(a, mode="complete") for a in [w.reshape(4, 1)[:, :1]]]
hasil[0][0].sum().backward()
""", '# menggantikan baris 4:\nhasil = [torch.linalg.qr(a, mode=\'reduced\')', "w.grad is not None"),
    "in another function": ("""
import torch
class Dua(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2
    @staticmethod
    def backward(ctx, g):
        return 2.0
class Tiga(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 3
    @staticmethod
    def backward(ctx, g):
        return 3.0 * g
x = torch.ones(2, requires_grad=True)
Dua.apply(Tiga.apply(x)).sum().backward()
""", "# menggantikan baris 9:\nreturn 2.0 * g", "x.grad.tolist() == [6.0, 6.0]"),
    "into a class": ("""
import torch
class Dua(torch.autograd.Function):
    "Dua kali."
    @staticmethod
    def forward(x):
        return x * 2
    @staticmethod
    def setup_context(ctx, inputs, output):
        pass
    @staticmethod
    def backward(ctx, g):
        return 2 * g
hasil = torch.func.vmap(Dua.apply)(torch.ones(2))
""", "# baris baru, tepat di atas baris 5, `@staticmethod`:\ngenerate_vmap_rule = True",
        "hasil.tolist() == [2.0, 2.0]"),
    "two lines of a program without torch": ("""
from torch import nn
model = nn.Linear(2, 1)
model.weight = model.weight * 0.5
""", "# baris baru, tepat di atas baris 2, `from torch import nn`:\nimport torch\n# menggantikan baris 4:\nwith",
        "model.weight.is_leaf"),
    "two statements in one line": ("""
import torch
with torch.inference_mode():
    x = torch.ones(2)
n = 1; x.requires_grad_(True)
""", "# contoh bagi baris 5, `x.requires_grad_(True)`:\n", ""),
    "one of two": ("""
import torch
a = torch.ones(1).expand(3)
def f(y):
    y += 1
f(a)
""", "# baris baru, tepat di atas baris 5, `y += 1`:\ny = y.clone()", "a.tolist() == [1.0, 1.0, 1.0]"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_the_place_is_the_programs_own(name):
    program, begins, holds = PLACES[name]
    cause = diagnose(run(program)).causes[0]
    assert cause.mend.startswith(begins), cause.mend
    if holds:
        held = {}
        exec(compile(followed(program, cause.mend), "mended.py", "exec"), held)
        assert eval(holds, held)


def test_what_fits_the_program_comes_before_what_is_only_frequent():
    program = "import torch\nw = torch.ones(2, requires_grad=True)\ny = w * 2\ny.sum().backward()\ng = y.grad\n"
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        causes = diagnose(run(program)).causes
    assert [one.id for one in causes][0] == "ingin-gradien-tengah"
    entry = next(entry for entry in catalogue() if entry.id == "grad-bukan-daun")
    assert entry.causes[0].id != "ingin-gradien-tengah"
