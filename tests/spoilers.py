"""Whether something above a guess answers it: its section is read as a learner reads it, down to the guess."""

import ast
import io
import math
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

import torch

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:[.,]\d+)?(?![\w]|[.,]\d)")
LIST = re.compile(r"[\[(]([^\[\]()]*)[\])]")
WORD = re.compile(r"[A-Za-z]+")
PROMPT = "**Tebak dulu.**"
HOW = re.compile(r"[^.?]*\b(?:Tulis|tulis|misalnya)\b[^.?]*(?:\d\.\d[^.?]*)*[.?]")  # how to write it is no answer
IGNORED = re.compile(r"\b(?:pelajaran|Latihan|Tips) \d+|\]\([^)]*\)|^#+ .*?·", re.MULTILINE)


class Seen(NamedTuple):
    """One thing that a learner reads before a guess."""

    kind: str  # prosa, komentar, keluaran
    text: str


def read_section(cells, outputs) -> dict[str, list[Seen]]:
    """What stands above each guess, from the heading of its section on; `outputs` belong to the code cells in order."""
    above, section, code = {}, [], 0
    for cell in cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"(?m)^(?=#{2,3} )", cell.source):
                section = [] if part.startswith("##") else section
                section.append(Seen("prosa", _prose(part)))
            continue
        section += [Seen("komentar", comment) for comment in comments(cell.source)]
        if name := _guess_of(cell.source):
            printed = outputs[code].partition("\0")[0]  # what the cell prints stands above its verdict
            above[name] = [*section, Seen("keluaran", printed)]
        else:
            section.append(Seen("keluaran", outputs[code].replace("\0", "\n")))
        code += 1
    return above


def comments(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def _guess_of(source: str) -> str:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = [call.args[0].value for call in calls if isinstance(call.func, ast.Name) and call.func.id == "predict"]
    return names[0] if names else ""


def _prose(text: str) -> str:
    before, mark, asked = text.partition(PROMPT)
    return IGNORED.sub("", before + (mark and HOW.sub("", asked)))


def spoils(text: str, answer: object) -> bool:
    """Whether a text names the answer."""
    if isinstance(answer, torch.Tensor):
        answer = answer.detach().tolist()
    if isinstance(answer, type):
        return answer.__name__ in text
    if isinstance(answer, bool) or answer is None:
        return False
    if isinstance(answer, str):
        return answer in WORD.findall(text)
    if isinstance(answer, (int, float)):
        return any(_same(value, answer) for value in _numbers(text))
    flat = _flat(answer)
    if all(isinstance(part, bool) for part in flat):
        words = [re.findall("True|False", inner) for inner in LIST.findall(text)]
        return [str(part) for part in flat] in words
    return any(len(found) == len(flat) and all(map(_same, found, flat)) for found in _lists(text))


def _numbers(text: str) -> list[float]:
    return [float(found.replace("−", "-").replace(",", ".")) for found in NUMBER.findall(text)]


def _lists(text: str) -> list[list[float]]:
    return [_numbers(inner.replace(",", " , ")) for inner in LIST.findall(text)]


def _flat(value) -> list:
    return [part for inner in value for part in _flat(inner)] if isinstance(value, (list, tuple)) else [value]


def _same(value: float, answer: float) -> bool:
    if isinstance(answer, int):
        return value == answer
    return math.isclose(value, answer, rel_tol=2e-3, abs_tol=1e-9)
