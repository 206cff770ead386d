"""Films of loops: every turn can be opened, its contributions add up to the gradient, long loops stay within limits."""

import pytest
import torch

from autograd_viz import Recording, play, record
from autograd_viz.playing.film_turns import spread
from autograd_viz.playing.opened_turn import opened, titles
from autograd_viz.playing.scenes import DETAILED
from autograd_viz.playing.timeline import Timeline, timeline
from autograd_viz.playing.turn_strip import TurnState


def rnn(count: int) -> tuple[Recording, torch.Tensor]:
    w = torch.tensor(0.5, requires_grad=True)
    xs = [0.6, 0.4, 0.3, 0.3, 0.8] * (count // 5)
    with record() as run:
        h = torch.tensor(0.0)
        for t in range(count):
            h = torch.tanh(w * h + xs[t])
        loss = (h + 0.5) ** 2
        loss.backward()
    return run, w


def strip(film: Timeline) -> dict[str, TurnState]:
    return {film.turns[state.turn].label: state for frame in film.frames for state in frame.turns}


def test_every_turn_opens_with_its_neighbours_folded() -> None:
    film = timeline(rnn(5)[0])
    (page,) = film.pages
    assert [film.turns[view.turn].label for view in page.views] == [f"t = {t}" for t in range(5)]
    stacks = [[card.stack for card in film.stages[view.stage].cards if card.stack] for view in page.views]
    assert stacks == [["after"], *[["before", "after"]] * 3, ["before"]]
    assert titles(film, page, page.views[2])[1:6] == ["t = 1", "w × h", "… + 0.3", "h = tanh …", "t = 3"]
    assert len(film.stages) == 3, "turns of one shape share a stage"


def test_the_turn_at_work_is_open_forward_and_backward() -> None:
    film = timeline(rnn(5)[0])
    for phase, order in (("maju", [0, 1, 2, 3, 4]), ("mundur", [4, 3, 2, 1, 0])):
        turns = [frame.turn for frame in film.frames if frame.phase == phase and frame.turn is not None]
        assert list(dict.fromkeys(turns)) == order
    for at, frame in enumerate(film.frames):
        view = opened(film, at)
        assert view is not None and (frame.turn is None or view.turn == frame.turn)


def test_the_contributions_add_up_to_what_autograd_computed() -> None:
    run, w = rnn(5)
    film = timeline(run)
    found = strip(film)
    assert w.grad is not None
    assert sum(state.size for state in found.values()) == pytest.approx(w.grad.item(), abs=1e-3)
    assert [found[f"t = {t}"].grad for t in range(5)] == ["0", "0.0232", "0.0764", "0.1938", "0.5066"]
    note = next(frame.note for frame in film.frames if frame.note.startswith("Gradien w dari"))
    assert note == "Gradien w dari t = 0 sampai t = 4: 0 + 0.0232 + 0.0764 + 0.1938 + 0.5066 = 0.8."


def test_what_a_hook_changes_is_no_contribution() -> None:
    w = torch.tensor(0.5, requires_grad=True)
    w.register_hook(lambda grad: grad * 2)
    with record() as run:
        h = torch.tensor(1.0)
        for _ in range(5):
            h = torch.tanh(w * h + 0.1)
        h.backward()
    film = timeline(run)
    assert not any(state.grad for state in strip(film).values())
    assert not any(frame.note.startswith("Gradien w dari") for frame in film.frames)


def test_a_training_loop_tells_the_loss_of_each_step() -> None:
    w = torch.tensor(2.0, requires_grad=True)
    optimizer, losses = torch.optim.SGD([w], lr=0.1), []
    with record() as run:
        for step in range(4):  # noqa: B007
            loss = w**2
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
    film = timeline(run)
    assert [float(state.value) for state in strip(film).values()] == pytest.approx(losses, abs=1e-3)
    assert [turn.label for turn in film.turns] == [f"step = {n}" for n in range(4)] and film.runs[0].name == "loss"


@pytest.mark.parametrize("count", [200, 1665])
def test_a_long_loop_stays_within_its_limits(count: int) -> None:
    run, _ = rnn(count)
    player = play(run)
    film = player.timeline
    assert len(player._repr_mimebundle_()["text/html"]) < 300_000
    assert len(film.frames) <= DETAILED and len(film.pages[0].views) >= 100
    assert film.turns[0].label == "t = 0" and film.turns[-1].label == f"t = {count - 1}"
    labels = "".join(turn.label for turn in film.turns)
    assert ("…" in labels) == (count > 160)
    assert player._repr_mimebundle_()["text/html"] == play(run)._repr_mimebundle_()["text/html"]


def test_turns_in_between_are_spread_evenly() -> None:
    assert sorted(spread(5, 9)) == [0, 1, 2, 3, 4]
    assert sorted(spread(100, 4)) == [0, 1, 50, 99]
    assert {0, 1, 999} <= spread(1000, 50) and len(spread(1000, 50)) == 50


def test_loops_that_fit_are_shown_whole() -> None:
    w = torch.tensor(0.5, requires_grad=True)
    with record() as run:
        h = w
        for _ in range(3):
            h = torch.sin(h)
        h.backward()
    film = timeline(run)
    assert film.pages[0].views == () and [turn.label for turn in film.turns] == ["putaran 1", "putaran 2", "putaran 3"]


def test_turns_that_are_numbered_by_counting_say_what_is_not_counted() -> None:
    w = torch.tensor(0.5, requires_grad=True)
    with record() as run:
        h = w
        for t in range(5):
            if t != 2:
                h = torch.sin(h)
        for _ in range(5):
            h = torch.sin(h) if h < 1 else h
        h.backward()
    film = timeline(run)
    assert [turn.label for turn in film.turns][:4] == ["t = 0", "t = 1", "t = 3", "t = 4"]
    assert [one.note for one in film.runs] == ["", "Putaran yang tidak merekam apa pun tidak ikut dihitung."]
