"""The site's one script and its rules, put together from files of their own and from those of guesses and quizzes."""

from pathlib import Path

STATIC = Path(__file__).with_name("static")
GUESS = ("read", "assess", "bool", "close", "error", "number", "sequence", "tensor", "text")
VARIANTS = ("reason", "comma")  # what only some boxes have
OWN = ("store", "frames", "guesses", "veil", "quizzes", "progress", "fits", "scrolls", "drawers", "theme", "start")


def site_style(root: Path) -> str:
    """The rules of the site's own pages."""
    files = (STATIC / "site.css", root / "jejak" / "static" / "quiz.css", STATIC / "print.css")
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def site_script(root: Path) -> str:
    """Everything that lives in a page: frames, guesses, quizzes, the veil, and what the browser remembers."""
    jejak = root / "jejak" / "static"
    parts = {name: (jejak / f"guess_{name}.js").read_text(encoding="utf-8") for name in (*GUESS, *VARIANTS)}
    quiz = (jejak / "quiz.js").read_text(encoding="utf-8").partition("\nif (typeof document")[0]
    assess = "\n".join(
        ["function assessor(variant) {", *(parts[name] for name in GUESS)]
        + [f'if (variant === "{name}") {{\n{parts[name]}}}' for name in VARIANTS]
        + ["return assessGuess;", "}"]
    )
    quizzes = f"function startQuiz(quiz) {{\n{quiz}\nstart(quiz);\n}}"
    own = [(STATIC / f"{name}.js").read_text(encoding="utf-8") for name in OWN]
    fit = (root / "autograd_viz" / "static" / "fit.js").read_text(encoding="utf-8")
    fits = f"function fitPicture() {{\n{fit}}}"
    return "\n".join(['(() => {\n"use strict";', assess, quizzes, fits, *own, "})();\n"])
