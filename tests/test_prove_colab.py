"""What the proof of the copies for Colab counts as an error; the proof itself is run by hand."""

import json

from nbformat import v4

from tools.prove_colab import KERNEL, Ran, environment, judge, table, write_kernel

MEANT = {"tags": ["raises-exception"]}


def cell(source, outputs=(), count=1, **metadata):
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def error(name):
    return v4.new_output("error", ename=name, evalue="pesan\nbaris kedua", traceback=[])


def picture():
    return v4.new_output("display_data", data={"image/svg+xml": "<svg/>", "text/plain": "graf"})


def test_an_error_on_purpose_is_told_from_another():
    notebook = v4.new_notebook(cells=[
        cell("%pip install x"), v4.new_markdown_cell("a"), cell("1/0", [error("ZeroDivisionError")], 2, **MEANT),
        cell("draw(z)", [picture()], 3), cell("salah", [error("NameError")], 4), cell("", (), None),
    ])  # fmt: skip
    ran = judge("notebooks/00.ipynb", notebook, 3.0, 9.0)
    assert (ran.cells, ran.pictures, ran.meant, ran.install, ran.seconds) == (5, 1, 1, 3.0, 9.0)
    assert ran.errors == ("sel 5: NameError: ['pesan']",)


def test_a_cell_that_was_not_run_is_an_error():
    ran = judge("x", v4.new_notebook(cells=[cell("%pip install x"), cell("a = 1", (), None)]), 0.0, 0.0)
    assert ran.errors == ("sel 2: tidak dijalankan",)


def test_a_kernel_sees_nothing_of_the_course_and_a_key_must_be_right(tmp_path):
    given = {"PATH": "/bin", "PYTHONPATH": "/kursus", "AUTOGRAD_KEMAJUAN": "x", "JUPYTER_CONFIG_PATH": "/kursus"}
    seen = environment(tmp_path, "solutions/01.ipynb", given)
    assert seen["AUTOGRAD_CEK_KETAT"] == "1" and seen["XDG_DATA_HOME"] == str(tmp_path / "data")
    assert not given.keys() - {"PATH"} & seen.keys() and seen["PATH"] == "/bin"
    assert "AUTOGRAD_CEK_KETAT" not in environment(tmp_path, "exercises/01.ipynb", given)


def test_the_kernel_is_of_the_other_python(tmp_path):
    write_kernel(tmp_path, "/lain/bin/python")
    about = json.loads((tmp_path / "kernels" / KERNEL / "kernel.json").read_text(encoding="utf-8"))
    assert about["argv"][0] == "/lain/bin/python" and "{connection_file}" in about["argv"]


def test_the_table_has_one_row_for_each_copy():
    lines = table([Ran("a", 3, 1, 0, (), 2.04, 5.0), Ran("b", 1, 0, 1, ("x", "y"), 1.0, 2.0)]).splitlines()
    assert lines[2:] == ["| a | 3 | 1 | 0 | 0 | 2.0 | 5.0 |", "| b | 1 | 0 | 1 | 2 | 1.0 | 2.0 |"]
    assert len({line.count("|") for line in lines}) == 1
