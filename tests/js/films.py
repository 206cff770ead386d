"""Films for the tests of the player's script, made by Python as for a page; renew tests/js/films.json with

python tests/js/films.py
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import torch  # noqa: E402

from autograd_viz import Recording, record  # noqa: E402
from autograd_viz.playing.payload import payload, to_json  # noqa: E402
from autograd_viz.playing.timeline import timeline  # noqa: E402

FILE = Path(__file__).with_name("films.json")


def chain() -> Recording:
    x = torch.tensor(3.0, requires_grad=True)
    with record() as run:
        y = x**2
        z = 2 * y + 3
        z.backward()
    return run


def two_rounds() -> Recording:
    w = torch.tensor(2.0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.25)
    with record() as run:
        for _ in range(2):
            loss = w * w
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    return run


def cut_and_error() -> Recording:
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    try:
        with record() as run:
            b = a * 3
            _ = b.detach()
            b.backward()
    except RuntimeError:
        pass
    return run


def loop() -> Recording:
    w = torch.tensor(0.5, requires_grad=True)
    optimizer, xs = torch.optim.SGD([w], lr=0.1), (0.6, 0.4, 0.3, 0.3, 0.8)
    with record() as run:
        h = torch.tensor(0.0)
        for t in range(5):
            h = torch.tanh(w * h + xs[t])
        loss = (h + 0.5) ** 2
        loss.backward()
        optimizer.step()
    return run


def nested() -> Recording:
    w = torch.tensor(0.9, requires_grad=True)
    with record() as run:
        total = torch.tensor(0.0)
        for row in range(3):
            s = w * row
            for _ in range(3):
                s = torch.sin(s * w)
            total = total + s
        total.backward()
    return run


def films() -> str:
    """All films as JSON, one a line."""
    made = {run.__name__: to_json(payload(timeline(run()))) for run in (chain, two_rounds, cut_and_error, loop, nested)}
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {text}" for name, text in made.items()) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(films(), encoding="utf-8", newline="\n")
