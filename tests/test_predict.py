import math
import warnings

import numpy as np
import pytest
import torch

from jejak import Verdict, predict
from jejak.show import show

CUBE = torch.tensor([2.0, 4.0, 6.0])


def title(guess, actual):
    return predict(guess, actual, hint="Ingat aturan rantai.").title


RIGHT = [
    (8, 8.0),
    (8.0, 8),
    (True, True),
    (False, torch.tensor(2.0).requires_grad),
    (0.333, 1 / 3),
    (0.0667, torch.tensor(1 / 15)),
    (0, math.cos(math.pi / 2)),
    (-4.37e-8, 0.0),
    (1024, 1024.0),
    (math.nan, math.nan),
    (-math.inf, -math.inf),
    (2j, 2j),
    (27, torch.tensor([27.0])),
    ([27], torch.tensor(27.0)),
    (torch.tensor([[27.0]]), torch.tensor(27.0)),
    (np.float32(27), torch.tensor(27.0)),
    ([2, 4, 6], CUBE),
    ((2, 4, 6), CUBE),
    (np.array([6.0, 4.0, 2.0])[::-1], CUBE),
    ([torch.tensor(2.0, requires_grad=True), 4, 6], CUBE),
    (CUBE.double(), CUBE),
    (CUBE.clone().requires_grad_(), CUBE),
    (CUBE, CUBE.clone().requires_grad_()),
    (CUBE, CUBE.bfloat16()),
    (CUBE, CUBE.numpy()),
    ([2, 4, 6], CUBE.to_sparse()),
    ([1, 2], torch.tensor([1, 2])),
    ([True, False], torch.tensor([True, False])),
    (True, np.bool_(True)),
    ([[1, 2], [3, 4]], torch.tensor([[1.0, 3.0], [2.0, 4.0]]).T),
    ([math.nan, 1], torch.tensor([math.nan, 1.0])),
    ((2, 3), torch.zeros(2, 3).shape),
    ([2, 3], torch.zeros(2, 3).shape),
    (torch.tensor([2, 3]), torch.zeros(2, 3).shape),
    ((), torch.tensor(1.0).shape),
    (["x", "w"], ["x", "w"]),
    ([None, 1.5], [None, 1.5]),
    ("MulBackward0", "MulBackward0"),
    (" mulbackward0 ", "MulBackward0"),
    (None, None),
    (RuntimeError, RuntimeError),
    ("RuntimeError", RuntimeError),
    (RuntimeError, RuntimeError("grad can be implicitly created only for scalar outputs")),
    (RuntimeError(), RuntimeError),
    (torch.float32, torch.float32),
    ("float32", torch.float32),
    ("cpu", torch.device("cpu")),
    (torch.ones(3, dtype=torch.complex64).conj(), torch.ones(3, dtype=torch.complex64)),
]

WRONG = [
    (9, 8.0),
    (8, 9),
    (2.999, 3),
    (1, True),
    (0.33, 1 / 3),
    (201, 200.0),
    (1025, 1024.0),
    (1000, 1001),
    (1e-5, 0.0),
    (0, 1e-4),
    (0, math.nan),
    (math.nan, 0.0),
    (math.inf, -math.inf),
    (math.inf, 3.0),
    (10**400, 3.0),
    (10**5000, 3),
    (True, 1.0),
    ("8", 8.0),
    ([8, 8], 8.0),
    (8, CUBE),
    ([2, 4], CUBE),
    ([[2, 4, 6]], CUBE),
    ([2, 4, 7], CUBE),
    ([[2], [4, 6]], CUBE),
    (["dua"], CUBE),
    ([10**400], torch.tensor([1.0])),
    (np.array(["a", "b", "c"]), CUBE),
    (np.array([object()]), CUBE),
    (torch.zeros(2, 3), CUBE),
    (CUBE, torch.zeros(3, device="meta")),
    ([1, 0], torch.tensor([True, False])),
    ([True, False], torch.tensor([1.0, 0.0])),
    (3, torch.zeros(3).shape),
    ((3, 2), torch.zeros(2, 3).shape),
    ((2,), torch.zeros(2, 3).shape),
    ("x", ["x", "w"]),
    ("x", None),
    (0, None),
    (None, 8.0),
    (None, CUBE),
    (ValueError, RuntimeError),
    (Exception, RuntimeError),
    (object, RuntimeError),
    ("float64", torch.float32),
    (3, "tiga"),
    (object(), 3.0),
    (object(), CUBE),
    (lambda: 3, CUBE),
    (torch, CUBE),
    ({"a": 1}, (1, 2)),
]


@pytest.mark.parametrize(("guess", "actual"), RIGHT, ids=range(len(RIGHT)))
def test_right_guess_is_told_so(guess, actual):
    assert title(guess, actual) == "Tepat"


@pytest.mark.parametrize(("guess", "actual"), WRONG, ids=range(len(WRONG)))
def test_wrong_guess_gets_the_hint(guess, actual):
    verdict = predict(guess, actual, hint="Ingat aturan rantai.")
    assert verdict.status == "belum tepat"
    assert "Ingat aturan rantai." in verdict.message


@pytest.mark.parametrize("actual", [actual for _, actual in RIGHT + WRONG])
def test_untouched_guess_reveals_nothing(actual):
    untouched = predict(..., actual, hint="Ingat aturan rantai.")
    assert untouched == predict(..., object())
    assert untouched.title == "Belum ditebak"
    assert untouched.status == "belum dikerjakan"


def test_partly_filled_guess_is_not_a_guess():
    assert title([2, ..., 6], CUBE) == "Belum ditebak"
    assert title(([1, ...], 2), CUBE) == "Belum ditebak"


@pytest.mark.parametrize(
    ("guess", "actual"), [(9, 12345.5), ([1.0, 2.0, 3.0], CUBE), ((1, 1), (41, 43)), ("a", "Zeta")]
)
def test_wrong_guess_does_not_reveal_the_answer(guess, actual):
    message = predict(guess, actual).message
    assert show(actual) not in message
    for part in ("12345", "4.", "41", "43", "zeta"):
        assert part not in message.lower()


def test_right_guess_shows_the_result():
    assert predict(0.333, 1 / 3).message == "Hasilnya `0.333333`."
    assert predict([2, 4, 6], CUBE.clone().requires_grad_()).message == "Hasilnya `tensor([2., 4., 6.])`."
    assert predict(torch.ones(4, 4), torch.ones(4, 4)).message == "Hasilnya `tensor berbentuk (4, 4)`."


@pytest.mark.parametrize(
    ("guess", "actual", "remark"),
    [
        (-6, 6.0, "tandanya belum"),
        ([2, 4, 7], CUBE, "2 dari 3 unsur sudah tepat"),
        ([2, 4], CUBE, "Bentuk tebakan Anda `(2,)`"),
        (1, True, "`True` atau `False`"),
        (3, torch.Size([3]), "tuple"),
        ((1, 2, 3), torch.Size([3]), "Panjang tebakan Anda 3"),
        (Exception, RuntimeError, "terlalu umum"),
        ("6", 6.0, "satu bilangan"),
        (6, "enam", "tanda petik"),
        ({}, CUBE, "daftar bilangan"),
    ],
)
def test_remark_says_how_to_go_on(guess, actual, remark):
    assert remark in predict(guess, actual).message


class Hostile:
    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __repr__(self):
        raise RuntimeError("no repr")

    __hash__ = None


def endless():
    inside = []
    inside += [inside, inside]
    return inside


WILD = [Hostile(), endless(), 10**5000, "x" * 10**6, [0] * 10**5, float, 1e308, -1j, b"x"]


@pytest.mark.parametrize("actual", [6.0, 6, True, "x", CUBE, (2, 3), None, RuntimeError, torch.float32, object()])
@pytest.mark.parametrize("guess", WILD, ids=range(len(WILD)))
def test_wild_guess_never_raises(guess, actual):
    verdict = predict(guess, actual)
    assert verdict.status == "belum tepat"
    assert len(verdict.message) < 400


def test_no_warning_reaches_the_learner():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predict([torch.tensor(2.0, requires_grad=True), 4, 6], CUBE.clone().requires_grad_())
        predict(torch.ones(3, dtype=torch.complex64), CUBE)


def test_guessing_leaves_the_result_alone():
    actual = CUBE.clone().requires_grad_()
    predict(CUBE, actual)
    assert actual.requires_grad and actual.grad is None and actual._version == 0


@pytest.mark.parametrize("device", ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"])
def test_result_reads_the_same_on_every_device(device):
    assert predict(CUBE, CUBE.to(device)).message == "Hasilnya `tensor([2., 4., 6.])`."
    assert predict(CUBE.to(device), CUBE).message == "Hasilnya `tensor([2., 4., 6.])`."


def test_default_device_of_a_lesson_does_not_matter():
    with torch.device("meta"):  # stands for CUDA, which the lessons make the default where there is one
        assert title([2, 4, 6], CUBE) == "Tepat"
        assert title(np.array([2.0, 4.0, 6.0]), CUBE) == "Tepat"
        assert title(torch.tensor([2, 3], device="cpu"), torch.Size([2, 3])) == "Tepat"


def test_output_holds_no_address_and_repeats():
    first, second = predict(Hostile(), CUBE), predict(Hostile(), CUBE)
    assert first._repr_mimebundle_() == second._repr_mimebundle_()
    assert "0x" not in predict(lambda: 3, CUBE).message


def test_bundle_escapes_what_was_typed():
    bundle = predict("</div><script>alert(1)</script>", "x", hint="a < b & `x < y`")._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "<script" not in bundle["text/html"]
    assert "a &lt; b &amp; <code>x &lt; y</code>" in bundle["text/html"]
    assert "a < b & `x < y`" in bundle["text/plain"]


def test_bundle_names_the_outcome_without_colour():
    shown = {str(v._repr_mimebundle_()["text/plain"])[0] for v in (predict(..., 1), predict(2, 1), predict(1, 1))}
    assert shown == {"○", "△", "●"}


def test_line_breaks_survive_in_html():
    assert "satu<br>dua" in Verdict.wrong("satu\ndua")._repr_mimebundle_()["text/html"]


def test_dollar_in_a_message_is_text():
    assert "$message" in Verdict.wrong("$message $x")._repr_mimebundle_()["text/html"]


def test_unknown_status_is_refused():
    with pytest.raises(ValueError, match="Status 'salah' tidak dikenal.*Pilih"):
        Verdict("salah", "")  # type: ignore[arg-type]
