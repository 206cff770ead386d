"""How an index with tensors is written in a recording: as in the line, or not at all where that is not certain."""

import torch

from autograd_viz import draw, record

rows, cols, mask = torch.tensor([0, 2]), torch.tensor([1, 3]), torch.tensor([True, False, True, False])
held, first, row = {"a": rows}, 1, 2


def inside(x, chosen):
    return x[chosen, 1:]


def test_an_index_is_written_as_in_the_line():
    x = torch.randn(4, 5, 6, requires_grad=True)
    with record() as run:
        a = x[:, rows]
        b = x[rows, :, cols]
        c = x[first:first + 2, cols]
        d = x[~mask]
        e = x[mask, 1:]
        f = x[held["a"]]
        g = x[2:][rows - rows]
        h = x[rows[:, None], cols]
        i = x[..., None, 1:, ::2]
        j = x[[0, 2]]
        k = x[x > 0][0]
        m = inside(x, rows)
        n = x[row, rows]
        o = x[rows] * x[cols]
        sum(one.sum() for one in (a, b, c, d, e, f, g, h, i, j, k, m, n, o)).backward()
    text = draw(run, collapse=None).text
    wanted = {
        "a": "x[:, rows]", "b": "x[rows, :, cols]", "c": "x[1:3, cols]", "d": "x[~mask]", "e": "x[mask, 1:]",
        "f": "x[held['a']]", "h": "x[rows[:, None], cols]", "i": "x[:, None, 1:, ::2]", "j": "x[[0, 2]]",
        "m": "x[chosen, 1:]",
    }  # fmt: skip
    assert [name for name, index in wanted.items() if f"{name} = {index} · " not in text] == []
    assert "g = …[rows - rows] · " in text and "x[x > 0] · " in text
    assert "n = …[…] · " in text, "row could be a tensor"
    assert text.count("x[…] · ") == 2, "of two indexes in one line nobody knows which is which"
