"""The code beside the graph: what ran, and nothing else."""

from autograd_viz.playing.code_listing import Row, listing
from autograd_viz.recording.source import Source

CELL = """tebakan = 12.5
def kuadrat(x):
    return x ** 2

def lain(x):
    return x

with record() as rekaman:
    p = torch.tensor(
        10.0, requires_grad=True,
    )
    u = kuadrat(p)

    # lalu mundur
    u.backward()
predict("Berapa p.grad?", tebakan)
play(rekaman)
"""


def shown(text: str, *used: tuple[int, int], first: int = 1) -> list[str]:
    return [row.text for row in listing(Source("sel", text, first), used)]


def test_the_block_and_the_functions_it_calls() -> None:
    assert shown(CELL, (9, 11), (3, 3), (12, 12), (15, 15)) == [
        "def kuadrat(x):", "    return x ** 2", "⋮",
        "p = torch.tensor(", "    10.0, requires_grad=True,", ")", "u = kuadrat(p)", "", "# lalu mundur",
        "u.backward()",
    ]  # fmt: skip


def test_rows_keep_the_numbers_of_the_source() -> None:
    rows = listing(Source("a.py", "with record() as run:\n  y = x\n  y.backward()\n", 40), [(41, 41)])
    assert rows == (Row(41, "y = x"), Row(42, "y.backward()"))


def test_two_blocks_are_apart_and_nested_ones_stay_whole() -> None:
    one = "with record() as a:\n    y = x\n    with torch.no_grad():\n        y = z\n"
    text = f"{one}q = 1\nwith record() as b:\n    z = x\n"
    assert shown(text, (4, 4), (7, 7)) == ["y = x", "with torch.no_grad():", "    y = z", "⋮", "z = x"]
    assert shown(text, (7, 7)) == ["z = x"]


def test_a_method_inside_a_class_is_shown_without_the_class() -> None:
    text = "class Net:\n    def forward(self, x):\n        return x * 2\n    def other(self):\n        pass\n"
    assert shown(text, (3, 3)) == ["def forward(self, x):", "    return x * 2"]


def test_without_a_block_the_lines_between_first_and_last() -> None:
    assert shown("a = 1\ny = x\nb = 2\nz = y\nc = 3\n", (2, 2), (4, 4)) == ["y = x", "b = 2", "z = y"]


def test_a_long_block_shows_what_ran() -> None:
    body = "".join(f"    a{i} = {i}\n" for i in range(60))
    assert shown(f"with record() as run:\n{body}", (31, 31)) == [f"a{i} = {i}" for i in range(27, 32)]


def test_nothing_that_ran_gives_no_rows_and_places_outside_are_passed_over() -> None:
    assert shown("a = 1\n") == [] and shown("a = 1\n", (7, 9)) == []
    assert shown("y = x", (1, 3)) == ["y = x"]
