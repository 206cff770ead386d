"""The learner's copies: they follow the course, never lose a learner's work, and leave the repository clean."""

import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from tools import copies
from tools.copies import FOLDER, RECORD, ROOMS, as_shipped, originals, renew, update
from tools.problems import Problem
from tools.prose import read_links
from tools.twins import METADATA, ROOT

LESSON, LATIHAN, SOLUTION = "notebooks/05_dua.ipynb", "exercises/02_tiga.ipynb", "solutions/02_tiga.ipynb"


def page(*sources, outputs=True):
    cells = [nbformat.v4.new_markdown_cell("# Judul", id="a")]
    for number, source in enumerate(sources):
        made = [nbformat.v4.new_output("stream", text="24\n")] if outputs else []
        cells.append(nbformat.v4.new_code_cell(source, id=f"c{number}", outputs=made, execution_count=number + 1))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=METADATA)) + "\n"


def put(root, name, *sources, outputs=True):
    """One page of the course, with its text twin."""
    file = root / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(page(*sources, outputs=outputs), encoding="utf-8", newline="\n")
    twin = "".join(f"```{{code-cell}}\n{source}\n```\n" for source in sources)
    file.with_suffix(".md").write_text(twin, encoding="utf-8", newline="\n")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "Kelas Bu Sari – ünïcode"
    root.mkdir()
    put(root, LESSON, "tebakan = ...", "p.grad")
    put(root, LATIHAN, "jawaban = ...", outputs=False)
    put(root, SOLUTION, "jawaban = 3")
    (root / "notebooks" / "glosarium.md").write_text("# Glosarium\n", encoding="utf-8")
    (root / "exercises" / "checks.py").write_text("", encoding="utf-8")
    return root


def copy(root, name=LESSON):
    return root / FOLDER / name


def read(file):
    return nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)


def sources(file):
    return [cell.source for cell in read(file).cells if cell.cell_type == "code"]


def save_as_jupyterlab(file, change=lambda notebook: None):
    """What JupyterLab does to a notebook that was opened, run and saved: all but the sources may change."""
    notebook = read(file)
    notebook.metadata.language_info = {"name": "python", "version": "3.11.7", "file_extension": ".py"}
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    for cell in notebook.cells:
        cell.metadata["editable"] = True
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="dijalankan\n")], 7
    notebook.cells.append(nbformat.v4.new_code_cell(""))  # comes with Shift+Enter on the last cell
    change(notebook)
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")


def guess(notebook):
    notebook.cells[1].source = "tebakan = 24"


def test_copies_mirror_the_course_and_its_originals_stay(root):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    news = update(root)
    made = sorted(path.relative_to(root / FOLDER).as_posix() for path in (root / FOLDER).rglob("*") if path.is_file())
    assert made == [RECORD, *sorted([LESSON, LATIHAN, SOLUTION, "notebooks/glosarium.md"])]
    assert sorted(news.made) == made[1:] and "4 salinan" in str(news)
    assert {path: path.read_bytes() for path in before} == before
    assert str(update(root)) == ""


def test_a_lesson_comes_without_outputs_and_a_solution_as_it_is(root):
    update(root)
    assert all(not cell.outputs and cell.execution_count is None for cell in read(copy(root)).cells[1:])
    assert sources(copy(root)) == ["tebakan = ...", "p.grad"]
    nbformat.validate(read(copy(root)))
    assert copy(root, SOLUTION).read_bytes() == (root / SOLUTION).read_bytes()


def as_crlf(file):
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def as_lists(file):
    notebook = json.loads(file.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    file.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize("look_at", [lambda file: None, save_as_jupyterlab, as_crlf, as_lists])
@pytest.mark.parametrize("name", [LESSON, LATIHAN, SOLUTION])
def test_an_untouched_copy_follows_also_when_it_was_opened_run_and_saved(root, look_at, name):
    update(root)
    look_at(copy(root, name))
    assert str(update(root)) == ""
    put(root, name, "baru = 1")
    news = update(root)
    assert news.updated == (name,) and sources(copy(root, name)) == ["baru = 1"]
    assert "1 salinan yang belum Anda ubah" in str(news)


def test_what_was_run_keeps_its_outputs_until_the_course_changes(root):
    update(root)
    save_as_jupyterlab(copy(root))
    update(root)
    assert "dijalankan" in copy(root).read_text(encoding="utf-8")


def test_a_solution_follows_when_only_its_outputs_change(root):
    update(root)
    put(root, SOLUTION, "jawaban = 3", outputs=False)
    update(root)
    assert copy(root, SOLUTION).read_bytes() == (root / SOLUTION).read_bytes()


def test_a_touched_copy_stays_and_is_told_until_it_is_renewed(root):
    update(root)
    save_as_jupyterlab(copy(root), guess)
    written = copy(root).read_bytes()
    assert str(update(root)) == "", "nothing newer, nothing to say"
    put(root, LESSON, "tebakan = ...", "baru = 1")
    for _ in range(2):
        news = update(root)
        assert news.kept == (LESSON,) and copy(root).read_bytes() == written
        assert "sudah Anda ubah" in str(news) and "--ulang 05_dua" in str(news)
    renew(root, "05")
    assert sources(copy(root)) == ["tebakan = ...", "baru = 1"]
    assert copy(root).with_name("05_dua_lama.ipynb").read_bytes() == written
    assert str(update(root)) == ""


def test_every_renewal_keeps_the_copy_before(root):
    update(root)
    for number in range(3):
        save_as_jupyterlab(copy(root), lambda notebook, n=number: notebook.cells[1].update(source=f"tebakan = {n}"))
        renew(root, "05_dua")
    kept = ["05_dua_lama.ipynb", "05_dua_lama_2.ipynb", "05_dua_lama_3.ipynb"]
    assert [sources(copy(root).with_name(name))[0] for name in kept] == [f"tebakan = {n}" for n in range(3)]
    renew(root, "05")
    assert not copy(root).with_name("05_dua_lama_4.ipynb").exists(), "it was as the course wrote it"
    assert str(update(root)) == ""


def test_an_update_is_followed_again_after_a_renewal(root):
    update(root)
    save_as_jupyterlab(copy(root), guess)
    renew(root, "05")
    put(root, LESSON, "baru = 2")
    assert update(root).updated == (LESSON,)


def test_a_deleted_copy_comes_back(root):
    update(root)
    copy(root).unlink()
    assert update(root).made == (LESSON,)


def test_a_page_that_the_course_drops_goes_unless_it_was_touched(root):
    update(root)
    save_as_jupyterlab(copy(root), guess)
    for name in (LESSON, LATIHAN):
        (root / name).unlink()
        (root / name).with_suffix(".md").unlink()
    update(root)
    assert copy(root).exists() and not copy(root, LATIHAN).exists()


@pytest.mark.parametrize("spoilt", ["", "[]", "{", '{"notebooks/05_dua.ipynb": 3}', '{"a": ["b", "c"]}'])
def test_without_its_record_nothing_that_a_learner_wrote_is_lost(root, spoilt):
    update(root)
    save_as_jupyterlab(copy(root), guess)
    (root / FOLDER / RECORD).write_text(spoilt, encoding="utf-8")
    assert str(update(root)) == ""
    put(root, LESSON, "baru = 1")
    put(root, LATIHAN, "baru = 1")
    news = update(root)
    assert news.kept == (LESSON,) and news.updated == (LATIHAN,)
    assert sources(copy(root))[0] == "tebakan = 24"


def test_work_done_in_the_course_itself_is_carried_over_and_kept(root):
    """As before there were copies: the learner wrote in exercises/ and then got this version."""
    save_as_jupyterlab(root / LATIHAN, guess)
    update(root)
    assert sources(copy(root, LATIHAN))[0] == "tebakan = 24"
    with pytest.raises(Problem, match="git checkout -- exercises/02_tiga.ipynb"):
        renew(root, "02")
    put(root, LATIHAN, "jawaban = ...")
    assert update(root).kept == (LATIHAN,) and sources(copy(root, LATIHAN))[0] == "tebakan = 24"


def test_a_broken_copy_counts_as_touched(root):
    update(root)
    copy(root).write_text("{", encoding="utf-8")
    put(root, LESSON, "baru = 1")
    assert update(root).kept == (LESSON,)


def test_ctrl_c_in_the_middle_is_taken_up_again(root, monkeypatch):
    update(root)
    for name in (LESSON, LATIHAN, SOLUTION):
        put(root, name, "baru = 1")
    write, done = copies.write, []

    def interrupted(path, content):
        if len(done) == 2 and path.name != RECORD:
            raise KeyboardInterrupt
        done.append(path)
        return write(path, content)

    monkeypatch.setattr(copies, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        update(root)
    monkeypatch.setattr(copies, "write", write)
    for name in (LESSON, LATIHAN, SOLUTION):
        put(root, name, "lebih_baru = 2")
    assert len(update(root).updated) == 3


def test_a_file_that_another_program_holds_is_named(root, monkeypatch):
    update(root)
    put(root, LESSON, "baru = 1")
    replace = copies.Path.replace

    def held(self, target):
        if str(target).endswith("05_dua.ipynb"):
            raise PermissionError(13, "held")
        return replace(self, target)

    monkeypatch.setattr(copies.Path, "replace", held)
    news = update(root)
    assert news.locked == (LESSON,) and LESSON in str(news)
    assert [path.name for path in copy(root).parent.iterdir() if path.name.startswith(".")] == []
    monkeypatch.undo()
    assert update(root).updated == (LESSON,)


def test_a_file_in_the_way_is_told(root):
    (root / FOLDER).write_text("", encoding="utf-8")
    with pytest.raises(Problem, match="tidak bisa dibuat"):
        update(root)


@pytest.mark.parametrize(
    "wanted", ["05", "5_dua", "05_dua.ipynb", "notebooks/05_dua.ipynb", "belajar\\notebooks\\05_dua.ipynb", " 05_d "]
)
def test_a_page_is_named_in_several_ways(root, wanted):
    update(root)
    if wanted == "5_dua":
        with pytest.raises(Problem, match="Tidak ada pelajaran atau Latihan '5_dua'"):
            renew(root, wanted)
    else:
        assert renew(root, wanted) == copy(root)


def test_a_number_with_two_meanings_is_asked_about(root):
    put(root, "notebooks/02_satu.ipynb", "x = 1")
    with pytest.raises(Problem) as problem:
        renew(root, "02")
    told = str(problem.value)
    assert "--ulang 02_satu" in told and "--ulang 02_tiga" in told and "(Latihan)" in told
    assert renew(root, "solutions/02_tiga") == copy(root, SOLUTION)
    for nothing in ("", "99", "../../x", "gloss"):
        with pytest.raises(Problem, match="Tidak ada pelajaran"):
            renew(root, nothing)


@pytest.mark.needs("git")
def test_the_repository_stays_clean_while_learning(root):
    shutil.copy(ROOT / ".gitignore", root)

    def git(*words):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.autocrlf=false", *words]
        return subprocess.run(command, cwd=root, capture_output=True, check=True).stdout

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "kursus")
    update(root)
    for name in (LESSON, LATIHAN, SOLUTION):
        save_as_jupyterlab(copy(root, name), guess)
    renew(root, "05")
    (copy(root).parent / ".ipynb_checkpoints").mkdir()
    shutil.copy(copy(root), copy(root).parent / ".ipynb_checkpoints" / "05_dua-checkpoint.ipynb")
    (root / "exercises" / ".kemajuan.json").write_text("{}", encoding="utf-8")
    update(root)
    assert git("status", "--porcelain", "--untracked-files=all") == b""


def test_every_page_of_the_course_is_as_shipped():
    assert [name for name, path in originals(ROOT) if not as_shipped(path)] == []


def test_links_of_the_course_hold_among_the_copies():
    names = {name for name, _ in originals(ROOT)}
    assert "notebooks/00_mulai_di_sini.ipynb" in names and not any(name.endswith("05_dua.md") for name in names)
    broken = []
    for name, path in originals(ROOT):
        text = path.with_suffix(".md")
        for line, target in read_links(text) if text.exists() and path.suffix in (".md", ".ipynb") else ():
            if re.match(r"[a-z]+:|#", target):
                continue
            reached = os.path.normpath(os.path.join(os.path.dirname(name), target.split("#")[0])).replace(os.sep, "/")
            if reached not in names and reached not in ROOMS:
                broken.append(f"{name}:{line} {target}")
    assert broken == []


OLDER = """
from exercises.checks import judge, latihan, predict, progress
check, hint = latihan("02_sigmoid_kustom")
print(check(..., ...))
print(predict(7, actual=6.0, hint="Turunan x² adalah 2x."))
print(progress().summary)
"""


def test_a_touched_copy_of_an_older_course_still_runs(tmp_path):
    """It imports exercises.checks, as Latihan did before the package jejak."""
    folder = tmp_path / FOLDER / "exercises"
    folder.mkdir(parents=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "AUTOGRAD_KEMAJUAN": str(tmp_path / "k")}
    done = subprocess.run(
        [sys.executable, "-c", OLDER], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Belum dikerjakan.") and "Petunjuk: Turunan x²" in done.stdout
