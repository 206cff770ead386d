"""Points of an assignment: for every part that is right, by the checks that look at it."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from jejak.catalog import Latihan, find
from jejak.examine import examine
from jejak.trial import Check
from jejak.verdict import Verdict
from kelas.folders import ROOT
from kelas.grading.copy_in import KEY
from kelas.grading.more_checks import MORE
from kelas.grading.remote import Restarting, restarting
from kelas.grading.wire import SLOW
from tools.key_markers import OPEN, TAG
from tools.twins import code_cells, read_notebook

SECONDS = 10.0  # for one call of a learner's function
UNFINISHED = (
    "Satu panggilan belum selesai sesudah {seconds:g} detik, lalu dihentikan. Cari putaran yang tidak pernah berakhir, "
    "atau hitungan yang jauh lebih besar dari datanya."
)


class Share(NamedTuple):
    """Points for one part: the checks that decide, and of which answer, or one of the results that it returns.

    Without checks all of the Latihan decide; without an answer all answers are the learner's.
    """

    name: str
    points: float
    answer: str = ""
    checks: tuple[str, ...] = ()
    result: int | None = None


class Rules(NamedTuple):
    """How a Latihan is graded: its parts; the checks that rest on what the learner's side says of itself, or that
    can't be made from here; and what a teacher therefore can't be sure of."""

    parts: tuple[Share, ...]
    told: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    unsure: str = ""

    def rests_on_word(self, part: Share) -> bool:
        """Whether the points of a part rest on what the learner's side says of itself."""
        return bool({*self.told} & {*part.checks} if part.checks else self.told)


class Grade(NamedTuple):
    """What a submission gets, and what the judge said of it."""

    points: float
    verdict: Verdict
    parts: Mapping[str, float]


@cache
def _table() -> Mapping[str, Rules]:
    text = (ROOT / "kelas" / "grading" / "points.toml").read_text(encoding="utf-8")
    return {name: _rules(about) for name, about in tomllib.loads(text).items()}


def _rules(about: dict[str, Any]) -> Rules:
    parts = tuple(Share(**{**row, "checks": tuple(row.get("checks", ()))}) for row in about["parts"])
    return Rules(parts, tuple(about.get("told", ())), tuple(about.get("unseen", ())), about.get("unsure", ""))


def gradable() -> tuple[str, ...]:
    """The Latihan that can be graded apart."""
    return tuple(_table())


def rules(latihan: str) -> Rules:
    """Raises KeyError for a Latihan that is not among `gradable()`."""
    return _table()[latihan]


def shares(latihan: str) -> tuple[Share, ...]:
    """Raises KeyError for a Latihan that is not among `gradable()`."""
    return rules(latihan).parts


def checks_of(latihan: str) -> Mapping[str, Check]:
    """The checks that can be made from here, by name."""
    found = [*find(latihan).load_checks(), *MORE.get(latihan, ())]
    return {check.__name__: check for check in found if check.__name__ not in rules(latihan).unseen}


@cache
def key_of(latihan: str) -> Mapping[str, Any]:
    """The answers of the key, by running the cells of the solution as far as they hold a part of the key."""
    task, cells = find(latihan), code_cells(read_notebook(ROOT / "solutions" / f"{latihan}.ipynb"))
    last = max(at for at, cell in enumerate(cells) if OPEN in cell.source or _mends(task, cell))
    names: dict[str, Any] = {"__name__": KEY}  # by which it is known where nothing of it may go
    for number, cell in enumerate(cells[: last + 1]):
        exec(compile(cell.source, f"kunci {number}", "exec"), names)
    return {name: names[name] for name in task.answers}


def _mends(task: Latihan, cell: Any) -> bool:
    """Whether a cell of the solution writes a given program anew."""
    starts = tuple(f"{word} {name}(" for name in task.answers for word in ("def", "class"))
    return TAG in cell.metadata.get("tags", []) and any(start in cell.source for start in starts)


class Bench:
    """What every check says of a learner's answers, each asked once."""

    def __init__(self, latihan: str, learner: Restarting) -> None:
        self.task, self.checks, self.learner = find(latihan), checks_of(latihan), learner
        self.latihan, self.said, self.stuck = latihan, dict[tuple[object, ...], Verdict](), dict[str, Verdict]()

    def whole(self) -> Verdict:
        """The verdict on everything, as in the notebook: of the first check that is not content."""
        told = (self.ask(check, "", None) for check in self.checks.values())
        return next((one for one in told if one.status != "benar"), Verdict.right(self.task.right))

    def content(self, part: Share) -> bool:
        named = part.checks or [name for name in self.checks if self._looks_at(self.checks[name], part.answer)]
        return all(self.ask(self.checks[name], part.answer, part.result).status == "benar" for name in named)

    def ask(self, check: Check, answer: str, result: int | None) -> Verdict:
        """What a check says of one answer beside the key's others; of all where no answer is named."""
        needs = tuple(getattr(check, "needs", self.task.answers))
        theirs = needs if not answer else tuple(name for name in needs if name == answer)
        asked = (check, theirs, result)
        if asked not in self.said:
            self.said[asked] = self._ask(check, theirs, needs, result)
        return self.said[asked]

    def _ask(self, check: Check, theirs: Sequence[str], needs: Sequence[str], result: int | None) -> Verdict:
        for name in theirs:
            if name in self.stuck:
                return self.stuck[name]
        mine = self.learner.parts(self.task.answers)
        parts = {name: mine[name] for name in theirs}
        if {*needs} - {*theirs}:
            parts = {**key_of(self.latihan), **parts}
        if result is not None:
            parts = {name: _mixed(part, key_of(self.latihan)[name], result) for name, part in parts.items()}
        verdict = examine(self.task, [check], {**dict.fromkeys(self.task.answers, _unasked), **parts})
        if self.learner.dead == SLOW:
            verdict = Verdict.wrong(UNFINISHED.format(seconds=self.learner.seconds), check="time")
        if self.learner.dead:
            self.stuck |= dict.fromkeys(theirs, verdict)
        return verdict

    @staticmethod
    def _looks_at(check: Check, answer: str) -> bool:
        return not answer or answer in getattr(check, "needs", (answer,))


def _unasked(*given: object) -> object:
    """Stands for an answer that a check does not look at."""
    return given


def grade(latihan: str, command: Sequence[str], cells: Sequence[str], seconds: float = SECONDS) -> Grade:
    """Grade the cells of a submission, run by `command`; the number comes from the answers alone.

    A part that did not come to an end ends its process; it is started again for the parts after it.
    """
    rows = shares(latihan)
    with restarting(command, cells, find(latihan).answers, seconds) as learner:
        bench = Bench(latihan, learner)
        got = {row.name: float(row.points) if bench.content(row) else 0.0 for row in rows}
        verdict = bench.whole()
    return Grade(sum(got.values()), verdict, got)


def _mixed(mine: Any, key: Any, result: int) -> Any:
    """The key's function with one result from the learner's; nothing where there is none of the learner's."""
    if mine is ...:
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
