"""Rekaman untuk film: bilangan dibagi tensor diceritakan sekali, walaupun autograd mencatatnya sebagai dua simpul."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autograd_viz.recording.events import Accumulate, Event, Flow, Forward, Gradient, RecordingData
from autograd_viz.recording.recording import Recording
from autograd_viz.simplifying.quotients import join_quotients, quotients


def with_quotients(run: Recording) -> Recording:
    """Rekaman yang sama, dengan kejadian kedua simpul setiap pembagian menjadi kejadian satu simpul.

    Pasangan yang tidak selalu berjalan bersama, misalnya bila sebuah kait menghentikan backward di antaranya, tinggal.

    >>> with_quotients(Recording(RecordingData())).steps
    ()
    """
    data = run.data
    found = quotients(data.graph)
    if not found:
        return run
    pairs = {times: inverse for times, inverse in found.items() if _together(data, times, inverse)}
    if not pairs:
        return run
    steps = tuple(_joined(data.steps, pairs))
    return Recording(data._replace(graph=join_quotients(data.graph, pairs), steps=steps))


def _together(data: RecordingData, times: int, inverse: int) -> bool:
    """Whether nothing happens to the inverse but what the product takes part in."""
    inner = [step for step in data.steps if step.node == inverse]
    rounds = [step.round for step in inner if isinstance(step, Gradient)]
    outer = [step.round for step in data.steps if isinstance(step, Gradient) and step.node == times]
    quiet = all(isinstance(step, Forward) or _passes(step) for step in inner)
    return quiet and rounds == outer and any(isinstance(step, Forward) for step in inner)


def _passes(step: Event) -> bool:
    return isinstance(step, Gradient) and not step.hooked and not step.captured


def _joined(steps: Sequence[Event], pairs: Mapping[int, int]) -> Iterator[Event]:
    divided = {inverse: times for times, inverse in pairs.items()}
    sent = {(step.node, step.round): step for step in steps if isinstance(step, Gradient) and step.node in divided}
    given = {step.node: step.inputs[:1] for step in steps if isinstance(step, Forward) and step.node in divided}
    for step in steps:
        if step.node in divided:
            continue
        if isinstance(step, Gradient) and step.node in pairs:
            inner = sent[pairs[step.node], step.round]
            others = tuple(flow for flow in step.sent if flow.slot)
            step = step._replace(sent=(*inner.sent, *others), freed=(*inner.freed, *step.freed))
        if isinstance(step, Forward) and step.node in pairs:
            step = step._replace(inputs=(*given[pairs[step.node]], *step.inputs[1:]))
        if isinstance(step, Gradient | Accumulate):
            step = step._replace(parts=tuple(_from(flow, divided) for flow in step.parts))
        yield step


def _from(flow: Flow, divided: Mapping[int, int]) -> Flow:
    return flow if flow.node is None else flow._replace(node=divided.get(flow.node, flow.node))
