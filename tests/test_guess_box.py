"""The box below a guess: the same verdicts as the cell, small, static first, nothing of it can break out."""

import base64
import json
import re
import subprocess

import pytest
import torch
from playwright._impl._driver import compute_driver_executable

from jejak import predict
from jejak.guess_box import box_data, guess_box, parts_of, script
from jejak.guesses import GUESSES, Guess
from jejak.predict import assess
from tests.guess_cases import ALL, BOX_ONLY, HINT

LIMIT = 6_000  # bytes
RUNNER = """
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
const judge = (code) => new Function("data", "typed", code + "\\nreturn assessGuess(data, typed);");
const told = cases.map(([code, data, typed]) => judge(code)(data, typed));
process.stdout.write(JSON.stringify(told));
"""


def in_node(cases):
    """[heading, message, line to paste] of each (typed, result, guess)."""
    node, _ = compute_driver_executable()
    about = [(box_data(actual, entry), typed, entry) for typed, actual, entry in cases]
    given = [(script(parts_of(data["want"], entry)), data, typed) for data, typed, entry in about]
    done = subprocess.run(
        [str(node), "-e", RUNNER], input=json.dumps(given), capture_output=True, encoding="utf-8", check=True
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def boxed():
    return in_node([(typed, actual, entry) for typed, actual, _, entry in ALL])


def title(heading):
    return heading[:1].upper() + heading[1:]


def test_the_cell_judges_every_case():
    told = [assess(eval(typed), actual, entry).title for typed, actual, _, entry in ALL]
    assert [(typed, got) for (typed, _, _, _), got in zip(ALL, told)] == [(typed, want) for typed, _, want, _ in ALL]


@pytest.mark.needs("node")
def test_the_box_judges_every_case_as_the_cell_does(boxed):
    for (typed, actual, _, entry), (heading, message, *_) in zip(ALL, boxed, strict=True):
        verdict = assess(eval(typed), actual, entry)
        assert (title(heading), message) == (verdict.title, verdict.message), typed


@pytest.mark.needs("node")
def test_the_line_to_paste_is_the_guess_and_comes_with_every_verdict_on_it(boxed):
    for (typed, _, heading, _), (_, _, *line) in zip(ALL, boxed, strict=True):
        assert line == ([f"tebakan = {typed.strip()}"] if heading in ("Tepat", "Belum tepat") else []), typed


@pytest.mark.needs("node")
def test_what_only_a_box_can_be_given():
    told = in_node([(typed, actual, entry) for typed, actual, entry, _, _ in BOX_ONLY])
    for (typed, _, _, heading, words), (got, message, *line) in zip(BOX_ONLY, told, strict=True):
        assert title(got) == heading and words in message, typed
        if heading == "Tepat" and typed.startswith("True"):
            assert line == ['tebakan = True, "a"']


RESULTS = [
    torch.tensor(24.0), torch.zeros(12), torch.zeros(2, 3), 3, 0.5, True, RuntimeError, "pow", None, [True, False] * 2,
    (5, 4, 4), [0.5, None],
]  # fmt: skip


@pytest.mark.parametrize("actual", RESULTS, ids=range(len(RESULTS)))
def test_a_box_is_small_for_every_guess_of_the_course(actual):
    sizes = {name: len(guess_box(actual, entry).encode("utf-8")) for name, entry in GUESSES.items()
             if not entry.because or isinstance(actual, bool)}
    assert sizes and {name: size for name, size in sizes.items() if not 1000 < size <= LIMIT} == {}


@pytest.mark.parametrize("actual", [torch.zeros(100), object(), 2j, torch.float32, [object()], {"a": 1}, int])
def test_what_cannot_be_typed_has_no_box(actual):
    assert guess_box(actual, HINT) == ""


def test_the_box_stands_below_the_verdict_until_the_guess_is_right(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_KEMAJUAN", str(tmp_path / "k.json"))
    for guess in (..., 7):
        html = predict("00/1", guess, 24.0)._repr_mimebundle_()["text/html"]
        before, mark, _ = html.partition('<div class="jejak-tebak"')
        assert mark and re.sub("<[^>]*>", "", before).strip(), "legible where scripts do not run"
    assert "<script" not in predict("00/1", 24, 24.0)._repr_mimebundle_()["text/html"]
    assert "<script" not in predict(7, 24.0, hint="x")._repr_mimebundle_()["text/html"]


def test_the_answer_is_not_read_in_passing():
    html = guess_box(torch.tensor(57.665), Guess("Hitung."))
    assert "57.66" not in html and "Hitung." not in html
    data = json.loads(base64.b64decode(re.search(r'data-tebak="([^"]*)"', html)[1]))
    assert data["want"]["value"] == pytest.approx([57.665])


def test_nothing_breaks_out_of_the_box():
    html = guess_box("</script><b>", Guess('</script>"><img src=x onerror=alert(1)>'))
    assert html.count("<script>") == html.count("</script>") == 1 and "<img" not in html and "<b>" not in html


def test_a_box_is_the_same_bytes_every_time():
    assert guess_box(torch.ones(3), HINT) == guess_box(torch.ones(3, requires_grad=True), HINT)
