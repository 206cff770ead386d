"""Rows of an optimizer's step: a product only where it gives the difference, else the size of the step."""

import copy

import pytest
import torch

from autograd_viz import Recording, play, record
from autograd_viz.playing.optimizer_rows import row_texts, rows
from autograd_viz.recording.events import OptimizerStep

SGD = torch.optim.SGD


def recorded(make, start=0.5, count=2) -> tuple[Recording, list[OptimizerStep]]:
    w = torch.tensor(start, requires_grad=True)
    optimizer = make([w])
    with record() as run:
        for _ in range(count):
            ((w - 1) ** 2).sum().backward()
            optimizer.step()
            optimizer.zero_grad()
    return run, [step for step in run.steps if isinstance(step, OptimizerStep)]


def texts(make, start=0.5, count=2) -> list[str]:
    return [text for step in recorded(make, start, count)[1] for text in row_texts(rows(step))]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "w: 0.6 → 0.68 (−0.1 × (−0.8), −lr × grad)"),
        ({"momentum": 0.9}, "w: 0.6 → 0.77 (−0.1 × (−1.7), −lr × momentum_buffer)"),
        ({"momentum": 0.9, "foreach": True}, "w: 0.6 → 0.77 (−0.1 × (−1.7), −lr × momentum_buffer)"),
        (
            {"momentum": 0.5, "nesterov": True},
            "w: 0.65 → 0.78 (−0.1 × (−0.7 + 0.5 × (−1.2)), −lr × (grad + momentum × momentum_buffer))",
        ),
        ({"maximize": True}, "w: 0.4 → 0.28 (0.1 × (−1.2), lr × grad)"),
        ({"weight_decay": 0.1}, "w: 0.595 → 0.6701 (−0.1 × (−0.81 + 0.1 × 0.595), −lr × (grad + weight_decay × w))"),
    ],
)
def test_the_product_of_sgd(options, told) -> None:
    assert texts(lambda p: SGD(p, lr=0.1, **options))[-1] == told


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"weight_decay": 0.3},
    {"maximize": True, "weight_decay": 0.1}, {"momentum": 0.9, "dampening": 0.4, "weight_decay": 0.2}])  # fmt: skip
def test_every_product_gives_the_difference(options) -> None:
    torch.manual_seed(0)
    _, steps = recorded(lambda p: SGD(p, lr=0.13, **options), torch.randn(7).tolist(), 4)
    for step in steps:
        (change,), (update,) = step.changes, step.updates
        assert update.terms and change.before and change.after
        for place, (old, new) in enumerate(zip(change.before.numbers, change.after.numbers, strict=True)):
            moved = update.rate * sum(term.factor * term.value.numbers[place] for term in update.terms)
            assert old + moved == pytest.approx(new, abs=1e-6)


class Shrinking(SGD):
    """Its step does more than its name says."""

    def step(self, closure=None):
        super().step(closure)
        with torch.no_grad():
            for group in self.param_groups:
                for one in group["params"]:
                    one.mul_(0.99)


def test_a_product_that_is_not_the_difference_is_never_told() -> None:
    assert texts(lambda p: Shrinking(p, lr=0.1), count=1) == ["w: 0.5 → 0.594 (0.094, langkah)"]
    big = torch.randn(100, 100).tolist()
    (text,) = texts(lambda p: Shrinking(p, lr=0.1), big, 1)
    assert text.startswith("w: ‖·‖ ") and "(" not in text


def test_other_optimizers_tell_the_size_of_the_step() -> None:
    assert texts(lambda p: torch.optim.Adam(p, lr=0.1), count=1) == ["w: 0.5 → 0.6 (0.1, langkah)"]
    (text,) = texts(lambda p: torch.optim.Adam(p, lr=0.1), [0.5] * 16, 1)
    assert text == "w: ‖·‖ 2 → ‖·‖ 2.4 (0.4, panjang langkah, paling jauh 0.1 di satu unsur)"
    (text,) = texts(lambda p: torch.optim.Adam(p, lr=0.1), [0.5, 2.0], 1)
    assert text == "w: [0.5, 2] → [0.6, 1.9] ([0.1, −0.1], langkah)"


def test_a_norm_that_hardly_changes_has_the_digits_that_tell_it_apart() -> None:
    (text,) = texts(lambda p: torch.optim.Adam(p, lr=1e-5), [0.0, 2.0] * 8, 1)
    assert text.startswith("w: ‖·‖ 5.6569 → ‖·‖ 5.6568 (4.003e−05, panjang langkah, paling jauh "), text


def test_what_has_not_moved_has_no_row_and_its_reason_is_told() -> None:
    w, still, empty, all_there = (torch.ones(2, requires_grad=True) for _ in range(4))
    optimizer = torch.optim.Adam([w, still, empty], lr=0.1)
    plain = SGD([all_there], lr=0.0)
    with record() as run:
        ((w + 0 * still).sum() + all_there.sum()).backward()
        optimizer.step()
        plain.step()
    first, second = (frame for frame in play(run).timeline.frames if frame.phase == "optimizer")
    assert [row.name for row in first.rows] == ["w"] and second.rows == ()
    assert "".join(span.text for span in first.say) == (
        "Adam.step() memperbarui w; empty dilewati karena empty.grad kosong; "
        "still tidak bergeser karena still.grad berisi 0."
    )
    assert "".join(span.text for span in second.say) == "SGD.step() tidak mengubah apa pun: all_there tidak bergeser."


def test_large_tensors_by_norm_and_held_against_their_means() -> None:
    big = torch.randn(100, 100)
    (text,) = texts(lambda p: SGD(p, lr=0.1), big.tolist(), 1)
    after = (big - 0.1 * 2 * (big - 1)).norm().item()
    assert f"→ ‖·‖ {after:.4g} (−0.1 × {(2 * (big - 1)).norm().item():.4g}, −lr × ‖grad‖)" in text


def test_a_step_too_small_for_four_digits_is_still_seen() -> None:
    assert texts(lambda p: SGD(p, lr=1e-6), count=1) == ["w: 0.5 → 0.500001 (−1e−06 × (−1), −lr × grad)"]


def test_the_longest_step_stands_first_and_the_rest_is_counted() -> None:
    parameters = [torch.tensor(1.0, requires_grad=True) for _ in range(10)]
    optimizer = SGD(parameters, lr=0.1)
    with record() as run:
        sum(k * one for k, one in enumerate(parameters)).backward()
        optimizer.step()
    step = next(step for step in run.steps if isinstance(step, OptimizerStep))
    found = rows(step)
    assert [row.step for row in found[:2]] == ["−0.1 × 9", "−0.1 × 8"] and found[-1].name == "dan 1 parameter lain"


def test_rows_are_part_of_the_film_and_of_its_text() -> None:
    run, _ = recorded(lambda p: SGD(p, lr=0.1), count=1)
    film = play(run)
    frame = next(frame for frame in film.timeline.frames if frame.phase == "optimizer")
    assert row_texts(frame.rows) == ["w: 0.5 → 0.6 (−0.1 × (−1), −lr × grad)"]
    assert "SGD.step() menggeser w melawan arah gradien. w: 0.5 → 0.6 (−0.1 × (−1), −lr × grad)." in film.text


def test_recording_a_step_changes_nothing() -> None:
    torch.manual_seed(0)
    start = torch.randn(5)
    results = []
    for watched in (True, False):
        w = copy.deepcopy(start).requires_grad_()
        optimizer = SGD([w], lr=0.1, momentum=0.9, weight_decay=0.1)
        with record() if watched else torch.enable_grad():
            for _ in range(3):
                (w**3).sum().backward()
                optimizer.step()
                optimizer.zero_grad()
        results.append(w.detach())
    assert torch.equal(*results)
