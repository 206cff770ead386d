"""Grading apart: the judge says of an answer in another process what it says of one in its own."""

import sys

import pytest
import torch

pytest.importorskip("pwd", reason="a class has accounts of Linux")

from jejak.catalog import find
from jejak.examine import examine
from jejak.tasks.baris_jacobian import mixture
from kelas.grading import assignment, points
from kelas.grading.copy_in import KEY, pack
from kelas.grading.copy_out import changes, read_all, write_back
from kelas.grading.remote import Apart
from kelas.grading.wire import NotPlain, Silence, decode, encode
from tests.test_answers import FOLDER, HEADER, written
from tools.problems import Problem

NAME = "12_dua_jalan"
HERE = [sys.executable, "-m", "kelas.grading.apart"]
HEAD = "def value_and_gradient(a, b):\n"
FILES = sorted((FOLDER / "12").glob("*.py"))[::3]


def test_an_answer_gets_the_verdict_that_it_gets_in_the_notebook():
    """One process for a third of the corpus: each answer under a name of its own."""
    names = [f"answer_{at}" for at in range(len(FILES))]
    cells = ["\n".join(text for _, text in written(file)) + f"\n{name} = value_and_gradient"
             for file, name in zip(FILES, names)]
    process, wrong, task = Apart(HERE, cells, names, 20.0), {}, find(NAME)
    try:
        for file, part in zip(FILES, process.parts(names).values()):
            verdict = examine(task, task.load_checks(), {"value_and_gradient": part})
            expected = HEADER.search(file.read_text(encoding="utf-8"))
            if verdict.status != ("belum tepat" if expected else "benar") or expected and verdict.check != expected[1]:
                wrong[file.stem] = verdict
    finally:
        process.close()
    assert wrong == {}


def test_a_part_is_right_when_the_judge_is_content_with_the_key_beside_it():
    code = HEAD + "    L, K = a * b, 2 * a + b\n    return L / K, b / K - 2 * L / K**2, a / K\n"
    found = points.grade(NAME, HERE, [code])
    assert found.parts == {"z": 2.0, "dz/da": 4.0, "dz/db": 0.0} and found.points == 6.0
    assert found.verdict.check == "gradients"


def test_an_error_is_told_at_the_learners_own_line():
    found = points.grade(NAME, HERE, ["import torch", HEAD + "    z = a * b\n    return z[7, 7]\n"])
    assert found.points == 0 and "baris 3: `return z[7, 7]`" in found.verdict.message
    assert "IndexError" in found.verdict.message


def test_a_call_that_never_ends_and_a_blank_get_nothing_and_are_told_so():
    found = points.grade(NAME, HERE, [HEAD + "    while True:\n        pass\n"], 1.0)
    assert found.points == 0 and "belum selesai sesudah 1 detik" in found.verdict.message
    assert points.grade(NAME, HERE, [HEAD + "    ...\n"]).verdict.status == "belum dikerjakan"


def test_an_assignment_has_one_locked_cell_of_points_and_the_key_between_marks():
    for name in points.gradable():
        cells = assignment.source_of(name).cells
        about = [cell.metadata["nbgrader"] for cell in cells if "nbgrader" in cell.metadata]
        [grade] = [one for one in about if one["grade"]]
        assert grade["points"] == 10.0 and grade["locked"]
        keys = [cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("solution")]
        assert keys or find(name).given
        assert all(source.count("### BEGIN SOLUTION") == source.count("### END SOLUTION") for source in keys)
        assert not any("# kunci" in cell.source for cell in cells)
        assert len({cell.id for cell in cells}) == len(cells)


@pytest.mark.parametrize("name", ["17_satu_graf", "06_tidak_ada"])
def test_a_latihan_that_can_not_be_graded_is_refused_with_those_that_can(name):
    with pytest.raises(Problem, match=f"{name}(.|\n)*12_dua_jalan, 13_baris_jacobian"):
        assignment.source_of(name)


def test_what_the_judge_computes_with_is_not_changed_by_what_it_is_told():
    f, _ = mixture(3, 2, 2)
    x = torch.ones(2)
    parcel = pack(f, x)
    before = read_all(parcel.things)
    with torch.no_grad():
        for thing in parcel.things:
            thing.zero_() if isinstance(thing, torch.Tensor) else None
    told = changes(before, parcel.things)
    f, _ = mixture(3, 2, 2)
    x.fill_(1)
    parcel = pack(f, x)
    want = f(torch.ones(2, dtype=torch.float64))
    write_back(parcel, told)
    assert len(told) == 3 and x.tolist() == [0, 0]
    assert want.any() and torch.equal(f(torch.ones(2, dtype=torch.float64)), want)


def test_nothing_of_the_key_travels():
    names = {"__name__": KEY}
    exec("class Model:\n    pass\ndef right():\n    return 1", names)
    for thing in (names["right"], names["Model"], names["Model"](), [lambda: names["right"]()]):
        with pytest.raises(RuntimeError, match="of the key"):
            pack(thing)


@pytest.mark.parametrize(
    "value",
    [{1: [2]}, 3, 2.5, float("nan"), float("-inf"), None, ..., "teks", [1, (2.0, None)], {"a": [True]}, torch.float64,
     torch.arange(6.0).view(2, 3).t(), torch.ones(1).expand(3), torch.empty(0, 2), torch.tensor(1 + 2j),
     torch.tensor([True, False]), torch.ones(2, dtype=torch.bfloat16)],
    ids=str,
)  # fmt: skip
def test_a_value_comes_back_as_it_was(value):
    back = decode(encode(value))
    if isinstance(value, torch.Tensor):
        assert torch.equal(back, value) and back.dtype == value.dtype and back.stride() == value.stride()
    else:
        assert repr(back) == repr(value)


def test_a_gradient_travels_with_its_leaf():
    leaf = torch.nn.Parameter(torch.ones(2))
    leaf.grad = torch.tensor([3.0, 4.0])
    back = decode(encode([leaf]))[0]
    assert isinstance(back, torch.nn.Parameter) and back.requires_grad and back.grad.tolist() == [3.0, 4.0]


BEHAVING = {"function": print, "module": torch.nn.Linear(1, 1), "mapping": {None: 2}, "object": object(), "set": {3}}


@pytest.mark.parametrize("value", BEHAVING.values(), ids=BEHAVING)
def test_what_has_behaviour_does_not_travel(value):
    with pytest.raises(NotPlain):
        encode(value)


@pytest.mark.parametrize(
    "data",
    [{}, {"x": 1}, {"tensor": {}}, {"dtype": "none"},
     set, {"tensor": {"data": "", "dtype": "float32", "size": [2**40], "stride": [0], "needs": False, "grad": None,
                      "parameter": False}},
     {"tensor": {"data": "AAAA", "dtype": "float32", "size": [9], "stride": [9], "needs": False, "grad": None,
                 "parameter": False}}],
    ids=str,
)  # fmt: skip
def test_what_nobody_wrote_is_no_value(data):
    with pytest.raises(Silence):
        decode(data)
