"""Exercises follow from their solutions, run untouched, and tell the same about themselves as the catalog."""

import re
import sys

import matplotlib.pyplot
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from jejak import Verdict
from jejak.catalog import CATALOG, LEVELS
from tools.address import Address
from tools.badges import with_links
from tools.build import check_exercises, exercise_files
from tools.exercises import MarkerError, blank, exercise_of, find_strays
from tools.key_markers import CLOSE, GAP, OPEN
from tools.minutes import MORE
from tools.myst_text import read_text
from tools.prose import read_links
from tools.twins import ROOT, code_cells, find_texts, read_notebook

SOLUTIONS = [text for text in find_texts() if text.parent.name == "solutions"]
LESSONS = [f"{number:02}" for number in range(17)]
KINDS = {  # first digit and level
    ("0", "sedang"), ("0", "menantang"), ("1", "pemanasan"), ("2", "pemanasan"), ("3", "singkat"), ("4", "singkat"),
    ("5", "sedang"), ("6", "sedang"), ("6", "menantang"),
}  # fmt: skip
MINUTES = {"pemanasan": range(5, 11), "singkat": range(3, 7)}
HINTS = "# hint(1)\n# hint(2)\n# hint(3)"

solutions = pytest.mark.parametrize("text", SOLUTIONS, ids=[text.stem for text in SOLUTIONS])


def exercise(text):
    return ROOT / "exercises" / f"{text.stem}.ipynb"


def test_catalog_and_solutions_are_the_same_set():
    assert [text.stem for text in SOLUTIONS] == list(CATALOG)
    assert {(name[0], task.level) for name, task in CATALOG.items()} <= KINDS


def test_every_lesson_has_one_warm_up():
    warm_ups = [task for task in CATALOG.values() if task.level == "pemanasan"]
    assert [task.lessons[0][:2] for task in warm_ups] == LESSONS
    assert [int(task.name[:2]) - 10 for task in warm_ups] == list(map(int, LESSONS))


def test_no_file_lies_about():
    assert find_strays() == []


def test_a_stray_file_is_found(tmp_path):
    for name in ("01_a.md", "01_a.ipynb", "02_b.md", "01_a.txt", "../solutions/01_a.md"):
        name = f"exercises/{name}"
        (tmp_path / "exercises").mkdir(exist_ok=True)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in find_strays(tmp_path)] == ["01_a.txt", "02_b.md"]


@solutions
def test_exercise_is_in_step_with_its_solution(text):
    assert check_exercises(text) == []


def test_drift_is_found(tmp_path):
    solution = tmp_path / "solutions" / "02_sigmoid_kustom.md"
    solution.parent.mkdir()
    source = (ROOT / "solutions" / solution.name).read_text(encoding="utf-8")
    solution.write_text(source, encoding="utf-8")
    assert len(check_exercises(solution)) == 2
    for path, content in exercise_files(solution, read_text(solution)).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert check_exercises(solution) == []
    solution.write_text(source.replace("## Tugas", "## Tugas lain"), encoding="utf-8")
    assert len(check_exercises(solution)) == 2
    solution.write_text(source.replace(f"    {CLOSE}\n", "", 1), encoding="utf-8")
    assert "bagian kunci dibuka lagi" in check_exercises(solution)[0]


def test_key_becomes_a_gap_and_the_call_stays():
    source = f"def f(x):\n    {OPEN}\n    y = x\n\n    return y\n    {CLOSE}\n\nf(3)"
    assert blank(source) == f"def f(x):\n    {GAP}\n\nf(3)"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (f"{OPEN}\nx = 1", "baris 1: bagian kunci tidak ditutup"),
        (f"x = 1\n{CLOSE}", "baris 2: bagian kunci ditutup tanpa dibuka"),
        (f"{OPEN}\n\n{CLOSE}", "baris 3: bagian kunci kosong"),
        (f"{OPEN}\nx = 1\n{OPEN}", "baris 3: bagian kunci dibuka lagi"),
    ],
)
def test_bad_markers_are_refused(source, fault):
    with pytest.raises(MarkerError, match=fault):
        blank(source)


def test_a_solution_without_key_is_refused():
    notebook = read_text(ROOT / "notebooks" / "00_mulai_di_sini.md")
    with pytest.raises(MarkerError, match="coba: tidak ada bagian kunci"):
        exercise_of(notebook, "coba")


@solutions
def test_exercise_holds_no_key_and_no_outputs(text):
    notebook = read_notebook(exercise(text))
    sources = "\n".join(cell.source for cell in notebook.cells)
    assert (GAP in sources) != bool(CATALOG[text.stem].given)
    assert OPEN not in sources and "## Pembahasan" not in sources
    assert all(cell.execution_count is None and cell.outputs == [] for cell in code_cells(notebook))


@solutions
def test_solution_explains_and_is_right(text):
    notebook = read_notebook(text.with_suffix(".ipynb"))
    assert any("## Pembahasan" in cell.source and "kunci" in cell.metadata.get("tags", []) for cell in notebook.cells)
    verdicts = [output.data["text/plain"] for cell in code_cells(notebook) if cell.source.startswith("check(")
                for output in cell.outputs]
    assert len(verdicts) == 1 and verdicts[0] == f"● Benar. {CATALOG[text.stem].right}"


@solutions
def test_untouched_exercise_runs_and_is_not_begun(text, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "kemajuan.json"))
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    main, verdicts = sys.modules["__main__"], []
    try:
        shell = InteractiveShell(user_ns={}, config=Config(HistoryManager={"enabled": False}))
        for cell in code_cells(read_notebook(exercise(text))):
            done = shell.run_cell(cell.source)
            done.raise_error()
            if cell.source.startswith("check("):
                verdicts.append(done.result)
    finally:
        sys.modules["__main__"] = main
        matplotlib.pyplot.close("all")
    assert [(type(verdict), verdict.status) for verdict in verdicts] == [(Verdict, "belum dikerjakan")]
    assert not (tmp_path / "kemajuan.json").exists()


@solutions
def test_given_program_is_the_one_in_the_notebook(text):
    if given := CATALOG[text.stem].given:
        for notebook in (read_text(text), read_notebook(exercise(text))):
            assert given.strip() in [cell.source for cell in code_cells(notebook)]


@solutions
def test_opening_agrees_with_the_catalog(text):
    task, opening = CATALOG[text.stem], read_text(text).cells[0].source
    assert opening.startswith(f"# Latihan {text.stem[:2]} · {task.title}\n")
    assert f"**Tingkat:** {task.level}. **Waktu:** {task.minutes} menit." in opening
    assert task.level in LEVELS
    for lesson in task.lessons:
        assert f"](../notebooks/{lesson}.ipynb)" in opening
    sources = [cell.source for cell in code_cells(read_text(text))]
    assert any(f'check, hint = latihan("{text.stem}")' in source for source in sources)
    assert f"check({','.join(task.answers)})" in ["".join(source.split()) for source in sources]  # on one line or more
    assert HINTS in sources
    assert "## Lebih jauh" in read_text(text).cells[-1].source


@solutions
def test_short_ones_are_short(text):
    task = CATALOG[text.stem]
    if task.level in MINUTES:
        assert task.minutes in MINUTES[task.level] and len(task.answers) <= 2
        assert sum("kunci" not in cell.metadata.get("tags", []) for cell in read_text(text).cells) <= 14


@solutions
def test_links_lead_somewhere(text):
    for page in (text, exercise(text).with_suffix(".md")):
        targets = [target.split("#")[0] for _, target in read_links(page) if not re.match(r"[a-z]+:", target)]
        assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", CATALOG)
def test_lessons_lead_to_their_latihan(name):
    """The last lesson that it needs: before that nobody is ready for it."""
    lesson = (ROOT / "notebooks" / f"{CATALOG[name].lessons[-1]}.md").read_text(encoding="utf-8")
    ending = lesson.split("\n## Ringkasan\n")[1].split(MORE)[0]
    assert f"](../exercises/{name}.ipynb)" in ending


@solutions
def test_prose_never_shouts(text):
    task = CATALOG[text.stem]
    prose = [cell.source for cell in read_text(text).cells if cell.cell_type == "markdown"]
    lines = "\n".join([*prose, *task.hints, task.right]).splitlines()
    assert [line for line in lines if re.search(r"\w!(?!=)", line)] == []


def test_list_of_latihan_is_complete():
    written = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
    page = with_links(written, "exercises/README.md", Address())  # as it is without the addresses of copies
    for name, task in CATALOG.items():
        lessons = ", ".join(f"[{lesson[:2]}](../notebooks/{lesson}.ipynb)" for lesson in task.lessons)
        row = f"| {name[:2]} | [{task.title}]({name}.ipynb) | {lessons} | {task.level} | {task.minutes} menit |"
        assert row in page.splitlines()
