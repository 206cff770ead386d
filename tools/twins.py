"""Pairs of a lesson: the edited text (md:myst) and the notebook (.ipynb) that carries its outputs."""

import hashlib
from collections import Counter
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
MUSEUM = "notebooks/museum"
LESSON, QUIZ = "[0-9][0-9]_*", "kuis_[0-9][0-9]"  # names of notebooks; an exercise is named as a lesson
FOLDERS = {"notebooks": (LESSON, QUIZ), "solutions": (LESSON, QUIZ), MUSEUM: ("[a-z]*",)}

# No Python version: the same bytes on 3.11 to 3.14.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def find_texts(root: Path = ROOT) -> list[Path]:
    return _find(root, ".md")


def find_lessons(root: Path = ROOT) -> list[Path]:
    """The texts of the lessons alone."""
    return sorted((root / "notebooks").glob(f"{LESSON}.md"))


def _find(root: Path, suffix: str) -> list[Path]:
    places = ((root / folder, name) for folder, names in FOLDERS.items() for name in names)
    return sorted(path for folder, name in places for path in folder.glob(name + suffix))


def find_orphans(root: Path = ROOT) -> list[Path]:
    """Notebooks whose text is gone."""
    return [path for path in _find(root, ".ipynb") if not path.with_suffix(".md").exists()]


def read_notebook(path: Path) -> NotebookNode:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def write_notebook(notebook: NotebookNode) -> str:
    """The bytes to commit; the same cells and outputs always give the same."""
    return nbformat.writes(canonical(notebook)) + "\n"


def canonical(notebook: NotebookNode) -> NotebookNode:
    """A copy with fixed metadata and with cell ids made from what the cells hold."""
    seen: Counter[str] = Counter()
    cells = []
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:10]
        seen[digest] += 1
        kept = NotebookNode(
            id=digest if seen[digest] == 1 else f"{digest}-{seen[digest]}",
            cell_type=cell.cell_type,
            source=cell.source,
            metadata=NotebookNode(cell.metadata),
        )
        if cell.cell_type == "code":
            kept.execution_count = cell.get("execution_count")
            kept.outputs = cell.get("outputs", [])
        cells.append(kept)
    return NotebookNode(cells=cells, metadata=nbformat.from_dict(METADATA), nbformat=4, nbformat_minor=5)


def key(cell: NotebookNode) -> tuple[str, str, str]:
    """What both twins must agree on."""
    return cell.cell_type, cell.source, repr(sorted(cell.metadata.items()))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_executed(notebook: NotebookNode) -> bool:
    """Whether every code cell was run, in order, in one fresh kernel."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    return counts == list(range(1, len(counts) + 1))


def differences(text: NotebookNode, notebook: NotebookNode) -> list[str]:
    if len(text.cells) != len(notebook.cells):
        return [f"teks punya {len(text.cells)} sel, notebook {len(notebook.cells)}"]
    pairs = zip(text.cells, notebook.cells, strict=True)
    return [
        f"sel {n} berbeda: {first_line(ours)!r}"
        for n, (ours, theirs) in enumerate(pairs, 1)
        if key(ours) != key(theirs)
    ]


def first_line(cell: NotebookNode) -> str:
    return (cell.source.strip().splitlines() or [""])[0][:70]
