"""Turns of loops are counted as the code runs them, with no more than a look at frames."""

import subprocess
import sys

import pytest

from autograd_viz.capturing.loop_code import find_loops
from autograd_viz.capturing.loop_turns import LoopTurns
from tools.twins import ROOT

SEEN = []


def watched(function):
    """The turns at each call of `mark` in `function`, as numbers, outer loops first."""
    SEEN.clear()
    home = sys._getframe()
    turns = []
    counter = LoopTurns(home, lambda frame: frame.f_code.co_filename == __file__, turns)

    def mark(*_):
        at, path = counter.at(sys._getframe(1)), []
        while at is not None:
            path.insert(0, turns[at].number)
            at = turns[at].outer
        SEEN.append(tuple(path))
        return 1

    function(mark)
    counter.close()
    return SEEN


def test_a_loop_over_numbers():
    def run(mark):
        mark()
        for _ in range(3):
            mark()
            mark()
        mark()

    assert watched(run) == [(), (0,), (0,), (1,), (1,), (2,), (2,), ()]


def test_one_call_a_turn():
    def run(mark):
        for _ in range(4):
            mark()

    assert watched(run) == [(0,), (1,), (2,), (3,)]


def test_loops_in_each_other():
    def run(mark):
        for _ in range(2):
            for _ in range(2):
                mark()
            mark()

    assert watched(run) == [(0, 0), (0, 1), (0,), (1, 0), (1, 1), (1,)]


def test_loops_that_share_a_variable():
    def run(mark):
        for _ in range(2):
            mark()
            for _ in range(2):
                mark()

    assert watched(run) == [(0,), (0, 0), (0, 1), (1,), (1, 0), (1, 1)]


def test_while_and_continue():
    def run(mark):
        k = 0
        while k < 4:
            k += 1
            if k == 2:
                continue
            mark()
            mark()

    assert watched(run) == [(0,), (0,), (1,), (1,), (2,), (2,)]


def test_a_function_called_in_a_loop_begins_its_own_loop_anew():
    def inner(mark):
        for _ in range(2):
            mark()

    def run(mark):
        for _ in range(3):
            inner(mark)

    assert watched(run) == [(a, b) for a in range(3) for b in range(2)]


def test_the_same_function_called_twice_in_a_row():
    def inner(mark):
        for _ in range(2):
            mark()

    def run(mark):
        inner(mark)
        inner(mark)

    assert watched(run) == [(0,), (1,), (0,), (1,)]


def test_equal_elements_are_turns_of_their_own():
    def run(mark):
        for _ in [1, 1, 1]:
            mark()
            mark()

    assert watched(run) == [(0,), (0,), (1,), (1,), (2,), (2,)]


def test_unpacked_elements():
    def run(mark):
        for k, (a, *_b) in enumerate([(1, 2), (3, 4)]):
            mark(k, a)

    assert watched(run) == [(0,), (1,)]


def test_work_done_by_the_iterator_belongs_to_the_turn_that_it_begins():
    def source(mark):
        for k in range(2):
            mark()
            yield k

    def run(mark):
        for _ in source(mark):
            mark()

    assert [turn[0] for turn in watched(run)] == [0, 0, 1, 1]


def test_elements_are_not_kept_alive():
    import weakref

    class Thing:
        pass

    gone = []

    def run(mark):
        for thing in (Thing() for _ in range(3)):
            mark(thing)
            gone.append(weakref.ref(thing))
            del thing

    assert watched(run) == [(0,), (1,), (2,)]
    assert [ref() for ref in gone] == [None] * 3


def test_a_comprehension_and_a_loop_after_a_loop():
    def run(mark):
        for _ in range(2):
            mark()
        for _ in range(2):
            mark()

    assert watched(run) == [(0,), (1,), (0,), (1,)]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("for k in x: f(k)", [("k",)]),
        ("for k, v in x: f(k)", [("k", "v")]),
        ("for k, (a, *b) in x: f(k)", [("k", "a", "b")]),
        ("while x: f()", [()]),
        ("x = 1", []),
    ],
)
def test_variables_of_a_loop(text, targets):
    assert [loop.targets for loop in find_loops(compile(text, "sel", "exec"))] == targets
    inside = compile(f"def g(x, f):\n    {text}", "sel", "exec").co_consts[0]
    assert [loop.targets for loop in find_loops(inside)] == targets


def test_a_loop_whose_body_is_one_operation():
    def run(mark):
        k = 0
        while k < 3:
            mark()
            k += 1

    assert watched(run) == [(0,), (1,), (2,)]


def test_one_instruction_with_several_operations_is_one_turn():
    def twice(mark):
        mark()
        mark()

    def run(mark):
        k = 0
        while k < 2:
            k += twice(mark) or 1

    assert watched(run) == [(0,), (0,), (1,), (1,)]


def test_branches_of_one_if_never_run_in_the_same_turn():
    def run(mark):
        n = 6
        while n > 1:
            if n % 2:
                mark()
                n = 3 * n + 1
            else:
                mark()
                n //= 2

    assert watched(run) == [(turn,) for turn in range(8)]


def test_continue_break_and_else():
    def run(mark):
        k = 0
        while k < 5:
            k += 1
            mark()
            if k == 2:
                continue
            mark()
            if k == 3:
                break
        for _ in range(2):
            mark()
        else:
            mark()

    assert watched(run) == [(0,), (0,), (1,), (2,), (2,), (0,), (1,), ()]


def test_while_true():
    def run(mark):
        k = 0
        while True:
            mark()
            k += 1
            if k > 2:
                break
            mark()

    assert watched(run) == [(0,), (0,), (1,), (1,), (2,)]


def test_comprehensions():
    def run(mark):
        [mark(k) for k in range(3)]
        {k: mark(k) for k in range(2)}

    assert watched(run) == [(0,), (1,), (2,), (0,), (1,)]


def test_a_generator_goes_on_where_it_paused():
    def run(mark):
        total = 0
        for one in (mark(k) for k in range(3)):
            total += one
        mark()
        sum(mark(k) + mark(k) for k in range(3))

    assert watched(run)[3:] == [(), (0,), (0,), (1,), (1,), (2,), (2,)]
    assert [path[0] for path in SEEN[:3]] == [0, 1, 2]


def test_runs_of_one_loop_are_told_apart():
    home, turns = sys._getframe(), []
    counter = LoopTurns(home, lambda frame: frame.f_code.co_filename == __file__, turns)

    def inner():
        for _ in range(2):
            counter.at(sys._getframe())

    inner()
    inner()
    assert [(turn.run, turn.number, turn.value) for turn in turns] == [(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 1, 1)]


def test_loops_are_looked_up_once_as_long_as_their_code_lives(monkeypatch):
    from autograd_viz.capturing import loop_code

    searched = []
    monkeypatch.setattr(loop_code, "find_loops", lambda code: (searched.append(code.co_name), find_loops(code))[1])
    before = len(loop_code._known)
    code = compile("for k in x: pass", "sel", "exec")
    assert loop_code.loops_of(code) is loop_code.loops_of(code)
    assert [loop.targets for loop in loop_code.loops_of(code)] == [("k",)] and searched == ["<module>"]
    key = id(code)
    del code
    assert key not in loop_code._known and len(loop_code._known) <= before
    other = compile("while x: pass", "sel", "exec")  # another code where the first one lay
    loop_code._known[id(other)] = (lambda: None, ())
    assert [loop.counted for loop in loop_code.loops_of(other)] == [False]


def test_a_code_that_outlives_the_module_goes_in_silence():
    """At the end of Python the names of a module become None while functions of others are still there."""
    program = (
        "from autograd_viz.capturing import loop_code\n"
        "code = compile('for k in x: f(k)', 'cell', 'exec')\n"
        "loop_code.loops_of(code)\n"
        "kept = loop_code._known\n"
        "vars(loop_code).update(dict.fromkeys(vars(loop_code)))\n"
        "del code\n"
        "print(kept)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (ended.stdout, ended.stderr) == ("{}\n", "")
