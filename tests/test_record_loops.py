"""Every event of a recording knows the turns of the loops in which it happened."""

import json

import torch

from autograd_viz import Recording, record
from autograd_viz.recording.loops import path, turn_label
from autograd_viz.recording.source import statement


def labels(run: Recording, kind: str = "forward") -> list[tuple[str, ...]]:
    data = run.data
    return [
        tuple(turn_label(data.loops, data.turns[turn]) for turn in path(data.turns, step.turn))
        for step in run.steps
        if step.kind == kind
    ]


def test_an_unrolled_rnn_and_its_gradients() -> None:
    w, xs = torch.tensor(0.5, requires_grad=True), [0.6, 0.4, 0.3]
    with record() as run:
        h = torch.tensor(0.0)
        for t in range(3):
            h = torch.tanh(w * h + xs[t])
        (h**2).backward()
    assert labels(run) == [(f"t = {t}",) for t in range(3) for _ in range(3)] + [()]
    assert set(labels(run, "gradient")) == {()}, "backward was called behind the loop"
    (loop,) = run.data.loops
    text = statement(run.sources, loop.place) or ""
    assert text.strip().startswith("for t in range(3):") and text.endswith("h = torch.tanh(w * h + xs[t])")
    assert Recording.from_json(run.to_json()) == run


def test_a_training_loop_around_a_loop() -> None:
    w = torch.tensor(0.5, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with record() as run:
        for epoch in range(2):  # noqa: B007
            h = w * 1.0
            for scale in torch.tensor([2.0, 3.0]):
                h = h * scale
            h.backward()
            optimizer.step()
    assert labels(run) == [
        ("epoch = 0",), ("epoch = 0", "scale = 2"), ("epoch = 0", "scale = 3"),
        ("epoch = 1",), ("epoch = 1", "scale = 2"), ("epoch = 1", "scale = 3"),
    ]  # fmt: skip
    assert labels(run, "gradient") == [("epoch = 0",)] * 3 + [("epoch = 1",)] * 3
    assert labels(run, "optimizer") == [("epoch = 0",), ("epoch = 1",)]
    assert [turn.run for turn in run.data.turns] == [0, 1, 1, 0, 2, 2]


def test_a_while_loop_a_comprehension_and_a_function() -> None:
    x = torch.tensor(1.0, requires_grad=True)

    def cube(value: torch.Tensor) -> torch.Tensor:
        for _ in range(2):
            value = value * x
        return value

    with record() as run:
        y = x
        while y < 5:
            y = y * 2
        z = [y * k for k in range(2)]
        for batch in ((1.0, z), (2.0, z)):
            cube(batch[1][0])
    names = labels(run)
    assert names[:3] == [("putaran 1",), ("putaran 2",), ("putaran 3",)]
    assert names[3:5] == [("k = 0",), ("k = 1",)]
    assert names[5:] == [(f"batch ke-{n}", f"putaran {k}") for n in (1, 2) for k in (1, 2)]


def test_a_module_of_the_user_and_of_the_library_in_a_loop() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh())
    with record() as run:
        for i in range(2):  # noqa: B007
            model(torch.ones(1, 2)).sum()
    assert set(labels(run)) == {("i = 0",), ("i = 1",)}


def test_a_run_saved_before_turns_were_known_still_loads() -> None:
    w = torch.tensor(0.5, requires_grad=True)
    with record() as run:
        for _ in range(2):
            w * w
    old = json.loads(run.to_json())
    del old["turns"], old["loops"]
    for step in old["steps"]:
        step.pop("turn", None)
    loaded = Recording.from_json(json.dumps(old))
    assert [step.turn for step in loaded.steps] == [None] * len(run.steps) and loaded.data.turns == ()


def test_elements_and_activations_are_not_kept_alive() -> None:
    import weakref

    w, gone = torch.tensor(0.5, requires_grad=True), []
    with record():
        for x in (torch.ones(3) * k for k in range(3)):
            y = w * x
            gone.append(weakref.ref(x))
            del x, y
            w + 1
            assert gone[-1]() is None
