"""What a learner hears of a mistake: first where it is, then the mend, then the hint; and the right signature."""

from dataclasses import replace

import pytest
import torch

from jejak import judge, latihan, progress
from jejak.desk import _MEMORIES, Checker, Memory
from jejak.verdict import Verdict
from tests.test_answers import FOLDER, load

KEY = FOLDER / "05" / "right_key.py"
LOCATED, MEND = "`y[0]` bernilai 1, seharusnya 2.", "Kalikan dengan dua."


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "k.json"))
    _MEMORIES.clear()


@pytest.fixture
def verdicts(monkeypatch):
    """What the judge will say, one after the other."""
    queue = []
    monkeypatch.setattr("jejak.desk.judge", lambda name, answer: queue.pop(0))
    return queue


def wrong(mend=MEND, check="values"):
    return Verdict.wrong(LOCATED, check=check, mend=mend)


def test_the_mend_comes_with_the_second_time_and_the_hint_with_the_third(verdicts):
    check, hint = latihan("21_akar_aman")
    verdicts += [wrong()] * 6
    assert check(1).message == LOCATED
    assert check(1).message == f"{LOCATED} {MEND}"
    assert check(1).message == f"{LOCATED} {MEND} Kekeliruan yang sama datang lagi. Buka `hint(1)`."
    hint(1)
    assert check(1).message.endswith("Buka `hint(2)`.")
    hint(2), hint(3)
    assert check(1).message.endswith("yang terakhir hampir jawabannya.")


def test_another_mistake_begins_anew(verdicts):
    check, _ = latihan("21_akar_aman")
    verdicts += [wrong(), wrong(check="edges"), wrong(mend="Lain."), wrong()]
    assert [check(1).message for _ in range(4)] == [LOCATED, LOCATED, LOCATED, f"{LOCATED} {MEND}"]


def test_what_was_solved_is_forgotten(verdicts):
    check, _ = latihan("21_akar_aman")
    verdicts += [wrong(), Verdict.right("Ya."), wrong()]
    assert [check(1).message for _ in range(3)] == [LOCATED, "Ya.", LOCATED]


def test_opening_the_latihan_again_does_not_begin_anew(verdicts):
    verdicts += [wrong(), wrong(), wrong()]
    latihan("21_akar_aman").check(1)
    assert latihan("21_akar_aman").check(1).message.endswith(MEND)
    assert latihan("16_unit_mati").check(1).message == LOCATED


def test_a_mistake_without_a_mend_only_names_the_hint(verdicts):
    check, _ = latihan("21_akar_aman")
    verdicts += [wrong(mend="")] * 3
    assert [check(1).message for _ in range(2)] == [LOCATED] * 2
    assert check(1).message == f"{LOCATED} Kekeliruan yang sama datang lagi. Buka `hint(1)`."


def test_the_note_is_told_once(verdicts):
    check, _ = latihan("21_akar_aman")
    verdicts += [Verdict("benar", "Ya.", note="Di sini."), Verdict("benar", "Ya.", note="Di sini.")]
    assert [check(1).note for _ in range(2)] == ["Di sini.", ""]


def test_a_checker_alone_has_a_memory_of_its_own():
    task = latihan("21_akar_aman").check.task
    assert isinstance(Checker(task).memory, Memory)


def signature(function):
    verdict = judge("15_batch_mikro", {"accumulate": function})
    assert (verdict.status, verdict.check) == ("belum tepat", "signature"), verdict
    return verdict.message, verdict.mend


def test_a_wrong_signature_is_told_with_both_signatures():
    told, mend = signature(lambda model, parts: 3)
    assert told.startswith("`accumulate(model, parts)` tidak bisa dipanggil seperti di Tugas: `accumulate(model, "
                           "fungsi, list)`")
    assert mend == "Tugas memintanya sebagai `accumulate(model, loss_fn, parts)`."


def test_swapped_parameters_are_told_before_anything_runs():
    told, mend = signature(lambda model, parts, loss_fn: 1 / 0)
    assert told.startswith("Urutan parameter `accumulate` tertukar: Anda menulis `accumulate(model, parts, loss_fn)`")
    assert mend == "Tulis `def accumulate(model, loss_fn, parts):`."


def test_other_names_are_welcome():
    def safe_sqrt(angka):
        aman = torch.where(angka > 0, angka, torch.ones_like(angka))
        return torch.where(angka > 0, aman.sqrt(), torch.zeros_like(angka))

    assert judge("21_akar_aman", {"safe_sqrt": safe_sqrt}).status == "benar"


def test_a_parameter_that_is_given_by_name_must_have_that_name():
    def gradient_penalty(model, x, sasaran=1.0):
        t = x.detach().clone().requires_grad_()
        g, = torch.autograd.grad(model(t).sum(), t, create_graph=True)
        return ((g.flatten(1).norm(dim=1) - sasaran) ** 2).mean()

    verdict = judge("04_penalti_gradien", {"gradient_penalty": gradient_penalty})
    assert verdict.check == "signature" and "`gradient_penalty(model, x, sasaran)`" in verdict.message
    assert "Parameter bernama `target` diberikan dengan namanya" in verdict.mend


PARTS = ("Tensor", "kempiskan", "ubah_bentuk", "transpos", "potong", "entropi_silang", "latih")


def partly(*done):
    return replace(Verdict.not_attempted("Ganti `...`."), done=done)


def test_a_stage_is_right_before_the_rest_is_written(verdicts):
    check, _ = latihan("05_mesin_tensor")
    verdicts += [partly("Tensor"), partly("Tensor"), partly("Tensor", "kempiskan")]
    verdict = check.sampai(1)
    assert verdict.status == "benar" and "`Tensor`. Berikutnya `kempiskan`" in verdict.message
    assert check.sampai(1, 2).status == "belum dikerjakan", "the second part is not among those found right"
    assert check.sampai(1, 2).status == "benar"


def test_an_unfinished_latihan_is_proposed_the_next_day(verdicts):
    check, _ = latihan("05_mesin_tensor")
    verdicts += [partly(), partly("Tensor")]
    check.sampai(1)
    assert {name: status for name, status, _ in progress().rows}["05_mesin_tensor"] == "belum dikerjakan"
    check.sampai(1)
    assert {name: status for name, status, _ in progress().rows}["05_mesin_tensor"] == "belum tepat"
    assert progress().advice == "Berikutnya: 05 · Mesin tensor, yang belum selesai."


def test_a_wrong_stage_is_told_like_any_other_mistake(verdicts):
    check, _ = latihan("05_mesin_tensor")
    verdicts += [wrong(), wrong()]
    assert [check.sampai(1).message for _ in range(2)] == [LOCATED, f"{LOCATED} {MEND}"]


def test_all_parts_at_once_are_a_check(verdicts):
    check, _ = latihan("05_mesin_tensor")
    verdicts += [Verdict.right("Ya.")]
    assert check.sampai(*PARTS).message == "Ya."
    assert "Anda memberi 8 bagian" in check.sampai(*PARTS, 8).message


def test_the_judge_says_which_parts_are_right():
    engine = load([(str(KEY), KEY.read_text(encoding="utf-8"))])
    answer = {name: engine[name] if name == "Tensor" else ... for name in PARTS}
    assert judge("05_mesin_tensor", answer).done == ("Tensor",)
    assert judge("05_mesin_tensor", dict.fromkeys(PARTS, ...)).done == ()
