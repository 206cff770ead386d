"""A mend of check_run followed to the letter: its comment lines say which lines of the program it replaces or moves."""

import ast
import re
from textwrap import dedent, indent

LINES = r"baris (?P<first>\d+)(?:–(?P<last>\d+))?"
HEADS = {
    "instead": re.compile(rf"# menggantikan {LINES}:$"),
    "above": re.compile(rf"# baris baru, tepat di atas {LINES}, `.*`:$"),
    "below": re.compile(rf"# baris baru, tepat di bawah {LINES}, `.*`:$"),
    "moved": re.compile(
        rf"# pindahkan {LINES} ke tepat di (?P<side>atas|bawah) (?:perulangan )?baris (?P<to>\d+)(?:–\d+)?"
        r"(?:, `.*`|, tanpa retain_graph)?:$"
    ),
    "removed": re.compile(rf"# hapus {LINES}, `.*`$"),
}


def applied(program: str, mend: str) -> str | None:
    """The program with the mend carried out; None where the mend gives its advice in words."""
    lines, steps = program.splitlines(), _steps(mend)
    if not steps:
        return None
    ends = {node.lineno: node.end_lineno for node in ast.walk(ast.parse(program)) if isinstance(node, ast.stmt)}
    before, after, gone = {}, {}, set()
    for kind, found, code in steps:
        first = int(found["first"])
        last = int(found["last"] or ends.get(first, first))  # a decorator is no statement
        target = int(found["to"]) if kind == "moved" else first
        new = indent(dedent(code), re.match(" *", lines[target - 1])[0]).splitlines()
        if kind in ("instead", "removed", "moved"):
            gone |= set(range(first, last + 1))
        if kind == "below" or (kind == "moved" and found["side"] == "bawah"):
            after.setdefault(ends[target], []).extend(new)
        else:
            before.setdefault(target, []).extend(new)
    out = []
    for number, line in enumerate(lines, 1):
        out += before.get(number, [])
        out += [] if number in gone else [line]
        out += after.get(number, [])
    return "\n".join(out) + "\n"


def _steps(mend):
    """The kind of each step, the numbers in its head, and the code below it."""
    steps = []
    for line in mend.splitlines():
        hits = [(kind, found) for kind, head in HEADS.items() if (found := head.fullmatch(line))]
        if hits:
            steps.append([*hits[0], ""])
        elif steps and not line.lstrip().startswith("#"):
            steps[-1][2] += f"{line}\n"
    return steps
