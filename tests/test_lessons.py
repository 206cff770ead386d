"""What every lesson has: its opening and its end, predictions, pictures, links that lead somewhere, no trace left."""

import ast
import contextlib
import io
import re
import sys
from functools import cache
from itertools import pairwise

import matplotlib
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import jejak
from jejak.guesses import GUESSES
from jejak.predict import predict
from jejak.show import show
from tools.minutes import MORE, split_core
from tools.myst_text import read_text
from tools.prose import ANCHOR, read_anchors, read_links, read_prose
from tools.twins import ROOT, code_cells, find_lessons, read_notebook

TEXTS = find_lessons()
FOLDERS = ("notebooks", "exercises", "solutions", "docs")
PAGES = sorted((ROOT / "notebooks").glob("*.md")) + [ROOT / "README.md"]
EVERYWHERE = [page for folder in FOLDERS for page in sorted((ROOT / folder).glob("*.md"))]
SOURCE = ROOT / "tests" / "data" / "sumber_autograd.md"

# Every section of the source chapter stands in one lesson, as it is.
SECTIONS = {
    "Konsep Dasar": "01_konsep_dasar",
    "Computational Graph": "02_graf_komputasi",
    "Gradient Computation": "03_menghitung_gradien",
    "Detaching dan No Grad": "04_detach_dan_no_grad",
    "Gradient Accumulation": "05_akumulasi_gradien",
    "Contoh dengan Neural Network": "06_jaringan_saraf",
    "retain_graph": "07_retain_graph",
    "Higher-Order Gradients": "08_gradien_orde_tinggi",
    "Gradient Clipping": "09_gradient_clipping",
    "Custom Autograd Function": "10_fungsi_autograd_kustom",
    "Debugging Autograd": "11_debugging",
}
ERRORS = r"^## Galat yang mungkin Anda temui$"
BLOCKS = dict.fromkeys(SECTIONS, 1) | {"Gradient Computation": 3, "Detaching dan No Grad": 2}

lessons = pytest.mark.parametrize("text", TEXTS, ids=[text.stem for text in TEXTS])
pages = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


def markdown(text):
    return [cell.source for cell in read_text(text).cells if cell.cell_type == "markdown"]


def calls(text, name):
    trees = [ast.parse(cell.source) for cell in code_cells(read_text(text))]
    found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in found if isinstance(node.func, ast.Name) and node.func.id == name]


@lessons
def test_opening_names_goals_prerequisites_and_minutes(text):
    cells = read_text(text).cells
    first_code = next(index for index, cell in enumerate(cells) if cell.cell_type == "code")
    opening = "\n".join(cell.source for cell in cells[:first_code])
    assert re.match(rf"# {text.stem[:2]} · \S", opening)
    assert re.search(r"^> \*\*Tujuan\.\*\* ", opening, re.MULTILINE)
    assert len(re.findall(r"^> - ", opening, re.MULTILINE)) >= 2
    assert "**Prasyarat:**" in opening
    assert re.search(r"\*\*Waktu:\*\* \d+ menit", opening)


def ending(text):
    """What stands from the summary to the end of the core."""
    return re.split(r"^## Ringkasan$", "\n".join(markdown(text)), flags=re.MULTILINE)[1].split(MORE)[0]


@lessons
def test_end_sums_up_and_names_the_next_lesson(text):
    core, more = split_core(read_text(text).cells)
    assert core[-1].cell_type == "markdown" and "**Berikutnya:**" in ending(text)
    assert all("## Ringkasan" not in cell.source for cell in more)


@pytest.mark.parametrize(("text", "following"), [*pairwise(TEXTS)], ids=[text.stem for text in TEXTS[:-1]])
def test_next_lesson_is_linked(text, following):
    assert f"]({following.stem}.ipynb)" in ending(text).split("**Berikutnya:**")[1]
    assert f"]({text.stem}.ipynb)" in markdown(following)[0]


@lessons
def test_errors_are_met_in_a_cell_and_asserted(text):
    cells = read_text(text).cells
    start = next(i for i, cell in enumerate(cells) if re.search(ERRORS, cell.source, re.MULTILINE))
    tried = [cell.source for cell in cells[start:] if cell.cell_type == "code" and "except" in cell.source]
    assert any(re.search(r"^\s+assert .* in str\(", source, re.MULTILINE) for source in tried)


@lessons
def test_at_least_three_predictions_each_of_its_own(text):
    names = [call.args[0].value for call in calls(text, "predict")]
    assert len(names) >= 3 and {*names} == {f"{text.stem[:2]}/{number}" for number in range(1, len(names) + 1)}
    assert {*names} == {name for name in GUESSES if name[:2] == text.stem[:2]}
    assert all(len(call.args) == 3 and not call.keywords for call in calls(text, "predict")), "hints lie in the data"
    assert "\n".join(markdown(text)).count("**Tebak dulu.**") == len(names)


@lessons
def test_stored_predictions_are_untouched(text):
    outputs = [o for cell in code_cells(read_notebook(text.with_suffix(".ipynb"))) for o in cell.outputs]
    verdicts = [o.data["text/plain"] for o in outputs if "data" in o and o.data["text/plain"][:1] in "○△●"]
    assert len(verdicts) == len(calls(text, "predict"))
    assert {verdict.split(".")[0] for verdict in verdicts} == {"○ Belum ditebak"}


@lessons
def test_at_least_four_drawn_graphs(text):
    outputs = [o for cell in code_cells(read_notebook(text.with_suffix(".ipynb"))) for o in cell.outputs]
    drawn = [o for o in outputs if "image/svg+xml" in o.get("data", {})]
    assert len(drawn) >= 4
    assert all({"text/html", "text/plain"} <= o.data.keys() for o in drawn)


@lessons
def test_reader_is_asked_to_change_something(text):
    assert "\n".join(markdown(text)).count("**Coba ubah.**") >= 2


@pages
def test_links_lead_somewhere(page):
    broken = []
    for line, target in read_links(page):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name) if name else page
        text = found.with_suffix(".md") if found.suffix == ".ipynb" else found
        if not found.exists() or (anchor and anchor not in read_anchors(text)):
            broken.append(f"{page.name}:{line} {target}")
    assert broken == []


# What GitHub, Colab, VS Code, nbviewer or a bare JupyterLab shows as raw signs: MyST's boxes, labels, roles, comments.
EXTENDED = re.compile(r"^ *(:::|```+\{(?!code-cell)|\([\w-]+\)=$|%)|\{[a-z:-]+\}`|^ *> *\[!", re.MULTILINE)


@pytest.mark.parametrize("page", EVERYWHERE, ids=[f"{page.parent.name}/{page.stem}" for page in EVERYWHERE])
def test_markdown_needs_no_extension(page):
    text = re.sub(r"^```\{code-cell\}\n.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert [found[0] for found in EXTENDED.finditer(text)] == []


@pages
def test_prose_never_shouts(page):
    assert [(block.line, block.text) for block in read_prose(page) if "!" in block.text] == []


def blocks(section):
    """The code blocks of one section of the source, as text."""
    chapters = re.split(r"^## (.+)$", SOURCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    body = dict(zip(chapters[1::2], chapters[2::2], strict=True))[section]
    return re.findall(r"^```python\n(.*?)^```", body, flags=re.MULTILINE | re.DOTALL)


def statements(code):
    """Statements without comments, layout and imports, which a lesson may place elsewhere."""
    return [ast.dump(node) for node in ast.parse(code).body if not isinstance(node, ast.Import)]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_block_of_the_source_is_in_its_lesson(section):
    text = ROOT / "notebooks" / f"{SECTIONS[section]}.md"
    ours = [line for cell in code_cells(read_text(text)) for line in statements(cell.source)]
    found = blocks(section)
    assert len(found) == BLOCKS[section]
    for block in found:
        theirs = statements(block)
        places = range(len(ours) - len(theirs) + 1)
        assert any(ours[i : i + len(theirs)] == theirs for i in places), f"missing or changed:\n{block}"


def state():
    return {
        "grad mode": torch.is_grad_enabled(),
        "inference mode": torch.is_inference_mode_enabled(),
        "anomaly mode": torch.is_anomaly_enabled(),
        "anomaly check": torch.is_anomaly_check_nan_enabled(),
        "default dtype": torch.get_default_dtype(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "print options": vars(torch._tensor_str.PRINT_OPTS).copy(),
    }


def restore():
    torch.set_grad_enabled(True)
    torch.set_anomaly_enabled(False)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.use_deterministic_algorithms(False)
    torch.set_printoptions(profile="default")


def _as_text(value):
    """What a notebook shows of a value, as text."""
    bundle = getattr(value, "_repr_mimebundle_", None)
    return bundle()["text/plain"] if bundle else repr(value)


@cache
def run(text):
    """Runs a lesson in this process: what it left changed, guess cells whose answer a second run changes, the answers
    by name, and what each code cell printed and, after a NUL, showed.

    A learner runs a guess cell with `...`, then again with the guess: the answer must still be the same.
    """
    matplotlib.use("agg")
    before, main, answers, moved, results, outputs = state(), sys.modules["__main__"], [], [], {}, []

    def listen(name, guess, actual):
        answers.append(show(actual))
        results.setdefault(name, actual.detach().clone() if isinstance(actual, torch.Tensor) else actual)
        return predict(name, guess, actual)

    try:
        jejak.predict = listen
        shell = InteractiveShell(user_ns={}, config=Config(HistoryManager={"enabled": False}))
        for number, cell in enumerate(code_cells(read_text(text))):
            answers.clear()
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                done = shell.run_cell(cell.source, silent=True)
            done.raise_error()
            outputs.append(f"{printed.getvalue()}\0{'' if done.result is None else _as_text(done.result)}")
            if first := answers[:]:
                answers.clear()
                shell.run_cell(cell.source, silent=True).raise_error()
                if answers != first:
                    moved.append(f"code cell {number}: {first} becomes {answers}")
        after = state()
        return {name: after[name] for name in before if after[name] != before[name]}, moved, results, outputs
    finally:
        jejak.predict = predict
        sys.modules["__main__"] = main
        restore()


@lessons
def test_no_state_is_left_behind(text):
    assert run(text)[0] == {}


@lessons
def test_a_guess_may_be_made_in_a_second_run(text):
    assert run(text)[1] == []


@lessons
def test_true_or_false_is_asked_why(text):
    """And the reasons are real choices: one is right, every other one has its own reply."""
    for name, result in run(text)[2].items():
        about = GUESSES[name]
        assert bool(about.reasons) == isinstance(result, bool), name
        if about.reasons:
            assert about.because in about.reasons and len(about.reasons) >= 3
            assert {*about.replies} == {*about.reasons} - {about.because}


GLOSSARY = ROOT / "notebooks" / "glosarium.md"


def entries():
    parts = re.split(r"^## (.+)$", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_glossary_is_in_alphabetical_order():
    order = [re.sub(r"[^a-z ]", "", ANCHOR.sub("", term).lower()) for term in entries()]
    assert order == sorted(order)


def test_every_glossary_entry_is_short_and_has_an_example():
    for term, body in entries().items():
        assert "Contoh: " in body, term
        assert len(body.strip().splitlines()) == 1, term
        assert len(re.split(r"(?<=[.:;])\s+(?=[A-Z])", body.split("Contoh: ")[0].strip())) <= 3, term


@lessons
def test_lesson_links_its_terms_to_the_glossary(text):
    targets = {target for _, target in read_links(text) if target.startswith("glosarium.md#")}
    assert len(targets) >= 2
