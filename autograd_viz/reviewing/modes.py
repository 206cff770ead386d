"""Mode model: langkah latihan yang berjalan dalam mode eval."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.recording.circumstances import ModuleCalled
from autograd_viz.reviewing.facts import Facts
from autograd_viz.reviewing.finding import Found
from autograd_viz.reviewing.held_as import called_name
from autograd_viz.reviewing.mending import above
from autograd_viz.reviewing.naming import calling


def mode_mixed(facts: Facts) -> Iterator[Found]:
    """Baris latihan yang sama berjalan dalam mode train, lalu dalam mode eval."""
    modules = facts.data.circumstances.modules
    for number, module in enumerate(modules):
        if not module.dropouts and not module.batch_norms:
            continue
        leaves = {one.leaf for one in module.parameters}
        for place in dict.fromkeys(call.place for call in facts.calls if call.module == number):
            trained = _training_calls(facts, number, place, leaves)
            modes = [call.training for call in trained]
            swapped = len(modes) > 1 and not any(modes) and _trains_in_evaluation(facts, number)
            if place is None or (len(set(modes)) < 2 and not swapped):
                continue
            layers = [f"{module.dropouts} dropout" if module.dropouts else "",
                      f"{module.batch_norms} batch norm" if module.batch_norms else ""]  # fmt: skip
            sentence = (
                "Mode tertukar: langkah latihan berjalan dalam mode eval, dan evaluasi tanpa gradien dalam mode train."
                if swapped
                else f"Langkah latihan yang sama berjalan {modes.count(True)} kali dalam mode train dan "
                f"{modes.count(False)} kali dalam mode eval."
            )
            yield Found(
                sentence,
                (
                    f"modelnya dipanggil di {facts.line(place)}; urutan modenya: "
                    + ", ".join("train" if one else "eval" for one in modes[:8]),
                    f"dalam mode eval {' dan '.join(filter(None, layers))} bekerja lain",
                    *_put_on(facts),
                ),
                _switched(facts, number, next(call for call in trained if not call.training)),
                next(call.place for call in trained if not call.training),
            )
            return


def _put_on(facts: Facts) -> list[str]:
    """The only line that may have switched to eval."""
    found = [one for one, call in calling(facts, "eval") if isinstance(call.func, ast.Attribute) and not call.args]
    found += [one for one, call in calling(facts, "train") if [ast.unparse(given) for given in call.args] == ["False"]]
    return [f"mode eval dipasang di {facts.line(found[0].place)}"] if len(found) == 1 else []


def _switched(facts: Facts, module: int, call: ModuleCalled) -> str:
    """A new line above the call that trains, and where both are swapped one above the call that evaluates."""
    told = []
    evaluating = [one for one in facts.calls if one.module == module and not one.grading]
    swapped = evaluating and all(one.training for one in evaluating)
    for one, mode in [(call, "train"), *([(evaluating[0], "eval")] if swapped else [])]:
        name = called_name(facts, one)
        if not name or one.place is None:
            return "# panggil train() modelnya sebelum setiap langkah latihan, dan eval() sebelum evaluasi"
        told.append(above(facts, one.place, f"{name}.{mode}()"))
    return "\n".join(told)


def _trains_in_evaluation(facts: Facts, module: int) -> bool:
    calls = [call.training for call in facts.calls if call.module == module and not call.grading]
    return bool(calls) and all(calls)


def _training_calls(facts: Facts, module: int, place: object, leaves: set[int | None]) -> list[ModuleCalled]:
    """The calls at a place whose gradients an optimizer used before the same line was run again."""
    calls = [call for call in facts.calls if call.module == module and call.place == place and call.grading]
    found = []
    for at, call in enumerate(calls):
        end = calls[at + 1].at if at + 1 < len(calls) else len(facts.steps)
        reached = [one.end for one in facts.rounds if call.at <= one.begin < end and leaves & one.reached.keys()]
        used = [
            step
            for step in facts.optimizer_steps
            if reached and reached[0] < step.at < end and leaves & {change.node for change in step.event.changes}
        ]
        if used:
            found.append(call)
    return found
