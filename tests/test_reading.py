"""What a function reads: its parameters, or variables of the notebook in their place."""

import functools

import numpy as np
import pytest
import torch
from torch import nn

from jejak import judge
from jejak.catalog import CATALOG
from jejak.watch.reading import find_slip, functions_of, globals_read

prices = torch.tensor([2.0, 5.0])
shop = nn.Linear(2, 2)
table = np.ones(3)
several = [prices]
rate = 0.1


def told(function, *names, **args):
    slip = find_slip(functions_of("f", function), "f", args)
    return slip.told if slip else ""


def read_all(a, b):
    return [c + b for c in a]


def nested(a, b):
    return lambda: a + b


def starred(a, *rest, b=1, **more):
    return a, b


def counts_on(a, b):
    a += b
    return a


def in_a_branch(a, b):
    if b:
        a = 3
    return a


def looks_at_locals(a, b):
    return locals()


@pytest.mark.parametrize("function", [read_all, nested, starred, counts_on, looks_at_locals, lambda _, b: b])
def test_what_is_read_is_not_named(function):
    assert told(function) == ""


def test_a_parameter_that_is_never_read_is_named():
    expected = "`f` tidak pernah membaca parameternya, `b`; isinya tidak ikut menentukan apa pun."
    assert told(lambda a, b: a + 1) == expected


def uses_prices(x):
    return prices * 2


def uses_shop(model, x):
    return shop(x)


def uses_rate(x, lr):
    return x * rate


def asks_shop(loss_fn, x):
    return told_by(x)


def told_by(x):
    return x


@pytest.mark.parametrize(
    ("function", "args", "parameter", "instead"),
    [
        (uses_prices, {"x": torch.ones(2)}, "x", "prices"),
        (uses_shop, {"model": nn.Linear(1, 1), "x": torch.ones(2)}, "model", "shop"),
        (uses_rate, {"x": torch.ones(2), "lr": 0.5}, "lr", "rate"),
        (asks_shop, {"loss_fn": told_by, "x": 1}, "loss_fn", "told_by"),
    ],
)
def test_the_variable_that_is_read_instead_is_named(function, args, parameter, instead):
    told_now = told(function, **args)
    assert f"tidak pernah membaca parameternya, `{parameter}`" in told_now
    assert f"Yang dibacanya `{instead}`, milik notebook" in told_now


def overwrites(x, lr):
    lr = 0.05
    return x * lr


def loops_over_it(x, i):
    for i in range(3):
        x = x + i
    return x


@pytest.mark.parametrize(("function", "parameter"), [(overwrites, "lr"), (loops_over_it, "i")])
def test_a_parameter_that_is_overwritten_is_named(function, parameter):
    assert told(function) == f"`f` menimpa parameternya, `{parameter}`, sebelum pernah membacanya."


def through_a_helper(x):
    return helper(x)


def helper(x):
    return x @ table.sum() + several[0]


def test_data_of_the_notebook_is_named_through_a_helper_too():
    assert "membaca `table`, `several` dari notebook" in told(through_a_helper)


def test_functions_numbers_and_modules_of_the_notebook_are_no_data():
    assert told(lambda x: torch.sin(x) * rate + len(told_by(x))) == ""
    assert globals_read(uses_rate) == {"rate": rate}


def test_the_functions_behind_a_part_are_found():
    class Forward(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, g):
            return torch.ones(3)

    assert set(functions_of("F", Forward)) == {"F.forward", "F.backward"}
    assert "`F.backward` tidak pernah membaca parameternya, `g`" in find_slip(functions_of("F", Forward), "", {}).told
    assert set(functions_of("f", functools.partial(read_all, 1))) == {"f"}
    assert functions_of("f", torch.no_grad()(read_all)) == {"f": read_all}
    assert functions_of("f", 3) == functions_of("f", print) == {}


def test_the_judge_tells_it_before_what_came_of_it():
    def dead_units(layer, x):
        return (torch.relu(shop(x[:, :2].float() @ torch.ones(min(x.shape[1], 2), 2))) == 0).all(0)

    verdict = judge("16_unit_mati", {"dead_units": dead_units})
    assert verdict.message.startswith("`dead_units` tidak pernah membaca parameternya, `layer`. Yang dibacanya `shop`")
    assert verdict.mend.startswith("Pakai `layer` di tempat `shop`.")


def test_a_parameter_that_the_right_answer_may_ignore_is_not_named():
    def both(v, x):
        return v.sum(1)

    assert "`x`" in find_slip({"both": both}, "both", {}).told
    assert find_slip({"both": both}, "both", {}, optional=("x", "a")) is None
    puzzles = dict.fromkeys(CATALOG["61_teka_teki_vjp"].answers, ...)
    verdict = judge("61_teka_teki_vjp", puzzles | {"transpos": lambda v, x: v})
    assert verdict.check == "transpos" and "tidak pernah membaca" not in verdict.message
