"""Points of an assignment: for every part that is right when all others come from the key."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from jejak.catalog import Latihan, find
from jejak.examine import examine
from jejak.verdict import Verdict
from kelas.folders import ROOT
from kelas.grading.remote import restarting
from kelas.grading.wire import SLOW
from tools.twins import code_cells, read_notebook

SECONDS = 10.0  # for one call of a learner's function
UNFINISHED = (
    "Satu panggilan belum selesai sesudah {seconds:g} detik, lalu dihentikan. Cari putaran yang tidak pernah berakhir, "
    "atau hitungan yang jauh lebih besar dari datanya."
)


class Share(NamedTuple):
    """Points for one part: an answer by its name, or one of the results that it returns."""

    name: str
    answer: str
    points: float
    result: int | None = None


class Grade(NamedTuple):
    """What a submission gets, and what the judge said of it."""

    points: float
    verdict: Verdict
    parts: Mapping[str, float]


@cache
def _table() -> Mapping[str, Any]:
    text = (ROOT / "kelas" / "grading" / "points.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def gradable() -> tuple[str, ...]:
    """The Latihan that can be graded: inputs and results of their functions are plain data."""
    return tuple(_table())


def shares(latihan: str) -> tuple[Share, ...]:
    """Raises KeyError for a Latihan that is not among `gradable()`."""
    return tuple(Share(**row) for row in _table()[latihan]["part"])


@cache
def key_of(latihan: str) -> Mapping[str, Any]:
    """The answers of the key, by running the cells of the solution until all are there."""
    task = find(latihan)
    names: dict[str, Any] = {"__name__": "kunci"}
    for number, cell in enumerate(code_cells(read_notebook(ROOT / "solutions" / f"{latihan}.ipynb"))):
        exec(compile(cell.source, f"kunci {number}", "exec"), names)
        if all(callable(names.get(name)) for name in task.answers):
            return {name: names[name] for name in task.answers}
    raise ValueError(f"The solution of {latihan} does not define {', '.join(task.answers)}.")


def grade(latihan: str, command: Sequence[str], cells: Sequence[str], seconds: float = SECONDS) -> Grade:
    """Grade the cells of a submission, run by `command`; the number comes from the answers alone.

    A part that did not come to an end ends its process; it is started again for the parts after it.
    """
    task, key, rows = find(latihan), key_of(latihan), shares(latihan)
    got, stuck = dict.fromkeys((row.name for row in rows), 0.0), set[str]()
    with restarting(command, cells, task.answers, seconds) as learner:
        verdict = _judge(task, learner.parts(task.answers))
        if learner.dead == SLOW:
            verdict = Verdict.wrong(UNFINISHED.format(seconds=seconds), check="time")
        if verdict.status == "benar":
            return Grade(sum(row.points for row in rows), verdict, {row.name: row.points for row in rows})
        for row in rows:
            mine = learner.parts(task.answers)[row.answer] if row.answer not in stuck else ...
            if mine is ...:
                continue
            found = _judge(task, {**key, row.answer: _mixed(mine, key[row.answer], row.result)}, row.answer)
            if found.status == "benar":
                got[row.name] = row.points
            elif learner.dead:
                stuck.add(row.answer)
    return Grade(sum(got.values()), verdict, got)


def _judge(task: Latihan, parts: Mapping[str, object], about: str = "") -> Verdict:
    """By all checks; or by those that look at the answer `about`, where the others are the key's."""
    checks = task.load_checks()
    return examine(task, [c for c in checks if not about or about in getattr(c, "needs", task.answers)], parts)


def _mixed(mine: Any, key: Any, result: int | None) -> Any:
    """The learner's function; or the key's with one result from the learner's."""
    if result is None:
        return mine

    def mixed(*args: Any, **kwargs: Any) -> Any:
        theirs = mine(*args, **kwargs)
        right = list(key(*args, **kwargs))
        if not isinstance(theirs, (tuple, list)) or len(theirs) != len(right):
            return theirs
        right[result] = theirs[result]
        return tuple(right)

    mixed.__signature__ = getattr(mine, "__signature__", None)  # type: ignore[attr-defined]
    return mixed
