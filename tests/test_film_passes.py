"""The passes that make a film, each from data made by hand: tensor history, scenes, stage; no torch, no lesson."""

from typing import get_args

from autograd_viz.graph import Edge, Graph, Node, Output, Value
from autograd_viz.narration.context import Context
from autograd_viz.playing.card_labels import card_labels
from autograd_viz.playing.event_context import context_of
from autograd_viz.playing.frames import CardState, EdgeState, Frame, shown_at
from autograd_viz.playing.pages import pages
from autograd_viz.playing.scenes import DETAILED, PHASES, plan
from autograd_viz.playing.stage_layout import stages
from autograd_viz.playing.stage_state import StageState
from autograd_viz.playing.tensor_history import TensorHistory
from autograd_viz.playing.timeline import timeline
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Change,
    Cut,
    CutLink,
    End,
    Flow,
    Forward,
    Gradient,
    Kind,
    Leaf,
    OptimizerStep,
    RecordingData,
    ZeroGrad,
)
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.source import Place, Source


def number(value: float) -> Value:
    return Value((), "float32", (value,), value, value, value, abs(value))


W, TWICE, LOSS = 0, 1, 2


def graph(rounds: int = 1) -> Graph:
    """loss = (w × 2)², as often as there are rounds, of one leaf."""
    nodes = [Node("AccumulateGrad", "leaf", "w", ((),))]
    edges = []
    for i in range(rounds):
        first = 1 + 2 * i
        nodes += [Node("MulBackward0", "operation", None, ((),), attributes=(("·slot1", "2"),))]
        nodes += [Node("PowBackward0", "output", "loss", ((),), attributes=(("exponent", "2"),))]
        edges += [Edge(W, first, 0), Edge(first, first + 1, 0)]
    return Graph(tuple(nodes), tuple(edges), (Output(2 * rounds, 0, "loss"),))


def one_round(i: int = 0, w: float = 3.0, before: float | None = None) -> list:
    """w × 2 = 6, 36; backward: 1, 12, 24; then SGD to w − 1, and the gradient cleared."""
    twice, loss = 1 + 2 * i, 2 + 2 * i
    old = None if before is None else number(before)
    grown = number(8 * w + (before or 0.0))
    return [
        Leaf(W, name="w", value=number(w)),
        Forward(twice, values=(number(2 * w),), inputs=(number(w), number(2.0))),
        Forward(loss, values=(number(4 * w * w),), inputs=(number(2 * w),)),
        Backward(i, sent=(Flow(loss, 0, 0, number(1.0)),)),
        Gradient(loss, i, values=(number(1.0),), sent=(Flow(twice, 0, 0, number(4 * w)),), freed=("self",)),
        Gradient(twice, i, values=(number(4 * w),), sent=(Flow(W, 0, 0, number(8 * w)),)),
        Accumulate(W, i, Change("w", W, old, grown), value=number(8 * w)),
        End(i),
        OptimizerStep("SGD", (Change("w", W, number(w), number(w - 1)),)),
    ]


def recorded(*steps, rounds: int = 1, **more) -> Recording:
    return Recording(RecordingData(graph(rounds), steps=tuple(steps), **more))


RUN = recorded(*one_round(), ZeroGrad((Change("w", W, number(24.0), None),), owner="SGD"))


def stage_of(run: Recording) -> tuple[StageState, TensorHistory]:
    (page,) = pages(run)
    history = TensorHistory(run)
    return StageState(card_labels(page, run.graph.nodes), history), history


def after(run: Recording, count: int) -> StageState:
    state, history = stage_of(run)
    for at, event in enumerate(run.steps[:count]):
        state.apply(at, event, context_of(at, event, state.labels, history))
    return state


def test_history_knows_every_moment():
    history = TensorHistory(RUN)
    assert [history.value(W, at) for at in (-1, 0, 7, 8)] == [None, number(3.0), number(3.0), number(2.0)]
    assert [history.grad(W, at) for at in (0, 5, 6, 8, 9)] == [None, None, number(24.0), number(24.0), None]
    assert history.has_grad(W) and not history.has_grad(TWICE)
    assert history.inputs[LOSS] == {0: number(6.0)}


def test_history_begins_with_what_a_gradient_held_before():
    history = TensorHistory(recorded(*one_round(before=5.0)))
    assert history.grad(W, -1) == number(5.0) and history.grad(W, 6) == number(29.0)


def test_history_knows_the_number_that_autograd_does_not_keep():
    steps = [Leaf(W, value=number(3.0)), Forward(1, values=(number(5.0),), inputs=(number(3.0), number(2.0)))]
    add = Graph((graph().nodes[0], Node("AddBackward1", "output", "y", ((),))), (Edge(0, 1, 0),))
    history = TensorHistory(Recording(RecordingData(add, steps=tuple(steps))))
    assert history.inputs[1] == {0: number(3.0), 1: number(2.0)}


def test_what_has_grown_counts_from_the_last_backward():
    run = recorded(*one_round(0), *one_round(1, 2.0, 24.0), rounds=2)
    history = TensorHistory(run)
    assert [one.after for one in history.grown(7)] == [number(24.0)]
    assert [one.after for one in history.grown(16)] == [number(40.0)]
    assert history.grown(13) == [] == history.grown(2)


def test_leaves_where_gradients_meet_are_known_by_round():
    run = list(one_round())
    run[6] = run[6]._replace(parts=(Flow(1, 0, 0, number(20.0)), Flow(1, 1, 0, number(4.0))))
    assert TensorHistory(recorded(*run)).meeting == {(0, W)} and not TensorHistory(RUN).meeting


def test_the_birth_of_nan_is_one_event():
    bad = Value((), "float32", (float("nan"),), finite=False)
    run = list(one_round())
    run[2] = run[2]._replace(values=(bad,))
    history = TensorHistory(recorded(*run))
    assert history.birth == 2 and TensorHistory(RUN).birth is None
    state = after(recorded(*run), 3)
    assert [card.mark for card in state.shown.cards.values()] == ["", "", "bad"]


def test_a_gradient_that_crosses_a_folded_operation_arrives_behind_it():
    steps = (
        Gradient(2, 0, sent=(Flow(1, 0, 0, number(4.0)),)),
        Gradient(1, 0, sent=(Flow(0, 0, 0, number(8.0)),)),
    )
    history = TensorHistory(recorded(*steps))
    assert history.arrival(steps[0].sent[0], 0, {0, 2}) == (0, number(8.0), False, 0)
    assert history.arrival(steps[0].sent[0], 0, {0, 1, 2}) == (1, number(4.0), False, 0)
    assert history.arrival(steps[0].sent[0], 1, {0, 2}) == (None, number(4.0), False, 0)


def test_every_kind_has_a_phase_and_nothing_else_has():
    assert set(PHASES) == set(get_args(Kind))


def test_each_event_of_a_short_run_is_a_scene():
    found = plan(RUN.steps, pages(RUN))
    assert [scene.events for scene in found.scenes] == [(at,) for at in range(10)]
    assert [scene.phase for scene in found.scenes] == ["maju"] * 3 + ["mundur"] * 5 + ["optimizer", "hapus"]
    assert not found.brief and not found.inside


def test_what_happens_during_a_backward_belongs_to_it():
    steps = [*one_round()[:4], Forward(TWICE, values=(number(6.0),)), *one_round()[4:8]]
    found = plan(steps, pages(recorded(*steps)))
    assert found.inside == {4} and found.scenes[4].phase == "mundur"


def test_many_leaves_appear_with_their_first_use():
    leaves = [Node("AccumulateGrad", "leaf", f"w{i}", ((),)) for i in range(4)]
    many = Graph((*leaves, Node("StackBackward0", "output", "y", ((4,),))), tuple(Edge(i, 4, i) for i in range(4)))
    steps = (*(Leaf(i, value=number(1.0)) for i in range(4)), Forward(4, values=(number(1.0),)))
    run = Recording(RecordingData(many, steps=steps))
    assert [scene.events for scene in plan(steps, pages(run)).scenes] == [(0, 1, 2, 3, 4)]


def long_run(count: int) -> Recording:
    rounds = [event for i in range(count) for event in one_round(i, 3.0, 24.0 * i if i else None)]
    return recorded(*rounds, rounds=count)


def test_a_long_run_tells_its_middle_rounds_in_one_frame_a_phase():
    run = long_run(20)
    found = plan(run.steps, pages(run))
    assert found.brief and len(found.pages) == 20 and 20 * 9 > DETAILED
    assert [len([s for s in found.scenes if s.page == page]) for page in (0, 1, 2, 18, 19)] == [9, 9, 3, 3, 9]
    assert {s.round_number for s in found.scenes if s.page == 2} == {3}
    assert {s.round_number for s in found.scenes if s.page in (0, 1, 19)} == {None}
    told = next(frame for frame in timeline(run).frames if frame.page == 2 and frame.phase == "mundur")
    assert "".join(span.text for span in told.say) == "Putaran 3, mundur: 2 simpul; gradien 1 daun bertambah."


def test_a_very_long_run_leaves_rounds_out():
    found = plan(long_run(150).steps, pages(long_run(150)))
    assert len(found.pages) < 50 and found.scenes[-1].round_number is None


def test_an_operation_brings_the_leaf_that_it_takes_in():
    state, history = stage_of(RUN)
    state.apply(1, RUN.steps[1], context_of(1, RUN.steps[1], state.labels, history))
    assert state.shown.cards == {0: CardState(0, ("3",)), 1: CardState(1, ("6",))}


def test_a_gradient_writes_card_arrow_and_mark():
    state = after(RUN, 5)
    assert state.shown.cards[2] == CardState(2, ("36",), ("1",), mark="freed")
    assert state.shown.edges == {1: EdgeState(1, "12", "12")}
    assert after(RUN, 6).shown.edges[0] == EdgeState(0, "24", "2")


def test_a_factor_without_room_is_left_out():
    run = list(one_round())
    wide = Value((3,), "float32", (0.123456, 0.234567, 0.345678))
    run[1] = run[1]._replace(values=(wide,))
    run[4] = run[4]._replace(values=(number(1.0),), sent=(Flow(1, 0, 0, wide),))
    edge = after(recorded(*run), 5).shown.edges[1]
    assert edge.sent and edge.local == ""


def test_a_factor_whose_products_are_added_up_is_not_written_as_one():
    wide = Value((2,), "float32", (1.0, 2.0))
    nodes = (Node("AccumulateGrad", "leaf", "b", ((),)), Node("MulBackward0", "output", "y", ((2,),)))
    steps = (
        Leaf(0, value=number(3.0)),
        Forward(1, values=(Value((2,), "float32", (3.0, 6.0)),), inputs=(number(3.0), wide)),
        Gradient(1, 0, values=(wide,), sent=(Flow(0, 0, 0, number(5.0)),)),
    )
    run = Recording(RecordingData(Graph(nodes, (Edge(0, 1, 0),)), steps=steps))
    state, history = stage_of(run)
    context = context_of(2, steps[2], state.labels, history)
    assert context.links[0].factor is not None and context.links[0].summed
    assert after(run, 3).shown.edges[0] == EdgeState(0, "5")


def test_a_gradient_that_is_returned_is_not_said_to_be_added():
    steps = one_round()
    steps[3] = steps[3]._replace(call="grad")
    for run, adds in ((RUN, True), (recorded(*steps), False)):
        state, history = stage_of(run)
        assert context_of(5, run.steps[5], state.labels, history).adds is adds


def test_a_leaf_shows_what_it_has_collected_and_which_arrows_brought_it():
    state, history = stage_of(RUN)
    used = [state.apply(at, e, context_of(at, e, state.labels, history)) for at, e in enumerate(RUN.steps[:7])]
    assert state.shown.cards[W] == CardState(0, ("3",), ("24",)) and list(used[6]) == [0]
    assert [list(one) for one in used[4:6]] == [[1], [0]]


def test_optimizer_and_clearing_write_on_the_leaf():
    assert after(RUN, 9).shown.cards[W].value == ("2",)
    assert after(RUN, 10).shown.cards[W] == CardState(0, ("2",), ("None",), True)


def test_a_new_backward_clears_arrows_and_passing_gradients_but_not_leaves():
    again = recorded(*one_round()[:8], Backward(1), End(1))
    state = after(again, 9)
    assert state.shown.edges == {}
    assert [state.shown.cards[card].grad for card in range(3)] == [("24",), (), ()]


def test_a_cut_marks_its_card_once():
    cut = Cut(TWICE, "detach", value=number(6.0))
    assert after(recorded(*one_round()[:2], cut, cut._replace(how="data"), cut), 5).shown.cards[1].cuts == (
        "detach", "data",
    )  # fmt: skip
    assert after(recorded(*one_round()[:2], cut._replace(how="item")), 3).shown.cards[1].cuts == ()


def test_a_cut_whose_result_is_used_is_a_line():
    nodes = (*graph().nodes[:2], Node("", "constant", "c", ((),), value=number(6.0)), Node("MulBackward0", "output"))
    linked = Graph(nodes, (Edge(0, 1, 0), Edge(0, 3, 0), Edge(2, 3, 1)))
    steps = (*one_round()[:2], Cut(1, "detach", value=number(6.0)))
    steps += (Forward(3, values=(number(18.0),)),)
    run = Recording(RecordingData(linked, steps=steps, cuts=(CutLink(1, 2, "detach"),)))
    state = after(run, 3)
    assert state.shown.cards[2].value == ("6",) and state.shown.cards[1].cuts == ()
    (page,) = pages(run)
    assert page.cuts == (CutLink(1, 2, "detach"),)
    words = [wire.word for wire in timeline(run).stages[0].wires]
    assert words == ["", "", "", "detach"]


def test_a_group_shows_what_reached_it_first():
    state, _ = stage_of(RUN)
    leaf, *others = state.graph.nodes
    grouped = state.graph._replace(nodes=(leaf, *(node._replace(role="group") for node in others)))
    state.graph, state.page = grouped, state.page._replace(cards={TWICE: (1,), LOSS: (1,), W: (0,)})
    for at in (4, 5):
        state.apply(at, RUN.steps[at], Context())
    assert state.shown.cards[1].grad == ("1",)


def test_frames_hold_only_what_changed():
    frames = timeline(RUN).frames
    assert [sorted(card.card for card in frame.cards) for frame in frames] == [
        [0], [1], [2], [], [2], [1], [0], [], [0], [0],
    ]  # fmt: skip
    assert [len(frame.edges) for frame in frames] == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert [frame.card for frame in frames] == [0, 1, 2, None, 2, 1, 0, None, None, None]


def test_two_rounds_are_two_pages_of_one_stage_with_the_leaf_as_it_was_left():
    film = timeline(recorded(*one_round(0), *one_round(1, 2.0, 24.0), rounds=2))
    assert [page.stage for page in film.pages] == [0, 0] and len(film.stages) == 1
    second = next(at for at, frame in enumerate(film.frames) if frame.page == 1)
    assert shown_at(film.frames, second).cards == {0: CardState(0, ("2",), ("24",))}


def test_an_empty_edge_state_takes_the_gradient_away():
    frames = [Frame(0, "mundur", edges=(EdgeState(0, "12"),)), Frame(0, "mundur", edges=(EdgeState(0),))]
    assert shown_at(frames, 0).edges == {0: EdgeState(0, "12")} and shown_at(frames, 1).edges == {}


def test_a_stage_has_room_for_the_longest_text_of_all_its_pages():
    (page,) = pages(RUN)
    labels = card_labels(page, RUN.graph.nodes)
    small, _ = stages([labels], [Frame(0, "maju", cards=(CardState(0, ("3",)),))])
    large, _ = stages([labels], [Frame(0, "maju", cards=(CardState(0, ("", "[1, 2, 3, 4, 5, 6]", "[1]"), ("24",)),))])
    assert large[0].cards[0].width > small[0].cards[0].width and large[0].cards[0].lines == 3
    assert large[0].cards[0].grads == 1 and small[0].cards[0].grads == 0
    both, _ = stages([labels], [Frame(0, "maju", cards=(CardState(0, ("", "[1]", "[2]")), CardState(0, ("3",))))])
    assert both[0].cards[0].lines == 3
    wide, _ = stages([labels], [Frame(0, "mundur", edges=(EdgeState(0, "[1, 2, 3, 4, 5]", "0.3333"),))])
    assert wide[0].width > small[0].width


def test_the_code_of_a_film_is_what_ran():
    steps = [one_round()[0]._replace(place=Place(0, 2, 2)), one_round()[1]._replace(place=Place(0, 3, 3))]
    run = recorded(*steps, sources=(Source("sel", "with record() as run:\n    w = t\n    y = w * 2\nplay(run)\n"),))
    (source,) = timeline(run).sources
    assert [row.text for row in source.rows] == ["w = t", "y = w * 2"]
