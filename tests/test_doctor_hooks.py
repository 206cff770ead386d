"""The doctor stands beside the traceback: in scripts, threads, IPython and pytest; it changes and keeps nothing."""

import gc
import io
import subprocess
import sys
import threading
import warnings
import weakref

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograd_viz import doctor, explain
from autograd_viz.doctor import hooks
from tests.doctor_cases import run
from tools.twins import ROOT

PROGRAM = """import torch
x = torch.ones(2, requires_grad=True)
loss = x.exp().sum()
loss.backward()
loss.backward()
"""
CARD = "Dokter autograd · backward() melewati graf yang sudah habis"


@pytest.fixture(autouse=True)
def as_before():
    before = sys.excepthook, threading.excepthook
    yield
    doctor.uninstall()
    sys.excepthook, threading.excepthook = before


def script(text, *arguments):
    command = [sys.executable, *(arguments or ("-c", text))]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)


@pytest.fixture
def shell():
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance(colors="nocolor")
    doctor.uninstall()
    InteractiveShell.clear_instance()


def test_a_script_gets_its_traceback_and_then_the_card(tmp_path):
    file = tmp_path / "latih.py"
    file.write_text("from autograd_viz import doctor\ndoctor.install()\n" + PROGRAM, encoding="utf-8")
    ended = script("", str(file))
    assert ended.returncode == 1 and ended.stdout == ""
    traceback, card = ended.stderr.split("─" * 88, 1)
    assert traceback.startswith("Traceback (most recent call last)") and "RuntimeError: Trying" in traceback
    assert CARD in card and "latih.py baris 7  loss.backward()   ← galat" in card


def test_other_errors_leave_a_script_as_it_was(capsys):
    error = run("raise ValueError('lain')")
    told = []
    for install in (lambda: None, doctor.install):
        install()
        sys.excepthook(type(error), error, error.__traceback__)
        told.append(capsys.readouterr())
    assert told[0] == told[1] and "ValueError: lain" in told[0].err


def test_hooks_that_stood_there_are_called_with_the_same_error_and_come_back(capsys):
    seen = []
    sys.excepthook = mine = lambda *given: seen.append(given)
    doctor.install()
    doctor.install()
    error = run(PROGRAM)
    sys.excepthook(type(error), error, error.__traceback__)
    assert len(seen) == 1 and seen[0][1] is error and seen[0][2] is error.__traceback__
    assert capsys.readouterr().err.count(CARD) == 1
    doctor.uninstall()
    assert sys.excepthook is mine


def test_who_came_after_the_doctor_stays_and_the_doctor_is_silent(capsys):
    doctor.install()
    below = sys.excepthook
    sys.excepthook = above = lambda *given: below(*given)
    doctor.uninstall()
    assert sys.excepthook is above
    error = run(PROGRAM)
    sys.excepthook(type(error), error, error.__traceback__)
    told = capsys.readouterr().err
    assert "RuntimeError" in told and CARD not in told
    doctor.install()
    sys.excepthook(type(error), error, error.__traceback__)
    assert capsys.readouterr().err.count(CARD) == 1


def test_threads(capsys):
    threading.excepthook = mine = lambda given: sys.stderr.write(f"Exception in thread: {given.exc_type.__name__}\n")
    doctor.install()
    thread = threading.Thread(target=exec, args=(compile(PROGRAM, "utas.py", "exec"), {"__name__": "utas"}))
    thread.start()
    thread.join()
    told = capsys.readouterr().err
    assert "Exception in thread" in told and told.index("Exception in thread") < told.index(CARD)
    doctor.uninstall()
    assert threading.excepthook is mine


def cells(shell, *texts):
    for text in texts:
        shell.run_cell(text, store_history=True)


def test_ipython_shows_the_card_below_the_traceback_with_the_cells(shell, capsys):
    cells(shell, "%load_ext autograd_viz", "import torch\nx = torch.ones(2, requires_grad=True)",
          "y = x.exp()\nloss = y.sum()", "loss.backward()")  # fmt: skip
    assert capsys.readouterr().out == ""
    cells(shell, "loss.backward()")
    told = capsys.readouterr().out
    assert told.index("RuntimeError") < told.index(CARD)
    assert "sel [3] baris 2  loss = y.sum()   ← forward" in told
    assert "sel [4] baris 1  loss.backward()   ← backward lebih dulu" in told
    cells(shell, "%unload_ext autograd_viz", "loss.backward()")
    assert CARD not in capsys.readouterr().out


def test_ipython_a_script_run_by_magic(shell, capsys, tmp_path):
    (tmp_path / "latih.py").write_text(PROGRAM, encoding="utf-8")
    cells(shell, "%load_ext autograd_viz", f"%run {tmp_path / 'latih.py'}")
    assert capsys.readouterr().out.count(CARD) == 1
    cells(shell, "1 + 1")
    assert CARD not in capsys.readouterr().out, "told once"


def test_ipython_other_handlers_stay_in_force_and_all_is_restored(shell, capsys):
    seen = []
    shell.set_custom_exc((RuntimeError,), lambda shell, kind, error, traceback, tb_offset=None: seen.append(error))
    before = {name: list(found) for name, found in shell.events.callbacks.items()}
    hook = sys.excepthook
    cells(shell, "%load_ext autograd_viz", PROGRAM)
    assert len(seen) == 1 and CARD in capsys.readouterr().out
    cells(shell, "%unload_ext autograd_viz")
    assert shell.events.callbacks == before and sys.excepthook is hook


def test_in_a_notebook_the_card_is_html(shell, monkeypatch):
    shown = []
    monkeypatch.setattr(shell, "kernel", object(), raising=False)
    monkeypatch.setattr("IPython.display.display", shown.append)
    cells(shell, "%load_ext autograd_viz", PROGRAM)
    (card,) = shown
    bundle = card._repr_mimebundle_()
    assert bundle["text/html"].startswith('<div class="autograd-doctor"') and CARD in bundle["text/plain"]


def test_the_error_stays_the_same_object_with_the_same_traceback():
    error = run(PROGRAM)
    before = error.__traceback__, error.args, error.__cause__, error.__context__, dict(vars(error))
    frames = [dict(link.f_locals) for link in (error.__traceback__.tb_frame, error.__traceback__.tb_next.tb_frame)]
    explain(error)
    assert (error.__traceback__, error.args, error.__cause__, error.__context__, dict(vars(error))) == before
    again = [dict(link.f_locals) for link in (error.__traceback__.tb_frame, error.__traceback__.tb_next.tb_frame)]
    assert [set(one) for one in again] == [set(one) for one in frames]


def test_nothing_is_kept_alive_after_the_card():
    error = run(PROGRAM)
    held = error.__traceback__.tb_next.tb_frame.f_globals
    leaf, node = weakref.ref(held["x"]), weakref.ref(held["loss"])
    card = explain(error)
    assert "exp" in card.text
    held.clear()
    del error, held
    gc.collect()
    assert leaf() is None and node() is None


def test_the_card_neither_warns_nor_touches_gradients():
    source = PROGRAM.replace("loss.backward()\nloss", "v = x * 2\nloss.backward()\nloss")
    error = run(source)
    held = error.__traceback__.tb_next.tb_frame.f_globals
    grad, versions = held["x"].grad.clone(), (held["x"]._version, held["v"]._version)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        explain(error)
    assert torch.equal(held["x"].grad, grad) and (held["x"]._version, held["v"]._version) == versions


def test_whatever_goes_wrong_inside_the_doctor_stays_there(monkeypatch, capsys):
    def broken(error):
        raise RecursionError

    monkeypatch.setattr(hooks, "diagnose", broken)
    doctor.install()
    error = run(PROGRAM)
    sys.excepthook(type(error), error, error.__traceback__)
    assert capsys.readouterr().err.rstrip().endswith("after calling backward.")


def test_a_closed_or_narrow_stderr_is_no_second_error(monkeypatch):
    closed = io.StringIO()
    closed.close()
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    for stream in (closed, narrow):
        monkeypatch.setattr(sys, "stderr", stream)
        hooks._write(explain(run(PROGRAM)))


def test_watch_tells_and_passes_on_with_the_rank(capsys):
    error = run(PROGRAM)
    torch.distributed.init_process_group("gloo", store=torch.distributed.HashStore(), rank=0, world_size=1)
    try:
        with pytest.raises(RuntimeError) as caught, doctor.watch():
            raise error
    finally:
        torch.distributed.destroy_process_group()
    assert caught.value is error
    assert capsys.readouterr().err.startswith("[rank 0]\n─")


def test_compiled_code():
    source = PROGRAM.replace("loss = x.exp().sum()", "f = torch.compile(lambda x: x.exp().sum(), backend='aot_eager')\n"
                             "loss = f(x)")  # fmt: skip
    card = explain(run(source))
    assert card.diagnosis.causes[0].id == "dua-kali" and card.diagnosis.unread == ""


def test_pytest_report(tmp_path):
    (tmp_path / "test_latih.py").write_text(
        "def test_x():\n    " + PROGRAM.replace("\n", "\n    ") + "\ndef test_y():\n    assert 1 + 1 == 3\n",
        encoding="utf-8",
    )
    ended = script("", "-m", "pytest", "-q", "-p", "autograd_viz.doctor.pytest_plugin", "-p", "no:cacheprovider",
                   "--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path))  # fmt: skip
    assert ended.stdout.count(CARD) == 1 and "dokter autograd" in ended.stdout
    assert "test_latih.py baris 6  loss.backward()   ← galat" in ended.stdout


def test_explain_without_an_argument_and_with_a_wrong_one():
    try:
        exec(PROGRAM, {"__name__": "lain"})
    except RuntimeError:
        assert explain().title == "backward() melewati graf yang sudah habis"
    with pytest.raises(TypeError, match="menerima sebuah galat, bukan str"):
        explain("galat")
