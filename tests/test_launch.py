"""Several processes from one program: they meet here only, they all end, and what they wrote is told by process."""

import os
import sys

import psutil
import pytest
import torch
import torch.nn.functional as F

from jejak import launch, program

SLOW = "import time; time.sleep(60)"
FAIL_ONE = "import os, sys, time\nif os.environ['RANK'] == '1':\n    raise ValueError('rusak')\ntime.sleep(60)"


def script(folder, text):
    file = folder / "program saya.py"
    file.write_text(text, encoding="utf-8")
    return file


def children():
    return psutil.Process().children(recursive=True)


def test_each_has_its_number_and_the_same_meeting_place(tmp_path):
    told = (
        "from os import environ as e\nimport sys\n"
        "print(e['RANK'], e['WORLD_SIZE'], e['PERTEMUAN'].partition(':')[0], *sys.argv[1:])"
    )
    found = launch(script(tmp_path, told), "satu dua", "é ½", count=3)
    assert found.ok and found.outputs == tuple(f"{rank} 3 file satu dua é ½\n" for rank in range(3))


def test_long_output_does_not_stop_it(tmp_path):
    long = "import sys\nprint('x' * 300_000)\nprint('y' * 300_000, file=sys.stderr)"
    found = launch(script(tmp_path, long), timeout=40)
    assert found.ok and len(found.outputs[1]) == 300_001 and len(found.errors[0]) == 300_001


def test_one_that_fails_ends_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["jejak.launch"], "GRACE", 0.5)
    found = launch(script(tmp_path, FAIL_ONE), timeout=3600)
    assert found.codes == (None, 1) and not found.ok and children() == []
    assert str(found).splitlines() == [
        "proses 0: dihentikan, sebab menunggu yang lain", "proses 1: berakhir dengan kode 1: ValueError: rusak",
    ]  # fmt: skip


def test_what_never_ends_is_stopped(tmp_path):
    with pytest.raises(TimeoutError, match="belum selesai"):
        launch(script(tmp_path, SLOW), timeout=1)
    assert children() == []


def test_an_interrupt_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(running, timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["jejak.launch"], "_wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        launch(script(tmp_path, SLOW))
    assert children() == []


@pytest.mark.parametrize(("arguments", "error", "words"), [
    ({"script": "tidak_ada.py"}, FileNotFoundError, "tidak_ada.py"),
    ({"count": 0}, ValueError, "1 sampai 16"),
    ({"count": 99}, ValueError, "1 sampai 16"),
    ({"timeout": 0}, ValueError, "waktu di atas 0"),
])  # fmt: skip
def test_a_bad_call_is_told(tmp_path, arguments, error, words):
    with pytest.raises(error, match=words):
        launch(**({"script": script(tmp_path, "")} | arguments))


def test_a_program_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="dua_proses"):
        program("tiga_proses")


def test_nothing_of_it_stays_in_the_surroundings(tmp_path):
    before = dict(os.environ)
    launch(script(tmp_path, "pass"))
    assert dict(os.environ) == before


def test_ddp_gives_the_gradient_of_one_large_batch():
    """Equal parts: the mean of the means; unequal parts: not; what is postponed is exchanged once."""
    boxes, minutes = torch.tensor([[1.0], [1.0], [1.0], [2.0]]), torch.tensor([[3.0], [3.0], [1.0], [6.0]])
    w = torch.ones(1, 1, requires_grad=True)

    def slope(*rows):
        return torch.autograd.grad(F.mse_loss(boxes[list(rows)] @ w, minutes[list(rows)]), w)[0].item()

    found = launch(program("dua_proses"), "rata_rata", "timpang", "tunda", "penyangga", timeout=120)
    assert found.ok, found
    lines = [output.splitlines() for output in found.outputs]
    assert [line[0].split()[2] for line in lines] == [str(slope(0, 1)), str(slope(2, 3))]
    assert {line[0].split()[-1] for line in lines} == {str(slope(0, 1, 2, 3))}
    assert {line[1].split()[-1] for line in lines} == {str((slope(0, 1) + slope(3)) / 2)} != {str(slope(0, 1, 3))}
    for line, own in zip(lines, (slope(0, 1), slope(2, 3)), strict=True):
        assert line[2] == f"bertukar 1 kali; sesudah tiga {3 * own} sesudah empat {4 * slope(0, 1, 2, 3)}"
    assert {line[3].split()[-1] for line in lines} == {"0.100"}
