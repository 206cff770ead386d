"""nbgrader's Validate button, telling what `check` said: by itself it takes what ends without an error for right."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from textwrap import fill
from typing import Any

RIGHT = "●"  # how the text of a verdict begins that is `benar`; jejak itself would bring torch into the server
WIDTH = 90  # letters of a line in the window that shows it


def unmet(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    """The verdicts among the outputs of a cell that are not `benar`."""
    told = [output.get("data", {}).get("text/plain", "") for output in outputs]
    return [text for text in told if text and not text.startswith(RIGHT)]


def failure(text: str) -> dict[str, Any]:
    """The output by which nbgrader knows a cell that failed; the text is what the learner reads."""
    return {"output_type": "error", "ename": "", "evalue": "", "traceback": [fill(text, WIDTH)]}


def install() -> None:
    """Let nbgrader's server extension validate with the verdicts counted."""
    from nbformat import from_dict
    from nbgrader.utils import is_grade
    from nbgrader.validator import Validator

    class Checked(Validator):
        def _preprocess(self, nb: Any) -> Any:
            page = super()._preprocess(nb)
            for cell in page.cells:
                if cell.cell_type == "code" and is_grade(cell):
                    # In front: nbgrader gives full points at the first output that is no number.
                    cell.outputs[:0] = [from_dict(failure(text)) for text in unmet(cell.outputs)]
            return page

    handlers: Any = import_module("nbgrader.server_extensions.validate_assignment.handlers")
    handlers.Validator = Checked
