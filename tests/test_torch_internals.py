"""What is lost without one private name of torch: one feature, said once, and nothing else."""

import importlib
import pkgutil
import subprocess
import sys
import tomllib
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from autograd_viz.tracing import lookup, torch_internals

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("autograd_viz", "jejak")


class Hiding:
    """Stands for something that lacks one name."""

    def __init__(self, real, name):
        self.real, self.name = real, name

    def __call__(self):
        return Hiding(self.real(), self.name)

    def __getattr__(self, name):
        if name == self.name:
            raise AttributeError(name)
        return getattr(self.real, name)


@contextmanager
def torch_without(path):
    """The packages, imported anew from a torch that lacks the name at `path`."""
    holder, _, name = path.rpartition(".")
    find = pkgutil.resolve_name
    kept = {key: module for key, module in sys.modules.items() if key.split(".")[0] in PACKAGES}
    for key in kept:
        del sys.modules[key]
    with pytest.MonkeyPatch.context() as patch:
        fake = {holder.removesuffix("()"): name}
        patch.setattr(pkgutil, "resolve_name", lambda at: Hiding(find(at), fake[at]) if at in fake else find(at))
        try:
            yield importlib.import_module
        finally:
            for key in [key for key in sys.modules if key.split(".")[0] in PACKAGES]:
                del sys.modules[key]
            sys.modules.update(kept)


class Functions(TorchFunctionMode):
    seen = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.seen += 1
        return func(*args, **(kwargs or {}))


class Operations(TorchDispatchMode):
    seen = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.seen += 1
        return func(*args, **(kwargs or {}))


class Keep(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        a.detach().exp()
        with torch.no_grad():
            return (a * b).clone().mul_(1)

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        return grad * b, grad * a


class Again(torch.autograd.Function):
    """Whose backward runs another over the graph that it belongs to."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * 3

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        with torch.enable_grad():
            x.sum().backward(retain_graph=True)
        return grad * 3


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 2)
        self.own = nn.Parameter(torch.ones(2))
        self.register_buffer("shift", torch.ones(2))

    def forward(self, x):
        return self.inner(x) * self.own * self.shift


def leaf(*numbers):
    return torch.tensor(numbers, requires_grad=True)


def drawing(module):
    """What a drawing tells."""
    trace = module("autograd_viz.tracing.trace").trace
    model = Net()
    x = torch.ones(1, 2)
    out = model(x)
    model_names = sorted(node.name for node in trace(out, names={"model": model}).nodes if node.name)
    w, n = leaf(1.0, 2.0), torch.tensor([3.0])
    y = (w * n).exp()
    graph = trace(y, values=True, names={"w": w, "n": n})
    yield "shapes", [node.shapes for node in graph.nodes if node.op]
    yield "values", [node.value and node.value.numbers for node in graph.nodes if node.role != "constant"]
    yield "saved", [(node.op, item.name, item.state) for node in graph.nodes for item in node.saved]
    yield "constants", [node.role for node in graph.nodes].count("constant")
    yield "parameters", [name for name in model_names if "own" in name]
    yield "children", [name for name in model_names if "inner" in name]
    yield "buffers", [name for name in model_names if "shift" in name]
    square = torch.ones(2, 2)
    viewed = trace(leaf(1.0, 2.0) @ square.T, names={"square": square})
    yield "view", [node.name for node in viewed.nodes if node.role == "constant"]
    with Functions() as functions:
        trace(y, values=True)
    yield "function mode", functions.seen
    with Operations() as operations:
        trace(y, values=True)
    yield "dispatch mode", operations.seen
    yield "transformed", refused(trace)
    a, b = leaf(1.0).clone(), leaf(2.0).clone()
    kept = Keep.apply(a, b)
    yield "saved list", [item.name for item in trace(kept).nodes[-1].saved]
    b.detach().add_(1)
    yield "changed", [item.state for item in trace(kept).nodes[-1].saved]
    c = w.exp()
    node = c.grad_fn
    c.add_(1)
    yield "changed alone", [item.state for item in trace(node).nodes[-1].saved]
    product = torch.ones(2, 2) @ torch.ones(2, 3, requires_grad=True)
    product.sum().backward()
    yield "freed", [item.shape for item in trace(product).nodes[-1].saved]


def refused(trace):
    told = []

    def function(x):
        try:
            trace(x * 2)
        except ValueError as error:
            told.append("torch.func" in str(error))
        return x * 2

    torch.func.grad(function)(torch.tensor(1.0))
    return told


def recording(module):
    """What a recording tells."""
    record = module("autograd_viz.capturing.record").record
    model, x, w = Net(), torch.ones(1, 2), leaf(1.0, 2.0)
    with record() as run:
        h = model(x)
        y = Keep.apply(h.sum(0), w)
        number = y.sum().item()
        with torch.no_grad():
            w[0].mul_(2)
        loss = (y * h.detach()).sum() * number
        z = loss.exp()
        torch.autograd.grad(z, loss, retain_graph=True)
        w = w.clone()
        loss = loss + (w * w.detach()).sum()
    del z
    steps = run.steps
    forward = [step for step in steps if step.kind == "forward"]
    yield "forward", [[value and value.shape for value in step.values] for step in forward]
    yield "forward values", [[value and value.numbers is not None for value in step.values] for step in forward]
    yield "backward", [step.kind for step in steps if step.kind in ("backward", "gradient", "end")]
    cuts = [step.how for step in steps if step.kind == "cut"]
    yield "detach", [how for how in cuts if how == "detach"]
    yield "item", [how for how in cuts if how == "item"]
    yield "no_grad", [how for how in cuts if how == "no_grad"]
    yield "in place", [step.operation for step in steps if step.kind == "inplace"]
    forward_ad = torch.autograd.forward_ad
    with record() as run, forward_ad.dual_level():
        forward_ad.make_dual(leaf(3.0), torch.ones(1)) * 2
    yield "tangents", [one is not None for step in run.steps if step.kind == "forward" for one in step.tangents]
    yield "places", [run.line(step) for step in forward]
    yield "gradient", loss.item()
    with record() as run:
        Again.apply(leaf(1.0) * 2).sum().backward()
    with record() as packed:
        with torch.autograd.graph.saved_tensors_hooks(lambda saved: saved * 1, lambda saved: saved):
            w = w * w
    yield "pack hook", [step.kind for step in packed.steps].count("cut")
    with warnings.catch_warnings(), record() as faked, FakeTensorMode():
        warnings.filterwarnings("ignore", message="Rekaman ini tidak lengkap")
        torch.ones(3, requires_grad=True) * 2
    yield "stand-ins", [one.kind for one in faked.missing]
    yield "backward in backward", [step.kind for step in run.steps].count("gradient")
    with record() as run:
        torch.utils.checkpoint.checkpoint(torch.sin, leaf(1.0), use_reentrant=False).backward()
    yield "recomputed", [step.kind for step in run.steps].count("recompute")
    with record() as run:
        nn.utils.clip_grad_norm_(leaf(1.0), 1.0)
    yield "clipping", len(run.data.circumstances.observations)


def judging(module):
    """What the checks see of an answer."""
    engine, snapshot = module("jejak.watch.engine"), module("jejak.watch.snapshot")
    wrong = module("jejak.verdict").Wrong
    x = leaf(1.0)

    def change(name):
        things = {"x": leaf(1.0), "m": nn.Linear(1, 1)}
        before = snapshot.Snapshot(things)
        hook = {
            "tensor hook": lambda: things["x"].register_hook(lambda grad: grad),
            "leaf hook": lambda: things["x"].register_post_accumulate_grad_hook(lambda tensor: None),
            "forward hook": lambda: things["m"].register_forward_hook(lambda *args: None),
            "pre-forward hook": lambda: things["m"].register_forward_pre_hook(lambda *args: None),
            "backward hook": lambda: things["m"].register_full_backward_hook(lambda *args: None),
        }[name]()
        try:
            before.check()
            return "unseen"
        except wrong:
            return "seen"
        finally:
            hook.remove()

    for name in ("tensor hook", "leaf hook", "forward hook", "pre-forward hook", "backward hook"):
        yield name, change(name)
    state = module("jejak.watch.state")
    options = state.read()
    torch.set_printoptions(precision=9)
    yield "print options", state.changed(options)
    torch.set_printoptions(profile="default")
    with engine.counting_autograd() as calls:
        (x * x).backward()
    yield "counted", calls
    try:
        with engine.without_autograd():
            (x * x).backward()
        yield "refused", False
    except wrong:
        yield "refused", True
    reverse = module("jejak.tasks.balik_gradien")
    for name, answer in (("other function", lambda x, s: Keep.apply(x, x)), ("own function", right_reverse)):
        try:
            reverse.used(Given({"Reverse": Reverse, "reverse": answer}))
            yield name, "passed"
        except wrong:
            yield name, "wrong"


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -ctx.strength * grad, None


def right_reverse(x, strength):
    return Reverse.apply(x, strength)


class Given(dict):
    def call(self, name, *args):
        return self[name](*args)


def facts(module):
    torch.manual_seed(0)
    return {name: fact for part in (drawing, recording, judging) for name, fact in part(module)}


@pytest.fixture(scope="module")
def whole():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return facts(importlib.import_module)


SAVED = {"saved", "saved list", "constants", "buffers", "view", "changed", "changed alone", "freed"}
FORWARD = {"forward", "forward values", "places", "item", "no_grad", "in place", "stand-ins", "tangents"}
LOST = {  # without this name → what is no longer told
    "torch._C.DisableTorchFunction": {"function mode"},
    "torch.utils._python_dispatch._disable_current_modes": {"dispatch mode"},
    "torch._C._DisableTorchDispatch": {"forward values"},
    "torch._C._has_storage": {"values", "forward values"},
    "torch._C._functorch.is_functorch_wrapped_tensor": {"transformed"},
    "torch.Tensor._version": {"changed"},
    "torch.Tensor._base": {"view"},
    "torch.Tensor._is_view": {"view"},
    "torch.Tensor._backward_hooks": {"tensor hook"},
    "torch.Tensor._post_accumulate_grad_hooks": {"leaf hook"},
    "torch.Tensor._grad": set(),
    "torch._subclasses": set(),
    "torch._guards.TracingContext.try_get": {"stand-ins"},
    "torch._C._functions.AccumulateGrad._input_metadata": {"shapes"},
    "torch._C._functions.AccumulateGrad._sequence_nr": set(),
    "torch.autograd.Function._backward_cls._forward_cls": {"other function"},
    "torch._C._functions.MmBackward0._raw_saved_self": SAVED,
    "torch._C._functions.MmBackward0._saved_self": SAVED,
    "torch._C._autograd.SavedTensor.unpack_hook": SAVED,
    "torch._C._autograd.SavedTensor.data": SAVED,
    "torch._C._FunctionBase._raw_saved_tensors": {"saved list", "changed"},
    "torch._C._autograd._unsafe_set_version_counter": {"changed"},
    "torch._C._functions.MmBackward0._saved_self_sym_sizes": {"freed"},
    "torch.nn.Module()._parameters": {"parameters", "children"},
    "torch.nn.Module()._buffers": {"buffers"},
    "torch.nn.Module()._modules": {"children"},
    "torch.utils._python_dispatch.TorchDispatchMode": FORWARD,
    "torch.utils._python_dispatch._get_current_dispatch_mode": set(),
    "torch.utils._python_dispatch._pop_mode": set(),
    "torch.ops.aten.detach.default._schema": FORWARD,
    "torch.ops.aten._local_scalar_dense.default": {"item"},
    "torch.nn.Module._call_impl.__code__": set(),
    "torch.utils._device.DeviceContext.__torch_function__.__code__": set(),
    "torch.autograd._engine_run_backward": {
        "backward", "backward in backward", "detach", "no_grad", "in place", "recomputed",
    },
    "torch._C._current_graph_task_id": {"backward in backward"},
    "torch._C._autograd._top_saved_tensors_default_hooks": {"pack hook"},
    "torch._C._is_fwd_grad_enabled": {"detach", "no_grad", "in place"},
    "torch.nn.utils.clip_grad._clip_grads_with_norm_": {"clipping"},
    "torch.autograd.variable.Variable._execution_engine": {"counted", "refused"},
    "torch._tensor_str.PRINT_OPTS": {"print options"},
    "torch.utils.checkpoint._checkpoint_hook": {"recomputed"},
    "torch.utils.checkpoint._recomputation_hook": {"recomputed"},
    "torch.autograd.forward_ad._current_level": {"tangents"},
    "torch._C._ForceDispatchKeyGuard": {"tangents"},
    "torch._C._dispatch_tls_local_include_set": {"tangents"},
    "torch._C._dispatch_tls_local_exclude_set": {"tangents"},
}  # fmt: skip


def test_this_torch_has_every_name():
    assert torch_internals.missing() == ()
    assert [row.path for row in torch_internals.internals()] == list(LOST)


@pytest.mark.parametrize(("path", "lost"), LOST.items(), ids=LOST)
def test_without_a_name_one_feature_is_off_and_says_so(path, lost, whole):
    with torch_without(path) as module, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", RuntimeWarning)
        found = facts(module)
        absent = module("autograd_viz.tracing.torch_internals").missing()
    assert {name for name in whole if found[name] != whole[name]} == lost
    messages = [str(one.message) for one in told if str(one.message).startswith("torch ")]
    assert [row.path for row in absent] == ([path] if lost else [])
    assert len(messages) == bool(lost), messages
    for row, message in zip(absent, messages, strict=True):
        assert f"`{path}`" in message and row.lost in message and torch.__version__ in message


def test_the_sentences_are_sentences():
    for row in torch_internals.internals():
        assert not row.lost or (row.lost[0].isupper() and row.lost.endswith(".")), row


@pytest.mark.parametrize("version", ["2.9.1", "2.9.1+cu128", "1.13.0"])
def test_too_old_a_torch_is_refused_with_the_way_out(version):
    with pytest.raises(ImportError) as error:
        lookup.check_version(version)
    assert version in str(error.value) and "torch 2.10" in str(error.value) and "pip install" in str(error.value)


@pytest.mark.parametrize("version", ["2.10.0", "2.13.0+cpu", "2.14.1+cu130", "3.0.0", "2.15.0a0+git1234567", "unknown"])
def test_other_versions_are_let_in(version):
    lookup.check_version(version)


def test_the_packages_refuse_an_old_torch_when_imported():
    code = "import torch; torch.__version__ = '2.9.1'; import autograd_viz"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith("ImportError: Paket ini membutuhkan torch 2.10")


def test_oldest_version_is_the_one_that_is_stated():
    stated = ".".join(map(str, lookup.OLDEST))
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"torch>={stated}" in about["dependencies"]
    assert f"torch {stated}" in (ROOT / "README.md").read_text(encoding="utf-8")
