"""The one entry point: three outcomes that never mix, foreign code that cannot harm, and what a learner is told."""

import os
import random
import re
import signal
import sys
import threading
import time

import numpy as np
import pytest
import torch

from jejak import judge, latihan
from jejak.catalog import CATALOG
from jejak.desk import NotRight
from jejak.watch import isolation, limits
from jejak.watch.state import SWITCHES
from jejak.watch.stubs import empty_part, is_stub

RIGHT = """
import torch
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        {forward}
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s
    @staticmethod
    def backward(ctx, g):
        {backward}
        s, = ctx.saved_tensors
        return g * s * (1 - s)
def my_sigmoid(x):
    {call}
    return MySigmoid.apply(x)
"""
NOTHING = {"forward": "pass", "backward": "pass", "call": "pass"}


def answer(**lines):
    names = {"__name__": "jawaban"}
    exec(RIGHT.format(**{**NOTHING, **lines}), names)
    return names


def told(**lines):
    verdict = judge("02_sigmoid_kustom", answer(**lines))
    return verdict.status, verdict.check, verdict.message


def advised(**lines):
    verdict = judge("02_sigmoid_kustom", answer(**lines))
    return f"{verdict.message} {verdict.mend}"


@pytest.fixture
def hurry(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_CEK_DETIK", "0.4")


@pytest.fixture
def here(monkeypatch):
    """Judging in this very process, as on Windows."""
    monkeypatch.setattr(isolation, "obstacle", lambda: "di Windows")


@pytest.fixture(params=["apart", "here"])
def both(request):
    """Once in a child process, once in this one."""
    if request.param == "here":
        request.getfixturevalue("here")
    return request.param


apart = pytest.mark.skipif(isolation.obstacle() != "", reason="no child process on this system")


def test_the_untouched_template_is_right():
    assert told()[:2] == ("benar", "")


def test_unknown_latihan_names_all_there_are():
    with pytest.raises(ValueError, match="Latihan '02' tidak ada.*01_gradien_manual.*04_penalti_gradien"):
        judge("02", {})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"MySigmoid": ..., "my_sigmoid": ...},
        {"MySigmoid": None, "my_sigmoid": None},
        {"MySigmoid": type("MySigmoid", (torch.autograd.Function,), {}), "my_sigmoid": lambda x: ...},
        {**answer(), "my_sigmoid": lambda x: None},
    ],
)
def test_what_is_not_written_is_not_wrong(given):
    verdict = judge("02_sigmoid_kustom", given)
    assert verdict.status == "belum dikerjakan"
    assert "Ganti `...` di `" in verdict.message


def test_the_part_that_is_missing_is_named():
    verdict = judge("02_sigmoid_kustom", {**answer(), "my_sigmoid": ...})
    assert verdict.message.startswith("Yang sudah ada (`MySigmoid`) sejauh ini tepat. Ganti `...` di `my_sigmoid`")


def raiser():
    raise NotImplementedError


def raiser_with_reason():
    raise NotImplementedError("nanti")


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: ..., True), (lambda: None, True), (raiser, True), (raiser_with_reason, True),
        (lambda: False, False), (lambda: 3, False), (lambda x: x, False), (list, False), (len, False),
        (torch.sigmoid, False),
    ],
)  # fmt: skip
def test_stubs(function, expected):
    assert is_stub(function) is expected


def test_the_empty_method_of_a_class_is_named():
    class Half(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g): ...

    assert empty_part("Half", Half) == "Half.backward"


def test_forgotten_return_is_wrong():
    assert told(call="MySigmoid.apply(x); return None")[:2] == ("belum tepat", "returns")
    assert "`return`" in advised(call="MySigmoid.apply(x); return None")


def test_own_error_is_shown_with_its_line():
    status, check, message = told(backward="g = g / 0 if False else undefined_name")
    assert (status, check) == ("belum tepat", "error")
    assert "`backward`, baris 12" in message
    assert "`NameError: name 'undefined_name' is not defined`" in message
    assert re.search(r"Yang dijalankan: `my_sigmoid\(tensor \(\d,\) float64\)`", message)


def test_error_line_of_a_notebook_cell_is_quoted():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    main = sys.modules["__main__"]
    try:
        shell = InteractiveShell(user_ns={}, config=Config(HistoryManager={"enabled": False}))
        shell.run_cell(RIGHT.format(**{**NOTHING, "call": "x = x @ x.T @ 'a'"}), silent=True)
        verdict = judge("02_sigmoid_kustom", shell.user_ns)
    finally:
        sys.modules["__main__"] = main
    assert "`my_sigmoid`, baris 15: `x = x @ x.T @ 'a'`" in verdict.message


def test_what_is_asked_for_is_kept_for_the_second_time():
    verdict = judge("02_sigmoid_kustom", answer(call="return torch.sigmoid(x)"))
    assert verdict.message.endswith("Di ujung grafnya ada SigmoidBackward0.")
    assert verdict.mend == "Kembalikan `MySigmoid.apply(x)`."


def test_refusal_of_the_engine_is_told():
    status, check, message = told(backward="return g[:1].expand(3, 3)")
    assert (status, check) == ("belum tepat", "error")
    assert message.startswith("PyTorch berhenti selagi memakai jawaban Anda:") and "invalid gradient" in message


@pytest.mark.parametrize(
    "line",
    [
        "while True: pass",
        "time = __import__('time'); time.sleep(3600)",
        "__import__('threading').Lock().acquire() and __import__('threading').Event().wait()",
        "while True:\n            try: torch.ones(3)\n            except Exception: pass",
        "while True:\n            try: torch.ones(3)\n            except: pass",
    ],
)
@pytest.mark.parametrize("where", ["call", "backward"])
def test_endless_code_ends_with_a_message(hurry, both, line, where):
    if where == "call":
        line = line.replace("\n            ", "\n        ")
    assert told(**{where: line})[:2] == ("belum tepat", "time")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@apart
@pytest.mark.parametrize(
    "line",
    [
        "sum(range(3 * 10**9))",
        "signal = __import__('signal'); signal.signal(signal.SIGINT, signal.SIG_IGN); __import__('time').sleep(3600)",
        "try: __import__('time').sleep(3600)\n    finally: __import__('time').sleep(3600)",
        "r = __import__('re').match('(a+)+$', 'a' * 40 + 'b')",
    ],
)
def test_what_no_interruption_ends_is_killed_and_its_line_is_told(hurry, monkeypatch, line):
    monkeypatch.setenv("AUTOGRAD_CEK_DETIK", "2")  # also where the first call of a process is slow
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "time")
    assert "Terakhir di `my_sigmoid`, baris" in message and "Yang dijalankan: `my_sigmoid(tensor (5,)" in message


@apart
def test_nothing_is_left_running(hurry, tmp_path):
    """Neither the child nor what the answer started in it."""
    beat = tmp_path / "beat"
    told(call=f"__import__('subprocess').Popen(['sh', '-c', 'while :; do date > {beat}; sleep 0.1; done'])\n    while "
              f"True: pass")
    assert beat.exists()
    beat.unlink()
    time.sleep(0.5)
    assert not beat.exists()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@apart
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("__import__('os')._exit(0)", "os._exit"),
        ("__import__('os').kill(__import__('os').getpid(), 11)", "SIGSEGV"),
        ("__import__('ctypes').string_at(0)", "SIGSEGV"),
    ],
)
def test_an_answer_that_ends_its_process_gets_a_verdict(line, word):
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "error")
    assert word in message and "Yang dijalankan: `my_sigmoid(tensor (5,)" in message


def test_code_that_swallows_the_interruption_and_ends_is_told_all_the_same(hurry):
    line = "try: __import__('time').sleep(2)\n    except BaseException: pass"
    assert told(call=line)[:2] == ("belum tepat", "time")


def test_endless_code_ends_in_another_thread_too(hurry, both):
    found = []
    thread = threading.Thread(target=lambda: found.append(told(call="while True: pass")), daemon=True)
    thread.start()
    thread.join(10)
    assert found and found[0][1] == "time"
    assert "belum selesai sesudah 0.4 detik" in found[0][2] and "`my_sigmoid`" in found[0][2]


def test_growing_memory_is_stopped(monkeypatch, both):
    monkeypatch.setattr(limits, "MEMORY", 2**27)
    line = "kept = []\n    while True: kept.append(bytearray(10**6)); __import__('time').sleep(0.002)"
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "memory")
    assert "meminta memori terlalu banyak. Batasnya" in message


@pytest.mark.skipif(limits.resource is None, reason="only Linux refuses a single allocation")
@pytest.mark.parametrize("line", ["x = torch.zeros(10**12)", "x = bytearray(10**12)", "x = torch.ones(2**30)"])
def test_giant_allocation_is_refused(line, both):
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "memory")
    assert "Komputer menolaknya" in message
    assert resource_is_free()


def resource_is_free():
    return limits.resource.getrlimit(limits.resource.RLIMIT_DATA)[0] == limits.resource.RLIM_INFINITY


@apart
def test_ctrl_c_of_the_learner_stops_the_check():
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        told(call="while True: pass")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert told()[0] == "benar"


def test_ctrl_c_stops_a_check_in_this_process_too(here):
    with pytest.raises(KeyboardInterrupt):
        told(call="raise KeyboardInterrupt")
    assert told()[0] == "benar"


@pytest.mark.parametrize(
    "line",
    [
        "raise SystemExit(3)", "exit()", "raise GeneratorExit", "raise BaseException('x')",
        "raise __import__('asyncio').CancelledError",
        "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
        "raise type('E', (BaseException,), {'__str__': lambda self: 'x' * 10**6})()",
        "raise type('E', (Exception,), {'__str__': lambda self: self})()",
    ],
)  # fmt: skip
def test_whatever_is_raised_gets_a_verdict(both, line):
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "error")
    assert "`my_sigmoid`, baris 16" in message and len(message) < 1300


@apart
def test_ctrl_c_raised_by_the_answer_itself_is_an_error():
    assert told(call="raise KeyboardInterrupt")[:2] == ("belum tepat", "error")


def hostile():
    """Things that nobody means to hand in; made here, because looking at them breaks the tools that collect tests."""

    class Mirror:
        def __getattr__(self, name):
            return self

        def __call__(self, *args):
            return self

    class Moody:
        def __getattribute__(self, name):
            raise RuntimeError("tidak")

        def __call__(self, *args):
            return self

    class Untold:
        def __repr__(self):
            raise ValueError("tidak")

        __str__ = __repr__

    def looped(x):
        return x

    looped.__wrapped__ = looped

    async def later(x):
        return x

    async def later_still(x):
        yield x

    def one_by_one(x):
        yield x

    return [
        Mirror(), Mirror, Moody(), Moody, looped, later, later_still, one_by_one, Untold(), lambda x: Untold(),
        lambda x: 10**5000, lambda x: [[]] * 10**6, 3, "teks", type, print, object(), np.ones, lambda *, x: x,
        lambda: 3, lambda x: (lambda: x), lambda *a: a, lambda *a: Mirror(), lambda *a: Moody(), lambda *a: None,
        lambda *a: a[0],
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(26))
def test_any_answer_gets_a_verdict(both, number):
    things = hostile()
    assert len(things) == 26
    thing = things[number]
    for part in ("my_sigmoid", "MySigmoid"):
        verdict = judge("02_sigmoid_kustom", {**answer(), part: thing})
        assert verdict.status != "benar" and len(verdict.message) < 1300, verdict


@pytest.mark.parametrize("name", CATALOG)
def test_any_answer_to_any_latihan_gets_a_verdict(here, name):
    for thing in hostile():
        verdict = judge(name, dict.fromkeys(CATALOG[name].answers, thing))
        assert verdict.status != "benar" and len(verdict.message) < 1300, verdict


SWITCHED = [
    ("torch.set_grad_enabled(False)", "mode gradien"),
    ("torch.autograd.set_detect_anomaly(True)", "mode anomali"),
    ("torch.set_default_dtype(torch.float64)", "dtype bawaan"),
    ("torch.use_deterministic_algorithms(True)", "algoritma deterministik"),
    ("torch.set_num_threads(torch.get_num_threads() + 1)", "banyaknya thread"),
    ("torch.set_float32_matmul_precision('medium')", "ketelitian perkalian matriks"),
    ("torch.set_printoptions(precision=7)", "cara tensor dicetak"),
    ("__import__('numpy').set_printoptions(precision=3)", "cara larik dicetak"),
    ("__import__('os').chdir('/')", "folder kerja"),
    ("__import__('sys').setrecursionlimit(4321)", "batas rekursi"),
]
SEEDS = [
    ("torch.manual_seed(0)", "benih bilangan acak (`torch.manual_seed`)"),
    ("__import__('random').seed(0)", "benih bilangan acak (`random.seed`)"),
    ("__import__('numpy').random.seed(0)", "benih bilangan acak (`numpy.random.seed`)"),
]


@pytest.mark.parametrize(("line", "name"), SWITCHED + SEEDS)
def test_switches_left_on_are_named_and_put_back(both, line, name):
    before = {key: switch.read() for key, switch in SWITCHES.items()}
    streams = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].copy()
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "side_effects")
    assert f"meninggalkan {name}" in message
    assert {key: switch.read() for key, switch in SWITCHES.items()} == before
    assert torch.equal(torch.get_rng_state(), streams[0])
    assert random.getstate() == streams[1]
    assert (np.random.get_state()[1] == streams[2]).all()


def test_every_switch_is_tried_above():
    assert {key.split(" (")[0] for key in SWITCHES} == {name for _, name in SWITCHED}


@pytest.mark.parametrize("many", [1, 623, 624, 5000])
def test_random_numbers_may_be_drawn_and_are_put_back(both, many):
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[2]
    python = f"[__import__('random').random() for _ in range({many})]"
    numpy = f"__import__('numpy').random.rand({many})"
    line = f"torch.rand(3); {python}; {numpy}"
    assert told(call=line)[0] == "benar"
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (random.getstate(), np.random.get_state()[2]) == before[1:]


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("x.requires_grad_(not x.requires_grad) if x.is_leaf else None", "`x.requires_grad` menjadi"),
        ("x.data.mul_(2)", "Isi `x` berubah"),
        ("x.data = x.data.clone() + 1", "Isi `x` berubah"),
        ("x.grad = torch.ones_like(x)", "`x.grad` berubah"),
        ("x.requires_grad and x.register_hook(lambda g: g)", "kait (*hook*) baru pada `x`"),
        ("x.data = x.data.clone()", "memorinya lain"),
        ("x.detach().mul_(2).div_(2)", "ditimpa di tempat. Angkanya kini sama"),
    ],
)
def test_touched_input_is_named(both, line, advice):
    status, check, message = told(call=line)
    assert (status, check) == ("belum tepat", "side_effects")
    assert advice in message


def test_model_left_in_another_mode_is_named():
    def gradient_penalty(model, x, target=1.0):
        model.eval()
        return (model(x).sum() * 0).detach()

    verdict = judge("04_penalti_gradien", {"gradient_penalty": gradient_penalty})
    assert verdict.check == "side_effects" and "`model.training` menjadi `False`" in verdict.message


def left_behind(line):
    names = {"torch": torch}
    exec(f"def gradient_penalty(model, x, target=1.0):\n    {line}\n    return model(x).sum()", names)
    verdict = judge("04_penalti_gradien", names)
    return verdict.check, f"{verdict.message} {verdict.mend}"


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("model.register_forward_hook(lambda *a: None)", "kait (*hook*) baru pada `model`"),
        ("model.zero_grad()", "menghapus gradien milik pemanggil"),
        ("model.requires_grad_(False)", "parameter model harus ditinggalkan seperti semula"),
        ("model.register_full_backward_pre_hook(lambda *a: None)", "kait (*hook*) baru pada `model`"),
        ("model.register_state_dict_post_hook(lambda *a: None)", "kait (*hook*) baru pada `model`"),
        ("model.last = x", "punya atribut baru, `last`"),
        ("p = next(model.parameters()); p.grad = None if p.grad is None else p.grad.clone()", "tetapi tensornya lain"),
        (
            "p = next(model.parameters()); p.grad is not None and setattr(p.grad, 'data', p.grad.data.clone())",
            "tetapi tensornya lain",
        ),
    ],
)
def test_what_is_left_on_a_model_is_named(line, advice):
    check, message = left_behind(line)
    assert check == "side_effects" and advice in message


def test_a_class_may_inherit_its_methods_from_ones_own_class():
    names = answer()
    names["MySigmoid"] = type("MySigmoid", (names["MySigmoid"],), {})
    assert judge("02_sigmoid_kustom", names).status == "benar"


def test_nothing_is_praised_that_was_not_looked_at():
    verdict = judge("20_balik_gradien", {"Reverse": ..., "reverse": lambda x, strength: 5})
    assert verdict.status == "belum dikerjakan" and "sejauh ini tepat" not in verdict.message


@pytest.mark.parametrize(
    ("line", "told_next"),
    [
        ("if x >= 0: x = x + 0", "`torch.where`"),
        ("x = x.reshape(-1)[:2] + torch.ones(7)", "`keepdim=True`"),
        ("MySigmoid()(x)", "`.apply(...)`"),
        ("x.detach().sum().backward()", "tidak tersambung"),
        ("x = x @ torch.eye(len(x))", "tipe bilangan yang berbeda"),
        ("my_sigmoid(x)", "memanggil dirinya sendiri"),
        ("x.expand(2, *x.shape).view(-1)", "`reshape`"),
        ("raise 'salah'", "`raise ValueError("),
        ("input()", "Hapus `input()`"),
        ("breakpoint()", "Hapus `input()` atau `breakpoint()`"),
        ("x = xx", "Nama itu belum ada"),
    ],
)
def test_known_messages_are_explained(line, told_next):
    names = answer()
    exec(f"def my_sigmoid(x):\n    {line}\n    return MySigmoid.apply(x)", names)
    verdict = judge("02_sigmoid_kustom", names)
    assert verdict.check == "error" and told_next in verdict.mend + verdict.message


def test_prints_and_warnings_of_an_answer_stay_out_of_the_notebook(capsys, recwarn):
    assert told(call="print('a'); __import__('warnings').warn('b')")[0] == "benar"
    assert capsys.readouterr() == ("", "")
    assert len(recwarn) == 0


def test_default_device_of_the_learner_is_no_mistake():
    torch.set_default_device("meta")
    try:
        assert told(call="x = x + torch.zeros(())")[0] == "benar"
    finally:
        torch.set_default_device(None)


@pytest.mark.parametrize(
    "mode",
    [
        torch.no_grad,
        torch.inference_mode,
        lambda: torch.autograd.set_detect_anomaly(True),
        lambda: torch.device("meta"),
    ],
)
def test_the_mode_that_check_is_called_in_is_no_mistake(mode):
    with mode():
        before = {key: switch.read() for key, switch in SWITCHES.items()}
        assert told()[0] == "benar"
        assert {key: switch.read() for key, switch in SWITCHES.items()} == before


def test_default_dtype_of_the_learner_is_no_mistake():
    torch.set_default_dtype(torch.float64)
    try:
        assert told(call="assert torch.ones(1).dtype == torch.float32")[0] == "benar"
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_text_from_outside_is_escaped():
    verdict = judge("02_sigmoid_kustom", answer(call="raise ValueError('<script>alert(1)</script>')"))
    assert "<script>" not in verdict._repr_mimebundle_()["text/html"]
    assert "&lt;script&gt;" in verdict._repr_mimebundle_()["text/html"]


def test_same_answer_same_bytes():
    lines = {"backward": "return g"}
    assert judge("02_sigmoid_kustom", answer(**lines)) == judge("02_sigmoid_kustom", answer(**lines))


def test_strict_mode_raises_unless_right(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "k.json"))
    check, _ = latihan("02_sigmoid_kustom")
    names = answer()
    assert check(..., ...).status == "belum dikerjakan"
    monkeypatch.setenv("AUTOGRAD_CEK_KETAT", "1")
    with pytest.raises(NotRight, match="^Belum dikerjakan"):
        check(..., ...)
    with pytest.raises(NotRight, match="^Belum tepat"):
        check(names["MySigmoid"], lambda x: x)
    assert check(names["MySigmoid"], names["my_sigmoid"]).status == "benar"


def test_wrong_number_of_parts_is_explained():
    check, _ = latihan("02_sigmoid_kustom")
    assert check(...).message == "Yang diperiksa Latihan ini: `check(MySigmoid, my_sigmoid)`. Anda memberi 1 bagian."


@pytest.mark.parametrize("name", CATALOG)
def test_hints_are_three_and_give_no_code(name):
    _, hint = latihan(name)
    texts = [hint(number).message for number in (1, 2, 3)]
    assert len(set(texts)) == 3
    for text in texts:
        assert len(text.split()) >= 8
        assert not re.search(r"\bdef \w|\blambda\b|^\s*return\b|;\s*\w+ =|\n", text)
    assert "1 sampai 3" in hint(0).message and "1 sampai 3" in hint("dua").message
