"""What answers get as an assignment: right ones all, blank ones nothing, wrong ones what is right in them."""

import pytest

pytest.importorskip("pwd", reason="a class has accounts of Linux")

from jejak.catalog import CATALOG, find
from kelas.grading import points, remote, table
from kelas.proof.attack import FORGERIES
from tests.fork_server import Forked, ForkServer
from tests.test_answers import FOLDER, written
from tools.exercises import blank
from tools.key_markers import GAP, TAG
from tools.twins import ROOT, code_cells, read_notebook

# Answers of the corpus by the number of their Latihan; a right one gets 10. The points of a wrong one are those of the
# parts that its one mistake leaves right. Of a program to be mended, the given one is the wrong answer.
GIVEN = {
    "01": {"right_explicit_jacobians": 10, "wrong_norm_in_the_denominator": 6},
    "02": {"right_two_functions": 10, "wrong_class_for_show": 8},
    "03": {"right_by_hand": 10, "wrong_log_guard": 6},
    "04": {"right_backward_to_copy": 10, "wrong_per_pixel": 5},
    "10": {"right_key": 10, "wrong_down": 5},
    "11": {"right_in_place_without_recording": 10, "wrong_looks_at_grad": 5},
    "12": {"right_card_by_card": 10, "wrong_factor_two": 6},
    "13": {"right_backward_with_inputs": 10, "wrong_backward_fills_others": 8},
    "14": {"right_decorated_copy": 10, "wrong_through_data": 8},
    "15": {"right_autograd_grad": 10, "wrong_eval_mode": 8},
    "16": {"right_relu_all": 10, "wrong_strictly_negative": 6},
    "18": {"right_functional_vhp": 10, "wrong_first_derivative_only": 0},
    "19": {"right_divides": 10, "wrong_nan_passes": 9},
    "20": {"right_clone": 10, "wrong_minus_one": 0},
    "21": {"right_where_once": 10, "wrong_where_after": 3},
    "22": {"right_copy": 10, "wrong_own_modes_of_children": 6},
    "23": {"right_loops": 10, "wrong_always_forward": 8},
    "24": {"right_key": 10, "wrong_replaces": 6},
    "26": {"right_key": 10, "wrong_users_only": 6},
    "31": {"right_rows_first": 10},
    "32": {"right_one_backward": 10},
    "33": {"right_torch_all_the_way": 10},
    "34": {"right_by_name": 10, "wrong_no_tanh": 5},
    "35": {"right_clone": 10, "wrong_keeps_graph": 8},
    "36": {"right_one_model": 10},
    "37": {"right_stack": 10},
    "38": {"right_stacked": 10, "wrong_never_cut": 0},
    "39": {"right_after_the_loop": 10},
    "40": {"right_with_graph": 10},
    "41": {"right_zero_at_the_end": 10},
    "42": {"right_unscale": 10, "wrong_never_updates": 7},
    "51": {"right_backward": 10, "wrong_rebinds": 6},
    "52": {"right_counted": 10, "wrong_sorted": 9},
    "53": {"right_chain_by_hand": 10, "wrong_no_create_graph": 5},
    "54": {"right_broadcast_outside": 10, "wrong_torch": 8},
    "55": {"right_asked_for": 10, "wrong_last_sick": 2},
    "61": {"right_einsum": 10, "wrong_kumulatif": 9.5},
    "62": {"right_clipped_by_hand": 10, "wrong_two_mended": 4},
}
LATIHAN = pytest.mark.parametrize("name", points.gradable())


@pytest.fixture(scope="module", autouse=True)
def forks():
    """One process that has loaded torch, of which every learner's is a fork."""
    server, patch = ForkServer(), pytest.MonkeyPatch()
    patch.setattr(remote, "start", lambda command: Forked(server))
    yield
    patch.undo()
    server.close()


def grade(name, cells):
    return points.grade(name, ["a fork"], cells)


def answer(number, stem):
    return [text for _, text in written(FOLDER / number / f"{stem}.py")]


def unwritten(name):
    """The cells that matter, of somebody who has written nothing."""
    first, *cells = code_cells(read_notebook(ROOT / "solutions" / f"{name}.ipynb"))
    gaps = [blank(cell.source) for cell in cells if TAG not in cell.metadata.get("tags", [])]
    return [first.source, find(name).given, *(source for source in gaps if GAP in source)]


@LATIHAN
def test_an_answer_gets_the_points_of_what_is_right_in_it(name):
    got = {stem: grade(name, answer(name[:2], stem)) for stem in GIVEN[name[:2]]}
    assert {stem: found.points for stem, found in got.items()} == GIVEN[name[:2]], got


@LATIHAN
def test_the_points_of_a_latihan_are_ten_and_most_are_for_what_is_computed(name):
    rules, known = points.rules(name), points.checks_of(name)
    assert sum(part.points for part in rules.parts) == 10
    assert len({part.name for part in rules.parts}) == len(rules.parts)
    assert {check for part in rules.parts for check in part.checks} | {*rules.told} <= known.keys()
    assert {*rules.unseen} <= {check.__name__ for check in CATALOG[name].load_checks()}
    assert sum(part.points for part in rules.parts if not rules.rests_on_word(part)) > 5
    assert bool(rules.unsure) >= bool(rules.told)


@LATIHAN
def test_who_writes_nothing_gets_nothing(name):
    found = grade(name, unwritten(name))
    assert (found.points, found.verdict.status) == (0, "belum tepat" if find(name).given else "belum dikerjakan")


def test_the_readme_has_the_table_of_points():
    text = table.README.read_text(encoding="utf-8")
    assert table.table() in text, "python -m kelas.grading.table"
    assert f"{len(points.gradable())} dari {len(CATALOG)} Latihan" in text
    assert {name for name in CATALOG if name not in points.gradable()} == {
        "05_mesin_tensor", "17_satu_graf", "25_potongan_checkpoint",
    }  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_who_lies_to_the_grader_gets_what_is_right_in_the_answer(forgery):
    assert grade(forgery.latihan, [forgery.code]).points == forgery.most
