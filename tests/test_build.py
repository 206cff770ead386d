import nbformat
import pytest
import torch

from autograd_viz import play, record
from tools import build as tool
from tools.execute import ExecutionError, output_faults
from tools.twins import read_notebook, write_notebook

HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
LESSON = """# Judul

```{code-cell}
print("dua", 1 + 1)
```

Prosa.

```{code-cell}
3 * 7
```

```{code-cell}
:tags: [raises-exception]

1 / 0
```
"""


def write(folder, body):
    path = folder / "42_coba.md"
    path.write_text(HEADER + body, encoding="utf-8")
    return path


def cell(code):
    return f"# Judul\n\n```{{code-cell}}\n{code}\n```\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    text = write(tmp_path_factory.mktemp("built"), LESSON)
    return text, tool.build(text)


@pytest.fixture
def pair(built, tmp_path):
    """A fresh copy of a built lesson and its notebook."""
    text = tmp_path / built[0].name
    text.write_bytes(built[0].read_bytes())
    text.with_suffix(".ipynb").write_bytes(built[0].with_suffix(".ipynb").read_bytes())
    return text


def change_notebook(text, change):
    path = text.with_suffix(".ipynb")
    notebook = read_notebook(path)
    change(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def test_first_build_runs_and_keeps_outputs(built):
    text, done = built
    notebook = read_notebook(text.with_suffix(".ipynb"))
    assert done == "dijalankan"
    assert [c.execution_count for c in notebook.cells if c.cell_type == "code"] == [1, 2, 3]
    assert notebook.cells[1].outputs[0].text == "dua 2\n"
    assert notebook.cells[3].outputs[0].data["text/plain"] == "21"
    assert notebook.cells[4].outputs[0].ename == "ZeroDivisionError"
    assert tool.check(text) == []


def test_same_bytes_when_run_again(pair):
    before = pair.with_suffix(".ipynb").read_bytes()
    assert tool.build(pair, force=True) == "dijalankan"
    assert pair.with_suffix(".ipynb").read_bytes() == before


def test_bytes_hold_nothing_of_this_machine(built):
    content = built[0].with_suffix(".ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(content, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.nbformat_minor == 5
    assert str(built[0].parent) not in content


def test_cell_ids_do_not_depend_on_place():
    def ids(*sources):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source) for source in sources])
        return [kept.id for kept in nbformat.reads(write_notebook(notebook), as_version=4).cells]

    assert ids("satu", "dua") == ids("nol", "satu", "dua")[1:]
    assert len(set(ids("sama", "sama", "sama"))) == 3


def test_unchanged_lesson_is_left_alone(pair, monkeypatch):
    monkeypatch.setattr(tool, "execute", None)
    assert tool.build(pair) == "tetap"


def test_changed_prose_keeps_outputs_without_running(pair, monkeypatch):
    monkeypatch.setattr(tool, "execute", None)
    write(pair.parent, LESSON.replace("Prosa.", "Prosa lain."))
    assert tool.build(pair) == "disusun ulang"
    assert tool.check(pair) == []
    assert read_notebook(pair.with_suffix(".ipynb")).cells[3].outputs[0].data["text/plain"] == "21"


def test_links_to_the_glossary_get_their_definition_in_both_twins(pair, monkeypatch):
    monkeypatch.setattr(tool, "execute", None)
    write(pair.parent, LESSON.replace("Prosa.", "Sebuah [skalar](glosarium.md#skalar)."))
    assert any("tautan ke glosarium" in fault for fault in tool.check(pair))
    assert tool.build(pair) == "disusun ulang"
    wanted = 'Sebuah [skalar](glosarium.md#skalar "Tensor yang berisi satu angka.").'
    assert wanted in pair.read_text(encoding="utf-8")
    assert read_notebook(pair.with_suffix(".ipynb")).cells[2].source == wanted
    assert tool.check(pair) == []


def test_changed_code_runs(pair):
    write(pair.parent, LESSON.replace("3 * 7", "3 * 8"))
    assert tool.build(pair) == "dijalankan"
    assert read_notebook(pair.with_suffix(".ipynb")).cells[3].outputs[0].data["text/plain"] == "24"


def test_unexecuted_cell_runs(pair):
    change_notebook(pair, lambda notebook: notebook.cells[1].update(execution_count=None))
    assert tool.build(pair) == "dijalankan"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (LESSON.replace("3 * 7", "3 * 8"), "sel 4 berbeda: '3 * 8'"),
        (LESSON.replace("Prosa.", "Prosa lain."), "sel 3 berbeda: 'Prosa lain.'"),
        (LESSON.replace("[raises-exception]", "[raises-exception, baru]"), "sel 5 berbeda"),
        (LESSON + "\nPenutup.\n", "teks punya 6 sel, notebook 5"),
    ],
)
def test_drift_is_found(pair, body, fault):
    write(pair.parent, body)
    assert any(fault in found for found in tool.check(pair))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda nb: nb.cells[1].update(execution_count=None), "tidak semua sel kode dijalankan"),
        (lambda nb: nb.cells[1].update(execution_count=7), "tidak semua sel kode dijalankan"),
        (lambda nb: nb.cells[1].outputs[0].update(text="<f at 0x7f0f50170490>"), "alamat memori"),
        (lambda nb: nb.cells[1].outputs[0].update(text="/tmp/x.py:3: UserWarning"), "jalur di komputer ini"),
        (lambda nb: nb.cells[1].outputs[0].update(text="di C:\\Users\\x"), "jalur di komputer ini"),
        (lambda nb: nb.cells[4].outputs[0].update(traceback=["File ~/x/torch/_tensor.py"]), "jalur di komputer ini"),
        (lambda nb: nb.cells[1].outputs[0].update(text="ipykernel_77"), "berkas sementara kernel"),
        (lambda nb: nb.cells[1].outputs[0].update(text="9f3c5c6e-8f0e-4c39-9d0c-0a4b1f6f2c11"), "id acak"),
        (lambda nb: nb.cells[4].metadata.clear(), "tanpa label raises-exception"),
        (lambda nb: nb.metadata.language_info.update(version="3.11.7"), "bukan oleh alat ini"),
        (lambda nb: nb.cells[0].update(id="lain"), "bukan oleh alat ini"),
    ],
    ids=range(11),
)
def test_spoilt_notebook_is_found(pair, change, fault):
    change_notebook(pair, change)
    assert any(fault in found for found in tool.check(pair))


def test_ordinary_output_passes(pair):
    text = "dz/dy · dy/dx = 2/3, https://pytorch.org/tmp/x, 0x1F, a/home/b"
    change_notebook(pair, lambda nb: nb.cells[1].outputs[0].update(text=text))
    assert tool.check(pair) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\nsalah_nama", "42_coba, sel 2: x = 1\n    NameError: name 'salah_nama' is not defined"),
        ("import os\nos._exit(1)", "42_coba, sel 2: import os\n    kernel mati"),
    ],
)
def test_kernel_error_names_the_cell_and_keeps_the_old_notebook(pair, code, message):
    before = pair.with_suffix(".ipynb").read_bytes()
    write(pair.parent, cell(code))
    with pytest.raises(ExecutionError) as caught:
        tool.build(pair)
    assert str(caught.value) == message
    assert pair.with_suffix(".ipynb").read_bytes() == before


def test_hanging_cell_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.execute.CELL_TIMEOUT", 1)
    with pytest.raises(ExecutionError, match="sel 2: import time\n    tidak selesai dalam 1 detik"):
        tool.build(write(tmp_path, cell("import time\ntime.sleep(60)")))


def test_the_packed_script_of_a_player_is_no_path():
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        (x**2).backward()
    parts = dict(play(run)._repr_mimebundle_())
    output = nbformat.v4.new_output("execute_result", parts, execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("play(run)", outputs=[output])])
    assert output_faults(notebook) == []
    output.data["text/html"] += "<p>~/x/torch/_tensor.py</p>"
    assert len(output_faults(notebook)) == 1


def test_warning_with_a_path_is_refused_with_its_remedy(tmp_path):
    text = write(tmp_path, cell("import warnings\nwarnings.warn('hati-hati')"))
    with pytest.raises(tool.BuildError, match=r"42_coba, sel 2: .*catch_warnings"):
        tool.build(text)
    assert not text.with_suffix(".ipynb").exists()


def test_missing_notebook_is_found(tmp_path):
    assert tool.check(write(tmp_path, LESSON)) == ["42_coba: notebook belum dibangun"]


def test_lessons_are_chosen_by_name_file_or_number(tmp_path):
    texts = [tmp_path / "01_satu.md", tmp_path / "02_dua.md"]
    assert tool.choose(["notebooks/02_dua.ipynb", "01"], texts) == [texts[1], texts[0]]
    assert tool.choose([], texts) == texts
    with pytest.raises(tool.BuildError, match="Tidak ada notebook '09'. Yang ada: 01_satu, 02_dua."):
        tool.choose(["09"], texts)
