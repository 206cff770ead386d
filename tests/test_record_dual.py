"""Forward mode recorded: tangents are torch's own, its formulas are no operations of the user, and the film tells."""

import warnings

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.autograd import forward_ad

from autograd_viz import draw, play, record

WEIGHT = torch.linspace(-1, 1, 9).reshape(3, 3).requires_grad_()
VELOCITY = torch.tensor([1.0, 10.0, -2.0])
LAYERS = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


class Square(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, g):
        return g * 2 * ctx.saved_tensors[0]

    @staticmethod
    def jvp(ctx, tangent):
        return 2 * ctx.saved_tensors[0] * tangent


def overwritten(x):
    y = x * 2
    y.mul_(x)
    return y + 1


def repeated(x):
    for _ in range(3):
        x = x * x
    return x


PROGRAMS = {
    "product": lambda x: x * x.sin(),
    "number": lambda x: torch.exp(-x / 10) + 2 * x,
    "other side": lambda x: 1 - 1 / x,
    "matrix": lambda x: WEIGHT @ x,
    "weights": lambda x: (WEIGHT * WEIGHT).sum() * x,
    "layers": LAYERS,
    "softmax": lambda x: x.softmax(0),
    "loss": lambda x: F.cross_entropy(x[None], torch.tensor([1])),
    "cat": lambda x: torch.cat([x, x * 2]),
    "unbind": lambda x: x.unbind()[0] * x.unbind()[1],
    "pieces": lambda x: x[0] * x[1] + x[2],
    "in place": overwritten,
    "loop": repeated,
    "kink": lambda x: x.clamp(min=0) + x.relu(),
    "broadcast": lambda x: (x.view(3, 1) * x).sum(0),
    "function": lambda x: Square.apply(x) * 3,
    "detached": lambda x: x.detach() * x,
    "einsum": lambda x: torch.einsum("i,ij->j", x, WEIGHT),
}
programs = pytest.mark.parametrize("name", PROGRAMS)


def moved(program):
    x = torch.tensor([0.5, -1.5, 2.0], requires_grad=True)
    with forward_ad.dual_level():
        result, tangent = forward_ad.unpack_dual(program(forward_ad.make_dual(x, VELOCITY)))
    return result.detach(), tangent.detach()


def watched(program):
    x = torch.tensor([0.5, -1.5, 2.0], requires_grad=True)
    with record() as run, forward_ad.dual_level():
        result, tangent = forward_ad.unpack_dual(program(forward_ad.make_dual(x, VELOCITY)))
    return run, result.detach(), tangent.detach()


@programs
def test_the_program_computes_the_same_bits(name):
    program = PROGRAMS[name]
    _, *got = watched(program)
    for mine, bare in zip(got, moved(program), strict=True):
        assert torch.equal(mine, bare)


@programs
def test_the_tangent_shown_is_the_one_of_torch(name):
    program = PROGRAMS[name]
    run, _, tangent = watched(program)
    last = [step for step in run.steps if step.kind == "forward"][-1]
    assert last.tangents[0].numbers == pytest.approx(tangent.flatten().tolist())
    assert run.graph.nodes[last.node].tangent == last.tangents[0]
    assert run.missing == ()


@programs
def test_formulas_of_tangents_are_no_operations_of_the_user(name):
    """The same operations as without forward mode, each once."""
    program = PROGRAMS[name]
    run, *_ = watched(program)
    x = torch.tensor([0.5, -1.5, 2.0], requires_grad=True)
    with record() as plain:
        program(x * 1)
    ops = [step.node for step in run.steps if step.kind in ("forward", "inplace")]
    bare = [step.node for step in plain.steps if step.kind in ("forward", "inplace")]
    assert [run.graph.nodes[one].op for one in ops[1:]] == [plain.graph.nodes[one].op for one in bare[1:]]
    assert run.graph.nodes[ops[0]].op == "make_dual"
    assert len(run.graph.nodes) == len(plain.graph.nodes) - 1, "1 is a constant of the other program"


def kite():
    length, angle = torch.tensor(50.0, requires_grad=True), torch.tensor(0.5, requires_grad=True)
    with record() as run, forward_ad.dual_level():
        r = forward_ad.make_dual(length, torch.tensor(2.0))
        a = forward_ad.make_dual(angle, torch.tensor(0.1))
        height = r * a.sin()
        print(forward_ad.unpack_dual(height).tangent.item())
    return run


def test_the_sentence_names_local_derivative_times_tangent_and_the_sum():
    said = str(play(kite())).splitlines()
    assert "r = make_dual(length) = 50. Ia membawa tangen 2, laju yang Anda pilih." in said[1]
    assert "Turunan lokal terhadap a: cos a = cos 0.5 = 0.8776. Tangennya: 0.8776 × 0.1 = 0.0878." in said[4]
    assert "Dua tangen bertemu dan dijumlahkan: 0.4794 × 2 + 50 × 0.0878 = 0.9589 + 4.388 = 5.347." in said[5]
    assert len(said) == 6


def test_a_factor_that_does_not_give_the_tangent_is_not_claimed():
    run, *_ = watched(lambda x: x.softmax(0))
    said = str(play(run)).splitlines()[-1]
    assert "Tangen yang tiba, [1, 10, −2], diteruskan menjadi" in said and "Turunan lokal" not in said


def test_a_negative_tangent_stands_in_brackets():
    run, *_ = watched(lambda x: x[2] * x[2])
    assert "2 × (−2) + 2 × (−2) = −4 + (−4) = −8" in str(play(run)).splitlines()[-1]


def test_cards_show_value_and_tangent():
    run = kite()
    assert "nilai 23.97 · tangen 5.347" in draw(run).text
    assert ">tangen 5.347<" in draw(run).svg
    page = repr(play(run)._repr_mimebundle_())
    assert "tangen 5.347" in page and "nilai 23.97" in page


def test_what_needs_no_gradient_is_told():
    with pytest.warns(RuntimeWarning, match="1 operasi mode maju bekerja pada tensor tanpa requires_grad"):
        with record() as run, forward_ad.dual_level():
            x = forward_ad.make_dual(torch.tensor(3.0), torch.tensor(2.0))
            y = x * x
            assert forward_ad.unpack_dual(y).tangent.item() == 12.0
    assert [one.kind for one in run.missing] == ["dual"] and run.steps == ()


@pytest.mark.parametrize("grad", [True, False])
def test_jvp_of_torch_func_is_told_at_its_place(grad):
    x = torch.tensor(3.0, requires_grad=grad)
    with pytest.warns(RuntimeWarning, match="1 perjalanan maju di dalam torch.func"):
        with record() as run:
            value, tangent = torch.func.jvp(lambda t: torch.sin(t * t), (x,), (torch.tensor(1.0),))
    bare = torch.func.jvp(lambda t: torch.sin(t * t), (x,), (torch.tensor(1.0),))
    assert torch.equal(value, bare[0]) and torch.equal(tangent, bare[1])
    assert [step.kind for step in run.steps if step.kind != "leaf"] == ["unseen"]
    assert "Untuk melihatnya pakai forward_ad.make_dual" in str(play(run))


def test_a_recording_goes_on_after_forward_mode():
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        with forward_ad.dual_level():
            forward_ad.make_dual(x, torch.tensor(1.0)) * 2
        y = x * x
        y.backward()
    assert x.grad.item() == 6.0 and run.missing == ()
    last = [step for step in run.steps if step.kind == "forward"][-1]
    assert last.name == "y" and last.tangents == ()


def test_tangents_of_two_levels_are_told_apart():
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        for speed in (1.0, 10.0):
            with forward_ad.dual_level():
                y = forward_ad.make_dual(x, torch.tensor(speed)) ** 2
                del y
    tangents = [step.tangents[0].numbers for step in run.steps if step.kind == "forward"]
    assert tangents == [(1.0,), (6.0,), (10.0,), (60.0,)]


def test_a_tangent_of_zeros_that_torch_does_not_hold_is_shown():
    run, _, tangent = watched(lambda x: torch.zeros_like(x) * x.detach() + x * 0)
    last = [step for step in run.steps if step.kind == "forward"][-1]
    assert last.tangents[0].numbers == (0.0, 0.0, 0.0) == tuple(tangent.tolist())


def test_nothing_of_torch_stays_changed():
    before = forward_ad.make_dual, forward_ad.exit_dual_level
    kite()
    assert (forward_ad.make_dual, forward_ad.exit_dual_level) == before


def test_without_forward_mode_nothing_mentions_it():
    x = torch.tensor(3.0, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with record() as run:
            (x * x).backward()
    assert all(node.tangent is None for node in run.graph.nodes)
    assert "tangen" not in draw(run).text + str(play(run))
